//! Symmetric positive semidefinite systems of equations, one in every lane of a vector, by L D L'.

use pulp::Simd;

/// Systems of order `order`, a lane each. Matrices are row-major, a vector an entry, with the right-hand
/// side as an additional last row; of the square part only the lower triangle is read.
pub(crate) struct Systems<'a, S: Simd> {
    pub simd: S,
    /// Even: pad an odd order by an equation of its own.
    pub order: usize,
    /// `(order + 1) * order` entries.
    pub matrix: &'a [S::f64s],
    /// Added to the diagonal, except to its first entry.
    pub ridge: S::f64s,
    /// Overwritten; `(order + 1) * order` entries: L times D, and in the last row the solution of
    /// `L z = rhs`.
    pub factor: &'a mut [S::f64s],
    /// Overwritten; `order` entries: the inverse of D, zero where a coefficient is not identified.
    pub inverse: &'a mut [S::f64s],
    /// Overwritten; `2 order` entries: the two rows of L at work.
    pub rows: &'a mut [S::f64s],
}

impl<S: Simd> Systems<'_, S> {
    /// Solves; an unidentified coefficient (a pivot that is not positive) is zero. Returns
    /// `rhs' solution`.
    #[inline(always)]
    pub fn solve(mut self, solution: &mut [S::f64s]) -> S::f64s {
        for column in (0..self.order).step_by(2) {
            self.factor_columns(column);
        }
        self.back_substitute(solution)
    }

    /// Columns `l` and `l + 1` of the factor.
    #[inline(always)]
    fn factor_columns(&mut self, l: usize) {
        let Systems { simd, order: n, .. } = *self;
        let (left, right) = self.rows.split_at_mut(n);
        let (left, right) = (&mut left[..l], &mut right[..l]);
        let (above, below) = self.factor.split_at_mut((l + 2) * n);
        let (first, second) = above[l * n..].split_at_mut(n);
        let inverse = &mut self.inverse[..l + 2];
        for m in 0..l {
            left[m] = simd.mul_f64s(first[m], inverse[m]);
            right[m] = simd.mul_f64s(second[m], inverse[m]);
        }
        let mut pivots = [self.matrix[l * n + l], self.matrix[(l + 1) * n + l + 1]];
        let mut link = self.matrix[(l + 1) * n + l];
        if l > 0 {
            pivots[0] = simd.add_f64s(pivots[0], self.ridge);
        }
        pivots[1] = simd.add_f64s(pivots[1], self.ridge);
        for m in 0..l {
            pivots[0] = simd.negate_mul_add_e_f64s(first[m], left[m], pivots[0]);
            link = simd.negate_mul_add_e_f64s(second[m], left[m], link);
            pivots[1] = simd.negate_mul_add_e_f64s(second[m], right[m], pivots[1]);
        }
        inverse[l] = inverse_or_zero(simd, pivots[0]);
        let share = simd.mul_f64s(link, inverse[l]);
        pivots[1] = simd.negate_mul_add_e_f64s(link, share, pivots[1]);
        inverse[l + 1] = inverse_or_zero(simd, pivots[1]);
        first[l] = pivots[0];
        second[l] = link;
        second[l + 1] = pivots[1];
        let columns = Columns { simd, l, n, left, right, share };
        let mut matrix = &self.matrix[(l + 2) * n..];
        let mut factor = below;
        while factor.len() >= 4 * n {
            columns.rows::<4>(&matrix[..4 * n], &mut factor[..4 * n]);
            matrix = &matrix[4 * n..];
            factor = &mut factor[4 * n..];
        }
        while factor.len() >= n {
            columns.rows::<1>(&matrix[..n], &mut factor[..n]);
            matrix = &matrix[n..];
            factor = &mut factor[n..];
        }
    }

    #[inline(always)]
    fn back_substitute(&mut self, solution: &mut [S::f64s]) -> S::f64s {
        let Systems { simd, order: n, .. } = *self;
        let (factor, forward) = self.factor.split_at(n * n);
        let solution = &mut solution[..n];
        let inverse = &self.inverse[..n];
        let mut explained = simd.splat_f64s(0.0);
        for k in 0..n {
            let scaled = simd.mul_f64s(forward[k], inverse[k]);
            explained = simd.mul_add_e_f64s(scaled, forward[k], explained);
        }
        solution.copy_from_slice(forward);
        for l in (0..n).step_by(2).rev() {
            let first = &factor[l * n..l * n + l];
            let second = &factor[(l + 1) * n..(l + 1) * n + l + 1];
            let (before, pair) = solution.split_at_mut(l);
            let y = simd.mul_f64s(pair[1], inverse[l + 1]);
            let x = simd.negate_mul_add_e_f64s(second[l], y, pair[0]);
            let x = simd.mul_f64s(x, inverse[l]);
            pair[0] = x;
            pair[1] = y;
            let second = &second[..l];
            for m in 0..l {
                let less = simd.negate_mul_add_e_f64s(first[m], x, before[m]);
                before[m] = simd.negate_mul_add_e_f64s(second[m], y, less);
            }
        }
        explained
    }
}

#[inline(always)]
fn inverse_or_zero<S: Simd>(simd: S, pivot: S::f64s) -> S::f64s {
    let zero = simd.splat_f64s(0.0);
    let positive = simd.greater_than_f64s(pivot, zero);
    simd.select_f64s(positive, simd.div_f64s(simd.splat_f64s(1.0), pivot), zero)
}

/// Columns `l` and `l + 1` of the factor, being computed.
struct Columns<'a, S: Simd> {
    simd: S,
    l: usize,
    n: usize,
    /// Rows `l` and `l + 1` of L, as far as they go.
    left: &'a [S::f64s],
    right: &'a [S::f64s],
    /// Entry `(l + 1, l)` of L.
    share: S::f64s,
}

impl<S: Simd> Columns<'_, S> {
    /// The entries of `K` rows: independent sums, so that their latencies overlap.
    #[inline(always)]
    fn rows<const K: usize>(&self, matrix: &[S::f64s], factor: &mut [S::f64s]) {
        let Columns { simd, l, n, left, right, share } = *self;
        let (left, right) = (&left[..l], &right[..l]);
        let mut sum = [[simd.splat_f64s(0.0); 2]; K];
        let mut done: [&[S::f64s]; K] = [&[]; K];
        for i in 0..K {
            sum[i] = [matrix[i * n + l], matrix[i * n + l + 1]];
            done[i] = &factor[i * n..i * n + l];
        }
        for m in 0..l {
            for i in 0..K {
                sum[i][0] = simd.negate_mul_add_e_f64s(done[i][m], left[m], sum[i][0]);
                sum[i][1] = simd.negate_mul_add_e_f64s(done[i][m], right[m], sum[i][1]);
            }
        }
        for i in 0..K {
            factor[i * n + l] = sum[i][0];
            factor[i * n + l + 1] = simd.negate_mul_add_e_f64s(sum[i][0], share, sum[i][1]);
        }
    }
}
