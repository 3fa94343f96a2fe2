//! The estimate at given lambdas (Algorithm 2).

use super::effects::{ranges_of, CellEffect, CellEffects, Undetermined};
use super::path::Path;
use super::shared::shared_effects_along;
use super::targets::{ChainFits, Targets};
use crate::error::{Error, Result};
use crate::lambdas::Lambdas;
use crate::panel::{Anchor, Cell, Panel};
use crate::reason::Reason;
use crate::runtime::{heed, Monitor, Progress, Stage, Threads};
use crate::settings::Settings;
use crate::solver::{Care, Status, Stopping};
use crate::weighting::check_cell;

/// The average effect on the treated, and all that it is made of.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Estimate {
    /// Mean of the treated cells' effects, in units of the outcome (Eq. 1, Algorithm 2), weighted by
    /// [`Design::average`](crate::Design::average).
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub att: f64,
    /// Coefficients of the covariates: the same mean, over the fits of the treated cells.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub coefficients: Vec<f64>,
    /// Every estimable treated cell, by unit and then period.
    pub effects: Vec<CellEffect>,
    /// Treated cells without an effect; they are not in the average.
    pub not_estimable: Vec<(Cell, Reason)>,
    /// Those of them whose effect is not unique, and where it can lie.
    pub undetermined: Vec<Undetermined>,
    /// Largest relative gap of the fits.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub max_gap: f64,
    /// True if every fit is certified to the tolerance.
    pub converged: bool,
}

