//! Near-duplicate detection: MinHash signatures, a locality-sensitive hashing (LSH) index and union-find.
//!
//! The similarity of two records is the Jaccard similarity of their sets of word 5-grams (Broder, "On
//! the resemblance and containment of documents", 1997), estimated from MinHash signatures of fixed
//! length ([`Signature`]). [`LshIndex`] finds candidates without comparing all pairs, and [`UnionFind`]
//! collects the clusters. Only signatures are in memory, never texts.
//!
//! Two copies or drafts of a document must not be in different splits of a dataset: otherwise a model
//! is tested on what it was trained on.

mod lsh_index;
mod minhash;
mod union_find;

pub use lsh_index::{LshIndex, Match};
pub use minhash::{Signature, signature};
pub use union_find::UnionFind;

/// The similarity from which a record is a near-duplicate of another.
// The bound of Lee et al., "Deduplicating Training Data Makes Language Models Better", 2022, section
// 4.2. Other values make other duplicates.csv files.
pub const NEAR_DUPLICATE: f64 = 0.8;

/// The similarity from which two records go into the same split.
// Below NEAR_DUPLICATE, because the estimate has a standard error of 0.035 there (the square root of
// 0.8 · 0.2 / 128): a true near-duplicate is estimated below 0.7 only at almost three standard errors.
pub const SAME_SPLIT: f64 = 0.7;
