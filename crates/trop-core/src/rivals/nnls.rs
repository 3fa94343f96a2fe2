//! Least squares with coefficients that are not negative, by an active set (Lawson, Hanson 1974, chapter 23)
//! whose factorization is updated, not made anew.

/// Gradients below this share of the size of their column are rounding.
const ROUNDING: f64 = 1e-15;

/// A column whose part outside of the others' span is below this share of it depends on them.
const DEPENDENT: f64 = 1e-14;

/// Minimizes `|E x - b|` over `x >= 0`; columns are consecutive runs of `m` numbers.
///
/// Gives the solution and the number of changes of the active set.
pub(super) fn nnls(columns: &[f64], m: usize, b: &[f64]) -> (Vec<f64>, usize) {
    let n = columns.len() / m;
    let column = |j: usize| &columns[j * m..(j + 1) * m];
    let least: Vec<f64> = (0..n).map(|j| ROUNDING * norm(column(j)) * norm(b)).collect();
    let mut active = Factored::new(m);
    let mut x = vec![0.0; n];
    // Columns that rounding alone makes look useful, until another one has entered.
    let mut refused = vec![false; n];
    let mut changes = 0;
    while changes < 20 * n + 100 {
        let residual = residual(columns, m, b, &x);
        let enters = |j: &usize| x[*j] == 0.0 && !refused[*j];
        let gradient = |j: usize| dot(column(j), &residual);
        let best = (0..n)
            .filter(enters)
            .map(|j| (j, gradient(j)))
            .filter(|&(j, g)| g > least[j])
            .max_by(|a, b| a.1.total_cmp(&b.1));
        let Some((entering, _)) = best else { break };
        changes += 1;
        if !active.add(entering, column(entering)) {
            refused[entering] = true;
            continue;
        }
        let mut z = active.solve(b);
        if z.last().is_some_and(|&last| last <= 0.0) {
            active.remove(active.columns.len() - 1);
            refused[entering] = true;
            continue;
        }
        changes += settle(&mut active, &mut x, &mut z, b);
        refused.fill(false);
        active.columns.iter().zip(&z).for_each(|(&j, &z)| x[j] = z);
    }
    (x, changes)
}

/// Goes from `x` towards the solution `z` on the active columns; columns that reach 0 leave, until none is
/// negative. Gives how many left.
fn settle(active: &mut Factored, x: &mut [f64], z: &mut Vec<f64>, b: &[f64]) -> usize {
    let mut left = 0;
    while z.iter().any(|&z| z <= 0.0) {
        let step = |(&j, &z): (&usize, &f64)| if z <= 0.0 { x[j] / (x[j] - z) } else { 1.0 };
        let steps: Vec<f64> = active.columns.iter().zip(z.iter()).map(step).collect();
        let length = steps.iter().copied().fold(1.0, f64::min);
        for (&j, &z) in active.columns.iter().zip(z.iter()) {
            x[j] += length * (z - x[j]);
        }
        for at in (0..steps.len()).rev() {
            let j = active.columns[at];
            if steps[at] <= length && z[at] <= 0.0 || x[j] <= 0.0 {
                x[j] = 0.0;
                active.remove(at);
                left += 1;
            }
        }
        *z = active.solve(b);
    }
    left
}

fn residual(columns: &[f64], m: usize, b: &[f64], x: &[f64]) -> Vec<f64> {
    let mut residual = b.to_vec();
    for (column, &x) in columns.chunks_exact(m).zip(x).filter(|(_, &x)| x != 0.0) {
        residual.iter_mut().zip(column).for_each(|(r, e)| *r -= x * e);
    }
    residual
}

/// Orthonormal columns `q` and a triangle `r` whose product is the active columns.
pub(super) struct Factored {
    m: usize,
    columns: Vec<usize>,
    /// Consecutive columns.
    q: Vec<f64>,
    /// Column `k` has `k + 1` entries.
    r: Vec<Vec<f64>>,
}

