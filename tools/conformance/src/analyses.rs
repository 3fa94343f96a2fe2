//! Cases of designs, placebo criteria, inference and diagnostics.

use crate::designs::{
    block, far_unit, fragile, holes, lifted, on_off, single_unit, staggered, two_by_two,
};
use crate::json::from_rows;
use crate::panels::{factor_panel, literal, Matrices};
use crate::question::{ask, fit, triple, usual, Question, INF};
use serde_json::{json, Value};

pub fn questions() -> Vec<Question> {
    [
        designs(),
        averages(),
        criteria(),
        inference(),
        diagnostics(),
        sensitivity(),
        remarks(),
        bad_designs(),
        bad_methods(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A covariate for the cells of a panel: the outcomes of another.
fn covariate(seed: u64, like: &Matrices) -> Value {
    let other = factor_panel(seed, like.n_units, like.n_periods, |_, _| false);
    from_rows(other.outcome.chunks(like.n_periods))
}

/// Two groups of cells by the parity of unit plus period; no group for every third period.
fn parity(like: &Matrices) -> Value {
    let code = |i: usize, t: usize| if t % 3 == 0 { Value::Null } else { json!((i + t) % 2) };
    (0..like.n_units).map(|i| (0..like.n_periods).map(|t| code(i, t)).collect::<Value>()).collect()
}

fn designs() -> Vec<Question> {
    let with = |name, about, panel: Matrices, design: Value| {
        fit(name, about, panel, usual()).with("design", design)
    };
    let gaps = || json!([0.0, 1.0, 2.0, 4.0, 5.0, 8.0, 8.5, 10.0]);
    let two = |panel: &Matrices| json!([covariate(31, panel), covariate(32, panel)]);
    vec![
        with("design_pooled", "One fit for a block.", block(), json!({"anchor": "pooled"})),
        with(
            "design_pooled_staggered",
            "One fit for staggered adoption.",
            staggered(),
            json!({"anchor": "pooled"}),
        ),
        with(
            "design_spell",
            "A fit for each set of units that adopt together.",
            staggered(),
            json!({"anchor": "spell"}),
        ),
        with(
            "design_spell_on_off",
            "Several spells of one unit.",
            on_off(),
            json!({"anchor": "spell"}),
        ),
        with(
            "design_calendar",
            "Time weights by calendar.",
            block(),
            json!({"calendar": gaps(), "time_distance": "calendar"}),
        ),
        with(
            "design_calendar_pooled",
            "Time weights by calendar, from the centre of a block.",
            block(),
            json!({"calendar": gaps(), "time_distance": "calendar", "anchor": "pooled"}),
        ),
        with(
            "design_calendar_by_position",
            "A calendar that time weights do not count.",
            block(),
            json!({"calendar": gaps(), "time_distance": "position"}),
        ),
        ask(
            "weights",
            "design_calendar_weights",
            "The weights themselves.",
            block(),
            json!({
                "unit": 1,
                "period": 6,
                "lambdas": usual(),
                "design": {"calendar": gaps(), "time_distance": "calendar"},
            }),
        ),
        with(
            "design_average",
            "Weights of the average, a treated unit without any.",
            block(),
            json!({"average": [2.0, 0.0, 0.5, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0]}),
        ),
        with("design_covariates", "Two covariates.", block(), json!({"covariates": two(&block())})),
        with(
            "design_covariates_two_way",
            "Two covariates, no low-rank part.",
            staggered(),
            json!({"covariates": two(&staggered())}),
        )
        .with("lambdas", triple(0.2, 0.3, INF)),
        with(
            "design_covariates_missing",
            "A covariate and missing outcomes.",
            holes(),
            json!({"covariates": [covariate(33, &holes())]}),
        ),
        with(
            "design_everything",
            "Anchor, calendar, weights of the average and a covariate.",
            block(),
            json!({
                "anchor": "spell",
                "calendar": gaps(),
                "time_distance": "calendar",
                "average": [2.0, 1.0, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
                "covariates": [covariate(34, &block())],
            }),
        ),
        ask(
            "cell_effects",
            "design_covariates_cells",
            "Placebo effects with a covariate.",
            single_unit(),
            json!({
                "lambdas": usual(),
                "cells": {"unit": [5, 5, 1], "period": [2, 4, 0]},
                "design": {"covariates": [covariate(35, &single_unit())]},
            }),
        ),
    ]
}

fn averages() -> Vec<Question> {
    let of = |name, about, panel: Matrices, design: Value| {
        let arguments = json!({"lambdas": usual(), "design": design});
        ask("averages", name, about, panel, arguments)
    };
    let all = json!({
        "groupings": ["event_time", "period", "cohort", "unit", parity(&lifted())],
        "average": [1.0, 2.0, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
        "covariates": [covariate(36, &lifted())],
    });
    vec![
        of("averages_by_hand", "One treated cell, no grouping.", two_by_two(), json!({}))
            .with("lambdas", triple(0.0, 0.0, INF)),
        of("averages_groupings", "Every grouping, weights, a covariate.", lifted(), all),
        of(
            "averages_before_treatment",
            "Event times before treatment too.",
            lifted(),
            json!({"groupings": ["event_time"]}),
        )
        .with("pre_periods", json!(true)),
        of(
            "averages_pooled",
            "Effects of one fit by event time.",
            lifted(),
            json!({"anchor": "pooled", "groupings": ["event_time"]}),
        ),
    ]
}

fn criteria() -> Vec<Question> {
    let grids = || json!({"time": [0.1, 0.5], "unit": [0.0, 0.8], "nn": ["Infinity", 1.0]});
    let search = |name, about, panel| {
        ask("loocv_grid_search", name, about, panel, json!({ "grids": grids() }))
    };
    vec![
        search("criterion_placebo_sets", "Placebo sets.", block())
            .with("criterion", json!("placebo_sets"))
            .with("n_placebo_sets", json!(6))
            .with("seed", json!("7")),
        search("criterion_placebo_folds", "Folds.", block())
            .with("criterion", json!("placebo_folds"))
            .with("n_folds", json!(3))
            .with("method", json!("grid")),
        search("criterion_blocks", "Blocks.", staggered()).with("criterion", json!("blocks")),
        search("criterion_blocks_pooled", "Blocks for a pooled fit.", block())
            .with("design", json!({"anchor": "pooled"}))
            .with("criterion", json!("blocks")),
        search("criterion_default_numbers", "Folds, their number left open.", staggered())
            .with("criterion", json!("placebo_folds")),
        search("criterion_auto_pooled", "Placebo sets by default for a pooled fit.", block())
            .with("design", json!({"anchor": "pooled"})),
        search("criterion_loocv_pooled", "Leave-one-out for a pooled fit.", block())
            .with("design", json!({"anchor": "pooled"}))
            .with("criterion", json!("loocv")),
        search(
            "criterion_single_unit",
            "One treated unit: no two sets are the same.",
            single_unit(),
        )
        .with("criterion", json!("placebo_sets")),
        search("criterion_covariates", "Leave-one-out with a covariate.", single_unit())
            .with("design", json!({"covariates": [covariate(37, &single_unit())]})),
        search("search_adaptive", "Grids that grow around the choice.", single_unit())
            .with("method", json!("adaptive")),
        search("search_edges", "A choice at the ends of its grids.", block())
            .with("grids", json!({"time": [0.01, 0.02], "unit": [0.0, 0.01], "nn": [40.0, 50.0]})),
    ]
}

fn inference() -> Vec<Question> {
    let infer = |name, about, panel, method: &str| {
        let arguments =
            json!({"lambdas": usual(), "inference": method, "n_boot": 20, "level": 0.8});
        ask("infer", name, about, panel, arguments)
    };
    // Treated units 0 to 2 in two clusters, of which one has a never-treated unit; the others in four.
    let clusters = || json!({"clusters": [7, 7, -1, -1, 3, 3, 4, 5, 6], "groupings": ["cohort"]});
    let events = || json!({"groupings": ["event_time"]});
    let auto = |name, about, panel| {
        ask("infer", name, about, panel, json!({"lambdas": triple(0.2, 0.3, INF)}))
    };
    vec![
        auto("infer_auto", "No option is given.", block().raised(10.0)),
        auto(
            "infer_auto_placebo",
            "One treated unit, enough others for placebos.",
            factor_panel(22, 21, 5, |i, t| i == 20 && t == 4).raised(10.0),
        ),
        infer("infer_bootstrap", "Resampled units, by event time.", lifted(), "bootstrap")
            .with("design", events())
            .with("seed", json!("9007199254740993")),
        infer("infer_bootstrap_before", "Event times before treatment too.", lifted(), "bootstrap")
            .with("design", events())
            .with("pre_periods", json!(true)),
        infer("infer_jackknife", "Units left out, by period.", lifted(), "jackknife")
            .with("design", json!({"groupings": ["period"]})),
        infer("infer_placebo", "Several treated units on others.", lifted(), "placebo")
            .with("design", events()),
        infer("infer_placebo_pooled", "Placebos of one fit.", lifted(), "placebo")
            .with("design", json!({"anchor": "pooled"})),
        infer("infer_placebo_single_unit", "Each other unit once.", single_unit(), "placebo"),
        infer("infer_conformal", "Shifts in time.", single_unit().raised(10.0), "conformal"),
        infer("infer_covariates", "Coefficients too.", lifted(), "jackknife")
            .with("design", json!({"covariates": [covariate(38, &lifted())]})),
        infer("infer_clusters_bootstrap", "Clusters resampled.", lifted(), "bootstrap")
            .with("design", clusters()),
        infer("infer_clusters_jackknife", "Clusters left out.", lifted(), "jackknife")
            .with("design", clusters()),
        infer("infer_clusters_placebo", "Clusters in the roles of clusters.", lifted(), "placebo")
            .with("design", clusters())
            .with("pre_periods", json!(true)),
        infer("infer_retuned", "Lambdas chosen anew in each draw.", lifted(), "placebo")
            .with("n_boot", json!(4))
            .with(
                "retuning",
                json!({"grids": {"time": [0.0, 0.5], "unit": [0.0], "nn": ["Infinity", 1.0]}}),
            ),
        infer("infer_retuned_folds", "The same by placebo folds.", lifted(), "jackknife").with(
            "retuning",
            json!({
                "grids": {"time": [0.0, 0.5], "unit": [0.0], "nn": ["Infinity"]},
                "method": "grid",
                "criterion": "placebo_folds",
                "n_folds": 2,
                "seed": "3",
            }),
        ),
        infer("infer_failed_draws", "Draws without an effect are counted.", fragile(), "bootstrap"),
    ]
}

fn diagnostics() -> Vec<Question> {
    let of = |name, about, panel, (unit, period): (usize, usize), lambdas: Value| {
        let arguments = json!({"unit": unit, "period": period, "lambdas": lambdas});
        ask("diagnose", name, about, panel, arguments)
    };
    vec![
        of("diagnose_treated", "The fit behind a treated cell.", block(), (1, 7), usual()),
        of("diagnose_control", "The fit behind a placebo effect.", staggered(), (6, 3), usual()),
        of("diagnose_pooled", "The fit that treated cells share.", block(), (1, 7), usual())
            .with("design", json!({"anchor": "pooled"})),
        of(
            "diagnose_rank_zero",
            "No low-rank part, no imbalance.",
            block(),
            (1, 7),
            triple(0.2, 0.3, INF),
        ),
        of("diagnose_nn_zero", "At lambda_nn = 0.", single_unit(), (5, 7), triple(0.2, 0.3, 0.0)),
        of("diagnose_covariates", "Beside a covariate.", block(), (1, 7), usual())
            .with("design", json!({"covariates": [covariate(39, &block())]})),
        of("diagnose_options", "Both options.", block(), (1, 7), usual())
            .with("tolerance", json!(1e-10))
            .with("max_iterations", json!(3)),
        of("error_diagnose_outside", "A unit that is not there.", block(), (10, 0), usual()),
        of(
            "error_target_not_estimable",
            "The only control cell of a unit.",
            two_by_two(),
            (1, 0),
            usual(),
        ),
    ]
}

fn sensitivity() -> Vec<Question> {
    let of = |function, name, about, panel| {
        ask(function, name, about, panel, json!({ "lambdas": usual() }))
    };
    let at = |name, about, panel, candidates: Value| {
        ask("att_at", name, about, panel, json!({ "candidates": candidates }))
    };
    let average = || json!({"average": [1.0, 2.0, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]});
    vec![
        at(
            "att_at_several",
            "The average effect over lambdas, one of them twice.",
            block(),
            json!({
                "time": [0.2, 0.0, 0.2, 0.2],
                "unit": [0.3, 0.0, 0.3, 0.3],
                "nn": [0.8, "Infinity", 2.0, 0.8],
            }),
        ),
        at(
            "att_at_underflow",
            "Weights that leave a treated cell, then all, without an effect.",
            far_unit(),
            json!({"time": [0.0, 800.0], "unit": [1.0, 1.0], "nn": [1.0, 1.0]}),
        ),
        at("att_at_none", "No lambdas.", block(), json!({"time": [], "unit": [], "nn": []})),
        at(
            "att_at_pooled",
            "The same of one fit.",
            block(),
            json!({"time": [0.2, 0.2], "unit": [0.3, 0.3], "nn": [0.8, "Infinity"]}),
        )
        .with("design", json!({"anchor": "pooled"})),
        of("ablation", "ablation_staggered", "Parts taken away.", staggered()),
        of("leave_one_out", "leave_one_out_lifted", "Without each control unit.", lifted()),
        of("leave_one_out", "leave_one_out_average", "The same, weighted.", lifted())
            .with("design", average()),
        of("pre_treatment_fit", "pre_fit_staggered", "The fit before adoption.", staggered()),
        of("pre_treatment_fit", "pre_fit_average", "The same, weighted.", lifted())
            .with("design", average()),
        of(
            "pre_treatment_fit",
            "pre_fit_none",
            "Treated in the first period: no cell before it.",
            factor_panel(6, 4, 3, |i, t| i == 0 && t == 0),
        ),
    ]
}

fn remarks() -> Vec<Question> {
    let on = |name, about, panel| ask("remarks", name, about, panel, json!({}));
    vec![
        on("remarks_none", "Nothing to remark.", staggered()),
        on(
            "remarks_spike",
            "Treated in a single period.",
            factor_panel(41, 4, 4, |i, t| i == 0 && t == 2),
        ),
        on(
            "remarks_swapped",
            "Treatment that only ends.",
            factor_panel(42, 4, 4, |i, t| i < 3 && t < 2),
        ),
        on("remarks_uneven", "Uneven periods whose gaps do not count.", two_by_three())
            .with("design", json!({"calendar": [1.0, 2.0, 4.0]})),
        on("remarks_uneven_counted", "Uneven periods whose gaps count.", two_by_three())
            .with("design", json!({"calendar": [1.0, 2.0, 4.0], "time_distance": "calendar"})),
    ]
}

fn two_by_three() -> Matrices {
    literal([[1.0, 2.0, 4.0], [2.0, 3.0, 7.0]], [[0.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
}

/// The covariate with which the fit of [`four_by_five`] diverges.
fn diverging() -> Value {
    json!([
        [-2.7, -0.1, -4.5, 0.8, -3.2],
        [3.4, -3.3, -0.5, 3.8, 1.2],
        [-2.5, -0.8, -4.4, -0.8, -3.1],
        [-0.8, -4.1, 4.2, 2.6, -1.1],
    ])
}

fn four_by_five() -> Matrices {
    let none = [0.0; 5];
    literal(
        [
            [0.9, -1.6, 0.9, 0.7, -0.9],
            [1.7, 1.8, -2.8, -0.5, 3.0],
            [-2.8, 1.6, -2.8, 4.9, 1.0],
            [3.6, 0.8, 3.7, 3.8, 0.0],
        ],
        [none, none, none, [0.0, 0.0, 0.0, 0.0, 1.0]],
    )
}

fn bad_designs() -> Vec<Question> {
    let of = |name, about, design: Value| {
        fit(name, about, two_by_three(), usual()).with("design", design)
    };
    let x = || json!([[1.0, 5.0, 2.0], [3.0, 8.0, 4.0]]);
    let double = json!([[2.0, 10.0, 4.0], [6.0, 16.0, 8.0]]);
    vec![
        of(
            "error_calendar_missing",
            "Time weights by calendar, and no calendar.",
            json!({"time_distance": "calendar"}),
        ),
        of(
            "error_calendar_not_increasing",
            "A period twice.",
            json!({"calendar": [1.0, 2.0, 2.0]}),
        ),
        of(
            "error_calendar_infinite",
            "A period at infinity.",
            json!({"calendar": [1.0, 2.0, "Infinity"]}),
        ),
        of(
            "error_average_all_zero",
            "The treated unit has no weight.",
            json!({"average": [1.0, 0.0]}),
        ),
        of(
            "error_average_out_of_range",
            "Weights whose sum overflows.",
            json!({"average": [1e308, 1e308]}),
        ),
        of("error_average_negative", "A negative weight.", json!({"average": [-1.0, 1.0]})),
        of(
            "error_covariate_missing",
            "A covariate without a value.",
            json!({"covariates": [[[1.0, "NaN", 2.0], [3.0, 8.0, 4.0]]]}),
        ),
        of(
            "error_covariate_constant",
            "A covariate of unit and period effects.",
            json!({"covariates": [[[1.0, 2.0, 4.0], [2.0, 3.0, 5.0]]]}),
        ),
        of(
            "error_covariates_collinear",
            "A covariate twice.",
            json!({"covariates": [x(), double]}),
        ),
        fit(
            "error_fit_diverged",
            "A covariate and a lambda_nn that floating-point numbers cannot tell from 0.",
            four_by_five(),
            triple(0.0, 0.0, 1e-300),
        )
        .with("design", json!({"covariates": [diverging()]})),
        fit("error_covariates_without_penalty", "lambda_nn = 0.", block(), triple(0.2, 0.3, 0.0))
            .with("design", json!({"covariates": [covariate(40, &block())]})),
    ]
}

fn bad_methods() -> Vec<Question> {
    let infer = |name, about, panel, method: &str| {
        let arguments = json!({"lambdas": usual(), "inference": method});
        ask("infer", name, about, panel, arguments)
    };
    let search = |name, about, criterion: &str| {
        let arguments = json!({
            "criterion": criterion,
            "grids": {"time": [0.0], "unit": [0.0], "nn": ["Infinity"]},
        });
        ask("loocv_grid_search", name, about, single_unit(), arguments)
    };
    vec![
        infer("error_inference_bootstrap", "One treated unit.", single_unit(), "bootstrap"),
        infer("error_inference_jackknife", "One treated unit.", single_unit(), "jackknife"),
        infer("error_inference_placebo", "One never-treated unit.", two_by_three(), "placebo"),
        infer("error_inference_auto", "Too little for any method.", two_by_two(), "auto"),
        infer("error_inference_conformal_pooled", "No single cells.", single_unit(), "conformal")
            .with("design", json!({"anchor": "pooled"})),
        infer("error_inference_draws", "One draw.", block(), "bootstrap").with("n_boot", json!(1)),
        infer("error_inference_level", "A level of 1.", block(), "bootstrap")
            .with("level", json!(1.0)),
        search("error_placebo_one_set", "One placebo set.", "placebo_sets")
            .with("n_placebo_sets", json!(1)),
        search("error_placebo_many_folds", "More folds than units.", "placebo_folds")
            .with("n_folds", json!(50)),
    ]
}
