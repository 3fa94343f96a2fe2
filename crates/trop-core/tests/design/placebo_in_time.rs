//! The placebo in time: treatment taken to begin earlier than it did.

use super::*;
use trop_core::{analyze, Analysis, AnalysisOptions, InferenceMethod, PlaceboInTime};

fn options(inference: InferenceMethod) -> AnalysisOptions {
    let lambdas = Some(LAMBDAS[2]);
    AnalysisOptions { lambdas, inference: Some(inference), n_boot: 8, ..Default::default() }
}

fn analyzed(panel: &Panel, inference: InferenceMethod) -> Analysis {
    analyze(panel, &options(inference)).unwrap()
}

/// All that was found, NaN included, but for what was noted and how long it took.
fn found(panel: &Panel, inference: InferenceMethod) -> String {
    let Analysis { estimate, pre, numbers, by_time, inference, .. } = analyzed(panel, inference);
    format!("{estimate:?} {pre:?} {numbers:?} {by_time:?} {inference:?}")
}

fn placebo(m: &Matrices, window: Option<usize>) -> PlaceboInTime {
    m.panel().placebo_in_time(window).unwrap()
}

/// Periods that are taken as treated, by unit.
fn taken(panel: &Panel) -> Vec<(usize, usize)> {
    panel.treated_cells().iter().map(|cell| (cell.unit, cell.period)).collect()
}

/// The first periods of a panel, treated in the given periods of the given units.
fn first(m: &Matrices, n_periods: usize, spells: &[(usize, std::ops::Range<usize>)]) -> Matrices {
    let rows = m.outcome.chunks(m.n_periods);
    let outcome: Vec<f64> = rows.flat_map(|row| row[..n_periods].to_vec()).collect();
    treated(&matrices(&outcome, &vec![0.0; outcome.len()], m.n_units), spells)
}

/// Units that are treated from one date on, and later ones.
fn staggered(seed: u64) -> Matrices {
    let m = random_panel(seed, 9, 10, Pattern::Block, 0.05);
    treated(&m, &[(0, 6..10), (1, 6..10), (3, 8..10), (4, 1..10)])
}

#[test]
fn with_one_date_it_is_the_panel_that_ends_there() {
    let m = treated(&random_panel(3, 8, 10, Pattern::Block, 0.05), &[(0, 7..10), (5, 7..10)]);
    let own = first(&m, 7, &[(0, 4..7), (5, 4..7)]).panel();
    let made = placebo(&m, None);
    assert_eq!(made.units, (0..8).collect::<Vec<_>>());
    for method in [InferenceMethod::Placebo, InferenceMethod::Jackknife, InferenceMethod::Bootstrap]
    {
        assert_eq!(found(&made.panel, method), found(&own, method), "{method:?}");
    }
}

#[test]
fn outcomes_since_treatment_began_change_nothing() {
    let m = staggered(5);
    let mut other = m.clone();
    for (y, w) in other.outcome.iter_mut().zip(&m.treatment) {
        *y = if *w == 1.0 { 1000.0 - 7.0 * *y } else { *y };
    }
    let methods = [InferenceMethod::Placebo, InferenceMethod::Jackknife];
    for (window, method) in [(None, methods[0]), (Some(2), methods[1])] {
        let [a, b] = [&m, &other].map(|m| found(&placebo(m, window).panel, method));
        assert_eq!(a, b, "{window:?}");
    }
}

#[test]
fn staggered_effects_are_those_without_these_outcomes() {
    let m = staggered(7);
    let made = placebo(&m, None);
    // The fifth unit has one period before its treatment: none is left for a window.
    assert_eq!(made.units, [0, 1, 2, 3, 5, 6, 7, 8]);
    assert_eq!(made.panel.n_periods(), 8);
    let expected = [(0, 3), (0, 4), (0, 5), (1, 3), (1, 4), (1, 5), (3, 6), (3, 7)];
    assert_eq!(taken(&made.panel), expected);
    let mut own = first(&m, 8, &[(0, 3..6), (1, 3..6), (3, 6..8)]);
    for unit in [0, 1] {
        own.outcome[unit * 8 + 6..(unit + 1) * 8].fill(NAN);
    }
    for array in [&mut own.outcome, &mut own.treatment] {
        array.drain(4 * 8..5 * 8);
    }
    own.n_units = 8;
    for lambdas in LAMBDAS {
        let [a, b] = [&made.panel, &own.panel()].map(|panel| solved(panel, &lambdas));
        assert_eq!(effects(&a), effects(&b), "{lambdas:?}");
    }
}

