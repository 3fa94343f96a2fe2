//! Outcomes less unit and period effects, in a size near one.

/// `outcome = unit + period + scale * adjusted`: what the solver works on is near zero and near one
/// in size, whatever the unit of measurement.
#[derive(Clone, Debug)]
pub(super) struct Centring {
    pub unit: Vec<f64>,
    pub period: Vec<f64>,
    pub scale: f64,
}

impl Centring {
    /// Sweeps of unit and period means over the control cells. They need not converge: any shift by
    /// unit and period effects leaves the estimator as it is, and near the fit it costs no digits.
    const SWEEPS: usize = 3;

    /// Residuals below this share of the largest outcome are rounding.
    const ROUNDING: f64 = 1e-12;

    pub fn new(outcome: &[f64], treated: &[bool], n_units: usize, n_periods: usize) -> Self {
        let mut residual: Vec<f64> =
            outcome.iter().zip(treated).map(|(&y, &w)| if w { f64::NAN } else { y }).collect();
        let mut unit = vec![0.0; n_units];
        let mut period = vec![0.0; n_periods];
        for _ in 0..Self::SWEEPS {
            sweep_means(&mut residual, &mut unit, |k| k / n_periods);
            sweep_means(&mut residual, &mut period, |k| k % n_periods);
        }
        let observed = || residual.iter().filter(|r| !r.is_nan());
        let square = observed().map(|r| r * r).sum::<f64>() / observed().count() as f64;
        let largest = outcome.iter().filter(|y| !y.is_nan()).map(|y| y.abs()).fold(0.0, f64::max);
        let size = square.sqrt().max(Self::ROUNDING * largest);
        // A power of two: scaling by it rounds nothing.
        let scale = if size.is_normal() { size.log2().round().exp2() } else { 1.0 };
        Centring { unit, period, scale }
    }
}

/// Moves the mean of the observed residuals of each group into that group's effect.
fn sweep_means(residual: &mut [f64], effect: &mut [f64], group: impl Fn(usize) -> usize) {
    let mut sum = vec![0.0; effect.len()];
    let mut count = vec![0.0; effect.len()];
    for (k, &r) in residual.iter().enumerate().filter(|(_, r)| !r.is_nan()) {
        sum[group(k)] += r;
        count[group(k)] += 1.0;
    }
    let mean: Vec<f64> =
        sum.iter().zip(&count).map(|(s, &n)| if n > 0.0 { s / n } else { 0.0 }).collect();
    for (effect, mean) in effect.iter_mut().zip(&mean) {
        *effect += mean;
    }
    for (k, r) in residual.iter_mut().enumerate() {
        *r -= mean[group(k)];
    }
}
