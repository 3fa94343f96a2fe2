//! The estimators beside TROP: published numbers, cases by hand, designs, and what is refused.

mod common;

use common::{random_panel, Design, Matrices, CASTLE, CPS, DESIGNS, PROP99, PWT};
use trop_core::{
    averages, estimate, estimate_with, Cell, Design as PanelDesign, Error, Estimator,
    EstimatorOptions, EstimatorResult, Grouping, Lambdas, McTuning, Panel, Quantity, Reason,
    Settings, Silent, SimplexMethod, Status,
};

/// Rounding of sums of outcomes near one.
const ROUNDING: f64 = 1e-12;

/// Estimators that weight donors with nonnegative weights.
const SIMPLEX: [Estimator; 6] = [
    Estimator::Sc,
    Estimator::ScReg,
    Estimator::Difp,
    Estimator::DifpReg,
    Estimator::Sdid,
    Estimator::SdidSquared,
];

fn options() -> EstimatorOptions {
    // Fixed lambdas and penalties: searches have tests of their own.
    EstimatorOptions {
        lambdas: Some(Lambdas { time: 0.2, unit: 0.1, nn: 2.0 }),
        lambda_nn: Some(2.0),
        ..Default::default()
    }
}

fn find(panel: &Panel, estimator: Estimator) -> EstimatorResult {
    estimate_with(panel, estimator, &options(), &Settings::default(), &Silent)
        .unwrap_or_else(|e| panic!("{estimator}: {e}"))
}

fn att(panel: &Panel, estimator: Estimator) -> f64 {
    find(panel, estimator).estimate.att
}

#[test]
fn proposition_99_has_the_published_estimates() {
    let panel = Matrices::load(&PROP99).panel();
    // Exact solutions; Arkhangelsky et al. (2021), Table 1, has -27.3, -19.6, -15.6 and -11.1.
    for (estimator, expected) in [
        (Estimator::Did, -27.349),
        (Estimator::Sc, -19.514),
        (Estimator::Sdid, -15.604),
        (Estimator::Difp, -11.109),
    ] {
        let found = find(&panel, estimator);
        assert!(
            (found.estimate.att - expected).abs() < 5e-4,
            "{estimator}: {}",
            found.estimate.att
        );
        assert!(found.estimate.converged && found.estimate.max_gap <= 1e-8, "{estimator}");
    }
    let squared = att(&panel, Estimator::SdidSquared);
    assert!((squared + 11.4).abs() < 0.05, "{squared}");
}

/// Values of other programs (`tests/data/README.md` says which): Clarabel's solutions of the quadratic programs,
/// synthdid-py's early-stopped ones, and the ridge correction of augsynth-py.
#[test]
fn other_programs_agree() {
    let text = std::fs::read_to_string(common::repository().join("tests/data/rivals.json"));
    let cases: Vec<serde_json::Value> = serde_json::from_str(&text.unwrap()).unwrap();
    assert!(cases.len() > 20);
    for case in cases {
        let source = [&PROP99, &CPS, &PWT]
            .into_iter()
            .find(|source| source.file.contains(case["panel"].as_str().unwrap()))
            .unwrap();
        let m = Matrices::load(source);
        let panel = m.panel();
        let estimator: Estimator = case["estimator"].as_str().unwrap().parse().unwrap();
        let early_stopped = case["method"] == "synthdid-py";
        let options = EstimatorOptions {
            simplex: if early_stopped { SimplexMethod::FrankWolfe } else { SimplexMethod::Exact },
            ridge: case["ridge"].as_f64(),
            ..options()
        };
        let found =
            estimate_with(&panel, estimator, &options, &Settings::default(), &Silent).unwrap();
        // Both programs stop at tolerances of their own.
        let difference = (found.estimate.att - case["att"].as_f64().unwrap()).abs();
        assert!(difference < 1e-6 * m.sd(), "{case}: {}", found.estimate.att);
        if let Some(objective) = case["objective"].as_f64() {
            let primal = found.estimate.effects[0].primal;
            assert!((primal / objective - 1.0).abs() < 1e-8, "{case}: {primal}");
            let weights = case["unit"].as_array().unwrap().iter().map(|w| w.as_f64().unwrap());
            let spell = &found.spells[0];
            let donors = (0..panel.n_units()).filter(|&i| !panel.is_ever_treated(i));
            for (unit, weight) in donors.zip(weights) {
                assert!((spell.unit[unit] - weight).abs() < 1e-6, "{estimator}: unit {unit}");
            }
        }
    }
}

