//! Support code of the tests: run the program, run the pipeline, make a scanned page.

pub(crate) mod archives;
pub(crate) mod cli;
pub(crate) mod pipeline;
pub(crate) mod scanned_page;
