//! Operation counter: the number of operations a document costs, for the tests of linear run time.
//!
//! Loops over lines, labels, headings and candidates count their steps; searches count the bytes that
//! they examine. Unlike seconds, operations are the same on every machine. Release builds count nothing.

#[cfg(debug_assertions)]
use std::cell::Cell;

#[cfg(debug_assertions)]
thread_local! {
    /// One count per thread, because tests run in parallel.
    static SPENT: Cell<u64> = const { Cell::new(0) };
}

/// Adds this many operations to the thread's count.
#[inline]
pub fn spend(operations: usize) {
    #[cfg(debug_assertions)]
    SPENT.with(|spent| spent.set(spent.get().saturating_add(operations as u64)));
    #[cfg(not(debug_assertions))]
    let _ = operations;
}

/// The thread's count so far; always 0 in release builds.
pub fn spent() -> u64 {
    #[cfg(debug_assertions)]
    let spent = SPENT.with(Cell::get);
    #[cfg(not(debug_assertions))]
    let spent = 0;
    spent
}
