//! Analyses that are written down and read again.

mod common;

use common::Data;
use serde_json::{json, Value};
use std::fs;
use std::path::Path;
use trop_core::{
    analyze, Analysis, AnalysisOptions, Anchor, Design, Donors, Grouping, InferenceMethod, Lambdas,
    Names, Panel, Shape, Silent, TimeDistance,
};
use trop_report::{notes, summary, tables, Ids, Labels, Saved, TypedLabels};

/// With all that a design may have.
fn designed() -> Panel {
    let (n, t) = (8, 6);
    let outcome: Vec<f64> = (0..n * t)
        .map(|k| if k == 9 { f64::NAN } else { ((k * k * 31 + 7 * k) % 53) as f64 / 10.0 + 0.1 })
        .collect();
    let mut treatment = vec![0.0; n * t];
    for unit in 0..3 {
        treatment[unit * t + 4..(unit + 1) * t].fill(1.0);
    }
    let codes = (0..n * t).map(|k| if k % 5 == 0 { Grouping::NONE } else { (k % 2) as i64 });
    let design = Design {
        anchor: Anchor::Spell,
        calendar: Some(vec![2000.1, 2000.2, 2000.4, 2000.5, 2000.6, 2000.9]),
        time_distance: TimeDistance::Calendar,
        average: Some((0..n).map(|i| 1.0 / (i + 3) as f64).collect()),
        covariates: vec![(0..n * t)
            .map(|k| if k == 9 { f64::NAN } else { ((k * 17) % 23) as f64 / 3.0 })
            .collect()],
        clusters: Some(vec![0, 1, 2, 3, 4, 5, 6, 6]),
        groupings: vec![Grouping::EventTime, Grouping::Cohort, Grouping::Given(codes.collect())],
        donors: Donors::Units(vec![true, true, true, true, false, true, true, true]),
        anticipation: 1,
        ..Default::default()
    };
    Panel::new(&outcome, &treatment, Shape { n_units: n, n_periods: t })
        .unwrap()
        .with_design(&design)
        .unwrap()
}

fn saved(panel: Panel, options: &AnalysisOptions) -> Saved {
    let analysis = analyze(&panel, options).unwrap();
    let names = Names { unit: "state".into(), units: vec!["nan".into()], ..Default::default() };
    let effect_label = Some("Effect of the law".into());
    let labels = Labels { names, effect_label, ..Labels::of_panel(&panel) };
    let unit = TypedLabels { kind: "text".into(), texts: vec!["inf".into(), "nan".into()] };
    Saved { panel, labels, analysis, ids: Ids { unit, by_matrix: true, ..Default::default() } }
}

/// All of it, NaN included.
fn written(analysis: &Analysis) -> String {
    format!("{analysis:?}")
}

fn assert_same(a: &Saved, b: &Saved) {
    assert_eq!(written(&a.analysis), written(&b.analysis));
    assert_eq!(format!("{:?}", a.panel), format!("{:?}", b.panel));
    assert_eq!((&a.labels, &a.ids), (&b.labels, &b.ids));
    assert_eq!(summary(&a.analysis, &a.labels), summary(&b.analysis, &b.labels));
    assert_eq!(notes(&a.analysis, &a.labels), notes(&b.analysis, &b.labels));
    let all = |saved: &Saved| format!("{:?}", tables(&saved.analysis, &saved.labels));
    assert_eq!(all(a), all(b));
}

fn again(saved: &Saved) -> Saved {
    Saved::from_json(&saved.to_json().unwrap()).unwrap()
}

#[test]
fn an_analysis_comes_back_to_the_bit() {
    let lambdas = Some(Lambdas { time: 0.1, unit: 0.3, nn: 0.7 });
    let drawn = AnalysisOptions {
        lambdas,
        inference: Some(InferenceMethod::Jackknife),
        n_boot: 4,
        ..Default::default()
    };
    let data = Data::load("prop99.csv", "state", "year");
    let prop99 = data.panel("packs_per_capita", "treated", &Design::default());
    let two_way = AnalysisOptions {
        lambdas: Some(Lambdas::TWO_WAY),
        pre_periods: false,
        ..Default::default()
    };
    let mut searched = AnalysisOptions { max_cells: Some(5), n_boot: 3, ..Default::default() };
    searched.grids.nn = Some(vec![f64::INFINITY, 0.3]);
    searched.grids.time = Some(vec![0.0, 0.2]);
    searched.grids.unit = Some(vec![0.0]);
    let small: Vec<f64> = (0..12).map(|k| ((k * k * 7) % 11) as f64).collect();
    let mut treatment = vec![0.0; 12];
    treatment[11] = 1.0;
    let small = Panel::new(&small, &treatment, Shape { n_units: 4, n_periods: 3 }).unwrap();
    for (panel, options) in [(designed(), drawn), (prop99, two_way), (small, searched)] {
        let first = saved(panel, &options);
        assert_same(&first, &again(&first));
        // Its panel computes the same as the first one.
        let second = again(&first);
        let [a, b] = [&first, &second]
            .map(|saved| saved.analysis.at_level(&saved.panel, 0.8, Some(1), &Silent).unwrap());
        assert_eq!(written(&a), written(&b));
    }
}

