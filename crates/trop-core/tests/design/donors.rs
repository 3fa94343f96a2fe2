//! Who may serve for whom.

use super::*;
use trop_core::{
    analyze, compute_unit_distance_matrix, diagnose, leave_one_out, AnalysisOptions, Donors,
    Estimator, EstimatorOptions, InferenceMethod, Names,
};

/// Two treated units, two never-treated ones that may serve, and others.
fn panel(seed: u64) -> Matrices {
    random_panel(seed, 10, 8, Pattern::Block, 0.1)
}

fn choosing(m: &Matrices, donors: Donors, anchor: Anchor) -> Panel {
    with(m, &Design { donors, anchor, ..Default::default() })
}

/// The panel of some units alone.
fn alone(m: &Matrices, units: &[usize]) -> Matrices {
    let t = m.n_periods;
    let pick = |values: &[f64]| -> Vec<f64> {
        units.iter().flat_map(|&i| values[i * t..(i + 1) * t].to_vec()).collect()
    };
    matrices(&pick(&m.outcome), &pick(&m.treatment), units.len())
}

/// All that is known of effects, with units as they are called in the whole panel.
fn written(effects: &[CellEffect], units: &[usize]) -> Vec<String> {
    let one = |e: &CellEffect| {
        let mut e = e.clone();
        e.cell.unit = units[e.cell.unit];
        format!("{e:?}")
    };
    effects.iter().map(one).collect()
}

fn all(m: &Matrices) -> Vec<usize> {
    (0..m.n_units).collect()
}

/// True for some of the units.
fn mask(m: &Matrices, units: &[usize]) -> Vec<bool> {
    (0..m.n_units).map(|i| units.contains(&i)).collect()
}

#[test]
fn a_fit_equals_the_fit_of_target_and_donors_alone_to_the_bit() {
    for seed in 0..3 {
        let mut m = panel(seed);
        m.treatment[m.n_periods..2 * m.n_periods].fill(0.0);
        let (donors, units) = ([3, 4, 6, 9], [0, 3, 4, 6, 9]);
        for (anchor, own) in [(Anchor::Cell, false), (Anchor::Pooled, false), (Anchor::Spell, true)]
        {
            let mut may = mask(&m, &donors);
            may[0] = own;
            let masked = choosing(&m, Donors::Units(may), anchor);
            let reduced = with(&alone(&m, &units), &anchored(anchor));
            for l in LAMBDAS {
                let [a, b] = [&masked, &reduced]
                    .map(|panel| estimate(panel, &l, &Settings::default(), &Silent).unwrap());
                assert_eq!(a.att.to_bits(), b.att.to_bits(), "{anchor:?} {l:?}");
                assert_eq!(written(&a.effects, &all(&m)), written(&b.effects, &units));
            }
        }
    }
}

#[test]
fn an_analysis_of_chosen_units_is_that_of_their_panel() {
    let m = panel(5);
    let units = [0, 1, 3, 4, 5, 7, 8, 9];
    let masked = choosing(&m, Donors::Units(mask(&m, &units)), Anchor::Cell);
    let reduced = alone(&m, &units).panel();
    for method in [InferenceMethod::Placebo, InferenceMethod::Jackknife, InferenceMethod::Bootstrap]
    {
        let mut options =
            AnalysisOptions { inference: Some(method), n_boot: 8, ..Default::default() };
        options.set("search", "cycle").unwrap();
        let [a, b] = [&masked, &reduced].map(|panel| analyze(panel, &options).unwrap());
        assert_eq!(a.grids, b.grids);
        assert_eq!(a.search, b.search);
        assert_eq!(a.att().average.value.to_bits(), b.att().average.value.to_bits());
        assert_eq!(written(&a.pre.effects, &all(&m)), written(&b.pre.effects, &units));
        let [a, b] = [a, b].map(|found| found.inference.unwrap());
        assert_eq!((a.draws.len(), a.n_failed), (b.draws.len(), b.n_failed), "{method:?}");
        assert_eq!(bits(&a.draws), bits(&b.draws), "{method:?}");
    }
    let l = LAMBDAS[2];
    let [a, b] =
        [&masked, &reduced].map(|p| leave_one_out(p, &l, &Settings::default(), &Silent).unwrap());
    let left_out: Vec<usize> = a.iter().map(|out| out.unit).collect();
    assert_eq!(left_out, b.iter().map(|out| units[out.unit]).collect::<Vec<_>>());
}

#[test]
fn groups_are_estimated_apart() {
    let m = panel(7);
    let groups = [vec![0, 2, 4, 6, 8], vec![1, 3, 5, 7, 9]];
    let code: Vec<i64> = (0..10).map(|i| 5 - (i % 2)).collect();
    for anchor in [Anchor::Cell, Anchor::Pooled, Anchor::Spell] {
        let panel = choosing(&m, Donors::Groups(code.clone()), anchor);
        let l = LAMBDAS[2];
        let found = estimate(&panel, &l, &Settings::default(), &Silent).unwrap();
        let mut expected = Vec::new();
        for units in &groups {
            let own = with(&alone(&m, units), &anchored(anchor));
            let own = estimate(&own, &l, &Settings::default(), &Silent).unwrap();
            expected.extend(written(&own.effects, units));
        }
        assert_eq!(written(&found.effects, &all(&m)), expected, "{anchor:?}");
    }
}

