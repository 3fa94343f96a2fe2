//! The one error type of the library.

use crate::reason::Reason;

/// Result of a fallible function of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that can be wrong with an input, or stop a computation.
///
/// Indices are zero-based positions in the matrices that were passed. Each kind has a stable code
/// ([`Error::code`]) that is the same in every language.
///
/// ```
/// use trop_core::{Error, Panel};
/// let error = Panel::new(&[1.0, 2.0], &[0.0, 0.5], 1, 2).unwrap_err();
/// assert_eq!(error.code(), "treatment_not_binary");
/// assert_eq!(error, Error::TreatmentNotBinary { unit: 0, period: 1, value: "0.5".into() });
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An array does not have as many entries as units times periods.
    #[error(
        "{what} has {found} entries, but {n_units} units x {n_periods} periods need {expected}"
    )]
    ShapeMismatch {
        /// Which array.
        what: &'static str,
        /// Its length.
        found: usize,
        /// Rows asked for.
        n_units: usize,
        /// Columns asked for.
        n_periods: usize,
        /// Length needed.
        expected: usize,
    },
    /// No units or no periods.
    #[error("the panel is empty: {n_units} units x {n_periods} periods")]
    EmptyPanel {
        /// Rows.
        n_units: usize,
        /// Columns.
        n_periods: usize,
    },
    /// The size of the panel, or of its distance matrix, overflows.
    #[error("a panel of {n_units} units x {n_periods} periods is too large for this machine's addresses")]
    TooLarge {
        /// Rows.
        n_units: usize,
        /// Columns.
        n_periods: usize,
    },
    /// A treatment that is neither 0 nor 1.
    #[error("treatment must be 0 or 1, but unit {unit} has {value} in period {period}")]
    TreatmentNotBinary {
        /// Row.
        unit: usize,
        /// Column.
        period: usize,
        /// What stands there.
        value: String,
    },
    /// An outcome that is infinite or beyond 1e100 in size (NaN is a missing outcome, and allowed).
    #[error(
        "outcome of unit {unit} in period {period} is infinite or beyond 1e100; use NaN for a missing outcome"
    )]
    OutcomeInfinite {
        /// Row.
        unit: usize,
        /// Column.
        period: usize,
    },
    /// A unit without a single observed outcome.
    #[error("unit {unit} has no observed outcome; drop it from the panel")]
    UnitAllMissing {
        /// Row.
        unit: usize,
    },
    /// A period without a single observed outcome.
    #[error("period {period} has no observed outcome; drop it from the panel")]
    PeriodAllMissing {
        /// Column.
        period: usize,
    },
    /// Nothing is treated, so there is no effect to estimate.
    #[error("no cell is treated, so there is no effect to estimate")]
    NoTreatedCell,
    /// Nothing can serve as a control.
    #[error("no observed cell is untreated, so there is nothing to compare with")]
    NoControlCell,
    /// A lambda that is negative or NaN, or an infinite `lambda_time` or `lambda_unit`.
    #[error("lambda_{name} = {value} is not allowed: it must be a number >= 0{hint}")]
    LambdaInvalid {
        /// `time`, `unit` or `nn`.
        name: &'static str,
        /// What was passed.
        value: String,
        /// What else to know.
        hint: &'static str,
    },
    /// A grid without candidates.
    #[error("the grid of lambda_{name} is empty")]
    GridEmpty {
        /// `time`, `unit` or `nn`.
        name: &'static str,
    },
    /// A grid that lists the same candidate twice.
    #[error("the grid of lambda_{name} lists {value} more than once")]
    GridDuplicate {
        /// `time`, `unit` or `nn`.
        name: &'static str,
        /// The candidate.
        value: String,
    },
    /// A confidence level outside (0, 1).
    #[error("level = {value} is not allowed: it must lie strictly between 0 and 1, such as 0.95")]
    LevelOutOfRange {
        /// What was passed.
        value: String,
    },
    /// Fewer than two bootstrap draws were asked for.
    #[error("{found} bootstrap draws give no standard error: ask for at least 2")]
    DrawsTooFew {
        /// What was passed.
        found: usize,
    },
    /// Zero threads.
    #[error("threads = 0 is not allowed: use at least 1, or none for all cores")]
    ThreadsZero,
    /// The system did not start the threads.
    #[error("could not start {threads} threads: {reason}")]
    ThreadsUnavailable {
        /// How many.
        threads: usize,
        /// The system's words.
        reason: String,
    },
    /// A tolerance outside (0, 1).
    #[error(
        "tolerance = {value} is not allowed: it must lie strictly between 0 and 1, such as 1e-8"
    )]
    ToleranceOutOfRange {
        /// What was passed.
        value: String,
    },
    /// No iteration allowed.
    #[error("max_iterations = 0 is not allowed: use at least 1")]
    MaxIterationsZero,
    /// A sample of no control cells.
    #[error("max_cells = 0 is not allowed: use at least 1, or none for all control cells")]
    SampleEmpty,
    /// No target has an effect.
    #[error("no {what} can be estimated: the control cells identify none of them ({not_estimable} in all)")]
    NoEstimableCell {
        /// `treated cell`, `control cell` or `placebo set`.
        what: &'static str,
        /// How many there were.
        not_estimable: usize,
    },
    /// The bootstrap resamples treated and control units, and needs at least two of each.
    #[error(
        "the bootstrap needs at least 2 ever-treated and 2 never-treated units, but there are \
         {treated} and {control}: its standard error would mean nothing"
    )]
    TooFewTreatedUnits {
        /// Ever-treated units.
        treated: usize,
        /// Never-treated units.
        control: usize,
    },
    /// Fewer than two bootstrap draws gave an estimate.
    #[error("only {succeeded} of {draws} bootstrap draws have an estimable treated cell: no standard error")]
    TooFewDraws {
        /// Draws with an estimate.
        succeeded: usize,
        /// Draws tried.
        draws: usize,
    },
    /// A target outside of the panel.
    #[error("cell (unit {unit}, period {period}) lies outside of the panel of {n_units} units x {n_periods} periods")]
    CellOutOfRange {
        /// Row.
        unit: usize,
        /// Column.
        period: usize,
        /// Rows of the panel.
        n_units: usize,
        /// Columns of the panel.
        n_periods: usize,
    },
    /// A single target that has no effect.
    #[error("unit {unit} has no effect in period {period}: {reason}")]
    TargetNotEstimable {
        /// Row.
        unit: usize,
        /// Column.
        period: usize,
        /// Why.
        reason: Reason,
    },
    /// Given weights are not one for each unit, or not one for each period.
    #[error("{found} {side} weights were given, but the panel has {expected} {side}s")]
    WeightsLength {
        /// `unit` or `period`.
        side: &'static str,
        /// How many were given.
        found: usize,
        /// How many are needed.
        expected: usize,
    },
    /// A given weight that is negative, NaN or infinite.
    #[error("the weight of {side} {index} is {value}: weights must be finite numbers >= 0")]
    WeightInvalid {
        /// `unit` or `period`.
        side: &'static str,
        /// Position among the units or periods.
        index: usize,
        /// What was passed.
        value: String,
    },
    /// Given weights that leave nothing to fit.
    #[error("no observed control cell has positive weights: there is nothing to fit")]
    WeightsAllZero,
    /// Given bootstrap draws that do not say how often each unit stands in each.
    #[error("bootstrap draw {draw} counts {found} units, but the panel has {expected}")]
    DrawLength {
        /// Which draw.
        draw: usize,
        /// Its length.
        found: usize,
        /// Length needed.
        expected: usize,
    },
    /// Time distances by calendar, and no calendar.
    #[error("time distances by calendar need the calendar value of each period")]
    CalendarMissing,
    /// A calendar that does not have one value for each period.
    #[error("the calendar has {found} values, but the panel has {expected} periods")]
    CalendarLength {
        /// Its length.
        found: usize,
        /// Periods of the panel.
        expected: usize,
    },
    /// A calendar value that is not finite (as a multiple of the smallest gap, too), or not after the one
    /// before it.
    #[error("the calendar does not increase at period {period}: each period needs a finite value, later than the one before")]
    CalendarNotIncreasing {
        /// Column.
        period: usize,
    },
    /// Weights of the average that leave no treated unit.
    #[error("every treated unit has weight 0 in the average: there is no effect to report")]
    AverageAllZero,
    /// A covariate without one value for each cell.
    #[error("covariate {covariate} has {found} entries, but the panel needs {expected}")]
    CovariateLength {
        /// Which covariate.
        covariate: usize,
        /// Its length.
        found: usize,
        /// Units times periods.
        expected: usize,
    },
    /// A covariate that is missing, infinite or beyond 1e100 in size where the outcome is observed.
    #[error("covariate {covariate} of unit {unit} is missing, infinite or beyond 1e100 in period {period}, where the outcome is observed: fill it in, or set the outcome to missing")]
    CovariateMissing {
        /// Which covariate.
        covariate: usize,
        /// Row.
        unit: usize,
        /// Column.
        period: usize,
    },
    /// A covariate that unit and period effects explain.
    #[error("covariate {covariate} does not vary beyond unit and period effects over the control cells: its coefficient is not identified; leave it out")]
    CovariateConstant {
        /// Which covariate.
        covariate: usize,
    },
    /// A covariate that others explain.
    #[error("covariate {covariate} is a linear combination of those before it and of unit and period effects: leave one of them out")]
    CovariatesCollinear {
        /// The last one of those involved.
        covariate: usize,
    },
    /// Covariates with `lambda_nn = 0`.
    #[error("lambda_nn = 0 is not allowed with covariates: use a positive value, or infinity for no low-rank part")]
    CovariatesWithoutPenalty,
    /// Given weights that leave too few cells for the covariates.
    #[error("the control cells of positive weight do not identify the covariates' coefficients: leave a covariate out, or give more cells weight")]
    CovariatesNotIdentified,
    /// A grouping without one code for each cell.
    #[error("grouping {grouping} has {found} codes, but the panel needs {expected}")]
    GroupingLength {
        /// Which grouping.
        grouping: usize,
        /// Its length.
        found: usize,
        /// Units times periods.
        expected: usize,
    },
    /// A method of inference that means nothing for the panel at hand.
    #[error("{method} inference means nothing here: {reason}")]
    InferenceImpossible {
        /// The method's name.
        method: &'static str,
        /// What it lacks, and what to use instead.
        reason: String,
    },
    /// Placebo sets that cannot be drawn.
    #[error("placebo cross-validation is not possible: {reason}")]
    PlaceboSetsImpossible {
        /// What is lacking.
        reason: String,
    },
    /// A name that is no estimator's.
    #[error("there is no estimator {name:?}: choose one of {known}")]
    EstimatorUnknown {
        /// What was passed.
        name: String,
        /// All names.
        known: String,
    },
    /// An estimator that cannot be used as asked.
    #[error("{estimator} cannot be used here: {reason}")]
    EstimatorImpossible {
        /// Its name.
        estimator: &'static str,
        /// What is lacking, and what to do.
        reason: String,
    },
    /// A generator or a simulation that cannot be made as asked.
    #[error("no simulation is possible: {reason}")]
    SimulationImpossible {
        /// What is lacking, and what to do.
        reason: String,
    },
    /// A matrix factorization did not converge, which finite numbers of ordinary size do not cause.
    #[error("a matrix factorization did not converge; are some outcomes of extreme size?")]
    FactorizationFailed,
    /// The monitor asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl Error {
    /// The stable code of this kind of error, the same in every language.
    pub fn code(&self) -> &'static str {
        match self {
            Error::ShapeMismatch { .. } => "shape_mismatch",
            Error::EmptyPanel { .. } => "empty_panel",
            Error::TooLarge { .. } => "too_large",
            Error::TreatmentNotBinary { .. } => "treatment_not_binary",
            Error::OutcomeInfinite { .. } => "outcome_infinite",
            Error::UnitAllMissing { .. } => "unit_all_missing",
            Error::PeriodAllMissing { .. } => "period_all_missing",
            Error::NoTreatedCell => "no_treated_cell",
            Error::NoControlCell => "no_control_cell",
            Error::LambdaInvalid { .. } => "lambda_invalid",
            Error::GridEmpty { .. } => "grid_empty",
            Error::GridDuplicate { .. } => "grid_duplicate",
            Error::LevelOutOfRange { .. } => "level_out_of_range",
            Error::DrawsTooFew { .. } => "draws_too_few",
            Error::ThreadsZero => "threads_zero",
            Error::ThreadsUnavailable { .. } => "threads_unavailable",
            Error::ToleranceOutOfRange { .. } => "tolerance_out_of_range",
            Error::MaxIterationsZero => "max_iterations_zero",
            Error::SampleEmpty => "sample_empty",
            Error::NoEstimableCell { .. } => "no_estimable_cell",
            Error::TooFewTreatedUnits { .. } => "too_few_treated_units",
            Error::TooFewDraws { .. } => "too_few_draws",
            Error::CellOutOfRange { .. } => "cell_out_of_range",
            Error::TargetNotEstimable { .. } => "target_not_estimable",
            Error::WeightsLength { .. } => "weights_length",
            Error::WeightInvalid { .. } => "weight_invalid",
            Error::WeightsAllZero => "weights_all_zero",
            Error::DrawLength { .. } => "draw_length",
            Error::CalendarMissing => "calendar_missing",
            Error::CalendarLength { .. } => "calendar_length",
            Error::CalendarNotIncreasing { .. } => "calendar_not_increasing",
            Error::AverageAllZero => "average_all_zero",
            Error::CovariateLength { .. } => "covariate_length",
            Error::CovariateMissing { .. } => "covariate_missing",
            Error::CovariateConstant { .. } => "covariate_constant",
            Error::CovariatesCollinear { .. } => "covariates_collinear",
            Error::CovariatesNotIdentified => "covariates_not_identified",
            Error::CovariatesWithoutPenalty => "covariates_without_penalty",
            Error::GroupingLength { .. } => "grouping_length",
            Error::InferenceImpossible { .. } => "inference_impossible",
            Error::PlaceboSetsImpossible { .. } => "placebo_sets_impossible",
            Error::EstimatorUnknown { .. } => "estimator_unknown",
            Error::EstimatorImpossible { .. } => "estimator_impossible",
            Error::SimulationImpossible { .. } => "simulation_impossible",
            Error::FactorizationFailed => "factorization_failed",
            Error::Interrupted => "interrupted",
        }
    }
}
