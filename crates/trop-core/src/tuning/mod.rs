//! The choice of lambdas: candidates, criteria and the search (Eq. 4-5).

mod adaptive;
mod book;
mod criterion;
mod descent;
mod grids;
mod loocv;
mod placebo_cv;
mod race;
mod scoring;
mod search;
mod weighted_loocv;

pub use criterion::{placebo_sets, Criterion};
pub(crate) use grids::vanishing_lambda;
pub use grids::Grids;
pub use scoring::Score;
pub use search::{loocv_grid_search, Edge, Method, Search, SearchOptions};
pub use weighted_loocv::{weighted_loocv, WeightedLoocv, WeightedScore};