#[test]
fn proposition_99_early_stopped_has_the_published_estimates() {
    let panel = Matrices::load(&PROP99).panel();
    let options = EstimatorOptions { simplex: SimplexMethod::FrankWolfe, ..options() };
    for (estimator, expected) in
        [(Estimator::Sdid, -15.6), (Estimator::Sc, -19.6), (Estimator::Difp, -11.1)]
    {
        let found =
            estimate_with(&panel, estimator, &options, &Settings::default(), &Silent).unwrap();
        assert!(
            (found.estimate.att - expected).abs() < 0.05,
            "{estimator}: {}",
            found.estimate.att
        );
        // Far from the optimum, and it says so.
        assert!(!found.estimate.converged && found.estimate.max_gap > 1e-8, "{estimator}");
    }
}

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
    let panel = Panel::new(&y, &w, 3, 4).unwrap();
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
    let panel = Panel::new(&y, &w, 3, 3).unwrap();
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
        let panel = Panel::new(&y, &w, n, t).unwrap();
        let given = EstimatorOptions { rank: Some(rank), ..options() };
        let found =
            estimate_with(&panel, Estimator::Ife, &given, &Settings::default(), &Silent).unwrap();
        assert!((found.estimate.att - 5.0).abs() < 1e-8, "rank {rank}: {}", found.estimate.att);
        assert!(found.pre_rmse(&panel) < 1e-8);
        // Algorithm 1: with noise the number of factors is found.
        let mut noise = common::Random::new(4);
        let noisy: Vec<f64> = y.iter().map(|y| y + 0.05 * noise.normal()).collect();
        let panel = Panel::new(&noisy, &w, n, t).unwrap();
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
fn every_estimator_takes_every_design() {
    for design in DESIGNS {
        for missing in [0.0, 0.02] {
            let panel = random_panel(11, 24, 12, design, missing).panel();
            for estimator in Estimator::ALL {
                let found = find(&panel, estimator);
                let all = found.estimate.effects.len() + found.estimate.not_estimable.len();
                assert_eq!(all, panel.treated_cells().len(), "{estimator} {design:?}");
                assert!(found.estimate.att.is_finite());
                for e in found.estimate.effects.iter().chain(&found.pre) {
                    assert!((e.observed - e.effect - e.counterfactual).abs() < ROUNDING);
                    assert_eq!(e.status, Status::Solved, "{estimator} {design:?} {e:?}");
                }
                assert!(found.pre.iter().all(|e| panel.is_control(e.cell)));
                assert!(found.pre.windows(2).all(|w| w[0].cell < w[1].cell), "{estimator}");
                let report = averages(&panel, &found.estimate, &found.pre);
                assert_eq!(report[0].quantity, Quantity::ATT);
                assert_eq!(report[0].value, found.estimate.att);
            }
        }
    }
}

