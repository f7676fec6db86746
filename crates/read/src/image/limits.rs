//! Resource limits: bounds on what an image file can demand.

/// Limits on everything that an image file can demand.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Most pixels of a picture. A3 at 600 dpi is 70 million.
    pub pixels: usize,
    /// Longest side of a picture in pixels. A meter at 600 dpi is 24,000.
    // Layout of text that is longer is no page, and some decoders count in 16 bits.
    pub side: usize,
    /// Most bytes of a decoded picture, where its pixels have several samples.
    pub bytes: usize,
    /// Most pages of a file.
    pub pages: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pixels: 100_000_000,
            side: 65_535,
            bytes: 512 << 20,
            pages: 5_000,
        }
    }
}

impl Limits {
    /// Whether a picture of this size is within the limits, when each of its pixels takes up to
    /// `bytes_per_pixel` bytes while it is decoded.
    pub(super) fn allow(&self, width: usize, height: usize, bytes_per_pixel: usize) -> bool {
        let pixels = width.checked_mul(height);
        width <= self.side
            && height <= self.side
            && pixels.is_some_and(|pixels| {
                let bytes = pixels.checked_mul(bytes_per_pixel);
                pixels <= self.pixels && bytes.is_some_and(|bytes| bytes <= self.bytes)
            })
    }
}
