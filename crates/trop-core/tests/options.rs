//! Every option by its name: read, refused, listed.

use trop_core::{
    AnalysisOptions, Criterion, Error, InferenceMethod, Lambdas, Method, OptionKind, OptionValue,
};

fn set(name: &str, value: impl Into<OptionValue>) -> Result<AnalysisOptions, Error> {
    let mut options = AnalysisOptions::default();
    options.set(name, value)?;
    options.validate()?;
    Ok(options)
}

fn named<const N: usize>(pairs: [(&str, OptionValue); N]) -> OptionValue {
    OptionValue::Named(pairs.map(|(name, value)| (name.to_string(), value)).to_vec())
}

fn lambdas() -> OptionValue {
    Lambdas { time: 0.1, unit: 0.0, nn: f64::INFINITY }.into()
}

/// A value of each option that is not its default.
fn others() -> Vec<(&'static str, OptionValue)> {
    let nn = OptionValue::Numbers(vec![1.0, f64::INFINITY]);
    vec![
        ("lambdas", lambdas()),
        ("grids", named([("nn", nn)])),
        ("search", "grid".into()),
        ("criterion", "placebo_folds".into()),
        ("n_placebo_sets", 7.into()),
        ("n_folds", 3.into()),
        ("max_cells", 9.into()),
        ("abandon", true.into()),
        ("inference", "jackknife".into()),
        ("n_boot", 50.into()),
        ("level", 0.9.into()),
        ("seed", u64::MAX.into()),
        ("retune", true.into()),
        ("pre_periods", false.into()),
        ("tolerance", 1e-6.into()),
        ("loocv_tolerance", 1e-5.into()),
        ("max_iterations", 10.into()),
        ("threads", 2.into()),
    ]
}

#[test]
fn each_option_is_set_and_read_by_its_name() {
    let table = AnalysisOptions::table();
    let listed: Vec<&str> = table.iter().map(|info| info.name).collect();
    assert_eq!(listed, others().iter().map(|(name, _)| *name).collect::<Vec<_>>());
    for (name, value) in others() {
        let options = set(name, value.clone()).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(options.get(name).unwrap(), value);
        for other in &table {
            let changed = options.get(other.name).unwrap() != other.default;
            assert_eq!(changed, other.name == name, "{name} and {}", other.name);
        }
    }
}

#[test]
fn each_default_can_be_set_and_changes_nothing() {
    for info in AnalysisOptions::table() {
        assert_eq!(set(info.name, info.default.clone()).unwrap(), {
            let mut same = AnalysisOptions::default();
            // What is said aloud is kept as said.
            match info.name {
                "n_placebo_sets" => same.n_placebo_sets = Some(Criterion::DEFAULT_SETS),
                "n_folds" => same.n_folds = Some(Criterion::DEFAULT_FOLDS),
                _ => {}
            }
            same
        });
        assert!(!info.doc.is_empty() && !info.doc.contains('\n'));
    }
}

#[test]
fn values_reach_their_fields() {
    let mut options = AnalysisOptions::default();
    for (name, value) in others() {
        options.set(name, value).unwrap();
    }
    assert_eq!(options.lambdas, Some(Lambdas { time: 0.1, unit: 0.0, nn: f64::INFINITY }));
    assert_eq!(options.grids.nn, Some(vec![1.0, f64::INFINITY]));
    assert_eq!((options.grids.time, options.grids.unit), (None, None));
    assert_eq!(options.search, Method::Grid);
    assert_eq!(options.criterion.name(), "placebo_folds");
    assert_eq!((options.n_placebo_sets, options.n_folds), (Some(7), Some(3)));
    assert_eq!((options.max_cells, options.abandon), (Some(9), true));
    assert_eq!(options.inference, Some(InferenceMethod::Jackknife));
    assert_eq!((options.n_boot, options.level, options.seed), (50, 0.9, u64::MAX));
    assert!(options.retune && !options.pre_periods);
    assert_eq!((options.tolerance, options.loocv_tolerance), (1e-6, 1e-5));
    assert_eq!((options.max_iterations, options.threads), (10, Some(2)));
}

/// What no option may take, whatever its kind.
fn strange() -> Vec<OptionValue> {
    vec![
        OptionValue::Other("<a list of lists>".into()),
        OptionValue::Text(String::new()),
        OptionValue::Number(f64::NAN),
        OptionValue::Integer(-1),
        OptionValue::Integer(1 << 64),
        OptionValue::Integer(i128::MIN),
        OptionValue::Huge("9".repeat(400)),
        OptionValue::Number(f64::INFINITY),
        named([("x", 1.into())]),
    ]
}

#[test]
fn strange_values_are_errors_that_name_the_option() {
    for info in AnalysisOptions::table() {
        for value in strange() {
            let error = set(info.name, value.clone()).unwrap_err();
            let text = error.to_string();
            // A tolerance speaks of itself by its kind.
            let name = info.name.trim_start_matches("loocv_");
            let own = ["n_boot", "level"].contains(&info.name);
            assert!(text.contains(name) || own, "{} = {value}: {text}", info.name);
            assert!(!text.is_empty(), "{} = {value}", info.name);
        }
    }
}

