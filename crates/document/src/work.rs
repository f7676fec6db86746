//! Work counter: how many operations the stages spent, for the test that they are linear.
//!
//! Loops over lines, labels, headings and candidates count their steps, searches the bytes that they
//! look at. Operations are the same on every machine, seconds are not. Release builds count nothing.

#[cfg(debug_assertions)]
use std::cell::Cell;

#[cfg(debug_assertions)]
thread_local! {
    /// Of the thread that works: tests run side by side.
    static SPENT: Cell<u64> = const { Cell::new(0) };
}

/// Counts so many operations.
#[inline]
pub fn spend(operations: usize) {
    #[cfg(debug_assertions)]
    SPENT.with(|spent| spent.set(spent.get().saturating_add(operations as u64)));
    #[cfg(not(debug_assertions))]
    let _ = operations;
}

/// What was counted on this thread so far; always 0 in release builds.
pub fn spent() -> u64 {
    #[cfg(debug_assertions)]
    let spent = SPENT.with(Cell::get);
    #[cfg(not(debug_assertions))]
    let spent = 0;
    spent
}
