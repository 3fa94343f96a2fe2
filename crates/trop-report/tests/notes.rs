//! Each note: when it is there, its words, one and several.

mod common;

use common::{analysis, named, small};
use std::collections::BTreeSet;
use trop_core::{
    Analysis, AnalysisOptions, Criterion, Design, Error, GivenGrids, InferenceMethod, IntervalKind,
    Lambdas, Names, Panel, Reason, Remark, Shape, Status,
};
use trop_report::{notes, report, summary, variants, Labels, Note, Supplement, Table, Values};

fn labels() -> Labels {
    Labels::from(Names {
        periods: (2001..2010).map(|year| year.to_string()).collect(),
        ..named(["sales", "law", "state", "year"])
    })
}

/// An analysis with a search and placebos, to be changed by each test.
fn searched() -> Analysis {
    let grids = GivenGrids {
        time: Some(vec![0.1, 0.2]),
        unit: Some(vec![0.0]),
        nn: Some(vec![f64::INFINITY]),
    };
    let inference = Some(InferenceMethod::Placebo);
    analysis(&small(8, 5), &AnalysisOptions { grids, inference, ..Default::default() })
}

fn text_of(found: &Analysis, code: &str) -> String {
    let all = notes(found, &labels());
    let with_code: Vec<&Note> = all.iter().filter(|note| note.code == code).collect();
    assert_eq!(with_code.len(), 1, "{code} in {all:?}");
    with_code[0].text.clone()
}

#[test]
fn the_coding_of_treatment_and_time() {
    let mut found = searched();
    let mut about = |remark: Remark| {
        let code = remark.code();
        found.remarks = vec![remark];
        text_of(&found, code)
    };
    let one = about(Remark::TreatmentSpike { units: 1 });
    assert_eq!(
        one,
        "The one treated unit is treated in a single period and untreated after it: if the treatment lasts, 'law' \
         must be 1 in every period from its start on."
    );
    assert!(
        about(Remark::TreatmentSpike { units: 3 }).starts_with("Each of the 3 treated units is")
    );
    let swapped = about(Remark::TreatmentSwapped { units: 1 });
    assert!(swapped.starts_with("No unit becomes treated, and 1 stops being treated"));
    assert!(about(Remark::TreatmentSwapped { units: 2 }).contains("and 2 stop being"));
    let uneven = about(Remark::PeriodsUneven { after: 2 });
    assert!(uneven
        .starts_with("Periods in 'year' are not evenly spaced (first wider step after 2003)."));
    assert!(uneven.contains("time_distance = \"calendar\""));
}

#[test]
fn units_with_no_row_before_adoption_are_named() {
    let outcome = [1.0, f64::NAN, 3.0, 1.0, 2.0, 5.0, 2.0, 3.0, 4.0];
    let treatment = [0.0, f64::NAN, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0];
    let panel = Panel::new(&outcome, &treatment, Shape { n_units: 3, n_periods: 3 }).unwrap();
    let lambdas = Some(Lambdas::TWO_WAY);
    let options = AnalysisOptions { lambdas, inference: None, ..Default::default() };
    let mut found = analysis(&panel, &options);
    let units = ["Iowa", "Ohio", "Utah"].map(String::from).to_vec();
    let called = Labels::from(Names { units, ..labels().names });
    let all = notes(&found, &called);
    let note = all.iter().find(|note| note.code == "adoption_unknown").unwrap();
    assert_eq!(
        note.text,
        "There is no row right before the first treated one of 'state' Iowa: treatment may have begun earlier, and \
         event times and cohorts are late if it did. Add such rows, with 'law' and a missing outcome."
    );
    found.remarks = vec![Remark::AdoptionUnknown { units: (0..7).collect() }];
    assert!(text_of(&found, "adoption_unknown").contains(" of 'state' 0, 1, 2, 3, 4 and 2 more: "));
}

#[test]
fn units_that_differ_by_blanks_or_letter_case_are_named() {
    let found = searched();
    let about = |units: &[&str]| {
        let units = units.iter().map(|unit| unit.to_string()).collect();
        let called = Labels::from(Names { units, ..labels().names });
        let all = notes(&found, &called);
        all.iter().find(|note| note.code == "units_alike").map(|note| note.text.clone())
    };
    assert_eq!(
        about(&["Ohio", "Iowa", "ohio", " Iowa", "Utah", "A\u{a0} b", "A B"]).unwrap(),
        "Units of 'state' whose ids differ by blanks or letter case only: 'A B', 'A\u{a0} b', ' Iowa', 'Iowa' and 2 \
         more. If they are the same, write their ids in one way."
    );
    assert_eq!(about(&["Ohio", "Ohio 1", "O hio"]), None);
}