#[test]
fn spells_are_averaged_by_cells() {
    let m = random_panel(2, 20, 12, Design::Staggered, 0.0);
    let panel = m.panel();
    let treated = panel.treated_units();
    for estimator in [Estimator::Sc, Estimator::Sdid, Estimator::Ascm] {
        let found = find(&panel, estimator);
        assert_eq!(found.spells.len(), treated.len());
        let (mut sum, mut cells) = (0.0, 0);
        for &unit in &treated {
            // The unit alone with the never-treated ones.
            let rows: Vec<usize> =
                (0..20).filter(|&i| i == unit || !panel.is_ever_treated(i)).collect();
            let pick = |v: &[f64]| -> Vec<f64> {
                rows.iter().flat_map(|&i| v[i * 12..(i + 1) * 12].to_vec()).collect()
            };
            let alone = Panel::new(&pick(&m.outcome), &pick(&m.treatment), rows.len(), 12).unwrap();
            let own = find(&alone, estimator).estimate;
            sum += own.att * own.effects.len() as f64;
            cells += own.effects.len();
        }
        assert!((found.estimate.att - sum / cells as f64).abs() < 1e-9, "{estimator}");
    }
}

/// The estimate must move as the theory says: scale, unit and period effects, order of units.
#[test]
fn invariances() {
    let m = random_panel(6, 16, 11, Design::Staggered, 0.0);
    let (n, t) = (m.n_units, m.n_periods);
    let change = |f: &dyn Fn(usize, usize, f64) -> f64| {
        let outcome = m.outcome.iter().enumerate().map(|(k, &y)| f(k / t, k % t, y)).collect();
        Matrices { outcome, ..m.clone() }.panel()
    };
    let panel = m.panel();
    let order: Vec<usize> = (0..n).rev().collect();
    let pick = |v: &[f64]| -> Vec<f64> {
        order.iter().flat_map(|&i| v[i * t..(i + 1) * t].to_vec()).collect()
    };
    let reversed = Panel::new(&pick(&m.outcome), &pick(&m.treatment), n, t).unwrap();
    for estimator in Estimator::ALL {
        let reference = att(&panel, estimator);
        assert!((att(&reversed, estimator) - reference).abs() < 1e-6, "{estimator}: order");
        let periods = change(&|_, s, y| y + (s * s) as f64 / 7.0);
        // By its definition the default zeta grows with common trends.
        let zeta = EstimatorOptions { zeta: Some(0.7), ..options() };
        let att_at = |panel: &Panel| {
            let found = estimate_with(panel, estimator, &zeta, &Settings::default(), &Silent);
            found.unwrap().estimate.att
        };
        assert!((att_at(&periods) - att_at(&panel)).abs() < 1e-6, "{estimator}: periods");
        if matches!(
            estimator,
            Estimator::Did
                | Estimator::Difp
                | Estimator::DifpReg
                | Estimator::Sdid
                | Estimator::Mc
                | Estimator::Ife
        ) {
            let units = change(&|i, _, y| y + (i * i) as f64 / 7.0);
            assert!((att(&units, estimator) - reference).abs() < 1e-6, "{estimator}: units");
        }
        if !matches!(estimator, Estimator::Mc | Estimator::McTrop | Estimator::Trop) {
            let scaled = change(&|_, _, y| 100.0 * y);
            let found = att(&scaled, estimator) / 100.0;
            assert!((found - reference).abs() < 1e-6, "{estimator}: scale {found} {reference}");
        }
    }
}

#[test]
fn what_lacks_donors_or_periods_before_is_not_estimable_and_says_why() {
    // Unit 0 from the first period on, unit 1 in the last, unit 2 never, unit 3 never but with a gap.
    let nan = f64::NAN;
    let y = [
        1.0, 2.0, 3.0, 4.0, //
        2.0, 1.0, 2.0, 5.0, //
        1.0, 1.5, 2.0, 2.0, //
        0.0, 1.0, nan, 1.0,
    ];
    let mut w = [0.0; 16];
    w[..4].fill(1.0);
    w[7] = 1.0;
    let panel = Panel::new(&y, &w, 4, 4).unwrap();
    for estimator in [Estimator::Sc, Estimator::Sdid, Estimator::Ascm, Estimator::Ife] {
        let found = find(&panel, estimator);
        assert_eq!(found.estimate.effects.len(), 1, "{estimator}");
        assert!(found
            .estimate
            .not_estimable
            .iter()
            .all(|(c, r)| c.unit == 0 && *r == Reason::NoPrePeriods));
    }
    let found = find(&panel, Estimator::Sc);
    assert_eq!(found.spells[0].n_donors, 1);
    // Without the complete donor there is none.
    let only_gaps = {
        let mut y = y;
        y[9] = nan;
        Panel::new(&y, &w, 4, 4).unwrap()
    };
    let error = estimate_with(&only_gaps, Estimator::Sc, &options(), &Settings::default(), &Silent);
    assert_eq!(
        error.unwrap_err(),
        Error::NoEstimableCell { what: "treated cell", not_estimable: 5 }
    );
    // Treatment of everyone at once is a period effect.
    let all = Panel::new(&y[..8], &[0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0], 2, 4).unwrap();
    let error = estimate_with(&all, Estimator::Did, &options(), &Settings::default(), &Silent);
    assert_eq!(error.unwrap_err().code(), "no_estimable_cell");
}

