//! What may be asked of an analysis.

use super::table::conflict;
use crate::error::{Error, Result};
use crate::inference::{
    check_draw_count, check_level, InferenceMethod, InferenceOptions, Retuning,
};
use crate::lambdas::Lambdas;
use crate::panel::Panel;
use crate::settings::Settings;
use crate::tuning::{Criterion, Grids, Method, SearchOptions};

/// What may be asked of [`analyze`](crate::analyze), each option by its name. In Rust they are fields:
///
/// ```
/// use trop_core::{AnalysisOptions, Lambdas};
/// let options = AnalysisOptions { n_boot: 500, seed: 7, ..Default::default() };
/// assert!(options.validate().is_ok());
/// // A search for lambdas that are given is a contradiction.
/// let given = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), max_cells: Some(9), ..options };
/// assert_eq!(given.validate().unwrap_err().code(), "option_invalid");
/// ```
///
/// Other languages [`set`](AnalysisOptions::set) them by text; [`AnalysisOptions::table`] lists all of them
/// with their kinds and defaults.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AnalysisOptions {
    /// The lambdas; `None` (the default) to search for them.
    pub lambdas: Option<Lambdas>,
    /// Candidates in place of the default ones ([`Grids::default_for`]), for each lambda apart.
    pub grids: GivenGrids,
    /// Which candidates are scored; default that of [`SearchOptions`].
    pub search: Method,
    /// What the search minimizes; default [`Criterion::Auto`].
    pub criterion: Criterion,
    /// Number of placebo sets, at least 2, in place of the criterion's own; `None` (the default): its own,
    /// [`Criterion::DEFAULT_SETS`].
    pub n_placebo_sets: Option<usize>,
    /// Number of folds, at least 2, in place of the criterion's own; `None` (the default): its own,
    /// [`Criterion::DEFAULT_FOLDS`].
    pub n_folds: Option<usize>,
    /// Leave-one-out cross-validation on a random sample of this many control cells, at least 1; `None`
    /// (the default) for all.
    pub max_cells: Option<usize>,
    /// Stop scoring a candidate once it can no longer win; default false.
    pub abandon: bool,
    /// Where standard errors come from, `None` for none at all; default [`InferenceMethod::Auto`].
    pub inference: Option<InferenceMethod>,
    /// Bootstrap draws or placebo assignments, at least 2; default 200.
    pub n_boot: usize,
    /// Level of the intervals, in (0, 1); default 0.95.
    pub level: f64,
    /// Seed of every random choice; default 0.
    pub seed: u64,
    /// Choose the lambdas anew in each draw; default false.
    pub retune: bool,
    /// Also infer the effects before treatment, which are estimated in each draw then; default true.
    pub pre_periods: bool,
    /// Relative duality gap at which an estimate's fit is certified, in (0, 1); default 1e-8.
    pub tolerance: f64,
    /// The same for the fits of a search, in (0, 1); default 1e-8.
    pub loocv_tolerance: f64,
    /// Iterations after which a fit is given up as not certified, at least 1; default 10,000.
    pub max_iterations: usize,
    /// Threads; `None` (the default) for all cores. Results do not depend on it.
    pub threads: Option<usize>,
}

/// Candidates of some of the lambdas, `None` for the default ones.
///
/// ```
/// use trop_core::{AnalysisOptions, GivenGrids};
/// let grids = GivenGrids { nn: Some(vec![1.0, f64::INFINITY]), ..Default::default() };
/// assert!(AnalysisOptions { grids, ..Default::default() }.validate().is_ok());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GivenGrids {
    /// Of lambda_time; finite, >= 0, distinct.
    pub time: Option<Vec<f64>>,
    /// Of lambda_unit; finite, >= 0, distinct.
    pub unit: Option<Vec<f64>>,
    /// Of lambda_nn; >= 0, infinity allowed, distinct.
    pub nn: Option<Vec<f64>>,
}

impl GivenGrids {
    /// These, and the default ones for a panel where there are none.
    pub(super) fn complete(&self, panel: &Panel) -> Result<Grids> {
        let GivenGrids { time, unit, nn } = self.clone();
        if let (Some(time), Some(unit), Some(nn)) = (&time, &unit, &nn) {
            return Ok(Grids { time: time.clone(), unit: unit.clone(), nn: nn.clone() });
        }
        let default = Grids::default_for(panel)?;
        Ok(Grids {
            time: time.unwrap_or(default.time),
            unit: unit.unwrap_or(default.unit),
            nn: nn.unwrap_or(default.nn),
        })
    }

