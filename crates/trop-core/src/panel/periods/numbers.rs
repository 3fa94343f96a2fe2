//! Numbers as periods, and dates that are coded as numbers.

use super::dates::{self, day_number, is_date, month_number, week_number, Moment};
use super::natural::increasing;

/// Differences of steps below this share of the first one are rounding.
const ROUNDING: f64 = 1e-9;

/// The value of each number, ascending: of dates if that is what they code, else the number itself.
///
/// A code says nothing new of numbers at even steps, and shows only where a year ends.
pub(super) fn calendar(values: &[f64]) -> Option<Vec<f64>> {
    let plain = increasing(values.to_vec())?;
    if is_even(&plain) {
        return Some(plain);
    }
    Some(coded(&plain).unwrap_or(plain))
}

fn is_even(values: &[f64]) -> bool {
    let first = values.get(1).map_or(0.0, |second| second - values[0]);
    values.windows(2).all(|w| ((w[1] - w[0]) / first - 1.0).abs() < ROUNDING)
}

fn coded(values: &[f64]) -> Option<Vec<f64>> {
    let whole = |value: &f64| (value.fract() == 0.0 && value.abs() < 1e9).then_some(*value as i64);
    let codes: Vec<i64> = values.iter().map(whole).collect::<Option<_>>()?;
    days(&codes)
        .or_else(|| within_years(&codes, 100, 1..=12, month_number))
        .or_else(|| within_years(&codes, 100, 1..=53, week_number))
        .or_else(|| {
            within_years(&codes, 1000, 1..=366, |year, day| {
                (day_number(year, 1, 1) + day - 1) as f64
            })
        })
        .or_else(|| quarters(&codes))
}

/// 20191130.
fn days(codes: &[i64]) -> Option<Vec<f64>> {
    let day = |&code: &i64| {
        let (year, month, day) = (code / 10_000, code / 100 % 100, code % 100);
        (is_year(year) && is_date(year, month, day))
            .then(|| Moment::of_day(day_number(year, month, day)))
    };
    dates::calendar(&codes.iter().map(day).collect::<Option<Vec<_>>>()?)
}

/// 20194: only if the quarters follow each other evenly.
fn quarters(codes: &[i64]) -> Option<Vec<f64>> {
    let quarter = |year: i64, quarter: i64| (year * 4 + quarter) as f64;
    within_years(codes, 10, 1..=4, quarter).filter(|values| is_even(values))
}

/// Years, and what is counted within them, in more than one year.
fn within_years(
    codes: &[i64],
    base: i64,
    range: std::ops::RangeInclusive<i64>,
    value: impl Fn(i64, i64) -> f64,
) -> Option<Vec<f64>> {
    let reads = codes.iter().all(|code| is_year(code / base) && range.contains(&(code % base)));
    let years = codes.first()? / base != codes.last()? / base;
    let values = || codes.iter().map(|code| value(code / base, code % base)).collect();
    (reads && years).then(values).and_then(increasing)
}

pub(super) fn is_year(year: i64) -> bool {
    (1000..3000).contains(&year)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps(values: &[i64]) -> Vec<f64> {
        let values: Vec<f64> = values.iter().map(|&value| value as f64).collect();
        calendar(&values).unwrap().windows(2).map(|w| w[1] - w[0]).collect()
    }

    #[test]
    fn coded_dates_are_recognised_where_a_year_ends() {
        assert_eq!(gaps(&[201911, 201912, 202001, 202003]), [1.0, 1.0, 2.0]);
        assert_eq!(gaps(&[20191130, 20191231, 20200131]), [1.0, 1.0]);
        assert_eq!(gaps(&[20191230, 20191231, 20200101]), [1.0, 1.0]);
        assert_eq!(gaps(&[202051, 202052, 202053, 202101]), [1.0; 3]);
        assert_eq!(gaps(&[2019364, 2019365, 2020001]), [1.0, 1.0]);
        assert_eq!(gaps(&[20193, 20194, 20201]), [1.0, 1.0]);
    }

    #[test]
    fn other_numbers_are_what_they_are() {
        assert_eq!(gaps(&[1990, 1992, 1995]), [2.0, 3.0]);
        assert_eq!(gaps(&[201911, 201912, 201915]), [1.0, 3.0]);
        assert_eq!(gaps(&[199998, 199999, 200001]), [1.0, 2.0]);
        assert_eq!(gaps(&[20191, 20194, 20201]), [3.0, 7.0]);
        assert_eq!(gaps(&[2019, 2020, 2022]), [1.0, 2.0]);
        assert_eq!(calendar(&[1.0, f64::INFINITY]), None);
        assert_eq!(calendar(&[1.0, 1.0]), None);
    }
}
