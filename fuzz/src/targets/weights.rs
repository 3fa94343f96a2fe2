//! Distances, weights, and fits at weights of one's own.

use crate::given::{Fuse, Given};
use crate::matrices::panel;
use crate::oracles::{answer, certified, whatever_the_threads};
use trop_core::{
    compute_unit_distance_matrix, leave_period_out_distances, weighted_atts, weighted_fit,
    weighted_loocv, weights, Anchor, Panel, Settings, WeightedJob, Weights,
};

pub fn run(given: &mut Given<'_>) {
    let Some(panel) = panel(given) else { return };
    if given.one_in(2) {
        of_lambdas(given, &panel);
    } else {
        of_ones_own(given, &panel);
    }
}

fn of_lambdas(given: &mut Given<'_>, panel: &Panel) {
    let n = panel.n_units();
    let found =
        whatever_the_threads(|threads| compute_unit_distance_matrix(panel, threads, &Fuse::new()));
    if let Some(d) = found {
        for i in 0..n {
            assert!((0..n).all(|j| d[i * n + j] >= 0.0 && d[i * n + j] == d[j * n + i]), "{d:?}");
            assert_eq!(d[i * n + i], 0.0);
        }
    }
    let (target, lambdas) = (given.cell(n, panel.n_periods()), given.lambdas());
    if let Some(d) = answer(leave_period_out_distances(panel, target)) {
        assert!(d.iter().all(|d| *d >= 0.0), "{d:?}");
    }
    if let Some(found) = answer(weights(panel, target, &lambdas)) {
        let all = found.unit.iter().chain(&found.period);
        assert!(all.clone().all(|weight| (0.0..=1.0).contains(weight)), "{found:?}");
        // A fit that treated cells share is centred on their mean path.
        if panel.anchor() == Anchor::Cell || !panel.is_treated(target) {
            assert_eq!((found.unit[target.unit], found.period[target.period]), (1.0, 1.0));
        }
    }
}

fn of_ones_own(given: &mut Given<'_>, panel: &Panel) {
    let some = |given: &mut Given<'_>, n: usize| {
        let wild = given.one_in(3);
        given.numbers(n, |given| match (wild, given.below(4)) {
            (_, 0) => 0.0,
            (true, 1) => given.wild(),
            (true, 2) => given.pick(&[1e200, 1e-200, 5e-324]),
            _ => given.below(32) as f64 / 8.0,
        })
    };
    let own =
        Weights { unit: some(given, panel.n_units()), period: some(given, panel.n_periods()) };
    let (nn, settings) = (given.penalty(), given.settings());
    if let Some(fit) = answer(weighted_fit(panel, &own, nn, &settings, &Fuse::new())) {
        assert!(fit.low_rank.iter().all(|x| x.is_finite()), "{fit:?}");
        assert!(fit.fitted.iter().all(|x| !x.is_infinite()), "{fit:?}");
        certified(fit.status, fit.gap, settings.tolerance);
    }
    let path = [nn, given.penalty()];
    let scored = whatever_the_threads(|threads| {
        weighted_loocv(panel, &own, &path, &Settings { threads, ..settings }, &Fuse::new())
    });
    if let Some(scored) = scored {
        assert!(scored.scores.iter().all(|score| score.score >= 0.0), "{scored:?}");
    }
    let counts = given.one_in(3).then(|| (0..panel.n_units()).map(|_| given.below(3)).collect());
    let average = given.one_in(3).then(|| given.numbers(panel.n_units(), Given::wild));
    let job = WeightedJob { panel: panel.clone(), weights: own, counts, average };
    if let Some(atts) =
        answer(weighted_atts(1, &|_| Ok(job.clone()), &path, &settings, &Fuse::new()))
    {
        assert!(atts.iter().flatten().all(|att| !att.att.is_infinite()), "{atts:?}");
    }
}
