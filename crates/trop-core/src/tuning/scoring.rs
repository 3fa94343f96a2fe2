//! Scores of candidates, whatever the criterion.

use crate::error::Result;
use crate::lambdas::Lambdas;
use crate::model::{paths, place, Path};
use crate::runtime::{Monitor, Progress, Stage, Threads};
use crate::settings::Settings;

/// Pieces between two looks at whether a candidate has lost already. Fixed, so that what is abandoned does
/// not depend on the number of threads.
const WAVE: usize = 8;

/// The score of one candidate.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Score {
    /// The candidate.
    pub lambdas: Lambdas,
    /// What is minimized. In leave-one-out cross-validation Q (Eq. 5), the sum of squared leave-one-out
    /// effects, in squared units of the outcome; in placebo cross-validation the root mean square of the
    /// placebo ATTs, in units of the outcome. Infinite if zero weights in floating point leave a cell
    /// without an effect. A lower bound if `abandoned`.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub score: f64,
    /// Control cells, or placebo sets, that were scored.
    pub n_cells: usize,
    /// Largest relative gap of the fits.
    #[cfg_attr(feature = "serde", serde(with = "crate::exact"))]
    pub max_gap: f64,
    /// Control cells whose fit, or placebo sets with a fit, that is not certified to the tolerance.
    pub n_uncertified: usize,
    /// True if not all were scored: the candidate could no longer win, or it was dropped in a
    /// [`Method::Race`](super::Method::Race), whose fits are certified to 1e-3.
    pub abandoned: bool,
}

/// What a criterion sums over: a control cell, or a placebo set.
pub(crate) struct Term {
    /// Position in the sum, whose order does not depend on how it was cut into pieces.
    pub at: usize,
    /// `None` if it has no effect, because weights are zero in floating point.
    pub square: Option<f64>,
    pub gap: f64,
    pub certified: bool,
}

/// A score and the square of each of its terms; `None` where there is no effect.
#[derive(Clone)]
pub(crate) struct Lane {
    pub score: Score,
    pub squares: Vec<Option<f64>>,
}

impl Lane {
    /// With the terms of the same candidate over other cells.
    pub fn and(mut self, more: Lane) -> Lane {
        self.squares.extend(more.squares);
        let (mut score, more) = (self.score, more.score);
        score.score += more.score;
        score.n_cells += more.n_cells;
        score.max_gap = score.max_gap.max(more.max_gap);
        score.n_uncertified += more.n_uncertified;
        Lane { score, squares: self.squares }
    }
}

/// The terms of a piece for each entry of a path.
pub(crate) type PieceTerms = Vec<Vec<Term>>;

/// The first pieces of a candidate whose score was abandoned.
pub(crate) type Begun = Vec<PieceTerms>;

/// What a criterion minimizes, cut into pieces that are computed in parallel.
pub(crate) trait Objective: Sync {
    /// What a term stands for, in words.
    fn what(&self) -> &'static str;
    /// Number of terms.
    fn n_terms(&self) -> usize;
    /// Terms left out for every candidate alike.
    fn n_not_estimable(&self) -> usize;
    /// Number of pieces.
    fn n_pieces(&self) -> usize;
    /// Fits in a piece for each candidate.
    fn n_fits(&self, piece: usize) -> usize;
    /// Fits in all pieces for each candidate.
    fn fits_per_candidate(&self) -> usize {
        (0..self.n_pieces()).map(|piece| self.n_fits(piece)).sum()
    }
    /// Computes a piece.
    fn terms(&self, piece: usize, path: &Path, progress: &Progress<'_>) -> Result<PieceTerms>;
    /// The score that a sum of squares makes.
    fn score(&self, sum: f64) -> f64;
}

/// Computes scores.
pub(crate) struct Scorer<'a> {
    objective: &'a dyn Objective,
    threads: Threads,
    monitor: &'a dyn Monitor,
}

impl<'a> Scorer<'a> {
    pub fn new(
        objective: &'a dyn Objective,
        settings: &Settings,
        monitor: &'a dyn Monitor,
    ) -> Result<Self> {
        Ok(Scorer { objective, threads: Threads::new(settings.threads)?, monitor })
    }

