//! Options by name, from whatever Python has written.

use crate::errors::to_python;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PySequence, PyString};
use trop_core::{
    AnalysisOptions, EstimatorOptions, OptionValue, PowerOptions, StudyOptions, TropResult,
};

/// Reads options; one that is not there keeps the core's default.
pub(crate) fn read(given: &Bound<'_, PyDict>) -> PyResult<AnalysisOptions> {
    let mut options = AnalysisOptions::default();
    each(given, |name, value| options.set(name, value))?;
    Ok(options)
}

/// Reads the options of estimators beside TROP.
pub(crate) fn read_rivals(given: &Bound<'_, PyDict>) -> PyResult<EstimatorOptions> {
    let mut options = EstimatorOptions::default();
    each(given, |name, value| options.set(name, value))?;
    Ok(options)
}

/// Reads what is asked of a simulation.
pub(crate) fn read_study(given: &Bound<'_, PyDict>) -> PyResult<StudyOptions> {
    let mut options = StudyOptions::default();
    each(given, |name, value| options.set(name, value))?;
    Ok(options)
}

/// Reads what is asked of power.
pub(crate) fn read_power(given: &Bound<'_, PyDict>) -> PyResult<PowerOptions> {
    let mut options = PowerOptions::default();
    each(given, |name, value| options.set(name, value))?;
    Ok(options)
}

/// Sets each option that is given.
fn each(
    given: &Bound<'_, PyDict>,
    mut set: impl FnMut(&str, OptionValue) -> TropResult<()>,
) -> PyResult<()> {
    for (name, value) in given.iter() {
        let name: String = name.extract()?;
        set(&name, read_value(&value)?).map_err(|error| to_python(given.py(), &error))?;
    }
    Ok(())
}

/// Options of a single step, by keyword.
pub(crate) type GivenOptions<'py> = Bound<'py, PyDict>;

/// Reads options of a single step: None keeps a default, and the tolerance holds for scores, too.
pub(crate) fn of_step(given: Option<&GivenOptions<'_>>) -> PyResult<AnalysisOptions> {
    let mut options = AnalysisOptions::default();
    for (name, value) in given.into_iter().flatten().filter(|(_, value)| !value.is_none()) {
        put(value.py(), &mut options, &name.extract::<String>()?, &value)?;
    }
    if options.tolerance != AnalysisOptions::default().tolerance {
        options.loocv_tolerance = options.tolerance;
    }
    Ok(options)
}

/// Sets one option.
pub(crate) fn put(
    py: Python<'_>,
    options: &mut AnalysisOptions,
    name: &str,
    value: &Bound<'_, PyAny>,
) -> PyResult<()> {
    options.set(name, read_value(value)?).map_err(|error| to_python(py, &error))
}

/// Writes a value as Python has it.
pub(crate) fn write(dict: &Bound<'_, PyDict>, name: &str, value: &OptionValue) -> PyResult<()> {
    match value {
        OptionValue::Bool(flag) => dict.set_item(name, flag),
        OptionValue::Integer(whole) => dict.set_item(name, whole),
        OptionValue::Number(number) => dict.set_item(name, number),
        OptionValue::Text(text) => dict.set_item(name, text),
        OptionValue::Numbers(numbers) => dict.set_item(name, numbers),
        OptionValue::Named(pairs) => {
            let named = PyDict::new(dict.py());
            pairs.iter().try_for_each(|(name, value)| write(&named, name, value))?;
            dict.set_item(name, named)
        }
        _ => dict.set_item(name, None::<bool>),
    }
}

fn read_value(given: &Bound<'_, PyAny>) -> PyResult<OptionValue> {
    if given.is_none() {
        return Ok(OptionValue::None);
    }
    if let Ok(text) = given.cast::<PyString>() {
        return Ok(text.to_string().into());
    }
    if let Ok(flag) = given.extract::<bool>() {
        return Ok(flag.into());
    }
    if let Some(number) = number(given)? {
        return Ok(number);
    }
    if let Ok(mapping) = given.cast::<PyMapping>() {
        return named(mapping);
    }
    Ok(numbers(given)?.map_or_else(|| other(given), Into::into))
}

/// A whole number or a number, of Python's own kinds or NumPy's.
fn number(given: &Bound<'_, PyAny>) -> PyResult<Option<OptionValue>> {
    let kinds = given.py().import("numbers")?;
    if given.is_instance(&kinds.getattr("Integral")?)? {
        let whole = given.call_method0("__int__")?;
        return Ok(Some(match whole.extract::<i128>() {
            Ok(value) => value.into(),
            Err(_) => OptionValue::Huge(shown(&whole)),
        }));
    }
    if given.is_instance(&kinds.getattr("Real")?)? {
        // A fraction of huge numbers is none.
        let value = given.call_method0("__float__").and_then(|float| float.extract::<f64>());
        return Ok(Some(value.map_or_else(|_| other(given), Into::into)));
    }
    Ok(None)
}

/// A list, tuple or vector of numbers.
fn numbers(given: &Bound<'_, PyAny>) -> PyResult<Option<Vec<f64>>> {
    let listed = given.call_method0("tolist").unwrap_or_else(|_| given.clone());
    if !listed.is_instance_of::<PySequence>() {
        return Ok(None);
    }
    let mut values = Vec::new();
    for item in listed.try_iter()? {
        let item = item?;
        match number(&item)? {
            _ if item.extract::<bool>().is_ok() => return Ok(None),
            Some(OptionValue::Integer(value)) => values.push(value as f64),
            Some(OptionValue::Number(value)) => values.push(value),
            _ => return Ok(None),
        }
    }
    Ok(Some(values))
}

fn named(given: &Bound<'_, PyMapping>) -> PyResult<OptionValue> {
    let mut pairs = Vec::new();
    for pair in given.items()?.iter() {
        let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
        pairs.push((name.str()?.to_string(), read_value(&value)?));
    }
    Ok(OptionValue::Named(pairs))
}

fn other(given: &Bound<'_, PyAny>) -> OptionValue {
    OptionValue::Other(shown(given))
}

/// As Python writes it; it does not write numbers of very many digits.
pub(crate) fn shown(given: &Bound<'_, PyAny>) -> String {
    given.repr().map_or_else(|_| "a huge number".into(), |text| text.to_string())
}
