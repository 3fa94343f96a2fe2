//! What a user should know about a panel before believing its estimate.

use super::cell::Cell;
use super::design::TimeDistance;
use super::panel::Panel;

/// Something about a panel that is allowed, but often a mistake.
///
/// ```
/// use trop_core::Panel;
/// // Treated in one period only, and not after it.
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0, 5.0, 7.0], &[0.0, 0.0, 0.0, 0.0, 1.0, 0.0], 2, 3)?;
/// let remarks = panel.remarks();
/// assert_eq!(remarks[0].code(), "treatment_spike");
/// assert!(remarks[0].to_string().contains("single period"));
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
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
    /// Calendar gaps differ, and time distances count positions.
    #[error(
        "periods are not evenly spaced, and time weights count positions: choose the calendar as time \
         distance if gaps should count"
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
            Remark::PeriodsUneven { .. } => "periods_uneven",
        }
    }
}

/// Differences of gaps below this share of the smallest are rounding.
const ROUNDING: f64 = 1e-9;

impl Panel {
    /// What is allowed about this panel, but often a mistake.
    pub fn remarks(&self) -> Vec<Remark> {
        let switches = Switches::count(self);
        let mut remarks = Vec::new();
        if switches.is_spike() {
            remarks.push(Remark::TreatmentSpike { units: switches.spikes });
        }
        if switches.on == 0 && switches.off > 0 {
            remarks.push(Remark::TreatmentSwapped { units: switches.off });
        }
        if self.time_distance() == TimeDistance::Position {
            remarks.extend(self.wider_gap().map(|after| Remark::PeriodsUneven { after }));
        }
        remarks
    }

    /// The period before the first gap that is wider than the smallest.
    fn wider_gap(&self) -> Option<usize> {
        let places = self.calendar().unwrap_or_default();
        places.windows(2).position(|w| w[1] - w[0] > 1.0 + ROUNDING)
    }
}

/// Numbers of units.
#[derive(Default)]
struct Switches {
    /// That become treated.
    on: usize,
    /// That stop being treated.
    off: usize,
    /// Treated in one period, and untreated in the next.
    spikes: usize,
    treated: usize,
}

impl Switches {
    fn count(panel: &Panel) -> Self {
        let mut switches = Switches::default();
        for unit in panel.treated_units() {
            let row: Vec<bool> = (0..panel.n_periods())
                .map(|period| panel.is_treated(Cell { unit, period }))
                .collect();
            let on = row.windows(2).any(|w| !w[0] && w[1]);
            let off = row.windows(2).any(|w| w[0] && !w[1]);
            let periods = row.iter().filter(|&&w| w).count();
            switches.treated += 1;
            switches.on += usize::from(on);
            switches.off += usize::from(off);
            switches.spikes += usize::from(periods == 1 && off);
        }
        switches
    }

    fn is_spike(&self) -> bool {
        self.treated > 0 && self.spikes == self.treated
    }
}
