//! Wall clock: the time in RFC 3339, and in nanoseconds.

use jiff::Timestamp;

/// The current time in UTC, RFC 3339 with whole seconds.
pub(super) fn now() -> String {
    rfc_3339(Timestamp::now())
}

/// The current time in nanoseconds since the Unix epoch.
pub(super) fn now_ns() -> i128 {
    Timestamp::now().as_nanosecond()
}

/// Fractions of a second are cut off, not rounded: no time that is written is in the future.
fn rfc_3339(timestamp: Timestamp) -> String {
    format!("{timestamp:.0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc_with_whole_seconds() {
        for (milliseconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_827_696_000, "2000-02-29T12:34:56Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59Z"),
            (1_795_327_714_500, "2026-11-22T06:08:34Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00Z"),
        ] {
            let timestamp = Timestamp::from_millisecond(milliseconds).unwrap();
            assert_eq!(rfc_3339(timestamp), text);
        }
    }
}
