//! What the caller may choose about the computation, not about the estimator.

use crate::error::{number, Error, Result};

/// Accuracy and resources of a computation.
///
/// ```
/// let settings = trop_core::Settings { threads: Some(1), ..Default::default() };
/// assert!(settings.validate().is_ok());
/// assert_eq!(settings.tolerance, 1e-8);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Settings {
    /// Relative duality gap at which an estimate's fit is certified. In (0, 1); default 1e-8.
    pub tolerance: f64,
    /// The same for the fits of a search for the lambdas. In (0, 1); default 1e-8, at which
    /// scores are exact to six digits and more (`docs/method.md` has the figures).
    pub loocv_tolerance: f64,
    /// Iterations after which a fit is given up as not certified. At least 1; default 10,000.
    pub max_iterations: usize,
    /// Threads; `None` (the default) for all cores. Results do not depend on it.
    pub threads: Option<usize>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { tolerance: 1e-8, loocv_tolerance: 1e-8, max_iterations: 10_000, threads: None }
    }
}

impl Settings {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`Error::ToleranceOutOfRange`], [`Error::MaxIterationsZero`] or [`Error::ThreadsZero`].
    ///
    /// ```
    /// let settings = trop_core::Settings { tolerance: 0.0, ..Default::default() };
    /// assert_eq!(settings.validate().unwrap_err().code(), "tolerance_out_of_range");
    /// ```
    pub fn validate(&self) -> Result<()> {
        for tolerance in [self.tolerance, self.loocv_tolerance] {
            if !(tolerance > 0.0 && tolerance < 1.0) {
                return Err(Error::ToleranceOutOfRange { value: number(tolerance) });
            }
        }
        if self.max_iterations == 0 {
            return Err(Error::MaxIterationsZero);
        }
        if self.threads == Some(0) {
            return Err(Error::ThreadsZero);
        }
        Ok(())
    }
}
