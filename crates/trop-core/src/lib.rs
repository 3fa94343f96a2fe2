//! The Triply Robust Panel (TROP) estimator: exact, certified, fast.
//!
//! TROP (Athey, Imbens, Qu, Viviano 2026, doi:10.1002/jae.70061) estimates the average effect on the
//! treated of a panel, with unit weights, time weights and a low-rank outcome model, tuned by
//! leave-one-out cross-validation. Equation and algorithm numbers refer to that paper.
//!
//! A [`Panel`] holds the data. [`loocv_grid_search`] chooses [`Lambdas`] from [`Grids`], [`estimate`] gives
//! the ATT and every treated cell's effect, [`bootstrap_trop_variance`] its standard error. Each fit
//! carries a certificate: a duality gap that bounds how far its objective is from the optimum.
//!
//! Matrices are N x T (units in rows), row-major. Results are the same to the last bit for any number
//! of threads.
//!
//! ```
//! use trop_core::{estimate, loocv_grid_search, Grids, Panel, SearchOptions, Settings, Silent};
//!
//! // Five units over four periods; the last unit is treated in the last period.
//! let outcome = [
//!     1.0, 2.0, 3.0, 4.1, //
//!     2.0, 2.5, 4.0, 5.0, //
//!     0.0, 1.5, 2.0, 2.8, //
//!     1.5, 2.0, 3.5, 4.0, //
//!     2.5, 3.0, 4.5, 8.0,
//! ];
//! let mut treatment = [0.0; 20];
//! treatment[19] = 1.0;
//! let panel = Panel::new(&outcome, &treatment, 5, 4)?;
//!
//! let settings = Settings::default();
//! let grids = Grids::default_for(&panel)?;
//! let search = loocv_grid_search(&panel, &grids, &SearchOptions::default(), &settings, &Silent)?;
//! let estimate = estimate(&panel, &search.lambdas, &settings, &Silent)?;
//! assert!(estimate.converged && estimate.max_gap <= 1e-8);
//! assert!((estimate.att - 2.5).abs() < 1.0);
//! # Ok::<(), trop_core::Error>(())
//! ```
#![forbid(unsafe_code)]

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod diagnostics;
mod error;
mod inference;
mod lambdas;
mod model;
mod numerics;
mod panel;
mod reason;
mod rivals;
mod runtime;
mod settings;
mod simulation;
mod solver;
mod tuning;
mod weighting;

pub use diagnostics::{
    ablation, att_at, diagnose, leave_one_out, pre_treatment_fit, AttAt, Diagnosis, LeftOut,
    PreFit, UnitFit,
};
pub use error::{Error, Result};
pub use inference::{
    att_of_draws, bootstrap_trop_variance, choose_inference, infer, Bootstrap, BootstrapOptions,
    DrawAtts, Inference, InferenceMethod, InferenceOptions, Inferred, Retuning,
};
pub use lambdas::Lambdas;
pub use model::{
    averages, cell_effects, estimate, pre_treatment_cells, weighted_atts, weighted_fit, Average,
    CellEffect, CellEffects, Estimate, Measure, Quantity, WeightedAtt, WeightedFit, WeightedJob,
};
pub use panel::{Anchor, Cell, Design, Grouping, Panel, Remark, TimeDistance};
pub use reason::Reason;
pub use rivals::{
    estimate_with, infer_with, Estimator, EstimatorOptions, EstimatorResult, McTuning,
    SimplexMethod, SpellWeights, Tuned,
};
pub use runtime::{Monitor, Silent, Stage, Watch};
pub use settings::Settings;
pub use simulation::{
    simulate, simulate_draws, simulation_scores, tune_contenders, Assignment, Contender,
    DrawEstimate, DrawOutcome, Generator, GeneratorOptions, Noise, SimulatedDraw, Simulation,
    SimulationOptions, SimulationScore, Tuning,
};
pub use solver::Status;
pub use tuning::{
    loocv_grid_search, placebo_sets, weighted_loocv, Criterion, Edge, Grids, Method, Score, Search,
    SearchOptions, WeightedLoocv, WeightedScore,
};
pub use weighting::{compute_unit_distance_matrix, leave_period_out_distances, weights, Weights};
