//! The control outcomes of a panel, laid out for the solver.

use super::kernels::{padded, TILE};
use crate::panel::{Cell, Panel};

/// One direction of the sample: outcomes in tiles of eight rows, and the masked columns of each row.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    /// Rows of this side.
    pub n: usize,
    /// Columns, which are the rows of the other side.
    pub other: usize,
    /// `tiles[(row / 8) * other * 8 + column * 8 + row % 8]`; zero where masked.
    tiles: Vec<f64>,
    /// Sorted columns of each row that are no control outcome: missing, treated or held out.
    pub masked: Vec<Vec<usize>>,
}

impl Side {
    fn new(n: usize, other: usize, control: impl Fn(usize, usize) -> Option<f64>) -> Self {
        let mut side =
            Side { n, other, tiles: vec![0.0; padded(n) * other], masked: vec![Vec::new(); n] };
        for row in 0..n {
            for column in 0..other {
                match control(row, column) {
                    Some(y) => side.set(row, column, y),
                    None => side.masked[row].push(column),
                }
            }
        }
        side
    }

    /// The outcomes of rows `8 tile .. 8 tile + 8`, column by column.
    pub fn tile(&self, tile: usize) -> &[f64] {
        let len = self.other * TILE;
        &self.tiles[tile * len..(tile + 1) * len]
    }

    /// Number of tiles.
    pub fn tile_count(&self) -> usize {
        self.n.div_ceil(TILE)
    }

    /// True if no cell of the row is a control outcome.
    pub fn is_empty(&self, row: usize) -> bool {
        self.masked[row].len() == self.other
    }

    /// The outcome of a control cell, 0 where masked.
    pub fn outcome(&self, row: usize, column: usize) -> f64 {
        self.tiles[self.position(row, column)]
    }

    fn position(&self, row: usize, column: usize) -> usize {
        (row / TILE * self.other + column) * TILE + row % TILE
    }

    fn set(&mut self, row: usize, column: usize, y: f64) {
        let at = self.position(row, column);
        self.tiles[at] = y;
    }

    fn hold_out(&mut self, row: usize, column: usize) {
        self.set(row, column, 0.0);
        let masked = &mut self.masked[row];
        masked.insert(masked.partition_point(|&c| c < column), column);
    }

    fn restore(&mut self, row: usize, column: usize, y: f64) {
        self.set(row, column, y);
        self.masked[row].retain(|&c| c != column);
    }
}

/// The control outcomes of a panel, centred and scaled, by rows and by columns.
///
/// The solver treats units and periods alike. Rows are the longer side, so that what grows with the
/// square of the columns (the certificate) stays small.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    /// Rows with their cells.
    pub rows: Side,
    /// Columns with their cells.
    pub cols: Side,
    /// True if rows are periods and columns units.
    pub transposed: bool,
    held_out: Option<(usize, usize, f64)>,
}

impl Sample {
    /// The observed control cells of a panel.
    pub fn new(panel: &Panel) -> Self {
        let transposed = panel.n_units() < panel.n_periods();
        let control = |unit, period| panel.control_outcome(Cell { unit, period });
        let units = Side::new(panel.n_units(), panel.n_periods(), control);
        let periods = Side::new(panel.n_periods(), panel.n_units(), |t, i| control(i, t));
        let (rows, cols) = if transposed { (periods, units) } else { (units, periods) };
        Sample { rows, cols, transposed, held_out: None }
    }

    /// The same cells with other outcomes; what is held out stays out for good.
    pub fn with_outcomes(&self, outcome: impl Fn(Cell) -> f64) -> Sample {
        let mut sample = Sample { held_out: None, ..self.clone() };
        self.for_each(|row, col| {
            let (unit, period) = if self.transposed { (col, row) } else { (row, col) };
            let y = outcome(Cell { unit, period });
            sample.rows.set(row, col, y);
            sample.cols.set(col, row, y);
        });
        sample
    }

    /// Calls `f` with the row and column of each cell that is not masked.
    pub fn for_each(&self, mut f: impl FnMut(usize, usize)) {
        for row in 0..self.rows.n {
            let mut masked = self.rows.masked[row].iter().peekable();
            for col in 0..self.cols.n {
                if masked.next_if(|m| **m == col).is_none() {
                    f(row, col);
                }
            }
        }
    }

    /// Row and column of a cell.
    pub fn position(&self, cell: Cell) -> (usize, usize) {
        if self.transposed {
            (cell.period, cell.unit)
        } else {
            (cell.unit, cell.period)
        }
    }

    /// Masks a control cell; the one held out before comes back. Cells that are masked anyway (treated
    /// ones) need no holding out.
    pub fn hold_out(&mut self, cell: Cell) {
        self.restore();
        let (row, col) = self.position(cell);
        if self.rows.masked[row].binary_search(&col).is_ok() {
            return;
        }
        let y = self.rows.outcome(row, col);
        self.rows.hold_out(row, col);
        self.cols.hold_out(col, row);
        self.held_out = Some((row, col, y));
    }

    fn restore(&mut self) {
        if let Some((row, col, y)) = self.held_out.take() {
            self.rows.restore(row, col, y);
            self.cols.restore(col, row, y);
        }
    }
}
