//! Averages of groupings: their cells, weights and bands.

use super::*;

/// With the effects before treatment.
fn event_study(panel: &Panel, lambdas: &Lambdas, options: &InferenceOptions) -> Inference {
    let found = estimate(panel, lambdas, &settings(), &Silent).unwrap();
    let cells = pre_treatment_cells(panel);
    let pre = cell_effects(panel, &cells, lambdas, &settings(), &Silent).unwrap().effects;
    infer(panel, lambdas, &found, &pre, options, &settings(), &Silent).unwrap()
}

/// A staggered panel with every kind of grouping.
fn grouped() -> Panel {
    grouped_at(0.0)
}

/// The same with outcomes that much higher.
fn grouped_at(level: f64) -> Panel {
    let mut m = random_panel(21, 12, 9, Pattern::Staggered, 0.0);
    m.outcome.iter_mut().for_each(|y| *y += level);
    let codes = (0..12 * 9).map(|k| if k / 9 == 0 { Grouping::NONE } else { (k / 9 % 2) as i64 });
    let groupings = vec![
        Grouping::EventTime,
        Grouping::Period,
        Grouping::Cohort,
        Grouping::Unit,
        Grouping::Given(codes.collect()),
    ];
    m.panel().with_design(&Design { groupings, ..Default::default() }).unwrap()
}

#[test]
fn averages_are_means_over_their_cells() {
    let panel = grouped();
    let effects = estimate(&panel, &LAMBDAS, &settings(), &Silent).unwrap().effects;
    let found = event_study(&panel, &LAMBDAS, &options(Bootstrap));
    let value = |grouping, code, measure| {
        row(&found, Quantity { grouping: Some(grouping), code, measure }).average.value
    };
    let same = |a: f64, b: f64, what: &str| assert_close(a, b, 1e-9, what);
    let mut running = 0.0;
    for time in 0..3 {
        let expected = mean(&effects, |e| e.event_time == Some(time));
        same(value(0, time, Measure::Effect), expected, "event time");
        running += expected;
        same(value(0, time, Measure::Cumulative), running, "cumulative");
    }
    for period in 6..9 {
        let expected = mean(&effects, |e| e.cell.period == period);
        same(value(1, period as i64, Measure::Effect), expected, "period");
    }
    for unit in 0..3 {
        let expected = mean(&effects, |e| e.cell.unit == unit);
        same(value(3, unit as i64, Measure::Effect), expected, "unit");
        // Each unit has a first treated period of its own.
        same(value(2, 8 - unit as i64, Measure::Effect), expected, "cohort");
    }
    for (code, unit) in [(1, 1), (0, 2)] {
        same(value(4, code, Measure::Effect), mean(&effects, |e| e.cell.unit == unit), "given");
    }
    let total: f64 = effects.iter().map(|e| e.effect).sum();
    same(
        row(&found, Quantity { measure: Measure::Cumulative, ..Quantity::ATT }).average.value,
        total,
        "total",
    );
}

#[test]
fn a_percentage_is_of_positive_outcomes_alone() {
    let mut n_without = 0;
    for level in [0.0, 3.0, 100.0] {
        let panel = grouped_at(level);
        let effects = estimate(&panel, &LAMBDAS, &settings(), &Silent).unwrap().effects;
        for method in [Bootstrap, Jackknife, Placebo] {
            let found = event_study(&panel, &LAMBDAS, &options(method));
            for unit in 0..3 {
                let quantity =
                    Quantity { grouping: Some(3), code: unit as i64, measure: Measure::Percent };
                let row = row(&found, quantity);
                let cells = || effects.iter().filter(|e| e.cell.unit == unit);
                if cells().any(|e| e.counterfactual <= 0.0) {
                    n_without += 1;
                    let numbers = [row.average.value, row.se, row.ci.0, row.p_value];
                    assert!(numbers.iter().all(|x| x.is_nan()), "{row:?}");
                    continue;
                }
                let expected = 100.0 * cells().map(|e| e.effect).sum::<f64>()
                    / cells().map(|e| e.counterfactual).sum::<f64>();
                assert_close(row.average.value, expected, 1e-9, "percent");
            }
        }
    }
    assert!((1..=18).contains(&n_without), "{n_without}");
}

