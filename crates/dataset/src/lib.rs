//! Datasets: export of records, statistics over them, and evaluation against hand-labelled ground truth.

pub mod evaluate;
pub mod export;
pub mod stats;
