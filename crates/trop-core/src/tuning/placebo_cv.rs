//! Placebo cross-validation: how large are effects where there is none?

use super::scoring::{Objective, PieceTerms, Term};
use crate::error::{Error, Result};
use crate::model::{Groups, Path, Regressed, Targets};
use crate::panel::{check_variation, Anchor, Cell, Panel};
use crate::runtime::{heed, Monitor, Progress, Threads};
use crate::settings::Settings;
use crate::solver::{Status, Stopping};

/// What counts of a placebo set.
#[derive(Clone, Copy)]
pub(crate) enum Squared {
    /// Its squared ATT.
    Att,
    /// The mean of its squared effects.
    Effects,
}

/// Root mean square over placebo sets.
pub(crate) struct PlaceboCv<'a> {
    squared: Squared,
    sets: Vec<Set<'a>>,
    n_not_estimable: usize,
    stopping: Stopping,
}

impl<'a> PlaceboCv<'a> {
    /// `units_differ` says that some candidate has a positive lambda_unit.
    pub fn new(
        panels: &'a [Panel],
        squared: Squared,
        units_differ: bool,
        settings: &Settings,
        monitor: &dyn Monitor,
    ) -> Result<Self> {
        settings.validate()?;
        let set = |panel: &'a Panel| Set::new(panel, units_differ, monitor);
        let sets: Result<Vec<Option<Set<'_>>>> = Threads::new(settings.threads)?.map(panels, set);
        let sets: Vec<Set<'_>> = sets?.into_iter().flatten().collect();
        let n_not_estimable = panels.len() - sets.len();
        if sets.is_empty() {
            return Err(Error::NoEstimableCell {
                what: "placebo set",
                not_estimable: n_not_estimable,
            });
        }
        Ok(PlaceboCv { squared, sets, n_not_estimable, stopping: Stopping::of_search(settings) })
    }
}

impl Objective for PlaceboCv<'_> {
    fn what(&self) -> &'static str {
        "placebo set"
    }

    fn n_terms(&self) -> usize {
        self.sets.len()
    }

    fn n_not_estimable(&self) -> usize {
        self.n_not_estimable
    }

    fn n_pieces(&self) -> usize {
        self.sets.len()
    }

    fn n_fits(&self, piece: usize) -> usize {
        self.sets[piece].n_fits()
    }

    fn terms(&self, piece: usize, path: &Path, progress: &Progress<'_>) -> Result<PieceTerms> {
        let set = &self.sets[piece];
        let fits = set.fit(path, self.stopping, progress)?;
        Ok((0..path.nn.len()).map(|k| vec![set.term(piece, &fits, k, self.squared)]).collect())
    }

    fn score(&self, sum: f64) -> f64 {
        (sum / self.sets.len() as f64).sqrt()
    }
}

/// A placebo set, prepared for all candidates.
struct Set<'a> {
    panel: &'a Panel,
    fits: Fits<'a>,
}

/// What is fitted: cells one by one, or in groups.
enum Fits<'a> {
    Single { targets: Box<Targets<'a>>, chains: Vec<Vec<Cell>> },
    Shared(Box<Groups<'a>>),
}

/// Cells of one fit, and that fit for each entry of a path.
type FitsAlong<'a> = Vec<(&'a [Cell], Vec<Regressed>)>;

impl<'a> Set<'a> {
    /// `None` if no cell that counts has an effect for every candidate.
    fn new(panel: &'a Panel, units_differ: bool, monitor: &dyn Monitor) -> Result<Option<Self>> {
        heed(monitor)?;
        if check_variation(panel).is_err() {
            return Ok(None);
        }
        let counts = |cell: Cell| panel.is_observed(cell) && panel.share(cell.unit) > 0.0;
        let fits = if panel.anchor() == Anchor::Cell {
            let targets = Box::new(Targets::new(panel));
            let mut cells = panel.treated_cells();
            cells.retain(|&cell| counts(cell) && targets.is_estimable(cell, !units_differ));
            Fits::Single { chains: targets.chains(&cells, monitor)?, targets }
        } else {
            Fits::Shared(Box::new(Groups::new(panel, units_differ, counts)))
        };
        let set = Set { panel, fits };
        Ok((set.n_fits() > 0).then_some(set))
    }

    fn n_fits(&self) -> usize {
        match &self.fits {
            Fits::Single { chains, .. } => chains.iter().map(Vec::len).sum(),
            Fits::Shared(groups) => groups.len(),
        }
    }

