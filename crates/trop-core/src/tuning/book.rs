//! What a search knows: every score so far, and which of some candidates is best.

use super::scoring::{Begun, Lane, Objective, Score, Scorer};
use crate::error::{Error, Result};
use crate::lambdas::Lambdas;
use crate::runtime::Monitor;
use crate::settings::Settings;
use std::cmp::Ordering;

/// Rounds after which a search ends even if it still moves: ties may lead round in a circle.
pub(crate) const ROUNDS: usize = 100;

/// Scores within this relative distance of the least are ties.
const TIE: f64 = 1e-10;

/// So are scores whose effects are, in root mean square, below this share of the panel's scale.
const ROUNDING: f64 = 1e-12;

/// Every score so far: none is computed twice.
pub(crate) struct Book<'a> {
    scorer: Scorer<'a>,
    objective: &'a dyn Objective,
    abandon: bool,
    pub scores: Vec<Score>,
    /// The same scores with their terms, if they are to be compared term by term.
    lanes: Option<Vec<Lane>>,
    /// What was computed of abandoned scores.
    begun: Vec<(Lambdas, Begun)>,
    /// A score that is nothing but rounding.
    rounding: f64,
}

impl<'a> Book<'a> {
    /// `scale` is that of the panel's outcomes.
    pub fn new(
        objective: &'a dyn Objective,
        scale: f64,
        abandon: bool,
        settings: &Settings,
        monitor: &'a dyn Monitor,
    ) -> Result<Self> {
        Ok(Book {
            scorer: Scorer::new(objective, settings, monitor)?,
            objective,
            abandon,
            scores: Vec::new(),
            lanes: None,
            begun: Vec::new(),
            rounding: objective.score(objective.n_terms() as f64 * (ROUNDING * scale).powi(2)),
        })
    }

    /// Keeps the terms of the scores to come, too.
    pub fn with_lanes(self) -> Self {
        Book { lanes: Some(Vec::new()), ..self }
    }

    /// Every score with its terms, of a book that keeps them.
    pub fn into_lanes(self) -> Vec<Lane> {
        self.lanes.unwrap_or_default()
    }

    /// A score with its terms, of a book that keeps them.
    pub fn lane(&self, lambdas: &Lambdas) -> Option<&Lane> {
        self.lanes.iter().flatten().find(|lane| lane.score.lambdas == *lambdas)
    }

    /// Terms of each score.
    pub fn n_terms(&self) -> usize {
        self.objective.n_terms()
    }

    /// The best of some candidates, scoring those that are not in the book.
    pub fn best(&mut self, candidates: &[Lambdas]) -> Result<Score> {
        self.score(candidates)?;
        self.winner(candidates)
    }

    /// The same; `None` if no candidate has a finite score.
    pub fn best_if_any(&mut self, candidates: &[Lambdas]) -> Result<Option<Score>> {
        self.score(candidates)?;
        Ok(self.preferred(candidates))
    }

    /// Of the candidates that tie for the best that with the smallest lambda_nn; `None` if none has a finite score.
    pub fn least_penalized(&mut self, candidates: &[Lambdas]) -> Result<Option<Score>> {
        self.score(candidates)?;
        let by_nn = |a: &&Score, b: &&Score| a.lambdas.nn.total_cmp(&b.lambdas.nn);
        Ok(self.tied(candidates).min_by(by_nn).copied())
    }

    /// The best of all that have been scored.
    pub fn best_of_all(&self) -> Result<Score> {
        let all: Vec<Lambdas> = self.scores.iter().map(|s| s.lambdas).collect();
        self.winner(&all)
    }

    /// True if a score is smaller than another and does not tie with it.
    pub fn is_better(&self, score: &Score, other: &Score) -> bool {
        other.score > (score.score * (1.0 + TIE)).max(self.rounding)
    }

    fn find(&self, lambdas: &Lambdas) -> Option<&Score> {
        self.scores.iter().find(|s| s.lambdas == *lambdas)
    }

    fn score(&mut self, candidates: &[Lambdas]) -> Result<()> {
        if self.abandon {
            return candidates.iter().try_for_each(|l| self.score_if_it_may_win(l, candidates));
        }
        let new: Vec<Lambdas> =
            candidates.iter().filter(|l| self.find(l).is_none()).copied().collect();
        if !new.is_empty() {
            let lanes = self.scorer.score(&new)?;
            self.scores.extend(lanes.iter().map(|lane| lane.score));
            if let Some(kept) = &mut self.lanes {
                kept.extend(lanes);
            }
        }
        Ok(())
    }

    /// Scores a candidate as far as it may be the best of some. One that was abandoned before goes on where it
    /// stopped.
    fn score_if_it_may_win(&mut self, lambdas: &Lambdas, candidates: &[Lambdas]) -> Result<()> {
        let bound = self.tie_bound(candidates);
        let known = self.scores.iter().position(|s| s.lambdas == *lambdas);
        if known.is_some_and(|k| !self.scores[k].abandoned || self.scores[k].score > bound) {
            return Ok(());
        }
        let begun = self.begun.iter().position(|(l, _)| l == lambdas);
        let begun = begun.map_or_else(Begun::default, |k| self.begun.swap_remove(k).1);
        let (score, begun) = self.scorer.score_below(lambdas, bound, begun)?;
        if score.abandoned {
            self.begun.push((*lambdas, begun));
        }
        match known {
            Some(k) => self.scores[k] = score,
            None => self.scores.push(score),
        }
        Ok(())
    }

    fn known<'b>(&'b self, candidates: &'b [Lambdas]) -> impl Iterator<Item = &'b Score> {
        candidates.iter().filter_map(|l| self.find(l)).filter(|s| !s.abandoned)
    }

    /// The largest score that ties with the least.
    fn tie_bound(&self, candidates: &[Lambdas]) -> f64 {
        let least = self.known(candidates).map(|s| s.score).fold(f64::INFINITY, f64::min);
        (least * (1.0 + TIE)).max(self.rounding)
    }

    fn tied<'b>(&'b self, candidates: &'b [Lambdas]) -> impl Iterator<Item = &'b Score> {
        let bound = self.tie_bound(candidates);
        self.known(candidates).filter(move |s| s.score.is_finite() && s.score <= bound)
    }

    fn preferred(&self, candidates: &[Lambdas]) -> Option<Score> {
        self.tied(candidates).min_by(|a, b| order(&a.lambdas, &b.lambdas)).copied()
    }

    fn winner(&self, candidates: &[Lambdas]) -> Result<Score> {
        self.preferred(candidates).ok_or(Error::NoEstimableCell {
            what: self.objective.what(),
            not_estimable: self.objective.n_terms(),
        })
    }
}

/// The order of ties: the larger `nn`, then the smaller `time`, then the smaller `unit`.
pub(super) fn order(a: &Lambdas, b: &Lambdas) -> Ordering {
    b.nn.total_cmp(&a.nn).then(a.time.total_cmp(&b.time)).then(a.unit.total_cmp(&b.unit))
}
