//! How inference must move when the panel does.

use super::*;

/// `factor * row + shift` against `other`.
fn assert_moved(row: &Inferred, other: &Inferred, factor: f64, shift: f64, what: &str) {
    let moved = |x: f64| factor * x + shift;
    let tolerance = 1e-5 * factor;
    assert_close(moved(row.average.value), other.average.value, tolerance, what);
    assert_close(factor * row.se, other.se, tolerance, what);
    for (a, b) in [(row.ci, other.ci), (row.band, other.band)] {
        assert_close(moved(a.0), b.0, 10.0 * tolerance, what);
        assert_close(moved(a.1), b.1, 10.0 * tolerance, what);
    }
}

#[test]
fn inference_moves_with_the_outcomes() {
    let m = block(17, 10, 12, 2, 3);
    let lambdas = Lambdas { unit: 0.0, ..LAMBDAS };
    for method in METHODS {
        let base = inferred(&m.panel(), &lambdas, &options(method)).table[0];

        let mut scaled = m.clone();
        for (k, y) in scaled.outcome.iter_mut().enumerate() {
            *y = 2.0 * *y + 3.0 * (k / 12) as f64 - 7.0 * (k % 12) as f64;
        }
        let twice = Lambdas { nn: 2.0 * lambdas.nn, ..lambdas };
        let found = inferred(&scaled.panel(), &twice, &options(method)).table[0];
        assert_moved(&base, &found, 2.0, 0.0, &format!("{method:?} scaled"));
        assert_close(base.p_value, found.p_value, TOLERANCE, "p");

        let moved = add_to_treated(&m, 1.5);
        let found = inferred(&moved.panel(), &lambdas, &options(method)).table[0];
        assert_moved(&base, &found, 1.0, 1.5, &format!("{method:?} moved"));
    }
}

#[test]
fn inference_does_not_depend_on_the_number_of_threads() {
    let panel = random_panel(4, 10, 9, Pattern::Staggered, 0.1).panel();
    let found = estimate(&panel, &LAMBDAS, &settings(), &Silent).unwrap();
    for method in METHODS {
        let with = |threads| {
            let settings = Settings { threads, ..settings() };
            infer(&panel, &LAMBDAS, &found, &[], &options(method), &settings, &Silent).unwrap()
        };
        let one = format!("{:?}", with(Some(1)));
        assert_eq!(one, format!("{:?}", with(Some(3))), "{method:?}");
        assert_eq!(one, format!("{:?}", with(None)), "{method:?}");
    }
}