    fn fit(
        &self,
        path: &Path,
        stopping: Stopping,
        progress: &Progress<'_>,
    ) -> Result<FitsAlong<'_>> {
        let mut all: FitsAlong<'_> = Vec::with_capacity(self.n_fits());
        match &self.fits {
            Fits::Single { targets, chains } => {
                for chain in chains {
                    let fits = targets.fit_chain(chain, path, stopping, progress)?;
                    all.extend(chain.chunks(1).zip(fits));
                }
            }
            Fits::Shared(groups) => {
                for k in 0..groups.len() {
                    all.push((groups.cells(k), groups.fit(k, path, stopping, progress)?));
                }
            }
        }
        Ok(all)
    }

    /// What counts at entry `k` of a path.
    fn term(&self, at: usize, fits: &FitsAlong<'_>, k: usize, squared: Squared) -> Term {
        let (mut sum, mut squares, mut total) = (0.0, 0.0, 0.0);
        let (mut gap, mut certified) = (0.0, true);
        for (cells, along) in fits {
            let Ok(fit) = &along[k] else {
                return Term { at, square: None, gap: 0.0, certified: false };
            };
            for (cell, effect) in cells.iter().zip(&fit.effects) {
                let share = self.panel.share(cell.unit);
                sum += share * effect;
                squares += share * effect * effect;
                total += share;
            }
            gap = f64::max(gap, fit.outcome.gap);
            certified &= fit.outcome.status == Status::Solved;
        }
        let square = match squared {
            Squared::Att => (sum / total).powi(2),
            Squared::Effects => squares / total,
        };
        Term { at, square: Some(square), gap, certified }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lambdas::Lambdas;
    use crate::model::estimate;
    use crate::panel::Design;
    use crate::panel::Shape;
    use crate::runtime::Silent;
    use crate::tuning::criterion::{placebo_panels, placebo_sets, Criterion};
    use crate::tuning::scoring::Scorer;

    /// In a draw a unit takes its copies along into a role; here they are written out.
    #[test]
    fn a_draws_score_is_that_of_its_copies_written_out() {
        let (n, t) = (9, 5);
        let y: Vec<f64> = (0..n * t).map(|k| ((k * k * 23 + 7 * k) % 41) as f64 / 6.0).collect();
        let mut w = vec![0.0; n * t];
        w[t - 1] = 1.0;
        w[2 * t - 2..2 * t].fill(1.0);
        let copies = [0, 1, 2, 2, 3, 4, 4, 4, 5, 7, 8];
        let times = [1, 1, 2, 1, 3, 1, 0, 1, 1];
        let settings = Settings { tolerance: 1e-12, loocv_tolerance: 1e-12, ..Default::default() };
        let lambdas = Lambdas { time: 0.3, unit: 0.2, nn: 1.0 };
        let criterion = Criterion::PlaceboSets { sets: 4 };
        for anchor in [Anchor::Cell, Anchor::Pooled, Anchor::Spell] {
            let design = Design { anchor, ..Default::default() };
            let panel = Panel::new(&y, &w, Shape { n_units: n, n_periods: t })
                .unwrap()
                .with_design(&design)
                .unwrap();
            let draw = panel.repeat(&times);
            let kept: Vec<usize> = (0..n).filter(|&i| times[i] > 0).collect();
            let panels = placebo_panels(&draw, criterion, 5).unwrap();
            let objective =
                PlaceboCv::new(&panels, Squared::Att, true, &settings, &Silent).unwrap();
            let scorer = Scorer::new(&objective, &settings, &Silent).unwrap();
            let found = scorer.score(&[lambdas]).unwrap()[0].score.score;
            let mut sum = 0.0;
            for set in placebo_sets(&draw, criterion, 5).unwrap() {
                let rows: Vec<usize> = copies.iter().copied().filter(|&i| i > 1).collect();
                let role = |i: usize| {
                    let pair = set.iter().find(|(unit, _)| kept[*unit] == i);
                    pair.map_or(i, |(_, role)| kept[*role])
                };
                let pick = |m: &[f64], i: usize| m[i * t..(i + 1) * t].to_vec();
                let y: Vec<f64> = rows.iter().flat_map(|&i| pick(&y, i)).collect();
                let w: Vec<f64> = rows.iter().flat_map(|&i| pick(&w, role(i))).collect();
                let long = Panel::new(&y, &w, Shape { n_units: rows.len(), n_periods: t })
                    .unwrap()
                    .with_design(&design)
                    .unwrap();
                sum += estimate(&long, &lambdas, &settings, &Silent).unwrap().att.powi(2);
            }
            let expected = (sum / 4.0).sqrt();
            assert!((found / expected - 1.0).abs() < 1e-6, "{anchor:?}: {found} {expected}");
        }
    }
}
