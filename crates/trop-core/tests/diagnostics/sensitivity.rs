//! How the ATT moves: with lambdas, without a part of the model, without a unit.

use super::*;

#[test]
fn the_att_at_many_lambdas_is_the_estimate_at_each() {
    let m = random_panel(37, 9, 7, Pattern::Staggered, 0.1);
    let candidates = [
        LOW_RANK[0],
        Lambdas::TWO_WAY,
        Lambdas { nn: 0.2, ..LOW_RANK[0] },
        Lambdas { time: 0.1, ..LOW_RANK[0] },
        LOW_RANK[0],
        Lambdas { nn: f64::INFINITY, ..LOW_RANK[0] },
    ];
    for anchor in ANCHORS {
        let average = Some((0..9).map(|i| 1.0 + i as f64).collect());
        let panel = m.panel().with_design(&Design { anchor, average, ..Default::default() });
        let (panel, exact) = (panel.unwrap(), settings(&LOW_RANK[0]));
        let found = att_at(&panel, &candidates, &exact, &Silent).unwrap();
        assert_eq!(found.iter().map(|at| at.lambdas).collect::<Vec<_>>(), candidates);
        for at in &found {
            let literal = estimate(&panel, &at.lambdas, &exact, &Silent).unwrap();
            assert!((at.att - literal.att).abs() < SAME, "{anchor:?} {at:?} {}", literal.att);
            assert_eq!((at.n_cells, at.n_uncertified), (literal.effects.len(), 0));
            assert!(at.max_gap <= exact.tolerance);
        }
        for threads in [1, 3] {
            let settings = Settings { threads: Some(threads), ..exact };
            assert_eq!(att_at(&panel, &candidates, &settings, &Silent).unwrap(), found);
        }
        assert_eq!(att_at(&panel, &[], &exact, &Silent).unwrap(), []);
    }
}

#[test]
fn where_nothing_is_estimable_the_att_is_nan_and_the_rest_goes_on() {
    let m = Matrices {
        outcome: vec![0.0, 1.0, 100.0, 103.0],
        treatment: vec![0.0, 0.0, 0.0, 1.0],
        n_units: 2,
        n_periods: 2,
    };
    let far = Lambdas { unit: 10.0, ..Lambdas::TWO_WAY };
    for anchor in ANCHORS {
        let panel = anchored(&m, anchor);
        let settings = Settings::default();
        let found = att_at(&panel, &[far, Lambdas::TWO_WAY], &settings, &Silent).unwrap();
        assert!(found[0].att.is_nan() && found[0].n_cells == 0);
        assert!((found[1].att - 2.0).abs() < ROUNDING && found[1].n_cells == 1);
    }
}

#[test]
fn fits_that_are_not_certified_are_counted() {
    let panel = Matrices::load(&PROP99).panel();
    let settings = Settings { max_iterations: 1, ..Default::default() };
    let l = Lambdas { time: 0.1, unit: 0.05, nn: 2.0 };
    let found = att_at(&panel, &[l, Lambdas::TWO_WAY], &settings, &Silent).unwrap();
    assert_eq!((found[0].n_uncertified, found[0].n_cells), (12, 12));
    assert!(found[0].max_gap > settings.tolerance);
    assert_eq!(found[1].n_uncertified, 0);
}

#[test]
fn bad_lambdas_and_settings_are_refused() {
    let panel = random_panel(38, 6, 5, Pattern::Block, 0.0).panel();
    let fine = Settings::default();
    let bad = Lambdas { nn: NAN, ..Lambdas::TWO_WAY };
    let none = Settings { threads: Some(0), ..fine };
    let candidates = [Lambdas::TWO_WAY, bad];
    assert_eq!(att_at(&panel, &candidates, &fine, &Silent).unwrap_err().code(), "lambda_invalid");
    assert_eq!(leave_one_out(&panel, &bad, &fine, &Silent).unwrap_err().code(), "lambda_invalid");
    let error = att_at(&panel, &candidates[..1], &none, &Silent).unwrap_err();
    assert_eq!(error, Error::ThreadsZero);
    let error = leave_one_out(&panel, &Lambdas::TWO_WAY, &none, &Silent).unwrap_err();
    assert_eq!(error, Error::ThreadsZero);
    let covariates = vec![(0..30).map(|k| f64::from(k * k % 11)).collect()];
    let panel = panel.with_design(&Design { covariates, ..Default::default() }).unwrap();
    let zero = Lambdas { nn: 0.0, ..Lambdas::TWO_WAY };
    let target = Cell { unit: 0, period: 4 };
    for error in [
        diagnose(&panel, target, &zero, &fine, &Silent).unwrap_err(),
        att_at(&panel, &[zero], &fine, &Silent).unwrap_err(),
        leave_one_out(&panel, &zero, &fine, &Silent).unwrap_err(),
    ] {
        assert_eq!(error, Error::CovariatesWithoutPenalty);
    }
}