impl Factored {
    pub fn new(m: usize) -> Self {
        Factored { m, columns: Vec::new(), q: Vec::new(), r: Vec::new() }
    }

    /// Appends a column, by Gram and Schmidt twice; false if it depends on those that are there.
    pub fn add(&mut self, name: usize, column: &[f64]) -> bool {
        let mut rest = column.to_vec();
        let mut coefficients = vec![0.0; self.columns.len()];
        for _ in 0..2 {
            for (q, total) in self.q.chunks_exact(self.m).zip(&mut coefficients) {
                let along = dot(q, &rest);
                rest.iter_mut().zip(q).for_each(|(v, q)| *v -= along * q);
                *total += along;
            }
        }
        let size = norm(&rest);
        if size <= DEPENDENT * norm(column) {
            return false;
        }
        coefficients.push(size);
        self.r.push(coefficients);
        self.q.extend(rest.iter().map(|v| v / size));
        self.columns.push(name);
        true
    }

    /// Drops the column at a place; rotations make the rest triangular again.
    fn remove(&mut self, at: usize) {
        self.r.remove(at);
        self.columns.remove(at);
        for k in at..self.columns.len() {
            let (a, b) = (self.r[k][k], self.r[k][k + 1]);
            let size = a.hypot(b);
            let (c, s) = (a / size, b / size);
            for column in &mut self.r[k..] {
                let (a, b) = (column[k], column[k + 1]);
                column[k] = c * a + s * b;
                column[k + 1] = c * b - s * a;
            }
            self.r[k].truncate(k + 1);
            let (left, right) = self.q.split_at_mut((k + 1) * self.m);
            let left = &mut left[k * self.m..];
            for (a, b) in left.iter_mut().zip(&mut right[..self.m]) {
                (*a, *b) = (c * *a + s * *b, c * *b - s * *a);
            }
        }
        self.q.truncate(self.columns.len() * self.m);
    }

    pub fn orthonormal(&self) -> impl Iterator<Item = &[f64]> {
        self.q.chunks_exact(self.m)
    }

    /// The least-squares coefficients of the active columns.
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        let mut x: Vec<f64> = self.q.chunks_exact(self.m).map(|q| dot(q, b)).collect();
        for k in (0..x.len()).rev() {
            x[k] /= self.r[k][k];
            let (above, own) = x.split_at_mut(k);
            above.iter_mut().zip(&self.r[k]).for_each(|(x, r)| *x -= r * own[0]);
        }
        x
    }
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    // Four running sums, in a fixed order, that vector registers can hold.
    let mut sums = [0.0; 4];
    let (a4, b4) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = a4.remainder().iter().zip(b4.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a4.zip(b4) {
        for k in 0..4 {
            sums[k] += a[k] * b[k];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

pub(super) fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of random problems: gradients vanish where x is positive, and point outward elsewhere.
    #[test]
    fn solutions_satisfy_the_optimality_conditions() {
        let mut state = 1_u64;
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
        };
        for (m, n) in [(5, 3), (20, 30), (30, 20), (60, 40), (4, 40)] {
            let columns: Vec<f64> = (0..m * n).map(|_| uniform()).collect();
            let b: Vec<f64> = (0..m).map(|_| uniform()).collect();
            let (x, _) = nnls(&columns, m, &b);
            let left = residual(&columns, m, &b, &x);
            for (column, &x) in columns.chunks_exact(m).zip(&x) {
                let gradient = dot(column, &left);
                assert!(x >= 0.0 && gradient < 1e-13, "{m} x {n}: {gradient}");
                assert!(x == 0.0 || gradient.abs() < 1e-13, "{m} x {n}: {gradient}");
            }
        }
    }

    #[test]
    fn by_hand() {
        // Nearest to (2, -1) in the cone of (1, 0) and (0, 1) is (2, 0).
        assert_eq!(nnls(&[1.0, 0.0, 0.0, 1.0], 2, &[2.0, -1.0]).0, [2.0, 0.0]);
    }
}
