//! What is asked of a panel, beside its outcomes and treatments.

use crate::abi::arguments::{array, choice, matrix, optional, required};
use crate::abi::failure::{Failure, Result};
use crate::abi::guard::guard;
use crate::abi::results::give;
use crate::abi::status::trop_status::{self, TROP_OPTION_INVALID};
use crate::abi::versioned::Versioned;
use crate::data::panel::{trop_panel, with_handle};
use std::mem::{offset_of, MaybeUninit};
use std::ptr;
use trop_core::{Anchor, Design, Donors, Grouping, Panel, TimeDistance};

/// Which treated cells share a fit, and with it their weights.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum trop_anchor {
    /// One fit for each treated cell, its weights centred there.
    TROP_ANCHOR_CELL = 0,
    /// One fit for all treated cells: unit distances are to the mean control outcomes of the treated units
    /// before the first treated period, time distances to the centre of the treated periods, half a period
    /// after their middle.
    TROP_ANCHOR_POOLED = 1,
    /// As `TROP_ANCHOR_POOLED`, but one fit for each set of units treated over exactly the same
    /// uninterrupted spell.
    TROP_ANCHOR_SPELL = 2,
}

/// What the time weights count between two periods.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum trop_time_distance {
    /// Positions among the periods of the panel.
    TROP_TIME_POSITION = 0,
    /// Differences of calendar values over the smallest gap between two neighbours.
    TROP_TIME_CALENDAR = 1,
}

/// What a group of cells has in common; a group is known by a code.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum trop_grouping_kind {
    /// Periods since the spell of treatment began; negative before it.
    TROP_GROUPING_EVENT_TIME = 0,
    /// Position of the period.
    TROP_GROUPING_PERIOD = 1,
    /// Position of the unit's first treated period.
    TROP_GROUPING_COHORT = 2,
    /// Position of the unit.
    TROP_GROUPING_UNIT = 3,
    /// The caller's own code for each cell.
    TROP_GROUPING_GIVEN = 4,
}

use trop_anchor::*;
use trop_grouping_kind::*;
use trop_time_distance::*;

/// The code of a cell that is in no group of `TROP_GROUPING_GIVEN`.
pub const TROP_NO_GROUP: i64 = i64::MIN;

const _: () = assert!(TROP_NO_GROUP == Grouping::NONE);

/// Cells whose effects are averaged together.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct trop_grouping {
    /// One of `trop_grouping_kind`.
    pub kind: i32,
    /// The code of each cell, N x T; for `TROP_GROUPING_GIVEN` only, else not read.
    pub codes: *const i64,
    /// Row stride of `codes`, in codes, at least T.
    pub codes_stride: usize,
}

/// What is asked of a panel of N units by T periods: how effects are estimated, and which averages of them
/// are reported. Fill it with trop_design_default(), then change what you like. Fields may be added at the
/// end in later versions; `struct_size` tells the library which it can read.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct trop_design {
    /// Size of this struct in bytes, set by trop_design_default().
    pub struct_size: usize,
    /// One of `trop_anchor`; default `TROP_ANCHOR_CELL`.
    pub anchor: i32,
    /// One of `trop_time_distance`; default `TROP_TIME_POSITION`.
    pub time_distance: i32,
    /// Calendar value of each period, T of them, strictly increasing; NULL (the default) for none.
    pub calendar: *const f64,
    /// Weight of each unit's effects in averages (population or survey weights; no part in the fits), N of
    /// them, finite, >= 0; NULL (the default) for equal weights.
    pub average: *const f64,
    /// Covariates: `n_covariates` pointers to N x T matrices, finite wherever the outcome is observed.
    /// Default none.
    pub covariates: *const *const f64,
    /// Number of covariates; default 0.
    pub n_covariates: usize,
    /// Row stride of each covariate, in doubles, at least T.
    pub covariate_stride: usize,
    /// Averages to report beside the average effect, `n_groupings` of them. Default none.
    pub groupings: *const trop_grouping,
    /// Number of groupings; default 0.
    pub n_groupings: usize,
    /// The cluster of each unit by a code of yours, N of them; units of one code are resampled, left out and moved
    /// as one. NULL (the default): each unit is its own.
    pub clusters: *const i64,
    /// For each unit 1 if it may serve in the fits of others, else 0, N of them. At most one of this, `donor_groups`
    /// and `donor_pairs` is not NULL; all NULL (the default): every unit may serve for every other.
    pub donor_units: *const u8,
    /// The group of each unit by a code of yours, N of them: the units of a group may serve for each other.
    pub donor_groups: *const i64,
    /// N x N: in row i and column j 1 if unit j may serve for unit i, else 0. The diagonal is not read.
    pub donor_pairs: *const u8,
    /// Row stride of `donor_pairs`, in bytes, at least N.
    pub donor_pairs_stride: usize,
    /// Periods before each spell of treatment whose untreated cells of the unit are neither controls nor treated.
    /// Default 0.
    pub anticipation: usize,
    /// The same after each spell. Default 0.
    pub washout: usize,
}

