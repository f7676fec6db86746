//! Watchdog: limits on the time that a worker may take between two heartbeats.
//!
//! - **CPU limit** (`--timeout`): a worker that has used so much CPU time since its last heartbeat
//!   spins. The same wall-clock time must have passed as well: threads of one worker may use CPU
//!   time faster than the clock runs.
//! - **Wall-clock ceiling** ([`CEILING_FACTOR`] times `--timeout`): a worker that waits, is stopped,
//!   or gets no CPU time from an overloaded machine uses none of it; it is ended at the ceiling.
//!
//! Where the CPU time of another process cannot be determined (macOS, Windows), `--timeout` limits
//! wall-clock time. This module reads no clock: the caller passes times in.

use std::fmt;
use std::time::Duration;

/// Texts of 20 to 60 MB took more than 120 s on a busy machine when the limit was wall-clock time.
/// Ten times that allows for ten busy processes on every core; a worker that waits for ever is still
/// ended in twenty minutes.
const CEILING_FACTOR: u32 = 10;

/// How often the CPU time of a silent worker is read at most, and at least. Reading takes some tens
/// of microseconds.
const POLL_INTERVAL: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));

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
    /// CPU time at the first poll since the last heartbeat. A heartbeat itself costs no poll, so up
    /// to one poll interval of CPU time is not counted, in the worker's favor.
    baseline: Option<Duration>,
}

impl Watchdog {
    /// A heartbeat has just arrived, or a document has been handed over.
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            limit,
            baseline: None,
        }
    }

    /// How long to wait for a heartbeat before the next poll.
    pub(super) fn poll_interval(&self) -> Duration {
        let (least, most) = POLL_INTERVAL;
        (self.limit / 8).clamp(least, most)
    }

    /// Decides whether the worker has exceeded a limit. `silence` is the wall-clock time since the
    /// last heartbeat, `cpu_time` all the CPU time that the worker has ever used.
    pub(super) fn poll(
        &mut self,
        silence: Duration,
        cpu_time: Option<Duration>,
    ) -> Option<Expired> {
        let ceiling = self.limit.saturating_mul(CEILING_FACTOR);
        let Some(cpu_time) = cpu_time else {
            return (silence >= self.limit).then_some(Expired::WallClock(self.limit));
        };
        let used = cpu_time.saturating_sub(*self.baseline.get_or_insert(cpu_time));
        if used >= self.limit && silence >= self.limit {
            return Some(Expired::CpuTime(self.limit));
        }
        (silence >= ceiling).then_some(Expired::Ceiling(ceiling))
    }
}

/// Which limit, and what the user can do.
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

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(120);

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// Polls a worker that had used 500 s before, at these points in time (wall clock, CPU).
    fn watched(polls: &[(u64, u64)]) -> Option<Expired> {
        let mut watchdog = Watchdog::new(LIMIT);
        assert_eq!(watchdog.poll(seconds(0), Some(seconds(500))), None);
        let mut polls = polls.iter();
        polls.find_map(|&(wall, cpu)| watchdog.poll(seconds(wall), Some(seconds(500 + cpu))))
    }

    #[test]
    fn a_worker_that_spins_is_ended_at_the_cpu_limit() {
        assert_eq!(watched(&[(60, 60), (119, 119)]), None);
        assert_eq!(watched(&[(120, 120)]), Some(Expired::CpuTime(LIMIT)));
        let starved = [(120, 30), (480, 119), (484, 120)];
        assert_eq!(watched(&starved), Some(Expired::CpuTime(LIMIT)));
    }

    #[test]
    fn a_worker_that_gets_no_cpu_time_is_ended_at_the_ceiling_only() {
        assert_eq!(watched(&[(120, 0), (600, 1), (1199, 1)]), None);
        let ceiling = Some(Expired::Ceiling(seconds(1200)));
        assert_eq!(watched(&[(120, 0), (1200, 1)]), ceiling);
    }

    #[test]
    fn many_threads_do_not_reach_the_limit_before_the_clock_does() {
        assert_eq!(watched(&[(30, 240)]), None);
        assert_eq!(watched(&[(120, 960)]), Some(Expired::CpuTime(LIMIT)));
    }

    #[test]
    fn without_cpu_times_the_limit_is_wall_clock_time() {
        let mut watchdog = Watchdog::new(LIMIT);
        assert_eq!(watchdog.poll(seconds(119), None), None);
        let expired = watchdog.poll(LIMIT, None);
        assert_eq!(expired, Some(Expired::WallClock(LIMIT)));
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
}
