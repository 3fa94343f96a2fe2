//! How likely each unit is to be treated.

use crate::by_name::{self, by_name};
use crate::numerics::linalg::{solve_positive_definite, symmetric_eigen};

/// How treated units are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Assignment {
    /// By a logistic regression of "ever treated" on the loadings. If it separates treated from untreated units, by Firth's
    /// penalized one; if that does not converge either, or nothing or everything is treated, at random.
    /// [`Generator::assignment`](crate::Generator::assignment) says which it is.
    #[default]
    Fitted,
    /// By Firth's penalized logistic regression (Firth 1993), which exists under separation, too.
    Firth,
    /// Uniformly.
    Random,
}

impl Assignment {
    /// Its name: `fitted`, `firth` or `random`.
    ///
    /// ```
    /// assert_eq!(trop_core::Assignment::default().name(), "fitted");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Assignment::Fitted => "fitted",
            Assignment::Firth => "firth",
            Assignment::Random => "random",
        }
    }

    /// The assignment of a name.
    ///
    /// ```
    /// use trop_core::Assignment;
    /// assert_eq!(Assignment::from_name("random"), Some(Assignment::Random));
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        by_name::find(name)
    }
}

by_name!(Assignment, "assignment", [Assignment::Fitted, Assignment::Firth, Assignment::Random]);

/// Linear predictors beyond this size mean that the fit diverges.
const SEPARATED: f64 = 15.0;

/// Newton steps at most, and the largest step at which they end.
const STEPS: usize = 200;
const TOLERANCE: f64 = 1e-10;

/// Firth's fit takes steps of at most this size.
const LARGEST_STEP: f64 = 2.0;

/// Probabilities of units, `None` at random; what was used, and why if it is not what was asked for.
pub(super) fn probabilities(
    treated: &[bool],
    loadings: &[f64],
    asked: Assignment,
) -> (Option<Vec<f64>>, Assignment, String) {
    let random = |why: &str| (None, Assignment::Random, why.to_string());
    if asked == Assignment::Random {
        return random("");
    }
    let n_treated = treated.iter().filter(|&&d| d).count();
    if n_treated == 0 || n_treated == treated.len() {
        return random("all units are alike in treatment: treated units are drawn at random");
    }
    let model = Logit::new(treated, loadings);
    if asked == Assignment::Fitted {
        if let Some(fitted) = model.fit(false) {
            return (Some(fitted), Assignment::Fitted, String::new());
        }
    }
    let why = if asked == Assignment::Fitted {
        "the loadings separate treated from untreated units: "
    } else {
        ""
    };
    match model.fit(true) {
        Some(fitted) if asked == Assignment::Firth => {
            (Some(fitted), Assignment::Firth, String::new())
        }
        Some(fitted) => {
            (Some(fitted), Assignment::Firth, format!("{why}their probabilities are Firth's"))
        }
        None => random(&format!(
            "{why}Firth's fit does not converge, so treated units are drawn at random"
        )),
    }
}

/// A logistic regression on an intercept and loadings.
struct Logit {
    y: Vec<f64>,
    /// Row-major n x p.
    x: Vec<f64>,
    p: usize,
}

impl Logit {
    fn new(treated: &[bool], loadings: &[f64]) -> Self {
        let n = treated.len();
        let rank = loadings.len() / n;
        let scale = (n as f64).sqrt();
        let row = |i: usize| {
            let own = loadings[i * rank..(i + 1) * rank].iter().map(move |u| scale * u);
            std::iter::once(1.0).chain(own)
        };
        let y = treated.iter().map(|&d| f64::from(u8::from(d))).collect();
        Logit { y, x: (0..n).flat_map(row).collect(), p: rank + 1 }
    }

    fn predictors(&self, beta: &[f64]) -> Vec<f64> {
        let inner = |row: &[f64]| row.iter().zip(beta).map(|(x, b)| x * b).sum();
        self.x.chunks_exact(self.p).map(inner).collect()
    }

