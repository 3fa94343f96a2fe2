//! Options by name, from an R list.

use crate::answers::or_null;
use extendr_api::prelude::*;
use std::num::NonZeroUsize;
use trop_core::{AnalysisOptions, OptionKind, OptionValue, TropResult};

/// Beyond this R's numbers skip whole numbers.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

/// What R's list says, for the core to read.
pub(crate) struct Given(Vec<(String, OptionValue)>);

impl Given {
    pub fn new(list: &List) -> Self {
        let table = AnalysisOptions::table();
        let kind = |name: &str| table.iter().find(|option| option.name == name).map(|o| o.kind);
        let pair = |(name, given): (&str, Robj)| (name.to_string(), value_of(kind(name), &given));
        Given(list.iter().map(pair).collect())
    }

    /// The options, the core's defaults where nothing is given. There is always a number of threads, so that each
    /// call has threads of its own: a pool that outlives the call would make R processes hang that are forked later
    /// (`parallel::mclapply`).
    pub fn read(self) -> TropResult<AnalysisOptions> {
        let mut options = AnalysisOptions::default();
        for (name, value) in self.0 {
            options.set(&name, value)?;
        }
        options.threads.get_or_insert_with(all_threads);
        Ok(options)
    }
}

/// What R's list says of options that have neither lambdas nor grids.
pub(crate) struct Plain(Vec<(String, OptionValue)>);

impl Plain {
    pub fn new(list: &List) -> Self {
        Plain(list.iter().map(|(name, given)| (name.to_string(), plain(&given))).collect())
    }

    /// Sets each option that is given.
    pub fn each(self, mut set: impl FnMut(&str, OptionValue) -> TropResult<()>) -> TropResult<()> {
        self.0.into_iter().try_for_each(|(name, value)| set(&name, value))
    }
}

fn all_threads() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// The value of an option of a kind. Names count only where the kind has some.
fn value_of(kind: Option<OptionKind>, given: &Robj) -> OptionValue {
    let list = |x: &Robj| numbers(x).map_or_else(|| plain(x), OptionValue::Numbers);
    let named = match kind {
        Some(OptionKind::Lambdas) => named(given, plain),
        Some(OptionKind::Grids) => named(given, list),
        _ => None,
    };
    named.unwrap_or_else(|| plain(given))
}

/// A value of R as what it most plainly is.
fn plain(given: &Robj) -> OptionValue {
    match (numbers(given), given.len()) {
        _ if given.is_null() => OptionValue::None,
        (Some(numbers), 1) => number(numbers[0]),
        (Some(numbers), _) => numbers.into(),
        (None, 1) if given.class().is_none() => scalar(given),
        _ => other(given),
    }
}

/// The entries of a list or vector that has names.
fn named(given: &Robj, read: impl Fn(&Robj) -> OptionValue) -> Option<OptionValue> {
    let names = given.names()?;
    let values: Vec<OptionValue> = match (given.as_list(), numbers(given)) {
        (Some(list), _) => list.values().map(|x| read(&x)).collect(),
        (None, Some(numbers)) => numbers.into_iter().map(|x| read(&x.into())).collect(),
        (None, None) => return None,
    };
    Some(OptionValue::Named(names.map(String::from).zip(values).collect()))
}

fn scalar(given: &Robj) -> OptionValue {
    match (given.as_bool(), given.as_str()) {
        (Some(flag), _) if given.is_logical() => flag.into(),
        (_, Some(text)) => text.into(),
        _ => other(given),
    }
}

fn number(value: f64) -> OptionValue {
    if value.fract() == 0.0 && value.abs() <= LARGEST_EXACT {
        OptionValue::Integer(value as i128)
    } else {
        value.into()
    }
}

fn numbers(given: &Robj) -> Option<Vec<f64>> {
    let whole = |x: &i32| if *x == i32::MIN { f64::NAN } else { f64::from(*x) };
    if given.class().is_some() {
        return None;
    }
    given
        .as_real_vector()
        .or_else(|| given.as_integer_slice().map(|slice| slice.iter().map(whole).collect()))
}

fn other(given: &Robj) -> OptionValue {
    OptionValue::Other(given.deparse().unwrap_or_else(|_| "an object of R".into()))
}

/// Code and message of what the core refuses of some options; `NULL` if nothing.
#[extendr]
fn refusal(options: List) -> Robj {
    let checked = Given::new(&options).read().and_then(|options| options.validate());
    let refused = |error: trop_core::Error| {
        list!(code = error.code(), message = error.sentence(&Default::default()))
    };
    or_null(checked.err().map(refused))
}

/// Names of all options.
#[extendr]
fn option_names() -> Vec<&'static str> {
    AnalysisOptions::table().iter().map(|option| option.name).collect()
}

/// The value of an option for R; `NULL` for what is not plain.
pub(crate) fn value_of_option(value: &OptionValue) -> Robj {
    match value {
        OptionValue::Bool(value) => (*value).into(),
        OptionValue::Integer(value) => (*value as f64).into(),
        OptionValue::Number(value) => (*value).into(),
        OptionValue::Text(value) => value.as_str().into(),
        _ => ().into(),
    }
}

/// Defaults of all options by name; `NULL` where nothing is set.
#[extendr]
fn defaults() -> List {
    let table = AnalysisOptions::table();
    List::from_pairs(table.iter().map(|option| (option.name, value_of_option(&option.default))))
}

extendr_module! {
    mod options;
    fn refusal;
    fn option_names;
    fn defaults;
}