/// Size of the struct when `clusters` was its last field.
const SIZE_WITHOUT_DONORS: usize = offset_of!(trop_design, donor_units);

// SAFETY: numbers, and pointers that are read by the contract of trop_panel_with_design() only.
unsafe impl Versioned for trop_design {
    const SIZES: &'static [usize] = &[SIZE_WITHOUT_DONORS, size_of::<trop_design>()];
    const NAME: &'static str = "design";
    const FILL: &'static str = "trop_design_default";

    fn set_size(&mut self, size: usize) {
        self.struct_size = size;
    }
}

impl Default for trop_design {
    fn default() -> Self {
        let Design { anchor, time_distance, .. } = Design::default();
        trop_design {
            struct_size: size_of::<trop_design>(),
            anchor: match anchor {
                Anchor::Cell => TROP_ANCHOR_CELL,
                Anchor::Pooled => TROP_ANCHOR_POOLED,
                Anchor::Spell => TROP_ANCHOR_SPELL,
                other => unreachable!("'{other}' has no value in C"),
            } as i32,
            time_distance: match time_distance {
                TimeDistance::Position => TROP_TIME_POSITION,
                TimeDistance::Calendar => TROP_TIME_CALENDAR,
                other => unreachable!("'{other}' has no value in C"),
            } as i32,
            calendar: ptr::null(),
            average: ptr::null(),
            covariates: ptr::null(),
            n_covariates: 0,
            covariate_stride: 0,
            groupings: ptr::null(),
            n_groupings: 0,
            clusters: ptr::null(),
            donor_units: ptr::null(),
            donor_groups: ptr::null(),
            donor_pairs: ptr::null(),
            donor_pairs_stride: 0,
            anticipation: 0,
            washout: 0,
        }
    }
}

impl trop_design {
    /// The core's design, of copies of the caller's arrays.
    ///
    /// # Safety
    /// The arrays have the entries that their sizes, strides and the panel's shape say.
    pub(crate) unsafe fn design(&self, panel: &Panel) -> Result<Design> {
        let (n_units, n_periods) = (panel.n_units(), panel.n_periods());
        // SAFETY: by this function's contract.
        let (calendar, average, clusters, covariates, groupings) = unsafe {
            (
                optional(self.calendar, n_periods, "calendar")?,
                optional(self.average, n_units, "average")?,
                optional(self.clusters, n_units, "clusters")?,
                array(self.covariates, self.n_covariates, "covariates")?,
                array(self.groupings, self.n_groupings, "groupings")?,
            )
        };
        let covariate = |&values: &*const f64| {
            // SAFETY: by this function's contract.
            unsafe { matrix(values, self.covariate_stride, (n_units, n_periods), "a covariate") }
        };
        // SAFETY: by this function's contract.
        let grouping = |g: &trop_grouping| unsafe { g.grouping((n_units, n_periods)) };
        Ok(Design {
            anchor: choice!("anchor", self.anchor, {
                TROP_ANCHOR_CELL => Anchor::Cell,
                TROP_ANCHOR_POOLED => Anchor::Pooled,
                TROP_ANCHOR_SPELL => Anchor::Spell,
            })?,
            calendar: calendar.map(<[f64]>::to_vec),
            time_distance: choice!("time_distance", self.time_distance, {
                TROP_TIME_POSITION => TimeDistance::Position,
                TROP_TIME_CALENDAR => TimeDistance::Calendar,
            })?,
            average: average.map(<[f64]>::to_vec),
            clusters: clusters.map(<[i64]>::to_vec),
            // SAFETY: by this function's contract.
            donors: unsafe { self.donors(n_units) }?,
            anticipation: self.anticipation,
            washout: self.washout,
            covariates: covariates.iter().map(covariate).collect::<Result<_>>()?,
            groupings: groupings.iter().map(grouping).collect::<Result<_>>()?,
        })
    }
}

