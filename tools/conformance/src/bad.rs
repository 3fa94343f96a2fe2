//! Questions that have no answer: bad panels, bad arguments, nothing to estimate.

use crate::designs::{block, two_by_two};
use crate::panels::{factor_panel, literal};
use crate::question::{ask, fit, triple, Question, INF};
use serde_json::{json, Value};

const NAN: f64 = f64::NAN;

pub fn questions() -> Vec<Question> {
    [bad_panels(), bad_arguments(), nothing_to_estimate()].into_iter().flatten().collect()
}

fn bad_panels() -> Vec<Question> {
    let distance =
        |name, about, panel| ask("compute_unit_distance_matrix", name, about, panel, json!({}));
    let mut half = two_by_two();
    half.treatment[3] = 0.5;
    let mut unknown = two_by_two();
    unknown.treatment[2] = NAN;
    let mut untreated = two_by_two();
    untreated.treatment[3] = 0.0;
    let mut treated = two_by_two();
    treated.treatment.fill(1.0);
    let row = |unit: usize| -> Vec<(usize, usize)> { (0..8).map(|t| (unit, t)).collect() };
    let col = |period: usize| -> Vec<(usize, usize)> { (0..10).map(|i| (i, period)).collect() };
    vec![
        distance("error_empty_panel", "No units and no periods.", literal::<0, 0>([], [])),
        distance("error_treatment_half", "A treatment of one half.", half),
        distance("error_treatment_missing", "A missing treatment.", unknown),
        distance("error_outcome_infinite", "An infinite outcome.", block().with(INF, &[(4, 2)])),
        distance(
            "error_outcome_minus_infinite",
            "A negative infinite outcome.",
            block().with(-INF, &[(4, 2)]),
        ),
        distance(
            "error_outcome_too_small",
            "Outcomes whose squares underflow.",
            block().times(1e-150),
        ),
        distance(
            "error_outcome_too_far",
            "An outcome beside which the others are rounding.",
            block().with(1e32, &[(4, 2)]),
        ),
        distance("error_unit_all_missing", "A unit without an outcome.", block().missing(&row(6))),
        distance(
            "error_period_all_missing",
            "A period without an outcome.",
            block().missing(&col(3)),
        ),
        distance("error_no_treated_cell", "Nothing is treated.", untreated),
        distance("error_no_control_cell", "All is treated.", treated),
    ]
}

fn bad_arguments() -> Vec<Question> {
    let usual = || triple(0.2, 0.3, 0.8);
    let one = |name, about| fit(name, about, block(), usual());
    let lambda = |name, about, lambdas: Value| fit(name, about, block(), lambdas);
    let search = |name, about, grids: Value| {
        ask("loocv_grid_search", name, about, block(), json!({ "grids": grids }))
    };
    let good = || json!({"time": [0.0], "unit": [0.0], "nn": ["Infinity"]});
    let outside = |function, name, about| {
        ask(function, name, about, block(), json!({"unit": 10, "period": 0}))
    };
    vec![
        lambda("error_lambda_negative", "A negative lambda.", triple(-0.1, 0.0, 1.0)),
        lambda(
            "error_lambda_infinite",
            "Only lambda_nn may be infinite.",
            json!({"time": 0.0, "unit": "Infinity", "nn": 1.0}),
        ),
        lambda(
            "error_lambda_nan",
            "A lambda that is no number.",
            json!({"time": 0.0, "unit": 0.0, "nn": "NaN"}),
        ),
        one("error_tolerance_zero", "A tolerance of 0.").with("tolerance", json!(0.0)),
        one("error_tolerance_one", "A tolerance of 1.").with("tolerance", json!(1.0)),
        one("error_max_iterations_zero", "No iterations.").with("max_iterations", json!(0)),
        one("error_threads_zero", "No threads.").with("threads", json!(0)),
        search(
            "error_grid_empty",
            "A grid without candidates.",
            json!({"time": [], "unit": [0.0], "nn": [1.0]}),
        ),
        search(
            "error_grid_duplicate",
            "A candidate twice.",
            json!({"time": [0.0], "unit": [0.0], "nn": [1.0, 2.0, 1.0]}),
        ),
        search(
            "error_grid_negative",
            "A negative candidate.",
            json!({"time": [0.0], "unit": [-1.0], "nn": [1.0]}),
        ),
        search("error_sample_empty", "A sample of no cells.", good()).with("max_cells", json!(0)),
        search("error_search_tolerance", "A tolerance of 2 in a search.", good())
            .with("tolerance", json!(2.0)),
        outside(
            "leave_period_out_distances",
            "error_cell_outside_distance",
            "A unit that is not there.",
        ),
        outside("weights", "error_cell_outside_weights", "A unit that is not there.")
            .with("lambdas", usual()),
        ask(
            "cell_effects",
            "error_cell_outside_effects",
            "A period that is not there.",
            block(),
            json!({"lambdas": usual(), "cells": {"unit": [0, 1], "period": [0, 8]}}),
        ),
    ]
}

fn nothing_to_estimate() -> Vec<Question> {
    let always = factor_panel(13, 4, 3, |i, _| i == 0);
    let lonely = literal([[1.0, 5.0, NAN], [NAN, NAN, 2.0]], [[0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]);
    vec![
        fit("error_no_estimable_cell", "One unit, treated always.", always, triple(0.0, 0.0, 1.0)),
        fit(
            "error_all_weights_underflow",
            "No weight but the target period's.",
            block(),
            triple(800.0, 0.0, 1.0),
        ),
        ask(
            "loocv_grid_search",
            "error_no_scorable_cell",
            "Control cells that nothing connects.",
            lonely,
            json!({"grids": {"time": [0.0], "unit": [0.0], "nn": ["Infinity"]}}),
        ),
    ]
}
