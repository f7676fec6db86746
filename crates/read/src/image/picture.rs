//! A decoded picture: its pixels, and what the file says about its size and its top.

use std::fmt;

use super::orientation::Orientation;
use super::raster::Raster;

/// A decoded picture.
#[derive(Debug)]
pub(super) struct Picture {
    /// Its pixels as stored.
    pub raster: Raster,
    /// Pixels per inch across and down, as the file states them.
    pub resolution: Option<(f32, f32)>,
    /// How the stored pixels are to be turned.
    pub orientation: Orientation,
    /// What is wrong with the picture, of which only a part could be decoded.
    pub damage: Option<String>,
}

impl Picture {
    /// A whole picture about which the file says nothing.
    pub(super) fn new(raster: Raster) -> Self {
        Self {
            raster,
            resolution: None,
            orientation: Orientation::default(),
            damage: None,
        }
    }
}

/// Why a picture cannot be decoded, in words for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PictureError {
    Damaged(String),
    Unsupported(String),
    TooLarge(String),
}

impl PictureError {
    pub(super) fn damaged(reason: impl fmt::Display) -> Self {
        Self::Damaged(format!(
            "{reason}; open it in an image program and save it anew"
        ))
    }

    pub(super) fn unsupported(what: impl fmt::Display) -> Self {
        Self::Unsupported(format!(
            "it has {what}, which diarium does not read; save it as PNG or TIFF"
        ))
    }

    pub(super) fn too_large(width: usize, height: usize) -> Self {
        Self::TooLarge(format!(
            "it has {width} × {height} pixels, more than the limits allow; save it smaller"
        ))
    }
}

impl fmt::Display for PictureError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Damaged(message) | Self::Unsupported(message) | Self::TooLarge(message)) = self;
        formatter.write_str(message)
    }
}
