//! All options by name: how each is read, what it is by default, what contradicts it.

use super::options::AnalysisOptions;
use super::reading::Given;
use super::value::OptionValue;
use crate::by_name::{names, no_option};
#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::inference::InferenceMethod;
use crate::tuning::{Criterion, Method};

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OptionKind {
    /// True or false.
    Bool,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// One of the choices.
    Text,
    /// Three numbers by the names `time`, `unit` and `nn`.
    Lambdas,
    /// Lists of numbers by some of these names.
    Grids,
}

/// An option of [`AnalysisOptions`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OptionInfo {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub kind: OptionKind,
    /// True if it may be left out, with [`OptionValue::None`].
    pub optional: bool,
    /// What it is if it is not set.
    pub default: OptionValue,
    /// The names that it takes, if it takes names.
    pub choices: Vec<&'static str>,
    /// What it does, in one line.
    pub doc: &'static str,
}

/// One option. A new one is a field of [`AnalysisOptions`] and a row of [`ROWS`].
pub(super) struct Row {
    pub name: &'static str,
    pub kind: OptionKind,
    pub optional: bool,
    /// Plays a part in the search alone.
    pub of_search: bool,
    pub choices: fn() -> Vec<&'static str>,
    pub set: fn(&mut AnalysisOptions, Given<'_>) -> Result<()>,
    pub get: fn(&AnalysisOptions) -> OptionValue,
    pub doc: &'static str,
}

/// A row of an option that is never left out and has no choices.
const PLAIN: Row = Row {
    name: "",
    kind: OptionKind::Bool,
    optional: false,
    of_search: false,
    choices: Vec::new,
    set: |_, _| Ok(()),
    get: |_| OptionValue::None,
    doc: "",
};

/// Puts what was read into its field.
fn put<T>(field: &mut T, read: Result<T>) -> Result<()> {
    *field = read?;
    Ok(())
}

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "lambdas",
        kind: OptionKind::Lambdas,
        optional: true,
        set: |o, given| put(&mut o.lambdas, given.optional(Given::lambdas)),
        get: |o| o.lambdas.into(),
        doc: "The lambdas; none to search for them.",
        ..PLAIN
    },
    Row {
        name: "grids",
        kind: OptionKind::Grids,
        optional: true,
        of_search: true,
        set: |o, given| {
            put(&mut o.grids, given.optional(Given::grids).map(Option::unwrap_or_default))
        },
        get: |o| (&o.grids).into(),
        doc: "Candidates for some or all lambdas, in place of the default ones.",
        ..PLAIN
    },
    Row {
        name: "search",
        kind: OptionKind::Text,
        of_search: true,
        choices: names::<Method>,
        set: |o, given| put(&mut o.search, given.choice()),
        get: |o| o.search.name().into(),
        doc: "Which candidates are scored.",
        ..PLAIN
    },
    Row {
        name: "criterion",
        kind: OptionKind::Text,
        of_search: true,
        choices: names::<Criterion>,
        set: |o, given| put(&mut o.criterion, given.choice()),
        get: |o| o.criterion.name().into(),
        doc: "What the search minimizes.",
        ..PLAIN
    },
    Row {
        name: "n_placebo_sets",
        kind: OptionKind::Integer,
        of_search: true,
        set: |o, given| put(&mut o.n_placebo_sets, given.count().map(Some)),
        get: |o| o.placebo_sets().into(),
        doc: "Number of sets of the criterion placebo_sets, at least 2.",
        ..PLAIN
    },
    Row {
        name: "n_folds",
        kind: OptionKind::Integer,
        of_search: true,
        set: |o, given| put(&mut o.n_folds, given.count().map(Some)),
        get: |o| o.folds().into(),
        doc: "Number of folds of the criterion placebo_folds, at least 2.",
        ..PLAIN
    },
    Row {
        name: "max_cells",
        kind: OptionKind::Integer,
        optional: true,
        of_search: true,
        set: |o, given| put(&mut o.max_cells, given.optional(Given::count)),
        get: |o| o.max_cells.into(),
        doc: "Control cells of leave-one-out cross-validation, drawn at random; none for all.",
        ..PLAIN
    },
    Row {
        name: "abandon",
        of_search: true,
        set: |o, given| put(&mut o.abandon, given.flag()),
        get: |o| o.abandon.into(),
        doc: "Stop scoring a candidate once it can no longer win.",
        ..PLAIN
    },
    Row {
        name: "inference",
        kind: OptionKind::Text,
        optional: true,
        choices: names::<InferenceMethod>,
        set: |o, given| put(&mut o.inference, given.choice_or_none()),
        get: |o| o.inference.map(InferenceMethod::name).into(),
        doc: "Where standard errors, intervals and p-values come from; none for no inference.",
        ..PLAIN
    },
    Row {
        name: "n_boot",
        kind: OptionKind::Integer,
        set: |o, given| put(&mut o.n_boot, given.count()),
        get: |o| o.n_boot.into(),
        doc: "Bootstrap draws or placebo assignments, at least 2.",
        ..PLAIN
    },
    Row {
        name: "level",
        kind: OptionKind::Number,
        set: |o, given| put(&mut o.level, given.number()),
        get: |o| o.level.into(),
        doc: "Level of the intervals, between 0 and 1.",
        ..PLAIN
    },
    Row {
        name: "seed",
        kind: OptionKind::Integer,
        set: |o, given| put(&mut o.seed, given.seed()),
        get: |o| o.seed.into(),
        doc: "Seed of every random choice, from 0 to 2^64 - 1.",
        ..PLAIN
    },
    Row {
        name: "retune",
        of_search: true,
        set: |o, given| put(&mut o.retune, given.flag()),
        get: |o| o.retune.into(),
        doc: "Choose the lambdas anew in each draw.",
        ..PLAIN
    },
    Row {
        name: "pre_periods",
        set: |o, given| put(&mut o.pre_periods, given.flag()),
        get: |o| o.pre_periods.into(),
        doc: "Also estimate and infer the effects before treatment; false skips all of their fits.",
        ..PLAIN
    },
    Row {
        name: "tolerance",
        kind: OptionKind::Number,
        set: |o, given| put(&mut o.tolerance, given.number()),
        get: |o| o.tolerance.into(),
        doc: "Relative duality gap at which an estimate's fit is certified, between 0 and 1.",
        ..PLAIN
    },
    Row {
        name: "loocv_tolerance",
        kind: OptionKind::Number,
        set: |o, given| put(&mut o.loocv_tolerance, given.number()),
        get: |o| o.loocv_tolerance.into(),
        doc: "The same for the fits of the search.",
        ..PLAIN
    },
    Row {
        name: "max_iterations",
        kind: OptionKind::Integer,
        set: |o, given| put(&mut o.max_iterations, given.count()),
        get: |o| o.max_iterations.into(),
        doc: "Iterations after which a fit is given up as not certified, at least 1.",
        ..PLAIN
    },
    Row {
        name: "threads",
        kind: OptionKind::Integer,
        optional: true,
        set: |o, given| put(&mut o.threads, given.optional(Given::count)),
        get: |o| o.threads.into(),
        doc: "Threads, at least 1; none for all cores. Results do not depend on it.",
        ..PLAIN
    },
];

