//! Conformal inference: shifts in time (Chernozhukov, Wuthrich, Zhu 2021, doi:10.1080/01621459.2021.1920957).
//!
//! Suppose that treatment adds the same `tau` to every treated cell. Then the treated outcomes less `tau` are
//! outcomes without treatment, and all cells of the ever-treated units can be predicted alike: each with
//! itself left out of the fit, from all others. The mean error over the treated cells is compared with the
//! mean errors over the same pattern shifted in time, cyclically, by 1 to T - 1 periods:
//!
//! `p(tau) = (number of the T shifts, 0 included, whose absolute mean is at least that of shift 0) / T`
//!
//! The p-value is `p(0)`, and the interval holds the effects whose `p` is at least `1 - level`. The standard
//! error is the root mean square of the shifted means at `tau` = the estimate.
//!
//! The paper predicts the treated periods and fits the others; leaving out every cell alike keeps errors of
//! fit and errors of prediction from being mixed up.

use super::boundary::{crossing, Tested, STEPS};
use super::inferred::{Inference, Inferred};
use super::options::{InferenceMethod, InferenceOptions};
use super::summary::Summary;
use crate::error::Result;
use crate::lambdas::Lambdas;
use crate::model::{effects_of, Average, CellEffect, Estimate, Measure, Quantity};
use crate::panel::{Cell, Panel};
use crate::runtime::{Monitor, Progress, Stage, StopOnly, Threads};
use crate::settings::Settings;
use crate::solver::{Care, Status};

/// Tests until a value that is not rejected is found near the estimate, which almost always is one itself.
const CENTRING: usize = 4;

/// Tests outward until a value is rejected, each four times as far as the one before, from one standard
/// error on: beyond 4^8 = 65,536 of them the interval is unbounded.
const BRACKETS: i32 = 8;
const WIDER: f64 = 4.0;

/// Tests at most: zero, the centre, and two sides.
const MOST: usize = 1 + CENTRING + 2 * (BRACKETS as usize + 1 + STEPS);

pub(super) fn infer(
    panel: &Panel,
    lambdas: &Lambdas,
    estimate: &Estimate,
    averages: &[Average],
    options: &InferenceOptions,
    settings: &Settings,
    monitor: &dyn Monitor,
) -> Result<Inference> {
    let mut tests = Tests {
        panel,
        pattern: panel.treated_cells(),
        cells: cells_of_treated_units(panel),
        lambdas,
        settings: Settings { threads: None, ..*settings },
        level: options.level,
        monitor: StopOnly(monitor),
        progress: Progress::new(monitor, Stage::Inference, MOST),
        done: 0,
        n_uncertified: 0,
        max_gap: 0.0,
    };
    let (att, shifts) = Threads::new(settings.threads)?.run(|| tests.summary(estimate.att))?;
    let weight = estimate.effects.iter().map(|e| panel.share(e.cell.unit)).sum();
    let row = |&average: &Average| {
        let Summary { se, ci, p_value, .. } = of_quantity(&average.quantity, &att, weight);
        Inferred { average, se, ci, p_value, band: ci }
    };
    let draws: Vec<f64> = shifts.iter().copied().filter(|mean| !mean.is_nan()).collect();
    Ok(Inference {
        method: InferenceMethod::Conformal,
        reason: String::new(),
        table: averages.iter().map(row).collect(),
        n_failed: shifts.len() - draws.len(),
        draws,
        n_uncertified: tests.n_uncertified,
        max_gap: tests.max_gap,
    })
}

/// Only the ATT is tested; the total effect is a multiple of it.
fn of_quantity(quantity: &Quantity, att: &Summary, weight: f64) -> Summary {
    match (quantity.grouping, quantity.measure) {
        (None, Measure::Effect) => *att,
        (None, Measure::Cumulative) => {
            Summary { se: weight * att.se, ci: (weight * att.ci.0, weight * att.ci.1), ..*att }
        }
        _ => Summary::NONE,
    }
}

fn cells_of_treated_units(panel: &Panel) -> Vec<Cell> {
    let periods = 0..panel.n_periods();
    let cells = |unit| periods.clone().map(move |period| Cell { unit, period });
    panel.treated_units().into_iter().flat_map(cells).collect()
}

/// Tests of constant effects.
struct Tests<'a> {
    panel: &'a Panel,
    /// Treated cells.
    pattern: Vec<Cell>,
    /// All cells of the ever-treated units.
    cells: Vec<Cell>,
    lambdas: &'a Lambdas,
    settings: Settings,
    level: f64,
    monitor: StopOnly<'a>,
    progress: Progress<'a>,
    done: usize,
    n_uncertified: usize,
    max_gap: f64,
}

