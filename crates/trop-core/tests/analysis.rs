//! The whole way in one call: the same bits as its steps, called one by one.

mod common;

use common::{Matrices, CASTLE, PROP99};
use trop_core::{
    analyze, averages, cell_effects, estimate, infer, loocv_grid_search, period_means,
    pre_treatment_cells, pre_treatment_fit, Analysis, AnalysisOptions, Anchor, CellEffects,
    Criterion, Design, Estimate, GivenGrids, Grids, Grouping, Inference, InferenceMethod,
    InferenceOptions, Inferred, Lambdas, Measure, Method, Panel, Quantity, Retuning, Search,
    SearchOptions, Settings, Shape, Silent,
};

const INF: f64 = f64::INFINITY;

fn settings() -> Settings {
    Settings::default()
}

/// Few candidates.
fn grids() -> Grids {
    Grids { time: vec![0.0, 0.3], unit: vec![0.0, 0.05], nn: vec![INF, 20.0] }
}

fn given(grids: &Grids) -> GivenGrids {
    GivenGrids {
        time: Some(grids.time.clone()),
        unit: Some(grids.unit.clone()),
        nn: Some(grids.nn.clone()),
    }
}

/// The last units of a real panel, so that no step takes long.
fn panel(matrices: &Matrices, units: std::ops::Range<usize>) -> Panel {
    let t = matrices.n_periods;
    let (from, to) = (units.start * t, units.end * t);
    Panel::new(
        &matrices.outcome[from..to],
        &matrices.treatment[from..to],
        Shape { n_units: units.len(), n_periods: t },
    )
    .unwrap()
}

fn estimated(panel: &Panel, lambdas: &Lambdas) -> (Estimate, CellEffects) {
    let cells = pre_treatment_cells(panel);
    (
        estimate(panel, lambdas, &settings(), &Silent).unwrap(),
        cell_effects(panel, &cells, lambdas, &settings(), &Silent).unwrap(),
    )
}

/// Not a number counts as itself: the bits are compared.
fn bits(values: impl IntoIterator<Item = f64>) -> Vec<u64> {
    values.into_iter().map(f64::to_bits).collect()
}

fn numbers_of(inference: &Inference) -> Vec<u64> {
    bits(inference.table.iter().flat_map(|row| {
        let (value, ci, band) = (row.average.value, row.ci, row.band);
        [value, row.se, ci.0, ci.1, row.p_value, band.0, band.1]
    }))
}

fn assert_same(found: &Analysis, search: &Search, fit: &(Estimate, CellEffects), own: &Inference) {
    assert_eq!(found.search.as_ref(), Some(search));
    assert_eq!(found.lambdas, search.lambdas);
    assert_eq!(found.estimate, fit.0);
    let pre = if found.options.pre_periods { fit.1.clone() } else { CellEffects::default() };
    assert_eq!(found.pre, pre);
    let inference = found.inference.as_ref().unwrap();
    assert_eq!((inference.method, &inference.reason), (own.method, &own.reason));
    assert_eq!(bits(inference.draws.clone()), bits(own.draws.clone()));
    assert_eq!(numbers_of(inference), numbers_of(own));
    assert!(found.no_inference.is_none());
}

#[test]
fn prop99_with_placebos_is_the_same_as_its_steps() {
    let matrices = Matrices::load(&PROP99);
    let design = Design { groupings: vec![Grouping::EventTime], ..Default::default() };
    let panel = panel(&matrices, 0..12).with_design(&design).unwrap();
    let asked = AnalysisOptions { grids: given(&grids()), n_boot: 20, ..Default::default() };
    let found = analyze(&panel, &asked).unwrap();

    let searching = SearchOptions::default();
    let search = loocv_grid_search(&panel, &grids(), &searching, &settings(), &Silent).unwrap();
    let fit = estimated(&panel, &search.lambdas);
    let inferring = InferenceOptions { draws: 20, ..Default::default() };
    let pre = &fit.1.effects;
    let own =
        infer(&panel, &search.lambdas, &fit.0, pre, &inferring, &settings(), &Silent).unwrap();
    assert_same(&found, &search, &fit, &own);

    let all = averages(&panel, &fit.0, pre);
    assert_eq!(found.numbers.len(), all.len());
    assert_eq!(found.att().average.value.to_bits(), fit.0.att.to_bits());
    assert_eq!(found.by_time, period_means(&panel, &fit.0.effects, pre));
    assert_eq!(found.pre_fit, pre_treatment_fit(&panel, pre));
    assert_eq!(found.grids, Some(grids()));
    assert_eq!(found.remarks, panel.remarks());
}

