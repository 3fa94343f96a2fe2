//! Cases that fit a panel many times: searches and bootstraps.

use crate::designs::{
    block, far_unit, holes, on_off, one_cell, single_unit, staggered, strangers, wide,
};
use crate::panels::factor_panel;
use crate::question::{ask, triple, Question, INF};
use serde_json::{json, Value};

pub fn questions() -> Vec<Question> {
    [searches(), bootstraps()].into_iter().flatten().collect()
}

fn searches() -> Vec<Question> {
    let search = |name, about, panel| {
        let grids = json!({"time": [0.0, 0.5], "unit": [0.0, 0.8], "nn": ["Infinity", 1.0, 0.1]});
        ask("loocv_grid_search", name, about, panel, json!({ "grids": grids }))
    };
    let grid = || json!("grid");
    // At small lambda_nn so few cells leave several minimizers.
    let many = || {
        json!({
            "time": [0.0, 0.2, 0.5, 1.0], "unit": [0.0, 0.4, 0.8], "nn": ["Infinity", 4.0, 2.0, 1.0, 0.5],
        })
    };
    let few = || json!({"time": [0.0, 0.5], "unit": [0.0, 0.8], "nn": ["Infinity", 1.0]});
    vec![
        search("search_grid", "Every triple.", staggered()).with("method", grid()),
        search("search_cycle", "One lambda at a time.", staggered()).with("method", json!("cycle")),
        search("search_race", "First on some cells, and on more for what may win.", wide())
            .with("method", json!("race"))
            .with(
                "grids",
                json!({"time": [0.0, 0.5, 2.0], "unit": [0.0, 0.8], "nn": ["Infinity", 4.0]}),
            ),
        search("search_descent", "From the best of a few triples downhill.", staggered())
            .with("method", json!("descent"))
            .with("grids", many()),
        search("search_descent_unordered", "Candidates in any order, none infinite.", holes())
            .with("grids", json!({"time": [0.5, 0.0, 1.0], "unit": [0.4], "nn": [0.5, 2.0, 1.0]})),
        search("search_descent_one", "A single triple.", one_cell())
            .with("grids", json!({"time": [0.5], "unit": [0.4], "nn": [2.0]})),
        search("search_descent_underflow", "Weights that vanish end a walk.", far_unit()).with(
            "grids",
            json!({"time": [0.0, 0.5], "unit": [0.0, 1.0, 2.0], "nn": ["Infinity"]}),
        ),
        search("search_default_options", "No option is given.", on_off()),
        ask(
            "loocv_grid_search",
            "search_default_grids",
            "No grids are given.",
            one_cell(),
            json!({}),
        ),
        search("search_sample", "A sample of cells, the largest seed.", staggered())
            .with("method", grid())
            .with("max_cells", json!(20))
            .with("seed", json!("18446744073709551615")),
        search("search_sample_other_seed", "Another seed, another sample.", staggered())
            .with("method", grid())
            .with("max_cells", json!(20))
            .with("seed", json!("9007199254740993")),
        search("search_sample_of_all", "A sample larger than the panel is all of it.", one_cell())
            .with("max_cells", json!(1000)),
        search("search_abandon_grid", "Triples that cannot win are abandoned.", staggered())
            .with("method", grid())
            .with("abandon", json!(true)),
        search("search_abandon_cycle", "The same, one lambda at a time.", holes())
            .with("method", json!("cycle"))
            .with("abandon", json!(true)),
        search("search_abandon_descent", "The same, downhill.", holes())
            .with("grids", many())
            .with("abandon", json!(true)),
        search("search_missing", "Missing outcomes, units without a common period.", strangers())
            .with("method", grid())
            .with("grids", few()),
        search(
            "search_not_estimable",
            "A unit's one control cell cannot be scored.",
            strangers().missing(&[(3, 3), (3, 4)]),
        )
        .with("method", grid())
        .with("grids", few()),
        search(
            "search_underflow",
            "A candidate whose weights vanish has an infinite score.",
            far_unit(),
        )
        .with("method", grid())
        .with("grids", json!({"time": [0.0], "unit": [0.0, 1.0], "nn": ["Infinity"]})),
        search(
            "search_tie",
            "Penalties at which the low-rank part vanishes tie: the largest wins.",
            block(),
        )
        .with("grids", json!({"time": [0.0, 0.3], "unit": [0.0], "nn": [1e5, "Infinity", 1e6]})),
        search(
            "search_not_certified",
            "Too few iterations: uncertified fits are counted.",
            block(),
        )
        .with("max_iterations", json!(1)),
        search("search_tolerance", "A tolerance of 1e-5.", block()).with("tolerance", json!(1e-5)),
        search("search_nn_zero", "lambda_nn = 0 among the candidates.", one_cell())
            .with("grids", json!({"time": [0.5], "unit": [0.0, 0.5], "nn": [0.5, 0.0]})),
    ]
}

