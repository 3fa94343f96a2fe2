//! Treatments from first treated periods.

use trop_core::{Cell, Panel, Rows};

const YEARS: [f64; 3] = [2000.0, 2001.0, 2002.0];

/// Units 0 to 3 in 2000 to 2002, but for the absent row of unit 1 in 2001.
fn rows() -> Rows {
    let cells = (0..4).flat_map(|unit| (2000..2003).map(move |year| (unit, year)));
    let (unit, time): (Vec<i64>, Vec<i64>) = cells.filter(|&cell| cell != (1, 2001)).unzip();
    Rows::new(&unit, &time).unwrap()
}

/// A first treated period for each of the eleven rows, by unit.
fn of_units(first: [f64; 4]) -> Vec<f64> {
    rows().cells().map(|cell| first[cell.unit]).collect()
}

fn treated(first: [f64; 4], zero_is_never: bool) -> Vec<f64> {
    rows().cohorts(&of_units(first), &YEARS, zero_is_never).unwrap().treatment
}

#[test]
fn treatment_lasts_from_the_first_treated_period_on() {
    let expected = [0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    for never in [0.0, f64::NAN, f64::INFINITY] {
        assert_eq!(treated([2002.0, 2001.0, never, never], true), expected);
    }
    // Between two periods it is the later one.
    assert_eq!(treated([2001.5, 2000.1, 0.0, 0.0], true), expected);
    // The row of adoption of unit 1 is absent, and its first row after it is the second treated period.
    let first = of_units([2002.0, 2001.0, 0.0, 0.0]);
    let outcome: Vec<f64> = (0..11).map(f64::from).collect();
    let panel = Panel::from_cohorts(&rows(), &outcome, &first, &YEARS, true).unwrap();
    assert_eq!(panel.event_time(Cell { unit: 1, period: 2 }), Some(1));
    assert!(panel.remarks().iter().all(|remark| !remark.code().starts_with("cohorts")));
}

#[test]
fn cohorts_outside_of_the_panel_are_remarked_on() {
    let first = of_units([2002.0, 2003.0, 1990.0, 2000.0]);
    let found = rows().cohorts(&first, &YEARS, true).unwrap();
    let codes: Vec<_> = found.remarks.iter().map(|remark| remark.to_string()).collect();
    assert!(codes[0].starts_with("1 of the units are first treated after the last period"));
    assert!(
        codes[1].starts_with("2 of the units are treated from the first period on or before it")
    );
    assert_eq!(found.treatment[3..], [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
}

#[test]
fn what_has_no_one_meaning_is_refused() {
    let refused = |first: &[f64], calendar: &[f64], zero| {
        rows().cohorts(first, calendar, zero).unwrap_err().code()
    };
    let mut varies = of_units([2002.0, 2001.0, 0.0, 0.0]);
    varies[10] = 2002.0;
    assert_eq!(refused(&varies, &YEARS, true), "cohort_varies");
    let relative = [-1.0, 0.0, 1.0];
    let first = of_units([1.0, f64::NAN, 0.0, 1.0]);
    assert_eq!(refused(&first, &relative, true), "cohort_ambiguous");
    assert!(rows().cohorts(&first, &relative, false).is_ok());
    assert_eq!(refused(&first[1..], &YEARS, true), "shape_mismatch");
    assert_eq!(refused(&first, &YEARS[1..], true), "calendar_length");
}
