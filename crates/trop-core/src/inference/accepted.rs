//! Which constant effects shifts in time do not reject, wherever they lie.
//!
//! Effects are tested at the same values whatever the level: at zero, at the estimate, at values between whose mean
//! error over the treated cells nears zero, and outward from all of them. At a level the interval reaches from the
//! first effect that is not rejected to the last. So it holds zero exactly if effects on both sides of zero, or zero
//! itself, are not rejected; and the p-value of zero is the smaller of the largest on either side of it.

use super::boundary::{crossing, Tested};
use super::kind::IntervalKind;
use super::shifts::Shifts;
use crate::error::Result;

/// Tests at most until the mean error over the treated cells is the least of all.
const CENTRING: usize = 6;

/// Tests outward on each side, each four times as far as the one before, from one typical error on, which is always
/// tested: beyond an effect that is rejected there may be some that are not. What is not rejected beyond
/// 4^8 = 65,536 typical errors is unbounded.
const BRACKETS: i32 = 8;
const WIDER: f64 = 4.0;

/// Tests of the search at most.
pub(super) const MOST: usize = 2 + CENTRING + 2 * (BRACKETS as usize + 1);

/// Tests a constant effect.
pub(super) type Test<'a> = dyn FnMut(f64) -> Result<Shifts> + 'a;

/// Effects that were tested, ascending.
pub(super) struct Accepted {
    tested: Vec<(f64, Shifts)>,
}

impl Accepted {
    /// `scale` is a typical size of errors for the case that there are none.
    pub fn search(estimate: f64, scale: f64, test: &mut Test<'_>) -> Result<Self> {
        let at_estimate = test(estimate)?;
        let size = at_estimate.typical_error();
        let step = if size > 0.0 { size } else { scale };
        let mut tested = vec![(estimate, at_estimate)];
        if estimate != 0.0 {
            tested.insert(0, (0.0, test(0.0)?));
        }
        let mut found = Accepted { tested };
        found.centre(step, test)?;
        found.outward(-step, test)?;
        found.outward(step, test)?;
        found.tested.sort_by(|a, b| a.0.total_cmp(&b.0));
        Ok(found)
    }

    /// Effects whose mean error over the treated cells is nearer and nearer to zero, by secants.
    fn centre(&mut self, step: f64, test: &mut Test<'_>) -> Result<()> {
        let farthest = step * WIDER.powi(BRACKETS);
        for _ in 0..CENTRING {
            let next = self.next();
            // False for NaN, too.
            let is_near = next.abs() <= farthest + self.end(1.0).abs();
            if self.has_centre() || !is_near {
                return Ok(());
            }
            self.tested.push((next, test(next)?));
        }
        Ok(())
    }

    /// Where the line through the latest two mean errors is zero.
    fn next(&self) -> f64 {
        let (effect, latest) = &self.tested[self.tested.len() - 1];
        match self.tested.len().checked_sub(2).map(|k| &self.tested[k]) {
            Some((before, shifts)) => {
                let slope = (latest.own() - shifts.own()) / (effect - before);
                effect - latest.own() / slope
            }
            None => effect + latest.own(),
        }
    }

    /// True if there is an effect than which none is better.
    fn has_centre(&self) -> bool {
        self.tested.iter().any(|(_, shifts)| shifts.p_value() == 1.0)
    }

    /// The largest effect tested, or the smallest.
    fn end(&self, side: f64) -> f64 {
        side * self.tested.iter().map(|(effect, _)| side * effect).fold(f64::MIN, f64::max)
    }

    fn outward(&mut self, step: f64, test: &mut Test<'_>) -> Result<()> {
        let start = self.end(step.signum());
        let is_done = |found: &Self| {
            let at_end = |(effect, _): &&(f64, Shifts)| *effect == found.end(step.signum());
            let end = found.tested.iter().find(at_end);
            found.has_centre() && end.is_some_and(|(_, shifts)| shifts.is_least())
        };
        for k in 0..=BRACKETS {
            if k > 0 && is_done(self) {
                break;
            }
            let effect = start + step * WIDER.powi(k);
            self.tested.push((effect, test(effect)?));
        }
        Ok(())
    }

    /// The errors at an effect that was tested.
    pub fn at(&self, effect: f64) -> Option<&Shifts> {
        self.tested.iter().find(|tested| tested.0 == effect).map(|tested| &tested.1)
    }

    /// The p-value of zero: the least `1 - level` at which it is outside of the interval.
    pub fn p_value(&self) -> f64 {
        let largest = |side: f64| {
            let on_side = self.tested.iter().filter(|tested| side * tested.0 >= 0.0);
            on_side.map(|(_, shifts)| shifts.p_value()).fold(0.0, f64::max)
        };
        largest(-1.0).min(largest(1.0))
    }

