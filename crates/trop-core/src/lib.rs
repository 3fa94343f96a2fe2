//! The Triply Robust Panel (TROP) estimator: exact, certified, fast.
//!
//! TROP (Athey, Imbens, Qu, Viviano 2026, doi:10.1002/jae.70061) estimates the average effect on the
//! treated of a panel, with unit weights, time weights and a low-rank outcome model, tuned by
//! leave-one-out cross-validation. Equation and algorithm numbers refer to that paper.
//!
//! A [`Panel`] holds the data: from rows in long form ([`Panel::from_long`]) or from matrices
//! ([`Panel::from_matrices`], [`Panel::new`]). [`analyze`] does the whole job: it chooses the [`Lambdas`],
//! estimates the ATT and every treated cell's effect, and infers standard errors, intervals and p-values.
//! [`AnalysisOptions`] has what may be asked of it, a [`Design`] what may be asked of the panel.
//!
//! ```
//! use trop_core::{analyze, AnalysisOptions, Panel, Shape};
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
//! let panel = Panel::new(&outcome, &treatment, Shape { n_units: 5, n_periods: 4 })?;
//!
//! let analysis = analyze(&panel, &AnalysisOptions { seed: 1, ..Default::default() })?;
//! let att = analysis.att();
//! assert!((att.average.value - 2.5).abs() < 1.0);
//! assert!(analysis.estimate.converged && analysis.estimate.max_gap <= 1e-8);
//! # Ok::<(), trop_core::Error>(())
//! ```
//!
//! Each fit carries a certificate: a duality gap that bounds how far its objective is from the optimum. The
//! steps are functions of their own: [`loocv_grid_search`], [`estimate`], [`cell_effects`], [`infer`],
//! [`averages`]; they take a [`Monitor`], and [`Settings`].
//!
//! Matrices are N x T (units in rows), row-major unless a [`MatrixView`] says otherwise. Results are the same
//! to the last bit for any number of threads.
//!
//! With the feature `serde` options, panels and analyses can be written and read. JSON has neither infinity nor NaN: the
//! texts `inf`, `-inf` and `nan` stand for them, and numbers come back to the bit if the format's reader is exact
//! (`float_roundtrip` of `serde_json`).
#![forbid(unsafe_code)]

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod analysis;
mod by_name;
mod codes;
mod diagnostics;
mod error;
#[cfg(feature = "serde")]
mod exact;
mod inference;
mod lambdas;
mod model;
mod named;
mod names;
mod numerics;
mod panel;
mod reason;
mod refusals;
mod rivals;
mod runtime;
mod settings;
mod simulation;
mod solver;
mod tuning;
mod weighting;
mod words;

pub use analysis::{
    analyze, analyze_with, compare, power, Analysis, AnalysisOptions, Compared, Comparison,
    DesignPower, Facts, GivenGrids, OptionInfo, OptionKind, OptionValue, OwnEstimates,
    PowerOptions, PowerSource, PowerStudy, SimulationPlan, SimulationStudy, StudyOptions, Timings,
    Uncertified, Undetected,
};
pub use diagnostics::{
    ablation, att_at, diagnose, leave_one_out, pre_treatment_fit, AttAt, Diagnosis, LeftOut,
    PreFit, UnitFit,
};
pub use error::{Error, Result as TropResult};
pub use inference::{
    att_of_draws, bootstrap_trop_variance, choose_inference, infer, percentile_interval,
    BiasBounds, Bootstrap, BootstrapOptions, BoundedEffect, BoundsAt, Difference, Differences,
    DrawAtts, Inference, InferenceMethod, InferenceOptions, Inferred, IntervalKind, Retuning,
};
pub use lambdas::Lambdas;
pub use model::{
    averages, cell_effects, estimate, period_means, pre_treatment_cells, weighted_atts,
    weighted_fit, Average, CellEffect, CellEffects, Estimate, Measure, PeriodMean, Quantity,
    Undetermined, WeightedAtt, WeightedFit, WeightedJob,
};
pub use names::Names;
pub use panel::{
    order_periods, Anchor, Cell, Cohorts, Design, Donors, Grouping, Long, MatrixView, Moment,
    Panel, PeriodIds, PeriodOrder, PlaceboInTime, Remark, Rows, Shape, Standing, TimeDistance,
};
pub use reason::Reason;
pub use refusals::refusal;
pub use rivals::{
    estimate_with, infer_with, Estimator, EstimatorOptions, EstimatorResult, McTuning,
    SimplexMethod, SpellWeights, Tuned,
};
pub use runtime::{Monitor, Outlook, Silent, Stage, Watch};
pub use settings::Settings;
pub use simulation::{
    simulate, simulate_draws, simulation_scores, tune_contenders, Assignment, Contender,
    DrawEstimate, DrawOutcome, EffectShape, Generator, GeneratorOptions, Noise, PowerDesign,
    PowerDraw, SimulatedDraw, Simulation, SimulationOptions, SimulationScore, Tuning,
};
pub use solver::Status;
pub use tuning::{
    loocv_grid_search, placebo_sets, weighted_loocv, Criterion, Edge, Grids, Method, Score, Search,
    SearchOptions, WeightedLoocv, WeightedScore,
};
pub use weighting::{compute_unit_distance_matrix, leave_period_out_distances, weights, Weights};
