//! The mark beside what is not certified, bounds that are not there, hostile names, and plurals.

mod common;

use common::{analysis, named, small};
use trop_core::{
    AnalysisOptions, Design, Donors, Grouping, InferenceMethod, IntervalKind, Lambdas, Names,
    Panel, Shape,
};
use trop_report::{
    headline, notes, report, summary, summary_html, tables, Column, Groups, Labels, Note,
    Supplement, Table, Values,
};

const LOW_RANK: Lambdas = Lambdas { time: 0.1, unit: 0.0, nn: 0.05 };

fn options(lambdas: Lambdas, inference: Option<InferenceMethod>) -> AnalysisOptions {
    AnalysisOptions { lambdas: Some(lambdas), inference, ..Default::default() }
}

/// One iteration is not enough for any fit.
fn hasty(inference: Option<InferenceMethod>) -> AnalysisOptions {
    AnalysisOptions { max_iterations: 1, ..options(LOW_RANK, inference) }
}

fn by_event_time(panel: Panel) -> Panel {
    let design = Design { groupings: vec![Grouping::EventTime], ..Default::default() };
    panel.with_design(&design).unwrap()
}

fn note<'a>(notes: &'a [Note], code: &str) -> &'a Note {
    notes.iter().find(|note| note.code == code).unwrap_or_else(|| panic!("no note {code}"))
}

fn values<'a>(table: &'a Table, name: &str) -> &'a Values {
    let found: Option<&Column> = table.column(name);
    &found.unwrap_or_else(|| panic!("no column {name}")).values
}

#[test]
fn every_number_of_an_uncertified_fit_carries_the_mark() {
    let panel = by_event_time(small(8, 7));
    let found = analysis(&panel, &hasty(Some(InferenceMethod::Placebo)));
    assert!(!found.estimate.converged);
    let labels = Labels::of_panel(&panel);
    let mark = "(not certified: gap ";
    let text = summary(&found, &labels);
    for label in ["ATT ", "Cumulative "] {
        let line = text.lines().find(|line| line.starts_with(label)).unwrap();
        assert!(line.contains(mark), "{line}");
    }
    for label in ["Standard error ", "95% interval ", "p-value "] {
        let line = text.lines().find(|line| line.starts_with(label)).unwrap();
        assert!(line.contains("(not certified: 7 draws, gap "), "{line}");
    }
    assert!(text.contains("7 of 7 effects are NOT certified"));
    assert!(headline(&found).contains(mark) && headline(&found).contains("7 draws"));
    assert!(summary_html(&found, &labels).contains(mark));
    let page = report(&found, &labels, &Supplement::default());
    for name in ["effects", "pre_effects", "by_time", "averages", "by_event_time", "pre_fit"] {
        let tables = tables(&found, &labels);
        let table = tables.iter().find(|table| table.name == name).unwrap();
        let Values::Bool(certified) = values(table, "certified") else { panic!("{name}") };
        assert!(certified.iter().any(|&is| !is), "{name}");
    }
    let wrong = |row: &&str| row.contains("<td>") && !row.contains("not certified");
    let page = common::in_lines(&page);
    let unmarked: Vec<&str> = page.lines().filter(wrong).collect();
    assert!(unmarked.is_empty(), "{unmarked:?}");
    let notes = notes(&found, &labels);
    let effects = note(&notes, "effects_uncertified");
    assert!(effects.is_warning && effects.text.starts_with("1 of 1 effect is not certified"));
    assert!(note(&notes, "pre_effects_uncertified").is_warning);
    assert!(note(&notes, "draws_uncertified").text.starts_with("7 draws have fits"));
}

#[test]
fn certified_numbers_carry_none() {
    let panel = by_event_time(small(8, 7));
    let found = analysis(&panel, &options(LOW_RANK, Some(InferenceMethod::Placebo)));
    let labels = Labels::of_panel(&panel);
    assert!(!summary(&found, &labels).contains("not certified"));
    assert!(!report(&found, &labels, &Supplement::default()).contains("not certified"));
}

