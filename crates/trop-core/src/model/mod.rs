//! Effects at given lambdas (Algorithm 2), and at given weights.

mod averages;
mod batch;
mod effect_bounds;
mod effects;
mod estimate;
mod path;
mod period_means;
mod regression;
mod shared;
mod start;
mod targets;
mod weighted;

pub(crate) use averages::Sums;
pub use averages::{averages, Average, Measure, Quantity};
pub use batch::{weighted_atts, WeightedAtt, WeightedJob};
pub use effects::{CellEffect, CellEffects, Undetermined};
pub use estimate::{cell_effects, estimate, pre_treatment_cells, Estimate};
pub(crate) use estimate::{effects_of, treated_effects, treated_effects_along};
pub(crate) use path::{paths, place, Path};
pub use period_means::{period_means, PeriodMean};
pub(crate) use regression::{Model, Regressed};
pub(crate) use shared::{n_fits, Groups};
pub(crate) use targets::Targets;
pub use weighted::{weighted_fit, WeightedFit};
