//! Watchdog: limits on the time between two heartbeats of a worker.
//!
//! - **CPU limit** (`--timeout`): a worker that has used so much CPU time since its last heartbeat
//!   makes no progress. The same wall-clock time must have passed as well: the threads of one worker
//!   may use CPU time faster than the clock runs.
//! - **Wall-clock ceiling** ([`CEILING_FACTOR`] times `--timeout`): a worker that waits, is stopped,
//!   or gets no CPU time from an overloaded machine does not reach the CPU limit. It is ended at the
//!   ceiling.
//!
//! Time during which the supervisor itself was stopped does not count: the worker was stopped, too.
//!
//! Where the CPU time of another process cannot be determined (macOS, Windows), `--timeout` limits
//! wall-clock time. [`Watchdog`] reads no clock: the caller passes times in.

use std::fmt;
use std::time::Duration;

/// The wall-clock ceiling as a multiple of `--timeout`.
// When `--timeout` limited wall-clock time, texts of 20 to 60 MB exceeded its 120 s on a busy
// machine. Ten times that allows for ten busy processes on every core; a worker that waits for ever
// is still ended after twenty minutes.
const CEILING_FACTOR: u32 = 10;

/// The least and the greatest time between two polls of a silent worker.
// A poll reads the worker's CPU time, which takes some tens of microseconds: 10 ms cost less than a
// per cent. A worker exceeds its limit by up to one interval: a second matters little against any
// limit for which the interval is that long.
const POLL_INTERVAL: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));

/// A poll that comes later than so many intervals counts as so many.
// The supervisor was stopped meanwhile, by a debugger or because the machine slept. A busy machine
// delays polls by less.
const LATE_POLL_FACTOR: u32 = 4;

/// Which limit a worker exceeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pipeline) enum Expired {
    /// It used this much CPU time, or more.
    CpuTime(Duration),
    /// This much wall-clock time passed, but little CPU time.
    Ceiling(Duration),
    /// This much wall-clock time passed; CPU time is not known.
    WallClock(Duration),
}

/// Watches one worker from one heartbeat to the next.
#[derive(Debug)]
pub(super) struct Watchdog {
    limit: Duration,
    /// Wall-clock time since the last heartbeat.
    silence: Duration,
    /// CPU time at the first poll since the last heartbeat.
    // A heartbeat itself costs no poll, so that up to one interval of CPU time is not counted, in the
    // worker's favor.
    baseline: Option<Duration>,
}

impl Watchdog {
    /// Starts at a heartbeat, or when a document is given to the worker.
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            limit,
            silence: Duration::ZERO,
            baseline: None,
        }
    }

    /// How long to wait for a heartbeat before the next poll.
    pub(super) fn poll_interval(&self) -> Duration {
        let (least, most) = POLL_INTERVAL;
        (self.limit / 8).clamp(least, most)
    }

    /// Whether the worker has exceeded a limit. `waited` is the wall-clock time since the last poll,
    /// `cpu_time` the CPU time that the worker has used since its start.
    pub(super) fn poll(&mut self, waited: Duration, cpu_time: Option<Duration>) -> Option<Expired> {
        let longest = self.poll_interval().saturating_mul(LATE_POLL_FACTOR);
        self.silence = self.silence.saturating_add(waited.min(longest));
        let ceiling = self.limit.saturating_mul(CEILING_FACTOR);
        let Some(cpu_time) = cpu_time else {
            return (self.silence >= self.limit).then_some(Expired::WallClock(self.limit));
        };
        let used = cpu_time.saturating_sub(*self.baseline.get_or_insert(cpu_time));
        if used >= self.limit && self.silence >= self.limit {
            return Some(Expired::CpuTime(self.limit));
        }
        (self.silence >= ceiling).then_some(Expired::Ceiling(ceiling))
    }
}

/// The limit, and what the user can do.
impl fmt::Display for Expired {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CpuTime(limit) => write!(
                formatter,
                "no progress in {} s of CPU time; a larger --timeout gives it more time",
                limit.as_secs_f64()
            ),
            Self::Ceiling(ceiling) => write!(
                formatter,
                "no progress for {} s ({CEILING_FACTOR} times --timeout), with little CPU time \
                 used: it waits for something, or other programs leave it none",
                ceiling.as_secs_f64()
            ),
            Self::WallClock(limit) => write!(
                formatter,
                "no progress for {} s; a larger --timeout gives it more time",
                limit.as_secs_f64()
            ),
        }
    }
}

