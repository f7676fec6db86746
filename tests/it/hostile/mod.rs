//! Hostile input: a file that was made to do harm fails alone.
//!
//! Each module makes such documents in a temporary folder, beside good ones, and runs the program
//! over both. Whatever the hostile ones are, the good ones keep their whole records, and each hostile
//! one has a valid record or a failure with a reason.

mod formats;
mod inbox;
#[cfg(unix)]
mod names;
mod pdf;
mod terminal_output;
mod text;
mod web;
mod worker_crashes;