    /// The interval at a level, and what it is.
    pub fn interval(&self, level: f64, test: &mut Test<'_>) -> Result<((f64, f64), IntervalKind)> {
        let margins: Vec<Tested> =
            self.tested.iter().map(|(effect, shifts)| tested(*effect, shifts, level)).collect();
        let is_kept = |at: &Tested| !at.is_rejected();
        let (Some(first), Some(last)) =
            (margins.iter().position(is_kept), margins.iter().rposition(is_kept))
        else {
            return Ok(((f64::NAN, f64::NAN), IntervalKind::Empty));
        };
        let best = |a: &&(f64, Shifts), b: &&(f64, Shifts)| a.1.p_value().total_cmp(&b.1.p_value());
        let centre = self.tested.iter().max_by(best).map_or(0.0, |tested| tested.0);
        let mut test = |effect: f64| Ok(tested(effect, &test(effect)?, level));
        let mut end = |inside: usize, outside: Option<&Tested>, beyond: f64| match outside {
            Some(&outside) => crossing(margins[inside], outside, centre, &mut test),
            None => Ok(beyond),
        };
        let before = first.checked_sub(1).and_then(|k| margins.get(k));
        let lower = end(first, before, f64::NEG_INFINITY)?;
        let upper = end(last, margins.get(last + 1), f64::INFINITY)?;
        let kind = if self.tested.iter().all(|(_, shifts)| !shifts.can_reject(level)) {
            IntervalKind::TooFewDraws
        } else if margins[first..last].iter().any(Tested::is_rejected) {
            IntervalKind::Disconnected
        } else if lower.is_finite() && upper.is_finite() {
            IntervalKind::Bounded
        } else {
            IntervalKind::Unbounded
        };
        Ok(((lower, upper), kind))
    }
}

fn tested(effect: f64, shifts: &Shifts, level: f64) -> Tested {
    Tested { effect, margin: shifts.margin(level) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The error over the treated cells at an effect; those of 19 other shifts are 1, 2, ..., 19 in size.
    fn found(own: fn(f64) -> f64, level: f64) -> ((f64, f64), IntervalKind, f64) {
        let mut test = |effect: f64| {
            let others = (1..20).map(f64::from);
            Ok(Shifts::new(std::iter::once(own(effect)).chain(others).collect()))
        };
        let found = Accepted::search(10.0, 1.0, &mut test).unwrap();
        let (ci, kind) = found.interval(level, &mut test).unwrap();
        (ci, kind, found.p_value())
    }

    fn assert_ends(found: (f64, f64), expected: (f64, f64)) {
        for (a, b) in [(found.0, expected.0), (found.1, expected.1)] {
            assert!(a == b || (a - b).abs() < 1e-4, "{found:?} {expected:?}");
        }
    }

    #[test]
    fn an_interval_is_found_far_from_the_estimate() {
        // Zero error at 400; at the level 0.9 an effect is rejected if no other shift is as large: beyond 19.
        let (ci, kind, p) = found(|effect| 400.0 - effect, 0.9);
        assert_ends(ci, (381.0, 419.0));
        assert_eq!((kind, p), (IntervalKind::Bounded, 0.05));
        let (ci, kind, _) = found(|effect| 4.0 - 0.1 * effect, 0.9);
        assert_ends(ci, (-150.0, 230.0));
        assert_eq!(kind, IntervalKind::Bounded);
    }

    #[test]
    fn an_end_beyond_which_nothing_is_rejected_is_infinite() {
        let (ci, kind, p) = found(|effect| (10.0 - effect).clamp(-40.0, 15.0), 0.9);
        assert_ends(ci, (f64::NEG_INFINITY, 29.0));
        assert_eq!((kind, p), (IntervalKind::Unbounded, 0.55));
        let (ci, kind, again) = found(|effect| 10.0 - effect, 0.96);
        assert_ends(ci, (f64::NEG_INFINITY, f64::INFINITY));
        assert_eq!((kind, again), (IntervalKind::TooFewDraws, p));
    }

    #[test]
    fn what_lies_between_parts_is_held_and_zero_is_in_the_interval_then() {
        // Zero and its neighbours are rejected, effects from 4 and up to -5 are not.
        let own =
            |effect: f64| if (-5.0..4.0).contains(&effect) { 30.0 } else { 0.5 * (effect - 10.0) };
        let (ci, kind, p) = found(own, 0.9);
        assert_ends(ci, (-28.0, 48.0));
        assert_eq!(kind, IntervalKind::Disconnected);
        assert!(p >= 0.1, "{p}");
    }

    #[test]
    fn where_all_is_rejected_there_is_no_interval() {
        let (ci, kind, p) = found(|_| 25.0, 0.9);
        assert!(ci.0.is_nan() && ci.1.is_nan());
        assert_eq!((kind, p), (IntervalKind::Empty, 0.05));
    }

    #[test]
    fn the_longest_search_takes_as_many_tests_as_are_announced() {
        // The error jumps over zero, so that secants go on about the jump and find no centre.
        let mut tests = 0;
        let mut test = |effect: f64| {
            tests += 1;
            let own = 3.0 - effect + 6.0 * (3.0 - effect).signum();
            Ok(Shifts::new(std::iter::once(own).chain((1..20).map(f64::from)).collect()))
        };
        Accepted::search(10.0, 1.0, &mut test).unwrap();
        assert_eq!(tests, MOST);
    }
}
