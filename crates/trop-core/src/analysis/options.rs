//! What may be asked of an analysis.

use super::given_grids::GivenGrids;
use crate::error::Result;
use crate::inference::{InferenceMethod, InferenceOptions, Retuning};
use crate::lambdas::Lambdas;
use crate::panel::Panel;
use crate::runtime::Monitor;
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
    /// Estimate the effects before treatment, each cell left out of its own fit, and again in each draw of the
    /// inference; without, none of these fits is made. Default true.
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
    /// Accuracy and resources.
    pub fn settings(&self) -> Settings {
        Settings {
            tolerance: self.tolerance,
            loocv_tolerance: self.loocv_tolerance,
            max_iterations: self.max_iterations,
            threads: self.threads,
        }
    }

    /// The same without a search, at these lambdas.
    pub(super) fn at_lambdas(&self, lambdas: Lambdas) -> Self {
        let AnalysisOptions { search, criterion, .. } = AnalysisOptions::default();
        AnalysisOptions {
            lambdas: Some(lambdas),
            grids: GivenGrids::default(),
            search,
            criterion,
            n_placebo_sets: None,
            n_folds: None,
            max_cells: None,
            abandon: false,
            retune: false,
            ..self.clone()
        }
    }

    /// The same without what plays no part: options of a search where lambdas are given. So options that were written
    /// down when another search was the default can be used.
    ///
    /// ```
    /// use trop_core::{AnalysisOptions, Lambdas, Method};
    /// let old = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), search: Method::Grid, ..Default::default() };
    /// assert!(old.validate().is_err());
    /// assert!(old.without_idle().validate().is_ok());
    /// ```
    pub fn without_idle(&self) -> Self {
        self.lambdas.map_or_else(|| self.clone(), |lambdas| self.at_lambdas(lambdas))
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
    ///
    /// ```
    /// use trop_core::{AnalysisOptions, Criterion, Panel, Shape};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
    /// assert_eq!(AnalysisOptions::default().searching(&panel).criterion, Criterion::Loocv);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn searching(&self, panel: &Panel) -> SearchOptions {
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
    ///
    /// ```
    /// use trop_core::{AnalysisOptions, InferenceMethod, Panel, Shape};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
    /// let options = AnalysisOptions { n_boot: 50, ..Default::default() };
    /// assert_eq!(options.inferring(InferenceMethod::Placebo, &panel, None).draws, 50);
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn inferring(
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

    /// The grids that draws search anew for lambdas; `None` if they take those of the estimate (`retune`).
    ///
    /// ```
    /// use trop_core::{AnalysisOptions, Panel, Shape, Silent};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
    /// assert!(AnalysisOptions::default().grids_of_draws(&panel, &Silent)?.is_none());
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn grids_of_draws(&self, panel: &Panel, monitor: &dyn Monitor) -> Result<Option<Grids>> {
        self.retune.then(|| self.grids.complete(panel, monitor)).transpose()
    }
}
