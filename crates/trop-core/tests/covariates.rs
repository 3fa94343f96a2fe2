//! Covariates (Eq. 14): coefficients by hand, an optimality proof that does not use the solver's, what must
//! not change, and what is refused.

mod common;

use common::{random_panel, Design as Pattern, Matrices, Random};
use trop_core::{
    bootstrap_trop_variance, cell_effects, estimate, leave_one_out, loocv_grid_search,
    weighted_atts, weighted_fit, weighted_loocv, weights, Anchor, BootstrapOptions, Cell, Design,
    Error, Grids, Lambdas, Method, Panel, Reason, SearchOptions, Settings, Silent, Status,
    WeightedFit, WeightedJob, Weights,
};

const LAMBDAS: Lambdas = Lambdas { time: 0.2, unit: 0.1, nn: 2.0 };

fn with(data: &Matrices, covariates: &[Vec<f64>]) -> trop_core::TropResult<Panel> {
    data.panel().with_design(&Design { covariates: covariates.to_vec(), ..Default::default() })
}

/// Covariates that move together with the factors, and a panel whose outcomes follow them.
fn example(seed: u64, pattern: Pattern, missing: f64) -> (Matrices, Vec<Vec<f64>>) {
    let mut data = random_panel(seed, 14, 12, pattern, missing);
    let mut random = Random::new(seed + 100);
    let n = data.outcome.len();
    let x: Vec<f64> = (0..n)
        .map(|k| {
            let y = data.outcome[k];
            (if y.is_nan() { 0.0 } else { 0.5 * y }) + 2.0 * random.normal()
        })
        .collect();
    let z: Vec<f64> = (0..n).map(|_| 30.0 + 7.0 * random.normal()).collect();
    for k in 0..n {
        data.outcome[k] += 0.8 * x[k] - 0.1 * z[k];
    }
    (data, vec![x, z])
}

fn close(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance, "{a} {b}");
}

#[test]
fn an_outcome_made_of_effects_and_a_covariate_is_taken_apart() {
    let (n, t) = (6, 5);
    let mut random = Random::new(3);
    let x: Vec<f64> = (0..n * t).map(|_| random.normal()).collect();
    let mut treatment = vec![0.0; n * t];
    treatment[n * t - 1] = 1.0;
    let outcome: Vec<f64> = (0..n * t)
        .map(|k| (k / t) as f64 * 3.0 - (k % t) as f64 + 2.0 * x[k] + 7.0 * treatment[k])
        .collect();
    let data = Matrices { outcome, treatment, n_units: n, n_periods: t };
    let panel = with(&data, &[x]).unwrap();
    for nn in [f64::INFINITY, 1.0] {
        let lambdas = Lambdas { nn, ..LAMBDAS };
        let found = estimate(&panel, &lambdas, &Settings::default(), &Silent).unwrap();
        assert!(found.converged);
        close(found.coefficients[0], 2.0, 1e-9);
        close(found.att, 7.0, 1e-9);
    }
}