#[test]
fn castle_with_retuned_draws_and_folds_is_the_same_as_its_steps() {
    let matrices = Matrices::load(&CASTLE);
    let design = Design { anchor: Anchor::Pooled, ..Default::default() };
    let panel = panel(&matrices, 0..16).with_design(&design).unwrap();
    let asked = AnalysisOptions {
        grids: given(&grids()),
        search: Method::Grid,
        criterion: Criterion::PlaceboFolds { folds: 5 },
        n_folds: Some(3),
        inference: Some(InferenceMethod::Bootstrap),
        n_boot: 4,
        seed: 3,
        retune: true,
        pre_periods: false,
        ..Default::default()
    };
    let found = analyze(&panel, &asked).unwrap();

    let criterion = Criterion::PlaceboFolds { folds: 3 };
    let searching =
        SearchOptions { method: Method::Grid, criterion, seed: 3, ..Default::default() };
    let search = loocv_grid_search(&panel, &grids(), &searching, &settings(), &Silent).unwrap();
    let fit = estimated(&panel, &search.lambdas);
    let again = SearchOptions { abandon: true, ..searching };
    let inferring = InferenceOptions {
        method: InferenceMethod::Bootstrap,
        draws: 4,
        seed: 3,
        retuning: Some(Retuning { grids: grids(), search: again }),
        ..Default::default()
    };
    let own =
        infer(&panel, &search.lambdas, &fit.0, &[], &inferring, &settings(), &Silent).unwrap();
    assert_same(&found, &search, &fit, &own);
}

/// Three treated units, each alone in a weight of the averages.
fn small() -> Panel {
    let (n, t) = (8, 6);
    let y: Vec<f64> = (0..n * t).map(|k| ((k * k * 31 + 7 * k) % 53) as f64 / 10.0).collect();
    let mut w = vec![0.0; n * t];
    for (unit, first) in [(0, 4), (1, 3), (2, 5)] {
        w[unit * t + first..(unit + 1) * t].fill(1.0);
    }
    Panel::new(&y, &w, Shape { n_units: n, n_periods: t }).unwrap()
}

fn fixed() -> AnalysisOptions {
    AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), n_boot: 10, ..Default::default() }
}

#[test]
fn default_grids_fill_what_is_not_given() {
    let grids = GivenGrids { nn: Some(vec![INF]), ..Default::default() };
    let asked =
        AnalysisOptions { grids, inference: None, max_cells: Some(5), ..Default::default() };
    let found = analyze(&small(), &asked).unwrap();
    let default = Grids::default_for(&small(), &Silent).unwrap();
    assert_eq!(found.grids, Some(Grids { nn: vec![INF], ..default }));
    assert!(found.inference.is_none() && found.no_inference.is_none());
    assert!(found.numbers.iter().all(|n| n.se.is_nan() && n.average.value.is_finite()));
}

#[test]
fn given_lambdas_are_not_searched() {
    let found = analyze(&small(), &fixed()).unwrap();
    assert!(found.search.is_none() && found.grids.is_none() && found.timings.search.is_none());
    assert_eq!(found.lambdas, Lambdas::TWO_WAY);
    assert_eq!((found.facts.n_treated_units, found.facts.n_never_treated), (3, 5));
    assert_eq!((found.facts.n_treated_cells, found.facts.weighted), (6, false));
}

/// By hand: units 0 and 1 are treated in period 4, unit 2 weighs nothing.
#[test]
fn means_by_period_are_weighted_as_the_averages() {
    let average = vec![3.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0];
    let design = Design { average: Some(average), ..Default::default() };
    let panel = small().with_design(&design).unwrap();
    let found = analyze(&panel, &fixed()).unwrap();
    let at = |unit, period| panel.outcome(trop_core::Cell { unit, period });
    let row = found.by_time.iter().find(|row| row.period == 4).unwrap();
    assert_eq!((row.n_cells, row.n_treated), (2, 2));
    assert!((row.observed - (3.0 * at(0, 4) + at(1, 4)) / 4.0).abs() < 1e-12);
    assert!(found.facts.weighted);
    // The means of the path differ by the mean effect of the period.
    let effects: Vec<(f64, f64)> = found
        .estimate
        .effects
        .iter()
        .filter(|e| e.cell.period == 4 && e.cell.unit < 2)
        .map(|e| (if e.cell.unit == 0 { 3.0 } else { 1.0 }, e.effect))
        .collect();
    let mean = effects.iter().map(|(share, effect)| share * effect).sum::<f64>() / 4.0;
    assert!((row.observed - row.counterfactual - mean).abs() < 1e-12);
}

