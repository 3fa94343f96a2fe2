//! What may be remarked on about a panel.

/// Something about a panel that is allowed, but often a mistake.
///
/// ```
/// use trop_core::{Panel, Shape};
/// // Treated in one period only, and not after it.
/// let panel = Panel::new(
///     &[1.0, 2.0, 4.0, 6.0, 5.0, 7.0],
///     &[0.0, 0.0, 0.0, 0.0, 1.0, 0.0],
///     Shape { n_units: 2, n_periods: 3 },
/// )?;
/// let remarks = panel.remarks();
/// assert_eq!(remarks[0].code(), "treatment_spike");
/// assert!(remarks[0].to_string().contains("single period"));
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Remark {
    /// Treatment is on for one period only.
    #[error(
        "each of the {units} treated units is treated in a single period and untreated after it: if the \
         treatment lasts, code every period from its start on as treated"
    )]
    TreatmentSpike {
        /// Treated units.
        units: usize,
    },
    /// Treatment ends, but never begins.
    #[error(
        "no unit becomes treated, and {units} stop being treated: are 0 and 1 swapped in the treatment?"
    )]
    TreatmentSwapped {
        /// Units that stop being treated.
        units: usize,
    },
    /// Treatment does not vary within the groups of a grouping, of which several have the same treatment: it looks
    /// assigned to groups, and units are no clusters.
    #[error(
        "treatment never varies within the groups of grouping {grouping}: if it was assigned there, give these \
         groups as clusters, so that inference and cross-validation count them and not their units"
    )]
    TreatmentByGroup {
        /// Which grouping.
        grouping: usize,
    },
    /// First treated periods, given unit by unit, that lie after the last period: there these units count as never
    /// treated.
    #[error("{units} of the units are first treated after the last period: in this panel they are never treated")]
    CohortsAfter {
        /// Such units.
        units: usize,
    },
    /// First treated periods, given unit by unit, that leave no period before them.
    #[error(
        "{units} of the units are treated from the first period on or before it: always treated, they have no \
         period without treatment, so that no effect can be estimated for them"
    )]
    CohortsBefore {
        /// Such units.
        units: usize,
    },
    /// Units that have no row right before the first treated one, so that treatment may have begun earlier.
    #[error(
        "{} of the treated units {} no row right before the first treated one: treatment may have begun earlier; add \
         such rows, with the treatment and without an outcome",
        units.len(),
        if units.len() == 1 { "has" } else { "have" }
    )]
    AdoptionUnknown {
        /// The units.
        units: Vec<usize>,
    },
    /// The panel is a placebo in time.
    #[error(
        "this is a placebo in time: treatment is taken to begin {} before it did, and outcomes of treated units since \
         then are left out{}; there is no effect to find",
        periods(*shortest, *longest),
        dropped_units(*dropped)
    )]
    PlaceboInTime {
        /// Fewest periods of a unit that are taken as treated.
        shortest: usize,
        /// Most of them.
        longest: usize,
        /// Treated units that are not in the panel, because their history is too short.
        dropped: usize,
    },
    /// Calendar gaps differ, and time distances count positions.
    #[error(
        "periods are not evenly spaced, and time weights count positions: set time_distance to calendar if gaps \
          should count"
    )]
    PeriodsUneven {
        /// The period before the first gap that is wider than the smallest.
        after: usize,
    },
}

impl Remark {
    /// The stable code of this kind of remark, the same in every language.
    pub fn code(&self) -> &'static str {
        match self {
            Remark::TreatmentSpike { .. } => "treatment_spike",
            Remark::TreatmentSwapped { .. } => "treatment_swapped",
            Remark::TreatmentByGroup { .. } => "treatment_by_group",
            Remark::CohortsAfter { .. } => "cohorts_after",
            Remark::CohortsBefore { .. } => "cohorts_before",
            Remark::AdoptionUnknown { .. } => "adoption_unknown",
            Remark::PlaceboInTime { .. } => "placebo_in_time",
            Remark::PeriodsUneven { .. } => "periods_uneven",
        }
    }
}

fn periods(shortest: usize, longest: usize) -> String {
    match (shortest, longest) {
        (1, 1) => "1 period".into(),
        (a, b) if a == b => format!("{a} periods"),
        (a, b) => format!("{a} to {b} periods"),
    }
}

fn dropped_units(dropped: usize) -> String {
    match dropped {
        0 => String::new(),
        1 => ", and so is a unit whose history is too short".into(),
        n => format!(", and so are {n} units whose histories are too short"),
    }
}