/// The option of a name.
pub(super) fn row(name: &str) -> Result<&'static Row> {
    let known = || ROWS.iter().map(|row| row.name).collect::<Vec<_>>();
    ROWS.iter().find(|row| row.name == name).ok_or_else(|| no_option(name, &known()))
}

impl AnalysisOptions {
    /// Every option, with its kind, default and choices.
    ///
    /// ```
    /// let table = trop_core::AnalysisOptions::table();
    /// let seed = table.iter().find(|option| option.name == "seed").unwrap();
    /// assert_eq!(seed.default, 0_u64.into());
    /// ```
    pub fn table() -> Vec<OptionInfo> {
        let default = AnalysisOptions::default();
        let info = |row: &Row| OptionInfo {
            name: row.name,
            kind: row.kind,
            optional: row.optional,
            default: (row.get)(&default),
            choices: (row.choices)(),
            doc: row.doc,
        };
        ROWS.iter().map(info).collect()
    }

    /// Sets an option by its name. What depends on several options, and ranges, is checked by
    /// [`validate`](AnalysisOptions::validate), and so by [`analyze`](crate::analyze).
    ///
    /// # Errors
    /// [`Error::OptionUnknown`], [`Error::OptionInvalid`], [`Error::SeedOutOfRange`],
    /// [`Error::LambdasInvalid`] or [`Error::GridsInvalid`].
    ///
    /// ```
    /// use trop_core::AnalysisOptions;
    /// let mut options = AnalysisOptions::default();
    /// options.set("search", "grid")?;
    /// options.set("seed", 7)?;
    /// assert_eq!(options.seed, 7);
    /// let error = options.set("seed", -1).unwrap_err();
    /// assert_eq!(error.code(), "seed_out_of_range");
    /// options.set("seed", "18446744073709551615")?;
    /// let error = options.set("n_boots", 500).unwrap_err();
    /// assert_eq!(error.to_string(), "there is no option 'n_boots'. Did you mean 'n_boot'?");
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn set(&mut self, name: &str, value: impl Into<OptionValue>) -> Result<()> {
        let row = row(name)?;
        (row.set)(self, Given { option: row.name, value: &value.into() })
    }

    /// What an option is.
    ///
    /// # Errors
    /// [`Error::OptionUnknown`].
    ///
    /// ```
    /// let options = trop_core::AnalysisOptions::default();
    /// assert_eq!(options.get("inference")?, "auto".into());
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn get(&self, name: &str) -> Result<OptionValue> {
        Ok((row(name)?.get)(self))
    }
}
