//! What simulated panels are drawn from.

use super::assignment::{probabilities, Assignment};
use super::noise::{autoregression, covariance};
use super::signal::{two_way_part, Signal};
use crate::by_name::{self, by_name};
use crate::error::{Error, Result};
use crate::numerics::linalg::symmetric_eigen;
use crate::panel::{Cell, Panel};

/// The noise of simulated panels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Noise {
    /// Gaussian, autocorrelated as the residuals are.
    #[default]
    Autoregressive,
    /// Gaussian with the same variances, independent over periods.
    Independent,
    /// None.
    Absent,
}

impl Noise {
    /// Its name: `autoregressive`, `independent` or `absent`.
    ///
    /// ```
    /// assert_eq!(trop_core::Noise::default().name(), "autoregressive");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Noise::Autoregressive => "autoregressive",
            Noise::Independent => "independent",
            Noise::Absent => "absent",
        }
    }

    /// The noise of a name.
    ///
    /// ```
    /// use trop_core::Noise;
    /// assert_eq!(Noise::from_name("absent"), Some(Noise::Absent));
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        by_name::find(name)
    }
}

by_name!(Noise, "noise", [Noise::Autoregressive, Noise::Independent, Noise::Absent]);

/// How a generator is fitted, and which of its parts are used.
///
/// ```
/// use trop_core::{Assignment, GeneratorOptions};
/// let options = GeneratorOptions::default();
/// assert_eq!((options.rank, options.assignment), (4, Assignment::Fitted));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GeneratorOptions {
    /// Rank of the signal, unit and period effects included, from 1 to min(N, T); default 4.
    pub rank: usize,
    /// How treated units are drawn; default [`Assignment::Fitted`].
    pub assignment: Assignment,
    /// Default [`Noise::Autoregressive`].
    pub noise: Noise,
    /// Whether panels have the unit and period effects F; default true.
    pub two_way: bool,
    /// Whether panels have the interactive part M; default true.
    pub interactive: bool,
}

impl Default for GeneratorOptions {
    fn default() -> Self {
        GeneratorOptions {
            rank: 4,
            assignment: Assignment::default(),
            noise: Noise::default(),
            two_way: true,
            interactive: true,
        }
    }
}

/// What simulated panels are drawn from: `Y = F + M + e`, in standard deviations of the panel's outcomes. Matrices are
/// row-major N x T.
///
/// It is fitted in these steps (Arkhangelsky et al. 2021, section 3; Athey et al. 2026):
///
/// 1. outcomes less their mean, over their standard deviation (one of each for the panel);
/// 2. the matrix of rank `rank` that is nearest to them, parted into unit and period effects F and the rest M. Where there
///    are other cells than control cells, they are first filled with what a factor model of that rank makes of them:
///    they minimize `1/2 sum_(k > rank) s_k^2 + v^2 sum_(k <= rank) log s_k`, `s_k` the singular values of the filled
///    matrix and `v^2` max(N, T) times the variance of what is left (Josse and Husson 2012);
/// 3. one autoregression of second order for all residuals, and its covariance Sigma, which has the Frobenius norm of the
///    residuals' second moments;
/// 4. a logistic regression of "ever treated" on the loadings.
///
/// Adding unit and period effects to a panel changes its generator, because step 2 sees them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Generator {
    /// N.
    pub n_units: usize,
    /// T.
    pub n_periods: usize,
    /// How it was fitted, and what panels have.
    pub options: GeneratorOptions,
    /// Mean of the outcomes it was fitted to.
    pub location: f64,
    /// Their standard deviation, in units of the outcome: what errors of simulations are in.
    pub scale: f64,
    /// F.
    pub two_way: Vec<f64>,
    /// M; rows and columns have mean 0.
    pub interactive: Vec<f64>,
    /// What F and M leave of the outcomes; NaN at cells that it was not fitted to.
    pub residual: Vec<f64>,
    /// Of the outcomes, gaps filled, descending.
    pub singular_values: Vec<f64>,
    /// Mean squares of F, M and the residuals over the cells it was fitted to, as shares of their sum.
    pub shares: [f64; 3],
    /// a1 and a2 of `e_t = a1 e_(t-1) + a2 e_(t-2)`; both 0 if noise is independent and they are not stationary.
    pub autoregression: (f64, f64),
    /// Sigma, row-major T x T.
    pub covariance: Vec<f64>,
    /// How treated units are drawn: what was asked for, or what it fell back to.
    pub assignment: Assignment,
    /// Why it fell back; empty if it did not.
    pub assignment_note: String,
    /// Probability of each unit to be treated; `None` if they are drawn uniformly.
    pub probability: Option<Vec<f64>>,
    /// Cells that have no outcome, in the panel and in every draw.
    pub missing: Vec<bool>,
    /// Singular value decompositions that filling took; 1 if there was nothing to fill.
    pub rounds: usize,
    /// False if a round still moved the filled cells by more than 1e-9 of the norm of the others when it was given up.
    pub converged: bool,
    /// Row-major T x T: noise is a vector of independent normals times this.
    pub(super) root: Vec<f64>,
}

