//! What must hold of every answer.

use std::fmt::Debug;
use trop_core::{CellEffect, Error, Estimate, Inferred, Names, Settings, Status, TropResult};

/// A refusal has a code, and words with and without names.
pub fn refused(error: &Error) {
    let names = Names { unit: "state".into(), ..Names::default() };
    assert!(!error.code().is_empty() && !error.to_string().is_empty(), "{error:?}");
    assert!(!error.named(&names).is_empty(), "{error:?}");
}

/// The answer, unless there is a refusal.
pub fn answer<T>(result: TropResult<T>) -> Option<T> {
    result.inspect_err(refused).ok()
}

/// The same bits, NaN included, for one and two threads; not to be said of what a fuse has ended.
pub fn whatever_the_threads<T: Debug>(work: impl Fn(Option<usize>) -> TropResult<T>) -> Option<T> {
    let (one, two) = (work(Some(1)), work(Some(2)));
    let ended = |result: &TropResult<T>| matches!(result, Err(Error::Interrupted));
    if !ended(&one) && !ended(&two) {
        assert_eq!(format!("{one:?}"), format!("{two:?}"));
    }
    answer(one)
}

pub fn certified(status: Status, gap: f64, tolerance: f64) {
    assert!(!gap.is_nan(), "{status:?}");
    assert_eq!(status == Status::Solved, gap <= tolerance, "{gap:e} and {tolerance:e}");
}

pub fn effects(effects: &[CellEffect], settings: &Settings) {
    for e in effects {
        assert!(e.effect.is_finite() && e.counterfactual.is_finite(), "{e:?}");
        assert!(e.effect_min <= e.effect && e.effect <= e.effect_max, "{e:?}");
        assert!(e.dual <= e.primal, "{e:?}");
        assert!(e.coefficients.iter().all(|b| b.is_finite()), "{e:?}");
        certified(e.status, e.gap, settings.tolerance);
    }
}

pub fn estimate(found: &Estimate, settings: &Settings) {
    effects(&found.effects, settings);
    assert!(found.att.is_finite() && !found.effects.is_empty(), "{found:?}");
    assert_eq!(found.converged, found.max_gap <= settings.tolerance, "{found:?}");
    let all = found.effects.iter().all(|e| e.status == Status::Solved);
    assert_eq!(found.converged, all, "{found:?}");
    assert!(found.undetermined.iter().all(|u| u.effect_min <= u.effect_max), "{found:?}");
}

/// Standard errors, p-values and intervals, where there are any.
pub fn inferred(table: &[Inferred]) {
    for row in table {
        let ordered = |(low, high): (f64, f64)| low <= high || (low.is_nan() && high.is_nan());
        assert!(row.se >= 0.0 || row.se.is_nan(), "{row:?}");
        assert!((0.0..=1.0).contains(&row.p_value) || row.p_value.is_nan(), "{row:?}");
        assert!(ordered(row.ci) && ordered(row.band), "{row:?}");
    }
}

/// Two intervals that hold the same exact effect meet.
pub fn meet(a: &CellEffect, (min, max): (f64, f64), slack: f64) {
    assert!(
        a.effect_min - slack <= max && min - slack <= a.effect_max,
        "{a:?}, {min:e} to {max:e}"
    );
}
