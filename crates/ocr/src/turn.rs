//! By how much was a page turned to stand upright and straight?

/// A turn clockwise: by right angles first, then by some degrees around the middle.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Turn {
    /// Right angles, 0 to 3.
    pub quarters: u8,
    /// Degrees.
    pub degrees: f32,
}

impl Turn {
    /// Width and height of a page once it is turned.
    pub fn size_after<T>(self, (width, height): (T, T)) -> (T, T) {
        match self.quarters % 2 {
            0 => (width, height),
            _ => (height, width),
        }
    }
}