#[test]
fn two_by_three_by_hand() {
    // Unit 0: y = 0, 1, 5; unit 1: y = 0, 0, 0, never treated; treated: unit 0 in the last period.
    // Differences of the units over time: y 0, 1 and x 0, 2, so b = 1/2. In the last period x differs by 4.
    let outcome = vec![0.0, 1.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let mut treatment = vec![0.0; 9];
    treatment[2] = 1.0;
    let x = vec![0.0, 2.0, 4.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let data = Matrices { outcome, treatment, n_units: 3, n_periods: 3 };
    let panel = with(&data, &[x]).unwrap();
    let found = estimate(&panel, &Lambdas::TWO_WAY, &Settings::default(), &Silent).unwrap();
    close(found.coefficients[0], 0.5, 1e-12);
    close(found.att, 5.0 - 0.5 * 4.0, 1e-12);
}

/// Proves a fit optimal from what it returns: the gap of Eq. 14 to a dual feasible point, relative.
fn literal_gap(data: &Matrices, x: &[Vec<f64>], w: &[f64], nn: f64, fit: &WeightedFit) -> f64 {
    let (n, t) = (data.n_units, data.n_periods);
    let control = |k: usize| data.treatment[k] == 0.0 && !data.outcome[k].is_nan();
    let mut g = vec![0.0; n * t];
    let (mut loss, mut inner) = (0.0, 0.0);
    for k in (0..n * t).filter(|&k| control(k)) {
        let residual = data.outcome[k] - fit.fitted[k];
        g[k] = 2.0 * w[k] * residual;
        loss += w[k] * residual * residual;
        inner += g[k] * data.outcome[k];
    }
    // A dual point is orthogonal to unit effects, period effects and covariates.
    let size: f64 = g.iter().map(|g| g.abs()).sum();
    for i in 0..n {
        assert!(g[i * t..(i + 1) * t].iter().sum::<f64>().abs() < 1e-9 * size);
    }
    for s in 0..t {
        assert!((0..n).map(|i| g[i * t + s]).sum::<f64>().abs() < 1e-9 * size);
    }
    for x in x {
        let largest = x.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        let product: f64 = g.iter().zip(x).map(|(g, x)| g * x).sum();
        assert!(product.abs() < 1e-9 * size * largest, "{product}");
    }
    let shrink = (nn / norm(&g, n, t)).min(1.0);
    let primal = loss + nn * nuclear(&fit.low_rank, n, t);
    let dual = shrink * inner - shrink * shrink * loss;
    (primal - dual) / primal
}

/// Largest singular value, by power iteration.
fn norm(matrix: &[f64], n: usize, t: usize) -> f64 {
    let mut v: Vec<f64> = (0..t).map(|s| 1.0 + (s as f64).sin()).collect();
    let mut value = 0.0;
    for _ in 0..20_000 {
        let u: Vec<f64> = (0..n).map(|i| (0..t).map(|s| matrix[i * t + s] * v[s]).sum()).collect();
        v = (0..t).map(|s| (0..n).map(|i| matrix[i * t + s] * u[i]).sum()).collect();
        let size = v.iter().map(|v| v * v).sum::<f64>().sqrt();
        v.iter_mut().for_each(|v| *v /= size);
        value = size.sqrt();
    }
    value
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Columns `U S` of a singular value decomposition, each followed by its column of V, by one-sided Jacobi
/// rotations.
fn rotated(matrix: &[f64], n: usize, t: usize, sweeps: usize) -> Vec<Vec<f64>> {
    let column = |s: usize| {
        let unit = (0..t).map(move |k| f64::from(u8::from(k == s)));
        (0..n).map(|i| matrix[i * t + s]).chain(unit).collect()
    };
    let mut columns: Vec<Vec<f64>> = (0..t).map(column).collect();
    for _ in 0..sweeps {
        for a in 0..t {
            for b in 0..a {
                let [x, y] = [&columns[a][..n], &columns[b][..n]];
                let (p, q, r) = (dot(x, x), dot(y, y), dot(x, y));
                if r == 0.0 {
                    continue;
                }
                let angle = 0.5 * (2.0 * r).atan2(p - q);
                let (sin, cos) = angle.sin_cos();
                for i in 0..n + t {
                    let (x, y) = (columns[a][i], columns[b][i]);
                    columns[a][i] = cos * x + sin * y;
                    columns[b][i] = cos * y - sin * x;
                }
            }
        }
    }
    columns
}

/// Sum of singular values.
fn nuclear(matrix: &[f64], n: usize, t: usize) -> f64 {
    rotated(matrix, n, t, 60).iter().map(|c| dot(&c[..n], &c[..n]).sqrt()).sum()
}

#[test]
fn fits_are_optimal() {
    for (seed, pattern) in [(1, Pattern::Block), (2, Pattern::Staggered), (3, Pattern::Switching)] {
        let (data, x) = example(seed, pattern, 0.1);
        let panel = with(&data, &x).unwrap();
        let target = panel.treated_cells()[0];
        for nn in [20.0, 5.0, 1.0, 0.2] {
            let w = weights(&panel, target, &LAMBDAS).unwrap();
            let fit = weighted_fit(&panel, &w, nn, &Settings::default(), &Silent).unwrap();
            assert_eq!(fit.status, Status::Solved, "seed {seed}, nn {nn}: gap {}", fit.gap);
            let product: Vec<f64> =
                w.unit.iter().flat_map(|u| w.period.iter().map(move |p| u * p)).collect();
            let gap = literal_gap(&data, &x, &product, nn, &fit);
            assert!(gap < 2e-8, "seed {seed}, nn {nn}: literal gap {gap:e}, reported {}", fit.gap);
        }
    }
}

/// Solves `a x = b`, a row-major, by elimination with pivots; directions without a pivot stay at zero.
fn solved(mut a: Vec<f64>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    let mut pivot_row = vec![None; n];
    let mut used = vec![false; n];
    for column in 0..n {
        let size = |&row: &usize| a[row * n + column].abs();
        let free = (0..n).filter(|&row| !used[row]);
        let Some(row) = free.max_by(|x, y| size(x).total_cmp(&size(y))) else { break };
        if size(&row) < 1e-9 {
            continue;
        }
        used[row] = true;
        pivot_row[column] = Some(row);
        for other in (0..n).filter(|&other| other != row) {
            let share = a[other * n + column] / a[row * n + column];
            for k in column..n {
                a[other * n + k] -= share * a[row * n + k];
            }
            b[other] -= share * b[row];
        }
    }
    let value =
        |(column, row): (usize, &Option<usize>)| row.map_or(0.0, |r| b[r] / a[r * n + column]);
    pivot_row.iter().enumerate().map(value).collect()
}

/// Proximal gradient steps on R, intercepts and coefficients by least squares at each of them: slow, and with
/// nothing in common with the solver. Returns the fitted outcomes and the coefficients.
fn slow_fit(data: &Matrices, x: &[Vec<f64>], w: &[f64], nn: f64) -> (Vec<f64>, Vec<f64>) {
    let (n, t) = (data.n_units, data.n_periods);
    let control = |k: &usize| data.treatment[*k] == 0.0 && !data.outcome[*k].is_nan();
    let order = n + t + x.len();
    let regressors = |k: usize| -> Vec<f64> {
        let mut row = vec![0.0; order];
        (row[k / t], row[n + k % t]) = (1.0, 1.0);
        row[n + t..].iter_mut().zip(x).for_each(|(entry, x)| *entry = x[k]);
        row
    };
    let cells: Vec<(usize, Vec<f64>)> =
        (0..n * t).filter(control).map(|k| (k, regressors(k))).collect();
    let mut gram = vec![0.0; order * order];
    for (k, z) in &cells {
        (0..order * order).for_each(|at| gram[at] += w[*k] * z[at / order] * z[at % order]);
    }
    let step = 0.5 / w.iter().fold(0.0_f64, |m, &w| m.max(w));
    let mut low = vec![0.0; n * t];
    let mut theta = vec![0.0; order];
    for _ in 0..6000 {
        let mut right = vec![0.0; order];
        for (k, z) in &cells {
            let rest = w[*k] * (data.outcome[*k] - low[*k]);
            right.iter_mut().zip(z).for_each(|(right, z)| *right += rest * z);
        }
        theta = solved(gram.clone(), right);
        for (k, z) in &cells {
            low[*k] += 2.0 * step * w[*k] * (data.outcome[*k] - low[*k] - dot(z, &theta));
        }
        let columns = rotated(&low, n, t, 8);
        low.fill(0.0);
        for c in &columns {
            let size = dot(&c[..n], &c[..n]).sqrt();
            let kept = (1.0 - step * nn / size.max(f64::MIN_POSITIVE)).max(0.0);
            (0..n * t).for_each(|k| low[k] += kept * c[k / t] * c[n + k % t]);
        }
    }
    let fitted = (0..n * t).map(|k| low[k] + dot(&regressors(k), &theta)).collect();
    (fitted, theta.split_off(n + t))
}

/// How far the slow fit and a fit of this tolerance may be apart.
const SLOW: f64 = 1e-7;

#[test]
fn fits_agree_with_a_slow_reference() {
    let mut random = Random::new(21);
    for (seed, pattern) in [(21, Pattern::Block), (22, Pattern::Switching)] {
        let data = random_panel(seed, 8, 7, pattern, 0.05);
        let x: Vec<Vec<f64>> = (0..2).map(|_| (0..56).map(|_| random.normal()).collect()).collect();
        let panel = with(&data, &x).unwrap();
        let lambdas = Lambdas { time: 0.2, unit: 0.2, nn: 1.0 };
        let w = weights(&panel, panel.treated_cells()[0], &lambdas).unwrap();
        let product: Vec<f64> =
            w.unit.iter().flat_map(|u| w.period.iter().map(move |p| u * p)).collect();
        let settings = Settings { tolerance: 1e-13, ..Default::default() };
        for nn in [2.0, 0.5] {
            let fit = weighted_fit(&panel, &w, nn, &settings, &Silent).unwrap();
            assert!(fit.rank > 0 && fit.status == Status::Solved, "{seed} {nn}: {}", fit.gap);
            let (fitted, b) = slow_fit(&data, &x, &product, nn);
            b.iter().zip(&fit.coefficients).for_each(|(slow, own)| close(*own, *slow, SLOW));
            let differences = fitted.iter().zip(&fit.fitted).map(|(slow, own)| (slow - own).abs());
            let worst = differences.fold(0.0, f64::max);
            assert!(worst < SLOW, "seed {seed}, nn {nn}: {worst:e}");
        }
    }
}

/// A covariate that is all but a factor itself can be in R as well as in X b, at next to no cost.
#[test]
fn covariates_close_to_the_factors_are_certified() {
    for (seed, n, t, share) in [(35, 30, 13, 1.0), (42, 29, 14, 0.01), (50, 10, 20, 0.001)] {
        let mut data = random_panel(seed, n, t, Pattern::Block, 0.2);
        let mut random = Random::new(seed);
        let mut draws = |n: usize| -> Vec<f64> { (0..n).map(|_| random.normal()).collect() };
        let x: Vec<Vec<f64>> = (0..4)
            .map(|_| {
                let (a, b, noise) = (draws(n), draws(t), draws(n * t));
                (0..n * t).map(|k| a[k / t] * b[k % t] + share * noise[k]).collect()
            })
            .collect();
        for x in &x {
            data.outcome.iter_mut().zip(x).for_each(|(y, x)| *y += 0.7 * x);
        }
        let panel = with(&data, &x).unwrap();
        for nn in [1.0, 0.1, 0.03] {
            let lambdas = Lambdas { nn, ..LAMBDAS };
            let found = estimate(&panel, &lambdas, &Settings::default(), &Silent).unwrap();
            assert!(found.converged, "seed {seed}, nn {nn}: gap {}", found.max_gap);
        }
    }
}

#[test]
fn a_shared_fit_is_the_fit_at_its_weights() {
    let (data, x) = example(15, Pattern::Block, 0.1);
    let design = Design { anchor: Anchor::Pooled, covariates: x, ..Default::default() };
    let panel = data.panel().with_design(&design).unwrap();
    let lambdas = Lambdas { time: 0.0, unit: 0.0, nn: 2.0 };
    let found = estimate(&panel, &lambdas, &Settings::default(), &Silent).unwrap();
    let w = Weights { unit: vec![1.0; data.n_units], period: vec![1.0; data.n_periods] };
    let fit = weighted_fit(&panel, &w, 2.0, &Settings::default(), &Silent).unwrap();
    for effect in &found.effects {
        let at = effect.cell.unit * data.n_periods + effect.cell.period;
        close(effect.counterfactual, fit.fitted[at], 1e-9);
        close(effect.coefficients[0], fit.coefficients[0], 1e-9);
    }
}

#[test]
fn the_default_penalties_are_shares_of_the_one_at_which_the_rest_vanishes() {
    let (data, x) = example(16, Pattern::Block, 0.1);
    let panel = with(&data, &x).unwrap();
    // Infinity comes first, then half of it.
    let vanishing = 2.0 * Grids::default_for(&panel).unwrap().nn[1];
    let w = Weights { unit: vec![1.0; data.n_units], period: vec![1.0; data.n_periods] };
    let rank = |nn| weighted_fit(&panel, &w, nn, &Settings::default(), &Silent).unwrap().rank;
    assert_eq!((rank(1.001 * vanishing), rank(0.99 * vanishing)), (0, 1));
}

#[test]
fn unit_and_period_effects_are_those_beside_the_covariates_as_given() {
    // Far from zero, and shifted differently in each unit and period.
    let (n, t) = (6, 5);
    let mut random = Random::new(4);
    let x: Vec<f64> = (0..n * t)
        .map(|k| 50.0 + (k / t) as f64 - 3.0 * (k % t) as f64 + random.normal())
        .collect();
    let outcome = (0..n * t).map(|k| 10.0 * (k / t) as f64 + (k % t) as f64 + 2.0 * x[k]).collect();
    let mut treatment = vec![0.0; n * t];
    treatment[n * t - 1] = 1.0;
    let data = Matrices { outcome, treatment, n_units: n, n_periods: t };
    let panel = with(&data, &[x]).unwrap();
    let w = Weights { unit: vec![1.0; n], period: vec![1.0; t] };
    let fit = weighted_fit(&panel, &w, f64::INFINITY, &Settings::default(), &Silent).unwrap();
    fit.unit_effect
        .iter()
        .enumerate()
        .for_each(|(i, effect)| close(*effect, 10.0 * i as f64, 1e-9));
    fit.period_effect.iter().enumerate().for_each(|(s, effect)| close(*effect, s as f64, 1e-9));
}

#[test]
fn a_held_out_cell_is_as_if_it_were_missing() {
    let (data, x) = example(5, Pattern::Block, 0.05);
    let panel = with(&data, &x).unwrap();
    let control = |c: &Cell| panel.is_control(*c);
    let cell = [Cell { unit: 3, period: 4 }, Cell { unit: 3, period: 5 }];
    let cell = *cell.iter().find(|c| control(c)).unwrap();
    let settings = Settings::default();
    let found = cell_effects(&panel, &[cell], &LAMBDAS, &settings, &Silent).unwrap();
    let mut without = data.clone();
    without.outcome[cell.unit * data.n_periods + cell.period] = f64::NAN;
    let missing = with(&without, &x).unwrap();
    let w = weights(&panel, cell, &LAMBDAS).unwrap();
    let fit = weighted_fit(&missing, &w, LAMBDAS.nn, &settings, &Silent).unwrap();
    let fitted = fit.fitted[cell.unit * data.n_periods + cell.period];
    close(found.effects[0].counterfactual, fitted, 1e-6);
    close(found.effects[0].coefficients[0], fit.coefficients[0], 1e-6);
}

#[test]
fn adding_a_covariate_to_the_outcome_adds_to_its_coefficient_alone() {
    let (data, x) = example(7, Pattern::Staggered, 0.1);
    let mut more = data.clone();
    more.outcome.iter_mut().zip(&x[1]).for_each(|(y, z)| *y += 3.0 * z);
    // Unit weights depend on outcomes: without them nothing else changes.
    let lambdas = Lambdas { unit: 0.0, ..LAMBDAS };
    let settings = Settings { tolerance: 1e-10, ..Default::default() };
    let run = |data| estimate(&with(data, &x).unwrap(), &lambdas, &settings, &Silent).unwrap();
    let (before, after) = (run(&data), run(&more));
    close(after.att, before.att, 1e-5);
    close(after.coefficients[0], before.coefficients[0], 1e-5);
    close(after.coefficients[1], before.coefficients[1] + 3.0, 1e-5);
}

#[test]
fn units_of_measurement_and_order_do_not_matter() {
    let (data, x) = example(8, Pattern::Block, 0.0);
    let t = data.n_periods;
    let scaled: Vec<f64> = x[0]
        .iter()
        .enumerate()
        .map(|(k, x)| 1e6 * x + (k / t) as f64 - 40.0 * (k % t) as f64)
        .collect();
    let run = |x: &[Vec<f64>]| {
        estimate(&with(&data, x).unwrap(), &LAMBDAS, &Settings::default(), &Silent).unwrap()
    };
    let (plain, changed) = (run(&x), run(&[x[1].clone(), scaled]));
    close(changed.att, plain.att, 1e-6);
    close(changed.coefficients[0], plain.coefficients[1], 1e-6);
    close(1e6 * changed.coefficients[1], plain.coefficients[0], 1e-6);
}

#[test]
fn a_covariate_that_matters_lowers_the_score() {
    let (data, x) = example(9, Pattern::Block, 0.0);
    let grids = Grids { time: vec![0.2], unit: vec![0.0], nn: vec![2.0] };
    let options = SearchOptions { method: Method::Grid, ..Default::default() };
    let score = |panel: &Panel| {
        let found = loocv_grid_search(panel, &grids, &options, &Settings::default(), &Silent);
        let score = found.unwrap().scores[0];
        assert_eq!(score.n_uncertified, 0);
        score.score
    };
    assert!(score(&with(&data, &x).unwrap()) < 0.8 * score(&data.panel()));
}

#[test]
fn threads_do_not_matter() {
    let (data, x) = example(10, Pattern::Staggered, 0.1);
    let panel = with(&data, &x).unwrap();
    let run = |threads| {
        let settings = Settings { threads: Some(threads), ..Default::default() };
        let options = BootstrapOptions { draws: 6, ..Default::default() };
        let boot = bootstrap_trop_variance(&panel, &LAMBDAS, &options, &settings, &Silent);
        // As text, which has every digit: draws without an event time hold NaN.
        format!("{:?} {boot:?}", estimate(&panel, &LAMBDAS, &settings, &Silent))
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn a_cell_that_a_coefficient_hangs_on_has_no_effect_of_its_own() {
    let (data, _) = example(11, Pattern::Block, 0.0);
    let mut dummy = vec![0.0; data.outcome.len()];
    dummy[data.n_periods + 2] = 1.0;
    let panel = with(&data, &[dummy]).unwrap();
    let cells = [Cell { unit: 1, period: 2 }, Cell { unit: 1, period: 3 }];
    let found = cell_effects(&panel, &cells, &LAMBDAS, &Settings::default(), &Silent).unwrap();
    assert_eq!(found.not_estimable, [(cells[0], Reason::CovariatesNotIdentified)]);
    assert_eq!(found.effects[0].cell, cells[1]);
    let grids = Grids { time: vec![0.0], unit: vec![0.0], nn: vec![f64::INFINITY] };
    let search =
        loocv_grid_search(&panel, &grids, &SearchOptions::default(), &Settings::default(), &Silent)
            .unwrap();
    assert_eq!(search.n_not_estimable, 1);
    assert!(search.score.is_finite());
}

#[test]
fn a_cell_that_a_coefficient_hangs_on_has_no_score_at_given_weights() {
    let (data, _) = example(17, Pattern::Block, 0.0);
    let (n, t) = (data.n_units, data.n_periods);
    let mut dummy = vec![0.0; n * t];
    dummy[5 * t + 2] = 1.0;
    let panel = with(&data, &[dummy]).unwrap();
    let mut w = Weights { unit: vec![1.0; n], period: vec![1.0; t] };
    let nn = [f64::INFINITY, 2.0];
    let run = |w: &Weights| weighted_loocv(&panel, w, &nn, &Settings::default(), &Silent);
    let found = run(&w).unwrap();
    assert_eq!(found.not_estimable, [Cell { unit: 5, period: 2 }]);
    assert!(found.scores.iter().all(|s| s.score.is_finite() && s.score > 0.0));
    w.unit[5] = 0.0;
    assert_eq!(run(&w).unwrap_err(), Error::CovariatesNotIdentified);
    let fit = weighted_fit(&panel, &w, 2.0, &Settings::default(), &Silent);
    assert_eq!(fit.unwrap_err().code(), "covariates_not_identified");
    let job = |_| {
        let (panel, weights) = (panel.clone(), w.clone());
        Ok(WeightedJob { panel, weights, counts: None, average: None })
    };
    let atts = weighted_atts(1, &job, &nn, &Settings::default(), &Silent).unwrap();
    assert!(atts[0].iter().all(|att| att.att.is_nan()));
}

#[test]
fn a_unit_that_a_coefficient_hangs_on_cannot_be_left_out() {
    let (data, _) = example(18, Pattern::Block, 0.0);
    let (n, t) = (data.n_units, data.n_periods);
    let mut random = Random::new(6);
    let mut x = vec![0.0; n * t];
    x[(n - 1) * t..].fill_with(|| random.normal());
    let panel = with(&data, &[x]).unwrap();
    let found = leave_one_out(&panel, &LAMBDAS, &Settings::default(), &Silent).unwrap();
    let nan: Vec<usize> = found.iter().filter(|f| f.att.is_nan()).map(|f| f.unit).collect();
    assert_eq!(nan, [n - 1]);
}

#[test]
fn draws_that_do_not_identify_a_coefficient_fail() {
    let (data, _) = example(12, Pattern::Block, 0.0);
    let t = data.n_periods;
    // It varies in one never-treated unit only, which many draws lack.
    let panel = data.panel();
    let unit = (0..data.n_units).find(|&i| !panel.is_ever_treated(i)).unwrap();
    let mut random = Random::new(5);
    let mut x = vec![0.0; data.outcome.len()];
    x[unit * t..(unit + 1) * t].fill_with(|| random.normal());
    let panel = with(&data, &[x]).unwrap();
    let options = BootstrapOptions { draws: 60, ..Default::default() };
    let found =
        bootstrap_trop_variance(&panel, &LAMBDAS, &options, &Settings::default(), &Silent).unwrap();
    assert!(found.n_failed > 5 && found.n_failed < 50, "{}", found.n_failed);
    assert_eq!(found.draws.len() + found.n_failed, 60);
}

#[test]
fn what_cannot_be_told_apart_is_refused() {
    let (data, x) = example(13, Pattern::Staggered, 0.15);
    let (n, t) = (data.n_units, data.n_periods);
    let make = |f: &dyn Fn(usize, usize) -> f64| -> Vec<f64> {
        (0..n * t).map(|k| f(k / t, k % t)).collect()
    };
    let constant = make(&|_, _| 4.2);
    let by_unit = make(&|i, _| 1e6 + (i * i) as f64);
    let by_both = make(&|i, s| (i as f64).sqrt() + 0.1 * (s * s) as f64);
    for covariate in [constant, by_unit, by_both] {
        let error = with(&data, &[x[0].clone(), covariate]).unwrap_err();
        assert_eq!(error, Error::CovariateConstant { covariate: 1 });
    }
    let sum: Vec<f64> = (0..n * t).map(|k| 2.0 * x[0][k] - x[1][k] + (k % t) as f64).collect();
    let error = with(&data, &[x[0].clone(), x[1].clone(), sum]).unwrap_err();
    assert_eq!(error, Error::CovariatesCollinear { covariate: 2 });
    assert!(error.to_string().contains("covariate 2"));
}

#[test]
fn covariates_need_a_penalty() {
    let (data, x) = example(14, Pattern::Block, 0.0);
    let panel = with(&data, &x).unwrap();
    let lambdas = Lambdas { nn: 0.0, ..LAMBDAS };
    let settings = Settings::default();
    let error = estimate(&panel, &lambdas, &settings, &Silent).unwrap_err();
    assert_eq!(error.code(), "covariates_without_penalty");
    let refused = Err(Error::CovariatesWithoutPenalty);
    // Also if there is no cell to fit.
    assert_eq!(cell_effects(&panel, &[], &lambdas, &settings, &Silent), refused.clone());
    let w = Weights { unit: vec![1.0; data.n_units], period: vec![1.0; data.n_periods] };
    let scores = weighted_loocv(&panel, &w, &[1.0, 0.0], &settings, &Silent);
    assert_eq!(scores.map(|_| ()), refused.clone().map(|_: trop_core::CellEffects| ()));
    let fit = weighted_fit(&panel, &w, 0.0, &settings, &Silent);
    assert_eq!(fit.unwrap_err(), Error::CovariatesWithoutPenalty);
    let grids = Grids { time: vec![0.0], unit: vec![0.0], nn: vec![1.0, 0.0] };
    let error = loocv_grid_search(&panel, &grids, &SearchOptions::default(), &settings, &Silent);
    assert_eq!(error.unwrap_err(), Error::CovariatesWithoutPenalty);
}
