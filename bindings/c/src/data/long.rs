//! Data in long form, one row for each unit in each period.

use crate::abi::arguments::{array, required, strings};
use crate::abi::failure::{Failure, Result};
use crate::abi::guard::guard;
use crate::abi::results::{give, Buffer};
use crate::abi::status::trop_status::{self, TROP_OPTION_INVALID};
use crate::abi::versioned::Versioned;
use crate::data::labels::trop_names;
use crate::data::panel::trop_panel;
use std::borrow::Cow;
use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::ptr::{self, NonNull};
use std::sync::Arc;
use trop_core::{order_periods, Design, Error, Grouping, Names, Panel, PeriodIds, Rows, Standing};
use trop_report::Labels;

/// Data in long form, `n_rows` rows in any order: row k is unit k in its period. Units and periods are integers
/// or texts. Integers, and units that are texts, stand in the panel in ascending order; periods that are texts stand
/// in the order in time that they say, such as "2001-02", "Q4 2019" or "Week 10", or are refused. Fill it with trop_long_default(), then set the columns. Fields may be added at the end in
/// later versions; `struct_size` tells the library which it can read.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct trop_long {
    /// Size of this struct in bytes, set by trop_long_default().
    pub struct_size: usize,
    /// Number of rows.
    pub n_rows: usize,
    /// The unit of each row, if units are integers; else NULL.
    pub unit: *const i64,
    /// The unit of each row, if units are texts; else NULL.
    pub unit_text: *const *const c_char,
    /// The period of each row, if periods are integers, such as years or codes of dates (201911); else NULL. They
    /// are the calendar of the panel's design unless it has one.
    pub time: *const i64,
    /// The period of each row, if periods are texts; else NULL.
    pub time_text: *const *const c_char,
    /// The outcome of each row, NaN if missing.
    pub outcome: *const f64,
    /// The treatment of each row, 0 or 1; NaN only where the outcome is missing, too. NULL if there is a `cohort`.
    pub treatment: *const f64,
    /// In place of `treatment`: the period in which the unit of each row is first treated, the same in all of its
    /// rows; 0, NaN or infinite for units that never are. Periods must be integers that differ as doubles. NULL for
    /// none. A remark (trop_panel_remarks()) tells of units that are first treated outside of the periods.
    pub cohort: *const f64,
}

// SAFETY: numbers, and pointers that are read by the contract of trop_panel_from_long() only.
unsafe impl Versioned for trop_long {
    const SIZES: &'static [usize] = &[size_of::<trop_long>()];
    const NAME: &'static str = "rows";
    const FILL: &'static str = "trop_long_default";

    fn set_size(&mut self, size: usize) {
        self.struct_size = size;
    }
}

impl Default for trop_long {
    fn default() -> Self {
        trop_long {
            struct_size: size_of::<trop_long>(),
            n_rows: 0,
            unit: ptr::null(),
            unit_text: ptr::null(),
            time: ptr::null(),
            time_text: ptr::null(),
            outcome: ptr::null(),
            treatment: ptr::null(),
            cohort: ptr::null(),
        }
    }
}

/// The unit or the period of each row.
struct Ids<'a> {
    codes: Cow<'a, [i64]>,
    /// What codes 0, 1, ... stand for; `None` if the codes are the caller's own.
    texts: Option<Vec<String>>,
    /// A value of each, if it is known.
    calendar: Option<Vec<f64>>,
}

impl<'a> Ids<'a> {
    /// # Safety
    /// Unless NULL, the arrays have `n` entries.
    unsafe fn read(
        integers: *const i64,
        texts: *const *const c_char,
        n: usize,
        name: &str,
    ) -> Result<Self> {
        if !integers.is_null() && !texts.is_null() {
            let message = format!("{name} and {name}_text are both given: set one of them");
            return Err(Failure::new(TROP_OPTION_INVALID, message));
        }
        if texts.is_null() {
            // SAFETY: by this function's contract.
            let codes = Cow::Borrowed(unsafe { array(integers, n, name) }?);
            return Ok(Ids { codes, texts: None, calendar: None });
        }
        // SAFETY: by this function's contract.
        Ok(Ids::of_texts(unsafe { strings(texts, n, name) }?))
    }

    fn of_texts(texts: Vec<String>) -> Self {
        let mut distinct = texts.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let code = |text: &String| distinct.partition_point(|other| other < text) as i64;
        let codes = texts.iter().map(code).collect();
        Ids { codes: Cow::Owned(codes), texts: Some(distinct), calendar: None }
    }

