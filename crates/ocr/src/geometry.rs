//! Pixel geometry: bounding boxes, and the rotation that made a page upright.

/// A bounding box in pixels, parallel to the sides of its image: left and top inclusive, right and
/// bottom exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoundingBox {
    /// First column.
    pub left: usize,
    /// First row.
    pub top: usize,
    /// One past the last column.
    pub right: usize,
    /// One past the last row.
    pub bottom: usize,
}

impl BoundingBox {
    /// Columns.
    pub fn width(&self) -> usize {
        self.right - self.left
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.bottom - self.top
    }

    /// The smallest box that contains both.
    pub fn union(self, other: BoundingBox) -> BoundingBox {
        BoundingBox {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// This many pixels larger on each side, clipped to an image of `width` by `height` pixels.
    pub fn expanded(self, by: usize, width: usize, height: usize) -> BoundingBox {
        BoundingBox {
            left: self.left.saturating_sub(by),
            top: self.top.saturating_sub(by),
            right: (self.right + by).min(width),
            bottom: (self.bottom + by).min(height),
        }
    }
}

/// The clockwise rotation that made a page upright and straight: quarter turns first (page
/// orientation), then an angle around the center (deskew).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PageRotation {
    /// Quarter turns, 0 to 3.
    pub quarter_turns: u8,
    /// Degrees.
    pub degrees: f32,
}

impl PageRotation {
    /// Width and height of a page after the rotation. Deskew does not change the size.
    pub fn size_after<T>(self, (width, height): (T, T)) -> (T, T) {
        if self.quarter_turns.is_multiple_of(2) {
            (width, height)
        } else {
            (height, width)
        }
    }
}
