//! What the units, periods and columns of a panel are called.

use crate::abi::arguments::{array, optional_string, required, strings};
use crate::abi::failure::Result;
use crate::abi::guard::guard;
use crate::abi::results::give;
use crate::abi::status::trop_status;
use crate::abi::versioned::Versioned;
use crate::data::panel::{trop_panel, with_handle};
use std::ffi::c_char;
use std::mem::{offset_of, MaybeUninit};
use std::ptr;
use std::sync::Arc;
use trop_core::{Names, Panel};
use trop_report::{Groups, Labels};

/// What the codes 0, 1, ... of a grouping stand for.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct trop_group_labels {
    /// The label of each code, `n` of them.
    pub labels: *const *const c_char,
    /// Number of labels; 0 if the codes have none.
    pub n: usize,
}

/// What the units, periods and columns of a panel are called: in messages of errors, notes, summary, tables and
/// report. Texts are in UTF-8. NULL (the default) leaves what the panel has; what has no name is called by
/// its position. Fill it with trop_names_default(), then change what you like. Fields may be added at the
/// end in later versions; `struct_size` tells the library which it can read.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct trop_names {
    /// Size of this struct in bytes, set by trop_names_default().
    pub struct_size: usize,
    /// What a unit is, such as "state".
    pub unit: *const c_char,
    /// What a period is, such as "year".
    pub time: *const c_char,
    /// The outcome.
    pub outcome: *const c_char,
    /// The treatment.
    pub treatment: *const c_char,
    /// The label of each unit, N of them.
    pub units: *const *const c_char,
    /// The label of each period, T of them.
    pub periods: *const *const c_char,
    /// The name of each covariate of the panel's design.
    pub covariates: *const *const c_char,
    /// The name of each grouping of the panel's design.
    pub groupings: *const *const c_char,
    /// The labels of the groups of each grouping of the panel's design; read for `TROP_GROUPING_GIVEN` only.
    pub groups: *const trop_group_labels,
    /// The weights of averages.
    pub average: *const c_char,
    /// If not 0, summary, report and tables of averages tell effects in percent too. Default 0: a percentage of a
    /// logarithm, an index or a temperature means nothing.
    pub percent: i32,
    /// The clusters of units.
    pub clusters: *const c_char,
    /// The choice of donors.
    pub donors: *const c_char,
    /// What the outcome is called in summary and report, such as "Packs per person", in place of its column.
    pub outcome_label: *const c_char,
    /// What the effect is called there, such as "Effect of Proposition 99".
    pub effect_label: *const c_char,
}

/// Size of the struct when `clusters` was its last field.
const SIZE_WITHOUT_DONORS: usize = offset_of!(trop_names, donors);

/// Size of the struct when `donors` was its last field.
const SIZE_WITHOUT_LABELS: usize = offset_of!(trop_names, outcome_label);

// SAFETY: a number, and pointers that are read by the contract of trop_panel_with_names() only.
unsafe impl Versioned for trop_names {
    const SIZES: &'static [usize] =
        &[SIZE_WITHOUT_DONORS, SIZE_WITHOUT_LABELS, size_of::<trop_names>()];
    const NAME: &'static str = "names";
    const FILL: &'static str = "trop_names_default";

    fn set_size(&mut self, size: usize) {
        self.struct_size = size;
    }
}

impl Default for trop_names {
    fn default() -> Self {
        trop_names {
            struct_size: size_of::<trop_names>(),
            unit: ptr::null(),
            time: ptr::null(),
            outcome: ptr::null(),
            treatment: ptr::null(),
            units: ptr::null(),
            periods: ptr::null(),
            covariates: ptr::null(),
            groupings: ptr::null(),
            groups: ptr::null(),
            average: ptr::null(),
            percent: 0,
            clusters: ptr::null(),
            donors: ptr::null(),
            outcome_label: ptr::null(),
            effect_label: ptr::null(),
        }
    }
}

