//! Numbers of the conformance cases; `tests/conformance/README.md` is their format.

use serde_json::Value;

/// A number, which JSON writes as text if it is not finite.
pub fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => match text.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        _ => None,
    }
}

/// The inverse of [`number`].
pub fn from_number(x: f64) -> Value {
    if x.is_finite() {
        return x.into();
    }
    let sign = if x == f64::NEG_INFINITY { "-" } else { "" };
    Value::String(if x.is_nan() { "NaN".into() } else { format!("{sign}Infinity") })
}

/// A list of numbers.
pub fn from_numbers(numbers: &[f64]) -> Value {
    numbers.iter().map(|&x| from_number(x)).collect()
}

/// A matrix of some rows.
pub fn from_rows<'a>(rows: impl Iterator<Item = &'a [f64]>) -> Value {
    rows.map(from_numbers).collect()
}

/// An object.
pub fn object<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Object(entries.map(|(key, value)| (key.to_string(), value)).into_iter().collect())
}
