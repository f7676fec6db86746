//! Dates of spreadsheets, which are numbers of days.

/// Days from the epoch of spreadsheets, 30 December 1899, to that of Unix.
const TO_UNIX: i64 = 25_569;

/// Days from the epoch of spreadsheets to that of old Macintosh files.
const EPOCH_1904: f64 = 1_462.0;

/// The day after the last, 31 December 9999.
const END: f64 = 2_958_466.0;

/// A day in the calendar of spreadsheets that does not exist: 29 February 1900.
const FALSE_LEAP_DAY: f64 = 60.0;

const SECONDS_OF_DAY: f64 = 86_400.0;

/// A date with its time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    days: i64,
    seconds: i64,
    /// The whole number in seconds, for durations.
    total: i64,
}

impl Moment {
    /// The moment of a number; `None` if that is no date.
    pub(super) fn of(value: f64, is_1904: bool) -> Option<Self> {
        let value = if is_1904 { value + EPOCH_1904 } else { value };
        if !(0.0..END).contains(&value) {
            return None;
        }
        // In the range that was tested above.
        #[allow(clippy::cast_possible_truncation)]
        let total = (value * SECONDS_OF_DAY).round() as i64;
        let is_before_leap_day = (1.0..FALSE_LEAP_DAY).contains(&value);
        Some(Self {
            days: total.div_euclid(86_400) + i64::from(is_before_leap_day),
            seconds: total.rem_euclid(86_400),
            total,
        })
    }

    /// Year, month and day. The algorithm is Howard Hinnant's `civil_from_days`.
    fn civil(self) -> (i64, i64, i64) {
        let days = self.days - TO_UNIX + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_index = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_index + 2) / 5 + 1;
        let month = if month_index < 10 {
            month_index + 3
        } else {
            month_index - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, month, day)
    }

    pub(super) fn date(self) -> String {
        let (year, month, day) = self.civil();
        format!("{year:04}-{month:02}-{day:02}")
    }

    pub(super) fn month(self) -> String {
        let (year, month, _) = self.civil();
        format!("{year:04}-{month:02}")
    }

    pub(super) fn year(self) -> String {
        format!("{:04}", self.civil().0)
    }

    pub(super) fn time(self, with_seconds: bool) -> String {
        let (hours, minutes, seconds) = (
            self.seconds / 3600,
            self.seconds / 60 % 60,
            self.seconds % 60,
        );
        if with_seconds {
            format!("{hours:02}:{minutes:02}:{seconds:02}")
        } else {
            format!("{hours:02}:{minutes:02}")
        }
    }

    /// A duration in hours, minutes or seconds.
    pub(super) fn elapsed(self, unit: char) -> String {
        let total = self.total;
        match unit {
            'h' => format!("{}:{:02}", total / 3600, total / 60 % 60),
            'm' => format!("{}:{:02}", total / 60, total % 60),
            _ => total.to_string(),
        }
    }
}