    /// Checks the candidates that are given.
    fn validate(&self) -> Result<()> {
        let or_any = |grid: &Option<Vec<f64>>| grid.clone().unwrap_or(vec![0.0]);
        Grids { time: or_any(&self.time), unit: or_any(&self.unit), nn: or_any(&self.nn) }
            .validate()
    }
}

impl Default for AnalysisOptions {
    fn default() -> Self {
        let SearchOptions { method, criterion, max_cells, seed, abandon } =
            SearchOptions::default();
        let InferenceOptions { method: inference, draws, level, .. } = InferenceOptions::default();
        let Settings { tolerance, loocv_tolerance, max_iterations, threads } = Settings::default();
        AnalysisOptions {
            lambdas: None,
            grids: GivenGrids::default(),
            search: method,
            criterion,
            n_placebo_sets: None,
            n_folds: None,
            max_cells,
            abandon,
            inference: Some(inference),
            n_boot: draws,
            level,
            seed,
            retune: false,
            pre_periods: true,
            tolerance,
            loocv_tolerance,
            max_iterations,
            threads,
        }
    }
}

impl AnalysisOptions {
    /// Checks the ranges, and that no two options contradict each other.
    ///
    /// # Errors
    /// [`Error::OptionsConflict`], [`Error::DrawsTooFew`], [`Error::LevelOutOfRange`],
    /// [`Error::SampleEmpty`], or what is wrong with the lambdas, grids or [`Settings`].
    pub fn validate(&self) -> Result<()> {
        conflict(self).map_or(Ok(()), Err)?;
        self.lambdas.map_or(Ok(()), |lambdas| lambdas.validate())?;
        self.grids.validate()?;
        if self.max_cells == Some(0) {
            return Err(Error::SampleEmpty);
        }
        check_draw_count(self.n_boot)?;
        check_level(self.level)?;
        self.settings().validate()
    }

    /// Accuracy and resources.
    pub fn settings(&self) -> Settings {
        Settings {
            tolerance: self.tolerance,
            loocv_tolerance: self.loocv_tolerance,
            max_iterations: self.max_iterations,
            threads: self.threads,
        }
    }

    /// Number of sets if the criterion draws random sets.
    pub(super) fn placebo_sets(&self) -> usize {
        let own = match self.criterion {
            Criterion::PlaceboSets { sets } => sets,
            _ => Criterion::DEFAULT_SETS,
        };
        self.n_placebo_sets.unwrap_or(own)
    }

    /// Number of folds if the criterion has folds.
    pub(super) fn folds(&self) -> usize {
        let own = match self.criterion {
            Criterion::PlaceboFolds { folds } => folds,
            _ => Criterion::DEFAULT_FOLDS,
        };
        self.n_folds.unwrap_or(own)
    }

    /// How to search a panel's candidates.
    pub(super) fn searching(&self, panel: &Panel) -> SearchOptions {
        let criterion = match self.criterion.resolve(panel) {
            Criterion::PlaceboSets { .. } => Criterion::PlaceboSets { sets: self.placebo_sets() },
            Criterion::PlaceboFolds { .. } => Criterion::PlaceboFolds { folds: self.folds() },
            other => other,
        };
        SearchOptions {
            method: self.search,
            criterion,
            max_cells: self.max_cells,
            seed: self.seed,
            abandon: self.abandon,
        }
    }

    /// How to infer by a method; `grids` are those that were searched.
    pub(super) fn inferring(
        &self,
        method: InferenceMethod,
        panel: &Panel,
        grids: Option<&Grids>,
    ) -> InferenceOptions {
        let search = SearchOptions { abandon: true, ..self.searching(panel) };
        let retuning =
            grids.filter(|_| self.retune).map(|grids| Retuning { grids: grids.clone(), search });
        InferenceOptions {
            method,
            draws: self.n_boot,
            level: self.level,
            seed: self.seed,
            retuning,
        }
    }
}
