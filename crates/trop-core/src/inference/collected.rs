//! An estimate and its draws become a table.

use super::draws::Draw;
use super::inferred::{Inference, Inferred};
use super::interval::quantile;
use super::kind::IntervalKind;
use super::options::InferenceMethod;
use super::summary::{
    half_width_of_all, of_bootstrap, of_jackknife, of_placebos, placebo_p_value, simultaneous,
    Summary,
};
use crate::error::{Error, Result};
use crate::model::Average;
use crate::panel::{n_subsets, Panel};

/// An estimate and its draws.
pub(super) struct Collected<'a> {
    pub panel: &'a Panel,
    pub method: InferenceMethod,
    pub averages: &'a [Average],
    /// `None` for a draw without an estimable treated cell.
    pub draws: Vec<Option<Draw>>,
    pub level: f64,
    /// Whether each of the panel's clusters is ever treated.
    pub is_treated: Vec<bool>,
}

impl Collected<'_> {
    pub fn infer(&self, reason: String) -> Result<Inference> {
        let good: Vec<&Draw> = self.draws.iter().flatten().collect();
        if good.len() < 2 {
            let (succeeded, draws) = (good.len(), self.draws.len());
            return Err(Error::TooFewDraws { succeeded, draws });
        }
        let mut summaries: Vec<Summary> =
            (0..self.averages.len()).map(|q| self.summary(q)).collect();
        self.set_bands(&good, &mut summaries);
        let row = |(&average, s): (&Average, Summary)| {
            let Summary { se, ci, p_value, .. } = s;
            let interval = IntervalKind::of_draws(ci);
            Inferred { average, se, ci, interval, p_value, band: s.band_around(average.value) }
        };
        Ok(Inference {
            method: self.method,
            clustered: self.panel.is_clustered(),
            reason,
            table: self.averages.iter().zip(summaries).map(row).collect(),
            draws: good.iter().map(|draw| draw.values[0]).collect(),
            n_failed: self.draws.len() - good.len(),
            n_uncertified: good.iter().filter(|draw| !draw.certified).count(),
            max_gap: good.iter().map(|draw| draw.max_gap).fold(0.0, f64::max),
        })
    }

    /// P-value of all numbers of a table being zero: of the largest of them in standard errors.
    pub fn joint_p_value(&self, table: &[Inferred]) -> f64 {
        if !table.iter().all(|found| found.se > 0.0) {
            return f64::NAN;
        }
        if self.method == InferenceMethod::Jackknife {
            let least = table.iter().map(|found| found.p_value).fold(f64::INFINITY, f64::min);
            return (table.len() as f64 * least).min(1.0);
        }
        let is_placebo = self.method == InferenceMethod::Placebo;
        let largest = |value: &dyn Fn(usize) -> f64| {
            let sizes = table.iter().enumerate().map(|(q, found)| (value(q) / found.se).abs());
            sizes.fold(0.0, |a: f64, b| if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) })
        };
        let own = |q: usize| table[q].average.value;
        let observed = largest(&own);
        let of_draw =
            |draw: &Draw| largest(&|q| draw.values[q] - if is_placebo { 0.0 } else { own(q) });
        let draws = self.draws.iter().flatten().map(of_draw);
        let draws: Vec<f64> = draws.filter(|size| !size.is_nan()).collect();
        let as_far = draws.iter().filter(|&&size| size >= observed).count();
        let distinct = (0..table.len()).map(|q| self.n_placebos(q)).min().unwrap_or(usize::MAX);
        placebo_p_value(as_far, draws.len(), if is_placebo { distinct } else { usize::MAX })
    }

    /// Number `q` on its own; the jackknife's band, too.
    pub fn summary(&self, q: usize) -> Summary {
        let estimate = self.averages[q].value;
        if estimate.is_nan() {
            return Summary::NONE;
        }
        let value = |draw: &Option<Draw>| draw.as_ref().map_or(f64::NAN, |draw| draw.values[q]);
        let values: Vec<f64> = self.draws.iter().map(value).collect();
        match self.method {
            InferenceMethod::Jackknife => {
                let family = self.family(q).len();
                of_jackknife(estimate, &self.strata(&values), self.level, family)
            }
            InferenceMethod::Placebo => {
                of_placebos(estimate, &values, self.n_placebos(q), self.level)
            }
            // Resampling has nothing to say of a mean over one cluster: it is drawn, or it is not.
            _ if self.averages[q].n_clusters < 2 => Summary::NONE,
            _ => of_bootstrap(&values, self.level),
        }
    }

    /// How many placebos of number `q` are distinct at most. Where only some of the treated clusters are behind it,
    /// several draws give the same clusters their roles.
    fn n_placebos(&self, q: usize) -> usize {
        let treated = self.is_treated.iter().filter(|treated| **treated).count();
        let behind = self.averages[q].n_clusters;
        match behind < treated {
            true => n_subsets(self.is_treated.len() - treated, behind),
            false => usize::MAX,
        }
    }

    /// Values without a never-treated cluster, and without an ever-treated one.
    fn strata(&self, values: &[f64]) -> [Vec<f64>; 2] {
        [false, true].map(|treated| {
            let pairs = values.iter().zip(&self.is_treated);
            pairs.filter(|(_, own)| **own == treated).map(|(value, _)| *value).collect()
        })
    }

    /// The numbers that a band holds together with number `q`: none but itself outside of groupings.
    fn family(&self, q: usize) -> Vec<usize> {
        let own = self.averages[q].quantity;
        let same = |k: usize| {
            let other = self.averages[k].quantity;
            other.grouping == own.grouping && other.measure == own.measure
        };
        match own.grouping {
            Some(_) => (0..self.averages.len()).filter(|&k| same(k)).collect(),
            None => vec![q],
        }
    }

    /// Bands from the joint distribution of the draws, each of a family of numbers.
    fn set_bands(&self, good: &[&Draw], summaries: &mut [Summary]) {
        if self.method == InferenceMethod::Jackknife {
            return;
        }
        for q in 0..summaries.len() {
            let family = self.family(q);
            if family[0] == q && family.len() > 1 {
                let band = self.band(&family, good, summaries);
                family.iter().for_each(|&k| summaries[k].band = band);
            }
        }
    }

    fn band(&self, family: &[usize], good: &[&Draw], summaries: &[Summary]) -> f64 {
        let is_placebo = self.method == InferenceMethod::Placebo;
        let distance = |draw: &Draw, k: usize| {
            let centre = if is_placebo { 0.0 } else { self.averages[k].value };
            (draw.values[k] - centre) / summaries[k].se
        };
        let distances: Vec<Vec<f64>> =
            good.iter().map(|draw| family.iter().map(|&k| distance(draw, k)).collect()).collect();
        let critical = if is_placebo { half_width_of_all } else { quantile };
        simultaneous(&distances, critical, self.level)
    }
}