#[test]
fn each_kind_refuses_the_others() {
    for info in AnalysisOptions::table() {
        for (kind, value) in [
            (OptionKind::Bool, OptionValue::Bool(true)),
            (OptionKind::Integer, 3.into()),
            (OptionKind::Number, 0.5.into()),
            (OptionKind::Lambdas, lambdas()),
            (OptionKind::Grids, named([("nn", vec![1.0].into())])),
        ] {
            // A whole number is a number.
            let fits = kind == info.kind
                || (kind == OptionKind::Integer && info.kind == OptionKind::Number);
            let mut options = AnalysisOptions::default();
            assert_eq!(options.set(info.name, value).is_ok(), fits, "{}: {kind:?}", info.name);
        }
        let mut options = AnalysisOptions::default();
        assert_eq!(
            options.set(info.name, OptionValue::None).is_ok(),
            info.optional,
            "{}",
            info.name
        );
        for choice in info.choices {
            options.set(info.name, choice).unwrap();
        }
    }
}

fn code(name: &str, value: impl Into<OptionValue>) -> &'static str {
    set(name, value).unwrap_err().code()
}

fn message(name: &str, value: impl Into<OptionValue>) -> String {
    set(name, value).unwrap_err().to_string()
}

#[test]
fn each_bad_value_has_its_code() {
    assert_eq!(code("seed", -1), "seed_out_of_range");
    assert_eq!(code("seed", 1_i128 << 64), "seed_out_of_range");
    assert_eq!(code("seed", 1.5), "option_invalid");
    assert_eq!(code("n_boot", 1), "draws_too_few");
    assert_eq!(code("n_boot", -1), "option_invalid");
    assert_eq!(code("level", f64::NAN), "level_out_of_range");
    assert_eq!(code("level", 1.0), "level_out_of_range");
    assert_eq!(code("threads", 0), "threads_zero");
    assert_eq!(code("max_cells", 0), "sample_empty");
    assert_eq!(code("tolerance", 0.0), "tolerance_out_of_range");
    assert_eq!(code("max_iterations", 0), "max_iterations_zero");
    assert_eq!(code("speed", 1), "option_unknown");
    assert_eq!(code("grids", named([("nn", vec![].into())])), "grid_empty");
    assert_eq!(code("grids", named([("time", vec![f64::NAN].into())])), "lambda_invalid");
    assert_eq!(code("grids", named([("time", 1.into())])), "grids_invalid");
    assert_eq!(code("grids", 1), "grids_invalid");
    assert_eq!(code("lambdas", vec![0.0, 0.0, 0.0]), "lambdas_invalid");
    let infinite = Lambdas { time: f64::INFINITY, ..Lambdas::TWO_WAY };
    assert_eq!(code("lambdas", infinite), "lambda_invalid");
}

#[test]
fn messages_say_what_was_meant() {
    assert_eq!(
        message("search", "adaptve"),
        format!(
            "search must be one of {}, not 'adaptve'. Did you mean 'adaptive'?",
            AnalysisOptions::table()[2].choices.join(", ")
        )
    );
    assert_eq!(message("retune", 1), "retune must be true or false, not 1");
    let two = named([("time", 0.into()), ("lambda_unit", 0.into())]);
    assert!(message("lambdas", two).contains("Did you mean 'unit'?"));
    let two = named([("time", 0.into()), ("nn", 0.into())]);
    assert!(message("lambdas", two).ends_with("'unit' is lacking"));
    let twice = named([("nn", vec![1.0].into()), ("nn", vec![2.0].into())]);
    assert!(message("grids", twice).ends_with("'nn' is there more than once"));
}

#[test]
fn no_inference_has_two_spellings() {
    assert_eq!(set("inference", "none").unwrap().inference, None);
    assert_eq!(set("inference", OptionValue::None).unwrap().inference, None);
}

#[test]
fn what_is_about_the_search_is_refused_beside_lambdas() {
    for (name, value) in others() {
        let mut options = AnalysisOptions::default();
        options.set("lambdas", lambdas()).unwrap();
        options.set(name, value).unwrap();
        let of_search = [
            "grids",
            "search",
            "criterion",
            "n_placebo_sets",
            "n_folds",
            "max_cells",
            "abandon",
            "retune",
        ];
        match options.validate() {
            Ok(()) => assert!(!of_search.contains(&name), "{name}"),
            Err(error) => {
                assert!(of_search.contains(&name), "{name}: {error}");
                assert_eq!(error.code(), "option_invalid");
                assert!(error.to_string().starts_with(&format!("{name} = ")), "{error}");
            }
        }
    }
    let mut options = AnalysisOptions::default();
    options.set("retune", true).unwrap();
    options.set("inference", "none").unwrap();
    assert!(options.validate().unwrap_err().to_string().contains("nothing is drawn"));
}