#[test]
fn placebos_of_others_lose_the_same_cells() {
    // Without the outcomes of the placebo's own units after their windows, a never-treated unit in the same role
    // must not see its own either: else its later outcomes would tell of its window.
    let m = treated(&random_panel(11, 7, 9, Pattern::Block, 0.0), &[(0, 5..9), (1, 8..9)]);
    let made = placebo(&m, Some(2));
    let analysis = analyzed(&made.panel, InferenceMethod::Placebo);
    let draws = &analysis.inference.unwrap().draws;
    let mut own = Vec::new();
    for (role, other) in (2..7).flat_map(|a| (2..7).filter(move |b| *b != a).map(move |b| (a, b))) {
        let mut y = first(&m, 8, &[]).outcome;
        y[role * 8 + 5..(role + 1) * 8].fill(NAN);
        let all = matrices(&y, &vec![0.0; y.len()], 7);
        let mut stamped = treated(&all, &[(role, 3..5), (other, 6..8)]);
        for array in [&mut stamped.outcome, &mut stamped.treatment] {
            array.drain(..2 * 8);
        }
        stamped.n_units = 5;
        own.push(solved(&stamped.panel(), &LAMBDAS[2]).att);
    }
    assert_eq!(draws.len(), 8);
    for draw in draws {
        let nearest = own.iter().map(|att| (att - draw).abs()).fold(f64::INFINITY, f64::min);
        assert!(nearest < SAME, "{draw} is none of {own:?}");
    }
}

#[test]
fn anticipation_is_left_out_of_the_window() {
    let m = treated(&random_panel(3, 6, 9, Pattern::Block, 0.0), &[(2, 7..9)]);
    let panel = with(&m, &Design { anticipation: 1, ..Default::default() });
    let made = panel.placebo_in_time(None).unwrap().panel;
    assert_eq!((made.n_periods(), taken(&made)), (6, vec![(2, 4), (2, 5)]));
    // Before the placebo treatment, too.
    assert!(!made.is_control(Cell { unit: 2, period: 3 }));
    assert!(made.is_control(Cell { unit: 2, period: 2 }));
}

#[test]
fn what_else_a_panel_has_comes_along() {
    let m = staggered(7);
    let (n, t) = (m.n_units, m.n_periods);
    let codes: Vec<i64> = (0..n * t).map(|k| (k / t % 2) as i64).collect();
    let design = Design {
        calendar: Some((0..t).map(|k| (k * k) as f64).collect()),
        average: Some((0..n).map(|i| i as f64 + 1.0).collect()),
        covariates: vec![(0..n * t).map(|k| ((k * 17) % 23) as f64).collect()],
        clusters: Some((0..n as i64).map(|i| i / 2).collect()),
        donors: trop_core::Donors::Units((0..n).map(|i| i != 8).collect()),
        groupings: vec![Grouping::Given(codes)],
        ..Default::default()
    };
    let made = with(&m, &design).placebo_in_time(None).unwrap().panel;
    let analysis = analyze(&made, &options(InferenceMethod::Jackknife)).unwrap();
    // The last unit may not serve, and is a cluster alone.
    assert_eq!(analysis.facts.n_clusters, Some(4));
    assert_eq!((analysis.facts.n_covariates, analysis.facts.n_donors), (1, Some(4)));
    let is_effect =
        |a: &&Average| a.quantity.grouping == Some(0) && a.quantity.measure == Measure::Effect;
    let all: Vec<Average> = analysis.numbers.iter().map(|number| number.average).collect();
    let groups: Vec<i64> = all.iter().filter(is_effect).map(|a| a.quantity.code).collect();
    assert_eq!(groups, [0, 1]);
}

#[test]
fn it_says_what_it_is_and_nothing_false() {
    let m =
        treated(&random_panel(3, 6, 9, Pattern::Block, 0.0), &[(0, 7..9), (1, 4..9), (2, 1..9)]);
    let made = placebo(&m, Some(1)).panel;
    // Treated in one period, as was asked; that is no spike.
    assert_eq!(codes(&made), ["placebo_in_time"]);
    assert_eq!(
        made.remarks()[0].to_string(),
        "this is a placebo in time: treatment is taken to begin 1 period before it did, and outcomes of treated units \
         since then are left out, and so is a unit whose history is too short; there is no effect to find"
    );
}

#[test]
fn a_history_too_short_is_refused() {
    let m = treated(&random_panel(3, 6, 6, Pattern::Block, 0.0), &[(0, 3..6)]);
    let refused = |m: &Matrices, window| m.panel().placebo_in_time(window).unwrap_err();
    let error = refused(&m, Some(3));
    assert_eq!(error.code(), "placebo_in_time_impossible");
    assert_eq!(
        error.to_string(),
        "no placebo in time is possible: no treated unit has more than 3 periods before its treatment; take a shorter \
         window"
    );
    assert!(refused(&m, Some(0)).to_string().ends_with("at least one period"));
    let early = treated(&m, &[(0, 1..6)]);
    assert!(refused(&early, None).to_string().ends_with("two periods before its treatment"));
    assert!(placebo(&m, Some(2)).panel.n_periods() == 3);
}

#[cfg(feature = "serde")]
#[test]
fn cells_that_it_leaves_out_are_left_out_of_what_was_written() {
    for (panel, is_written) in
        [(staggered(5).panel(), false), (placebo(&staggered(5), Some(2)).panel, true)]
    {
        let text = serde_json::to_string(&panel).unwrap();
        assert_eq!(text.contains("\"excluded\""), is_written);
        let again: Panel = serde_json::from_str(&text).unwrap();
        assert_eq!(again.control_cells(), panel.control_cells());
        assert_eq!(taken(&again), taken(&panel));
    }
}
