//! The reader of conformance cases: the same answer for one and two threads, and its numbers come back from text.

use crate::given::Given;
use crate::json::{from_number, from_numbers, from_rows, number, object};
use crate::matrices::Matrices;
use crate::oracles::{answer, refused};
use crate::runner;
use crate::text::to_text;
use serde_json::Value;

const FUNCTIONS: [&str; 12] = [
    "compute_unit_distance_matrix",
    "leave_period_out_distances",
    "weights",
    "pre_treatment_cells",
    "estimate",
    "cell_effects",
    "averages",
    "diagnose",
    "ablation",
    "leave_one_out",
    "pre_treatment_fit",
    "analyze",
];

pub fn run(given: &mut Given<'_>) {
    let x = given.wild();
    let read = number(&reread(&from_number(x))).expect("a number");
    assert!(read.to_bits() == x.to_bits() || (read.is_nan() && x.is_nan()), "{x:e} and {read:e}");
    let Matrices { outcome, treatment, n_units, n_periods, .. } = Matrices::new(given);
    let rows = |values: &[f64]| from_rows(values.chunks(n_periods));
    let panel = object([
        ("n_units", n_units.into()),
        ("n_periods", n_periods.into()),
        ("outcome", rows(&outcome)),
        ("treatment", rows(&treatment)),
    ]);
    let (function, arguments) = (given.pick(&FUNCTIONS), arguments(given, n_units, n_periods));
    let panel = reread(&panel);
    match answer(runner::answer(function, &panel, &reread(&arguments), Some(1))) {
        Some(one) => {
            let two =
                runner::answer(function, &panel, &arguments, Some(2)).expect("as with one thread");
            assert_eq!(one, two, "{function}");
            assert_eq!(one, reread(&one), "{function}");
        }
        None => {
            refused(&runner::answer(function, &panel, &arguments, Some(2)).expect_err("as before"))
        }
    }
}

/// A value as its file gives it back.
fn reread(value: &Value) -> Value {
    serde_json::from_str(&to_text(value)).expect("what was written can be read")
}

fn arguments(given: &mut Given<'_>, n_units: usize, n_periods: usize) -> Value {
    let mut cells = || (0..3).map(|_| given.cell(n_units, n_periods)).collect::<Vec<_>>();
    let cells = cells();
    let lambdas = given.lambdas();
    let by_name = object([
        ("time", from_number(lambdas.time)),
        ("unit", from_number(lambdas.unit)),
        ("nn", from_number(lambdas.nn)),
    ]);
    let anchor = given.pick(&["cell", "pooled", "spell"]);
    let average = given.numbers(n_units, |given| given.below(9) as f64);
    object([
        ("lambdas", by_name.clone()),
        ("unit", cells[0].unit.into()),
        ("period", cells[0].period.into()),
        (
            "cells",
            object([
                ("unit", cells.iter().map(|cell| cell.unit).collect()),
                ("period", cells.iter().map(|cell| cell.period).collect()),
            ]),
        ),
        ("max_iterations", 300.into()),
        ("design", object([("anchor", anchor.into()), ("average", from_numbers(&average))])),
        (
            "options",
            object([("lambdas", by_name), ("n_boot", 4.into()), ("max_iterations", 300.into())]),
        ),
        ("labels", object([("unit", "state".into())])),
    ])
}
