//! The treated cells' mean error among those of their pattern shifted in time.

/// Mean errors of shifts by 0 to T - 1 periods; NaN without a cell that can be predicted.
pub(super) struct Shifts {
    own: f64,
    /// Of the other shifts, in their order; NaN likewise.
    pub others: Vec<f64>,
    /// Sizes of those that there are, descending.
    sizes: Vec<f64>,
}

impl Shifts {
    /// The first is that of shift 0.
    pub fn new(mut means: Vec<f64>) -> Self {
        let own = means.remove(0);
        let finite = means.iter().filter(|mean| !mean.is_nan());
        let mut sizes: Vec<f64> = finite.map(|mean| mean.abs()).collect();
        sizes.sort_by(|a, b| b.total_cmp(a));
        Shifts { own, others: means, sizes }
    }

    /// The mean error over the treated cells.
    pub fn own(&self) -> f64 {
        self.own
    }

    /// How many there are, the treated cells' included.
    fn n(&self) -> usize {
        self.sizes.len() + 1
    }

    /// The share of the shifts whose mean is at least as large as that of shift 0. Without a mean at shift 0
    /// nothing speaks against the hypothesis.
    pub fn p_value(&self) -> f64 {
        if self.own.is_nan() {
            return 1.0;
        }
        let as_large = self.sizes.partition_point(|&size| size >= self.own.abs());
        (1 + as_large) as f64 / self.n() as f64
    }

    /// True if the p-value cannot be smaller.
    pub fn is_least(&self) -> bool {
        self.p_value() * self.n() as f64 <= 1.0
    }

    /// How far the mean of shift 0 is beyond the largest size at which it would not be rejected: positive
    /// exactly if the p-value is below `1 - level`.
    pub fn margin(&self, level: f64) -> f64 {
        match most_as_large(self.n(), level) {
            _ if self.own.is_nan() => f64::NEG_INFINITY,
            0 => f64::NEG_INFINITY,
            most => self.own.abs() - self.sizes.get(most - 1).copied().unwrap_or(f64::INFINITY),
        }
    }

    /// True if there are enough to reject anything.
    pub fn can_reject(&self, level: f64) -> bool {
        most_as_large(self.n(), level) > 0
    }

    /// Root mean square of the other shifts' means.
    pub fn typical_error(&self) -> f64 {
        let squares: f64 = self.sizes.iter().map(|x| x * x).sum();
        (squares / self.sizes.len() as f64).sqrt()
    }
}

/// The largest number of `n` shifts that may be at least as large as shift 0, itself included, for it to
/// be rejected.
fn most_as_large(n: usize, level: f64) -> usize {
    (0..n).rev().find(|&k| (k as f64 / n as f64) < 1.0 - level).unwrap_or(0)
}
