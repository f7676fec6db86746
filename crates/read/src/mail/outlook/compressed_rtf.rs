//! Compressed rich text (MS-OXRTFCP): the text of a message that has no other.

/// What the dictionary holds at the beginning: the words that most texts have.
const DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \
\\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\
\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// Size of the dictionary, which is overwritten from its beginning again and again.
const SIZE: usize = 4096;

/// The rich text in these bytes, as far as they go.
pub(super) fn unpack(packed: &[u8]) -> Vec<u8> {
    // Lengths, a signature and a checksum.
    let (Some(signature), Some(content)) = (packed.get(8..12), packed.get(16..)) else {
        return Vec::new();
    };
    if signature == b"MELA" {
        return content.to_vec();
    }
    let mut dictionary = [0; SIZE];
    for (place, byte) in dictionary.iter_mut().zip(DICTIONARY) {
        *place = *byte;
    }
    let mut unpacker = Unpacker {
        dictionary,
        at: DICTIONARY.len() % SIZE,
        text: Vec::new(),
    };
    unpacker.run(content);
    unpacker.text
}

struct Unpacker {
    dictionary: [u8; SIZE],
    /// Where the next byte is written to the dictionary.
    at: usize,
    text: Vec<u8>,
}

impl Unpacker {
    fn run(&mut self, content: &[u8]) -> Option<()> {
        let mut bytes = content.iter().copied();
        loop {
            // Each bit tells whether a reference or a byte follows.
            let control = bytes.next()?;
            for bit in 0..8 {
                if control >> bit & 1 == 0 {
                    self.push(bytes.next()?);
                    continue;
                }
                let reference = u16::from_be_bytes([bytes.next()?, bytes.next()?]);
                let from = usize::from(reference >> 4);
                if from == self.at {
                    return None;
                }
                // At most 17 bytes for two, so that the text is bounded by its packed length.
                for step in 0..usize::from(reference & 0xf) + 2 {
                    let byte = self.dictionary.get((from + step) % SIZE).copied();
                    self.push(byte?);
                }
            }
        }
    }

    fn push(&mut self, byte: u8) {
        self.text.push(byte);
        if let Some(place) = self.dictionary.get_mut(self.at) {
            *place = byte;
        }
        self.at = (self.at + 1) % SIZE;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_specification_are_unpacked() {
        // MS-OXRTFCP, 3.1: a text with references to the dictionary, and one with a reference to itself.
        let packed =
            b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125B2\x0a\xf3 hel\x09\0\
            \x20bw\x05\xb0ld}\x0a\x80\x0f\xa0";
        assert_eq!(
            unpack(packed),
            b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
        );
        let packed =
            b"\x1a\0\0\0\x1c\0\0\0LZFu\xe2\xd4\x4b\x51\x41\0\x04\x20WXYZ\x0d\x6e\x7d\x01\x0e\xb0";
        assert_eq!(unpack(packed), b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}");
        for length in 0..packed.len() {
            let _ = unpack(&packed[..length]);
        }
    }
}