    /// Scores candidates completely, in their order, and keeps their terms.
    pub fn score(&self, candidates: &[Lambdas]) -> Result<Vec<Lane>> {
        let paths = paths(candidates);
        let n_pieces = self.objective.n_pieces();
        let tasks: Vec<(&Path, usize)> =
            paths.iter().flat_map(|path| (0..n_pieces).map(move |piece| (path, piece))).collect();
        let terms = self.terms(&tasks, &self.progress(candidates.len()))?;
        let by_path: Vec<&[PieceTerms]> = terms.chunks(n_pieces).collect();
        let lane = |candidate: &Lambdas| {
            let (at, k) = place(&paths, candidate);
            let score = self.sum_up(candidate, by_path[at], k);
            Lane { score, squares: self.squares(by_path[at], k) }
        };
        Ok(candidates.iter().map(lane).collect())
    }

    /// Scores the entries of one path completely.
    pub fn score_path(&self, path: &Path) -> Result<Vec<Score>> {
        let tasks: Vec<(&Path, usize)> =
            (0..self.objective.n_pieces()).map(|piece| (path, piece)).collect();
        let terms = self.terms(&tasks, &self.progress(path.nn.len()))?;
        let entries = path.nn.iter().enumerate();
        Ok(entries.map(|(k, &nn)| self.sum_up(&path.lambdas(nn), &terms, k)).collect())
    }

    /// Scores one candidate from where it was abandoned before, but stops when what there is of its sum
    /// exceeds `bound`.
    pub fn score_below(
        &self,
        candidate: &Lambdas,
        bound: f64,
        begun: Begun,
    ) -> Result<(Score, Begun)> {
        let path = Path::single(candidate);
        let progress = self.progress(1);
        let fits = |pieces: &[usize]| pieces.iter().map(|&k| self.objective.n_fits(k)).sum();
        let pieces: Vec<usize> = (0..self.objective.n_pieces()).collect();
        let mut terms = begun;
        progress.advance(fits(&pieces[..terms.len()]));
        for wave in pieces[terms.len()..].chunks(WAVE) {
            let tasks: Vec<(&Path, usize)> = wave.iter().map(|&piece| (&path, piece)).collect();
            terms.extend(self.terms(&tasks, &progress)?);
            let score = self.sum_up(candidate, &terms, 0);
            if score.score > bound && terms.len() < pieces.len() {
                progress.advance(fits(&pieces[terms.len()..]));
                return Ok((Score { abandoned: true, ..score }, terms));
            }
        }
        Ok((self.sum_up(candidate, &terms, 0), terms))
    }

    fn progress(&self, candidates: usize) -> Progress<'_> {
        Progress::new(self.monitor, Stage::Search, candidates * self.objective.fits_per_candidate())
    }

    fn terms(&self, tasks: &[(&Path, usize)], progress: &Progress<'_>) -> Result<Vec<PieceTerms>> {
        let compute = |&(path, piece): &(&Path, usize)| self.objective.terms(piece, path, progress);
        self.threads.map(tasks, compute)
    }

    /// The square of each term, from the first pieces, entry `k` of their path.
    fn squares(&self, pieces: &[PieceTerms], k: usize) -> Vec<Option<f64>> {
        let mut squares = vec![None; self.objective.n_terms()];
        pieces.iter().flat_map(|piece| &piece[k]).for_each(|term| squares[term.at] = term.square);
        squares
    }

    /// The score from the first pieces, entry `k` of their path.
    fn sum_up(&self, candidate: &Lambdas, pieces: &[PieceTerms], k: usize) -> Score {
        let terms = || pieces.iter().flat_map(|piece| &piece[k]);
        let sum = self.squares(pieces, k).iter().flatten().sum();
        let solved = || terms().filter(|term| term.square.is_some());
        let n_cells = solved().count();
        let underflow = n_cells < terms().count();
        Score {
            lambdas: *candidate,
            score: if underflow { f64::INFINITY } else { self.objective.score(sum) },
            n_cells,
            max_gap: solved().map(|term| term.gap).fold(0.0, f64::max),
            n_uncertified: solved().filter(|term| !term.certified).count(),
            abandoned: false,
        }
    }
}
