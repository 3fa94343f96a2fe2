//! Which estimators there are.

use crate::error::{Error, Result};

/// An estimator of the average effect on the treated.
///
/// Estimators that compare spells (`sc`, `sc_reg`, `difp`, `difp_reg`, `sdid`, `sdid_squared`, `ascm`) treat all units
/// with exactly the same spell of treatment as one group, match its mean path, and average over cells. They need
/// at least one period before the spell in which all the group's units are observed controls (periods that lack
/// one are left out), and never-treated donors that are observed in all of these periods and in all periods of the
/// spell (donors that are not are left out).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Estimator {
    /// Two-way fixed effects with one coefficient on the treatment, by least squares over all observed cells; in
    /// a block design difference in differences. Where adoption is staggered and effects differ, this
    /// coefficient weights them unequally, some negatively: `trop` at `(0, 0, inf)` does not.
    Did,
    /// Synthetic control (Abadie, Diamond, Hainmueller 2010) on outcomes alone: the convex combination of donors
    /// nearest to the treated path. If several are equally near, the limit of a vanishing ridge.
    Sc,
    /// As `sc`, with the ridge of `sdid`.
    ScReg,
    /// Synthetic control with an intercept (Doudchenko, Imbens 2016; Ferman, Pinto 2021).
    Difp,
    /// As `difp`, with the ridge of `sdid`.
    DifpReg,
    /// Synthetic difference in differences (Arkhangelsky et al. 2021).
    Sdid,
    /// Matrix completion with fixed effects (Athey et al. 2021): TROP's regression with equal weights. The penalty is
    /// chosen by its own cross-validation.
    Mc,
    /// Augmented synthetic control (Ben-Michael, Feller, Rothstein 2021): `sc` with a ridge correction, whose
    /// penalty leaves one period before treatment out at a time. Needs two periods before. Weights may be negative.
    Ascm,
    /// Interactive fixed effects (Xu 2017): factors from the never-treated units observed in every period, loadings from
    /// each treated unit's control periods before its spell; the number of factors by the paper's Algorithm 1.
    Ife,
    /// TROP itself, at given lambdas or after a search, with any anchor.
    Trop,
    /// For reproduction only: what simulations published as SDID. The unit and time weights of `sdid` enter
    /// squared.
    SdidSquared,
    /// For reproduction only: matrix completion at TROP's `lambda_nn`.
    McTrop,
}

impl Estimator {
    /// All of them, those for reproduction last.
    pub const ALL: [Estimator; 12] = [
        Estimator::Did,
        Estimator::Sc,
        Estimator::ScReg,
        Estimator::Difp,
        Estimator::DifpReg,
        Estimator::Sdid,
        Estimator::Mc,
        Estimator::Ascm,
        Estimator::Ife,
        Estimator::Trop,
        Estimator::SdidSquared,
        Estimator::McTrop,
    ];

    /// Those that a comparison takes if it is not told which: the usual ones, each tuned by itself.
    pub const COMPARED: [Estimator; 8] = [
        Estimator::Did,
        Estimator::Sc,
        Estimator::Difp,
        Estimator::Sdid,
        Estimator::Ascm,
        Estimator::Mc,
        Estimator::Ife,
        Estimator::Trop,
    ];

    /// Its name: `did`, `sc`, `sc_reg`, `difp`, `difp_reg`, `sdid`, `mc`, `ascm`, `ife`, `trop`, `sdid_squared` or
    /// `mc_trop`.
    ///
    /// ```
    /// assert_eq!(trop_core::Estimator::ScReg.name(), "sc_reg");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Estimator::Did => "did",
            Estimator::Sc => "sc",
            Estimator::ScReg => "sc_reg",
            Estimator::Difp => "difp",
            Estimator::DifpReg => "difp_reg",
            Estimator::Sdid => "sdid",
            Estimator::Mc => "mc",
            Estimator::Ascm => "ascm",
            Estimator::Ife => "ife",
            Estimator::Trop => "trop",
            Estimator::SdidSquared => "sdid_squared",
            Estimator::McTrop => "mc_trop",
        }
    }

    /// The estimator of a name.
    ///
    /// ```
    /// use trop_core::Estimator;
    /// assert_eq!(Estimator::from_name("sdid"), Some(Estimator::Sdid));
    /// assert_eq!(Estimator::from_name("SDID"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|estimator| estimator.name() == name)
    }

    /// True if it is there to reproduce published numbers, not to be used.
    pub fn is_for_reproduction(self) -> bool {
        matches!(self, Estimator::SdidSquared | Estimator::McTrop)
    }

    /// True if it takes the covariates of a panel's design.
    pub fn takes_covariates(self) -> bool {
        matches!(self, Estimator::Did | Estimator::Mc | Estimator::McTrop | Estimator::Trop)
    }

    /// True if it takes the [`Donors`](crate::Donors) of a panel's design.
    pub fn takes_donors(self) -> bool {
        !matches!(self, Estimator::Did | Estimator::Mc | Estimator::McTrop | Estimator::Ife)
    }
}

impl std::fmt::Display for Estimator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Estimator {
    type Err = Error;

    /// As [`Estimator::from_name`].
    ///
    /// # Errors
    /// [`Error::EstimatorUnknown`].
    fn from_str(name: &str) -> Result<Self> {
        Self::from_name(name).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|estimator| estimator.name()).collect();
            Error::EstimatorUnknown { name: name.to_string(), known: known.join(", ") }
        })
    }
}
