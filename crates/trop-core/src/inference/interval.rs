//! Percentile intervals and p-values of bootstrap draws, from one definition of quantiles.
//!
//! Quantiles are of type 6 (Hyndman and Fan 1996): the k-th of n sorted draws is the quantile at
//! k / (n + 1), linear in between, unbounded outside. Zero lies outside of the interval exactly when
//! the p-value is below 1 - level, and a p-value is never below 2 / (n + 1).

/// The quantile at `p` of sorted draws; infinite outside of `[1 / (n + 1), n / (n + 1)]`.
pub(crate) fn quantile(sorted: &[f64], p: f64) -> f64 {
    let n = sorted.len();
    let h = (n + 1) as f64 * p;
    if h < 1.0 {
        return f64::NEG_INFINITY;
    }
    if h > n as f64 {
        return f64::INFINITY;
    }
    let k = h.floor() as usize;
    let share = h - k as f64;
    if share == 0.0 {
        return sorted[k - 1];
    }
    sorted[k - 1] + share * (sorted[k] - sorted[k - 1])
}

/// The interval between the quantiles at `(1 - level) / 2` and `(1 + level) / 2`.
pub(crate) fn interval(sorted: &[f64], level: f64) -> (f64, f64) {
    let tail = 0.5 * (1.0 - level);
    (quantile(sorted, tail), quantile(sorted, 1.0 - tail))
}

/// The least `1 - level` at which zero lies outside of the interval.
pub(crate) fn p_value(sorted: &[f64]) -> f64 {
    let mirrored: Vec<f64> = sorted.iter().rev().map(|x| -x).collect();
    (2.0 * share_up_to_zero(sorted).min(share_up_to_zero(&mirrored))).min(1.0)
}

/// The largest p at which the quantile is at most zero.
fn share_up_to_zero(sorted: &[f64]) -> f64 {
    let n = sorted.len();
    let below = sorted.partition_point(|&x| x <= 0.0);
    if below == n {
        return 1.0;
    }
    let within = if below == 0 {
        1.0
    } else {
        let (left, right) = (sorted[below - 1], sorted[below]);
        below as f64 + -left / (right - left)
    };
    within / (n + 1) as f64
}

/// Standard deviation with n - 1.
pub(crate) fn standard_deviation(draws: &[f64]) -> f64 {
    let n = draws.len() as f64;
    let mean = draws.iter().sum::<f64>() / n;
    (draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_type_6() {
        // R: quantile(c(1, 2, 4, 8), c(0.2, 0.3, 0.8), type = 6)
        let sorted = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(quantile(&sorted, 0.2), 1.0);
        assert_eq!(quantile(&sorted, 0.3), 1.5);
        assert_eq!(quantile(&sorted, 0.8), 8.0);
        assert_eq!(quantile(&sorted, 0.19), f64::NEG_INFINITY);
        assert_eq!(quantile(&sorted, 0.81), f64::INFINITY);
    }

    #[test]
    fn zero_is_outside_of_the_interval_exactly_when_p_is_below_the_level() {
        let mut stream = crate::runtime::Stream::new(1, crate::runtime::Purpose::Bootstrap, 0);
        for shift in -30..=30 {
            let mut draws: Vec<f64> = (0..39)
                .map(|_| stream.below(1000) as f64 / 100.0 - 5.0 + shift as f64 / 4.0)
                .collect();
            draws.sort_by(f64::total_cmp);
            let p = p_value(&draws);
            assert!((2.0 / 40.0..=1.0).contains(&p), "p = {p}");
            for level in [0.5, 0.8, 0.9, 0.949] {
                let (low, high) = interval(&draws, level);
                let outside = low > 0.0 || high < 0.0;
                assert_eq!(outside, p < 1.0 - level, "shift {shift}, level {level}, p {p}");
            }
        }
    }

    #[test]
    fn standard_deviation_divides_by_n_minus_1() {
        assert_eq!(standard_deviation(&[1.0, 3.0]), 2.0_f64.sqrt());
    }
}
