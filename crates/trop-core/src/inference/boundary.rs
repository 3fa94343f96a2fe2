//! Where a test of effects begins to reject.

use crate::error::Result;

/// Tests at most in search of one boundary.
pub(super) const STEPS: usize = 20;

/// The boundary is known to this share of its distance from the centre of the interval.
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

/// The last effect that is not rejected on the way from `inside`, which is not, to `outside`, which is:
/// false position, in which an end that stays twice counts half (the Illinois rule), since margins are
/// nearly piecewise linear.
pub(super) fn crossing(
    mut inside: Tested,
    mut outside: Tested,
    centre: f64,
    test: &mut dyn FnMut(f64) -> Result<Tested>,
) -> Result<f64> {
    let mut last = None;
    for _ in 0..STEPS {
        let tolerance = TOLERANCE * (outside.effect - centre).abs();
        if (outside.effect - inside.effect).abs() <= tolerance {
            break;
        }
        let next = test(between(&inside, &outside, 0.5 * tolerance))?;
        let stays = if next.is_rejected() {
            outside = next;
            &mut inside
        } else {
            inside = next;
            &mut outside
        };
        if last == Some(next.is_rejected()) {
            stays.margin *= 0.5;
        }
        last = Some(next.is_rejected());
    }
    Ok(inside.effect)
}

/// Where the line through both margins is zero, at least `apart` from each end; halfway if there is no
/// such line.
fn between(inside: &Tested, outside: &Tested, apart: f64) -> f64 {
    let share = inside.margin / (inside.margin - outside.margin);
    if !share.is_finite() {
        return 0.5 * (inside.effect + outside.effect);
    }
    let length = (outside.effect - inside.effect).abs();
    let least = (apart / length).min(0.5);
    inside.effect + share.clamp(least, 1.0 - least) * (outside.effect - inside.effect)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Margin = fn(f64) -> f64;

    /// Margins that are flat, steep, kinked or infinite on one side.
    #[test]
    fn the_boundary_is_found_within_the_tolerance_and_never_on_the_rejected_side() {
        let margins: [(&str, Margin, f64); 4] = [
            ("linear", |x| x - 1.7, 1.7),
            ("kinked", |x| if x < 3.0 { 0.01 * (x - 3.0) } else { 100.0 * (x - 3.0) }, 3.0),
            ("cubic", |x| (x - 0.3) * (x - 0.3) * (x - 0.3), 0.3),
            ("step", |x| if x <= 2.5 { f64::NEG_INFINITY } else { 1.0 }, 2.5),
        ];
        for (name, margin, boundary) in margins {
            for sign in [1.0, -1.0] {
                let mut tests = 0;
                let mut test = |effect: f64| {
                    tests += 1;
                    Ok(Tested { effect, margin: margin(sign * effect) })
                };
                let (inside, outside) = (test(0.0).unwrap(), test(sign * 8.0).unwrap());
                let found = sign * crossing(inside, outside, 0.0, &mut test).unwrap();
                assert!(found <= boundary && boundary - found <= 2e-5, "{name}: {found}");
                assert!(tests <= STEPS + 2, "{name}: {tests}");
            }
        }
    }
}