/// The CPU time that a process and its threads have used, in user and in kernel mode; `None` where
/// it cannot be determined. Its child processes do not count: the external OCR engine has a time
/// limit of its own.
#[cfg(target_os = "linux")]
pub(super) fn cpu_time(process: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let ticks = ticks(&stat)?;
    let ticks_per_second = rustix::param::clock_ticks_per_second();
    let milliseconds = ticks.saturating_mul(1000).checked_div(ticks_per_second)?;
    Some(Duration::from_millis(milliseconds))
}

/// Other systems have no interface to the CPU time of another process that is safe Rust.
#[cfg(not(target_os = "linux"))]
pub(super) fn cpu_time(_: u32) -> Option<Duration> {
    None
}

/// The sum of `utime` and `stime`, fields 14 and 15 of `proc_pid_stat(5)`, in clock ticks.
#[cfg(any(target_os = "linux", test))]
fn ticks(stat: &str) -> Option<u64> {
    // The second field, the program's name, may contain spaces and parentheses: count the fields
    // from the last closing parenthesis.
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    user.checked_add(system)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(120);

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// Polls a worker every second of wall-clock time, in each of which it uses this much CPU time;
    /// after how many seconds which limit is exceeded.
    fn watched(cpu_time_per_second: Duration) -> (u64, Expired) {
        let mut watchdog = Watchdog::new(LIMIT);
        let mut cpu_time = seconds(500);
        let mut polls = (1..).map(|second| {
            let expired = watchdog.poll(seconds(1), Some(cpu_time));
            cpu_time += cpu_time_per_second;
            Some((second, expired?))
        });
        polls.find_map(|poll| poll).unwrap()
    }

    #[test]
    fn a_worker_that_spins_is_ended_at_the_cpu_limit() {
        let expired = Expired::CpuTime(LIMIT);
        assert_eq!(watched(seconds(1)), (121, expired.clone()));
        assert_eq!(watched(seconds(1) / 4), (481, expired));
    }

    #[test]
    fn a_worker_that_gets_no_cpu_time_is_ended_at_the_ceiling_only() {
        let expired = Expired::Ceiling(seconds(1200));
        assert_eq!(watched(Duration::ZERO), (1200, expired));
    }

    #[test]
    fn many_threads_do_not_reach_the_limit_before_the_clock_does() {
        assert_eq!(watched(seconds(8)), (120, Expired::CpuTime(LIMIT)));
    }

    #[test]
    fn without_cpu_times_the_limit_is_wall_clock_time() {
        let mut watchdog = Watchdog::new(LIMIT);
        let mut polls = (1..).map(|second| Some((second, watchdog.poll(seconds(1), None)?)));
        let expired = polls.find_map(|poll| poll);
        assert_eq!(expired, Some((120, Expired::WallClock(LIMIT))));
    }

    #[test]
    fn time_during_which_the_supervisor_was_stopped_does_not_count() {
        let mut watchdog = Watchdog::new(LIMIT);
        for cpu_time in [Some(Duration::ZERO), None] {
            assert_eq!(watchdog.poll(seconds(86_400), cpu_time), None);
        }
    }

    #[test]
    fn limits_of_any_size_are_possible() {
        for limit in [Duration::from_nanos(1), Duration::MAX] {
            let mut watchdog = Watchdog::new(limit);
            assert!(!watchdog.poll_interval().is_zero());
            assert!(
                watchdog
                    .poll(Duration::ZERO, Some(Duration::ZERO))
                    .is_none()
            );
        }
    }

    #[test]
    fn a_message_says_which_limit_it_was() {
        let message = Expired::CpuTime(LIMIT).to_string();
        assert!(message.contains("120 s of CPU time"), "{message}");
        let message = Expired::Ceiling(seconds(1200)).to_string();
        assert!(message.contains("1200 s (10 times --timeout)"), "{message}");
    }

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