/// Estimates the ATT at given lambdas (Eq. 1, Algorithm 2), as the panel's [`Design`] asks: by default with
/// one fit for each treated cell and equal weights in the average.
///
/// # Errors
/// [`Error::LambdaInvalid`], [`Error::CovariatesWithoutPenalty`], an invalid [`Settings`],
/// [`Error::NoEstimableCell`], [`Error::EffectsNotUnique`], [`Error::FitDiverged`], or [`Error::Interrupted`].
///
/// ```
/// use trop_core::{estimate, Lambdas, Panel, Settings, Shape, Silent};
/// // Two units, two periods: difference in differences, (6 - 4) - (2 - 1).
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let estimate = estimate(&panel, &Lambdas::TWO_WAY, &Settings::default(), &Silent)?;
/// assert!((estimate.att - 1.0).abs() < 1e-12);
/// # Ok::<(), trop_core::Error>(())
/// ```
///
/// [`Design`]: crate::Design
pub fn estimate(
    panel: &Panel,
    lambdas: &Lambdas,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<Estimate> {
    let found =
        treated_effects(panel, lambdas, settings, Care::Bounded, (monitor, Stage::Estimate))?;
    Estimate::new(panel, found)
}

impl Estimate {
    /// The least and the largest effect that each cell of `not_estimable` can have; NaN unless the reason is
    /// [`Reason::NotUnique`].
    ///
    /// ```
    /// use trop_core::{estimate, Lambdas, Panel, Settings, Shape, Silent};
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
    /// let estimate = estimate(&panel, &Lambdas::TWO_WAY, &Settings::default(), &Silent)?;
    /// assert!(estimate.not_estimable_ranges().is_empty());
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn not_estimable_ranges(&self) -> Vec<[f64; 2]> {
        ranges_of(&self.not_estimable, &self.undetermined)
    }

    /// The panel without the cells whose effects are not unique: what the estimate leaves out, every draw of an
    /// inference leaves out.
    pub(crate) fn determined(&self, panel: &Panel) -> Panel {
        panel.without_outcomes(self.undetermined.iter().map(|u| u.cell))
    }

    pub(crate) fn new(panel: &Panel, found: CellEffects) -> Result<Self> {
        let CellEffects { effects, not_estimable, undetermined } = found;
        let total: f64 = effects.iter().map(|e| panel.share(e.cell.unit)).sum();
        if total <= 0.0 {
            let (what, not_unique) = ("treated cell", undetermined.len());
            let not_estimable = not_estimable.len();
            return Err(match not_unique {
                0 => Error::NoEstimableCell { what, not_estimable },
                _ => Error::EffectsNotUnique { what, not_unique, not_estimable },
            });
        }
        let mean = |value: &dyn Fn(&CellEffect) -> f64| {
            effects.iter().map(|e| panel.share(e.cell.unit) * value(e)).sum::<f64>() / total
        };
        Ok(Estimate {
            att: mean(&|e| e.effect),
            coefficients: (0..panel.n_covariates()).map(|k| mean(&|e| e.coefficients[k])).collect(),
            max_gap: effects.iter().map(|e| e.gap).fold(0.0, f64::max),
            converged: effects.iter().all(|e| e.status == Status::Solved),
            effects,
            not_estimable,
            undetermined,
        })
    }
}

/// Effects of all treated cells, as the panel's anchor asks.
pub(crate) fn treated_effects(
    panel: &Panel,
    lambdas: &Lambdas,
    settings: &Settings,
    care: Care,
    hook: (&dyn Monitor, Stage),
) -> Result<CellEffects> {
    lambdas.validate()?;
    let mut found = treated_effects_along(panel, &Path::single(lambdas), settings, care, hook)?;
    Ok(found.remove(0))
}

/// The same at each entry of a path.
pub(crate) fn treated_effects_along(
    panel: &Panel,
    path: &Path,
    settings: &Settings,
    care: Care,
    hook: (&dyn Monitor, Stage),
) -> Result<Vec<CellEffects>> {
    match panel.anchor() {
        Anchor::Cell => effects_along(panel, panel.treated_cells(), path, settings, care, hook),
        Anchor::Pooled | Anchor::Spell => shared_effects_along(panel, path, settings, care, hook),
    }
}

/// Fits any cells as if each were the target: treated cells as in [`estimate`], control cells each left
/// out of its own fit (a placebo effect, as in Eq. 4). The panel's anchor plays no part.
///
/// # Errors
/// [`Error::CellOutOfRange`], [`Error::LambdaInvalid`], [`Error::CovariatesWithoutPenalty`], an invalid
/// [`Settings`], [`Error::FitDiverged`], or [`Error::Interrupted`].
///
/// ```
/// use trop_core::{cell_effects, Cell, Lambdas, Panel, Settings, Shape, Silent};
/// let panel = Panel::new(
///     &[1.0, 2.0, 4.0, 6.0, 5.0, 7.0],
///     &[0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
///     Shape { n_units: 3, n_periods: 2 },
/// )?;
/// let cells = [Cell { unit: 1, period: 1 }];
/// let placebo = cell_effects(&panel, &cells, &Lambdas::TWO_WAY, &Settings::default(), &Silent)?;
/// assert!((placebo.effects[0].effect - 1.0).abs() < 1e-12);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn cell_effects(
    panel: &Panel,
    cells: &[Cell],
    lambdas: &Lambdas,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<CellEffects> {
    let mut cells = cells.to_vec();
    cells.iter().try_for_each(|&cell| check_cell(panel, cell))?;
    cells.sort_unstable();
    cells.dedup();
    effects_of(panel, cells, lambdas, settings, Care::Bounded, (monitor, Stage::Placebo))
}

/// The control cells of ever-treated units before a spell of treatment: where placebo effects are of
/// interest.
///
/// ```
/// use trop_core::{pre_treatment_cells, Cell, Panel, Shape};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// assert_eq!(pre_treatment_cells(&panel), [Cell { unit: 1, period: 0 }]);
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn pre_treatment_cells(panel: &Panel) -> Vec<Cell> {
    panel.control_cells().into_iter().filter(|&c| panel.event_time(c).is_some()).collect()
}

pub(crate) fn effects_of(
    panel: &Panel,
    cells: Vec<Cell>,
    lambdas: &Lambdas,
    settings: &Settings,
    care: Care,
    hook: (&dyn Monitor, Stage),
) -> Result<CellEffects> {
    lambdas.validate()?;
    let mut found = effects_along(panel, cells, &Path::single(lambdas), settings, care, hook)?;
    Ok(found.remove(0))
}

/// Effects of cells at each entry of a path.
fn effects_along(
    panel: &Panel,
    cells: Vec<Cell>,
    path: &Path,
    settings: &Settings,
    care: Care,
    (monitor, stage): (&dyn Monitor, Stage),
) -> Result<Vec<CellEffects>> {
    settings.validate()?;
    panel.check_penalty(&path.nn)?;
    let targets = Targets::new(panel);
    let (cells, not_estimable) = split_estimable(&targets, cells, path.unit, monitor)?;
    let chains = targets.chains(&cells, monitor)?;
    let stopping = Stopping::new(settings, care);
    let progress = Progress::new(monitor, stage, cells.len() * path.nn.len());
    let fit = |chain: &Vec<Cell>| targets.fit_chain(chain, path, stopping, &progress);
    let solved: Result<Vec<ChainFits>> = Threads::new(settings.threads)?.map(&chains, fit);
    let solved = solved?;
    let mut found = vec![CellEffects::without(not_estimable); path.nn.len()];
    for (&cell, along) in chains.iter().flatten().zip(solved.iter().flatten()) {
        for (found, fit) in found.iter_mut().zip(along) {
            found.push(panel, cell, 0, fit);
        }
    }
    found.into_iter().map(CellEffects::finish).collect()
}

/// Cells without an effect, and why.
type NotEstimable = Vec<(Cell, Reason)>;

fn split_estimable(
    targets: &Targets<'_>,
    cells: Vec<Cell>,
    lambda_unit: f64,
    monitor: &dyn Monitor,
) -> Result<(Vec<Cell>, NotEstimable)> {
    let mut estimable = Vec::new();
    let mut not_estimable = Vec::new();
    for cell in cells {
        heed(monitor)?;
        if !targets.panel.is_observed(cell) {
            not_estimable.push((cell, Reason::OutcomeMissing));
        } else if !targets.connects(cell, lambda_unit == 0.0) {
            not_estimable.push((cell, Reason::Disconnected));
        } else if !targets.identifies_covariates(cell) {
            not_estimable.push((cell, Reason::CovariatesNotIdentified));
        } else {
            estimable.push(cell);
        }
    }
    Ok((estimable, not_estimable))
}