    /// Periods in their order in time, with a calendar.
    fn in_time(mut self) -> Result<Self> {
        let Some(texts) = self.texts.take() else {
            let mut distinct = self.codes.to_vec();
            distinct.sort_unstable();
            distinct.dedup();
            let ids = PeriodIds::Numbers(distinct.iter().map(|&t| t as f64).collect());
            self.calendar = order_periods(&ids, Standing::Loose)?.calendar;
            return Ok(self);
        };
        let found = order_periods(&PeriodIds::Texts(texts.clone()), Standing::Loose)?;
        let mut place = vec![0; texts.len()];
        found.order.iter().enumerate().for_each(|(to, &from)| place[from] = to as i64);
        let codes = self.codes.iter().map(|&code| place[code as usize]).collect();
        let texts = found.order.iter().map(|&k| texts[k].clone()).collect();
        Ok(Ids { codes: Cow::Owned(codes), texts: Some(texts), calendar: found.calendar })
    }

    /// What the codes of the panel stand for.
    fn labels(self, codes: &[i64]) -> Vec<String> {
        self.texts.unwrap_or_else(|| codes.iter().map(ToString::to_string).collect())
    }
}

impl trop_long {
    /// Units and periods of the rows.
    ///
    /// # Safety
    /// The columns have the rows that they say.
    unsafe fn ids<'a>(&self) -> Result<[Ids<'a>; 2]> {
        // SAFETY: by this function's contract.
        unsafe {
            Ok([
                Ids::read(self.unit, self.unit_text, self.n_rows, "unit")?,
                Ids::read(self.time, self.time_text, self.n_rows, "time")?.in_time()?,
            ])
        }
    }

    /// Where the rows stand in the panel.
    ///
    /// # Safety
    /// As for [`trop_long::ids`].
    unsafe fn rows(&self) -> Result<Rows> {
        // SAFETY: by this function's contract.
        let [unit, time] = unsafe { self.ids() }?;
        Ok(Rows::new(&unit.codes, &time.codes)?)
    }

    /// The panel; its labels are added to `names`.
    ///
    /// # Safety
    /// As for [`trop_long::ids`].
    unsafe fn panel(&self, names: &mut Names) -> Result<trop_panel> {
        // SAFETY: by this function's contract.
        let ([unit, time], outcome) =
            unsafe { (self.ids()?, array(self.outcome, self.n_rows, "outcome")?) };
        // Where two rows are one cell there are labels already.
        let labels = |ids: &Ids<'_>| ids.texts.clone().unwrap_or_default();
        (names.units, names.periods) = (labels(&unit), labels(&time));
        let rows = Rows::new(&unit.codes, &time.codes)?;
        let calendar = time.calendar.clone();
        names.units = unit.labels(rows.units());
        names.periods = time.labels(rows.periods());
        let design = Design { calendar: calendar.clone(), ..Default::default() };
        // SAFETY: by this function's contract.
        let panel = unsafe { self.treated(&rows, outcome) }?;
        let panel = panel.with_design(&design)?;
        let labels = Labels { names: names.clone(), ..Labels::of_panel(&panel) };
        Ok(trop_panel { data: Arc::new(panel), names: Arc::new(labels.into()), calendar })
    }
}

impl trop_long {
    /// The panel by its treatment, or by its cohorts.
    ///
    /// # Safety
    /// As for [`trop_long::ids`].
    unsafe fn treated(&self, rows: &Rows, outcome: &[f64]) -> Result<Panel> {
        let invalid = |message: &str| Failure::new(TROP_OPTION_INVALID, message.to_string());
        if self.cohort.is_null() {
            // SAFETY: by this function's contract.
            let treatment = unsafe { array(self.treatment, self.n_rows, "treatment") }?;
            return Ok(Panel::from_rows(rows, outcome, treatment)?);
        }
        if !self.treatment.is_null() {
            return Err(invalid("treatment and cohort are both given: set one of them"));
        }
        if !self.time_text.is_null() {
            return Err(invalid("cohort needs periods that are integers"));
        }
        // A cohort is a period as the caller writes it, 202001 say, and not its value in a calendar of months.
        let periods: Vec<f64> = rows.periods().iter().map(|&period| period as f64).collect();
        if !periods.is_sorted_by(|a, b| a < b) {
            let message =
                "cohort is in double precision, in which two of the periods are one number: \
                           give a treatment, or smaller integers";
            return Err(invalid(message));
        }
        // SAFETY: by this function's contract.
        let first = unsafe { array(self.cohort, self.n_rows, "cohort") }?;
        Ok(Panel::from_cohorts(rows, outcome, first, &periods, true)?)
    }
}

