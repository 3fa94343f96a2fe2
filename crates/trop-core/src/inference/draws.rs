//! Re-estimates on panels made from the one at hand: bootstrap draws, units left out, placebos.

use super::estimation::Estimation;
use crate::error::{Error, Result};
use crate::model::{Quantity, Sums};
use crate::panel::Panel;
use crate::runtime::{check_room, Monitor, Progress, Stage, StopOnly, Threads};
use crate::settings::Settings;
use crate::solver::Status;

/// What is estimated in each draw, and how.
pub(crate) struct Draws<'a> {
    pub quantities: &'a [Quantity],
    /// Also the cells before treatment.
    pub pre_periods: bool,
    pub estimation: &'a dyn Estimation,
    pub settings: &'a Settings,
    pub monitor: &'a dyn Monitor,
    pub stage: Stage,
}

/// What one draw gives.
pub(crate) struct Draw {
    /// One for each quantity; NaN where the draw has none.
    pub values: Vec<f64>,
    pub max_gap: f64,
    pub certified: bool,
}

impl Draws<'_> {
    /// Estimates on each of `n` panels; `None` where none of the treated cells that count is estimable, or
    /// what the draw has of units does not allow to make its panel or to choose the lambdas anew.
    pub fn run(
        &self,
        n: usize,
        panel: &(dyn Fn(usize) -> Result<Panel> + Sync),
    ) -> Result<Vec<Option<Draw>>> {
        check_room::<Result<Option<Draw>>>("the draws", n as u128)?;
        let progress = Progress::new(self.monitor, self.stage, n);
        let draw = |k: usize| {
            let draw = match panel(k).and_then(|panel| self.estimate(&panel)) {
                Err(reason) if is_lack(&reason) => Err(reason),
                done => Ok(done?),
            };
            progress.advance(1);
            Ok(draw)
        };
        let draws: Result<Vec<Result<Option<Draw>>>> =
            Threads::new(self.settings.threads)?.map(0..n, draw);
        let draws = draws?;
        if draws.iter().all(Result::is_err) {
            return draws.into_iter().collect();
        }
        Ok(draws.into_iter().map(|draw| draw.ok().flatten()).collect())
    }

    fn estimate(&self, panel: &Panel) -> Result<Option<Draw>> {
        // Draws run in parallel already, in the pool at hand.
        let settings = Settings { threads: None, ..*self.settings };
        let monitor = StopOnly(self.monitor);
        let (treated, pre) =
            self.estimation.effects(panel, self.pre_periods, &settings, &monitor)?;
        if treated.iter().all(|e| panel.share(e.cell.unit) == 0.0) {
            return Ok(None);
        }
        let all = || treated.iter().chain(&pre);
        Ok(Some(Draw {
            values: Sums::new(panel, &treated, &pre).values(self.quantities),
            max_gap: all().map(|e| e.gap).fold(0.0, f64::max),
            certified: all().all(|e| e.status == Status::Solved),
        }))
    }
}

/// True if what a draw has of units does not allow what is to be done with it.
fn is_lack(error: &Error) -> bool {
    matches!(
        error,
        Error::NoEstimableCell { .. }
            | Error::PlaceboSetsImpossible { .. }
            | Error::PlaceboInTimeImpossible { .. }
            | Error::NoControlCell
    )
}
