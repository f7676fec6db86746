//! EXIF data: the orientation and the resolution that a camera or a scanner noted.
//!
//! They are a TIFF directory inside another file (CIPA DC-008).

use super::orientation::Orientation;
use super::tiff::directory::{Structure, tag};

/// What the EXIF data of a picture say.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct Exif {
    pub orientation: Orientation,
    pub resolution: Option<(f32, f32)>,
}

impl Exif {
    /// Reads EXIF data; those that are damaged say nothing.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        // Some writers keep the prefix of the JPEG segment in other formats.
        let bytes = bytes.strip_prefix(b"Exif\0\0").unwrap_or(bytes);
        let Some((structure, first)) = Structure::open(bytes) else {
            return Self::default();
        };
        let Some(directory) = structure.directory(first) else {
            return Self::default();
        };
        let orientation = directory.number(tag::ORIENTATION).unwrap_or_default();
        Self {
            orientation: Orientation::from_tag(orientation),
            resolution: directory.resolution(),
        }
    }
}
