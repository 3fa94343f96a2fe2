//! Reading the value of an option as what it must be.

use super::given_grids::GivenGrids;
use super::value::OptionValue;
use crate::by_name::{did_you_mean, find, names, no_choice, no_option, ByName};
use crate::error::{Error, Result};
use crate::lambdas::Lambdas;

/// The names of the lambdas.
const LAMBDAS: [&str; 3] = ["time", "unit", "nn"];

/// Beyond this, numbers skip whole numbers.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

/// What was passed for an option.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    pub option: &'static str,
    pub value: &'a OptionValue,
}

impl<'a> Given<'a> {
    /// What was passed for an option that is known by its name.
    ///
    /// # Errors
    /// [`Error::OptionUnknown`].
    pub fn named(name: &str, known: &[&'static str], value: &'a OptionValue) -> Result<Self> {
        let option = known.iter().find(|known| **known == name);
        let option = option.ok_or_else(|| no_option(name, known))?;
        Ok(Given { option, value })
    }

    fn refuse<T>(&self, expected: &str) -> Result<T> {
        Err(Error::OptionInvalid {
            option: self.option,
            expected: expected.into(),
            found: match self.value {
                // What is no whole number is not shown as one.
                OptionValue::Number(value) => format!("{value:?}"),
                other => other.to_string(),
            },
            hint: String::new(),
        })
    }

    /// Reads a value that may be left out.
    pub fn optional<T>(self, read: impl Fn(Self) -> Result<T>) -> Result<Option<T>> {
        match self.value {
            OptionValue::None => Ok(None),
            _ => read(self).map(Some),
        }
    }

    pub fn flag(self) -> Result<bool> {
        match self.value {
            OptionValue::Bool(value) => Ok(*value),
            _ => self.refuse("true or false"),
        }
    }

    /// Numbers of things: a list, or one alone.
    pub fn counts(self) -> Result<Vec<usize>> {
        let whole = |value: &f64| {
            let is_count = value.fract() == 0.0 && (0.0..=LARGEST_EXACT).contains(value);
            is_count.then_some(*value as usize)
        };
        let listed = match self.value {
            OptionValue::Integer(_) => return Ok(vec![self.count()?]),
            OptionValue::Numbers(values) => values.iter().map(whole).collect(),
            _ => None,
        };
        listed.map_or_else(|| self.refuse("a list of whole numbers"), Ok)
    }

    /// A number of things.
    pub fn count(self) -> Result<usize> {
        let limits = || self.refuse(&format!("a whole number from 0 to {}", usize::MAX));
        self.whole()?.map_or_else(limits, Ok)
    }

    /// A whole number, or its digits: the numbers of some languages do not reach 2^64 - 1.
    pub fn seed(self) -> Result<u64> {
        let beyond = |value: String| Error::SeedOutOfRange { value };
        match self.value {
            OptionValue::Text(text) if is_digits(text) => {
                text.parse().map_err(|_| beyond(text.clone()))
            }
            value => self.whole()?.ok_or_else(|| beyond(value.to_string())),
        }
    }

    /// A whole number; `None` if its type is too small for it.
    fn whole<T: TryFrom<i128>>(&self) -> Result<Option<T>> {
        match self.value {
            OptionValue::Integer(value) => Ok(T::try_from(*value).ok()),
            OptionValue::Huge(_) => Ok(None),
            _ => self.refuse("a whole number"),
        }
    }

    pub fn number(self) -> Result<f64> {
        match as_number(self.value) {
            Some(number) => Ok(number),
            None => self.refuse("a number"),
        }
    }

    /// Numbers: a list, or one alone.
    pub fn numbers(self) -> Result<Vec<f64>> {
        match self.value {
            OptionValue::Numbers(values) => Ok(values.clone()),
            value => match as_number(value) {
                Some(number) => Ok(vec![number]),
                None => self.refuse("a list of numbers"),
            },
        }
    }

    pub fn choice<T: ByName>(self) -> Result<T> {
        let OptionValue::Text(name) = self.value else {
            return self.refuse(&format!("one of {}", names::<T>().join(", ")));
        };
        find(name).ok_or_else(|| no_choice(self.option, &names::<T>(), name))
    }

    /// A choice, or none: by no value, or by its name.
    pub fn choice_or_none<T: ByName>(self) -> Result<Option<T>> {
        let mut names = names::<T>();
        names.push("none");
        match self.value {
            OptionValue::None => Ok(None),
            OptionValue::Text(name) if name == "none" => Ok(None),
            OptionValue::Text(name) => {
                find(name).map(Some).ok_or_else(|| no_choice(self.option, &names, name))
            }
            _ => self.refuse(&format!("one of {}", names.join(", "))),
        }
    }

    /// All three lambdas.
    pub fn lambdas(self) -> Result<Lambdas> {
        let wrong = |reason| Error::LambdasInvalid { reason };
        let pairs = self.by_lambda(wrong)?;
        let lambda = |name: &str| {
            let (_, value) = pairs
                .iter()
                .find(|(known, _)| known == name)
                .ok_or_else(|| wrong(format!("'{name}' is lacking")))?;
            as_number(value).ok_or_else(|| wrong(format!("'{name}' is {value}, not a number")))
        };
        Ok(Lambdas { time: lambda("time")?, unit: lambda("unit")?, nn: lambda("nn")? })
    }

    /// Candidates of some lambdas.
    pub fn grids(self) -> Result<GivenGrids> {
        let wrong = |reason| Error::GridsInvalid { reason };
        let mut grids = GivenGrids::default();
        for (name, value) in self.by_lambda(wrong)? {
            let OptionValue::Numbers(grid) = value else {
                return Err(wrong(format!("'{name}' is {value}, not a list of numbers")));
            };
            let place = match name.as_str() {
                "time" => &mut grids.time,
                "unit" => &mut grids.unit,
                _ => &mut grids.nn,
            };
            *place = Some(grid.clone());
        }
        Ok(grids)
    }

    /// Values by the names of lambdas, each at most once.
    fn by_lambda(&self, wrong: fn(String) -> Error) -> Result<&[(String, OptionValue)]> {
        let OptionValue::Named(pairs) = self.value else {
            return Err(wrong(format!("{} has no names", self.value)));
        };
        for (k, (name, _)) in pairs.iter().enumerate() {
            if !LAMBDAS.contains(&name.as_str()) {
                let bare = name.trim_start_matches("lambda_");
                let hint = did_you_mean(bare, &LAMBDAS);
                return Err(wrong(format!("'{name}' is none of them{hint}")));
            }
            if pairs[..k].iter().any(|(other, _)| other == name) {
                return Err(wrong(format!("'{name}' is there more than once")));
            }
        }
        Ok(pairs)
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn as_number(value: &OptionValue) -> Option<f64> {
    match value {
        OptionValue::Number(value) => Some(*value),
        OptionValue::Integer(value) => Some(*value as f64),
        _ => None,
    }
}
