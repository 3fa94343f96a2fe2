//! Who may serve for whom.

/// Which units may serve in the fits of which others. A fit sees the cells of the target's own unit and of its donors,
/// as if the panel had no other units. Units that are neither treated at some time nor may serve for one that is play no
/// part in anything: not in the search, its default grids, or the inference.
///
/// ```
/// use trop_core::{estimate, Design, Donors, Lambdas, Panel, Settings, Shape, Silent};
/// // Two units that may serve, and the treated one.
/// let outcome = [1.0, 2.0, 0.0, 9.0, 4.0, 6.0];
/// let panel = Panel::new(&outcome, &[0.0, 0.0, 0.0, 0.0, 0.0, 1.0], Shape { n_units: 3, n_periods: 2 })?;
/// let donors = Donors::Units(vec![true, false, false]);
/// let panel = panel.with_design(&Design { donors, ..Default::default() })?;
/// let estimate = estimate(&panel, &Lambdas::TWO_WAY, &Settings::default(), &Silent)?;
/// // (6 - 4) - (2 - 1): the second unit is not looked at.
/// assert!((estimate.att - 1.0).abs() < 1e-12);
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Donors {
    /// Every unit may serve for every other.
    #[default]
    All,
    /// True for each unit that may serve for others, length N.
    Units(Vec<bool>),
    /// The group of each unit by a code of the caller's, length N: the units of a group may serve for each other.
    Groups(Vec<i64>),
    /// Row-major N x N: in row i and column j true if unit j may serve for unit i. The diagonal is not read.
    Pairs(Vec<bool>),
}

impl Donors {
    /// True if one unit may serve for another, of `n` units.
    pub(super) fn allow(&self, donor: usize, unit: usize, n: usize) -> bool {
        match self {
            Donors::All => true,
            Donors::Units(may) => may[donor],
            Donors::Groups(group) => group[donor] == group[unit],
            Donors::Pairs(may) => may[unit * n + donor],
        }
    }

    /// Those of a panel that has the units `rows` of one of `n` units.
    pub(super) fn assemble(&self, rows: &[usize], n: usize) -> Donors {
        match self {
            Donors::All => Donors::All,
            Donors::Units(may) => Donors::Units(rows.iter().map(|&i| may[i]).collect()),
            Donors::Groups(group) => Donors::Groups(rows.iter().map(|&i| group[i]).collect()),
            Donors::Pairs(may) => {
                let row = |&i: &usize| rows.iter().map(move |&j| may[i * n + j]);
                Donors::Pairs(rows.iter().flat_map(row).collect())
            }
        }
    }
}