#[test]
fn scores_of_candidates_that_lost_are_a_note_and_that_of_the_choice_a_warning() {
    let panel = small(6, 5);
    let grids = trop_core::GivenGrids {
        time: Some(vec![0.0]),
        unit: Some(vec![0.0]),
        nn: Some(vec![0.05, f64::INFINITY]),
    };
    let options =
        AnalysisOptions { max_iterations: 1, grids, inference: None, ..Default::default() };
    let mut found = analysis(&panel, &options);
    let search = found.search.as_mut().unwrap();
    let (own, other) = match search.lambdas.nn.is_infinite() {
        true => (f64::INFINITY, 0.05),
        false => (0.05, f64::INFINITY),
    };
    let mut set = |nn: f64, n: usize| {
        let score = search.scores.iter_mut().find(|score| score.lambdas.nn == nn).unwrap();
        score.n_uncertified = n;
    };
    set(own, 0);
    set(other, 1);
    let lost = notes(&found, &Labels::default());
    let note_of_losers = note(&lost, "scores_uncertified");
    assert!(!note_of_losers.is_warning);
    let start = "1 fit of candidates that were not chosen is not certified";
    assert!(note_of_losers.text.starts_with(start), "{}", note_of_losers.text);
    assert!(lost.iter().all(|note| note.code != "choice_uncertified"));

    let search = found.search.as_mut().unwrap();
    search.scores.iter_mut().for_each(|score| score.n_uncertified = 2);
    let won = notes(&found, &Labels::default());
    let choice = note(&won, "choice_uncertified");
    assert!(choice.is_warning && choice.text.starts_with("2 fits behind the score"));
    assert!(summary(&found, &Labels::default()).contains("(not certified: gap"));
}

#[test]
fn bounds_that_are_not_there_look_the_same_everywhere() {
    let panel = by_event_time(small(8, 4));
    let mut found = analysis(&panel, &options(Lambdas::TWO_WAY, Some(InferenceMethod::Placebo)));
    let labels = Labels::of_panel(&panel);
    let mut show = |ci: (f64, f64), kind: IntervalKind| {
        found.numbers.iter_mut().for_each(|number| {
            (number.ci, number.band, number.interval) = (ci, ci, kind);
        });
        let page = report(&found, &labels, &Supplement::default());
        (summary(&found, &labels), headline(&found), page, notes(&found, &labels))
    };
    let (text, line, page, notes) = show((f64::NEG_INFINITY, 2.5), IntervalKind::TooFewDraws);
    for shown in [&text, &line, &page] {
        assert!(shown.contains("[unbounded, 2.5]"), "{shown}");
    }
    assert!(page.contains("is unbounded below and ends at 2.5"));
    let unbounded = "The 95% interval has no lower bound: 7 estimates where nothing was treated are too few for this level.";
    assert_eq!(note(&notes, "interval_unbounded").text, unbounded);

    let (_, _, _, notes) = show((-2.5, f64::INFINITY), IntervalKind::Unbounded);
    let unbounded = "The 95% interval has no upper bound: no effect that far out is rejected.";
    assert_eq!(note(&notes, "interval_unbounded").text, unbounded);

    let (_, _, _, notes) = show((f64::NEG_INFINITY, f64::INFINITY), IntervalKind::Disconnected);
    assert!(note(&notes, "interval_disconnected").text.contains("not all of one piece"));
    assert!(note(&notes, "interval_unbounded").text.contains("has no bounds"));

    let (text, line, page, notes) = show((f64::NAN, f64::NAN), IntervalKind::Empty);
    assert!(note(&notes, "interval_empty").is_warning && !text.contains("Interval is"));
    assert!(page.contains("There is no 95% interval; the notes below say why."));
    let nothing = show((f64::NAN, f64::NAN), IntervalKind::None);
    assert!(note(&nothing.3, "interval_lacking").is_warning);
    assert!(text.contains("95% interval    none\n") && line.contains("95% interval none"));
    assert!(page.contains("<td>none</td>") && !page.contains("NaN"));
    let Values::Number(bounds) = values(&Table::averages(&found, &labels), "ci_lower").clone()
    else {
        panic!("no numbers")
    };
    assert!(bounds.iter().all(|bound| bound.is_nan()));
}

#[test]
fn an_estimate_outside_of_its_interval_has_a_note() {
    let panel = by_event_time(small(8, 4));
    let mut found = analysis(&panel, &options(Lambdas::TWO_WAY, Some(InferenceMethod::Placebo)));
    let labels = Labels::of_panel(&panel);
    assert!(notes(&found, &labels).iter().all(|note| note.code != "estimate_outside"));
    let att = found.numbers[0].average.value;
    for ci in [(att + 1.0, att + 2.0), (f64::NEG_INFINITY, att - 1.0)] {
        found.numbers[0].ci = ci;
        assert!(note(&notes(&found, &labels), "estimate_outside").text.contains("95% interval"));
    }
    found.inference.as_mut().unwrap().method = InferenceMethod::Conformal;
    let why = "a constant effect of its size is rejected";
    assert!(note(&notes(&found, &labels), "estimate_outside").text.contains(why));
}