#[test]
fn bad_options_are_refused() {
    let m = random_panel(1, 10, 8, Design::Block, 0.0);
    let settings = Settings::default();
    let refused = |panel: &Panel, estimator, options: EstimatorOptions| {
        estimate_with(panel, estimator, &options, &settings, &Silent).unwrap_err()
    };
    let base = EstimatorOptions::default;
    let bad = refused(&m.panel(), Estimator::McTrop, base());
    assert_eq!(bad.code(), "estimator_impossible");
    let bad = EstimatorOptions { zeta: Some(-1.0), ..base() };
    assert_eq!(refused(&m.panel(), Estimator::Sdid, bad).code(), "estimator_impossible");
    let bad = EstimatorOptions { ridge: Some(0.0), ..base() };
    assert_eq!(refused(&m.panel(), Estimator::Ascm, bad).code(), "estimator_impossible");
    let bad = EstimatorOptions { lambda_nn: Some(-1.0), ..base() };
    assert_eq!(refused(&m.panel(), Estimator::Mc, bad).code(), "lambda_invalid");
    let covariate = m.outcome.iter().map(|y| y.sin()).collect();
    let design = PanelDesign { covariates: vec![covariate], ..Default::default() };
    let with_covariate = m.panel().with_design(&design).unwrap();
    for estimator in Estimator::ALL {
        let found = estimate_with(&with_covariate, estimator, &options(), &settings, &Silent);
        assert_eq!(found.is_ok(), estimator.takes_covariates(), "{estimator}");
        if let Ok(found) = found {
            assert_eq!(found.estimate.coefficients.len(), 1, "{estimator}");
        }
    }
    // No such number of factors.
    let bad = EstimatorOptions { rank: Some(30), ..base() };
    assert_eq!(refused(&m.panel(), Estimator::Ife, bad).code(), "no_estimable_cell");
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

#[test]
fn population_weights_count_in_averages_only() {
    let m = random_panel(4, 16, 10, Design::Block, 0.0);
    let average: Vec<f64> = (0..16).map(|i| 1.0 + i as f64).collect();
    let design = PanelDesign {
        average: Some(average.clone()),
        groupings: vec![Grouping::EventTime],
        ..Default::default()
    };
    let weighted = m.panel().with_design(&design).unwrap();
    for estimator in Estimator::ALL {
        let (plain, found) = (find(&m.panel(), estimator), find(&weighted, estimator));
        assert_eq!(plain.estimate.effects, found.estimate.effects);
        let total: f64 = found.estimate.effects.iter().map(|e| average[e.cell.unit]).sum();
        let sum: f64 = found.estimate.effects.iter().map(|e| average[e.cell.unit] * e.effect).sum();
        assert!((found.estimate.att - sum / total).abs() < ROUNDING, "{estimator}");
    }
}

/// Placebos, units left out and draws, each against estimates on panels written out.
mod inference {
    use super::*;
    use trop_core::{infer, infer_with, Inference, InferenceMethod, InferenceOptions};

    fn run(
        panel: &Panel,
        estimator: Estimator,
        method: InferenceMethod,
        draws: usize,
    ) -> Inference {
        let found = find(panel, estimator);
        let how = InferenceOptions { method, draws, ..Default::default() };
        infer_with(panel, &found, &options(), &how, &Settings::default(), &Silent)
            .unwrap_or_else(|e| panic!("{estimator} {}: {e}", method.name()))
    }

    #[test]
    fn every_estimator_has_every_method() {
        let panel = random_panel(21, 18, 10, Design::Staggered, 0.0).panel();
        for estimator in Estimator::ALL {
            for method in
                [InferenceMethod::Bootstrap, InferenceMethod::Jackknife, InferenceMethod::Placebo]
            {
                let found = run(&panel, estimator, method, 12);
                let att = found.table[0];
                assert!(att.se > 0.0 && att.p_value > 0.0 && att.p_value <= 1.0, "{estimator}");
                assert_eq!((att.average.quantity, found.method), (Quantity::ATT, method));
                assert!(found.n_failed + found.draws.len() >= 12);
                assert_eq!(found.n_uncertified, 0, "{estimator} {}", method.name());
            }
        }
    }

    #[test]
    fn the_jackknife_leaves_out_each_unit() {
        let m = random_panel(22, 14, 9, Design::Block, 0.0);
        for estimator in Estimator::ALL {
            let found = run(&m.panel(), estimator, InferenceMethod::Jackknife, 2);
            let without = |i: usize, v: &[f64]| [&v[..i * 9], &v[(i + 1) * 9..]].concat();
            for i in 0..14 {
                let (y, w) = (without(i, &m.outcome), without(i, &m.treatment));
                let panel = Panel::new(&y, &w, 13, 9).unwrap();
                let kept = find(&m.panel(), estimator).keep(&options());
                let own =
                    estimate_with(&panel, estimator, &kept, &Settings::default(), &Silent).unwrap();
                assert!((own.estimate.att - found.draws[i]).abs() < 1e-6, "{estimator} {i}");
            }
        }
    }

    /// In a draw a unit stands with a count; estimates are those of its copies written out.
    #[test]
    fn placebos_of_one_treated_unit_are_all_others() {
        let panel = Matrices::load(&PROP99).panel();
        let found = run(&panel, Estimator::Sdid, InferenceMethod::Placebo, 200);
        assert_eq!(found.draws.len(), 38);
        let beaten = found.draws.iter().filter(|d| d.abs() >= 15.604).count();
        assert!((found.table[0].p_value - (1 + beaten) as f64 / 39.0).abs() < 1e-12);
        // Arkhangelsky et al. (2021), Table 1, has a placebo standard error of 8.4 (from random draws).
        assert!((found.table[0].se - 8.4).abs() < 1.5, "{}", found.table[0].se);
    }

    #[test]
    fn trop_is_inferred_as_by_infer() {
        let panel = random_panel(23, 12, 8, Design::Block, 0.0).panel();
        let found = find(&panel, Estimator::Trop);
        let (how, settings) = (InferenceOptions::default(), Settings::default());
        let own = infer_with(&panel, &found, &options(), &how, &settings, &Silent).unwrap();
        let lambdas = options().lambdas.unwrap();
        let same =
            infer(&panel, &lambdas, &found.estimate, &found.pre, &how, &settings, &Silent).unwrap();
        assert_eq!(own, same);
    }

    #[test]
    fn what_means_nothing_is_refused() {
        let panel = Matrices::load(&PROP99).panel();
        let found = find(&panel, Estimator::Sdid);
        let settings = Settings::default();
        for method in [InferenceMethod::Conformal, InferenceMethod::Bootstrap] {
            let how = InferenceOptions { method, ..Default::default() };
            let error = infer_with(&panel, &found, &options(), &how, &settings, &Silent);
            assert_eq!(error.unwrap_err().code(), "inference_impossible");
        }
    }
}
