//! `Panel::from_long`, `Rows`: rows in any order, against the matrix that they make.

use crate::given::Given;
use crate::oracles::answer;
use trop_core::{Long, Panel, Rows};

pub fn run(given: &mut Given<'_>) {
    let n = given.below(40);
    let ids = |given: &mut Given<'_>| -> Vec<i64> {
        let wide = given.one_in(4);
        (0..n)
            .map(|_| match wide {
                true => given.bits() as i64,
                false => given.below(7) as i64,
            })
            .collect()
    };
    let (unit, time) = (ids(given), ids(given));
    let short = usize::from(given.one_in(16));
    let outcome = given.numbers(n.saturating_sub(short), Given::wild);
    let treatment =
        given.numbers(
            n,
            |given| if given.one_in(32) { given.wild() } else { given.below(2) as f64 },
        );
    let long = Long { unit: &unit, time: &time, outcome: &outcome, treatment: &treatment };
    let panel = answer(Panel::from_long(&long));
    let Some(rows) = answer(Rows::new(&unit, &time)) else {
        assert!(panel.is_none(), "a panel of rows that are none");
        return;
    };
    assert!(rows.units().is_sorted() && rows.periods().is_sorted());
    let (Some(y), Some(panel)) = (answer(rows.matrix(&outcome)), panel) else { return };
    for (cell, given) in rows.cells().zip(&outcome) {
        let kept = panel.outcome(cell);
        assert!(kept.to_bits() == given.to_bits() || (kept.is_nan() && given.is_nan()));
        assert!(
            y[cell.unit * rows.periods().len() + cell.period].to_bits() == given.to_bits()
                || given.is_nan()
        );
    }
    let _ = answer(rows.grouping(&unit));
}
