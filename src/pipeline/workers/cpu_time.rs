//! CPU time of another process.
//!
//! Linux only: the times in `/proc/PID/stat`. Other systems have no safe interface for it, and the
//! caller falls back to wall-clock time.

use std::time::Duration;

/// The CPU time that a process and its threads have used, in user and in kernel mode; `None` where
/// it cannot be determined. Processes that it started do not count: the external OCR engine has a
/// time limit of its own.
#[cfg(target_os = "linux")]
pub(super) fn cpu_time(process: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let ticks = ticks(&stat)?;
    let per_second = rustix::param::clock_ticks_per_second();
    let milliseconds = ticks.saturating_mul(1000).checked_div(per_second)?;
    Some(Duration::from_millis(milliseconds))
}

/// Other systems have no safe interface for it.
#[cfg(not(target_os = "linux"))]
pub(super) fn cpu_time(_: u32) -> Option<Duration> {
    None
}

/// The sum of `utime` and `stime`, fields 14 and 15 of `proc_pid_stat(5)`. The second field, the
/// program's name, may contain spaces and parentheses, so that the fields are counted from the
/// last closing parenthesis on.
#[cfg(any(target_os = "linux", test))]
fn ticks(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    user.checked_add(system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_name_with_spaces_and_parentheses_is_skipped() {
        let stat = "17 (a) S (b c)) R 1 2 3 0 -1 4194304 5 0 0 0 250 50 7 8 20 0";
        assert_eq!(ticks(stat), Some(300));
        for malformed in [
            "",
            "17 (a",
            "17 (a) R 1 2 3",
            "17 (a) R 1 2 3 0 -1 4 5 0 0 0 x 50",
        ] {
            assert_eq!(ticks(malformed), None, "{malformed}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_that_is_gone_has_no_cpu_time() {
        assert!(cpu_time(std::process::id()).is_some());
        assert_eq!(cpu_time(u32::MAX), None);
    }
}
