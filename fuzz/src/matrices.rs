//! Panels made of bytes, before they are checked.

use crate::given::Given;
use crate::oracles::refused;
use trop_core::{Shape, Anchor, Cell, Design, Donors, Grouping, Panel, TimeDistance};

/// What a panel is made of.
#[derive(Clone, Debug)]
pub struct Matrices {
    pub outcome: Vec<f64>,
    pub treatment: Vec<f64>,
    pub n_units: usize,
    pub n_periods: usize,
    pub design: Design,
}

/// A panel, if the core accepts what it is made of.
pub fn panel(given: &mut Given<'_>) -> Option<Panel> {
    Matrices::new(given).panel()
}

impl Matrices {
    pub fn new(given: &mut Given<'_>) -> Self {
        let (n_units, n_periods) = (given.below(9) + 1, given.below(9) + 1);
        let n = n_units * n_periods;
        let outcome = match given.below(4) {
            0 => given.numbers(n, Given::tame),
            1 => given.numbers(n, Given::round),
            2 => given.numbers(n, |given| if given.one_in(6) { f64::NAN } else { given.round() }),
            _ => given.numbers(n, Given::wild),
        };
        let treatment = treatment(given, n_units, n_periods);
        let design =
            if given.one_in(2) { design(given, n_units, n_periods) } else { Design::default() };
        Matrices { outcome, treatment, n_units, n_periods, design }
    }

    pub fn panel(&self) -> Option<Panel> {
        let Matrices { outcome, treatment, n_units, n_periods, design } = self;
        let panel = Panel::new(outcome, treatment, Shape { n_units: *n_units, n_periods: *n_periods });
        match panel.and_then(|panel| panel.with_design(design)) {
            Ok(panel) => Some(panel),
            Err(error) => {
                refused(&error);
                None
            }
        }
    }

    /// The same panel with its units in reverse order.
    pub fn reversed(&self) -> Self {
        let by_unit = |values: &Vec<f64>| reversed(values, self.n_periods);
        let design = &self.design;
        let grouping = |grouping: &Grouping| match grouping {
            Grouping::Given(codes) => Grouping::Given(reversed(codes, self.n_periods)),
            other => other.clone(),
        };
        Matrices {
            outcome: by_unit(&self.outcome),
            treatment: by_unit(&self.treatment),
            design: Design {
                average: design.average.as_ref().map(|weights| reversed(weights, 1)),
                covariates: design.covariates.iter().map(by_unit).collect(),
                clusters: design.clusters.as_ref().map(|codes| reversed(codes, 1)),
                groupings: design.groupings.iter().map(grouping).collect(),
                donors: match &design.donors {
                    Donors::Units(may) => Donors::Units(reversed(may, 1)),
                    Donors::Groups(codes) => Donors::Groups(reversed(codes, 1)),
                    // Rows and columns.
                    Donors::Pairs(may) => Donors::Pairs(reversed(may, 1)),
                    other => other.clone(),
                },
                ..design.clone()
            },
            ..*self
        }
    }

    /// The same panel in another unit of measurement.
    pub fn scaled(&self, factor: f64) -> Self {
        let outcome = self.outcome.iter().map(|y| y * factor).collect();
        Matrices { outcome, ..self.clone() }
    }

    /// The cell of the reversed panel that is this cell here.
    pub fn mirrored(&self, Cell { unit, period }: Cell) -> Cell {
        Cell { unit: self.n_units - 1 - unit, period }
    }

    /// The largest size of an outcome.
    pub fn size(&self) -> f64 {
        self.outcome.iter().filter(|y| y.is_finite()).fold(0.0, |size, y| size.max(y.abs()))
    }
}

fn reversed<T: Clone>(values: &[T], n_periods: usize) -> Vec<T> {
    values.chunks(n_periods).rev().flatten().cloned().collect()
}

/// A block, staggered starts, spells at random, or nonsense.
fn treatment(given: &mut Given<'_>, n_units: usize, n_periods: usize) -> Vec<f64> {
    let n = n_units * n_periods;
    let flag = |treated: bool| f64::from(u8::from(treated));
    match given.below(5) {
        0 | 1 => {
            let (units, start) = (given.below(n_units) + 1, given.below(n_periods));
            (0..n).map(|k| flag(k / n_periods < units && k % n_periods >= start)).collect()
        }
        2 => {
            let start: Vec<usize> = (0..n_units).map(|_| given.below(n_periods + 2)).collect();
            (0..n).map(|k| flag(k % n_periods >= start[k / n_periods])).collect()
        }
        3 => given.numbers(n, |given| flag(given.one_in(4))),
        _ => given.numbers(
            n,
            |given| if given.one_in(64) { given.wild() } else { flag(given.one_in(3)) },
        ),
    }
}

fn design(given: &mut Given<'_>, n_units: usize, n_periods: usize) -> Design {
    let n = n_units * n_periods;
    let calendar = given.one_in(3).then(|| {
        let mut at = given.wild();
        given.numbers(n_periods, |given| {
            at += given.below(30) as f64 / 10.0;
            at
        })
    });
    let average = given.one_in(3).then(|| {
        given.numbers(
            n_units,
            |given| if given.one_in(4) { given.wild() } else { given.below(9) as f64 },
        )
    });
    let covariates = (0..given.below(3)).map(|_| given.numbers(n, covariate)).collect();
    let groupings = (0..given.below(4)).map(|_| grouping(given, n)).collect();
    Design {
        anchor: given.pick(&[Anchor::Cell, Anchor::Pooled, Anchor::Spell]),
        calendar,
        time_distance: given.pick(&[TimeDistance::Position, TimeDistance::Calendar]),
        average,
        covariates,
        clusters: given.one_in(3).then(|| (0..n_units).map(|_| given.below(4) as i64).collect()),
        groupings,
        donors: donors(given, n_units),
        anticipation: if given.one_in(4) { given.below(4) } else { 0 },
        washout: if given.one_in(4) { given.below(4) } else { 0 },
    }
}

fn donors(given: &mut Given<'_>, n_units: usize) -> Donors {
    match given.below(8) {
        1 => Donors::Units((0..n_units).map(|_| !given.one_in(3)).collect()),
        2 => Donors::Groups((0..n_units).map(|_| given.below(2) as i64).collect()),
        3 => Donors::Pairs((0..n_units * n_units).map(|_| !given.one_in(3)).collect()),
        _ => Donors::All,
    }
}

fn covariate(given: &mut Given<'_>) -> f64 {
    if given.one_in(16) {
        given.wild()
    } else {
        given.tame()
    }
}

fn grouping(given: &mut Given<'_>, n: usize) -> Grouping {
    let code = |given: &mut Given<'_>| {
        if given.one_in(4) {
            Grouping::NONE
        } else {
            given.below(9) as i64 - 4
        }
    };
    match given.below(5) {
        0 => Grouping::EventTime,
        1 => Grouping::Period,
        2 => Grouping::Cohort,
        3 => Grouping::Unit,
        _ => Grouping::Given((0..n).map(|_| code(given)).collect()),
    }
}
