//! What is refused.

use super::*;

/// Two units over three periods, the second treated in the last one; one outcome missing.
fn small() -> Panel {
    let y = [1.0, NAN, 3.0, 2.0, 4.0, 5.0];
    Panel::new(&y, &[0.0, 0.0, 0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 3 }).unwrap()
}

fn refused(design: Design, error: Error, code: &str, place: &str) {
    let found = small().with_design(&design).unwrap_err();
    assert_eq!(found, error);
    assert_eq!(found.code(), code);
    assert!(found.to_string().contains(place), "{found}");
}

#[test]
fn calendars_that_cannot_be_used() {
    let none = Design { time_distance: TimeDistance::Calendar, ..Default::default() };
    refused(none, Error::CalendarMissing, "calendar_missing", "each period");
    for found in [0, 2, 4] {
        let design = by_calendar((0..found).map(|s| s as f64).collect());
        let error = Error::CalendarLength { found, expected: 3 };
        let place = format!("{found} values, but the panel has 3 periods");
        refused(design, error, "calendar_length", &place);
    }
    let inf = f64::INFINITY;
    for (calendar, period) in [
        ([1.0, 1.0, 2.0], 1),
        ([1.0, 3.0, 2.0], 2),
        ([NAN, 1.0, 2.0], 0),
        ([1.0, NAN, 2.0], 1),
        ([1.0, 2.0, inf], 2),
        ([-inf, 2.0, 3.0], 0),
        // Differences, and multiples of the smallest gap, that overflow.
        ([-1e308, 0.0, 1e308], 2),
        ([0.0, 1e-300, 1e300], 2),
    ] {
        // Checked even where positions count.
        for time_distance in [TimeDistance::Calendar, TimeDistance::Position] {
            let design = Design { time_distance, ..by_calendar(calendar.to_vec()) };
            let error = Error::CalendarNotIncreasing { period };
            refused(design, error, "calendar_not_increasing", &format!("at period {period}"));
        }
    }
}

#[test]
fn weights_of_the_average_that_cannot_be_used() {
    let design = |weight: &[f64]| Design { average: Some(weight.to_vec()), ..Default::default() };
    for found in [0, 1, 3] {
        let error = Error::WeightsLength { side: "unit", found, expected: 2 };
        let place = format!("{found} unit weights were given, but the panel has 2 units");
        refused(design(&vec![1.0; found]), error, "weights_length", &place);
    }
    for (value, text) in [(-1.0, "-1"), (NAN, "NaN"), (f64::INFINITY, "inf")] {
        let error = Error::WeightInvalid { side: "unit", index: 1, value: text.into() };
        let place = format!("unit 1 is {text}");
        refused(design(&[1.0, value]), error, "weight_invalid", &place);
    }
    // Control units have no effects to average.
    let place = "every treated unit has weight 0";
    refused(design(&[1.0, 0.0]), Error::AverageAllZero, "average_all_zero", place);
}

#[test]
fn covariates_that_cannot_be_used() {
    let fine = vec![1.0, 5.0, 2.0, 4.0, 4.5, 7.0];
    let design =
        |second: Vec<f64>| Design { covariates: vec![fine.clone(), second], ..Default::default() };
    for found in [0, 5, 7] {
        let error = Error::CovariateLength { covariate: 1, found, expected: 6 };
        let place = format!("covariate 1 has {found} entries");
        refused(design(vec![1.0; found]), error, "covariate_length", &place);
    }
    for value in [NAN, f64::INFINITY, f64::NEG_INFINITY, -1e154] {
        // Also where the outcome is a treated one.
        for (at, unit, period) in [(0, 0, 0), (4, 1, 1), (5, 1, 2)] {
            let mut second = fine.clone();
            second[at] = value;
            let error = Error::CovariateMissing { covariate: 1, unit, period };
            let place =
                format!("covariate 1 of unit {unit} is missing, infinite or beyond 1e100 in period {period}");
            refused(design(second), error, "covariate_missing", &place);
        }
    }
}

#[test]
fn groupings_that_cannot_be_used() {
    for found in [0, 5, 7] {
        let groupings = vec![Grouping::Unit, Grouping::Given(vec![1; found])];
        let design = Design { groupings, ..Default::default() };
        let error = Error::GroupingLength { grouping: 1, found, expected: 6 };
        let place = format!("grouping 1 has {found} codes");
        refused(design, error, "grouping_length", &place);
    }
}
