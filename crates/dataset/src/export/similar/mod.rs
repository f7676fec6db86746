//! Which records say nearly the same?
//!
//! Two copies of a document, or two drafts, must not be parted over the splits of a dataset, or what
//! is learnt from one is tested on the other. Texts are compared by the share of word sequences that
//! they have in common (Broder, "On the resemblance and containment of documents", 1997), estimated
//! from signatures of fixed length; only those are held in memory.

mod groups;
mod index;
mod signature;

pub use groups::Groups;
pub use index::{Found, Index};
pub use signature::{Signature, signature};

/// From this share on a record is a near-duplicate of another. That of Lee et al., "Deduplicating
/// Training Data Makes Language Models Better", 2022, section 4.2.
pub const NEAR_DUPLICATE: f64 = 0.8;

/// From this share on two records go into the same split. Lower, because the estimate is off by
/// 0.035 on average (the square root of 0.8 · 0.2 / 128), and nearly never by three times that.
pub const TOGETHER: f64 = 0.7;
