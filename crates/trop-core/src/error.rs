//! The one error type of the library.

use crate::names::Names;
use crate::reason::Reason;
use crate::words;

/// Result of a fallible function of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that can be wrong with an input, or stop a computation.
///
/// Indices are zero-based positions in the matrices that were passed. Each kind has a stable code
/// ([`Error::code`]) that is the same in every language.
///
/// ```
/// use trop_core::{Error, Panel, Shape};
/// let error = Panel::new(&[1.0, 2.0], &[0.0, 0.5], Shape { n_units: 1, n_periods: 2 }).unwrap_err();
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
    #[error("{}", words::treatment_not_binary(&Names::NONE, *unit, *period, value))]
    TreatmentNotBinary {
        /// Row.
        unit: usize,
        /// Column.
        period: usize,
        /// What stands there.
        value: String,
    },
    /// An outcome that is infinite or beyond 1e100 in size (NaN is a missing outcome, and allowed).
    #[error("{}", words::outcome_infinite(&Names::NONE, *unit, *period))]
    OutcomeInfinite {
        /// Row.
        unit: usize,
        /// Column.
        period: usize,
    },
    /// Control outcomes that differ by so little that their squares would be zero in floating point.
    #[error("no two control outcomes differ by more than {spread}: too little for floating-point numbers; measure the outcome in other units")]
    OutcomeTooSmall {
        /// The largest difference.
        spread: String,
    },
    /// A control outcome so far from the others that beside it their digits are lost.
    #[error("{}", words::outcome_too_far(&Names::NONE, *unit, *period, value))]
    OutcomeTooFar {
        /// Row.
        unit: usize,
        /// Column.
        period: usize,
        /// What stands there.
        value: String,
    },
    /// A unit without a single observed outcome.
    #[error("{}", words::all_missing(&Names::NONE, &Names::NONE.unit(*unit)))]
    UnitAllMissing {
        /// Row.
        unit: usize,
    },
    /// A period without a single observed outcome.
    #[error("{}", words::all_missing(&Names::NONE, &Names::NONE.period(*period)))]
    PeriodAllMissing {
        /// Column.
        period: usize,
    },
    /// Nothing is treated, so there is no effect to estimate.
    #[error("no cell with an outcome is treated, so there is no effect to estimate")]
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
    #[error("could not start {}: {reason}", words::threads(*threads))]
    ThreadsUnavailable {
        /// How many; 0 for one per core.
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
    /// A fit that diverged in floating point.
    #[error("a fit diverged in floating-point numbers: outcomes, weights and lambda_nn are too far apart in size; rescale the outcome or the weights, or use a larger lambda_nn")]
    FitDiverged,
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
        "the bootstrap needs at least 2 ever-treated and 2 never-treated {what}, but there are \
         {treated} and {control}: its standard error would mean nothing"
    )]
    TooFewTreatedUnits {
        /// `units` or `clusters`.
        what: &'static str,
        /// Ever-treated ones.
        treated: usize,
        /// Never-treated ones.
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
    #[error("{}", words::target_not_estimable(&Names::NONE, *unit, *period, *reason))]
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
    #[error("{}", words::weight_invalid(&Names::NONE, side, *index, value))]
    WeightInvalid {
        /// `unit` or `period`.
        side: &'static str,
        /// Position among the units or periods.
        index: usize,
        /// What was passed.
        value: String,
    },
    /// Given weights whose largest lies outside of what floating-point numbers can sum up.
    #[error("the largest weight of the {side}s is {value}: multiply the weights by a number that brings it between 1e-100 and 1e100")]
    WeightsOutOfRange {
        /// `unit` or `period`.
        side: &'static str,
        /// It.
        value: String,
    },
    /// Given weights that leave nothing to fit.
    #[error("no observed control cell has positive weights: there is nothing to fit")]
    WeightsAllZero,
    /// Several fits are optimal for each target, and its effects differ between them.
    #[error("no {what} has an effect that is unique at these lambdas: several fits are optimal for {not_unique} of {not_estimable}; use a larger lambda_nn")]
    EffectsNotUnique {
        /// `treated cell`.
        what: &'static str,
        /// How many have several.
        not_unique: usize,
        /// How many have no effect, for any reason.
        not_estimable: usize,
    },
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
    /// Ids of periods whose order in time is a guess.
    #[error("{}", words::periods_unordered(&Names::NONE, why, labels))]
    PeriodsUnordered {
        /// `unread` if they are texts without one, `readings` if several can be meant, `tie` if two are the same
        /// period, `alphabetical` if categories stand in that order alone, `categories` or `columns` if these
        /// stand in another order than they say.
        why: &'static str,
        /// The first few.
        labels: String,
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
    #[error("{}", words::calendar_not_increasing(&Names::NONE, *period))]
    CalendarNotIncreasing {
        /// Column.
        period: usize,
    },
    /// Weights of the average that leave no treated unit.
    #[error("every treated unit has weight 0 in the average: there is no effect to report")]
    AverageAllZero,
    /// Clusters that are not one for each unit.
    #[error("there are {found} codes of clusters, but the panel has {expected} units")]
    ClustersLength {
        /// Codes given.
        found: usize,
        /// Units of the panel.
        expected: usize,
    },
    /// A saved result that is none, or was changed since.
    #[error("this is no result that was saved by tropanel, or it is damaged: {reason}")]
    SavedInvalid {
        /// What is wrong.
        reason: String,
    },
    /// A saved result of another version.
    #[error("this result was saved in version {found} of the format, and this library reads version {known}: update it")]
    SavedVersion {
        /// The file's version.
        found: String,
        /// The version that is read.
        known: u64,
    },
    /// Donors that are not one entry for each unit, or for each pair of units.
    #[error("donors have {found} entries, but the panel needs {expected}")]
    DonorsLength {
        /// Entries given.
        found: usize,
        /// Units of the panel, or their square.
        expected: usize,
    },
    /// A treated unit for which no unit with control cells may serve.
    #[error("{}", words::donors_none(&Names::NONE, *unit))]
    DonorsNone {
        /// Row.
        unit: usize,
    },
    /// First treated periods that differ between the rows of a unit.
    #[error("{}", words::cohort_varies(&Names::NONE, *unit))]
    CohortVaries {
        /// Row.
        unit: usize,
    },
    /// First treated periods of 0, and a period 0.
    #[error("cohort is 0 in some rows, and 0 lies among the periods: leave the cohort of never-treated units missing, or make it infinite")]
    CohortAmbiguous,
    /// A covariate without one value for each cell.
    #[error("{}", words::covariate_length(&Names::NONE, *covariate, *found, *expected))]
    CovariateLength {
        /// Which covariate.
        covariate: usize,
        /// Its length.
        found: usize,
        /// Units times periods.
        expected: usize,
    },
    /// A covariate that is missing, infinite or beyond 1e100 in size where the outcome is observed.
    #[error("{}", words::covariate_missing(&Names::NONE, *covariate, *unit, *period))]
    CovariateMissing {
        /// Which covariate.
        covariate: usize,
        /// Row.
        unit: usize,
        /// Column.
        period: usize,
    },
    /// A covariate that unit and period effects explain.
    #[error("{}", words::covariate_constant(&Names::NONE, *covariate))]
    CovariateConstant {
        /// Which covariate.
        covariate: usize,
    },
    /// A covariate that others explain.
    #[error("{}", words::covariates_collinear(&Names::NONE, *covariate))]
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
    #[error("{}", words::grouping_length(&Names::NONE, *grouping, *found, *expected))]
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
    /// A computation of power that cannot be done as asked.
    #[error("no power can be told: {reason}")]
    PowerImpossible {
        /// What is lacking, and what to do.
        reason: String,
    },
    /// No history in which treatment could be taken to begin earlier.
    #[error("no placebo in time is possible: {reason}")]
    PlaceboInTimeImpossible {
        /// What is lacking, and what to do.
        reason: String,
    },
    /// A size of bias that is no size.
    #[error("a size of bias is {value}, but must be a finite number from 0 on")]
    BiasSizeInvalid {
        /// The size.
        value: String,
    },
    /// A unit that a simulation has nothing to learn from.
    #[error("{}", words::no_control_outcome(&Names::NONE.unit(*unit)))]
    SimulationUnitBare {
        /// Unit position.
        unit: usize,
    },
    /// A period that a simulation has nothing to learn from.
    #[error("{}", words::no_control_outcome(&Names::NONE.period(*period)))]
    SimulationPeriodBare {
        /// Period position.
        period: usize,
    },
    /// A treatment that does not tell treated from untreated cells.
    #[error("{}", words::treatment_constant(&Names::NONE, marks))]
    TreatmentConstant {
        /// What it seems to mark: `group` or `time`.
        marks: &'static str,
    },
    /// A treatment that is missing where the outcome is observed.
    #[error("{}", words::treatment_missing(&Names::NONE, *unit, *period))]
    TreatmentMissing {
        /// Row.
        unit: usize,
        /// Column.
        period: usize,
    },
    /// A covariate that is the outcome: it would explain all of it.
    #[error("{}", words::covariate_is_outcome(&Names::NONE, *covariate))]
    CovariateIsOutcome {
        /// Which covariate.
        covariate: usize,
    },
    /// A grouping that no treated cell is in.
    #[error("{}", words::groups_empty(&Names::NONE, *grouping))]
    GroupsEmpty {
        /// Which grouping.
        grouping: usize,
    },
    /// Columns of data in long form that are not of one length.
    #[error("{what} has {found} entries, but there are {expected} rows")]
    ColumnLength {
        /// Which column.
        what: &'static str,
        /// Its length.
        found: usize,
        /// That of the column of units.
        expected: usize,
    },
    /// More units times periods than any panel has.
    #[error("the panel would have {n_units} units x {n_periods} periods: are these the right columns? Round time stamps to the period")]
    LongTooLarge {
        /// Distinct units.
        n_units: usize,
        /// Distinct periods.
        n_periods: usize,
    },
    /// Several rows of data in long form for one unit in one period.
    #[error("{}", words::duplicate_rows(&Names::NONE, *repeats, *unit, *period, *rows))]
    DuplicateRows {
        /// Rows that repeat another.
        repeats: usize,
        /// Row of the panel.
        unit: usize,
        /// Column of the panel.
        period: usize,
        /// The first two rows of the data that stand there.
        rows: (usize, usize),
    },
    /// There is no option of this name.
    #[error("there is no option '{option}'{hint}")]
    OptionUnknown {
        /// The name.
        option: String,
        /// A name that is close, or the known ones.
        hint: String,
    },
    /// An option of the wrong kind, or none of its choices.
    #[error("{option} must be {expected}, not {found}{hint}")]
    OptionInvalid {
        /// Its name.
        option: &'static str,
        /// What it takes.
        expected: String,
        /// What was passed.
        found: String,
        /// A choice that is close.
        hint: String,
    },
    /// Two options that make no sense together.
    #[error("{option} = {value} {why}")]
    OptionsConflict {
        /// The name of one of them.
        option: &'static str,
        /// What was passed.
        value: String,
        /// What it does, the other option, and what to do.
        why: &'static str,
    },
    /// Lambdas that are not three numbers by name.
    #[error("lambdas must be three numbers by the names time, unit and nn: {reason}")]
    LambdasInvalid {
        /// What is wrong.
        reason: String,
    },
    /// Grids that are not lists of numbers by name.
    #[error("grids must be lists of numbers by the names time, unit or nn: {reason}")]
    GridsInvalid {
        /// What is wrong.
        reason: String,
    },
    /// A seed that does not fit into 64 bits.
    #[error("seed = {value} is not allowed: it must be from 0 to 2^64 - 1 = 18446744073709551615")]
    SeedOutOfRange {
        /// What was passed.
        value: String,
    },
    /// A matrix factorization did not converge, which finite numbers of ordinary size do not cause.
    #[error("a matrix factorization did not converge; are some outcomes of extreme size?")]
    FactorizationFailed,
    /// More memory than the system gives.
    #[error("{what} would take {}: more memory than the system gives", words::bytes(*bytes))]
    OutOfMemory {
        /// What it was for.
        what: &'static str,
        /// How much.
        bytes: u128,
    },
    /// The monitor asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl Error {
    /// The system did not start the one thread that a call from another language needs.
    ///
    /// ```
    /// let refused = std::io::Error::from(std::io::ErrorKind::WouldBlock);
    /// assert_eq!(trop_core::Error::no_thread(&refused).code(), "threads_unavailable");
    /// ```
    pub fn no_thread(reason: &std::io::Error) -> Self {
        Error::ThreadsUnavailable { threads: 1, reason: reason.to_string() }
    }
}
/// A number in a message: decimals where a reader would write them, else a power of ten.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || !size.is_finite() || (1e-6..1e16).contains(&size) {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_of_any_size_are_short() {
        let said: Vec<String> =
            [0.95, -3.0, 0.0, 1e-200, 2.5e300, f64::INFINITY].map(number).to_vec();
        assert_eq!(said, ["0.95", "-3", "0", "1e-200", "2.5e300", "inf"]);
    }
}
