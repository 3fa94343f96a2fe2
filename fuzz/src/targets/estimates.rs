//! `estimate`, `cell_effects`, `averages`, `att_at`, `leave_one_out`, `diagnose` at given lambdas.

use crate::given::{Fuse, Given};
use crate::matrices::Matrices;
use crate::oracles::{self, answer, whatever_the_threads};
use trop_core::{
    ablation, att_at, averages, cell_effects, diagnose, estimate, leave_one_out, period_means,
    pre_treatment_fit, Cell, Estimate, Lambdas, Panel, Settings,
};

pub fn run(given: &mut Given<'_>) {
    let matrices = Matrices::new(given);
    let Some(panel) = matrices.panel() else { return };
    let (lambdas, settings) = (given.lambdas(), given.settings());
    match given.below(4) {
        0 | 1 => treated(given, &matrices, &panel, &lambdas, &settings),
        2 => placebos(given, &panel, &lambdas, &settings),
        _ => behind_it(given, &panel, &lambdas, &settings),
    }
}

fn treated(
    given: &mut Given<'_>,
    matrices: &Matrices,
    panel: &Panel,
    lambdas: &Lambdas,
    settings: &Settings,
) {
    let found = whatever_the_threads(|threads| {
        estimate(panel, lambdas, &Settings { threads, ..*settings }, &Fuse::new())
    });
    let Some(found) = found else { return };
    oracles::estimate(&found, settings);
    assert!(!averages(panel, &found, &[]).is_empty());
    period_means(panel, &found.effects, &[]);
    let slack = 1e-7 * matrices.size();
    let other = matrices.reversed().panel().expect("the order of units does not matter");
    if let Some(other) = answer(estimate(&other, lambdas, settings, &Fuse::new())) {
        agree(&found, &other, |cell| matrices.mirrored(cell), (1.0, slack));
    }
    // Covariates keep their units, and so does the calendar; powers of two are exact.
    let factor = 2.0_f64.powi(given.below(41) as i32 - 20);
    let scaled = Lambdas { unit: lambdas.unit / factor, nn: lambdas.nn * factor, ..*lambdas };
    if let Some(panel) = matrices.scaled(factor).panel() {
        if let Some(other) = answer(estimate(&panel, &scaled, settings, &Fuse::new())) {
            agree(&found, &other, |cell| cell, (factor, slack));
        }
    }
}

/// The bounds of every effect that both have hold the same exact effect.
fn agree(
    found: &Estimate,
    other: &Estimate,
    at: impl Fn(Cell) -> Cell,
    (factor, slack): (f64, f64),
) {
    for e in &found.effects {
        if let Some(o) = other.effects.iter().find(|o| o.cell == at(e.cell)) {
            oracles::meet(e, (o.effect_min / factor, o.effect_max / factor), slack);
        }
    }
}

fn placebos(given: &mut Given<'_>, panel: &Panel, lambdas: &Lambdas, settings: &Settings) {
    let (n, t) = (panel.n_units(), panel.n_periods());
    let cells: Vec<Cell> = (0..given.below(6)).map(|_| given.cell(n, t)).collect();
    let found = whatever_the_threads(|threads| {
        cell_effects(panel, &cells, lambdas, &Settings { threads, ..*settings }, &Fuse::new())
    });
    if let Some(found) = found {
        oracles::effects(&found.effects, settings);
        assert!(found.effects.len() + found.not_estimable.len() <= cells.len());
        let fit = pre_treatment_fit(panel, &found.effects);
        assert!(fit.n_cells == 0 || fit.rmse >= 0.0 || fit.rmse.is_nan(), "{fit:?}");
    }
}

fn behind_it(given: &mut Given<'_>, panel: &Panel, lambdas: &Lambdas, settings: &Settings) {
    let variants: Vec<Lambdas> =
        ablation(lambdas).into_iter().map(|(_, lambdas)| lambdas).collect();
    if let Some(found) = answer(att_at(panel, &variants, settings, &Fuse::new())) {
        assert!(found.iter().all(|a| a.n_cells == 0 || a.att.is_finite()), "{found:?}");
    }
    if let Some(left) = answer(leave_one_out(panel, lambdas, settings, &Fuse::new())) {
        assert!(left.iter().all(|l| l.att.is_finite() || l.att.is_nan()), "{left:?}");
    }
    let target = given.cell(panel.n_units(), panel.n_periods());
    if let Some(found) = answer(diagnose(panel, target, lambdas, settings, &Fuse::new())) {
        oracles::certified(found.status, found.gap, settings.tolerance);
        assert!(found.singular_values.iter().all(|s| s.is_finite() && *s >= 0.0), "{found:?}");
    }
}