    /// Fitted probabilities; `None` if the fit diverges.
    fn fit(&self, firth: bool) -> Option<Vec<f64>> {
        let p = self.p;
        let mut beta = vec![0.0; p];
        for _ in 0..STEPS {
            let predictors = self.predictors(&beta);
            if !firth && predictors.iter().any(|eta| eta.abs() > SEPARATED) {
                return None;
            }
            let probability: Vec<f64> =
                predictors.iter().map(|eta| 1.0 / (1.0 + (-eta).exp())).collect();
            let information = self.information(&probability);
            let leverage = if firth {
                self.leverages(&probability, &information)?
            } else {
                vec![0.0; self.y.len()]
            };
            let mut score = vec![0.0; p];
            for (i, row) in self.x.chunks_exact(p).enumerate() {
                let own = self.y[i] - probability[i] + leverage[i] * (0.5 - probability[i]);
                score.iter_mut().zip(row).for_each(|(s, x)| *s += own * x);
            }
            let mut step = solve_positive_definite(p, &information, &score)?;
            let largest = step.iter().map(|s| s.abs()).fold(0.0, f64::max);
            if !largest.is_finite() {
                return None;
            }
            let shorter = (LARGEST_STEP / largest).min(1.0);
            step.iter_mut().for_each(|s| *s *= shorter);
            beta.iter_mut().zip(&step).for_each(|(b, s)| *b += s);
            if largest <= TOLERANCE {
                return Some(probability);
            }
        }
        None
    }

    /// `X' V X`.
    fn information(&self, probability: &[f64]) -> Vec<f64> {
        let p = self.p;
        let mut information = vec![0.0; p * p];
        for (row, pi) in self.x.chunks_exact(p).zip(probability) {
            for at in 0..p * p {
                information[at] += pi * (1.0 - pi) * row[at / p] * row[at % p];
            }
        }
        information
    }

    /// Diagonal of `V^1/2 X (X' V X)^-1 X' V^1/2`.
    fn leverages(&self, probability: &[f64], information: &[f64]) -> Option<Vec<f64>> {
        let p = self.p;
        let eigen = symmetric_eigen(p, information)?;
        if eigen.values[p - 1] <= 0.0 {
            return None;
        }
        let along = |row: &[f64], k: usize| -> f64 {
            row.iter().zip(&eigen.vectors[k * p..(k + 1) * p]).map(|(x, v)| x * v).sum()
        };
        let leverage = |(row, pi): (&[f64], &f64)| {
            let inner: f64 = (0..p).map(|k| along(row, k).powi(2) / eigen.values[k]).sum();
            pi * (1.0 - pi) * inner
        };
        Some(self.x.chunks_exact(p).zip(probability).map(leverage).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The score of a fit with one loading, by hand: one binary regressor has the log odds ratio for slope.
    #[test]
    fn a_saturated_fit_gives_shares() {
        // Loadings of +-1 / sqrt(n); 1 of 4 treated at -1, 3 of 4 at +1.
        let treated = [true, false, false, false, true, true, true, false];
        let u: Vec<f64> = (0..8).map(|i| if i < 4 { -1.0 } else { 1.0 } / 8.0_f64.sqrt()).collect();
        let (fitted, used, why) = probabilities(&treated, &u, Assignment::Fitted);
        let fitted = fitted.unwrap();
        assert!((fitted[0] - 0.25).abs() < 1e-10 && (fitted[7] - 0.75).abs() < 1e-10);
        assert_eq!((used, why.as_str()), (Assignment::Fitted, ""));
        // Firth: half a unit is added to each of the four counts.
        let (firth, ..) = probabilities(&treated, &u, Assignment::Firth);
        assert!((firth.unwrap()[0] - 1.5 / 5.0).abs() < 1e-8);
    }

    #[test]
    fn separation_is_seen_and_said() {
        let treated = [false, false, false, false, true, true, true, true];
        let u: Vec<f64> = (0..8).map(|i| if i < 4 { -1.0 } else { 1.0 } / 8.0_f64.sqrt()).collect();
        let (firth, used, why) = probabilities(&treated, &u, Assignment::Fitted);
        assert!((firth.unwrap()[0] - 0.5 / 5.0).abs() < 1e-8);
        assert_eq!(used, Assignment::Firth);
        assert!(why.contains("separate"), "{why}");
        let (none, used, why) = probabilities(&[true; 8], &u, Assignment::Fitted);
        assert!(none.is_none() && used == Assignment::Random && !why.is_empty());
    }
}
