//! Conformal inference: shifts in time (Chernozhukov, Wuthrich, Zhu 2021, doi:10.1080/01621459.2021.1920957).
//!
//! Suppose that treatment adds the same `tau` to every treated cell. Then the treated outcomes less `tau` are
//! outcomes without treatment, and all cells of the ever-treated units can be predicted alike: each with
//! itself left out of the fit, from all others. The mean error over the treated cells is compared with the
//! mean errors over the same pattern shifted in time, cyclically, by 1 to T - 1 periods:
//!
//! `p(tau) = (number of the T shifts, 0 included, whose absolute mean is at least that of shift 0) / T`
//!
//! The interval reaches from the first to the last effect whose `p` is at least `1 - level`, and the p-value of zero is
//! the least `1 - level` at which zero is outside of it: `p(0)`, unless effects on both sides of zero have a larger
//! one. There is no standard error: the spread of the shifted means is that of predictions whose neighbours in time
//! are known, and much less than that of the ATT.
//!
//! The paper predicts the treated periods and fits the others; leaving out every cell alike keeps errors of
//! fit and errors of prediction from being mixed up.

use super::accepted::{Accepted, MOST};
use super::boundary::STEPS;
use super::inferred::{Inference, Inferred};
use super::kind::IntervalKind;
use super::options::{InferenceMethod, InferenceOptions};
use super::shifts::Shifts;
use crate::error::Result;
use crate::lambdas::Lambdas;
use crate::model::{effects_of, Average, CellEffect, Estimate, Measure};
use crate::panel::{Cell, Panel};
use crate::runtime::{Monitor, Progress, Stage, StopOnly, Threads};
use crate::settings::Settings;
use crate::solver::{Care, Status};

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
        monitor: StopOnly(monitor),
        progress: Progress::new(monitor, Stage::Inference, MOST + 2 * STEPS),
        done: 0,
        n_uncertified: 0,
        max_gap: 0.0,
    };
    let found = Threads::new(settings.threads)?.run(|| tests.infer(estimate.att, options.level))?;
    let weight = estimate.effects.iter().map(|e| panel.share(e.cell.unit)).sum();
    let row = |&average: &Average| found.row(average, weight);
    let draws: Vec<f64> = found.shifts.iter().copied().filter(|mean| !mean.is_nan()).collect();
    Ok(Inference {
        clustered: panel.is_clustered(),
        method: InferenceMethod::Conformal,
        reason: String::new(),
        table: averages.iter().map(row).collect(),
        n_failed: found.shifts.len() - draws.len(),
        draws,
        n_uncertified: tests.n_uncertified,
        max_gap: tests.max_gap,
    })
}

/// Where errors are nothing but rounding, so is the distance of the estimate from its interval.
const ROUNDING: f64 = 1e-12;

/// The interval with the estimate in it, where it is outside by no more than `near`; never beyond zero.
fn holding(estimate: f64, (lower, upper): (f64, f64), near: f64) -> (f64, f64) {
    let is_near = |end: f64| (estimate - end).abs() <= near && estimate * end > 0.0;
    let lower = if is_near(lower) { lower.min(estimate) } else { lower };
    (lower, if is_near(upper) { upper.max(estimate) } else { upper })
}

/// What the tests say of the ATT.
struct Found {
    ci: (f64, f64),
    kind: IntervalKind,
    p_value: f64,
    /// The mean errors of all shifts but 0, if the estimate is the effect.
    shifts: Vec<f64>,
}

impl Found {
    /// Only the ATT is tested; the total effect is a multiple of it.
    fn row(&self, average: Average, weight: f64) -> Inferred {
        let times = match (average.quantity.grouping, average.quantity.measure) {
            (None, Measure::Effect) => 1.0,
            (None, Measure::Cumulative) => weight,
            _ => return Inferred::without_draws(average),
        };
        let ci = (times * self.ci.0, times * self.ci.1);
        let (interval, p_value) = (self.kind, self.p_value);
        Inferred { ci, interval, p_value, band: ci, ..Inferred::without_draws(average) }
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
    monitor: StopOnly<'a>,
    progress: Progress<'a>,
    done: usize,
    n_uncertified: usize,
    max_gap: f64,
}

impl Tests<'_> {
    fn infer(&mut self, att: f64, level: f64) -> Result<Found> {
        let scale = self.panel.scale();
        let mut test = |effect: f64| self.shifts(effect);
        let accepted = Accepted::search(att, scale, &mut test)?;
        let (ci, kind) = accepted.interval(level, &mut test)?;
        let ci = holding(att, ci, ROUNDING * scale);
        self.progress.advance(MOST + 2 * STEPS - self.done);
        let shifts = accepted.at(att).map_or_else(Vec::new, |shifts| shifts.others.clone());
        Ok(Found { ci, kind, p_value: accepted.p_value(), shifts })
    }

    /// The mean error over the treated cells shifted by 0 to T - 1 periods, if a constant effect is true.
    fn shifts(&mut self, effect: f64) -> Result<Shifts> {
        let panel = self.panel.under_hypothesis(effect);
        let hook: (&dyn Monitor, Stage) = (&self.monitor, Stage::Inference);
        let cells = self.cells.clone();
        let errors =
            effects_of(&panel, cells, self.lambdas, &self.settings, Care::Quick, hook)?.effects;
        self.done += 1;
        self.progress.advance(1);
        self.n_uncertified += usize::from(errors.iter().any(|e| e.status != Status::Solved));
        self.max_gap = errors.iter().map(|e| e.gap).fold(self.max_gap, f64::max);
        Ok(Shifts::new(self.shifted_means(&errors)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_holds_an_estimate_that_only_rounding_keeps_out() {
        assert_eq!(holding(4.000000000000002, (4.0, 4.0), 1e-12), (4.0, 4.000000000000002));
        assert_eq!(holding(-3.0, (-2.9999999999999996, 5.0), 1e-12), (-3.0, 5.0));
        assert_eq!(holding(6.0, (4.0, 5.0), 1e-12), (4.0, 5.0));
        assert_eq!(holding(1e-16, (-2.0, -1e-16), 1e-12), (-2.0, -1e-16));
        let nothing = holding(4.0, (f64::NAN, f64::NAN), 1e-12);
        assert!(nothing.0.is_nan() && nothing.1.is_nan());
    }
}
