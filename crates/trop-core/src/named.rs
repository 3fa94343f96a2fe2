//! Errors by whatever names units, periods and columns have.

use crate::error::Error;
use crate::names::Names;
use crate::words;

impl Error {
    /// The message by names, ended as a sentence: what languages show their users.
    ///
    /// ```
    /// use trop_core::{Error, Names};
    /// let error = Error::CovariateConstant { covariate: 0 };
    /// assert_eq!(error.sentence(&Names::default()), format!("{error}."));
    /// ```
    pub fn sentence(&self, names: &Names) -> String {
        let text = self.named(names);
        if text.ends_with(['.', '?', '!']) {
            text
        } else {
            text + "."
        }
    }

    /// The message, with names in place of positions.
    ///
    /// ```
    /// use trop_core::{Error, Names};
    /// let names = Names { covariates: vec!["income".into()], ..Default::default() };
    /// let error = Error::CovariateConstant { covariate: 0 };
    /// assert!(error.to_string().starts_with("covariate 0 does not vary"));
    /// assert!(error.named(&names).starts_with("covariate 'income' does not vary"));
    /// ```
    pub fn named(&self, names: &Names) -> String {
        match *self {
            Error::TreatmentNotBinary { unit, period, ref value } => {
                words::treatment_not_binary(names, unit, period, value)
            }
            Error::TreatmentMissing { unit, period } => {
                words::treatment_missing(names, unit, period)
            }
            Error::TreatmentConstant { marks } => words::treatment_constant(names, marks),
            Error::DuplicateRows { repeats, unit, period, rows } => {
                words::duplicate_rows(names, repeats, unit, period, rows)
            }
            Error::OutcomeInfinite { unit, period } => words::outcome_infinite(names, unit, period),
            Error::OutcomeTooFar { unit, period, ref value } => {
                words::outcome_too_far(names, unit, period, value)
            }
            Error::UnitAllMissing { unit } => words::all_missing(names, &names.unit(unit)),
            Error::PeriodAllMissing { period } => words::all_missing(names, &names.period(period)),
            Error::SimulationUnitBare { unit } => words::no_control_outcome(&names.unit(unit)),
            Error::SimulationPeriodBare { period } => {
                words::no_control_outcome(&names.period(period))
            }
            Error::TargetNotEstimable { unit, period, reason } => {
                words::target_not_estimable(names, unit, period, reason)
            }
            Error::WeightInvalid { side, index, ref value } => {
                words::weight_invalid(names, side, index, value)
            }
            Error::CalendarNotIncreasing { period } => {
                words::calendar_not_increasing(names, period)
            }
            Error::PeriodsUnordered { why, ref labels } => {
                words::periods_unordered(names, why, labels)
            }
            Error::DonorsNone { unit } => words::donors_none(names, unit),
            Error::CohortVaries { unit } => words::cohort_varies(names, unit),
            Error::CovariateLength { covariate, found, expected } => {
                words::covariate_length(names, covariate, found, expected)
            }
            Error::CovariateMissing { covariate, unit, period } => {
                words::covariate_missing(names, covariate, unit, period)
            }
            Error::CovariateConstant { covariate } => words::covariate_constant(names, covariate),
            Error::CovariatesCollinear { covariate } => {
                words::covariates_collinear(names, covariate)
            }
            Error::CovariateIsOutcome { covariate } => {
                words::covariate_is_outcome(names, covariate)
            }
            Error::GroupingLength { grouping, found, expected } => {
                words::grouping_length(names, grouping, found, expected)
            }
            Error::GroupsEmpty { grouping } => words::groups_empty(names, grouping),
            _ => self.to_string(),
        }
    }
}

/// Its code and message.
#[cfg(feature = "serde")]
impl serde::Serialize for Error {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut fields = serializer.serialize_struct("Error", 2)?;
        fields.serialize_field("code", self.code())?;
        fields.serialize_field("message", &self.to_string())?;
        fields.end()
    }
}
