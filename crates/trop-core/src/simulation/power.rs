//! How often an effect is found, for every size of it at once.
//!
//! TROP's fits never use the outcomes of treated cells, so an effect that is added there adds its mean to the estimate
//! and leaves all else as it is: the standard error of the jackknife, the spread of bootstrap draws, and of course the
//! placebos. The interval of a draw moves with the effect, and the effect is found if zero is outside of it.

use crate::error::Error;

/// A study that could be done: how many units are treated, for how long, after how many periods.
///
/// ```
/// use trop_core::PowerDesign;
/// let design = PowerDesign { treated: 3, periods: 6, history: 20 };
/// assert_eq!(design.treated, 3);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PowerDesign {
    /// Units that are treated.
    pub treated: usize,
    /// Periods in which they are, the last ones.
    pub periods: usize,
    /// Periods before these that are used.
    pub history: usize,
}

/// What one draw of a design says, in which nothing has an effect.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PowerDraw {
    /// Units that are treated in it, ascending, as positions in the panel.
    pub treated: Vec<usize>,
    /// The ATT, which is nothing but error; NaN if there is none.
    pub att: f64,
    /// The interval around it at the level; NaN if there is none.
    pub ci: (f64, f64),
    /// The ATT of an effect of full size 1: the mean of its shape over the cells that have an effect.
    pub response: f64,
    /// Whether all fits of the estimate are certified.
    pub certified: bool,
    /// Why there is no estimate or no interval.
    pub error: Option<Error>,
}

impl PowerDraw {
    pub(crate) fn failed(treated: Vec<usize>, error: Error) -> Self {
        let (att, error) = (f64::NAN, Some(error));
        let ci = (f64::NAN, f64::NAN);
        PowerDraw { treated, att, ci, response: f64::NAN, certified: false, error }
    }

    /// True if an effect of a full size is found: zero is outside of the interval. Never without an interval.
    pub fn finds(&self, effect: f64) -> bool {
        let moved = self.response * effect;
        self.ci.0 + moved > 0.0 || self.ci.1 + moved < 0.0
    }

    /// Full sizes, from the least to the largest in one direction (1 or -1), that are not found.
    fn missed(&self, direction: f64) -> (f64, f64) {
        let slope = self.response * direction;
        let ends = (-self.ci.1 / slope, -self.ci.0 / slope);
        if self.ci.0.is_nan() || slope.is_nan() || (slope == 0.0 && !self.finds(0.0)) {
            (f64::NEG_INFINITY, f64::INFINITY)
        } else if slope == 0.0 {
            (f64::INFINITY, f64::NEG_INFINITY)
        } else {
            (ends.0.min(ends.1), ends.0.max(ends.1))
        }
    }
}

/// The share of draws in which an effect of a full size is found.
pub(crate) fn share_found(draws: &[PowerDraw], effect: f64) -> f64 {
    draws.iter().filter(|draw| draw.finds(effect)).count() as f64 / draws.len() as f64
}

/// The least size in one direction beyond which every effect is found in a share `target` of the draws at least;
/// infinite if there is none. Exact, because it is known of each draw from which size on it finds an effect.
pub(crate) fn smallest_found(draws: &[PowerDraw], target: f64, direction: f64) -> f64 {
    let n = draws.len();
    let enough = (0..=n).find(|&found| found as f64 / n as f64 >= target).unwrap_or(n);
    let missed: Vec<(f64, f64)> = draws.iter().map(|draw| draw.missed(direction)).collect();
    let mut ends: Vec<f64> = missed.iter().map(|m| m.1).filter(|end| *end >= 0.0).collect();
    ends.sort_by(|a, b| b.total_cmp(a));
    let found = |size: f64| n - missed.iter().filter(|m| m.0 <= size && size <= m.1).count();
    ends.into_iter().find(|&end| found(end) < enough).unwrap_or(0.0)
}

