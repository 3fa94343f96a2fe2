//! Values of options as texts, and back.

use trop_core::{AnalysisOptions, OptionInfo, OptionKind, OptionValue, TropResult};

/// The option of a name, if there is one.
fn info(name: &str) -> Option<OptionInfo> {
    AnalysisOptions::table().into_iter().find(|info| info.name == name)
}

/// Sets an option as a text says. What the text does not say is the core's to refuse.
pub(crate) fn set(options: &mut AnalysisOptions, name: &str, text: &str) -> TropResult<()> {
    options.set(name, value(name, text))
}

/// Sets an option to a number: a whole one where it takes whole numbers, 0 or 1 where it takes true or false.
pub(crate) fn set_number(options: &mut AnalysisOptions, name: &str, number: f64) -> TropResult<()> {
    let value = match info(name).map(|info| info.kind) {
        // Beyond 2^53 not every whole number is a double.
        Some(OptionKind::Integer) if number.fract() == 0.0 && number.abs() <= 2f64.powi(53) => {
            OptionValue::Integer(number as i128)
        }
        Some(OptionKind::Bool) if number == 0.0 || number == 1.0 => {
            OptionValue::Bool(number == 1.0)
        }
        _ => OptionValue::Number(number),
    };
    options.set(name, value)
}

/// What a text says as the value of an option; the text itself if it is none.
fn value(name: &str, text: &str) -> OptionValue {
    let text = text.trim();
    let Some(info) = info(name) else { return text.into() };
    if info.optional && text == "none" {
        return OptionValue::None;
    }
    let read = match info.kind {
        OptionKind::Bool => text.parse().ok().map(OptionValue::Bool),
        OptionKind::Integer => text.parse().ok().map(OptionValue::Integer),
        OptionKind::Number => number(text).map(OptionValue::Number),
        OptionKind::Lambdas => by_name(text, number),
        OptionKind::Grids => {
            by_name(text, |list| list.split_whitespace().map(number).collect::<Option<Vec<f64>>>())
        }
        _ => None,
    };
    read.unwrap_or_else(|| text.into())
}

/// What a text most plainly is: nothing, a whole number, a number, or a text.
pub(crate) fn plain(text: &str) -> OptionValue {
    let text = text.trim();
    if text == "none" {
        return OptionValue::None;
    }
    let whole = || text.parse().ok().map(OptionValue::Integer);
    whole().or_else(|| number(text).map(OptionValue::Number)).unwrap_or_else(|| text.into())
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

/// Values by name, as in `time=0.1, nn=inf`.
fn by_name<T: Into<OptionValue>>(
    text: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Option<OptionValue> {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        Some((name.trim().to_string(), read(value)?.into()))
    };
    text.split(',').map(pair).collect::<Option<_>>().map(OptionValue::Named)
}

/// A value as a text that [`set`] reads as the same value.
pub(crate) fn written(value: &OptionValue) -> String {
    match value {
        OptionValue::Text(text) => text.clone(),
        OptionValue::Numbers(numbers) => {
            let numbers: Vec<String> = numbers.iter().map(f64::to_string).collect();
            numbers.join(" ")
        }
        OptionValue::Named(pairs) => {
            let pair = |(name, value): &(String, OptionValue)| format!("{name}={}", written(value));
            pairs.iter().map(pair).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trop_core::Lambdas;

    /// Texts that are not the defaults, for every option.
    const TEXTS: [(&str, &str); 18] = [
        ("lambdas", "time=0.1, unit=0.30000000000000004, nn=inf"),
        ("grids", "time=0 0.1 2 3 4 5 6 7, nn=inf 1"),
        ("search", "grid"),
        ("criterion", "placebo_folds"),
        ("n_placebo_sets", "7"),
        ("n_folds", "3"),
        ("max_cells", "12"),
        ("abandon", "true"),
        ("inference", "none"),
        ("n_boot", "30"),
        ("level", "0.9"),
        ("seed", "18446744073709551615"),
        ("retune", "true"),
        ("pre_periods", "false"),
        ("tolerance", "1e-7"),
        ("loocv_tolerance", "0.001"),
        ("max_iterations", "9"),
        ("threads", "2"),
    ];

    #[test]
    fn every_option_is_read_and_written() {
        let names: Vec<_> = AnalysisOptions::table().iter().map(|info| info.name).collect();
        assert_eq!(names, TEXTS.map(|(name, _)| name));
        for (name, text) in TEXTS {
            let mut options = AnalysisOptions::default();
            let default = written(&options.get(name).unwrap());
            assert_ne!(default, text, "{name}");
            set(&mut options, name, text).unwrap();
            assert_eq!(written(&options.get(name).unwrap()), text);
            set(&mut options, name, &default).unwrap();
            assert_eq!(written(&options.get(name).unwrap()), default);
        }
    }

    #[test]
    fn numbers_are_whole_where_they_must_be() {
        let mut options = AnalysisOptions::default();
        set_number(&mut options, "n_boot", 30.0).unwrap();
        set_number(&mut options, "abandon", 1.0).unwrap();
        set_number(&mut options, "level", 0.5).unwrap();
        assert_eq!((options.n_boot, options.abandon, options.level), (30, true, 0.5));
        for (name, number) in [("n_boot", 2.5), ("seed", 1e300), ("abandon", 2.0), ("search", 1.0)]
        {
            let error = set_number(&mut options, name, number).unwrap_err();
            assert_eq!(error.code(), "option_invalid", "{name}");
        }
    }

    #[test]
    fn what_is_no_value_is_refused_as_it_stands() {
        let mut options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
        for (name, text, code) in [
            ("seed", "-1", "seed_out_of_range"),
            ("seed", "x", "option_invalid"),
            ("lambdas", "1 2 3", "lambdas_invalid"),
            ("lambdas", "time=1, unit=2", "lambdas_invalid"),
            ("grids", "time=a", "grids_invalid"),
            ("n_boots", "3", "option_unknown"),
            ("n_boot", "none", "option_invalid"),
        ] {
            assert_eq!(set(&mut options, name, text).unwrap_err().code(), code, "{name} {text}");
        }
        set(&mut options, "lambdas", "none").unwrap();
        assert_eq!(options, AnalysisOptions::default());
    }
}
