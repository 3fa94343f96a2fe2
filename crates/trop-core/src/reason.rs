//! Why a target has no effect.

/// Why a target has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
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
    /// Several fits are optimal, and their effects differ.
    NotUnique,
    /// The fit diverged in floating point.
    Diverged,
}

impl Reason {
    /// Every reason there is.
    pub const ALL: &'static [Self] = &[
        Reason::OutcomeMissing,
        Reason::Disconnected,
        Reason::WeightsUnderflow,
        Reason::CovariatesNotIdentified,
        Reason::NoDonors,
        Reason::NoPrePeriods,
        Reason::NotUnique,
        Reason::Diverged,
    ];

    /// Its name: `outcome_missing`, `disconnected`, `weights_underflow`, `covariates_not_identified`, `no_donors`,
    /// `no_pre_periods`, `not_unique` or `diverged`.
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
            Reason::NotUnique => "not_unique",
            Reason::Diverged => "diverged",
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
            Reason::NotUnique => {
                "several fits are optimal and give it different effects; use a larger lambda_nn"
            }
            Reason::Diverged => {
                "its fit diverged: the lambdas, weights and outcomes are too far apart in size for \
                 floating-point numbers"
            }
        })
    }
}