#[test]
fn a_number_without_a_standard_error_shows_none() {
    let panel = by_event_time(small(8, 9));
    let found = analysis(&panel, &options(Lambdas::TWO_WAY, Some(InferenceMethod::Conformal)));
    let labels = Labels::of_panel(&panel);
    let text = summary(&found, &labels);
    assert!(text.contains("Standard error  none by conformal\n"), "{text}");
    let what = "Interval is     the constant effects that shifts in time do not reject\n";
    assert!(text.contains(what), "{text}");
    assert!(!headline(&found).contains("standard error"));
    let page = report(&found, &labels, &Supplement::default());
    assert!(!page.contains("<th>Standard error"));
    assert!(
        page.contains("The interval is the constant effects that shifts in time do not reject.")
    );
    let Values::Text(kinds) = values(&Table::averages(&found, &labels), "interval").clone() else {
        panic!("no names")
    };
    assert_eq!(kinds[0], found.numbers[0].interval.name());
    assert_eq!(kinds.last().unwrap(), "none");
}

#[test]
fn hostile_names_do_no_harm() {
    let hostile = "<script>alert('\"&')</script>\n\u{1b}[2J";
    let mut treatment = vec![0.0; 12];
    (treatment[10], treatment[11]) = (1.0, 1.0);
    let mut outcome: Vec<f64> = (0..12).map(|k| (k * k % 7) as f64).collect();
    outcome[11] = f64::NAN;
    let groupings = vec![Grouping::Unit, Grouping::Given((0..12).map(|k| k % 2).collect())];
    let donors = Donors::Units(vec![true; 3]);
    let design = Design { groupings, clusters: Some(vec![0, 1, 2]), donors, ..Default::default() };
    let panel = Panel::new(&outcome, &treatment, Shape { n_units: 3, n_periods: 4 })
        .unwrap()
        .with_design(&design)
        .unwrap();
    let found = analysis(&panel, &options(Lambdas::TWO_WAY, None));
    let names = Names {
        units: vec![hostile.into(); 3],
        periods: vec![hostile.into(); 4],
        groupings: vec![hostile.into(); 2],
        ..named([hostile; 4])
    };
    let groups = vec![Groups::Unit, Groups::Given(vec![hostile.into(), hostile.into()])];
    let average_weights = Some(hostile.into());
    let clusters = Some(hostile.into());
    let donors = Some(hostile.into());
    let (outcome_label, effect_label) = (Some(hostile.into()), Some(hostile.into()));
    let labels = Labels {
        names,
        groups,
        average_weights,
        clusters,
        donors,
        outcome_label,
        effect_label,
        percent: false,
    };
    let supplement =
        Supplement { call: hostile.into(), versions: hostile.into(), ..Default::default() };
    for page in [report(&found, &labels, &supplement), summary_html(&found, &labels)] {
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script"));
    }
    let text = summary(&found, &labels);
    assert!(!text.contains('\u{1b}') && text.lines().all(|line| !line.starts_with("[2J")));
}

#[test]
fn one_and_several_cells_without_effect() {
    let about = |n_missing: usize| {
        let mut treatment = vec![0.0; 24];
        let mut outcome: Vec<f64> = (0..24).map(|k| (k * k % 11) as f64).collect();
        treatment[19..].fill(1.0);
        outcome[20..20 + n_missing].fill(f64::NAN);
        treatment[18] = 1.0;
        let panel = Panel::new(&outcome, &treatment, Shape { n_units: 2, n_periods: 12 }).unwrap();
        let found = analysis(&panel, &options(Lambdas::TWO_WAY, None));
        note(&notes(&found, &Labels::default()), "cells_left_out").text.clone()
    };
    let one = "1 treated cell cannot be estimated and is left out of the average: (1, 8: outcome missing).";
    assert_eq!(about(1), one);
    let four = about(4);
    assert!(four.starts_with("4 treated cells cannot be estimated and are left out"));
    assert!(four.ends_with("and 1 more. All are in not_estimable."), "{four}");
}

#[test]
fn the_same_columns_have_the_same_length_in_every_table() {
    let panel = by_event_time(small(8, 5));
    let found = analysis(&panel, &options(LOW_RANK, Some(InferenceMethod::Placebo)));
    let labels = Labels::of_panel(&panel);
    for table in tables(&found, &labels) {
        for column in &table.columns {
            assert_eq!(column.values.len(), table.n_rows(), "{}.{}", table.name, column.name);
            assert_eq!(column.values.texts(&labels).len(), table.n_rows());
        }
    }
}
