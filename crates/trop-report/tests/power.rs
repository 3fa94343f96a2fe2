//! What a reader of power is told: of each design, and where nothing can be found.

mod common;

use common::Data;
use trop_core::{
    power, AnalysisOptions, Design, EffectShape, InferenceMethod, Lambdas, PowerOptions,
    PowerSource, PowerStudy, Silent,
};
use trop_report::{power_notes, power_sentence, power_text, Labels, Table, Values};

fn castle(options: PowerOptions, analysis: AnalysisOptions) -> PowerStudy {
    let data = Data::load("castle.csv", "sid", "year");
    let panel = data.panel("l_homicide", "post", &Design::default());
    let lambdas = Some(Lambdas { time: 0.2, unit: 0.5, nn: f64::INFINITY });
    power(&panel, &options, &AnalysisOptions { lambdas, ..analysis }, &Silent).unwrap()
}

fn asking(treated: &[usize]) -> PowerOptions {
    let (treated, periods) = (Some(treated.to_vec()), Some(vec![4]));
    PowerOptions { treated, periods, draws: 60, ..Default::default() }
}

fn told(study: &PowerStudy) -> String {
    power_notes(study, &Labels::default()).join("\n")
}

#[test]
fn the_sentence_says_what_can_be_seen() {
    let study = castle(asking(&[1, 3]), AnalysisOptions::default());
    let sentence = power_sentence(&study, &Labels::default());
    let [one, three] = [0, 1].map(|k| trop_report_number(study.designs[k].smallest()));
    let expected = format!(
        "With 1 treated unit and 4 periods you can see {one} (outcome); with 3 treated units and 4 periods you can see \
         {three} (outcome). An effect of more than that, up or down, is found at the 5% level in at least 80% of \
         placebo assignments."
    );
    assert_eq!(sentence, expected);
    let notes = told(&study);
    assert!(notes.contains("treated units are left out"), "{notes}");
    assert!(notes.contains("Test placebo: an estimate is found"), "{notes}");
    assert!(notes.contains("standard error of 5.2 percentage points at most"), "{notes}");
    assert!(notes.contains("Given: lambda_time 0.2"), "{notes}");
}

/// Four digits, as words have them.
fn trop_report_number(value: f64) -> String {
    let digits = (3 - value.abs().log10().floor() as i32).max(0) as usize;
    let text = format!("{value:.digits$}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

#[test]
fn where_nothing_is_found_the_reason_is_told() {
    let ranks = AnalysisOptions { level: 0.99, ..Default::default() };
    let study = castle(asking(&[1, 2]), ranks);
    let notes = told(&study);
    assert!(
        notes.contains("With 1 treated unit and 4 periods no effect can be found: "),
        "{notes}"
    );
    assert!(
        notes.contains("With 2 treated units and 4 periods nothing can be said: 60 draws"),
        "{notes}"
    );
    assert!(power_sentence(&study, &Labels::default()).contains("you can see no effect"));
    let reasons = &Table::power(&study).column("reason").unwrap().values.clone();
    assert_eq!(reasons, &Values::Text(vec!["few_units".into(), "few_draws".into()]));
    let text = power_text(&study, &Labels::default());
    assert!(text.lines().nth(3).unwrap().contains("none"), "{text}");
}

#[test]
fn shapes_sources_and_tests_are_told() {
    let options = PowerOptions {
        shape: EffectShape::Ramp,
        source: PowerSource::Generator,
        rank: Some(2),
        draws: 8,
        effect: Some(vec![0.1, 2.0]),
        ..asking(&[5])
    };
    let study = castle(options, AnalysisOptions::default());
    assert_eq!(study.designs[0].method, Some(InferenceMethod::Jackknife));
    let notes = told(&study);
    for words in [
        "grows by equal steps to its full size in the last treated period",
        "as a share of the full size 0.625 over 4 periods",
        "from a generator fitted to the control outcomes (rank 2",
        "Test jackknife: in each draw, zero lies outside of the interval of the jackknife. Chosen for 5 treated",
    ] {
        assert!(notes.contains(words), "{words}: {notes}");
    }
    let text = power_text(&study, &Labels::default());
    assert!(text.contains("At 0.1  At 2"), "{text}");
    assert!(power_sentence(&study, &Labels::default())
        .contains("more than that in the last period, to which it grows"));
}
