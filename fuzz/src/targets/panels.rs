//! `Panel::new`, `Panel::with_design`, `Panel::from_matrices`, and what a panel tells of itself.

use crate::given::Given;
use crate::matrices::Matrices;
use crate::oracles::refused;
use trop_core::{pre_treatment_cells, MatrixView, Panel, Shape};

pub fn run(given: &mut Given<'_>) {
    let matrices = Matrices::new(given);
    views(given, &matrices);
    let reversed = matrices.reversed().panel();
    let Some(panel) = matrices.panel() else {
        assert!(reversed.is_none(), "the order of units decides");
        return;
    };
    let reversed = reversed.expect("the order of units does not matter");
    assert_eq!(panel.n_observed(), reversed.n_observed());
    assert_eq!(pre_treatment_cells(&panel).len(), pre_treatment_cells(&reversed).len());
    assert!(panel.remarks().iter().all(|remark| !remark.code().is_empty()));
    for cell in panel.treated_cells() {
        assert!(panel.event_time(cell).is_some_and(|time| time >= 0));
        let groups = panel.groupings().iter().map(|grouping| panel.group(grouping, cell));
        assert_eq!(groups.count(), panel.groupings().len());
    }
}

/// Matrices of any layout, and of sizes that do not fit.
fn views(given: &mut Given<'_>, matrices: &Matrices) {
    let Matrices { outcome, treatment, n_units, n_periods, .. } = matrices;
    let shape = Shape { n_units: *n_units, n_periods: *n_periods };
    let row_major = Panel::new(outcome, treatment, Shape { n_units: *n_units, n_periods: *n_periods });
    let viewed = Panel::from_matrices(
        &MatrixView::row_major(outcome, shape),
        &MatrixView::row_major(treatment, shape),
    );
    assert_eq!(row_major.is_ok(), viewed.is_ok());
    let mut size = || given.pick(&[0, 1, 2, 3, 7, usize::MAX, usize::MAX / 2, 1 << 32]);
    let wild = MatrixView {
        data: outcome,
        n_rows: size(),
        n_cols: size(),
        row_stride: size(),
        col_stride: size(),
    };
    let of_treatment = MatrixView { data: treatment, ..wild };
    let _ = Panel::from_matrices(&wild, &of_treatment).map_err(|error| refused(&error));
    let _ = Panel::new(outcome, treatment, Shape { n_units: size(), n_periods: size() }).map_err(|error| refused(&error));
}
