//! What the weights of a fit are centred on.

use super::distance::Distances;
use crate::panel::{Cell, Panel};

/// What the weights of a fit are centred on.
pub(crate) struct Centre {
    /// Eq. 3's distance of each unit.
    pub distance: Vec<f64>,
    /// In time, as [`Panel::place`].
    pub place: f64,
}

impl Centre {
    /// A single cell (Eq. 3).
    pub fn of_cell(panel: &Panel, distances: &Distances, cell: Cell) -> Self {
        Centre { distance: distances.to_target(cell), place: panel.place(cell.period) }
    }
}