/// The standard error of a share of `n` draws that were drawn from `of` without putting any back.
pub(crate) fn share_error(share: f64, n: usize, of: usize) -> f64 {
    let left_out = if of > n { (of - n) as f64 / (of - 1) as f64 } else { 0.0 };
    (share * (1.0 - share) / n as f64 * left_out).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::{Purpose, Stream};

    fn draw(att: f64, half: f64, response: f64) -> PowerDraw {
        let ci = (att - half, att + half);
        PowerDraw { treated: vec![0], att, ci, response, certified: true, error: None }
    }

    #[test]
    fn the_smallest_effect_is_the_last_at_which_too_few_draws_find_it() {
        // Found from 1.5, 2, 2.5, 3 and 4 on: four of five from 3 on.
        let draws: Vec<PowerDraw> =
            [0.5, 0.0, -0.5, -1.0, -2.0].map(|att| draw(att, 2.0, 1.0)).to_vec();
        assert_eq!(smallest_found(&draws, 0.8, 1.0), 3.0);
        assert_eq!((share_found(&draws, 3.0), share_found(&draws, 3.001)), (0.6, 0.8));
        // Downwards from 2.5, 2, 1.5, 1 and 0 on.
        assert_eq!(smallest_found(&draws, 0.8, -1.0), 2.0);
        // A full size twice as large where the mean is half of it.
        let half: Vec<PowerDraw> =
            draws.iter().map(|d| PowerDraw { response: 0.5, ..d.clone() }).collect();
        assert_eq!(smallest_found(&half, 0.8, 1.0), 6.0);
        let turned: Vec<PowerDraw> =
            draws.iter().map(|d| PowerDraw { response: -1.0, ..d.clone() }).collect();
        assert_eq!(smallest_found(&turned, 0.8, -1.0), 3.0);
    }

    #[test]
    fn a_draw_that_finds_the_wrong_sign_loses_it_on_the_way() {
        // At zero the first finds -5; from 3 to 7 it finds nothing.
        let draws = [draw(-5.0, 2.0, 1.0), draw(0.0, 1.0, 1.0)];
        assert_eq!([0.0, 2.0, 5.0, 8.0].map(|e| share_found(&draws, e)), [0.5, 1.0, 0.5, 1.0]);
        assert_eq!(smallest_found(&draws, 1.0, 1.0), 7.0);
        assert_eq!(smallest_found(&draws, 0.5, 1.0), 0.0);
    }

    #[test]
    fn what_finds_nothing_is_counted() {
        let failed = PowerDraw::failed(vec![1], Error::FitDiverged);
        let draws = [draw(0.0, 1.0, 1.0), failed.clone(), draw(0.0, f64::INFINITY, 1.0)];
        assert_eq!(share_found(&draws, 1e9), 1.0 / 3.0);
        assert_eq!(smallest_found(&draws, 0.3, 1.0), 1.0);
        assert_eq!(smallest_found(&draws, 0.4, 1.0), f64::INFINITY);
        // An effect that is zero in all cells that count changes nothing.
        let none = [draw(0.0, 1.0, 0.0)];
        assert_eq!(smallest_found(&none, 0.8, 1.0), f64::INFINITY);
        assert_eq!(smallest_found(&[draw(5.0, 1.0, 0.0)], 0.8, 1.0), 0.0);
    }

    /// Against a search among all sizes.
    #[test]
    fn every_larger_effect_is_found_often_enough_and_none_below_is_left_out() {
        let mut stream = Stream::new(3, Purpose::Power, 0);
        for _ in 0..50 {
            let draws: Vec<PowerDraw> = (0..17)
                .map(|_| {
                    draw(2.0 * stream.normal(), 3.0 * stream.uniform(), 0.5 + stream.uniform())
                })
                .collect();
            for direction in [1.0, -1.0] {
                let smallest = smallest_found(&draws, 0.8, direction);
                let share = |size: f64| share_found(&draws, direction * size);
                let beyond = (1..2000).map(|k| smallest + 1e-6 + 0.02 * f64::from(k));
                assert!(beyond.map(share).all(|found| found >= 0.8));
                assert!(smallest == 0.0 || share(smallest - 1e-9) < 0.8);
            }
        }
    }

    #[test]
    fn shares_of_all_assignments_have_no_error() {
        assert_eq!(share_error(0.3, 38, 38), 0.0);
        assert!((share_error(0.5, 100, usize::MAX) - 0.05).abs() < 1e-12);
        assert!((share_error(0.5, 4, 5) - (0.25_f64 / 4.0 / 4.0).sqrt()).abs() < 1e-15);
    }
}
