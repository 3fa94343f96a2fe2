//! Gaps of a treatment, where a unit has no row.

/// The treatments of a unit without gaps: on between two periods that are on, else off.
pub(super) fn filled(treatment: &[f64]) -> Vec<bool> {
    let mut on = false;
    let mut filled = Vec::with_capacity(treatment.len());
    for (t, w) in treatment.iter().enumerate() {
        if w.is_nan() {
            let after = treatment[t..].iter().find(|w| !w.is_nan());
            on = on && after == Some(&1.0);
        } else {
            on = *w == 1.0;
        }
        filled.push(on);
    }
    filled
}

/// Units that are treated right after a gap and not before it: when treatment began is not known.
pub(super) fn after_gap(treatment: &[f64], n_periods: usize) -> Vec<usize> {
    let begins = |row: &[f64]| {
        let known = |t: usize| row[..t].iter().rev().find(|w| !w.is_nan());
        (1..row.len()).any(|t| row[t] == 1.0 && row[t - 1].is_nan() && known(t) != Some(&1.0))
    };
    let rows = treatment.chunks(n_periods).enumerate();
    rows.filter(|(_, row)| begins(row)).map(|(unit, _)| unit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: f64 = f64::NAN;

    #[test]
    fn gaps_are_on_between_periods_that_are_on() {
        let filled = |row: &[f64]| filled(row).iter().map(|&w| u8::from(w)).collect::<Vec<_>>();
        assert_eq!(filled(&[0.0, GAP, 1.0, GAP, 1.0, GAP]), [0, 0, 1, 1, 1, 0]);
        assert_eq!(filled(&[1.0, GAP, 0.0, GAP, GAP, 1.0]), [1, 0, 0, 0, 0, 1]);
        assert_eq!(filled(&[GAP, 1.0, GAP, GAP, 1.0]), [0, 1, 1, 1, 1]);
    }

    #[test]
    fn units_treated_after_a_gap_are_found() {
        let rows = [
            [0.0, GAP, 1.0, 1.0], // may have begun earlier
            [0.0, 0.0, 1.0, GAP],
            [1.0, GAP, 1.0, 1.0], // on before and after
            [GAP, GAP, 1.0, 0.0], // no row before
            [0.0, GAP, 0.0, 1.0],
        ];
        assert_eq!(after_gap(&rows.concat(), 4), [0, 3]);
    }
}
