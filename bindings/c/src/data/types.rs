//! Cells and lambdas, as every function takes them.

use trop_core::{Cell, Lambdas};

/// A unit in a period: row and column of the panel, counted from 0.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_cell {
    /// Row of the panel.
    pub unit: usize,
    /// Column of the panel.
    pub period: usize,
}

/// A set of cells of a panel.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum trop_cell_set {
    /// All treated cells, observed or not.
    TROP_CELLS_TREATED = 0,
    /// All untreated cells that are observed.
    TROP_CELLS_CONTROL = 1,
    /// Of the control cells, those of ever-treated units before a spell of treatment: where placebo
    /// effects are of interest.
    TROP_CELLS_PRE_TREATMENT = 2,
}

impl From<Cell> for trop_cell {
    fn from(Cell { unit, period }: Cell) -> Self {
        trop_cell { unit, period }
    }
}

impl From<trop_cell> for Cell {
    fn from(trop_cell { unit, period }: trop_cell) -> Self {
        Cell { unit, period }
    }
}

/// The tuning parameters, always by name.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct trop_lambdas {
    /// Decay of the time weights per period, >= 0 (no unit). 0: all periods alike.
    pub time: f64,
    /// Decay of the unit weights per unit of the outcome, >= 0. 0: all units alike.
    pub unit: f64,
    /// Penalty on the nuclear norm, >= 0, in units of the outcome. INFINITY: no low-rank part (weighted
    /// two-way fixed effects). 0 is read as the limit from above.
    pub nn: f64,
}

impl From<Lambdas> for trop_lambdas {
    fn from(Lambdas { time, unit, nn }: Lambdas) -> Self {
        trop_lambdas { time, unit, nn }
    }
}

impl From<trop_lambdas> for Lambdas {
    fn from(trop_lambdas { time, unit, nn }: trop_lambdas) -> Self {
        Lambdas { time, unit, nn }
    }
}
