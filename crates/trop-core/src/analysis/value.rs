//! The value of an option, as any language has it.

use super::given_grids::GivenGrids;
use crate::error::number;
use crate::lambdas::Lambdas;
use std::fmt;

/// The value of an option before it is read: what a caller wrote, whatever its kind.
///
/// ```
/// use trop_core::{Lambdas, OptionValue};
/// assert_eq!(OptionValue::from(3_u64), OptionValue::Integer(3));
/// assert_eq!(OptionValue::from("grid").to_string(), "'grid'");
/// let lambdas = OptionValue::from(Lambdas::TWO_WAY);
/// assert_eq!(lambdas.to_string(), "{time: 0, unit: 0, nn: inf}");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum OptionValue {
    /// Nothing.
    None,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i128),
    /// A whole number beyond 128 bits, in digits: no option takes it, and errors show it.
    Huge(String),
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// A list of numbers.
    Numbers(Vec<f64>),
    /// Values by name, such as the three lambdas.
    Named(Vec<(String, OptionValue)>),
    /// Anything else, as the caller's language writes it: no option takes it, and errors show it.
    Other(String),
}

impl fmt::Display for OptionValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OptionValue::None => f.write_str("none"),
            OptionValue::Bool(value) => write!(f, "{value}"),
            OptionValue::Integer(value) => write!(f, "{value}"),
            OptionValue::Huge(digits) => f.write_str(digits),
            OptionValue::Number(value) => f.write_str(&number(*value)),
            OptionValue::Text(value) => write!(f, "'{value}'"),
            OptionValue::Numbers(values) => write!(f, "[{}]", listed(values.iter())),
            OptionValue::Named(pairs) => {
                let pairs = pairs.iter().map(|(name, value)| format!("{name}: {value}"));
                write!(f, "{{{}}}", listed(pairs))
            }
            OptionValue::Other(value) => f.write_str(value),
        }
    }
}

/// How many items of a list are written out.
const SHOWN: usize = 6;

fn listed(items: impl ExactSizeIterator<Item = impl fmt::Display>) -> String {
    let more = if items.len() > SHOWN { ", ..." } else { "" };
    let shown: Vec<String> = items.take(SHOWN).map(|item| item.to_string()).collect();
    shown.join(", ") + more
}

/// Conversions of the plain kinds.
macro_rules! from {
    ($($type:ty => $kind:ident,)*) => {
        $(impl From<$type> for OptionValue {
            fn from(value: $type) -> Self {
                OptionValue::$kind(value.into())
            }
        })*
    };
}

from! {
    bool => Bool,
    i32 => Integer,
    i64 => Integer,
    u64 => Integer,
    i128 => Integer,
    f64 => Number,
    &str => Text,
    String => Text,
    &[f64] => Numbers,
    Vec<f64> => Numbers,
}

impl From<usize> for OptionValue {
    fn from(value: usize) -> Self {
        OptionValue::Integer(value as i128)
    }
}

impl<T: Into<OptionValue>> From<Option<T>> for OptionValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(OptionValue::None, Into::into)
    }
}

impl From<Lambdas> for OptionValue {
    fn from(Lambdas { time, unit, nn }: Lambdas) -> Self {
        let pair = |(name, value): (&str, f64)| (name.to_string(), value.into());
        OptionValue::Named([("time", time), ("unit", unit), ("nn", nn)].map(pair).to_vec())
    }
}

impl From<&GivenGrids> for OptionValue {
    fn from(GivenGrids { time, unit, nn }: &GivenGrids) -> Self {
        let given = [("time", time), ("unit", unit), ("nn", nn)];
        let pair = |(name, grid): (&str, &Option<Vec<f64>>)| {
            grid.as_ref().map(|grid| (name.to_string(), grid.clone().into()))
        };
        match given.into_iter().filter_map(pair).collect::<Vec<_>>() {
            none if none.is_empty() => OptionValue::None,
            pairs => OptionValue::Named(pairs),
        }
    }
}
