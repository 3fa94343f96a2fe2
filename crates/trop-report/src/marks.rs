//! The mark that stands beside every number that is not certified.

use crate::text::{count, gap};
use trop_core::{Analysis, Average, Inference, InferenceMethod, Measure, Score, Search, Status};

/// A mark after a blank, or nothing.
pub(crate) fn mark(is_certified: bool, largest_gap: f64) -> String {
    if is_certified {
        String::new()
    } else {
        format!(" (not certified: gap {})", gap(largest_gap))
    }
}

/// The mark that stands after an ATT, as in ` (not certified: gap 2.0e-3)`; empty if it is certified.
///
/// ```
/// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), inference: None, ..Default::default() };
/// assert_eq!(trop_report::att_mark(&analyze(&panel, &options)?), "");
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn of_estimate(analysis: &Analysis) -> String {
    mark(analysis.estimate.converged, analysis.estimate.max_gap)
}

/// Of standard errors, intervals and p-values.
pub(crate) fn of_inference(inference: &Inference) -> String {
    if inference.n_uncertified == 0 {
        return String::new();
    }
    let of = uncertified_draws(inference);
    format!(" (not certified: {of}, gap {})", gap(inference.max_gap))
}

/// How many of what an inference is made of are not certified.
pub(crate) fn uncertified_draws(inference: &Inference) -> String {
    let what = match inference.method {
        InferenceMethod::Conformal => "tested effect",
        _ => "draw",
    };
    count(inference.n_uncertified, what)
}

/// Whether all effects of a unit before its treatment are certified.
pub(crate) fn is_certified_before(analysis: &Analysis, unit: usize) -> bool {
    let mut own = analysis.pre.effects.iter().filter(|effect| effect.cell.unit == unit);
    own.all(|effect| effect.status == Status::Solved)
}

/// The mark within a table, whose column has no place for a gap.
pub(crate) fn in_table(is_certified: bool) -> &'static str {
    if is_certified {
        ""
    } else {
        " (not certified)"
    }
}

/// Of the chosen score.
pub(crate) fn of_choice(search: &Search) -> String {
    chosen(search).map_or_else(String::new, |score| mark(score.n_uncertified == 0, score.max_gap))
}

/// The score of the chosen lambdas.
pub(crate) fn chosen(search: &Search) -> Option<&Score> {
    search.scores.iter().find(|score| score.lambdas == search.lambdas && !score.abandoned)
}

/// Whether each number is made of certified fits alone, in their order. A cumulative effect is the sum of those
/// before it in its grouping, too.
pub(crate) fn are_certified(averages: &[Average]) -> Vec<bool> {
    let mut running = (None, true);
    let is_certified = |average: &Average| {
        let own = average.n_uncertified == 0;
        let quantity = average.quantity;
        if quantity.measure != Measure::Cumulative {
            return own;
        }
        let before = running.0 != quantity.grouping || running.1;
        running = (quantity.grouping, before && own);
        running.1
    };
    averages.iter().map(is_certified).collect()
}
