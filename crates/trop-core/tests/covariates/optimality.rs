//! Optimality, by a proof and by a fit that do not use the solver's.

use super::*;

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
