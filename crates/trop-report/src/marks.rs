//! The mark that stands beside every number that is not certified.

use crate::text::{count, gap};
use trop_core::{Analysis, Average, Inference, Measure, Score, Search};

/// A mark after a blank, or nothing.
pub(crate) fn mark(is_certified: bool, largest_gap: f64) -> String {
    if is_certified {
        String::new()
    } else {
        format!(" (not certified: gap {})", gap(largest_gap))
    }
}

/// Of numbers made of the treated cells' effects.
pub(crate) fn of_estimate(analysis: &Analysis) -> String {
    mark(analysis.estimate.converged, analysis.estimate.max_gap)
}

/// Of standard errors, intervals and p-values.
pub(crate) fn of_inference(inference: &Inference) -> String {
    if inference.n_uncertified == 0 {
        return String::new();
    }
    let draws = count(inference.n_uncertified, "draw");
    format!(" (not certified: {draws}, gap {})", gap(inference.max_gap))
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
