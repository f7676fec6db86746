//! Resource limits of a worker process.

use std::fs;
use std::io;

/// Limits this process to so many bytes of memory and disables core dumps, which would contain
/// the text of documents. When the machine runs out of memory, the kernel is asked to end a worker
/// before anything else.
///
/// `RLIMIT_DATA` counts private writable memory (since Linux 4.7). `RLIMIT_AS` would also count the
/// program with its built-in weights, and address space that is only reserved. macOS has the call,
/// but its allocator ignores it: there only the time limit holds.
#[cfg(unix)]
pub(super) fn restrict(memory: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let at_most = |bytes| Rlimit {
        current: Some(bytes),
        maximum: Some(bytes),
    };
    setrlimit(Resource::Core, at_most(0))?;
    setrlimit(Resource::Data, at_most(memory))?;
    // Only Linux has it, and no run depends on it.
    let _ = fs::write("/proc/self/oom_score_adj", "500");
    Ok(())
}

/// Windows has no such limits.
#[cfg(not(unix))]
pub(super) fn restrict(_: u64) -> io::Result<()> {
    Ok(())
}
