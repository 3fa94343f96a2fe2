//! The three tuning parameters.

use crate::error::{number, Error, Result};

/// The tuning parameters of the estimator, always by name.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Lambdas {
    /// Decay of the time weights per period, >= 0 (no unit). 0: all periods alike.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub time: f64,
    /// Decay of the unit weights per unit of the outcome, >= 0. 0: all units alike.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub unit: f64,
    /// Penalty on the nuclear norm, >= 0, in units of the outcome. Infinite: no low-rank part (weighted
    /// two-way fixed effects). 0 is read as the limit from above.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub nn: f64,
}

impl Lambdas {
    /// Plain two-way fixed effects (difference in differences).
    ///
    /// ```
    /// let lambdas = trop_core::Lambdas::TWO_WAY;
    /// assert_eq!((lambdas.time, lambdas.unit, lambdas.nn), (0.0, 0.0, f64::INFINITY));
    /// ```
    pub const TWO_WAY: Lambdas = Lambdas { time: 0.0, unit: 0.0, nn: f64::INFINITY };

    /// Checks the ranges.
    ///
    /// # Errors
    /// [`Error::LambdaInvalid`] for a negative or NaN value, or an infinite `time` or `unit`.
    ///
    /// ```
    /// use trop_core::Lambdas;
    /// assert!(Lambdas { time: 0.1, unit: 0.0, nn: f64::INFINITY }.validate().is_ok());
    /// assert!(Lambdas { time: -0.1, unit: 0.0, nn: 1.0 }.validate().is_err());
    /// ```
    pub fn validate(&self) -> Result<()> {
        check_lambda("time", self.time)?;
        check_lambda("unit", self.unit)?;
        check_lambda("nn", self.nn)
    }
}

/// Checks one lambda by its name.
pub(crate) fn check_lambda(name: &'static str, value: f64) -> Result<()> {
    let hint = match name {
        "nn" => "; infinity means no low-rank part",
        _ => " and finite",
    };
    if value >= 0.0 && (value.is_finite() || name == "nn") {
        return Ok(());
    }
    Err(Error::LambdaInvalid { name, value: number(value), hint })
}

/// Candidates for lambda_nn, checked and falling, so that each fit starts near the next.
pub(crate) fn falling_path(lambda_nn: &[f64]) -> Result<Vec<f64>> {
    if lambda_nn.is_empty() {
        return Err(Error::GridEmpty { name: "nn" });
    }
    lambda_nn.iter().try_for_each(|&nn| check_lambda("nn", nn))?;
    let mut falling = lambda_nn.to_vec();
    falling.sort_by(|a, b| b.total_cmp(a));
    if let Some(pair) = falling.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Error::GridDuplicate { name: "nn", value: number(pair[0]) });
    }
    Ok(falling)
}
