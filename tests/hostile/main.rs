//! Does a file that was made to do harm cost itself and nothing else?
//!
//! Each file here makes such documents in a temporary folder, beside good ones, and runs the program
//! over both. Whatever the bad ones are, the good ones come out whole, and each bad one is a record
//! that keeps its promises or a failure that says why.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod deaths;
mod inbox;
#[cfg(unix)]
mod names;
mod pdf;
mod screen;
mod text;
mod web;