impl Generator {
    /// Fits it to the control cells of a panel.
    ///
    /// # Errors
    /// [`Error::SimulationImpossible`] for a rank that does not fit, fewer than three periods, covariates, outcomes
    /// without variation, or residuals without a stationary autoregression; [`Error::SimulationUnitBare`] or
    /// [`Error::SimulationPeriodBare`] for a unit or period without control cells; [`Error::FactorizationFailed`].
    ///
    /// ```
    /// use trop_core::{Generator, GeneratorOptions, Panel, Shape};
    /// let outcome: Vec<f64> = (0..40).map(|k| ((k * k) % 13) as f64 + (k / 8) as f64).collect();
    /// let mut treatment = vec![0.0; 40];
    /// treatment[39] = 1.0;
    /// let panel = Panel::new(&outcome, &treatment, Shape { n_units: 5, n_periods: 8 })?;
    /// let generator = Generator::fit(&panel, &GeneratorOptions { rank: 2, ..Default::default() })?;
    /// assert!((generator.shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    /// assert!(generator.residual[39].is_nan());
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn fit(panel: &Panel, options: &GeneratorOptions) -> Result<Self> {
        if panel.n_covariates() > 0 {
            return impossible("the generator knows no covariates; leave them out".into());
        }
        if panel.has_donors() {
            return impossible("its draws know no donors; leave them out".into());
        }
        let (n, t) = (panel.n_units(), panel.n_periods());
        let cells = || (0..n * t).map(|at| Cell { unit: at / t, period: at % t });
        let outcome: Vec<f64> = cells().map(|cell| panel.outcome(cell)).collect();
        let known: Vec<bool> = cells().map(|cell| panel.is_control(cell)).collect();
        let treated: Vec<bool> = (0..n).map(|unit| panel.is_ever_treated(unit)).collect();
        Self::fit_to(&outcome, &known, &treated, (n, t), options)
    }

    /// Fits it to the `known` cells of a matrix, and the assignment to flags of units; `outcome` is NaN where it is
    /// missing, in every draw as well. With all cells known this is the generator of the published simulations.
    ///
    /// # Errors
    /// As [`Generator::fit`], and [`Error::ShapeMismatch`].
    ///
    /// ```
    /// use trop_core::{Generator, GeneratorOptions};
    /// let outcome: Vec<f64> = (0..40).map(|k| ((k * k) % 13) as f64 + (k / 8) as f64).collect();
    /// let options = GeneratorOptions { rank: 2, ..Default::default() };
    /// let treated = [false, false, true, false, true];
    /// let generator = Generator::fit_to(&outcome, &[true; 40], &treated, (5, 8), &options)?;
    /// assert_eq!((generator.rounds, generator.converged), (1, true));
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn fit_to(
        outcome: &[f64],
        known: &[bool],
        treated: &[bool],
        (n, t): (usize, usize),
        options: &GeneratorOptions,
    ) -> Result<Self> {
        check(outcome, known, treated, (n, t), options)?;
        let (location, scale) = moments(outcome, known);
        if !(scale > 0.0 && scale.is_finite()) {
            return impossible("the control outcomes do not vary".into());
        }
        let standard: Vec<f64> = outcome.iter().map(|y| (y - location) / scale).collect();
        let signal = Signal::fit(&standard, known, (n, t), options.rank)?;
        let two_way = two_way_part(&signal.values, (n, t));
        let interactive: Vec<f64> =
            signal.values.iter().zip(&two_way).map(|(l, f)| l - f).collect();
        let residual: Vec<f64> = (0..n * t)
            .map(|at| if known[at] { standard[at] - signal.values[at] } else { f64::NAN })
            .collect();
        let autoregression = match autoregression(&residual, t) {
            // Noise that is independent, or absent, needs none.
            Err(_) if options.noise != Noise::Autoregressive => (0.0, 0.0),
            found => found?,
        };
        let covariance = covariance(&residual, t, autoregression);
        let (probability, assignment, assignment_note) =
            probabilities(treated, &signal.loadings, options.assignment);
        Ok(Generator {
            n_units: n,
            n_periods: t,
            options: *options,
            location,
            scale,
            shares: shares([&two_way, &interactive, &residual], known),
            root: root(&covariance, t, options.noise)?,
            two_way,
            interactive,
            residual,
            singular_values: signal.singular_values,
            autoregression,
            covariance,
            assignment,
            assignment_note,
            probability,
            missing: outcome.iter().map(|y| y.is_nan()).collect(),
            rounds: signal.rounds,
            converged: signal.converged,
        })
    }
}

