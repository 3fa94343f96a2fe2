//! How shared fits must move when the panel does.

use super::*;

fn moved(m: &Matrices, outcome: impl Fn(usize, usize, f64) -> f64) -> Matrices {
    let mut new = m.clone();
    for (k, y) in new.outcome.iter_mut().enumerate() {
        *y = outcome(k / m.n_periods, k % m.n_periods, *y);
    }
    new
}

fn shared_effects(m: &Matrices, l: &Lambdas) -> Vec<Vec<(Cell, f64)>> {
    SHARED.iter().map(|&anchor| effects(&solved(&with(m, &anchored(anchor)), l))).collect()
}

#[test]
fn shared_fits_are_invariant_as_single_ones_are() {
    for (seed, pattern) in
        [(21, Pattern::Block), (22, Pattern::Staggered), (23, Pattern::Switching)]
    {
        let m = random_panel(seed, 9, 8, pattern, 0.1);
        for l in LAMBDAS {
            let own = shared_effects(&m, &l);
            let same = |other: Vec<Vec<(Cell, f64)>>, factor: f64, what: &str| {
                for (own, other) in own.iter().zip(&other) {
                    let own: Vec<_> = own.iter().map(|&(c, e)| (c, factor * e)).collect();
                    assert_near(&own, other, SAME * factor, &format!("{what} {pattern:?} {l:?}"));
                }
            };
            same(shared_effects(&moved(&m, |_, s, y| y + 20.0 * s as f64), &l), 1.0, "time");
            if l.unit == 0.0 {
                let shifted = moved(&m, |i, _, y| y + 30.0 * i as f64);
                same(shared_effects(&shifted, &l), 1.0, "unit");
            }
            let scaled = Lambdas { time: l.time, unit: l.unit / 500.0, nn: l.nn * 500.0 };
            same(shared_effects(&moved(&m, |_, _, y| 500.0 * y), &scaled), 500.0, "scale");
        }
    }
}

#[test]
fn permuting_units_permutes_effects_of_shared_fits() {
    let m = random_panel(24, 9, 8, Pattern::Staggered, 0.1);
    let to = |i: usize| (i * 5 + 3) % 9;
    let mut permuted = m.clone();
    for k in 0..m.outcome.len() {
        let at = to(k / 8) * 8 + k % 8;
        permuted.outcome[at] = m.outcome[k];
        permuted.treatment[at] = m.treatment[k];
    }
    for l in LAMBDAS {
        for (own, other) in shared_effects(&m, &l).into_iter().zip(shared_effects(&permuted, &l)) {
            let place = |(c, e): (Cell, f64)| (Cell { unit: to(c.unit), ..c }, e);
            let mut own: Vec<_> = own.into_iter().map(place).collect();
            own.sort_by_key(|(cell, _)| *cell);
            assert_near(&own, &other, SAME, &format!("{l:?}"));
        }
    }
}
