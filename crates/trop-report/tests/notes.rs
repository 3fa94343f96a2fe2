//! Each note: when it is there, its words, one and several.

mod common;

use common::{analysis, named, small};
use trop_core::{
    Analysis, AnalysisOptions, Criterion, Design, Error, GivenGrids, InferenceMethod, Lambdas,
    Names, Panel, Remark,
};
use trop_report::{notes, variants, Labels, Note, Table, Values};

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
    let panel = Panel::new(&outcome, &treatment, 3, 3).unwrap().with_design(&design).unwrap();
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
