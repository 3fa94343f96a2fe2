//! Where a test of effects begins to reject.

use crate::error::Result;

/// Tests at most in search of one boundary.
pub(super) const STEPS: usize = 24;

/// A boundary is known to this share of its distance from the centre of the interval, unless the tests are
/// used up.
const TOLERANCE: f64 = 1e-6;

/// A constant effect and the test of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tested {
    pub effect: f64,
    /// Positive if it is rejected, and then by how much; continuous in the effect.
    pub margin: f64,
}

impl Tested {
    pub fn is_rejected(&self) -> bool {
        self.margin > 0.0
    }
}

/// The last effect that is not rejected on the way from `inside`, which is not, to `outside`, which is.
///
/// Margins are nearly piecewise linear: the line through the latest two tests leads to the boundary in a few
/// steps. Where two steps have not halved what is left, the next one does.
pub(super) fn crossing(
    mut inside: Tested,
    mut outside: Tested,
    centre: f64,
    test: &mut dyn FnMut(f64) -> Result<Tested>,
) -> Result<f64> {
    let (mut before, mut latest) = (inside, outside);
    let mut lengths = vec![];
    for step in 0..STEPS {
        let tolerance = TOLERANCE * (outside.effect - centre).abs();
        lengths.push((outside.effect - inside.effect).abs());
        if lengths[step] <= tolerance {
            break;
        }
        let is_slow = step >= 2 && lengths[step] > 0.5 * lengths[step - 2];
        let guess = if is_slow { f64::NAN } else { zero_of_line(&before, &latest) };
        before = latest;
        latest = test(between(&inside, &outside, guess, 0.5 * tolerance))?;
        *(if latest.is_rejected() { &mut outside } else { &mut inside }) = latest;
    }
    Ok(inside.effect)
}

/// NaN or infinite if there is none.
fn zero_of_line(a: &Tested, b: &Tested) -> f64 {
    b.effect - b.margin * (b.effect - a.effect) / (b.margin - a.margin)
}

/// The guess, at least `apart` from both ends; halfway if it is not between them.
fn between(inside: &Tested, outside: &Tested, guess: f64, apart: f64) -> f64 {
    let low = inside.effect.min(outside.effect);
    let high = inside.effect.max(outside.effect);
    let middle = 0.5 * (low + high);
    if low <= guess && guess <= high {
        guess.max((low + apart).min(middle)).min((high - apart).max(middle))
    } else {
        middle
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Margin = fn(f64) -> f64;

    /// Margins with and without kinks, with a jump, and infinite on one side.
    #[test]
    fn the_boundary_is_found_within_the_tolerance_and_never_on_the_rejected_side() {
        let margins: [(&str, Margin, f64, usize); 5] = [
            ("linear", |x| x - 1.7, 1.7, 3),
            ("kink", |x| if x < 3.3 { 0.3 * (x - 3.3) } else { 2.0 * (x - 3.3) }, 3.3, 12),
            ("sharp kink", |x| if x < 3.3 { 0.01 * (x - 3.3) } else { 100.0 * (x - 3.3) }, 3.3, 12),
            ("square root", |x| (x - 4.4).signum() * (x - 4.4).abs().sqrt(), 4.4, 20),
            ("jump", |x| if x <= 2.5 { f64::NEG_INFINITY } else { 1.0 }, 2.5, STEPS),
        ];
        for (name, margin, boundary, most) in margins {
            for sign in [1.0, -1.0] {
                let mut tests = 0;
                let mut test = |effect: f64| {
                    tests += 1;
                    Ok(Tested { effect, margin: margin(sign * effect) })
                };
                let (inside, outside) = (test(0.0).unwrap(), test(sign * 8.0).unwrap());
                let found = sign * crossing(inside, outside, 0.0, &mut test).unwrap();
                let short = boundary - found;
                assert!((0.0..=1e-6 * boundary + 1e-12).contains(&short), "{name}: {short}");
                assert!(tests <= most + 2, "{name}: {tests}");
            }
        }
    }
}
