//! The conformance cases of `tests/conformance`: the core gives what they say.
//!
//! The contract of this runner is in `tests/conformance/README.md`.

use crate::common::repository;
use crate::json::number;
use crate::{cases, defaults, json, runner};
use serde_json::{json, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Codes that no case can cover, and why.
const NOT_COVERED: [(&str, &str); 28] = [
    ("shape_mismatch", "not every language passes the sizes of both matrices apart"),
    ("too_large", "needs a panel that no machine holds"),
    ("threads_unavailable", "depends on the system"),
    ("out_of_memory", "depends on the machine"),
    ("factorization_failed", "no input is known to cause it"),
    ("interrupted", "comes from outside of the call"),
    ("weights_length", "not every language passes the lengths of a design's arrays"),
    ("calendar_length", "not every language passes the lengths of a design's arrays"),
    ("covariate_length", "not every language passes the lengths of a design's arrays"),
    ("clusters_length", "not every language passes the lengths of a design's arrays"),
    ("donors_length", "not every language passes the lengths of a design's arrays"),
    ("saved_invalid", "of files, not of panels"),
    ("saved_version", "of files, not of panels"),
    ("grouping_length", "not every language passes the lengths of a design's arrays"),
    ("weights_all_zero", "given weights: Rust, Python and C only"),
    ("covariates_not_identified", "given weights: Rust, Python and C only"),
    ("lambdas_invalid", "options by name: every language has its own words for them"),
    ("grids_invalid", "options by name: every language has its own words for them"),
    ("seed_out_of_range", "options by name: every language has its own words for them"),
    ("treatment_missing", "data in long form"),
    ("time_order_ambiguous", "texts, which languages order before there is a panel"),
    ("cohort_varies", "data in long form"),
    ("cohort_ambiguous", "data in long form"),
    ("duplicate_rows", "data in long form"),
    ("treatment_constant", "the whole way in one call"),
    ("columns_repeated", "a check that languages do before the core"),
    ("groups_empty", "a check that languages do before the core"),
    ("draw_length", "given draws: Rust, Python and C only"),
];

const FUNCTIONS: [&str; 21] = [
    "compare",
    "simulate",
    "power",
    "compute_unit_distance_matrix",
    "leave_period_out_distances",
    "default_grids",
    "weights",
    "pre_treatment_cells",
    "estimate",
    "cell_effects",
    "loocv_grid_search",
    "bootstrap_trop_variance",
    "averages",
    "infer",
    "diagnose",
    "att_at",
    "ablation",
    "leave_one_out",
    "pre_treatment_fit",
    "remarks",
    "analyze",
];

fn folder() -> PathBuf {
    repository().join("tests/conformance")
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Cases of a folder by name.
fn read_cases(folder: &Path) -> BTreeMap<String, Value> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_string(), read(&path)))
        .collect()
}

/// How two answers are compared.
enum Comparison {
    Exact,
    /// `tolerances.json`, and the scale of the case.
    Tolerance(Value, f64),
}

impl Comparison {
    fn is_near(&self, key: &str, expected: f64, found: f64) -> bool {
        if expected.is_nan() || found.is_nan() {
            return expected.is_nan() && found.is_nan();
        }
        let Comparison::Tolerance(table, scale) = self else {
            return expected.to_bits() == found.to_bits();
        };
        let term = |name: &str| table[key].get(name).map_or(0.0, |v| v.as_f64().unwrap());
        let allowed = term("relative") * expected.abs() + term("scaled") * scale + term("absolute");
        expected == found || (expected.is_finite() && (expected - found).abs() <= allowed)
    }

    /// True if what stands under a key is the same on one machine only.
    fn is_left_out(&self, key: &str) -> bool {
        matches!(self, Comparison::Tolerance(table, _) if table[key]["fresh"] == true)
    }

    /// Adds to `differences` what differs between two answers under a key.
    fn compare(&self, key: &str, expected: &Value, found: &Value, differences: &mut Vec<String>) {
        if self.is_left_out(key) {
            return;
        }
        let keys = |v: &Value| v.as_object().map(|o| o.keys().cloned().collect::<Vec<_>>());
        match (expected, found) {
            (Value::Object(members), Value::Object(_)) if keys(expected) == keys(found) => {
                for (name, value) in members {
                    self.compare(name, value, &found[name], differences);
                }
            }
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                for (a, b) in a.iter().zip(b) {
                    self.compare(key, a, b, differences);
                }
            }
            _ => {
                let same = match (number(expected), number(found)) {
                    (Some(expected), Some(found)) => self.is_near(key, expected, found),
                    _ => expected == found,
                };
                if !same {
                    differences.push(format!("{key}: {found} instead of {expected}"));
                }
            }
        }
    }
}

