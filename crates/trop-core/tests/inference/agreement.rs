//! Estimate, interval and p-value of one inference tell one story, at every level, by every method.

use super::common::{Random, Source, PROP99};
use super::*;
use trop_core::IntervalKind;

const LEVELS: [f64; 8] = [0.05, 0.3, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999];

/// Cells of random walks: `tests/data/README.md` says where they come from.
const WALKS: Source =
    Source { file: "tests/data/walks.csv", unit: "id", time: "t", outcome: "once", treatment: "d" };

const NEAR: Lambdas = Lambdas { time: 5.0, unit: 0.0, nn: f64::INFINITY };

/// Sums of sums of noise: nothing is harder to predict.
fn walks(seed: u64, n_units: usize, n_periods: usize, n: usize, spell: usize) -> Matrices {
    let mut random = Random::new(seed);
    let mut m = block(seed, n_units, n_periods, n, spell);
    for row in m.outcome.chunks_mut(n_periods) {
        let (mut slope, mut value) = (0.0, 0.0);
        for y in row {
            slope += random.normal();
            value += slope;
            *y = value;
        }
    }
    m
}

/// The methods that mean something for a panel.
fn possible(panel: &Panel) -> Vec<InferenceMethod> {
    let is_possible =
        |method: &InferenceMethod| trop_core::choose_inference(panel, &options(*method)).is_ok();
    METHODS.into_iter().filter(is_possible).collect()
}

fn at_level(panel: &Panel, lambdas: &Lambdas, method: InferenceMethod, level: f64) -> Inference {
    let options = InferenceOptions { level, draws: 40, ..options(method) };
    let settings = Settings { threads: Some(1), ..Default::default() };
    let found = estimate(panel, lambdas, &settings, &Silent).unwrap();
    infer(panel, lambdas, &found, &[], &options, &settings, &Silent).unwrap()
}

/// An interval at one level agrees with the p-value, and its kind with its ends.
fn assert_agrees(row: &Inferred, level: f64, what: &str) {
    let what = format!("{what}, level {level}: {row:?}");
    let holds = |x: f64| row.ci.0 <= x && x <= row.ci.1;
    if row.p_value.is_nan() {
        assert!(row.interval == IntervalKind::None && row.ci.0.is_nan(), "{what}");
        return;
    }
    assert_eq!(!holds(0.0), row.p_value < 1.0 - level, "{what}");
    let finite = row.ci.0.is_finite() && row.ci.1.is_finite();
    match row.interval {
        IntervalKind::Bounded => assert!(finite, "{what}"),
        IntervalKind::TooFewDraws | IntervalKind::Unbounded => {
            assert!(!finite && !row.ci.0.is_nan() && !row.ci.1.is_nan(), "{what}")
        }
        IntervalKind::Disconnected => assert!(!row.ci.0.is_nan() && !row.ci.1.is_nan(), "{what}"),
        IntervalKind::Empty => assert!(row.ci.0.is_nan() && row.ci.1.is_nan(), "{what}"),
        other => panic!("{other:?} {what}"),
    }
}

/// The p-value is the same at every level, and a higher level never has a shorter interval.
fn assert_one_story(panel: &Panel, lambdas: &Lambdas, method: InferenceMethod, what: &str) {
    let found: Vec<Inferred> =
        LEVELS.iter().map(|&level| at_level(panel, lambdas, method, level).table[0]).collect();
    for (row, level) in found.iter().zip(LEVELS) {
        assert_eq!(row.p_value.to_bits(), found[0].p_value.to_bits(), "{what} {method:?}");
        assert_eq!(row.se.is_nan(), method == Conformal, "{what} {method:?}");
        assert_agrees(row, level, &format!("{what} {method:?}"));
    }
    for pair in found.windows(2) {
        let (inner, outer) = (pair[0].ci, pair[1].ci);
        let length = inner.1 - inner.0;
        let slack = if length.is_finite() { 1e-5 * length } else { 0.0 };
        let is_within = outer.0 <= inner.0 + slack && inner.1 <= outer.1 + slack;
        assert!(is_within || inner.0.is_nan(), "{what} {method:?}: {pair:?}");
    }
}

#[test]
fn one_story_on_panels_with_factors() {
    for seed in 0..6 {
        let n = 1 + seed as usize % 3;
        let m = block(seed, 9, 14, n, 3);
        let panel = m.panel();
        for method in possible(&panel) {
            assert_one_story(&panel, &LAMBDAS, method, &format!("block {seed}"));
        }
    }
}

