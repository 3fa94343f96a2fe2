//! A unit in a period.

/// A unit in a period, zero-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Cell {
    /// Row of the panel.
    pub unit: usize,
    /// Column of the panel.
    pub period: usize,
}
