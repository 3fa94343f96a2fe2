//! Tables of an analysis as typed columns.

use crate::abi::arguments::{required, string};
use crate::abi::failure::{text, Failure, Result};
use crate::abi::guard::guard;
use crate::abi::results::give;
use crate::abi::status::trop_status::{self, TROP_OPTION_INVALID};
use crate::analysis::analyze::trop_analysis;
use std::ffi::{c_char, CString};
use std::mem::MaybeUninit;
use std::ptr;
use trop_report::{tables, Labels, Table, Values};

/// What the values of a column are.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum trop_column_kind {
    /// Units: positions, and labels as texts.
    TROP_COLUMN_UNIT = 0,
    /// Periods, likewise.
    TROP_COLUMN_PERIOD = 1,
    /// Groups: codes, and labels as texts.
    TROP_COLUMN_GROUP = 2,
    /// Texts.
    TROP_COLUMN_TEXT = 3,
    /// Whole numbers; NaN where there is none.
    TROP_COLUMN_INTEGER = 4,
    /// Numbers; NaN where there is none.
    TROP_COLUMN_NUMBER = 5,
    /// 1 for true, 0 for false.
    TROP_COLUMN_BOOL = 6,
}

use trop_column_kind::*;

/// A table: columns by name, all of the same length. Any number of threads may read it at once.
pub struct trop_table {
    name: CString,
    n_rows: usize,
    columns: Vec<Column>,
}

struct Column {
    name: CString,
    kind: trop_column_kind,
    numbers: Vec<f64>,
    texts: Vec<Option<CString>>,
}

impl trop_table {
    /// The table of a name.
    pub(crate) fn named(all: &[Table], name: &str, labels: &Labels) -> Result<Self> {
        let found = all.iter().find(|table| table.name == name);
        let missing = || {
            let names: Vec<&str> = all.iter().map(|table| table.name).collect();
            let message = format!("there is no table '{name}'; there are {}", names.join(", "));
            Failure::new(TROP_OPTION_INVALID, message)
        };
        Ok(trop_table::new(found.ok_or_else(missing)?, labels))
    }

    pub(super) fn new(table: &Table, labels: &Labels) -> Self {
        let column = |column: &trop_report::Column| Column {
            name: text(&column.name),
            kind: kind(&column.values),
            numbers: numbers(&column.values),
            texts: column.values.texts(labels).iter().map(|t| t.as_deref().map(text)).collect(),
        };
        trop_table {
            name: text(table.name),
            n_rows: table.n_rows(),
            columns: table.columns.iter().map(column).collect(),
        }
    }
}

fn kind(values: &Values) -> trop_column_kind {
    match values {
        Values::Unit(_) => TROP_COLUMN_UNIT,
        Values::Period(_) => TROP_COLUMN_PERIOD,
        Values::Group { .. } => TROP_COLUMN_GROUP,
        Values::Text(_) => TROP_COLUMN_TEXT,
        Values::Integer(_) => TROP_COLUMN_INTEGER,
        Values::Number(_) => TROP_COLUMN_NUMBER,
        Values::Bool(_) => TROP_COLUMN_BOOL,
    }
}

fn numbers(values: &Values) -> Vec<f64> {
    match values {
        Values::Unit(at) | Values::Period(at) => at.iter().map(|&i| i as f64).collect(),
        Values::Group { codes, .. } => codes.iter().map(|&code| code as f64).collect(),
        Values::Text(texts) => vec![f64::NAN; texts.len()],
        Values::Integer(values) => {
            values.iter().map(|x| x.map_or(f64::NAN, |x| x as f64)).collect()
        }
        Values::Number(values) => values.clone(),
        Values::Bool(values) => values.iter().map(|&x| f64::from(u8::from(x))).collect(),
    }
}

