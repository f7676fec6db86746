//! How much of the machine may a worker have?

use std::fs;
use std::io;

/// Sets this process's own bounds: so many bytes of memory, and no core dump, which would leave
/// what documents say lying about. Where the machine as a whole runs out of memory, the system is
/// asked to end a worker before anything else.
///
/// `RLIMIT_DATA` counts what a process may write to and does not share (since Linux 4.7), so that
/// neither the program with its built-in weights nor address space that is only set aside counts;
/// `RLIMIT_AS` would. macOS has the call, but its allocator does not heed it: there only the
/// time limit holds.
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
