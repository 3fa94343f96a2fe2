//! What the cases ask: panels, functions and arguments.

use crate::designs::{
    block, far_unit, gappy, holes, on_off, one_cell, reasons, single_unit, staggered, strangers,
    tall, two_by_two,
};
use crate::panels::{factor_panel, literal};
use crate::question::{ask, fit, triple, Question, INF};
use crate::{analyses, bad, real, repeated, whole_cases};
use serde_json::{json, Value};

/// All of them.
pub fn questions() -> Vec<Question> {
    [
        distances(),
        weights(),
        default_grids(),
        designs(),
        lambdas(),
        accuracy(),
        certificates(),
        missing_outcomes(),
        not_estimable(),
        units_of_measurement(),
        real_panels(),
        cell_effects(),
        repeated::questions(),
        bad::questions(),
        analyses::questions(),
        whole_cases::questions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn distances() -> Vec<Question> {
    let matrix =
        |name, about, panel| ask("compute_unit_distance_matrix", name, about, panel, json!({}));
    let from = |name, about, panel, unit: usize, period: usize| {
        let target = json!({"unit": unit, "period": period});
        ask("leave_period_out_distances", name, about, panel, target)
    };
    vec![
        matrix(
            "distance_by_hand",
            "Two units that differ by 3 in their one common period.",
            two_by_two(),
        ),
        matrix("distance_missing", "Staggered adoption with missing outcomes.", holes()),
        matrix("distance_infinite", "Units without a common control period.", strangers()),
        from("distance_without_period", "The target's period is left out.", on_off(), 3, 4),
        from(
            "distance_without_only_period",
            "The one common period is left out: infinite.",
            two_by_two(),
            1,
            0,
        ),
    ]
}

fn weights() -> Vec<Question> {
    let target = |name, about, panel, (unit, period): (usize, usize), lambdas: Value| {
        let arguments = json!({"unit": unit, "period": period, "lambdas": lambdas});
        ask("weights", name, about, panel, arguments)
    };
    let pre = |name, about, panel| ask("pre_treatment_cells", name, about, panel, json!({}));
    vec![
        target(
            "weights_on_off",
            "Weights in the middle of a panel.",
            on_off(),
            (3, 4),
            triple(0.3, 0.7, 1.0),
        ),
        target(
            "weights_of_stranger",
            "No common period: weight 0.",
            strangers(),
            (0, 5),
            triple(0.1, 0.5, 1.0),
        ),
        target(
            "weights_unit_zero",
            "lambda_unit = 0: weight 1 at any distance, infinite ones too.",
            strangers(),
            (0, 5),
            triple(2.0, 0.0, 0.0),
        ),
        target(
            "weights_underflow",
            "Weights below the smallest double, and subnormal ones.",
            block(),
            (0, 7),
            triple(121.0, 400.0, 1.0),
        ),
        pre("pre_cells_on_off", "Cells before a spell, also between spells.", on_off()),
        pre("pre_cells_missing", "Missing outcomes are no placebo cells.", holes()),
        pre(
            "pre_cells_none",
            "Treated from the first period on: none.",
            factor_panel(6, 4, 3, |i, _| i == 0),
        ),
    ]
}

fn default_grids() -> Vec<Question> {
    let grids = |name, about, panel| ask("default_grids", name, about, panel, json!({}));
    let additive = literal(
        [[1.0, 2.0, 4.0], [2.0, 3.0, 5.0], [0.0, 1.0, 3.0], [5.0, 6.0, 9.0]],
        [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 1.0]],
    );
    let equal = literal([[1.0, 2.0], [1.0, 2.0], [1.0, 4.0]], [[0.0, 0.0], [0.0, 0.0], [0.0, 1.0]]);
    vec![
        grids("grids_staggered", "Built from the scale of the data.", staggered()),
        grids("grids_missing", "The same with missing outcomes.", holes()),
        grids("grids_additive", "Nothing is left for a low-rank part: nn is infinite.", additive),
        grids("grids_equal_units", "Units at distance 0: lambda_unit is 0.", equal),
    ]
}

fn designs() -> Vec<Question> {
    let usual = || triple(0.2, 0.3, 0.8);
    let wide = factor_panel(7, 5, 14, |i, t| i < 2 && t >= 11);
    let tall = factor_panel(8, 18, 5, |i, t| i < 6 && t >= 3);
    let first = factor_panel(9, 8, 6, |i, t| i < 2 && t < 2);
    vec![
        fit(
            "estimate_by_hand",
            "Difference in differences of two units: 1.",
            two_by_two(),
            triple(0.0, 0.0, INF),
        ),
        fit("estimate_block", "Three units treated in the last two periods.", block(), usual()),
        fit("estimate_staggered", "Staggered adoption.", staggered(), usual()),
        fit("estimate_on_off", "Treatment that goes on and off.", on_off(), usual()),
        fit("estimate_single_unit", "One treated unit.", single_unit(), usual()),
        fit("estimate_one_cell", "One treated cell, in the middle.", one_cell(), usual()),
        fit("estimate_wide", "More periods than units.", wide, usual()),
        fit("estimate_tall", "More units than periods.", tall, usual()),
        fit(
            "estimate_first_periods",
            "Treatment that ends: no control period before it.",
            first,
            usual(),
        ),
    ]
}

fn lambdas() -> Vec<Question> {
    vec![
        fit("lambdas_two_way", "Two-way fixed effects.", staggered(), triple(0.0, 0.0, INF)),
        fit(
            "lambdas_weighted_two_way",
            "No low-rank part, weights of both kinds.",
            staggered(),
            triple(0.5, 1.0, INF),
        ),
        fit("lambdas_time_only", "Time weights only.", on_off(), triple(0.4, 0.0, 0.7)),
        fit("lambdas_unit_only", "Unit weights only.", on_off(), triple(0.0, 0.9, 0.7)),
        fit("lambdas_matrix_completion", "No weights.", block(), triple(0.0, 0.0, 1.5)),
        fit("lambdas_nn_small", "A low-rank part of high rank.", block(), triple(0.3, 0.2, 0.02)),
        fit(
            "lambdas_nn_zero",
            "lambda_nn = 0, the limit from above.",
            block(),
            triple(0.2, 0.3, 0.0),
        ),
        fit(
            "lambdas_nn_large",
            "A penalty at which the low-rank part vanishes.",
            block(),
            triple(0.2, 0.3, 1e6),
        ),
        fit(
            "lambdas_steep",
            "Weights over sixty orders of magnitude.",
            block(),
            triple(20.0, 8.0, 0.1),
        ),
    ]
}

fn accuracy() -> Vec<Question> {
    let one = || fit("", "", block(), triple(0.1, 0.2, 0.3));
    let named = |q: Question, name, about| Question { name, about, ..q };
    vec![
        named(one().with("tolerance", json!(1e-12)), "tolerance_tight", "A tolerance of 1e-12."),
        named(one().with("tolerance", json!(1e-4)), "tolerance_loose", "A tolerance of 1e-4."),
        named(
            one().with("max_iterations", json!(2)),
            "max_iterations_too_few",
            "Not certified: the gap says how far.",
        ),
        named(
            one().with("lambdas", triple(0.1, 0.2, 0.0)).with("max_iterations", json!(1)),
            "max_iterations_too_few_nn_zero",
            "Not certified at lambda_nn = 0.",
        ),
        named(one().with("threads", json!(2)), "threads_given", "A given number of threads."),
    ]
}

fn certificates() -> Vec<Question> {
    let limit = |name, about, nn: f64| fit(name, about, tall(), triple(0.0, 0.0, nn));
    vec![
        limit("certified_limit", "Five units, two periods, lambda_nn = 0.", 0.0),
        limit("certified_limit_300", "A lambda_nn that underflows is the limit 0.", 1e-300),
        limit("certified_limit_60", "So is one far below rounding.", 1e-60),
        limit("certified_limit_10", "So is one below rounding.", 1e-10),
        fit(
            "not_unique_cell",
            "Several fits are optimal: one of three cells is left out of the average.",
            gappy(),
            triple(0.1, 0.1, 2.0),
        ),
        ask(
            "cell_effects",
            "not_unique_cells",
            "The same cells, and where their effects can lie.",
            gappy(),
            json!({
                "lambdas": triple(0.1, 0.1, 2.0),
                "cells": {"unit": [0, 0, 1, 2], "period": [3, 4, 2, 3]},
            }),
        ),
        fit(
            "not_unique_enough",
            "A larger lambda_nn determines them.",
            gappy(),
            triple(0.1, 0.1, 10.0),
        ),
        fit("error_effects_not_unique", "A smaller one none.", gappy(), triple(0.1, 0.1, 0.1)),
    ]
}

fn missing_outcomes() -> Vec<Question> {
    vec![
        fit("missing_low_rank", "Missing outcomes.", holes(), triple(0.2, 0.3, 0.8)),
        fit(
            "missing_two_way",
            "Missing outcomes, no low-rank part.",
            holes(),
            triple(0.2, 0.3, INF),
        ),
        fit(
            "missing_nn_zero",
            "Missing outcomes at lambda_nn = 0.",
            holes(),
            triple(0.0, 0.0, 0.0),
        ),
        fit(
            "missing_strangers",
            "Units linked only through another one.",
            strangers(),
            triple(0.1, 0.0, 1.0),
        ),
    ]
}

fn not_estimable() -> Vec<Question> {
    vec![
        fit(
            "not_estimable_reasons",
            "A unit treated always, and a treated cell without an outcome.",
            reasons(),
            triple(0.1, 0.2, 0.8),
        ),
        fit(
            "not_estimable_underflow",
            "Weights of zero in floating point.",
            far_unit(),
            triple(0.0, 1.0, 1.0),
        ),
    ]
}

fn units_of_measurement() -> Vec<Question> {
    let thousand = 1000.0;
    let tiny = 2.0_f64.powi(-40);
    let usual = |c: f64| triple(0.2, 0.3 / c, 0.8 * c);
    vec![
        fit(
            "unit_thousandfold",
            "estimate_staggered in a unit a thousand times smaller.",
            staggered().times(thousand),
            usual(thousand),
        ),
        fit(
            "unit_tiny",
            "estimate_staggered in a unit 2^40 times larger.",
            staggered().times(tiny),
            usual(tiny),
        ),
        fit(
            "unit_huge",
            "Outcomes near the largest that are allowed.",
            block().times(1e90),
            usual(1e90),
        ),
    ]
}

fn real_panels() -> Vec<Question> {
    vec![
        fit(
            "prop99",
            "Cigarette packs per person, California from 1989.",
            real::prop99(),
            triple(0.3, 0.05, 20.0),
        ),
        fit(
            "castle",
            "Log homicides, castle-doctrine laws adopted by 21 states.",
            real::castle(),
            triple(0.5, 1.0, 0.4),
        ),
    ]
}

fn cell_effects() -> Vec<Question> {
    let cells = |name, about, panel, units: &[usize], periods: &[usize]| {
        let arguments = json!({
            "lambdas": triple(0.2, 0.3, 0.8),
            "cells": {"unit": units, "period": periods},
        });
        ask("cell_effects", name, about, panel, arguments)
    };
    vec![
        cells(
            "cells_placebo",
            "Pre-treatment cells, unordered and one repeated.",
            staggered(),
            &[2, 0, 1, 0],
            &[3, 7, 1, 7],
        ),
        cells(
            "cells_without_event_time",
            "Never-treated units: no event time.",
            on_off(),
            &[1, 3, 4],
            &[0, 4, 8],
        ),
        cells(
            "cells_missing",
            "A cell without an outcome, and one that has it.",
            holes(),
            &[5, 5],
            &[3, 4],
        ),
        cells(
            "cells_not_estimable",
            "Every cell of a unit treated always.",
            reasons(),
            &[0, 0, 1],
            &[0, 1, 4],
        ),
        cells("cells_none", "No cells: no effects.", block(), &[], &[]),
        cells("cells_nn_zero", "Placebo cells at lambda_nn = 0.", single_unit(), &[5, 5], &[2, 5])
            .with("lambdas", triple(0.0, 0.0, 0.0)),
        cells("cells_options", "All options.", single_unit(), &[5], &[5])
            .with("tolerance", json!(1e-10))
            .with("max_iterations", json!(500))
            .with("threads", json!(2)),
    ]
}
