//! `infer`, `bootstrap_trop_variance`, `att_of_draws`, `percentile_interval`.

use crate::given::{Fuse, Given};
use crate::matrices::panel;
use crate::oracles::{answer, inferred, whatever_the_threads};
use trop_core::{
    att_of_draws, bootstrap_trop_variance, cell_effects, estimate, infer, percentile_interval,
    pre_treatment_cells, BootstrapOptions, Lambdas, Panel, Settings,
};

pub fn run(given: &mut Given<'_>) {
    let Some(panel) = panel(given) else { return };
    let (lambdas, settings) = (given.lambdas(), given.settings());
    match given.below(4) {
        0 => bootstrap(given, &panel, &lambdas, &settings),
        1 => drawn(given, &panel, &lambdas, &settings),
        _ => whole(given, &panel, &lambdas, &settings),
    }
}

fn bootstrap(given: &mut Given<'_>, panel: &Panel, lambdas: &Lambdas, settings: &Settings) {
    let level = given.pick(&[0.95, 0.5, 1e-300, 0.0, f64::NAN]);
    let options = BootstrapOptions { draws: given.below(9), level, seed: given.bits() };
    let found = whatever_the_threads(|threads| {
        bootstrap_trop_variance(
            panel,
            lambdas,
            &options,
            &Settings { threads, ..*settings },
            &Fuse::new(),
        )
    });
    let Some(found) = found else { return };
    assert!(found.draws.iter().all(|draw| draw.is_finite()) && found.se >= 0.0, "{found:?}");
    assert!((0.0..=1.0).contains(&found.p_value) && found.ci.0 <= found.ci.1, "{found:?}");
    assert_eq!(found.draws.len() + found.n_failed, options.draws);
}

fn drawn(given: &mut Given<'_>, panel: &Panel, lambdas: &Lambdas, settings: &Settings) {
    let n = panel.n_units();
    let counts: Vec<Vec<usize>> =
        (0..given.below(4)).map(|_| (0..n).map(|_| given.below(4)).collect()).collect();
    let average = given.one_in(2).then(|| given.numbers(n, Given::wild));
    let found =
        answer(att_of_draws(panel, lambdas, &counts, average.as_deref(), settings, &Fuse::new()));
    if let Some(found) = found {
        assert_eq!(found.att.len(), counts.len());
        assert!(!found.max_gap.is_nan(), "{found:?}");
    }
    let draws = given.numbers(5, Given::wild);
    let level = given.pick(&[0.9, 1e-9, 1.0]);
    if let Some((low, high)) = answer(percentile_interval(&draws, level)) {
        assert!(low <= high || low.is_nan(), "{draws:?}");
    }
}

fn whole(given: &mut Given<'_>, panel: &Panel, lambdas: &Lambdas, settings: &Settings) {
    let Some(found) = answer(estimate(panel, lambdas, settings, &Fuse::new())) else { return };
    let cells = if given.one_in(2) { pre_treatment_cells(panel) } else { Vec::new() };
    let Some(pre) = answer(cell_effects(panel, &cells, lambdas, settings, &Fuse::new())) else {
        return;
    };
    let options = given.inferring();
    let told = whatever_the_threads(|threads| {
        let settings = Settings { threads, ..*settings };
        infer(panel, lambdas, &found, &pre.effects, &options, &settings, &Fuse::new())
    });
    let Some(told) = told else { return };
    inferred(&told.table);
    assert!(!told.max_gap.is_nan(), "{told:?}");
    assert!(told.draws.iter().all(|draw| draw.is_finite()), "{told:?}");
}
