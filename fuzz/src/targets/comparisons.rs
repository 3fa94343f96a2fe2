//! `compare`, `estimate_with`, `infer_with`: every estimator.

use crate::given::{Fuse, Given};
use crate::matrices::panel;
use crate::oracles::{answer, inferred, whatever_the_threads};
use trop_core::{
    compare, estimate_with, infer_with, AnalysisOptions, Anchor, Estimator, EstimatorOptions,
    McTuning, Panel, Settings, SimplexMethod,
};
use trop_report::{comparison_notes, comparison_tables, comparison_text, Labels};

pub fn run(given: &mut Given<'_>) {
    let Some(panel) = panel(given) else { return };
    let (options, settings) = (rivals(given), given.settings());
    if given.one_in(2) {
        side_by_side(given, &panel, &options, &settings);
    } else {
        alone(given, &panel, &options, &settings);
    }
}

fn rivals(given: &mut Given<'_>) -> EstimatorOptions {
    EstimatorOptions {
        simplex: given.pick(&[SimplexMethod::Exact, SimplexMethod::FrankWolfe]),
        zeta: given.one_in(3).then(|| given.lambda()),
        ridge: given.one_in(3).then(|| given.lambda()),
        lambda_nn: given.one_in(2).then(|| given.penalty()),
        mc_tuning: given.pick(&[McTuning::Loocv, McTuning::Folds]),
        rank: given.one_in(3).then(|| given.below(5)),
        max_rank: given.below(6),
        lambdas: given.one_in(2).then(|| given.lambdas()),
        grids: given.one_in(2).then(|| given.grids()),
        search: given.searching(),
        anchor: given.one_in(2).then(|| given.pick(&[Anchor::Cell, Anchor::Pooled, Anchor::Spell])),
        pre_periods: given.one_in(2),
    }
}

fn alone(given: &mut Given<'_>, panel: &Panel, options: &EstimatorOptions, settings: &Settings) {
    let estimator = given.pick(&Estimator::ALL);
    let found = whatever_the_threads(|threads| {
        estimate_with(panel, estimator, options, &Settings { threads, ..*settings }, &Fuse::new())
    });
    let Some(found) = found else { return };
    assert!(found.estimate.att.is_finite(), "{found:?}");
    assert!(
        found.estimate.effects.iter().all(|e| e.effect.is_finite() && !e.gap.is_nan()),
        "{found:?}"
    );
    for spell in &found.spells {
        assert!(spell.unit.iter().chain(&spell.period).all(|w| w.is_finite()), "{spell:?}");
        assert!(!spell.gap.is_nan(), "{spell:?}");
    }
    let how = given.inferring();
    if let Some(told) = answer(infer_with(panel, &found, options, &how, settings, &Fuse::new())) {
        inferred(&told.table);
    }
}

fn side_by_side(
    given: &mut Given<'_>,
    panel: &Panel,
    rivals: &EstimatorOptions,
    settings: &Settings,
) {
    let estimators: Vec<Estimator> =
        (0..given.below(4)).map(|_| given.pick(&Estimator::ALL)).collect();
    let how = given.inferring();
    let options = AnalysisOptions {
        lambdas: rivals.lambdas,
        inference: given.one_in(2).then_some(how.method),
        n_boot: how.draws,
        level: how.level,
        seed: how.seed,
        tolerance: settings.tolerance,
        max_iterations: settings.max_iterations,
        threads: settings.threads,
        ..AnalysisOptions::default()
    };
    let Some(found) = answer(compare(panel, &estimators, &options, rivals, &Fuse::new())) else {
        return;
    };
    for compared in found.found() {
        assert!(compared.result.estimate.att.is_finite(), "{compared:?}");
        inferred(&compared.numbers);
    }
    let labels = Labels::of_panel(panel);
    assert!(
        !comparison_text(&found, &labels).is_empty()
            && !comparison_tables(&found, &labels).is_empty()
    );
    comparison_notes(&found, &labels);
}
