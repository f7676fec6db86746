//! Fault injection in a released program: none.

use std::time::Duration;

use crate::files;
use diarium_document::Source;

/// Injects nothing.
pub(super) fn inject_fault(_: &Source) {}

/// Injects nothing.
pub(super) fn inject_before_start(_: &Source) {}

/// Injects nothing.
pub(super) fn inject_io_error(_: &Source) -> Result<(), files::Error> {
    Ok(())
}

/// The environment sets no unit.
pub(super) fn wait_unit() -> Option<Duration> {
    None
}
