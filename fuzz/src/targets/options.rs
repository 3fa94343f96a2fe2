//! Options by name, of any kind and text; the whole way with those that are accepted, and its words.

use crate::given::{Fuse, Given};
use crate::matrices::panel;
use crate::oracles::{answer, estimate, inferred};
use trop_core::{analyze_with, AnalysisOptions, OptionInfo, OptionValue, Panel};
use trop_report::{headline, notes, report, summary, summary_html, tables, Labels, Supplement};

const TEXTS: [&str; 22] = [
    "none",
    "auto",
    "true",
    "1",
    "-1",
    "0",
    "1e400",
    "nan",
    "inf",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999999999999999999",
    "0.5",
    "time=0.1, unit=0, nn=inf",
    "time=0 1, nn=inf 3",
    "time",
    "=",
    ",",
    "\u{1F600}",
    "loocv",
    "",
    " 7 ",
];

pub fn run(given: &mut Given<'_>) {
    let table = AnalysisOptions::table();
    let mut options = AnalysisOptions::default();
    for _ in 0..given.below(8) {
        set(given, &mut options, &table);
    }
    round_trip(&options, &table);
    if answer(options.validate()).is_some() {
        let Some(panel) = panel(given) else { return };
        whole(&panel, options);
    }
}

fn set(given: &mut Given<'_>, options: &mut AnalysisOptions, table: &[OptionInfo]) {
    let before = options.clone();
    let option = &table[given.below(table.len())];
    let name = if given.one_in(16) { given.pick(&TEXTS) } else { option.name };
    let value = if given.one_in(3) && !option.choices.is_empty() {
        OptionValue::from(given.pick(&option.choices))
    } else {
        value(given, 2)
    };
    if answer(options.set(name, value)).is_none() {
        assert_eq!(format!("{before:?}"), format!("{options:?}"), "a refusal changes nothing");
    }
}

fn value(given: &mut Given<'_>, depth: usize) -> OptionValue {
    match given.below(if depth == 0 { 6 } else { 9 }) {
        0 => OptionValue::None,
        1 => OptionValue::Bool(given.one_in(2)),
        2 => OptionValue::Integer(given.below(20) as i128 - 2),
        3 => OptionValue::Integer((i128::from(given.bits()) << given.below(64)) - 1),
        4 => OptionValue::Number(given.wild()),
        5 => OptionValue::Text(given.pick(&TEXTS).into()),
        6 => OptionValue::Huge("1".repeat(given.below(60))),
        7 => {
            let n = given.below(5);
            OptionValue::Numbers(given.numbers(n, Given::wild))
        }
        _ => named(given, depth),
    }
}

fn named(given: &mut Given<'_>, depth: usize) -> OptionValue {
    if given.one_in(2) {
        return given.lambdas().into();
    }
    let names = ["time", "unit", "nn", "tiem", ""];
    let n = given.below(5);
    let pair = |given: &mut Given<'_>| (given.pick(&names).to_string(), value(given, depth - 1));
    OptionValue::Named((0..n).map(|_| pair(given)).collect())
}

/// What an option says of itself can be set again, and says the same.
fn round_trip(options: &AnalysisOptions, table: &[OptionInfo]) {
    let mut again = AnalysisOptions::default();
    for option in table {
        let value = options.get(option.name).expect("the table's own");
        again.set(option.name, value.clone()).unwrap_or_else(|error| panic!("{value}: {error}"));
    }
    for option in table {
        // As text, in which NaN is NaN.
        let told = |options: &AnalysisOptions| format!("{:?}", options.get(option.name));
        assert_eq!(told(options), told(&again), "{}", option.name);
    }
}

/// The whole way with few draws, and all that is said of it.
fn whole(panel: &Panel, accepted: AnalysisOptions) {
    let options = AnalysisOptions {
        n_boot: accepted.n_boot.min(6),
        n_placebo_sets: accepted.n_placebo_sets.map(|sets| sets.min(6)),
        threads: Some(1),
        ..accepted
    };
    let Some(found) = answer(analyze_with(panel, &options, &Fuse::new())) else { return };
    estimate(&found.estimate, &options.settings());
    inferred(&found.numbers);
    let labels = Labels::of_panel(panel);
    assert!(notes(&found, &labels)
        .iter()
        .all(|note| !note.code.is_empty() && !note.text.is_empty()));
    assert!(!headline(&found).is_empty() && !summary(&found, &labels).is_empty());
    assert!(!summary_html(&found, &labels).is_empty() && !tables(&found, &labels).is_empty());
    assert!(report(&found, &labels, &Supplement::default()).ends_with("</html>"));
}
