//! Fax compression of strips: ITU-T T.4 (Group 3) and T.6 (Group 4).

use hayro_ccitt::{DecodeSettings, Decoder, DecoderContext, EncodingMode, decode};

use super::layout::Compression;

/// Unpacks a strip to rows of bits, 1 for black, each of which begins at a whole byte. A strip that is
/// damaged gives the rows before the damage.
pub(super) fn unpack(data: &[u8], compression: Compression, width: usize, rows: usize) -> Vec<u8> {
    let encoding = match compression {
        Compression::Fax4 => EncodingMode::Group4,
        Compression::Fax3 {
            two_dimensional: true,
        } => EncodingMode::Group3_2D,
        _ => EncodingMode::Group3_1D,
    };
    let settings = DecodeSettings {
        columns: u32::try_from(width).unwrap_or_default(),
        rows: u32::try_from(rows).unwrap_or_default(),
        end_of_block: true,
        end_of_line: false,
        rows_are_byte_aligned: compression == Compression::FaxRows,
        encoding,
        strict: false,
    };
    let mut bits = Rows {
        row_bytes: width.div_ceil(8),
        width,
        left: rows,
        bytes: Vec::new(),
    };
    // Rows up to the error are kept; the caller sees that some are missing.
    let _ = decode(data, &mut bits, &mut DecoderContext::new(settings));
    bits.bytes
}

/// Unpacked rows.
struct Rows {
    row_bytes: usize,
    width: usize,
    left: usize,
    bytes: Vec<u8>,
}

impl Decoder for Rows {
    fn push_row(&mut self, changes: &[u32]) {
        // A strip may have more rows than its tags say.
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        let start = self.bytes.len();
        self.bytes.resize(start + self.row_bytes, 0);
        let row = &mut self.bytes[start..];
        for run in changes.chunks(2) {
            let from = run.first().map_or(0, |from| *from as usize);
            let to = run.get(1).map_or(self.width, |to| *to as usize);
            fill_bits(row, from, to.min(self.width));
        }
    }
}

/// Sets the bits from `from` up to `to`.
fn fill_bits(row: &mut [u8], from: usize, to: usize) {
    if from >= to {
        return;
    }
    let (first, last) = (from / 8, (to - 1) / 8);
    let head = 0xff_u8 >> (from % 8);
    let tail = 0xff_u8 << (7 - (to - 1) % 8);
    if first == last {
        row[first] |= head & tail;
        return;
    }
    row[first] |= head;
    row[first + 1..last].fill(0xff);
    row[last] |= tail;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_fill_their_bits() {
        let mut row = [0; 3];
        fill_bits(&mut row, 3, 5);
        fill_bits(&mut row, 6, 18);
        assert_eq!(row, [0b0001_1011, 0xff, 0b1100_0000]);
        fill_bits(&mut row, 7, 7);
        assert_eq!(row[0], 0b0001_1011);
    }

    #[test]
    fn a_damaged_strip_gives_the_rows_before_the_damage() {
        // Two white rows of Group 4 are two bits; zeros are no code.
        let rows = unpack(&[0b1100_0000, 0, 0], Compression::Fax4, 16, 9);
        assert_eq!(rows, [0; 4]);
    }
}
