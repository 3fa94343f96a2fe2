//! How the candidates of one lambda grow around a choice, and when a choice sits at their end.

use super::grids::Grids;
use crate::lambdas::Lambdas;

/// One of the three lambdas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Axis {
    Time,
    Unit,
    Nn,
}

impl Axis {
    /// In the order of a cycle search.
    pub const ALL: [Axis; 3] = [Axis::Time, Axis::Unit, Axis::Nn];

    pub fn name(self) -> &'static str {
        match self {
            Axis::Time => "time",
            Axis::Unit => "unit",
            Axis::Nn => "nn",
        }
    }

    pub fn grid(self, grids: &Grids) -> &Vec<f64> {
        match self {
            Axis::Time => &grids.time,
            Axis::Unit => &grids.unit,
            Axis::Nn => &grids.nn,
        }
    }

    pub fn grid_mut(self, grids: &mut Grids) -> &mut Vec<f64> {
        match self {
            Axis::Time => &mut grids.time,
            Axis::Unit => &mut grids.unit,
            Axis::Nn => &mut grids.nn,
        }
    }

    pub fn value(self, at: &Lambdas) -> f64 {
        match self {
            Axis::Time => at.time,
            Axis::Unit => at.unit,
            Axis::Nn => at.nn,
        }
    }

    /// Its candidates, those first that depart least from two-way fixed effects: `time` and `unit` rise,
    /// `nn` falls.
    pub fn sorted(self, grids: &Grids) -> Vec<f64> {
        let mut sorted = self.grid(grids).clone();
        sorted.sort_by(f64::total_cmp);
        if self == Axis::Nn {
            sorted.reverse();
        }
        sorted
    }

    /// `others` with this lambda at a value.
    pub fn at(self, value: f64, others: Lambdas) -> Lambdas {
        match self {
            Axis::Time => Lambdas { time: value, ..others },
            Axis::Unit => Lambdas { unit: value, ..others },
            Axis::Nn => Lambdas { nn: value, ..others },
        }
    }

    /// All candidates of this lambda, the others as in `at`.
    pub fn line(self, grids: &Grids, at: Lambdas) -> Vec<Lambdas> {
        self.grid(grids).iter().map(|&value| self.at(value, at)).collect()
    }
}

/// True if nothing lies beyond a value: 0, or an infinite lambda_nn.
fn is_boundary(value: f64) -> bool {
    value == 0.0 || value == f64::INFINITY
}

/// True if no candidate is larger (`upper`) or smaller than `value`, but some number is.
pub(crate) fn is_edge(grid: &[f64], value: f64, upper: bool) -> bool {
    let beyond = |&other: &f64| if upper { other > value } else { other < value };
    !is_boundary(value) && !grid.iter().any(beyond)
}

/// What to add where `value` is an edge: it times or over the ratio of the two outermost candidates there
/// that are positive and finite, 2 if there is but one.
pub(crate) fn beyond(grid: &[f64], value: f64) -> Vec<f64> {
    let mut finite: Vec<f64> = grid.iter().copied().filter(|&v| !is_boundary(v)).collect();
    finite.sort_by(f64::total_cmp);
    let ratio = |pair: Option<&[f64]>| pair.map_or(2.0, |pair| pair[1] / pair[0]);
    let mut new = Vec::new();
    if is_edge(grid, value, false) {
        new.push(value / ratio(finite.windows(2).next()));
    }
    if is_edge(grid, value, true) {
        new.push(value * ratio(finite.windows(2).last()));
    }
    new.retain(|new| !is_boundary(*new) && !grid.contains(new));
    new
}

/// What to add between `value` and the candidates next to it.
pub(crate) fn between_neighbours(grid: &[f64], value: f64) -> Vec<f64> {
    let below = grid.iter().copied().filter(|&v| v < value).max_by(f64::total_cmp);
    let above = grid.iter().copied().filter(|&v| v > value).min_by(f64::total_cmp);
    let between_below = below.and_then(|below| between(below, value));
    let between_above = above.and_then(|above| between(value, above));
    between_below.into_iter().chain(between_above).collect()
}

/// The geometric mean of two candidates; half of the upper one if the lower one is 0, twice the lower one
/// if the upper one is infinite.
fn between(low: f64, high: f64) -> Option<f64> {
    let middle = match (low == 0.0, high == f64::INFINITY) {
        (true, true) => return None,
        (true, false) => 0.5 * high,
        (false, true) => 2.0 * low,
        (false, false) => low.sqrt() * high.sqrt(),
    };
    (low < middle && middle < high).then_some(middle)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INF: f64 = f64::INFINITY;

    #[test]
    fn natural_boundaries_are_no_edges() {
        assert!(!is_edge(&[0.0, 1.0], 0.0, false) && is_edge(&[0.0, 1.0], 1.0, true));
        assert!(!is_edge(&[INF, 1.0], INF, true) && is_edge(&[INF, 1.0], 1.0, false));
        // Infinity lies beyond it.
        assert!(!is_edge(&[INF, 1.0], 1.0, true));
        assert!(!is_edge(&[0.5, 1.0, 2.0], 1.0, true) && !is_edge(&[0.5, 1.0, 2.0], 1.0, false));
    }

    #[test]
    fn grids_grow_by_the_ratio_at_their_end() {
        assert_eq!(beyond(&[0.0, 1.0, 2.0, 8.0], 8.0), [32.0]);
        assert_eq!(beyond(&[INF, 8.0, 2.0, 1.0], 1.0), [0.5]);
        assert_eq!(beyond(&[0.0, 3.0], 3.0), [6.0]);
        // A single candidate is both ends.
        assert_eq!(beyond(&[3.0], 3.0), [1.5, 6.0]);
        assert!(beyond(&[0.0], 0.0).is_empty() && beyond(&[INF], INF).is_empty());
        assert!(beyond(&[0.0, 1.0, 2.0], 1.0).is_empty());
        // Nothing that overflows.
        assert!(beyond(&[1.0, 1e200], 1e200).is_empty());
    }

    #[test]
    fn zooming_halves_on_the_scale_of_logarithms() {
        assert_eq!(between_neighbours(&[1.0, 4.0, 16.0], 4.0), [2.0, 8.0]);
        assert_eq!(between_neighbours(&[0.0, 1.0, 4.0], 1.0), [0.5, 2.0]);
        assert_eq!(between_neighbours(&[0.0, 1.0], 0.0), [0.5]);
        assert_eq!(between_neighbours(&[INF, 3.0], INF), [6.0]);
        assert_eq!(between_neighbours(&[INF, 3.0], 3.0), [6.0]);
        assert!(between_neighbours(&[0.0, INF], INF).is_empty());
        assert!(between_neighbours(&[1.0], 1.0).is_empty());
    }
}
