//! How the ATT moves: over lambdas, without parts of the estimator, without single donors.

use crate::error::Result;
use crate::inference::{Draw, Draws, TropEstimation};
use crate::lambdas::Lambdas;
use crate::model::{paths, place, treated_effects_along, CellEffects, Estimate, Path, Quantity};
use crate::panel::Panel;
use crate::runtime::{Monitor, Progress, Stage, StopOnly, Threads};
use crate::settings::Settings;
use crate::solver::{Care, Status};

/// The ATT at some lambdas.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct AttAt {
    /// The lambdas.
    pub lambdas: Lambdas,
    /// The ATT, NaN if no treated cell that counts in the average has an effect.
    pub att: f64,
    /// Treated cells that have an effect.
    pub n_cells: usize,
    /// Largest relative gap of the fits.
    pub max_gap: f64,
    /// Fits not certified to the tolerance.
    pub n_uncertified: usize,
}

/// The ATT at each of several lambdas, in their order: over those that a search scored, it shows how much
/// the choice matters.
///
/// # Errors
/// [`Error::LambdaInvalid`], [`Error::CovariatesWithoutPenalty`], an invalid [`Settings`], or
/// [`Error::Interrupted`].
///
/// ```
/// use trop_core::{att_at, Lambdas, Panel, Settings, Shape, Silent};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let near = Lambdas { unit: 0.1, ..Lambdas::TWO_WAY };
/// let found = att_at(&panel, &[Lambdas::TWO_WAY, near], &Settings::default(), &Silent)?;
/// // With one control unit its weight does not matter.
/// assert!(found.iter().all(|at| (at.att - 1.0).abs() < 1e-12));
/// # Ok::<(), trop_core::Error>(())
/// ```
///
/// [`Error::LambdaInvalid`]: crate::Error::LambdaInvalid
/// [`Error::CovariatesWithoutPenalty`]: crate::Error::CovariatesWithoutPenalty
/// [`Error::Interrupted`]: crate::Error::Interrupted
pub fn att_at(
    panel: &Panel,
    lambdas: &[Lambdas],
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<Vec<AttAt>> {
    lambdas.iter().try_for_each(Lambdas::validate)?;
    settings.validate()?;
    let paths = paths(lambdas);
    let progress = Progress::new(monitor, Stage::Estimate, paths.iter().map(|p| p.nn.len()).sum());
    // Paths run in parallel already, in the pool at hand.
    let inner = &Settings { threads: None, ..*settings };
    let hook: (&dyn Monitor, Stage) = (&StopOnly(monitor), Stage::Estimate);
    let along = |path: &Path| {
        let found = treated_effects_along(panel, path, inner, Care::Careful, hook)?;
        progress.advance(path.nn.len());
        Ok(found)
    };
    let found: Result<Vec<Vec<CellEffects>>> = Threads::new(settings.threads)?.map(&paths, along);
    let found = found?;
    let at = |l: &Lambdas| {
        let (path, k) = place(&paths, l);
        AttAt::new(panel, *l, found[path][k].clone())
    };
    Ok(lambdas.iter().map(at).collect())
}

impl AttAt {
    fn new(panel: &Panel, lambdas: Lambdas, found: CellEffects) -> Self {
        let effects = &found.effects;
        AttAt {
            lambdas,
            n_cells: effects.len(),
            max_gap: effects.iter().map(|e| e.gap).fold(0.0, f64::max),
            n_uncertified: effects.iter().filter(|e| e.status != Status::Solved).count(),
            att: Estimate::new(panel, found).map_or(f64::NAN, |estimate| estimate.att),
        }
    }
}

/// The estimator with parts of it taken away: by name `full`; `no_unit_weights` (`unit = 0`);
/// `no_time_weights` (`time = 0`); `no_low_rank` (`nn` infinite); `did` (none of the three: difference in
/// differences); `mc` (the low-rank part alone: matrix completion). For [`att_at`].
///
/// ```
/// use trop_core::{ablation, Lambdas};
/// let parts = ablation(&Lambdas { time: 0.1, unit: 0.2, nn: 3.0 });
/// assert_eq!(parts[3], ("no_low_rank", Lambdas { time: 0.1, unit: 0.2, nn: f64::INFINITY }));
/// assert_eq!(parts[5], ("mc", Lambdas { time: 0.0, unit: 0.0, nn: 3.0 }));
/// ```
pub fn ablation(lambdas: &Lambdas) -> [(&'static str, Lambdas); 6] {
    let full = *lambdas;
    [
        ("full", full),
        ("no_unit_weights", Lambdas { unit: 0.0, ..full }),
        ("no_time_weights", Lambdas { time: 0.0, ..full }),
        ("no_low_rank", Lambdas { nn: f64::INFINITY, ..full }),
        ("did", Lambdas::TWO_WAY),
        ("mc", Lambdas { nn: full.nn, ..Lambdas::TWO_WAY }),
    ]
}

/// The ATT without one unit.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LeftOut {
    /// The unit that is left out.
    pub unit: usize,
    /// The ATT of the others, NaN if no treated cell that counts in the average has an effect.
    pub att: f64,
}

/// The ATT without each never-treated unit in turn, at the same lambdas: whether it rests on a single
/// donor. Units ascend.
///
/// # Errors
/// [`Error::LambdaInvalid`], [`Error::CovariatesWithoutPenalty`], an invalid [`Settings`], or
/// [`Error::Interrupted`].
///
/// ```
/// use trop_core::{leave_one_out, Lambdas, Panel, Settings, Shape, Silent};
/// let panel = Panel::new(
///     &[1.0, 2.0, 0.0, 3.0, 4.0, 6.0],
///     &[0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
///     Shape { n_units: 3, n_periods: 2 },
/// )?;
/// let found = leave_one_out(&panel, &Lambdas::TWO_WAY, &Settings::default(), &Silent)?;
/// // Growth of the unit that stays: 3, then 1.
/// assert!((found[0].att + 1.0).abs() < 1e-12 && (found[1].att - 1.0).abs() < 1e-12);
/// # Ok::<(), trop_core::Error>(())
/// ```
///
/// [`Error::LambdaInvalid`]: crate::Error::LambdaInvalid
/// [`Error::CovariatesWithoutPenalty`]: crate::Error::CovariatesWithoutPenalty
/// [`Error::Interrupted`]: crate::Error::Interrupted
pub fn leave_one_out(
    panel: &Panel,
    lambdas: &Lambdas,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<Vec<LeftOut>> {
    lambdas.validate()?;
    settings.validate()?;
    let plays = panel.plays_part();
    let is_donor = |&i: &usize| plays[i] && !panel.is_ever_treated(i);
    let units: Vec<usize> = (0..panel.n_units()).filter(is_donor).collect();
    let panel = panel.reporting(None, &[]);
    let draws = Draws {
        quantities: &[Quantity::ATT],
        pre_periods: false,
        estimation: &TropEstimation { lambdas, retuning: None, stage: Stage::Inference },
        settings,
        monitor,
        stage: Stage::Inference,
    };
    let found = draws.run(units.len(), &|k| Ok(panel.without(&units[k..=k])))?;
    let att = |draw: Option<Draw>| draw.map_or(f64::NAN, |draw| draw.values[0]);
    let left_out = |(unit, draw)| LeftOut { unit, att: att(draw) };
    Ok(units.into_iter().zip(found).map(left_out).collect())
}
