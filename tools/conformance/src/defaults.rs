//! The core's defaults, by the names of the cases' arguments.

use crate::json::object;
use serde_json::Value;
use trop_core::{BootstrapOptions, Criterion, InferenceOptions, SearchOptions, Settings};

/// `defaults.json`.
pub fn defaults() -> Value {
    let Settings { tolerance, loocv_tolerance, max_iterations, threads } = Settings::default();
    let SearchOptions { method, criterion, max_cells, seed: search_seed, abandon } =
        SearchOptions::default();
    let BootstrapOptions { draws, level, seed } = BootstrapOptions::default();
    let InferenceOptions {
        method: inference,
        draws: placebos,
        level: inferred_at,
        seed: third,
        ..
    } = InferenceOptions::default();
    assert_eq!((seed, seed), (search_seed, third), "one default for all seeds");
    assert_eq!((draws, level), (placebos, inferred_at), "one default for all inference");
    object([
        ("tolerance", tolerance.into()),
        ("loocv_tolerance", loocv_tolerance.into()),
        ("max_iterations", max_iterations.into()),
        ("threads", threads.into()),
        ("method", method.name().into()),
        ("criterion", criterion.name().into()),
        ("n_placebo_sets", Criterion::DEFAULT_SETS.into()),
        ("n_folds", Criterion::DEFAULT_FOLDS.into()),
        ("max_cells", max_cells.into()),
        ("abandon", abandon.into()),
        ("n_boot", draws.into()),
        ("inference", inference.name().into()),
        ("level", level.into()),
        ("seed", seed.to_string().into()),
    ])
}