pub(crate) fn impossible<T>(reason: String) -> Result<T> {
    Err(Error::SimulationImpossible { reason })
}

fn check(
    outcome: &[f64],
    known: &[bool],
    treated: &[bool],
    (n, t): (usize, usize),
    options: &GeneratorOptions,
) -> Result<()> {
    for (what, found, expected) in [
        ("outcome", outcome.len(), n * t),
        ("known", known.len(), n * t),
        ("treated", treated.len(), n),
    ] {
        if found != expected {
            return Err(Error::ShapeMismatch { what, found, n_units: n, n_periods: t, expected });
        }
    }
    let rank = options.rank;
    if t < 3 {
        return impossible(format!("the noise needs at least 3 periods, and there are {t}"));
    }
    if rank == 0 || rank >= n.min(t) {
        return impossible(format!(
            "the rank must be from 1 to {}, one less than units or periods, not {rank}",
            n.min(t).saturating_sub(1)
        ));
    }
    if let Some(at) = (0..n * t).find(|&at| known[at] && !outcome[at].is_finite()) {
        return Err(Error::OutcomeInfinite { unit: at / t, period: at % t });
    }
    let empty = |unit: &usize| known[unit * t..(unit + 1) * t].iter().all(|k| !k);
    if let Some(unit) = (0..n).find(empty) {
        return Err(Error::SimulationUnitBare { unit });
    }
    if let Some(period) = (0..t).find(|s| (0..n).all(|i| !known[i * t + s])) {
        return Err(Error::SimulationPeriodBare { period });
    }
    Ok(())
}

/// Mean and standard deviation (divisor n) of the known outcomes.
fn moments(outcome: &[f64], known: &[bool]) -> (f64, f64) {
    let all = || outcome.iter().zip(known).filter(|(_, &k)| k).map(|(y, _)| *y);
    let n = all().count() as f64;
    let mean = all().sum::<f64>() / n;
    (mean, (all().map(|y| (y - mean) * (y - mean)).sum::<f64>() / n).sqrt())
}

fn shares(parts: [&[f64]; 3], known: &[bool]) -> [f64; 3] {
    let square = |part: &[f64]| -> f64 {
        part.iter().zip(known).filter(|(_, &k)| k).map(|(x, _)| x * x).sum()
    };
    let squares = parts.map(square);
    let total: f64 = squares.iter().sum();
    squares.map(|s| s / total)
}

/// A square root of the covariance of the noise.
fn root(covariance: &[f64], t: usize, noise: Noise) -> Result<Vec<f64>> {
    Ok(match noise {
        Noise::Absent => vec![0.0; t * t],
        Noise::Independent => {
            let diagonal = |at: usize| if at / t == at % t { covariance[at].sqrt() } else { 0.0 };
            (0..t * t).map(diagonal).collect()
        }
        Noise::Autoregressive => {
            let eigen = symmetric_eigen(t, covariance).ok_or(Error::FactorizationFailed)?;
            let entry = |at: usize| eigen.values[at / t].max(0.0).sqrt() * eigen.vectors[at];
            (0..t * t).map(entry).collect()
        }
    })
}
