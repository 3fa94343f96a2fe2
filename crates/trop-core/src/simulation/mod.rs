//! Simulations matched to a panel: which estimator errs least on panels like this one?
//!
//! A [`Generator`] is fitted to the control cells of a panel: unit and period effects, a part of low rank, correlated
//! noise, and how likely each unit is to be treated. [`simulate`] draws panels from it, in which the effect is zero, and
//! has each estimator estimate every one of them. The ranking is conditional on the generator's rank, on Gaussian noise,
//! and on there being no effect: look at it for several ranks.

mod assignment;
mod contender;
mod draw;
mod filling;
mod generator;
mod noise;
mod power;
mod scores;
mod shape;
mod signal;
mod study;

pub(crate) use generator::impossible;
pub(crate) use power::{share_error, share_found, smallest_found};
pub(crate) use scores::scores_of;
pub(crate) use shape::mean;
pub(crate) use study::{share_lambdas, tune_contender};

pub use assignment::Assignment;
pub use contender::{Contender, DrawEstimate, DrawOutcome};
pub use draw::SimulatedDraw;
pub use generator::{Generator, GeneratorOptions, Noise};
pub use power::{PowerDesign, PowerDraw};
pub use scores::{simulation_scores, SimulationScore};
pub use shape::EffectShape;
pub use study::{simulate, simulate_draws, tune_contenders, Simulation, SimulationOptions, Tuning};