#[test]
fn pairs_say_it_for_each_unit() {
    let m = panel(8);
    let n = m.n_units;
    let may = mask(&m, &[1, 3, 4, 6]);
    let pairs = (0..n).flat_map(|_| may.clone()).collect();
    let [units, pairs] = [Donors::Units(may), Donors::Pairs(pairs)]
        .map(|donors| solved(&choosing(&m, donors, Anchor::Cell), &LAMBDAS[2]));
    assert_eq!(units, pairs);
    // One treated unit has two donors, the other all: what one is allowed does not touch the other.
    let mut apart = vec![true; n * n];
    (0..n).for_each(|j| apart[j] = [3, 4].contains(&j));
    let found = solved(&choosing(&m, Donors::Pairs(apart), Anchor::Cell), &LAMBDAS[2]);
    let own = solved(&alone(&m, &[0, 3, 4]).panel(), &LAMBDAS[2]);
    let free = solved(&m.panel(), &LAMBDAS[2]);
    let of = |found: &Estimate, unit| -> Vec<(Cell, f64)> {
        effects(found).into_iter().filter(|(cell, _)| cell.unit == unit).collect()
    };
    assert_near(&of(&found, 0), &of(&own, 0), SAME, "few donors");
    assert_near(&of(&found, 1), &of(&free, 1), SAME, "all donors");
}

/// Written in another way: all units are there, and those that may not serve weigh nothing.
#[test]
fn units_that_may_not_serve_weigh_nothing_and_distances_stay() {
    let m = random_panel(9, 10, 8, Pattern::Block, 0.0);
    let panel = choosing(&m, Donors::Units(mask(&m, &[1, 3, 4, 6])), Anchor::Cell);
    let [a, b] =
        [&panel, &m.panel()].map(|p| compute_unit_distance_matrix(p, None, &Silent).unwrap());
    assert_eq!(a, b);
    let target = Cell { unit: 0, period: 7 };
    for l in [LAMBDAS[1], LAMBDAS[2], LAMBDAS[3]] {
        let (own, free) =
            (weights(&panel, target, &l).unwrap(), weights(&m.panel(), target, &l).unwrap());
        for unit in 0..m.n_units {
            let expected = if [0, 1, 3, 4, 6].contains(&unit) { free.unit[unit] } else { 0.0 };
            assert_eq!(own.unit[unit].to_bits(), expected.to_bits());
        }
        let literal = literal_effects(&m, &[0], &own, &l);
        let literal: Vec<_> = literal.into_iter().filter(|(cell, _)| *cell == target).collect();
        let found = solved(&panel, &l);
        let found: Vec<_> =
            effects(&found).into_iter().filter(|(cell, _)| *cell == target).collect();
        assert_near(&found, &literal, SAME, "weights of zero");
        let fit = diagnose(&panel, target, &l, &settings(&l), &Silent).unwrap();
        assert_eq!(fit.weights, own);
        assert!(fit.effective_units <= 4.0 + ROUNDING);
    }
}

#[test]
fn synthetic_controls_are_made_of_donors_alone_and_regressions_refuse() {
    let m = random_panel(3, 9, 8, Pattern::Block, 0.0);
    let panel = choosing(&m, Donors::Units(mask(&m, &[4, 5, 8])), Anchor::Cell);
    let with = |panel: &Panel, estimator| {
        let options = EstimatorOptions::default();
        trop_core::estimate_with(panel, estimator, &options, &Settings::default(), &Silent)
    };
    let found = with(&panel, Estimator::Sc).unwrap();
    let own = with(&alone(&m, &[0, 1, 4, 5, 8]).panel(), Estimator::Sc).unwrap();
    assert_eq!(found.estimate.att.to_bits(), own.estimate.att.to_bits());
    for estimator in [Estimator::Did, Estimator::Mc, Estimator::Ife] {
        assert_eq!(with(&panel, estimator).unwrap_err().code(), "estimator_impossible");
    }
}

#[test]
fn bad_donors_are_refused_by_name() {
    let m = panel(1);
    let refused = |donors| {
        let design = Design { donors, ..Default::default() };
        m.panel().with_design(&design).unwrap_err()
    };
    for donors in
        [Donors::Units(vec![true; 9]), Donors::Groups(vec![0; 11]), Donors::Pairs(vec![true; 10])]
    {
        assert_eq!(refused(donors).code(), "donors_length");
    }
    let names = Names {
        unit: "state".into(),
        units: (0..10).map(|i| format!("S{i}")).collect(),
        ..Default::default()
    };
    for donors in [
        Donors::Units(mask(&m, &[1])),
        Donors::Groups(vec![0, 1, 0, 0, 0, 0, 0, 0, 0, 0]),
        Donors::Pairs((0..100).map(|k| k / 10 != 1 || k == 11).collect()),
    ] {
        let error = refused(donors);
        assert_eq!(error.code(), "donors_none");
        let text = error.named(&names);
        assert!(text.starts_with("state S1 is treated and has no donor"), "{text}");
    }
}