#[test]
fn one_story_on_random_walks() {
    for seed in 0..12 {
        let m = walks(seed, 8, 20, 1 + seed as usize % 2, 6);
        let panel = m.panel();
        for method in possible(&panel) {
            assert_one_story(&panel, &NEAR, method, &format!("walks {seed}"));
        }
    }
}

#[test]
fn conformal_intervals_are_found_however_far_from_the_estimate_they_lie() {
    let panel = Matrices::load(&Source { outcome: "twice", ..WALKS }).panel();
    assert_one_story(&panel, &NEAR, Conformal, "twice");
    let row = at_level(&panel, &NEAR, Conformal, 0.95).table[0];
    assert_close(row.average.value, -8.27, 0.01, "att");
    assert!(row.p_value > 0.05 && row.ci.0 <= 0.0 && 0.0 <= row.ci.1, "{row:?}");
    assert!(row.se.is_nan());
}

#[test]
fn auto_and_its_p_value_are_the_same_at_every_level() {
    let panel = Matrices::load(&WALKS).panel();
    assert_one_story_of_auto(&panel, &NEAR, Conformal);
    let prop99 = Matrices::load(&PROP99).panel();
    let lambdas = Lambdas { time: 0.35, unit: 1.6, nn: 0.011 };
    assert_one_story_of_auto(&prop99, &lambdas, Placebo);
    let last = at_level(&prop99, &lambdas, Auto, 0.99).table[0];
    assert_eq!(last.interval, IntervalKind::TooFewDraws);
    assert_eq!(last.ci, (f64::NEG_INFINITY, f64::INFINITY));
}

fn assert_one_story_of_auto(panel: &Panel, lambdas: &Lambdas, method: InferenceMethod) {
    let levels = [0.5, 0.9, 0.95, 0.99];
    let found = levels.map(|level| at_level(panel, lambdas, Auto, level));
    for (inference, level) in found.iter().zip(levels) {
        assert_eq!((inference.method, &inference.reason), (method, &found[0].reason));
        assert_eq!(inference.table[0].p_value, found[0].table[0].p_value);
        assert_agrees(&inference.table[0], level, "auto");
    }
}

#[test]
fn placebos_that_repeat_others_are_no_evidence() {
    // Two treated units' pattern can be stamped on four others in six ways: 1 / 7 is the least p-value.
    for seed in 0..40 {
        let m = add_to_treated(&block(seed, 6, 10, 2, 2), 50.0);
        let found = at_level(&m.panel(), &Lambdas::TWO_WAY, Placebo, 0.95);
        assert_eq!(found.draws.len(), 6);
        assert_eq!(found.table[0].p_value, 1.0 / 7.0);
        assert_eq!(found.table[0].interval, IntervalKind::TooFewDraws);
    }
}

/// Rejections at 30% where nothing happened: at most 2 / 7 in the long run.
#[test]
fn placebos_reject_as_often_as_they_say() {
    let rejects = |seed: &u64| {
        let mut random = Random::new(1000 + seed);
        let mut m = block(*seed, 6, 10, 2, 2);
        m.outcome.iter_mut().for_each(|y| *y = random.normal());
        let all = at_level(&m.panel(), &Lambdas::TWO_WAY, Placebo, 0.7);
        all.table[0].p_value < 0.3
    };
    let share = (0..400).filter(rejects).count() as f64 / 400.0;
    // Treated units have four controls, placebos two: estimates vary less.
    assert!(share < 2.0 / 7.0 + 0.05, "{share}");
}

#[test]
fn placebos_do_not_depend_on_the_order_of_the_units() {
    for seed in 0..5 {
        let m = random_panel(seed, 14, 9, Pattern::Staggered, 0.05);
        let found = at_level(&m.panel(), &LAMBDAS, Placebo, 0.9);
        let mut random = Random::new(seed);
        for _ in 0..3 {
            let mut order: Vec<usize> = (0..m.n_units).collect();
            (1..order.len()).for_each(|k| order.swap(k, random.below(k + 1)));
            let moved = rows(&m, &order.iter().map(|&i| (i, i)).collect::<Vec<_>>());
            let other = at_level(&moved.panel(), &LAMBDAS, Placebo, 0.9);
            assert_eq!(found.table[0].p_value, other.table[0].p_value, "{seed}");
            assert_eq!(found.draws.len(), other.draws.len());
            for (a, b) in found.draws.iter().zip(&other.draws) {
                assert_close(*a, *b, TOLERANCE, "placebo");
            }
        }
    }
}