impl trop_design {
    /// Who may serve for whom.
    ///
    /// # Safety
    /// The arrays of donors have the entries that `n_units` and the stride say.
    unsafe fn donors(&self, n_units: usize) -> Result<Donors> {
        let given = [
            !self.donor_units.is_null(),
            !self.donor_groups.is_null(),
            !self.donor_pairs.is_null(),
        ];
        if given.iter().filter(|&&given| given).count() > 1 {
            let message = "give at most one of donor_units, donor_groups and donor_pairs";
            return Err(Failure::new(TROP_OPTION_INVALID, message));
        }
        let flags = |values: &[u8]| values.iter().map(|&value| value != 0).collect();
        let (shape, stride) = ((n_units, n_units), self.donor_pairs_stride);
        // SAFETY: by this function's contract.
        unsafe {
            if let Some(units) = optional(self.donor_units, n_units, "donor_units")? {
                return Ok(Donors::Units(flags(units)));
            }
            if let Some(groups) = optional(self.donor_groups, n_units, "donor_groups")? {
                return Ok(Donors::Groups(groups.to_vec()));
            }
            if self.donor_pairs.is_null() {
                return Ok(Donors::All);
            }
            Ok(Donors::Pairs(flags(&matrix(self.donor_pairs, stride, shape, "donor_pairs")?)))
        }
    }
}

impl trop_grouping {
    /// # Safety
    /// The codes, if they are read, have the entries that stride and shape say.
    unsafe fn grouping(&self, shape: (usize, usize)) -> Result<Grouping> {
        choice!("kind", self.kind, {
            TROP_GROUPING_EVENT_TIME => Grouping::EventTime,
            TROP_GROUPING_PERIOD => Grouping::Period,
            TROP_GROUPING_COHORT => Grouping::Cohort,
            TROP_GROUPING_UNIT => Grouping::Unit,
            TROP_GROUPING_GIVEN => {
                // SAFETY: by this function's contract.
                Grouping::Given(unsafe { matrix(self.codes, self.codes_stride, shape, "codes") }?)
            },
        })
    }
}

/// Fills a design with the defaults. Pass `sizeof(trop_design)`.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTIONS_SIZE`.
///
/// # Safety
/// `design` has `struct_size` bytes.
#[no_mangle]
pub unsafe extern "C" fn trop_design_default(
    struct_size: usize,
    design: *mut trop_design,
) -> trop_status {
    // SAFETY: by this function's contract.
    guard(|| unsafe { trop_design::fill(struct_size, design) })
}

/// Makes a new panel: the data of `panel`, and a design that every function of the new panel follows. A
/// design that `panel` had is replaced, and with it the names of its covariates and groupings; other names
/// stay. The arrays of the design are copied; NULL is the default design. Without a calendar that of
/// trop_panel_from_long() stays, if its periods are integers.
///
/// Errors: `TROP_NULL_POINTER`, `TROP_OPTIONS_SIZE`, `TROP_OPTION_INVALID`, `TROP_STRIDE_TOO_SMALL`,
/// `TROP_TOO_LARGE`, `TROP_OUT_OF_MEMORY`, `TROP_CALENDAR_MISSING`, `TROP_CALENDAR_NOT_INCREASING`,
/// `TROP_WEIGHT_INVALID` (in `average`), `TROP_AVERAGE_ALL_ZERO`, `TROP_COVARIATE_MISSING`,
/// `TROP_COVARIATE_CONSTANT`, `TROP_COVARIATES_COLLINEAR`, `TROP_DONORS_NONE`, `TROP_NO_CONTROL_CELL`.
///
/// # Safety
/// `design` has the size that it says, and its arrays the entries that sizes, strides and the panel say.
#[no_mangle]
pub unsafe extern "C" fn trop_panel_with_design(
    panel: Option<&trop_panel>,
    design: *const trop_design,
    designed: Option<&mut MaybeUninit<*mut trop_panel>>,
) -> trop_status {
    with_handle(panel, |before| {
        let panel = &before.data;
        let designed = required(designed, "designed")?;
        // SAFETY: by this function's contract.
        let design = unsafe { trop_design::read(design)?.design(panel) }?;
        give(before.designed(design)?, designed);
        Ok(())
    })
}