impl Tests<'_> {
    /// Standard error, interval and p-value of the ATT, and the mean errors of all shifts but 0 if the
    /// estimate is true.
    fn summary(&mut self, att: f64) -> Result<(Summary, Vec<f64>)> {
        let at_zero = self.means(0.0)?;
        let at_estimate = self.means(att)?;
        let shifts = at_estimate[1..].to_vec();
        let se = root_mean_square(&shifts);
        let zero = self.tested(0.0, &at_zero);
        let centre = self.centre(att, at_estimate)?;
        let ci = match centre {
            _ if !can_reject(&at_zero, self.level) => (f64::NEG_INFINITY, f64::INFINITY),
            Some(centre) => {
                (self.bound(-1.0, se, centre, zero)?, self.bound(1.0, se, centre, zero)?)
            }
            None => (f64::NAN, f64::NAN),
        };
        self.progress.advance(MOST - self.done);
        let p_value = p_value(&at_zero);
        Ok((Summary { se, ci, p_value, band: f64::NAN }, shifts))
    }

    /// A value that is not rejected: the estimate, or one whose mean error over the treated cells is nearer
    /// to zero.
    fn centre(&mut self, att: f64, mut means: Vec<f64>) -> Result<Option<Tested>> {
        let mut effect = att;
        for _ in 1..CENTRING {
            let tested = self.tested(effect, &means);
            if !tested.is_rejected() {
                return Ok(Some(tested));
            }
            effect += means[0];
            means = self.means(effect)?;
        }
        Ok(None)
    }

    /// The end of the interval on one side of its centre. Starting from the test of zero if that is on this
    /// side, it puts zero where its own p-value says.
    fn bound(&mut self, side: f64, step: f64, centre: Tested, zero: Tested) -> Result<f64> {
        let on_this_side = side * (zero.effect - centre.effect) > 0.0;
        let (inside, outside) = match on_this_side {
            true if zero.is_rejected() => (centre, Some(zero)),
            true => (zero, self.rejected_beyond(zero.effect, side * step)?),
            false => (centre, self.rejected_beyond(centre.effect, side * step)?),
        };
        match outside {
            Some(outside) => {
                crossing(inside, outside, centre.effect, &mut |effect| self.test(effect))
            }
            None => Ok(side * f64::INFINITY),
        }
    }

    fn rejected_beyond(&mut self, effect: f64, step: f64) -> Result<Option<Tested>> {
        let step = if step == 0.0 { self.panel.scale() } else { step };
        for k in 0..=BRACKETS {
            let tested = self.test(effect + step * WIDER.powi(k))?;
            if tested.is_rejected() {
                return Ok(Some(tested));
            }
        }
        Ok(None)
    }

    fn test(&mut self, effect: f64) -> Result<Tested> {
        let means = self.means(effect)?;
        Ok(self.tested(effect, &means))
    }

    fn tested(&self, effect: f64, means: &[f64]) -> Tested {
        Tested { effect, margin: margin(means, self.level) }
    }

    /// The mean error over the treated cells shifted by 0 to T - 1 periods, if a constant effect is true.
    fn means(&mut self, effect: f64) -> Result<Vec<f64>> {
        let panel = self.panel.under_hypothesis(effect);
        let hook: (&dyn Monitor, Stage) = (&self.monitor, Stage::Inference);
        let cells = self.cells.clone();
        let errors =
            effects_of(&panel, cells, self.lambdas, &self.settings, Care::Quick, hook)?.effects;
        self.done += 1;
        self.progress.advance(1);
        self.n_uncertified += usize::from(errors.iter().any(|e| e.status != Status::Solved));
        self.max_gap = errors.iter().map(|e| e.gap).fold(self.max_gap, f64::max);
        Ok(self.shifted_means(&errors))
    }

    fn shifted_means(&self, errors: &[CellEffect]) -> Vec<f64> {
        let n_periods = self.panel.n_periods();
        let at = |cell: Cell| cell.unit * n_periods + cell.period;
        let mut error = vec![f64::NAN; self.panel.n_units() * n_periods];
        errors.iter().for_each(|e| error[at(e.cell)] = e.effect);
        let mean = |shift: usize| {
            let (mut sum, mut total) = (0.0, 0.0);
            for &Cell { unit, period } in &self.pattern {
                let error = error[at(Cell { unit, period: (period + shift) % n_periods })];
                if !error.is_nan() {
                    sum += self.panel.share(unit) * error;
                    total += self.panel.share(unit);
                }
            }
            sum / total
        };
        (0..n_periods).map(mean).collect()
    }
}

/// The share of the shifts whose mean is at least as large as that of shift 0. Without a mean at shift 0
/// nothing speaks against the hypothesis.
fn p_value(means: &[f64]) -> f64 {
    if means[0].is_nan() {
        return 1.0;
    }
    let sizes = sizes(means);
    let as_large = sizes.iter().filter(|&&size| size >= means[0].abs()).count();
    as_large as f64 / sizes.len() as f64
}

/// How far the mean of shift 0 is beyond the largest size at which it would not be rejected: positive
/// exactly if the p-value is below `1 - level`.
fn margin(means: &[f64], level: f64) -> f64 {
    let mut others = sizes(&means[1..]);
    others.sort_by(|a, b| b.total_cmp(a));
    match most_as_large(others.len() + 1, level) {
        _ if means[0].is_nan() => f64::NEG_INFINITY,
        0 => f64::NEG_INFINITY,
        most => means[0].abs() - others[most - 1],
    }
}

/// The largest number of `n` shifts that may be at least as large as shift 0, itself included, for it to
/// be rejected.
fn most_as_large(n: usize, level: f64) -> usize {
    (0..n).rev().find(|&k| (k as f64 / n as f64) < 1.0 - level).unwrap_or(0)
}

fn can_reject(means: &[f64], level: f64) -> bool {
    most_as_large(sizes(means).len(), level) > 0
}

fn sizes(means: &[f64]) -> Vec<f64> {
    means.iter().filter(|mean| !mean.is_nan()).map(|mean| mean.abs()).collect()
}

fn root_mean_square(means: &[f64]) -> f64 {
    let sizes = sizes(means);
    (sizes.iter().map(|x| x * x).sum::<f64>() / sizes.len() as f64).sqrt()
}