/// An analysis that calls for every note but `effects_not_unique`, which a panel of its own calls for.
fn with_everything_to_note() -> Vec<Analysis> {
    let mut found = searched();
    found.remarks = vec![
        Remark::TreatmentSpike { units: 2 },
        Remark::TreatmentSwapped { units: 1 },
        Remark::TreatmentByGroup { grouping: 0 },
        Remark::CohortsAfter { units: 1 },
        Remark::CohortsBefore { units: 2 },
        Remark::AdoptionUnknown { units: vec![1] },
        Remark::PeriodsUneven { after: 1 },
    ];
    let search = found.search.as_mut().unwrap();
    search.n_not_estimable = 2;
    search.scores.iter_mut().for_each(|score| score.n_uncertified = 1);
    let cell = found.estimate.effects[0].cell;
    found.estimate.not_estimable.push((cell, Reason::OutcomeMissing));
    found.estimate.effects[0].status = Status::MaxIterations;
    found.pre.effects[0].status = Status::MaxIterations;
    let inference = found.inference.as_mut().unwrap();
    inference.reason = "few units".into();
    inference.method = InferenceMethod::Bootstrap;
    (inference.n_failed, inference.n_uncertified) = (1, 1);
    found.no_inference = Some(Error::TooFewDraws { succeeded: 1, draws: 9 });
    let with_interval = |kind: IntervalKind, ci: (f64, f64)| {
        let mut found = found.clone();
        (found.numbers[0].interval, found.numbers[0].ci) = (kind, ci);
        found
    };
    let none = (f64::NAN, f64::NAN);
    let far = found.att().average.value + 1.0;
    vec![
        with_interval(IntervalKind::None, none),
        with_interval(IntervalKind::Empty, none),
        with_interval(IntervalKind::TooFewDraws, (f64::NEG_INFINITY, 1.0)),
        with_interval(IntervalKind::Unbounded, (f64::NEG_INFINITY, f64::INFINITY)),
        with_interval(IntervalKind::Disconnected, (far, far + 1.0)),
        not_unique(),
    ]
}

/// Three units, five periods, gaps: at this penalty one of the effects is not unique.
fn not_unique() -> Analysis {
    let n = f64::NAN;
    let outcome = [5.7, -3., n, 1., -1., 0., n, -1., -2., -2., 3.4, 5.4, n, -2., -1.];
    let treatment = [0., 0., 0., 1., 1., 0., 0., 1., 0., 0., 0., 0., 0., 1., 0.];
    let panel = Panel::new(&outcome, &treatment, Shape { n_units: 3, n_periods: 5 }).unwrap();
    let lambdas = Some(Lambdas { time: 0.1, unit: 0.1, nn: 2.0 });
    analysis(&panel, &AnalysisOptions { lambdas, inference: None, ..Default::default() })
}

/// The codes that the documentation of `notes` lists.
fn documented() -> BTreeSet<&'static str> {
    let source = include_str!("../src/notes.rs");
    let (_, list) = source.split_once("The codes:").unwrap();
    let (list, _) = list.split_once("/// ```").unwrap();
    list.split('`').skip(1).step_by(2).filter(|code| code.contains('_')).collect()
}

#[test]
fn every_note_is_documented_and_ends_with_a_full_stop() {
    let names = Names {
        units: vec!["Ohio".into(), "ohio".into()],
        periods: ["Dec", "Nov", "Oct"].map(String::from).to_vec(),
        ..labels().names
    };
    let called = Labels::from(names);
    let mut seen = BTreeSet::new();
    for found in with_everything_to_note() {
        for note in notes(&found, &called) {
            let (text, code) = (&note.text, note.code);
            let ends = text.ends_with('.') || (text.ends_with('?') && code == "treatment_swapped");
            assert!(ends && !text.ends_with(".."), "{code}: {text}");
            seen.insert(code);
        }
    }
    assert_eq!(seen, documented());
}

#[test]
fn what_the_search_left_out_is_named_by_its_criterion() {
    let mut found = searched();
    let mut about = |criterion: Criterion, n: usize| {
        let search = found.search.as_mut().unwrap();
        (search.criterion, search.n_not_estimable) = (criterion, n);
        text_of(&found, "search_left_out")
    };
    assert_eq!(
        about(Criterion::Loocv, 1),
        "1 control cell cannot be predicted from the others and is left out of the cross-validation."
    );
    let sets = Criterion::PlaceboSets { sets: 20 };
    assert_eq!(
        about(sets, 1),
        "1 placebo set has no estimate and is left out of the cross-validation."
    );
    assert!(about(sets, 2).starts_with("2 placebo sets have no estimate and are left out"));
}

#[test]
fn a_choice_at_the_edge_names_the_arguments() {
    let mut found = searched();
    let search = found.search.as_mut().unwrap();
    search.edges.truncate(1);
    assert_eq!(search.edges.len(), 1, "the choice is at an edge");
    (search.edges[0].upper, search.edges[0].value) = (false, 0.1);
    let smallest = "lambda_time = 0.1 is the smallest of its candidates: smaller values might score better. Try \
                    them with grids, or with search = \"adaptive\".";
    assert_eq!(text_of(&found, "lambda_at_edge"), smallest);
    found.options.search = trop_core::Method::Adaptive;
    assert!(text_of(&found, "lambda_at_edge").ends_with("Try them with grids."));
}