/// Texts of the caller in place of what there is, if there are any.
///
/// # Safety
/// Unless NULL, `given` points to `n` texts.
unsafe fn replace(
    there: &mut Vec<String>,
    given: *const *const c_char,
    n: usize,
    name: &str,
) -> Result<()> {
    if !given.is_null() {
        // SAFETY: by this function's contract.
        *there = unsafe { strings(given, n, name) }?;
    }
    Ok(())
}

impl trop_names {
    /// Puts the names of columns into others.
    ///
    /// # Safety
    /// The texts of columns are valid.
    pub(crate) unsafe fn columns(&self, names: &mut Names) {
        let columns = [
            (&mut names.unit, self.unit),
            (&mut names.time, self.time),
            (&mut names.outcome, self.outcome),
            (&mut names.treatment, self.treatment),
        ];
        for (name, given) in columns {
            // SAFETY: by this function's contract.
            if let Some(given) = unsafe { optional_string(given) } {
                *name = given;
            }
        }
    }

    /// The labels of a panel, these in place of those that it has.
    ///
    /// # Safety
    /// The texts have the numbers that the panel's shape and design say.
    unsafe fn labels(&self, panel: &Panel, mut labels: Labels) -> Result<Labels> {
        let names = &mut labels.names;
        let n_groupings = panel.groupings().len();
        // SAFETY: by this function's contract.
        unsafe {
            self.columns(names);
            replace(&mut names.units, self.units, panel.n_units(), "units")?;
            replace(&mut names.periods, self.periods, panel.n_periods(), "periods")?;
            replace(&mut names.covariates, self.covariates, panel.n_covariates(), "covariates")?;
            replace(&mut names.groupings, self.groupings, n_groupings, "groupings")?;
            self.groups(&mut labels.groups)?;
            labels.average_weights = optional_string(self.average).or(labels.average_weights);
            labels.clusters = optional_string(self.clusters).or(labels.clusters);
            labels.donors = optional_string(self.donors).or(labels.donors);
            labels.outcome_label = optional_string(self.outcome_label).or(labels.outcome_label);
            labels.effect_label = optional_string(self.effect_label).or(labels.effect_label);
        }
        labels.percent |= self.percent != 0;
        Ok(labels)
    }

    /// # Safety
    /// As for [`trop_names::labels`].
    unsafe fn groups(&self, groups: &mut [Groups]) -> Result<()> {
        if self.groups.is_null() {
            return Ok(());
        }
        // SAFETY: by this function's contract.
        let given = unsafe { array(self.groups, groups.len(), "groups") }?;
        for (group, &trop_group_labels { labels, n }) in groups.iter_mut().zip(given) {
            if let Groups::Given(there) = group {
                // SAFETY: by this function's contract.
                *there = unsafe { strings(labels, n, "labels") }?;
            }
        }
        Ok(())
    }
}

/// Fills names with NULL. Pass `sizeof(trop_names)`.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTIONS_SIZE`.
///
/// # Safety
/// `names` has `struct_size` bytes.
#[no_mangle]
pub unsafe extern "C" fn trop_names_default(
    struct_size: usize,
    names: *mut trop_names,
) -> trop_status {
    // SAFETY: by this function's contract.
    guard(|| unsafe { trop_names::fill(struct_size, names) })
}

/// Makes a new panel: `panel` with names. All texts are copied.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTIONS_SIZE`.
///
/// # Safety
/// `names` has the size that it says, and its texts the numbers that the panel says.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_with_names(
    panel: Option<&trop_panel>,
    names: *const trop_names,
    named: Option<&mut MaybeUninit<*mut trop_panel>>,
) -> trop_status {
    with_handle(panel, |panel| {
        let named = required(named, "named")?;
        let labels = panel.names.labels.clone();
        // SAFETY: by this function's contract.
        let labels = unsafe { trop_names::read(names)?.labels(&panel.data, labels) }?;
        let (data, calendar) = (Arc::clone(&panel.data), panel.calendar.clone());
        give(trop_panel { data, names: Arc::new(labels.into()), calendar }, named);
        Ok(())
    })
}