/// Fills data in long form with no rows and NULL. Pass `sizeof(trop_long)`.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTIONS_SIZE`.
///
/// # Safety
/// `rows` has `struct_size` bytes.
#[no_mangle]
pub unsafe extern "C" fn trop_long_default(
    struct_size: usize,
    rows: *mut trop_long,
) -> trop_status {
    // SAFETY: by this function's contract.
    guard(|| unsafe { trop_long::fill(struct_size, rows) })
}

/// Lays out data in long form and validates them. A cell without a row, or without a treatment, has no
/// outcome; it counts as treated if its unit is treated both before and after it. Units and periods are
/// labelled by their integers or texts; `names` may name the columns (its other fields are not read) and
/// may be NULL.
///
/// Errors: those of trop_panel_new() but for strides, `TROP_OPTIONS_SIZE`, `TROP_OPTION_INVALID` (units or
/// periods both as integers and as texts, treatment and cohort, cohort with texts or with integers that are
/// one double), `TROP_COHORT_VARIES`, `TROP_COHORT_AMBIGUOUS`, `TROP_DUPLICATE_ROWS`,
/// `TROP_TREATMENT_MISSING`.
///
/// # Safety
/// `rows` and `names` have the size that they say, and the columns the rows.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_from_long(
    rows: *const trop_long,
    names: *const trop_names,
    panel: Option<&mut MaybeUninit<*mut trop_panel>>,
) -> trop_status {
    guard(|| {
        let panel = required(panel, "panel")?;
        let mut called = Names::default();
        // SAFETY: by this function's contract.
        let made = unsafe {
            required(NonNull::new(rows.cast_mut()), "rows")?;
            trop_names::read(names)?.columns(&mut called);
            trop_long::read(rows)?.panel(&mut called)
        };
        give(made.map_err(|failure| failure.named(&called))?, panel);
        Ok(())
    })
}

/// Lays out one more column of data in long form, such as a covariate, as the panel of these rows has its
/// outcomes: writes a row-major N x T matrix without gaps to `matrix`, NaN where there is no row.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTIONS_SIZE`, `TROP_OPTION_INVALID`, `TROP_EMPTY_PANEL`, `TROP_TOO_LARGE`,
/// `TROP_DUPLICATE_ROWS`, `TROP_BUFFER_TOO_SMALL`.
///
/// # Safety
/// `rows` has the size that it says, `column` and those of `rows` have the rows, and `matrix` has room for
/// `capacity` entries.
#[no_mangle]
pub unsafe extern "C" fn trop_long_matrix(
    rows: *const trop_long,
    column: *const f64,
    capacity: usize,
    matrix: *mut f64,
) -> trop_status {
    let buffer = Buffer { data: matrix, capacity, name: "matrix" };
    // SAFETY: by this function's contract.
    guard(|| unsafe { lay_out(rows, column, &buffer, Rows::matrix) })
}

/// The same for codes of groups, for `TROP_GROUPING_GIVEN`: `TROP_NO_GROUP` where there is no row.
///
/// Errors: those of trop_long_matrix().
///
/// # Safety
/// As for trop_long_matrix().
#[no_mangle]
pub unsafe extern "C" fn trop_long_codes(
    rows: *const trop_long,
    column: *const i64,
    capacity: usize,
    codes: *mut i64,
) -> trop_status {
    let buffer = Buffer { data: codes, capacity, name: "codes" };
    let given = |rows: &Rows, column: &[i64]| match rows.grouping(column)? {
        Grouping::Given(codes) => Ok(codes),
        other => unreachable!("{other:?} are no codes"),
    };
    // SAFETY: by this function's contract.
    guard(|| unsafe { lay_out(rows, column, &buffer, given) })
}

/// # Safety
/// `rows` and `column` are valid, and the buffer has its capacity.
unsafe fn lay_out<T: Copy>(
    rows: *const trop_long,
    column: *const T,
    buffer: &Buffer<'_, T>,
    lay_out: impl FnOnce(&Rows, &[T]) -> std::result::Result<Vec<T>, Error>,
) -> Result<()> {
    // SAFETY: by this function's contract.
    let (found, column) = unsafe {
        required(NonNull::new(rows.cast_mut()), "rows")?;
        let rows = trop_long::read(rows)?;
        (rows.rows()?, array(column, rows.n_rows, "column")?)
    };
    let cells = lay_out(&found, column)?;
    buffer.check(cells.len())?;
    // SAFETY: checked, and the capacity is the array's by this function's contract.
    unsafe { buffer.write(&cells) };
    Ok(())
}