/// Makes a table of an analysis: "effects", "pre_effects", "not_estimable", "by_time", "by_event_time" and
/// "cumulative" (if effects are averaged by event time), "averages", "coefficients", "pre_fit", "scores" (after
/// a search), "draws" (after inference). Their columns are the same in every language.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTION_INVALID` (there is no such table; the message lists them).
///
/// # Safety
/// `name` is a text.
#[no_mangle]
pub unsafe extern "C" fn trop_analysis_table(
    analysis: Option<&trop_analysis>,
    name: *const c_char,
    table: Option<&mut MaybeUninit<*mut trop_table>>,
) -> trop_status {
    guard(|| {
        let analysis = required(analysis, "analysis")?;
        let table = required(table, "table")?;
        // SAFETY: by this function's contract.
        let name = unsafe { string(name, "name") }?;
        let labels = &analysis.names.labels;
        let all = tables(&analysis.found, labels);
        give(trop_table::named(&all, &name, labels)?, table);
        Ok(())
    })
}

/// Frees a table. NULL is fine.
#[no_mangle]
pub extern "C" fn trop_table_free(table: Option<Box<trop_table>>) {
    drop(table);
}

/// Its name. Borrowed for the handle's life; NULL for NULL.
#[no_mangle]
pub extern "C" fn trop_table_name(table: Option<&trop_table>) -> *const c_char {
    table.map_or(ptr::null(), |t| t.name.as_ptr())
}

/// Number of rows; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_table_n_rows(table: Option<&trop_table>) -> usize {
    table.map_or(0, |t| t.n_rows)
}

/// Number of columns; 0 for NULL.
#[no_mangle]
pub extern "C" fn trop_table_n_columns(table: Option<&trop_table>) -> usize {
    table.map_or(0, |t| t.columns.len())
}

/// The name of a column, counted from 0. Borrowed for the handle's life; NULL for NULL and if there are not as
/// many.
#[no_mangle]
pub extern "C" fn trop_table_column_name(
    table: Option<&trop_table>,
    column: usize,
) -> *const c_char {
    table.and_then(|t| t.columns.get(column)).map_or(ptr::null(), |c| c.name.as_ptr())
}

/// What the values of a column are; `TROP_COLUMN_TEXT` for NULL and if there are not as many.
#[no_mangle]
pub extern "C" fn trop_table_column_kind(
    table: Option<&trop_table>,
    column: usize,
) -> trop_column_kind {
    table.and_then(|t| t.columns.get(column)).map_or(TROP_COLUMN_TEXT, |c| c.kind)
}

/// The position of the column of a name; trop_table_n_columns() if there is none.
///
/// # Safety
/// `name` is a text or NULL.
#[no_mangle]
pub unsafe extern "C" fn trop_table_find(table: Option<&trop_table>, name: *const c_char) -> usize {
    // SAFETY: by this function's contract.
    let name = unsafe { string(name, "name") }.unwrap_or_default();
    table.map_or(0, |t| {
        let found = t.columns.iter().position(|c| c.name.to_bytes() == name.as_bytes());
        found.unwrap_or(t.columns.len())
    })
}

/// The values of a column as numbers, trop_table_n_rows() of them: NaN for texts. Borrowed for the handle's
/// life; NULL for NULL and if there are not as many columns.
#[no_mangle]
pub extern "C" fn trop_table_numbers(table: Option<&trop_table>, column: usize) -> *const f64 {
    table.and_then(|t| t.columns.get(column)).map_or(ptr::null(), |c| c.numbers.as_ptr())
}

/// A value as a text, in UTF-8: labels of units, periods and groups, numbers with 6 significant digits. Borrowed
/// for the handle's life; NULL where there is no value, and for NULL.
#[no_mangle]
pub extern "C" fn trop_table_text(
    table: Option<&trop_table>,
    row: usize,
    column: usize,
) -> *const c_char {
    let value = table.and_then(|t| t.columns.get(column)?.texts.get(row)?.as_deref());
    value.map_or(ptr::null(), |text| text.as_ptr())
}
