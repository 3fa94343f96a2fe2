//! Each estimator against its definition.

use super::*;

/// Estimators that weight donors with nonnegative weights.
const SIMPLEX: [Estimator; 6] = [
    Estimator::Sc,
    Estimator::ScReg,
    Estimator::Difp,
    Estimator::DifpReg,
    Estimator::Sdid,
    Estimator::SdidSquared,
];

#[test]
fn weights_lie_on_the_simplex_and_are_certified() {
    for source in [&PROP99, &CASTLE, &CPS, &PWT] {
        let panel = Matrices::load(source).panel();
        for estimator in SIMPLEX {
            let found = find(&panel, estimator);
            assert!(found.estimate.converged, "{} {estimator}", source.file);
            for spell in &found.spells {
                assert!((spell.unit.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                assert!(spell.unit.iter().all(|&w| w >= 0.0) && spell.gap <= 1e-8);
                let period: f64 = spell.period.iter().sum();
                let has_intercept = !matches!(estimator, Estimator::Sc | Estimator::ScReg);
                assert!((period - f64::from(u8::from(has_intercept))).abs() < 1e-12);
                assert!(spell.donors >= 1.0 - 1e-12 && spell.donors <= spell.n_donors as f64);
            }
        }
    }
}

/// Two donors, three periods before, one after; the weights of the nearest point of a segment.
#[test]
fn synthetic_controls_by_hand() {
    let y = [
        0.0, 0.0, 0.0, 1.0, //
        4.0, 0.0, 0.0, 3.0, //
        1.0, 1.0, 1.0, 9.0,
    ];
    let mut w = [0.0; 12];
    w[11] = 1.0;
    let panel = Panel::new(&y, &w, Shape { n_units: 3, n_periods: 4 }).unwrap();
    // |(1 - 4 v, 1, 1)| is least at v = 1/4: the synthetic outcome after is 1.5.
    let found = find(&panel, Estimator::Sc);
    assert!((found.spells[0].unit[1] - 0.25).abs() < 1e-9, "{:?}", found.spells[0].unit);
    assert!((found.estimate.att - 7.5).abs() < 1e-8);
    // With an intercept the first donor fits perfectly: 9 - 1 - (1 - 0).
    let found = find(&panel, Estimator::Difp);
    assert!((found.spells[0].unit[0] - 1.0).abs() < 1e-9);
    assert!((found.estimate.att - 7.0).abs() < 1e-8 && found.pre_rmse(&panel) < 1e-8);
    assert!((found.donors(&panel) - 1.0).abs() < 1e-9);
    // Difference in differences: 9 - 1 less (2 - 2/3).
    assert!((att(&panel, Estimator::Did) - (8.0 - 4.0 / 3.0)).abs() < ROUNDING);
}

#[test]
fn synthetic_difference_in_differences_is_one_of_weighted_means() {
    let panel = Matrices::load(&PROP99).panel();
    let found = find(&panel, Estimator::Sdid);
    let spell = &found.spells[0];
    let (n, t) = (panel.n_units(), panel.n_periods());
    let y = |unit, period| panel.outcome(Cell { unit, period });
    let treated = spell.units[0];
    let gap = |s: usize| y(treated, s) - (0..n).map(|j| spell.unit[j] * y(j, s)).sum::<f64>();
    let after = (spell.first..t).map(gap).sum::<f64>() / (t - spell.first) as f64;
    let before: f64 = (0..spell.first).map(|s| spell.period[s] * gap(s)).sum();
    assert!((found.estimate.att - (after - before)).abs() < 1e-10);
    // Published: a dozen states or more, and the last three years before.
    assert!(spell.donors > 12.0 && (spell.period[16..19].iter().sum::<f64>() - 1.0).abs() < 1e-6);
}

#[test]
fn did_is_least_squares_with_one_coefficient() {
    // Staggered, by hand: W is (0 1 1 / 0 0 1 / 0 0 0); its twice-centred version W~ has squares 2/3 and products with Y
    // that give the coefficient sum(W~ Y) / sum(W~ W).
    let w = [0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0];
    let y = [1.0, 4.0, 6.0, 2.0, 2.5, 5.0, 0.5, 1.0, 2.0];
    let centred = {
        let row: Vec<f64> = w.chunks(3).map(|r| r.iter().sum::<f64>() / 3.0).collect();
        let col: Vec<f64> = (0..3).map(|s| (w[s] + w[3 + s] + w[6 + s]) / 3.0).collect();
        let mean = row.iter().sum::<f64>() / 3.0;
        (0..9).map(|k| w[k] - row[k / 3] - col[k % 3] + mean).collect::<Vec<f64>>()
    };
    let product = |v: &[f64]| centred.iter().zip(v).map(|(c, v)| c * v).sum::<f64>();
    let panel = Panel::new(&y, &w, Shape { n_units: 3, n_periods: 3 }).unwrap();
    let found = find(&panel, Estimator::Did);
    assert!((found.estimate.att - product(&y) / product(&w)).abs() < ROUNDING);
    // In a block design it is the imputation of the two-way fit.
    let block = random_panel(5, 12, 9, Design::Block, 0.0).panel();
    let two_way = estimate(&block, &Lambdas::TWO_WAY, &Settings::default(), &Silent).unwrap();
    assert!((att(&block, Estimator::Did) - two_way.att).abs() < 1e-10);
}

#[test]
fn matrix_completion_is_the_regression_with_equal_weights() {
    let panel = random_panel(3, 14, 10, Design::Staggered, 0.05).panel();
    let found = find(&panel, Estimator::Mc);
    let pooled = PanelDesign { anchor: trop_core::Anchor::Pooled, ..Default::default() };
    let lambdas = Lambdas { time: 0.0, unit: 0.0, nn: 2.0 };
    let same = panel.clone().with_design(&pooled).unwrap();
    let same = estimate(&same, &lambdas, &Settings::default(), &Silent).unwrap();
    assert!((found.estimate.att - same.att).abs() < 1e-6);
    assert_eq!(found.estimate.not_estimable, same.not_estimable);
    assert_eq!(find(&panel, Estimator::McTrop).tuned.lambda_nn, Some(2.0));
}

#[test]
fn matrix_completion_chooses_its_own_penalty() {
    // Two strong factors: a penalty that lets them in predicts better than none.
    let panel = random_panel(8, 20, 16, Design::Block, 0.0).panel();
    for mc_tuning in [McTuning::Loocv, McTuning::Folds] {
        let options = EstimatorOptions { mc_tuning, ..Default::default() };
        let settings = Settings::default();
        let found = estimate_with(&panel, Estimator::Mc, &options, &settings, &Silent).unwrap();
        let chosen = found.tuned.lambda_nn.unwrap();
        assert!(
            chosen.is_finite() && found.estimate.effects[0].rank >= 2,
            "{mc_tuning:?}: {chosen}"
        );
        let kept = found.keep(&options);
        let again = estimate_with(&panel, Estimator::Mc, &kept, &settings, &Silent).unwrap();
        assert!((again.estimate.att - found.estimate.att).abs() < 1e-9);
    }
}

/// A panel of r factors without noise: the treated units' outcomes without treatment are found exactly.
#[test]
fn interactive_fixed_effects_find_their_own_model() {
    let (n, t, first) = (40, 30, 22);
    for rank in 0..=3 {
        let mut r = common::Random::new(40 + rank as u64);
        let mut draw = |n: usize| -> Vec<f64> { (0..n).map(|_| r.normal()).collect() };
        let (alpha, xi, load, factor) = (draw(n), draw(t), draw(n * rank), draw(t * rank));
        let mut y = vec![0.0; n * t];
        let mut w = vec![0.0; n * t];
        for i in 0..n {
            for s in 0..t {
                let inner: f64 = (0..rank).map(|k| load[i * rank + k] * factor[s * rank + k]).sum();
                let treated = i < 6 && s >= first + i;
                w[i * t + s] = f64::from(u8::from(treated));
                y[i * t + s] = alpha[i] + xi[s] + inner + 5.0 * w[i * t + s];
            }
        }
        let panel = Panel::new(&y, &w, Shape { n_units: n, n_periods: t }).unwrap();
        let given = EstimatorOptions { rank: Some(rank), ..options() };
        let found =
            estimate_with(&panel, Estimator::Ife, &given, &Settings::default(), &Silent).unwrap();
        assert!((found.estimate.att - 5.0).abs() < 1e-8, "rank {rank}: {}", found.estimate.att);
        assert!(found.pre_rmse(&panel) < 1e-8);
        // Algorithm 1: with noise the number of factors is found.
        let mut noise = common::Random::new(4);
        let noisy: Vec<f64> = y.iter().map(|y| y + 0.05 * noise.normal()).collect();
        let panel = Panel::new(&noisy, &w, Shape { n_units: n, n_periods: t }).unwrap();
        assert_eq!(find(&panel, Estimator::Ife).tuned.rank, Some(rank), "rank {rank}");
    }
}

#[test]
fn augmented_weights_fit_better_and_sum_to_one() {
    for source in [&PROP99, &CPS] {
        let panel = Matrices::load(source).panel();
        let (plain, augmented) = (find(&panel, Estimator::Sc), find(&panel, Estimator::Ascm));
        let weights = &augmented.spells[0].unit;
        assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-8);
        assert!(augmented.pre_rmse(&panel) < plain.pre_rmse(&panel));
        // A huge penalty leaves the synthetic control.
        let heavy = EstimatorOptions { ridge: Some(1e15), ..options() };
        let found =
            estimate_with(&panel, Estimator::Ascm, &heavy, &Settings::default(), &Silent).unwrap();
        assert!((found.estimate.att - plain.estimate.att).abs() < 1e-6);
    }
}

#[test]
fn names_go_both_ways() {
    for estimator in Estimator::ALL {
        assert_eq!(estimator.to_string().parse::<Estimator>(), Ok(estimator));
    }
    let error = "synth".parse::<Estimator>().unwrap_err();
    assert_eq!(error.code(), "estimator_unknown");
    assert!(error.to_string().contains("sdid"), "{error}");
}
