//! The choice of lambdas: candidates, criteria and the search (Eq. 4-5).

mod adaptive;
mod criterion;
mod grids;
mod loocv;
mod placebo_cv;
mod scoring;
mod search;

pub use criterion::{placebo_sets, Criterion};
pub use grids::Grids;
pub(crate) use loocv::Loocv;
pub use scoring::Score;
pub(crate) use scoring::{paths, place, Scorer};
pub use search::{loocv_grid_search, Edge, Method, Search, SearchOptions};