fn bootstraps() -> Vec<Question> {
    let boot = |name, about, panel, lambdas: Value| {
        ask("bootstrap_trop_variance", name, about, panel, json!({ "lambdas": lambdas }))
    };
    let usual = || triple(0.2, 0.3, 0.8);
    // Of three treated units, two have no effect: many draws have none.
    let fragile = factor_panel(11, 7, 5, |i, t| i < 2 || (i == 2 && t == 4));
    vec![
        boot(
            "bootstrap_defaults",
            "200 draws, level 0.95, seed 0.",
            block(),
            triple(0.2, 0.3, INF),
        ),
        boot("bootstrap_staggered", "Event times that a draw may lack.", staggered(), usual())
            .with("n_boot", json!(40)),
        boot("bootstrap_seed_largest", "The largest seed, level 0.8.", staggered(), usual())
            .with("n_boot", json!(30))
            .with("level", json!(0.8))
            .with("seed", json!("18446744073709551615")),
        boot("bootstrap_seed_odd", "A seed that a double does not hold.", on_off(), usual())
            .with("n_boot", json!(30))
            .with("level", json!(0.5))
            .with("seed", json!("9007199254740993")),
        boot("bootstrap_missing", "Missing outcomes.", holes(), usual())
            .with("n_boot", json!(25))
            .with("level", json!(0.9)),
        boot(
            "bootstrap_failed_draws",
            "Draws without an effect are counted.",
            fragile.clone(),
            usual(),
        )
        .with("n_boot", json!(40))
        .with("level", json!(0.9)),
        boot(
            "bootstrap_few_draws",
            "Too few draws for the level: infinite bounds.",
            block(),
            usual(),
        )
        .with("n_boot", json!(5)),
        boot(
            "bootstrap_not_certified",
            "Too few iterations: uncertified draws are counted.",
            block(),
            triple(0.1, 0.2, 0.1),
        )
        .with("n_boot", json!(10))
        .with("level", json!(0.6))
        .with("max_iterations", json!(1)),
        boot("bootstrap_nn_zero", "lambda_nn = 0.", block(), triple(0.0, 0.0, 0.0))
            .with("n_boot", json!(10))
            .with("level", json!(0.6)),
        boot("bootstrap_tolerance", "A tolerance of 1e-6.", block(), usual())
            .with("n_boot", json!(20))
            .with("tolerance", json!(1e-6)),
        boot("error_too_few_draws", "Of two draws, one has an effect at most.", fragile, usual())
            .with("n_boot", json!(2))
            .with("seed", json!("6")),
        boot("error_too_few_treated_units", "One treated unit.", single_unit(), usual()),
        boot(
            "error_too_few_control_units",
            "One never-treated unit.",
            factor_panel(12, 3, 4, |i, t| i < 2 && t == 3),
            usual(),
        ),
        boot("error_draws_too_few", "One draw.", block(), usual()).with("n_boot", json!(1)),
        boot("error_level_one", "A level of 1.", block(), usual()).with("level", json!(1.0)),
        boot("error_level_zero", "A level of 0.", block(), usual()).with("level", json!(0.0)),
    ]
}
