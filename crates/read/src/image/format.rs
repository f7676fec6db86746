//! Image formats, by their magic numbers.

/// An image format that diarium reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImageFormat {
    Tiff,
    Jpeg,
    Png,
    Jpeg2000,
    WebP,
    Gif,
    Bmp,
}

impl ImageFormat {
    /// The format of these bytes. `is_text` tells that they look like text, which may begin with the
    /// letters of GIF. All other magic numbers have bytes that no text has.
    pub(crate) fn detect(bytes: &[u8], is_text: bool) -> Option<Self> {
        const MAGIC: &[(&[u8], ImageFormat)] = &[
            (b"II*\0", ImageFormat::Tiff),
            (b"MM\0*", ImageFormat::Tiff),
            // TIFF with offsets of 64 bits.
            (b"II+\0", ImageFormat::Tiff),
            (b"MM\0+", ImageFormat::Tiff),
            (b"\xff\xd8\xff", ImageFormat::Jpeg),
            (b"\x89PNG\r\n\x1a\n", ImageFormat::Png),
            (b"\0\0\0\x0cjP  ", ImageFormat::Jpeg2000),
            // A bare code stream (ISO/IEC 15444-1, A.4.1).
            (b"\xff\x4f\xff\x51", ImageFormat::Jpeg2000),
            (b"GIF87a", ImageFormat::Gif),
            (b"GIF89a", ImageFormat::Gif),
        ];
        if let Some((_, format)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
            return Some(*format).filter(|format| *format != Self::Gif || !is_text);
        }
        if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            return Some(Self::WebP);
        }
        is_bmp(bytes).then_some(Self::Bmp)
    }

    /// Its media type in records.
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Tiff => "image/tiff",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Jpeg2000 => "image/jp2",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
        }
    }
}

/// Whether this is a Windows bitmap. Two letters are a weak magic number, so the header's length, which
/// follows the file header, has to be one of those in use.
fn is_bmp(bytes: &[u8]) -> bool {
    let is_header_length = |length: &[u8]| {
        length
            .try_into()
            .map(u32::from_le_bytes)
            .is_ok_and(|length| matches!(length, 12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
    };
    bytes.starts_with(b"BM") && bytes.get(14..18).is_some_and(is_header_length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_their_bytes() {
        let bmp = [b"BM".as_slice(), &[0; 12], &40_u32.to_le_bytes()].concat();
        let cases: [(&[u8], Option<ImageFormat>); 6] = [
            (b"MM\0*\0\0\0\x08", Some(ImageFormat::Tiff)),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some(ImageFormat::WebP)),
            (b"RIFF\0\0\0\0WAVEfmt ", None),
            (&bmp, Some(ImageFormat::Bmp)),
            (b"BM\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", None),
            (b"%PDF-1.4", None),
        ];
        for (bytes, expected) in cases {
            assert_eq!(ImageFormat::detect(bytes, false), expected, "{bytes:?}");
        }
        assert_eq!(
            ImageFormat::detect(b"GIF89a \xc3\xa4r ett format", true),
            None
        );
    }
}
