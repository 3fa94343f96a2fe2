//! The core's defaults, by the names of the cases' arguments.

use crate::json::object;
use serde_json::Value;
use trop_core::{BootstrapOptions, SearchOptions, Settings};

/// `defaults.json`.
pub fn defaults() -> Value {
    let Settings { tolerance, loocv_tolerance, max_iterations, threads } = Settings::default();
    let SearchOptions { method, criterion: _, max_cells, seed: search_seed, abandon } =
        SearchOptions::default();
    let BootstrapOptions { draws, level, seed } = BootstrapOptions::default();
    assert_eq!(seed, search_seed, "one default for both seeds");
    object([
        ("tolerance", tolerance.into()),
        ("loocv_tolerance", loocv_tolerance.into()),
        ("max_iterations", max_iterations.into()),
        ("threads", threads.into()),
        ("method", method.name().into()),
        ("max_cells", max_cells.into()),
        ("abandon", abandon.into()),
        ("n_boot", draws.into()),
        ("level", level.into()),
        ("seed", seed.to_string().into()),
    ])
}
