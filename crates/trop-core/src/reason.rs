//! Why a target has no effect.

/// Why a target has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Its outcome is missing.
    OutcomeMissing,
    /// No chain of control cells of positive weight connects its unit with its period.
    Disconnected,
    /// The chain exists, but its weights are so small that they are zero in floating point.
    WeightsUnderflow,
    /// The control cells do not identify the covariates' coefficients once the target is left out.
    CovariatesNotIdentified,
    /// No never-treated unit is observed throughout the periods that an estimator compares.
    NoDonors,
    /// Its unit, or another one of the same spell, has no observed control period before it, or fewer than the
    /// estimator needs.
    NoPrePeriods,
}

impl Reason {
    /// Its name: `outcome_missing`, `disconnected`, `weights_underflow`, `covariates_not_identified`,
    /// `no_donors` or `no_pre_periods`.
    ///
    /// ```
    /// assert_eq!(trop_core::Reason::Disconnected.name(), "disconnected");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Reason::OutcomeMissing => "outcome_missing",
            Reason::Disconnected => "disconnected",
            Reason::WeightsUnderflow => "weights_underflow",
            Reason::CovariatesNotIdentified => "covariates_not_identified",
            Reason::NoDonors => "no_donors",
            Reason::NoPrePeriods => "no_pre_periods",
        }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Reason::OutcomeMissing => "its outcome is missing",
            Reason::Disconnected => "no control cells connect its unit with its period",
            Reason::WeightsUnderflow => {
                "the weights of the control cells that connect its unit with its period are zero in \
                 floating point; use a smaller lambda_unit or lambda_time"
            }
            Reason::CovariatesNotIdentified => {
                "the control cells do not identify the covariates' coefficients"
            }
            Reason::NoDonors => {
                "no never-treated unit is observed both in the periods before its treatment and in those \
                 of it"
            }
            Reason::NoPrePeriods => {
                "too few periods before its treatment have observed outcomes of all units that are treated \
                 with it"
            }
        })
    }
}