#[test]
fn without_placebo_periods_none_is_fitted() {
    let design = Design { groupings: vec![Grouping::EventTime], ..Default::default() };
    let panel = small().with_design(&design).unwrap();
    let options = AnalysisOptions {
        inference: Some(InferenceMethod::Jackknife),
        pre_periods: false,
        ..fixed()
    };
    let found = analyze(&panel, &options).unwrap();
    let by_event: Vec<_> = found.numbers_of(Some(0), Measure::Effect).collect();
    assert!(found.pre.effects.is_empty() && found.by_time.iter().all(|row| row.n_treated > 0));
    assert!(by_event.iter().all(|n| n.average.quantity.code >= 0));
    let full = analyze(&panel, &AnalysisOptions { pre_periods: true, ..options }).unwrap();
    let after = full.numbers_of(Some(0), Measure::Effect).filter(|n| n.average.quantity.code >= 0);
    // The uniform band holds fewer numbers at once, and may be narrower.
    let own = |n: &Inferred| [n.average.value, n.se, n.ci.0, n.ci.1, n.p_value];
    assert_eq!(bits(by_event.iter().flat_map(|n| own(n))), bits(after.flat_map(own)));
    assert!(by_event.iter().any(|n| n.se.is_finite()));
    let percent = Quantity { measure: Measure::Percent, ..Quantity::ATT };
    let cumulative = Quantity { measure: Measure::Cumulative, ..Quantity::ATT };
    assert!(found.number(percent).is_some() && found.number(cumulative).is_some());
}

#[test]
fn where_no_method_means_something_the_estimate_stands_alone() {
    // One treated and one never-treated unit over two periods.
    let panel = Panel::new(
        &[1.0, 2.0, 4.0, 6.0],
        &[0.0, 0.0, 0.0, 1.0],
        Shape { n_units: 2, n_periods: 2 },
    )
    .unwrap();
    let found = analyze(&panel, &fixed()).unwrap();
    assert!(found.inference.is_none());
    assert_eq!(found.no_inference.as_ref().unwrap().code(), "inference_impossible");
    assert!((found.estimate.att - 1.0).abs() < 1e-12 && found.att().se.is_nan());
    // Asked for by name it is an error, and before a search.
    let asked = AnalysisOptions { inference: Some(InferenceMethod::Bootstrap), ..fixed() };
    assert_eq!(analyze(&panel, &asked).unwrap_err().code(), "inference_impossible");
}

#[test]
fn treatments_that_mark_a_group_or_a_time_are_refused() {
    let y = [1.0, 2.0, 4.0, 6.0, 5.0, 7.0];
    let code = |w: &[f64], n, t| {
        let panel = Panel::new(&y, w, Shape { n_units: n, n_periods: t }).unwrap();
        analyze(&panel, &fixed()).unwrap_err().code()
    };
    assert_eq!(code(&[0.0, 0.0, 0.0, 1.0, 1.0, 1.0], 2, 3), "treatment_constant");
    assert_eq!(code(&[0.0, 1.0, 0.0, 1.0, 0.0, 1.0], 3, 2), "treatment_constant");
    // Treated where nothing is observed.
    let y = [1.0, 2.0, 4.0, f64::NAN];
    let panel = Panel::new(&y, &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 }).unwrap();
    assert_eq!(analyze(&panel, &fixed()).unwrap_err().code(), "no_treated_cell");
}

#[test]
fn criteria_that_are_left_open_heed_the_number_of_sets() {
    let design = Design { anchor: Anchor::Pooled, ..Default::default() };
    let panel = small().with_design(&design).unwrap();
    let grids = Grids { time: vec![0.0], unit: vec![0.0], nn: vec![INF] };
    let asked = AnalysisOptions {
        grids: given(&grids),
        n_placebo_sets: Some(4),
        inference: None,
        ..Default::default()
    };
    let search = analyze(&panel, &asked).unwrap().search.unwrap();
    assert_eq!(search.criterion, Criterion::PlaceboSets { sets: 4 });
    assert_eq!((search.n_cells, search.criterion.scored()), (4, "placebo set"));
}

#[cfg(feature = "serde")]
#[test]
fn options_survive_and_results_are_written() {
    let lambdas = Lambdas { time: 0.1, unit: 0.2, nn: 3.0 };
    let criterion = Criterion::PlaceboFolds { folds: 4 };
    let options = AnalysisOptions {
        inference: Some(InferenceMethod::Jackknife),
        search: Method::Adaptive,
        lambdas: Some(lambdas),
        criterion,
        ..fixed()
    };
    let text = serde_json::to_string(&options).unwrap();
    assert!(text.contains("\"jackknife\"") && text.contains("\"adaptive\""), "{text}");
    assert_eq!(serde_json::from_str::<AnalysisOptions>(&text).unwrap(), options);
    // What is left out is the default.
    let short = serde_json::from_str::<AnalysisOptions>("{\"seed\": 4}").unwrap();
    assert_eq!(short, AnalysisOptions { seed: 4, ..Default::default() });

    let found = serde_json::to_value(analyze(&small(), &fixed()).unwrap()).unwrap();
    assert_eq!(found["estimate"]["effects"].as_array().unwrap().len(), 6);
    let none = analyze(
        &Panel::new(
            &[1.0, 2.0, 4.0, 6.0],
            &[0.0, 0.0, 0.0, 1.0],
            Shape { n_units: 2, n_periods: 2 },
        )
        .unwrap(),
        &fixed(),
    );
    let none = serde_json::to_value(none.unwrap()).unwrap();
    assert!(none["no_inference"]["inference_impossible"]["reason"].is_string());
}
