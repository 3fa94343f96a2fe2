//! Days of the calendar.

use super::natural::increasing;
use std::fmt;

const DAY: f64 = 86_400.0;

/// A date, or a date and time, as the clocks of its place show it.
///
/// ```
/// use trop_core::{order_periods, Moment, PeriodIds, Standing};
/// // Midnights in Berlin around the day of 25 hours.
/// let berlin = |day: i64, offset: f64| {
///     Moment { day, clock: 0.0, instant: day as f64 * 86_400.0 - offset * 3_600.0 }
/// };
/// let days = PeriodIds::Moments(vec![berlin(18_560, 2.0), berlin(18_561, 1.0), berlin(18_562, 1.0)]);
/// let calendar = order_periods(&days, Standing::Loose)?.calendar.unwrap();
/// assert_eq!((calendar[1] - calendar[0], calendar[2] - calendar[1]), (1.0, 1.0));
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Days from 1970-01-01 on, by the local calendar.
    pub day: i64,
    /// Seconds of that day that local clocks show; 0 for a date.
    pub clock: f64,
    /// Seconds since 1970-01-01 in universal time; of a date, or where no time zone is known, by local clocks.
    pub instant: f64,
}

impl Moment {
    /// A date.
    pub(super) fn of_day(day: i64) -> Self {
        Moment { day, clock: 0.0, instant: day as f64 * DAY }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.day);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// The value of each moment, ascending: months if each is the same day of a month of its own, or its last; days if
/// each is the same time of a day of its own; else the time that has passed, in days.
pub(super) fn calendar(moments: &[Moment]) -> Option<Vec<f64>> {
    let same_time = moments.iter().all(|moment| moment.clock == moments[0].clock);
    if same_time && moments.windows(2).all(|w| w[1].day > w[0].day) {
        return Some(
            months(moments).unwrap_or_else(|| moments.iter().map(|m| m.day as f64).collect()),
        );
    }
    increasing(moments.iter().map(|moment| moment.instant / DAY).collect())
}

fn months(moments: &[Moment]) -> Option<Vec<f64>> {
    let dates: Vec<_> = moments.iter().map(|moment| civil(moment.day)).collect();
    let same_day = dates.iter().all(|date| date.2 == dates[0].2);
    let last_day = moments.iter().all(|moment| civil(moment.day.saturating_add(1)).2 == 1);
    let values = dates.iter().map(|&(year, month, _)| month_number(year, month)).collect();
    increasing(values).filter(|_| same_day || last_day)
}

pub(super) fn month_number(year: i64, month: i64) -> f64 {
    (year * 12 + month) as f64
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; years begin in March, so that a leap day ends one.
pub(super) fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year
        - 719_468
}

/// Year, month and day of a day: what [`day_number`] counts from.
fn civil(day: i64) -> (i64, i64, i64) {
    let mut year = (day as f64 / 365.2425) as i64 + 1970;
    while day_number(year + 1, 1, 1) <= day {
        year += 1;
    }
    while day_number(year, 1, 1) > day {
        year -= 1;
    }
    let month = (1..=12).rev().find(|&month| day_number(year, month, 1) <= day).unwrap_or(1);
    (year, month, day - day_number(year, month, 1) + 1)
}

pub(super) fn is_date(year: i64, month: i64, day: i64) -> bool {
    (1..=12).contains(&month) && day >= 1 && civil(day_number(year, month, 1) + day - 1).1 == month
}

/// The count of a week of ISO 8601, whose first one holds the fourth of January.
pub(super) fn week_number(year: i64, week: i64) -> f64 {
    // 1970-01-05 is a Monday.
    let first = (day_number(year, 1, 4) - 4).div_euclid(7);
    (first + week - 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_leap_years_and_back() {
        assert_eq!(day_number(1970, 1, 1), 0);
        assert_eq!(day_number(2000, 2, 29) + 1, day_number(2000, 3, 1));
        assert_eq!(day_number(1900, 2, 28) + 1, day_number(1900, 3, 1));
        assert_eq!(day_number(9999, 12, 31), 2_932_896);
        assert_eq!(civil(2_932_896), (9999, 12, 31));
        for day in (-800_000..800_000).step_by(97) {
            let (year, month, of_month) = civil(day);
            assert_eq!(day_number(year, month, of_month), day);
            assert!(is_date(year, month, of_month));
        }
        assert!(!is_date(2019, 2, 29) && is_date(2020, 2, 29) && !is_date(2020, 13, 1));
    }

    #[test]
    fn weeks_are_those_of_iso_8601() {
        // 2020 has 53 weeks, 2019 has 52.
        assert_eq!(week_number(2020, 53) + 1.0, week_number(2021, 1));
        assert_eq!(week_number(2019, 52) + 1.0, week_number(2020, 1));
    }
}
