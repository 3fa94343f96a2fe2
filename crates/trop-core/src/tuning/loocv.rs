//! Leave-one-out cross-validation (Eq. 4-5).

use super::scoring::{Objective, PieceTerms, Term};
use crate::error::{Error, Result};
use crate::model::{Path, Regressed, Targets};
use crate::panel::{Cell, Panel};
use crate::runtime::{heed, Monitor, Progress, Purpose, Stream, Threads};
use crate::settings::Settings;
use crate::solver::{Status, Stopping};
use rayon::prelude::*;
use std::sync::Arc;

/// Sums squared leave-one-out effects over one set of control cells.
pub(crate) struct Loocv<'a> {
    targets: Arc<Targets<'a>>,
    cells: Vec<Cell>,
    chains: Vec<Vec<Cell>>,
    n_not_estimable: usize,
    stopping: Stopping,
}

impl<'a> Loocv<'a> {
    /// `max_cells` takes a sample of the control cells that can be scored, drawn with `seed`;
    /// `units_differ` says that some candidate has a positive lambda_unit.
    pub fn new(
        panel: &'a Panel,
        units_differ: bool,
        max_cells: Option<usize>,
        seed: u64,
        settings: &Settings,
        monitor: &dyn Monitor,
    ) -> Result<Self> {
        let targets = Targets::new(panel);
        let estimable = |targets: &Targets<'_>, c| targets.is_estimable(c, !units_differ);
        Self::of_estimable(targets, estimable, max_cells, seed, settings, monitor)
    }

    /// Like [`Loocv::new`], with the caller's word on which control cells can be scored.
    pub fn of_estimable(
        targets: Targets<'a>,
        estimable: impl Fn(&Targets<'a>, Cell) -> bool + Sync,
        max_cells: Option<usize>,
        seed: u64,
        settings: &Settings,
        monitor: &dyn Monitor,
    ) -> Result<Self> {
        settings.validate()?;
        let all = targets.control_cells();
        let kept = |&cell: &Cell| -> Result<Option<Cell>> {
            heed(monitor)?;
            Ok(estimable(&targets, cell).then_some(cell))
        };
        let mut cells = Threads::new(settings.threads)?.run(|| -> Result<Vec<Cell>> {
            all.par_iter().map(kept).filter_map(Result::transpose).collect()
        })?;
        let n_not_estimable = all.len() - cells.len();
        if cells.is_empty() {
            return Err(Error::NoEstimableCell { what: "control cell", not_estimable: all.len() });
        }
        if let Some(size) = max_cells.filter(|&size| size < cells.len()) {
            let sample = Stream::new(seed, Purpose::LoocvSample, 0).sample(cells.len(), size);
            cells = sample.into_iter().map(|k| cells[k]).collect();
        }
        let chains = targets.chains(&cells, monitor)?;
        let stopping = Stopping::of_search(settings);
        Ok(Loocv { targets: Arc::new(targets), cells, chains, n_not_estimable, stopping })
    }

    /// The same on some of its cells, in ascending order.
    pub fn of_cells(
        &self,
        cells: Vec<Cell>,
        stopping: Stopping,
        monitor: &dyn Monitor,
    ) -> Result<Self> {
        let chains = self.targets.chains(&cells, monitor)?;
        let targets = Arc::clone(&self.targets);
        Ok(Loocv { targets, cells, chains, n_not_estimable: self.n_not_estimable, stopping })
    }

    /// The cells scored, in ascending order.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }
}

impl Objective for Loocv<'_> {
    fn what(&self) -> &'static str {
        "control cell"
    }

    fn n_terms(&self) -> usize {
        self.cells.len()
    }

    fn n_not_estimable(&self) -> usize {
        self.n_not_estimable
    }

    fn n_pieces(&self) -> usize {
        self.chains.len()
    }

    fn n_fits(&self, piece: usize) -> usize {
        self.chains[piece].len()
    }

    fn terms(&self, piece: usize, path: &Path, progress: &Progress<'_>) -> Result<PieceTerms> {
        let chain = &self.chains[piece];
        let fits = self.targets.fit_chain(chain, path, self.stopping, progress)?;
        let term = |cell: &Cell, k: usize, fits: &Vec<Regressed>| {
            let at = self.cells.partition_point(|c| c < cell);
            let Ok(fit) = &fits[k] else {
                return Term { at, square: None, gap: 0.0, certified: false };
            };
            // A held-out cell stands for those of all copies of its unit.
            let square = self.targets.panel.count(cell.unit) * fit.effects[0] * fit.effects[0];
            let certified = fit.outcome.status == Status::Solved;
            Term { at, square: Some(square), gap: fit.outcome.gap, certified }
        };
        let entry = |k| chain.iter().zip(&fits).map(|(cell, fits)| term(cell, k, fits)).collect();
        Ok((0..path.nn.len()).map(entry).collect())
    }

    fn score(&self, sum: f64) -> f64 {
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lambdas::Lambdas;
    use crate::model::cell_effects;
    use crate::panel::Shape;
    use crate::runtime::Silent;
    use crate::tuning::scoring::Scorer;

    /// In a draw all copies of a unit are held out together, and each counts; here they are written out,
    /// held out as treated ones (the target's own period plays no part in distances).
    #[test]
    fn a_draws_score_is_that_of_its_copies_written_out() {
        let (n, t) = (6, 5);
        let y: Vec<f64> = (0..n * t).map(|k| ((k * k * 29 + 11 * k) % 47) as f64 / 8.0).collect();
        let mut w = vec![0.0; n * t];
        w[t - 1] = 1.0;
        w[2 * t - 2..2 * t].fill(1.0);
        let draw = Panel::new(&y, &w, Shape { n_units: n, n_periods: t })
            .unwrap()
            .repeat(&[1, 1, 2, 3, 0, 1]);
        let copies = [0, 1, 2, 2, 3, 3, 3, 5];
        let written_out = |m: &[f64]| -> Vec<f64> {
            copies.iter().flat_map(|&i| m[i * t..(i + 1) * t].iter().copied()).collect()
        };
        let (y, w) = (written_out(&y), written_out(&w));
        let settings = Settings { tolerance: 1e-12, loocv_tolerance: 1e-12, ..Default::default() };
        for nn in [f64::INFINITY, 1.0] {
            let lambdas = Lambdas { time: 0.3, unit: 0.2, nn };
            let loocv = Loocv::new(&draw, true, None, 0, &settings, &Silent).unwrap();
            let scorer = Scorer::new(&loocv, &settings, &Silent).unwrap();
            let found = scorer.score(&[lambdas]).unwrap()[0].score.score;
            let mut expected = 0.0;
            for (unit, &original) in copies.iter().enumerate() {
                for period in (0..t).filter(|period| w[unit * t + period] == 0.0) {
                    let mut held_out = w.clone();
                    let own = (0..copies.len()).filter(|&k| copies[k] == original);
                    own.for_each(|k| held_out[k * t + period] = 1.0);
                    let panel =
                        Panel::new(&y, &held_out, Shape { n_units: copies.len(), n_periods: t })
                            .unwrap();
                    let target = [Cell { unit, period }];
                    let fit = cell_effects(&panel, &target, &lambdas, &settings, &Silent).unwrap();
                    expected += fit.effects[0].effect.powi(2);
                }
            }
            assert!((found / expected - 1.0).abs() < 1e-6, "nn = {nn}: {found} {expected}");
        }
    }
}
