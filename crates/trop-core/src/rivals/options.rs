//! What may be chosen about an estimator.

use super::estimator::Estimator;
use crate::by_name::{self, by_name};
use crate::error::{Error, Result};
use crate::lambdas::{check_lambda, Lambdas};
use crate::panel::Anchor;
use crate::panel::Panel;
use crate::tuning::Grids;
use crate::tuning::SearchOptions;

/// How weights on a simplex are computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SimplexMethod {
    /// The optimum, by an active set, with a gap that is checked.
    #[default]
    Exact,
    /// The early-stopped Frank-Wolfe solution of the R package synthdid, for parity with it. It is not the optimum:
    /// the gap says how far away it is, and the status is seldom `solved`.
    FrankWolfe,
}

impl SimplexMethod {
    /// Its name: `exact` or `frank_wolfe`.
    ///
    /// ```
    /// assert_eq!(trop_core::SimplexMethod::default().name(), "exact");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            SimplexMethod::Exact => "exact",
            SimplexMethod::FrankWolfe => "frank_wolfe",
        }
    }

    /// The method of a name.
    ///
    /// ```
    /// use trop_core::SimplexMethod;
    /// assert_eq!(SimplexMethod::from_name("frank_wolfe"), Some(SimplexMethod::FrankWolfe));
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        by_name::find(name)
    }
}

by_name!(SimplexMethod, "simplex", [SimplexMethod::Exact, SimplexMethod::FrankWolfe]);

/// How the penalty of matrix completion is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum McTuning {
    /// As the R package MCPanel does: five times a random fifth of the control cells is held out, and the penalty, of
    /// 19 that fall by three decades from where the low-rank part vanishes, has the least root mean squared error.
    #[default]
    Folds,
    /// Leave-one-out cross-validation over the control cells (Eq. 4-5 with equal weights), among the same penalties. It
    /// takes far longer: small penalties predict cells alike, so that no race tells them apart.
    Loocv,
}

impl McTuning {
    /// Its name: `loocv` or `folds`.
    ///
    /// ```
    /// assert_eq!(trop_core::McTuning::default().name(), "folds");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            McTuning::Loocv => "loocv",
            McTuning::Folds => "folds",
        }
    }

    /// The tuning of a name.
    ///
    /// ```
    /// use trop_core::McTuning;
    /// assert_eq!(McTuning::from_name("folds"), Some(McTuning::Folds));
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        by_name::find(name)
    }
}

by_name!(McTuning, "mc_tuning", [McTuning::Folds, McTuning::Loocv]);

/// What may be chosen about an estimator; each looks at its own options only.
///
/// ```
/// let options = trop_core::EstimatorOptions::default();
/// assert!(options.lambdas.is_none() && options.pre_periods);
/// assert_eq!(options.max_rank, 5);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct EstimatorOptions {
    /// Of `sc`, `sc_reg`, `difp`, `difp_reg`, `sdid` and `ascm`: how weights are computed; default
    /// [`SimplexMethod::Exact`].
    pub simplex: SimplexMethod,
    /// Of `sc_reg`, `difp_reg`, `sdid` and `sdid_squared`: the ridge's zeta, >= 0, in units of the outcome. Default:
    /// (treated units x treated periods)^1/4 times the standard deviation of the donors' first differences before.
    pub zeta: Option<f64>,
    /// Of `ascm`: the ridge penalty, > 0, in squared units of the outcome. Default: by cross-validation.
    pub ridge: Option<f64>,
    /// Of `mc`: the penalty on the nuclear norm as in [`Lambdas::nn`] (MCPanel's lambda times the number of control
    /// cells). Default: by cross-validation.
    pub lambda_nn: Option<f64>,
    /// Of `mc` without a penalty: how it is chosen; default [`McTuning::Folds`].
    pub mc_tuning: McTuning,
    /// Of `ife`: the number of factors. Default: by cross-validation.
    pub rank: Option<usize>,
    /// Of `ife` without a rank: the most factors that are tried; default 5.
    pub max_rank: usize,
    /// Of `trop`, and needed by `mc_trop`: the lambdas. Default: by a search.
    pub lambdas: Option<Lambdas>,
    /// Of `trop` without lambdas, and of `mc` without a penalty (`nn` only): the candidates. Default:
    /// [`Grids::default_for`] the panel.
    pub grids: Option<Grids>,
    /// Of `trop` without lambdas: how candidates are searched. `max_cells` and `seed` hold for `mc`, too.
    pub search: SearchOptions,
    /// Of `trop`: which treated cells share a fit. Default: as the panel's design says.
    pub anchor: Option<Anchor>,
    /// Also the gaps before treatment; default true.
    pub pre_periods: bool,
}