#[test]
fn draws_that_failed_and_few_units() {
    let mut found = searched();
    found.inference.as_mut().unwrap().n_failed = 1;
    assert_eq!(
        text_of(&found, "draws_left_out"),
        "1 of 8 draws (placebo) has no treated cell that can be estimated, and is left out."
    );
    found.inference.as_mut().unwrap().method = InferenceMethod::Bootstrap;
    assert!(text_of(&found, "few_treated_units").starts_with("Only 1 treated unit: the bootstrap"));
}

#[test]
fn no_inference_warns_only_if_a_method_was_asked_for() {
    let mut found = searched();
    found.inference = None;
    found.no_inference = Some(Error::TooFewDraws { succeeded: 1, draws: 9 });
    let is_warning = |found: &Analysis| {
        let all = notes(found, &labels());
        all.iter().find(|note| note.code == "no_inference").unwrap().is_warning
    };
    assert!(is_warning(&found));
    found.options.inference = Some(InferenceMethod::Auto);
    assert!(!is_warning(&found));
    assert!(text_of(&found, "no_inference")
        .starts_with("No standard error, interval or p-value: Only 1 of 9"));
}

#[test]
fn period_means_are_weighted_as_the_att() {
    // Two treated units, the second with three times the weight of the first.
    let outcome = [0.0, 1.0, 2.0, 0.0, 1.0, 10.0, 0.0, 1.0, 50.0];
    let treatment = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0];
    let design = Design { average: Some(vec![1.0, 1.0, 3.0]), ..Default::default() };
    let panel = Panel::new(&outcome, &treatment, Shape { n_units: 3, n_periods: 3 })
        .unwrap()
        .with_design(&design)
        .unwrap();
    let lambdas = Some(Lambdas::TWO_WAY);
    let found =
        analysis(&panel, &AnalysisOptions { lambdas, inference: None, ..Default::default() });
    let Values::Number(observed) =
        &Table::by_time(&found).column("observed").unwrap().values.clone()
    else {
        panic!("no numbers")
    };
    assert!((observed.last().unwrap() - (10.0 + 3.0 * 50.0) / 4.0).abs() < 1e-12);
}

#[test]
fn variants_are_called_what_they_are() {
    let labels = |time: f64, unit: f64, nn: f64| -> Vec<(&'static str, String)> {
        variants(&Lambdas { time, unit, nn }).into_iter().map(|v| (v.name, v.label)).collect()
    };
    let all = ["full", "no_unit_weights", "no_time_weights", "no_low_rank", "did", "mc"];
    let found = labels(0.1, 0.2, 3.0);
    assert_eq!(found.iter().map(|(name, _)| *name).collect::<Vec<_>>(), all);
    assert_eq!(found[4].1, "Without all three (DID)");
    assert_eq!(found[5].1, "Low-rank part alone (MC)");
    // Without a low-rank part, none is left out, and none stands alone.
    let found = labels(0.1, 0.2, f64::INFINITY);
    assert!(found.iter().all(|(name, label)| *name != "mc" && !label.contains("ow-rank")));
    assert_eq!(found.last().unwrap(), &("did", "Without both weights (DID)".to_string()));
    // Matrix completion itself.
    let found = labels(0.0, 0.0, 3.0);
    assert_eq!(found[0].1, "As estimated (MC)");
    assert_eq!(found[1], ("no_low_rank", "Without the low-rank part (DID)".to_string()));
    assert_eq!(found.len(), 2);
}

#[test]
fn labels_stand_where_columns_did() {
    let found = searched();
    let called = Labels {
        outcome_label: Some("Packs per person".into()),
        effect_label: Some("Effect of the law".into()),
        ..labels()
    };
    let text = summary(&found, &called);
    assert!(text.contains("\nEffect          Effect of the law\nATT             "), "{text}");
    assert!(text.contains("\nOutcome         Packs per person, 40 observed cells\n"), "{text}");
    let page = report(&found, &called, &Supplement::default());
    assert!(page.contains("<h1>Effect of the law</h1>"));
    assert!(page.contains("On average, the treatment changed Packs per person by "));
    assert!(!page.contains("sales"));
    let outcome = Labels { effect_label: None, ..called.clone() };
    assert!(report(&found, &outcome, &Supplement::default())
        .contains("<h1>Effect of law on Packs per person</h1>"));
    assert_eq!(outcome.average_effect(), "Average effect on Packs per person");
    // What is empty is no label.
    let empty = Labels { outcome_label: Some(String::new()), ..labels() };
    assert_eq!(empty.outcome(), "sales");
}