#[test]
fn an_ablation_takes_one_part_away_at_a_time() {
    let l = Lambdas { time: 0.1, unit: 0.05, nn: 30.0 };
    let inf = f64::INFINITY;
    let expected = [
        ("full", 0.1, 0.05, 30.0),
        ("no_unit_weights", 0.1, 0.0, 30.0),
        ("no_time_weights", 0.0, 0.05, 30.0),
        ("no_low_rank", 0.1, 0.05, inf),
        ("did", 0.0, 0.0, inf),
        ("mc", 0.0, 0.0, 30.0),
    ];
    let found = ablation(&l).map(|(name, l)| (name, l.time, l.unit, l.nn));
    assert_eq!(found, expected);
    // Proposition 99: difference in differences is a published number.
    let panel = Matrices::load(&PROP99).panel();
    let lambdas = ablation(&l).map(|(_, l)| l);
    let atts = att_at(&panel, &lambdas, &Settings::default(), &Silent).unwrap();
    assert!((atts[4].att + 27.349).abs() < 5e-4, "{atts:?}");
}

#[test]
fn leaving_a_unit_out_is_estimating_without_its_row() {
    let m = random_panel(39, 8, 6, Pattern::Staggered, 0.1);
    let average: Vec<f64> = (0..8).map(|i| 1.0 + i as f64).collect();
    for anchor in ANCHORS {
        for l in [Lambdas::TWO_WAY, LOW_RANK[0]] {
            let design = Design { anchor, average: Some(average.clone()), ..Default::default() };
            let panel = m.panel().with_design(&design).unwrap();
            let found = leave_one_out(&panel, &l, &settings(&l), &Silent).unwrap();
            // Units 0 and 1 are treated.
            assert_eq!(found.iter().map(|f| f.unit).collect::<Vec<_>>(), [2, 3, 4, 5, 6, 7]);
            for left_out in found {
                let mut m = m.clone();
                let mut average = average.clone();
                let row = left_out.unit * 6..(left_out.unit + 1) * 6;
                m.outcome.drain(row.clone());
                m.treatment.drain(row);
                average.remove(left_out.unit);
                m.n_units = 7;
                let design = Design { anchor, average: Some(average), ..Default::default() };
                let panel = m.panel().with_design(&design).unwrap();
                let literal = estimate(&panel, &l, &settings(&l), &Silent).unwrap();
                let difference = (left_out.att - literal.att).abs();
                assert!(difference < SAME, "{anchor:?} {l:?} {left_out:?} {}", literal.att);
            }
        }
    }
}

#[test]
fn without_the_only_donor_there_is_no_att() {
    let y = [1.0, 2.0, 4.0, 6.0];
    let panel = Panel::new(&y, &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 }).unwrap();
    let settings = Settings::default();
    let found = leave_one_out(&panel, &Lambdas::TWO_WAY, &settings, &Silent).unwrap();
    assert!(found.len() == 1 && found[0].unit == 0 && found[0].att.is_nan());
    // No unit is never treated.
    let panel = Panel::new(&y, &[0.0, 1.0, 1.0, 0.0], Shape { n_units: 2, n_periods: 2 }).unwrap();
    assert_eq!(leave_one_out(&panel, &Lambdas::TWO_WAY, &settings, &Silent).unwrap(), []);
}
