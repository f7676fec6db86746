//! Resource limits: bounds on size, memory and work for hostile PDFs.
//!
//! The defaults are well above what real documents need; the figures at each limit say by how much.

/// Limits on everything that a file can demand.
///
/// A file that exceeds a limit of the document is refused. A page that exceeds a limit of the page is read up
/// to there, with a warning.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest file, in bytes. The largest real scans that we know, reports of some hundred pages
    /// at 300 dpi, are near 200 MB.
    pub file_bytes: usize,
    /// Most bytes that one stream may unpack to, images aside (reading text never unpacks them).
    /// Real page contents, fonts and object streams stay under 20 MB.
    pub stream_bytes: usize,
    /// Most bytes that all the streams which can grow large may unpack to together.
    pub total_stream_bytes: usize,
    /// Most pages. Books have fewer than 2,000; a page tree that claims more is an attack or a
    /// collection that should be split.
    pub pages: usize,
    /// Most glyphs on a page. A dense newspaper page has 30,000.
    pub glyphs: usize,
    /// Most drawing operations on a page: text, paths, images, clips and groups. Maps and technical
    /// drawings reach 200,000; a form that draws itself twice, thirty levels deep, reaches 2³⁰.
    pub operations: usize,
    /// Most drawing operations of a document, where 64 bytes of its pages' contents count as one as
    /// well. The largest real documents stay under a tenth of it; five thousand pages at the limit of a page
    /// each would take a night.
    pub total_operations: usize,
    /// Most glyphs of a document. A thousand pages of running text have three million.
    pub total_glyphs: usize,
    /// Longest side of a page in points. PDF's own limit is 14,400 (200 inches).
    pub page_side: f32,
    /// Most pixels of a page that is rendered for OCR, and of all its images together. A3 at 600 dpi is 70
    /// million.
    pub raster_pixels: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 512 << 20,
            stream_bytes: 128 << 20,
            total_stream_bytes: 512 << 20,
            pages: 5_000,
            glyphs: 200_000,
            operations: 500_000,
            total_operations: 50_000_000,
            total_glyphs: 20_000_000,
            page_side: 14_400.0,
            raster_pixels: 100_000_000,
        }
    }
}