/// True if a function takes a number of threads.
fn takes_threads(function: &str) -> bool {
    !matches!(
        function,
        "leave_period_out_distances"
            | "default_grids"
            | "weights"
            | "pre_treatment_cells"
            | "diagnose"
            | "remarks"
    )
}

/// Differences between a case and what the core answers, for every number of threads.
fn differences(case: &Value, comparison: &Comparison) -> Vec<String> {
    let (function, arguments) = (case["function"].as_str().unwrap(), &case["arguments"]);
    let fixed = arguments.get("threads").is_some() || !takes_threads(function);
    let threads: &[Option<usize>] = if fixed { &[None] } else { &[Some(1), Some(3)] };
    let mut differences = Vec::new();
    for &threads in threads {
        let outcome = match runner::answer(function, &case["panel"], arguments, threads) {
            Ok(answer) => json!({ "result": answer }),
            Err(error) => json!({ "error": error.code() }),
        };
        let expected = match case.get("error") {
            Some(code) => json!({ "error": code }),
            None => json!({ "result": case["result"] }),
        };
        comparison.compare("answer", &expected, &outcome, &mut differences);
    }
    differences
}

#[test]
fn the_core_agrees_with_the_cases() {
    let exact = std::env::var_os("TROPANEL_EXACT_CASES").filter(|folder| !folder.is_empty());
    let cases = read_cases(&exact.as_ref().map_or(folder().join("cases"), PathBuf::from));
    let tolerances = read(&folder().join("tolerances.json"));
    let mut failures = Vec::new();
    for (name, case) in &cases {
        let comparison = match exact {
            Some(_) => Comparison::Exact,
            None => Comparison::Tolerance(tolerances.clone(), case["scale"].as_f64().unwrap()),
        };
        failures.extend(differences(case, &comparison).iter().map(|d| format!("{name}: {d}")));
    }
    assert!(!cases.is_empty());
    assert!(failures.is_empty(), "{} differences:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn the_committed_cases_ask_what_the_generator_asks() {
    let cases = read_cases(&folder().join("cases"));
    let asked = cases::questions();
    let names: BTreeSet<&str> = asked.iter().map(|q| q.name).collect();
    assert_eq!(names.len(), asked.len(), "two cases of one name");
    assert_eq!(names, cases.keys().map(String::as_str).collect());
    for question in &asked {
        let case = &cases[question.name];
        let expected = json!({
            "name": question.name,
            "about": question.about,
            "function": question.function,
            "arguments": question.arguments,
            "panel": question.panel.value(),
            "scale": question.panel.scale(),
        });
        for (key, value) in expected.as_object().unwrap() {
            assert_eq!(&case[key], value, "{}: {key}", question.name);
        }
    }
}

#[test]
fn the_committed_cases_cover_functions_options_and_answers() {
    let cases = read_cases(&folder().join("cases"));
    assert!(cases.len() >= 40);
    let functions: BTreeSet<&str> =
        cases.values().map(|c| c["function"].as_str().unwrap()).collect();
    assert_eq!(functions, FUNCTIONS.into_iter().collect());
    let options: BTreeSet<&str> = cases
        .values()
        .filter(|c| c.get("result").is_some())
        .flat_map(|c| c["arguments"].as_object().unwrap().keys().map(String::as_str))
        .collect();
    let defaults = read(&folder().join("defaults.json"));
    for name in defaults.as_object().unwrap().keys().filter(|name| *name != "loocv_tolerance") {
        assert!(options.contains(name.as_str()), "no case gives {name}");
    }
    let text: String = cases.values().map(|c| c["result"].to_string()).collect();
    let answers = [
        "solved",
        "max_iterations",
        "outcome_missing",
        "disconnected",
        "weights_underflow",
        "not_unique",
        "placebo_sets",
        "placebo_folds",
        "bootstrap",
        "jackknife",
        "placebo",
        "conformal",
        "coefficient",
        "treatment_spike",
        "treatment_swapped",
        "periods_uneven",
        "NaN",
        "Infinity",
        "-Infinity",
    ];
    for answer in answers {
        assert!(text.contains(&format!("\"{answer}\"")), "no case answers {answer}");
    }
}

#[test]
fn the_committed_cases_cover_every_error_that_all_languages_can_reach() {
    let covered: BTreeSet<String> = read_cases(&folder().join("cases"))
        .values()
        .filter_map(|case| case.get("error").map(|code| code.as_str().unwrap().to_string()))
        .collect();
    let source = std::fs::read_to_string(repository().join("crates/trop-core/src/codes.rs"));
    let codes: BTreeSet<String> = source
        .unwrap()
        .lines()
        .filter_map(|line| line.split("=> \"").nth(1)?.strip_suffix("\","))
        .map(str::to_string)
        .collect();
    assert!(codes.len() > 20, "codes are read from the source: {codes:?}");
    let listed: BTreeSet<String> = NOT_COVERED.iter().map(|(code, _)| code.to_string()).collect();
    assert!(covered.is_disjoint(&listed));
    assert_eq!(covered.union(&listed).cloned().collect::<BTreeSet<_>>(), codes);
}

#[test]
fn the_committed_defaults_are_the_cores() {
    assert_eq!(read(&folder().join("defaults.json")), defaults::defaults());
}

#[test]
fn numbers_read_back_as_the_same_double() {
    let numbers =
        [0.1, 1.0 / 3.0, 5e-324, f64::MAX, -0.0, 1e23, 9007199254740993.0, 2.0_f64.powi(-1074)];
    for x in numbers.into_iter().chain([f64::NAN, f64::INFINITY, f64::NEG_INFINITY]) {
        let text = json::from_number(x).to_string();
        let back = number(&serde_json::from_str(&text).unwrap()).unwrap();
        assert!(back.to_bits() == x.to_bits() || (x.is_nan() && back.is_nan()), "{x:?} {text}");
    }
}

#[test]
fn a_comparison_notices_what_differs() {
    let tolerance = Comparison::Tolerance(json!({"a": {"relative": 1e-3, "scaled": 1e-2}}), 10.0);
    let count = |comparison: &Comparison, expected: Value, found: Value| {
        let mut differences = Vec::new();
        comparison.compare("answer", &expected, &found, &mut differences);
        differences.len()
    };
    for comparison in [&Comparison::Exact, &tolerance] {
        let answer = json!({"a": [1.0, "NaN", "Infinity", null], "b": {"c": ["x", true, 3]}});
        assert_eq!(count(comparison, answer.clone(), answer), 0);
        for (expected, found) in [
            (json!({"a": 1}), json!({"b": 1})),
            (json!({"a": 1}), json!({"a": 1, "b": 1})),
            (json!({"a": [1]}), json!({"a": [1, 1]})),
            (json!({"a": [1]}), json!({"a": 1})),
            (json!({"a": "Infinity"}), json!({"a": "-Infinity"})),
            (json!({"a": "Infinity"}), json!({"a": 1e300})),
            (json!({"a": 1.0}), json!({"a": "NaN"})),
            (json!({"a": 1.0}), json!({"a": null})),
            (json!({"a": 1.0}), json!({"a": 1.2})),
            (json!({"b": 3}), json!({"b": 4})),
            (json!({"b": "solved"}), json!({"b": "max_iterations"})),
            (json!({"b": true}), json!({"b": false})),
        ] {
            assert_eq!(count(comparison, expected.clone(), found.clone()), 1, "{expected} {found}");
        }
    }
    assert_eq!(count(&tolerance, json!({"a": 1.0}), json!({"a": 1.1})), 0);
    assert_eq!(count(&Comparison::Exact, json!({"a": 1.0}), json!({"a": 1.0000000000000002})), 1);
    assert_eq!(count(&Comparison::Exact, json!({"a": 0.0}), json!({"a": -0.0})), 1);
    assert_eq!(count(&Comparison::Exact, json!({"a": 1}), json!({"a": 1.0})), 0);
    let fresh = Comparison::Tolerance(json!({"words": {"fresh": true}}), 10.0);
    let words = |text: &str| json!({"words": {"summary": [text]}});
    assert_eq!(count(&fresh, words("0.1"), words("0.2")), 0);
    assert_eq!(count(&Comparison::Exact, words("0.1"), words("0.2")), 1);
}