impl Default for EstimatorOptions {
    fn default() -> Self {
        EstimatorOptions {
            simplex: SimplexMethod::default(),
            zeta: None,
            ridge: None,
            lambda_nn: None,
            mc_tuning: McTuning::default(),
            rank: None,
            max_rank: 5,
            lambdas: None,
            grids: None,
            search: SearchOptions::default(),
            anchor: None,
            pre_periods: true,
        }
    }
}

impl EstimatorOptions {
    /// The same options for outcomes that are divided by `scale`.
    ///
    /// ```
    /// use trop_core::{EstimatorOptions, Lambdas};
    /// let lambdas = Some(Lambdas { time: 1.0, unit: 1.0, nn: 1.0 });
    /// let options = EstimatorOptions { lambdas, zeta: Some(1.0), ridge: Some(1.0), ..Default::default() };
    /// let divided = options.for_outcomes_over(2.0);
    /// assert_eq!(divided.lambdas, Some(Lambdas { time: 1.0, unit: 2.0, nn: 0.5 }));
    /// assert_eq!((divided.zeta, divided.ridge), (Some(0.5), Some(0.25)));
    /// ```
    pub fn for_outcomes_over(&self, scale: f64) -> Self {
        let over = |value: Option<f64>| value.map(|value| value / scale);
        let each = |values: &[f64], by: f64| values.iter().map(|value| value * by).collect();
        EstimatorOptions {
            zeta: over(self.zeta),
            ridge: over(over(self.ridge)),
            lambda_nn: over(self.lambda_nn),
            lambdas: self.lambdas.map(|lambdas| Lambdas {
                unit: lambdas.unit * scale,
                nn: lambdas.nn / scale,
                ..lambdas
            }),
            grids: self.grids.as_ref().map(|grids| Grids {
                time: grids.time.clone(),
                unit: each(&grids.unit, scale),
                nn: each(&grids.nn, 1.0 / scale),
            }),
            ..self.clone()
        }
    }

    /// Checks what an estimator is asked for on a panel.
    pub(super) fn validate(&self, panel: &Panel, estimator: Estimator) -> Result<()> {
        let refuse = |reason: &str| {
            let reason = reason.to_string();
            Err(Error::EstimatorImpossible { estimator: estimator.name(), reason })
        };
        if panel.n_covariates() > 0 && !estimator.takes_covariates() {
            return refuse("it knows no covariates; leave them out, or use did, mc or trop");
        }
        if panel.has_donors() && !estimator.takes_donors() {
            return refuse("it compares all units with one another and knows no donors; use trop, sc, difp, sdid or ascm");
        }
        if self.zeta.is_some_and(|zeta| !(zeta >= 0.0 && zeta.is_finite())) {
            return refuse("zeta must be a finite number >= 0");
        }
        if self.ridge.is_some_and(|ridge| !(ridge > 0.0 && ridge.is_finite())) {
            return refuse("the ridge must be a finite number > 0");
        }
        if estimator == Estimator::McTrop && self.lambdas.is_none() {
            return refuse("it takes TROP's lambda_nn: give TROP's lambdas");
        }
        self.lambda_nn.map_or(Ok(()), |nn| check_lambda("nn", nn))?;
        self.lambdas.map_or(Ok(()), |lambdas| lambdas.validate())
    }
}