#[test]
fn effects_before_treatment_are_left_out_of_their_own_fits() {
    let panel = grouped();
    let pre = cell_effects(&panel, &pre_treatment_cells(&panel), &LAMBDAS, &settings(), &Silent);
    let pre = pre.unwrap().effects;
    let found = event_study(&panel, &LAMBDAS, &options(Jackknife));
    for time in -6..0 {
        let quantity = Quantity { grouping: Some(0), code: time, measure: Measure::Effect };
        let row = row(&found, quantity);
        assert_close(row.average.value, mean(&pre, |e| e.event_time == Some(time)), 1e-9, "pre");
        assert!(row.se > 0.0);
    }
    // Measures of an effect mean nothing before there is one.
    let before = |row: &&Inferred| {
        let quantity = row.average.quantity;
        quantity.grouping == Some(0) && quantity.code < 0 && quantity.measure != Measure::Effect
    };
    assert_eq!(found.table.iter().filter(before).count(), 0);
}

#[test]
fn weights_of_averages_count_in_every_draw() {
    let m = random_panel(23, 12, 9, Pattern::Staggered, 0.0);
    let mut weight = vec![1.0; 12];
    (weight[0], weight[1], weight[2]) = (0.0, 3.0, 1.0);
    let design =
        Design { average: Some(weight), groupings: vec![Grouping::Unit], ..Default::default() };
    let panel = m.panel().with_design(&design).unwrap();
    let found = inferred(&panel, &LAMBDAS, &options(Jackknife));
    let weighted = |m: &Matrices, weight: &[f64]| {
        let effects = estimate(&m.panel(), &LAMBDAS, &settings(), &Silent).unwrap().effects;
        let total: f64 = effects.iter().map(|e| weight[e.cell.unit]).sum();
        effects.iter().map(|e| weight[e.cell.unit] * e.effect).sum::<f64>() / total
    };
    let expected = weighted(&m, &[0.0, 3.0, 1.0]);
    assert_close(found.table[0].average.value, expected, TOLERANCE, "value");
    assert_close(found.draws[1], weighted(&without(&m, 1), &[0.0, 1.0]), TOLERANCE, "left out");
    let units: Vec<i64> = (found.table.iter())
        .filter(|row| row.average.quantity.grouping.is_some())
        .map(|row| row.average.quantity.code)
        .collect();
    // A unit without weight is no group; the others have an effect and a percentage.
    assert_eq!(units, [1, 1, 2, 2]);
}

#[test]
fn bands_hold_intervals_and_the_jackknife_has_bonferronis() {
    let panel = grouped();
    for method in [Bootstrap, Jackknife, Placebo] {
        let found = event_study(&panel, &LAMBDAS, &options(method));
        let mut wider = 0;
        for row in found.table.iter().filter(|row| !row.se.is_nan()) {
            assert!(row.band.0 <= row.ci.0 && row.ci.1 <= row.band.1, "{method:?} {row:?}");
            wider += usize::from(row.band.1 > row.ci.1);
            if row.average.quantity.grouping.is_none() {
                assert_eq!(row.band, row.ci, "{method:?}");
            }
        }
        assert!(wider > 10, "{method:?}: {wider}");
    }
}

/// The effects of one bootstrap draw at each event time, from the bootstrap of Algorithm 3.
#[test]
fn a_band_holds_as_many_whole_draws_as_its_level_says() {
    let design = Design { groupings: vec![Grouping::EventTime], ..Default::default() };
    let panel = random_panel(21, 12, 9, Pattern::Block, 0.0).panel().with_design(&design).unwrap();
    let found = inferred(&panel, &LAMBDAS, &options(Bootstrap));
    let bootstrap = BootstrapOptions { draws: 60, level: 0.8, seed: 3 };
    let draws =
        bootstrap_trop_variance(&panel, &LAMBDAS, &bootstrap, &settings(), &Silent).unwrap();
    let bands: Vec<(f64, f64)> = (0..2)
        .map(|code| Quantity { grouping: Some(0), code, measure: Measure::Effect })
        .map(|quantity| row(&found, quantity).band)
        .collect();
    let inside = |draw: &&Vec<f64>| draw.iter().zip(&bands).all(|(x, b)| b.0 <= *x && *x <= b.1);
    let share = draws.event_draws.iter().filter(inside).count() as f64 / 60.0;
    assert!((0.8..0.95).contains(&share), "{share}");
}