#[test]
fn files_of_other_languages_are_read_and_computed_anew() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for file in ["python/tests/saved_by_r.json", "r-package/tests/testthat/saved-by-python.json"] {
        let text = fs::read_to_string(root.join(file)).unwrap();
        let saved = Saved::from_json(&text).unwrap();
        // By its own options, though its search was the default of another version.
        assert!(text.contains(r#""search":"descent""#), "{file}");
        let anew = analyze(&saved.panel, &saved.analysis.options).unwrap();
        let (found, expected) = (anew.estimate.att, saved.analysis.estimate.att);
        assert!((found - expected).abs() < 1e-12, "{file}: {found}, not {expected}");
        assert_same(&saved, &again(&saved));
    }
}

#[test]
fn what_has_no_inference_keeps_the_reason() {
    let panel = Panel::new(
        &[1.0, 2.0, 4.0, 6.0],
        &[0.0, 0.0, 0.0, 1.0],
        Shape { n_units: 2, n_periods: 2 },
    )
    .unwrap();
    let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
    let first = saved(panel, &options);
    assert!(first.analysis.no_inference.is_some());
    assert_same(&first, &again(&first));
}

#[test]
fn damaged_files_and_other_versions_are_refused() {
    let panel = Panel::new(
        &[1.0, 2.0, 4.0, 6.0],
        &[0.0, 0.0, 0.0, 1.0],
        Shape { n_units: 2, n_periods: 2 },
    )
    .unwrap();
    let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
    let first = saved(panel, &options);
    let text = first.to_json().unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let code = |text: &str| Saved::from_json(text).unwrap_err().code();
    assert_eq!(code(""), "saved_invalid");
    assert_eq!(code(&text[..text.len() / 2]), "saved_invalid");
    assert_eq!(code("{\"att\": 1}"), "saved_invalid");
    let with = |change: &dyn Fn(&mut Value)| {
        let mut file = file.clone();
        change(&mut file);
        serde_json::to_string_pretty(&file).unwrap()
    };
    // Spaces do not matter; a digit does.
    assert_same(&first, &Saved::from_json(&with(&|_| {})).unwrap());
    let changed = with(&|file| file["content"]["analysis"]["estimate"]["att"] = json!(1.5));
    assert_eq!(code(&changed), "saved_invalid");
    assert_eq!(code(&with(&|file| file["version"] = json!(2))), "saved_version");
    assert_eq!(code(&with(&|file| file["version"] = json!("1"))), "saved_version");
    let error = Saved::from_json(&with(&|file| file["version"] = json!(9))).unwrap_err();
    assert!(error.to_string().contains("version 9"), "{error}");
}

#[test]
fn a_placebo_in_time_comes_back_to_the_bit() {
    let (n, t) = (8, 6);
    let outcome: Vec<f64> = (0..n * t).map(|k| ((k * k * 31 + 7 * k) % 53) as f64 / 10.0).collect();
    let mut treatment = vec![0.0; n * t];
    // At two dates, so that the panel goes on after the first, and a unit with no history.
    for (unit, first) in [(0, 4), (1, 5), (2, 1)] {
        treatment[unit * t + first..(unit + 1) * t].fill(1.0);
    }
    let panel = Panel::new(&outcome, &treatment, Shape { n_units: n, n_periods: t }).unwrap();
    let lambdas = Some(Lambdas { time: 0.1, unit: 0.3, nn: 0.7 });
    let inference = Some(InferenceMethod::Placebo);
    let options = AnalysisOptions { lambdas, inference, n_boot: 4, ..Default::default() };
    let texts = |n: usize| TypedLabels {
        kind: "integer".into(),
        texts: (0..n).map(|k| (100 + k).to_string()).collect(),
    };
    let mut of_all = saved(panel, &options);
    of_all.labels.names.units = texts(n).texts;
    of_all.ids = Ids { unit: texts(n), time: texts(t), ..Default::default() };
    let placebo = of_all.placebo_in_time(Some(2), None, &Silent).unwrap();
    assert_eq!(placebo.ids.unit.texts, ["100", "101", "103", "104", "105", "106", "107"]);
    assert_eq!(placebo.labels.names.units, placebo.ids.unit.texts);
    assert_eq!(placebo.ids.time.texts, ["100", "101", "102", "103", "104"]);
    let back = again(&placebo);
    assert_same(&placebo, &back);
    // What is left out of the panel stays left out.
    let anew = analyze(&back.panel, &back.analysis.options).unwrap();
    assert_eq!(format!("{:?}", anew.numbers), format!("{:?}", placebo.analysis.numbers));
}
