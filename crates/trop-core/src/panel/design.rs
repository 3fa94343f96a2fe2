//! What is asked of a panel, beside its outcomes and treatments.

use super::donors::Donors;
use crate::by_name::{self, by_name};

/// Which treated cells share a fit, and with it their weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Anchor {
    /// One fit for each treated cell, its weights centred there (Algorithm 2).
    #[default]
    Cell,
    /// One fit for all treated cells: unit distances are to the mean control outcomes of the treated
    /// units before the first treated period, time distances to the centre of the treated periods, half
    /// a period after their middle.
    Pooled,
    /// As `Pooled`, but one fit for each set of units treated over exactly the same uninterrupted spell.
    Spell,
}

impl Anchor {
    /// Its name: `cell`, `pooled` or `spell`.
    ///
    /// ```
    /// assert_eq!(trop_core::Anchor::default().name(), "cell");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Anchor::Cell => "cell",
            Anchor::Pooled => "pooled",
            Anchor::Spell => "spell",
        }
    }

    /// The anchor of a name.
    ///
    /// ```
    /// use trop_core::Anchor;
    /// assert_eq!(Anchor::from_name("spell"), Some(Anchor::Spell));
    /// assert_eq!(Anchor::from_name("block"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        by_name::find(name)
    }
}

by_name!(Anchor, "anchor", [Anchor::Cell, Anchor::Pooled, Anchor::Spell]);

/// What the time weights of Eq. 3 count between two periods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum TimeDistance {
    /// Positions among the periods of the panel.
    #[default]
    Position,
    /// Differences of calendar values over the smallest gap between two neighbours.
    Calendar,
}

impl TimeDistance {
    /// Its name: `position` or `calendar`.
    ///
    /// ```
    /// assert_eq!(trop_core::TimeDistance::default().name(), "position");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            TimeDistance::Position => "position",
            TimeDistance::Calendar => "calendar",
        }
    }

    /// The time distance of a name.
    ///
    /// ```
    /// use trop_core::TimeDistance;
    /// assert_eq!(TimeDistance::from_name("calendar"), Some(TimeDistance::Calendar));
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        by_name::find(name)
    }
}

by_name!(TimeDistance, "time_distance", [TimeDistance::Position, TimeDistance::Calendar]);

/// Cells whose effects are averaged together, each group known by a code.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Grouping {
    /// Periods since the spell of treatment began, as [`Panel::event_time`](crate::Panel::event_time); negative before it.
    EventTime,
    /// Position of the period.
    Period,
    /// Position of the unit's first treated period.
    Cohort,
    /// Position of the unit.
    Unit,
    /// The caller's own code for each cell, row-major N x T; [`Grouping::NONE`] for no group.
    Given(Vec<i64>),
}

impl Grouping {
    /// The code of a cell that is in no group.
    pub const NONE: i64 = i64::MIN;
}

/// What is asked of a panel: how effects are estimated, and which averages of them are reported.
///
/// ```
/// use trop_core::{Anchor, Design, Panel, Shape};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let design = Design { anchor: Anchor::Pooled, ..Default::default() };
/// assert_eq!(panel.with_design(&design)?.anchor(), Anchor::Pooled);
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Design {
    /// Which treated cells share a fit; default [`Anchor::Cell`].
    pub anchor: Anchor,
    /// Calendar value of each period, length T, strictly increasing; default none.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub calendar: Option<Vec<f64>>,
    /// What time weights count; default [`TimeDistance::Position`].
    pub time_distance: TimeDistance,
    /// Weight of each unit's effects in averages (population or survey weights; no part in the fits),
    /// length N, finite, >= 0. Default: equal.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub average: Option<Vec<f64>>,
    /// Covariates (Eq. 14), each row-major N x T, finite wherever the outcome is observed. Default: none.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub covariates: Vec<Vec<f64>>,
    /// The cluster of each unit by a code of the caller's, length N: units of one code are resampled, left out and
    /// moved as one, as where treatment is assigned to states and units are their counties. Default: each unit is
    /// its own.
    pub clusters: Option<Vec<i64>>,
    /// Which units may serve in the fits of which others. Default [`Donors::All`].
    #[cfg_attr(feature = "serde", serde(default))]
    pub donors: Donors,
    /// Periods before each spell of treatment in which its effect may already show: the unit's untreated cells there
    /// are neither controls, in any fit, nor treated; no effect of them is reported. Counted in positions. Default 0.
    #[cfg_attr(feature = "serde", serde(default))]
    pub anticipation: usize,
    /// The same after each spell of treatment, where its effect may still show. Default 0.
    #[cfg_attr(feature = "serde", serde(default))]
    pub washout: usize,
    /// Averages to report beside the ATT. Default: none.
    pub groupings: Vec<Grouping>,
}
