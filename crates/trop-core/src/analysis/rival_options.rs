//! The options of estimators beside TROP, by name.

use super::reading::Given;
use super::value::OptionValue;
#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::rivals::EstimatorOptions;

/// Options that [`EstimatorOptions::set`] knows. Lambdas, grids and the search are those of the analysis.
const NAMES: [&str; 7] = ["simplex", "zeta", "ridge", "lambda_nn", "mc_tuning", "rank", "max_rank"];

impl EstimatorOptions {
    /// Sets an option by its name: `simplex`, `zeta`, `ridge`, `lambda_nn`, `mc_tuning`, `rank` or `max_rank`; ranges are
    /// checked by what uses them.
    ///
    /// # Errors
    /// [`Error::OptionUnknown`] or [`Error::OptionInvalid`].
    ///
    /// ```
    /// use trop_core::EstimatorOptions;
    /// let mut options = EstimatorOptions::default();
    /// options.set("rank", 2)?;
    /// assert_eq!(options.rank, Some(2));
    /// assert_eq!(options.set("ranks", 2).unwrap_err().code(), "option_unknown");
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn set(&mut self, name: &str, value: impl Into<OptionValue>) -> Result<()> {
        let value = value.into();
        let given = Given::named(name, &NAMES, &value)?;
        match given.option {
            "simplex" => self.simplex = given.choice()?,
            "zeta" => self.zeta = given.optional(Given::number)?,
            "ridge" => self.ridge = given.optional(Given::number)?,
            "lambda_nn" => self.lambda_nn = given.optional(Given::number)?,
            "mc_tuning" => self.mc_tuning = given.choice()?,
            "rank" => self.rank = given.optional(Given::count)?,
            _ => self.max_rank = given.count()?,
        }
        Ok(())
    }
}
