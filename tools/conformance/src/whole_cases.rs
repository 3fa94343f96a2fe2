//! Cases of whole analyses: what `trop()` says in every language.

use crate::designs::{
    block, far_unit, gappy, holes, lifted, on_off, reasons, single_unit, staggered, two_by_two,
};
use crate::json::from_rows;
use crate::panels::{factor_panel, Matrices};
use crate::question::{ask, triple, usual, Question, INF};
use crate::real::{castle, prop99};
use serde_json::{json, Value};

pub fn questions() -> Vec<Question> {
    [
        given_lambdas(),
        searches(),
        inferences(),
        designs(),
        comparisons(),
        simulations(),
        powers(),
        refused(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn whole(name: &'static str, about: &'static str, panel: Matrices, options: Value) -> Question {
    ask("analyze", name, about, panel, json!({ "options": options }))
}

/// Options without a search and without inference.
fn plain() -> Value {
    json!({"lambdas": usual(), "inference": null})
}

fn two_way() -> Value {
    json!({"lambdas": triple(0.0, 0.0, INF), "inference": null})
}

fn small_grids() -> Value {
    json!({"time": [0.1, 0.5], "unit": [0.0, 0.8], "nn": ["Infinity", 1.0]})
}

fn given_lambdas() -> Vec<Question> {
    let loose = json!({"lambdas": usual(), "inference": null, "max_iterations": 1});
    let small = json!({"lambdas": triple(0.1, 0.1, 2.0), "inference": null});
    vec![
        whole("whole_by_hand", "One treated cell.", two_by_two(), two_way()),
        whole("whole_block", "A block.", block(), plain()),
        whole("whole_staggered", "Staggered adoption.", staggered(), plain()),
        whole("whole_on_off", "Treatment that switches.", on_off(), plain()),
        whole("whole_missing", "Missing outcomes.", holes(), plain()),
        whole("whole_reasons", "Cells without an effect.", reasons(), plain()),
        whole("whole_not_unique", "Effects that differ between optimal fits.", gappy(), small),
        whole("whole_not_certified", "Fits that stop before they are certified.", block(), loose),
        whole("whole_spike", "A unit treated in one period.", one_period(), two_way()),
    ]
}

/// A unit that is treated in one period in the middle.
fn one_period() -> Matrices {
    factor_panel(41, 6, 6, |i, t| i == 0 && t == 3)
}

fn searches() -> Vec<Question> {
    let with = |more: Value| {
        let mut options = json!({"inference": null, "grids": small_grids()});
        options.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        options
    };
    vec![
        whole("whole_search", "The default search.", block(), json!({"inference": null})),
        whole("whole_search_given", "Candidates of the caller.", block(), with(json!({}))),
        whole(
            "whole_search_edge",
            "A lambda at the end of its candidates; numbers as grids.",
            staggered(),
            json!({"inference": null, "search": "grid",
                   "grids": {"time": [0.1, 0.2], "unit": [0.1, 0.2], "nn": ["Infinity", 1.0]}}),
        ),
        whole(
            "whole_search_sample",
            "A sample of the control cells, candidates abandoned.",
            single_unit(),
            with(json!({"max_cells": 9, "abandon": true, "seed": 5})),
        ),
        whole(
            "whole_search_folds",
            "Folds of placebo treatments.",
            staggered(),
            with(json!({"criterion": "placebo_folds", "n_folds": 3})),
        ),
        whole(
            "whole_search_far",
            "Units far from each other.",
            far_unit(),
            with(json!({"search": "adaptive"})),
        ),
    ]
}

fn inferences() -> Vec<Question> {
    let by = |method: &str| json!({"lambdas": usual(), "inference": method, "n_boot": 20});
    vec![
        whole("whole_auto", "A method of inference chosen.", block(), json!({"lambdas": usual()})),
        whole("whole_placebo", "Placebo units.", block(), by("placebo")),
        whole("whole_jackknife", "Each unit left out.", lifted(), by("jackknife")),
        whole("whole_bootstrap", "Units drawn anew.", lifted(), by("bootstrap")),
        whole("whole_conformal", "Shifts in time.", single_unit(), by("conformal")),
        whole(
            "whole_retune",
            "Lambdas chosen anew in each draw.",
            block(),
            json!({"inference": "placebo", "n_boot": 4, "retune": true, "grids": small_grids(),
                   "pre_periods": false, "level": 0.9}),
        ),
        whole(
            "whole_prop99",
            "California's tobacco program by names.",
            prop99(),
            json!({"lambdas": triple(0.4, 0.07, 0.3), "inference": "placebo", "n_boot": 10, "seed": 7}),
        )
        .with("labels", json!({"unit": "state", "time": "year", "outcome": "packs", "percent": true})),
        whole(
            "whole_castle",
            "Castle doctrine laws, staggered.",
            castle(),
            json!({"lambdas": triple(0.3, 0.5, 0.02), "inference": "jackknife", "pre_periods": false}),
        ),
    ]
}

fn designs() -> Vec<Question> {
    let like = lifted();
    let other = factor_panel(36, like.n_units, like.n_periods, |_, _| false);
    let covariate = from_rows(other.outcome.chunks(like.n_periods));
    vec![
        whole("whole_pooled", "One fit for all treated cells.", block(), plain())
            .with("design", json!({"anchor": "pooled", "groupings": ["event_time"]})),
        whole(
            "whole_groupings",
            "Averages by event time, cohort and unit, with inference.",
            lifted(),
            json!({"lambdas": usual(), "inference": "jackknife"}),
        )
        .with("design", json!({"groupings": ["event_time", "cohort", "unit"]})),
        whole(
            "whole_clusters",
            "Clusters of units, counted by the choice of inference and held out by the search.",
            lifted(),
            json!({"grids": {"time": [0.2], "unit": [0.3], "nn": [0.5, "Infinity"]}}),
        )
        .with("design", json!({"clusters": [0, 0, 1, 2, 2, 3, 3, 4, 5]})),
        whole(
            "whole_donors_units",
            "Some units may serve; the others play no part.",
            lifted(),
            json!({"grids": {"time": [0.2], "unit": [0.3], "nn": [0.5, "Infinity"]}}),
        )
        .with(
            "design",
            json!({
                "donors": {"units": [true, false, true, true, true, false, true, true, true]},
            }),
        ),
        whole(
            "whole_donors_groups",
            "Units serve for those of their group, in shared fits.",
            lifted(),
            json!({"lambdas": usual(), "inference": "jackknife"}),
        )
        .with(
            "design",
            json!({
                "anchor": "spell", "donors": {"groups": [1, 2, 1, 1, 2, 1, 2, 1, 2]},
            }),
        ),
        whole(
            "whole_donors_pairs",
            "Donors of each unit apart; windows around treatment.",
            lifted(),
            json!({"lambdas": usual(), "inference": "placebo", "n_boot": 4}),
        )
        .with(
            "design",
            json!({
                "anticipation": 1,
                "washout": 1,
                "donors": {"pairs": (0..9)
                    .map(|i| (0..9).map(|j| (i + j) % 4 != 0 || j > 6).collect())
                    .collect::<Vec<Vec<bool>>>()},
            }),
        ),
        whole(
            "whole_differences",
            "Do the effects of cohorts differ? By units left out.",
            lifted(),
            json!({"lambdas": usual(), "inference": "jackknife"}),
        )
        .with("design", json!({"groupings": ["event_time", "cohort"]}))
        .with("differences", json!(1)),
        whole(
            "whole_differences_placebos",
            "Do the effects of units differ? By placebos.",
            lifted(),
            json!({"lambdas": usual(), "inference": "placebo", "n_boot": 12}),
        )
        .with("design", json!({"groupings": ["unit"]}))
        .with("differences", json!(0)),
        whole(
            "whole_bias_bounds",
            "Room for a bias like that of a placebo of two periods; by units left out, at several dates.",
            staggered(),
            json!({"lambdas": usual(), "inference": "jackknife", "pre_periods": false}),
        )
        .with("bias_bounds", json!({"window": 2, "sizes": [0, 0.5, 2]})),
        whole(
            "whole_bias_bounds_placebos",
            "The same by placebos, which are too few to bound anything at the level.",
            lifted(),
            json!({"lambdas": usual(), "inference": "placebo", "n_boot": 12, "pre_periods": false}),
        )
        .with("bias_bounds", json!({"sizes": [0, 1]})),
        whole(
            "whole_placebo_in_time",
            "As if treatment had begun earlier, where units adopt at several dates; by placebos.",
            staggered(),
            json!({"lambdas": usual(), "inference": "placebo", "n_boot": 6}),
        )
        .with("design", json!({"groupings": ["event_time", "cohort"]}))
        .with("labels", json!({"unit": "state", "time": "year"}))
        .with("placebo_in_time", json!({"window": 1})),
        whole(
            "whole_placebo_in_time_of_blocks",
            "As if treatment had begun as many periods earlier as it lasted; by units left out.",
            lifted(),
            json!({"lambdas": usual(), "inference": "jackknife"}),
        )
        .with("placebo_in_time", json!({})),
        whole(
            "whole_groups_assigned",
            "Treatment never varies within the groups of a column.",
            lifted(),
            plain(),
        )
        .with("design", json!({"groupings": [by_pairs(&like)]})),
        whole(
            "whole_covariates",
            "A covariate, weights of the average, labels.",
            lifted(),
            plain(),
        )
        .with(
            "design",
            json!({
                "covariates": [covariate],
                "average": [1.0, 2.0, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
                "groupings": ["event_time"],
            }),
        )
        .with(
            "labels",
            json!({
                "unit": "città",
                "time": "\"year\"",
                "outcome": "a < b & c",
                "treatment": "law $x$",
                "units": ["A", "B", "<b>C</b>", "D", "E", "F", "G", "H", "I"],
                "periods": ["1", "2", "3", "4", "5", "6", "7"],
                "covariates": ["income"],
            }),
        ),
    ]
}

/// The first three units each a group, the others in pairs.
fn by_pairs(like: &Matrices) -> Value {
    let group = |i: usize| if i < 3 { i } else { 3 + (i - 3) / 2 };
    (0..like.n_units).map(|i| vec![group(i); like.n_periods]).collect::<Vec<_>>().into()
}

fn comparisons() -> Vec<Question> {
    let all = [
        "did",
        "sc",
        "sc_reg",
        "difp",
        "difp_reg",
        "sdid",
        "mc",
        "ascm",
        "ife",
        "trop",
        "sdid_squared",
        "mc_trop",
    ];
    let of = |name, about, panel, estimators: &[&str], options: Value| {
        ask("compare", name, about, panel, json!({"estimators": estimators, "options": options}))
    };
    let drawn =
        |method: &str| json!({"lambdas": usual(), "inference": method, "n_boot": 20, "level": 0.8});
    let single = |names: &[&str], more: Value| {
        of("compare_options", "Options of estimators.", block(), names, plain())
            .with("estimator_options", more)
    };
    vec![
        of("compare_block", "Every estimator.", block(), &all, plain()),
        of("compare_staggered", "Staggered adoption, by event time.", staggered(), &all, plain())
            .with("design", json!({"groupings": ["event_time"]})),
        of("compare_missing", "Missing outcomes.", holes(), &all[..10], plain()),
        of(
            "compare_usual",
            "The usual estimators, placebos.",
            single_unit(),
            &[],
            drawn("placebo"),
        ),
        of("compare_jackknife", "Each unit left out.", lifted(), &all[..6], drawn("jackknife"))
            .with("design", json!({"groupings": ["event_time"]})),
        of(
            "compare_bootstrap",
            "Clusters resampled.",
            lifted(),
            &["did", "sdid", "trop"],
            drawn("bootstrap"),
        )
        .with("design", json!({"clusters": [0, 0, 1, 2, 2, 3, 3, 4, 5]})),
        of(
            "compare_lacking",
            "Two periods: some cannot be used.",
            two_by_two(),
            &["trop", "ascm", "sc"],
            two_way(),
        ),
        single(
            &["sc", "sdid", "mc", "ife", "ascm"],
            json!({
                "simplex": "frank_wolfe", "zeta": 0.5, "lambda_nn": 0.7, "rank": 1, "ridge": 2.5,
            }),
        ),
        of("error_estimator_unknown", "No such estimator.", block(), &["synth"], plain()),
        of("error_estimator_impossible", "An estimator twice.", block(), &["sc", "sc"], plain()),
    ]
}

fn simulations() -> Vec<Question> {
    let of = |name, about, panel, estimators: &[&str], study: Value, options: Value| {
        let arguments = json!({"estimators": estimators, "study": study, "options": options});
        ask("simulate", name, about, panel, arguments)
    };
    vec![
        of(
            "simulate_block",
            "A block; another rank; lambdas given.",
            block(),
            &["did", "sdid", "trop"],
            json!({"draws": 12, "rank": 3, "ranks": [2]}),
            plain(),
        ),
        of(
            "simulate_holes",
            "Staggered, with missing outcomes; intervals, and the penalty chosen once.",
            holes(),
            &["did", "mc"],
            json!({
                "draws": 6, "treated": 2, "periods": 3, "rank": 2, "ranks": [], "assignment": "random",
                "noise": "independent", "coverage": true,
            }),
            json!({"inference": "placebo", "n_boot": 10, "seed": 3}),
        ),
        of(
            "error_simulation_impossible",
            "A rank as large as the periods.",
            block(),
            &["did"],
            json!({"rank": 8}),
            plain(),
        ),
    ]
}

fn powers() -> Vec<Question> {
    let of = |name, about, panel, power: Value, options: Value| {
        ask("power", name, about, panel, json!({"power": power, "options": options}))
    };
    let lambdas = || json!({"time": 0.2, "unit": 0.1, "nn": 2.0});
    vec![
        of(
            "power_ranks",
            "Never-treated units in turn, two designs, effects that grow; lambdas given, ranks of placebos.",
            block(),
            json!({"treated": [1, 2], "periods": [2], "shape": "ramp", "draws": 12, "effect": [0.5, 3.0]}),
            json!({"lambdas": lambdas(), "inference": "placebo", "level": 0.7, "seed": 2}),
        ),
        of(
            "power_generator",
            "Simulated panels, with missing outcomes; the jackknife of each, histories of two lengths.",
            holes(),
            json!({
                "source": "generator", "treated": 2, "periods": 2, "history": [3, 4], "rank": 2,
                "noise": "independent", "draws": 6, "target": 0.5,
            }),
            json!({"lambdas": lambdas(), "inference": "jackknife", "seed": 3}),
        ),
        of(
            "error_power_impossible",
            "More treated units than there are.",
            block(),
            json!({"treated": 50}),
            plain(),
        ),
    ]
}

fn refused() -> Vec<Question> {
    vec![
        whole("error_option_unknown", "No such option.", block(), json!({"n_boots": 5})),
        whole(
            "error_placebo_in_time_impossible",
            "A window that is longer than any history.",
            lifted(),
            plain(),
        )
        .with("placebo_in_time", json!({"window": 7})),
        whole(
            "error_bias_size_invalid",
            "A negative size of bias.",
            lifted(),
            json!({"lambdas": usual(), "inference": "jackknife", "pre_periods": false}),
        )
        .with("bias_bounds", json!({"sizes": [1, -1]})),
        whole("error_donors_none", "A treated unit without a donor.", block(), plain())
            .with("design", json!({"donors": {"groups": [0, 1, 1, 1, 1, 1, 1, 1, 1, 1]}})),
        whole("error_option_invalid", "No such search.", block(), json!({"search": "random"})),
    ]
}
