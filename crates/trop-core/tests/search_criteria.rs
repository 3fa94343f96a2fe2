//! Placebo cross-validation, the adaptive search, and the edges of grids.

mod common;

use common::{random_panel, Design as Pattern, Matrices, DESIGNS};
use std::collections::BTreeSet;
use trop_core::{
    estimate, infer, loocv_grid_search, placebo_sets, weighted_atts, Anchor, Criterion, Design,
    Edge, Error, Grids, Inference, InferenceMethod, InferenceOptions, Lambdas, Method, Panel,
    Retuning, Score, Search, SearchOptions, Settings, Silent, WeightedJob, Weights,
};

const INF: f64 = f64::INFINITY;
const ANCHORS: [Anchor; 3] = [Anchor::Cell, Anchor::Pooled, Anchor::Spell];
const CRITERIA: [Criterion; 3] =
    [Criterion::Loocv, Criterion::PlaceboSets { sets: 6 }, Criterion::PlaceboFolds { folds: 3 }];

/// Scores from different paths to one certified optimum agree to this share.
const SAME_SCORE: f64 = 1e-6;
/// Scores that the search takes for equal.
const TIE: f64 = 1e-10;

fn anchored(m: &Matrices, anchor: Anchor) -> Panel {
    m.panel().with_design(&Design { anchor, ..Default::default() }).unwrap()
}

fn grids() -> Grids {
    Grids { time: vec![0.0, 0.5], unit: vec![0.0, 0.4], nn: vec![INF, 1.0, 0.3] }
}

fn single(l: Lambdas) -> Grids {
    Grids { time: vec![l.time], unit: vec![l.unit], nn: vec![l.nn] }
}

fn search(panel: &Panel, grids: &Grids, options: &SearchOptions) -> Result<Search, Error> {
    loocv_grid_search(panel, grids, options, &Settings::default(), &Silent)
}

fn grid_by(criterion: Criterion) -> SearchOptions {
    SearchOptions { method: Method::Grid, criterion, ..Default::default() }
}

fn names(grids: &Grids) -> [(&'static str, &Vec<f64>); 3] {
    [("time", &grids.time), ("unit", &grids.unit), ("nn", &grids.nn)]
}

fn value(l: &Lambdas, name: &str) -> f64 {
    match name {
        "time" => l.time,
        "unit" => l.unit,
        _ => l.nn,
    }
}

fn bits(l: &Lambdas) -> [u64; 3] {
    [l.time.to_bits(), l.unit.to_bits(), l.nn.to_bits()]
}

/// One unit treated in the last of two periods, the last unit; the others grow as given.
fn growing(growth: &[f64]) -> Panel {
    let n = growth.len() + 1;
    let mut outcome = Vec::new();
    growth.iter().enumerate().for_each(|(i, g)| outcome.extend([i as f64, i as f64 + g]));
    outcome.extend([7.0, 11.0]);
    let mut treatment = vec![0.0; 2 * n];
    treatment[2 * n - 1] = 1.0;
    Panel::new(&outcome, &treatment, n, 2).unwrap()
}

/// The never-treated units of a panel as matrices of their own, those of a set in the treated units' roles.
fn stamped(m: &Matrices, set: &[(usize, usize)]) -> (Matrices, Vec<(usize, usize)>) {
    let row = |matrix: &[f64], i: usize| matrix[i * m.n_periods..(i + 1) * m.n_periods].to_vec();
    let never: Vec<usize> =
        (0..m.n_units).filter(|&i| !row(&m.treatment, i).contains(&1.0)).collect();
    let role = |i: usize| set.iter().find(|(unit, _)| *unit == i).map_or(i, |(_, role)| *role);
    let stamped = Matrices {
        outcome: never.iter().flat_map(|&i| row(&m.outcome, i)).collect(),
        treatment: never.iter().flat_map(|&i| row(&m.treatment, role(i))).collect(),
        n_units: never.len(),
        n_periods: m.n_periods,
    };
    (stamped, never.iter().map(|&i| (i, role(i))).collect())
}

fn root_mean_square(atts: &[f64]) -> f64 {
    (atts.iter().map(|x| x * x).sum::<f64>() / atts.len() as f64).sqrt()
}

#[test]
fn placebo_score_by_hand() {
    // Growth 1, 2 and 0 less the mean of the others: 0, 1.5, -1.5. One set for each control.
    let panel = growing(&[1.0, 2.0, 0.0]);
    let options = grid_by(Criterion::PlaceboSets { sets: 20 });
    let found = search(&panel, &single(Lambdas::TWO_WAY), &options).unwrap();
    assert!((found.score - 1.5_f64.sqrt()).abs() < 1e-12, "{}", found.score);
    assert_eq!((found.n_cells, found.n_not_estimable), (3, 0));
    assert_eq!(found.criterion, Criterion::PlaceboSets { sets: 20 });
    assert!(found.scores[0].max_gap <= 1e-8 && found.scores[0].n_uncertified == 0);
}

#[test]
fn fold_score_by_hand() {
    // Two folds of two: each fold's mean growth less the other's.
    let growth = [1.0, 2.0, 0.0, 5.0];
    let panel = growing(&growth);
    let criterion = Criterion::PlaceboFolds { folds: 2 };
    let sets = placebo_sets(&panel, criterion, 0).unwrap();
    let mean = |set: &Vec<(usize, usize)>| set.iter().map(|(unit, _)| growth[*unit]).sum::<f64>();
    let expected = 0.5 * (mean(&sets[0]) - mean(&sets[1])).abs();
    let found = search(&panel, &single(Lambdas::TWO_WAY), &grid_by(criterion)).unwrap();
    assert!((found.score - expected).abs() < 1e-12, "{} {expected}", found.score);
}

#[test]
fn scores_are_those_of_estimates_on_panels_written_out() {
    let settings = Settings { tolerance: 1e-10, loocv_tolerance: 1e-10, ..Default::default() };
    for pattern in DESIGNS {
        let m = random_panel(31, 14, 9, pattern, 0.05);
        let average: Vec<f64> = (0..m.n_units).map(|i| 1.0 + (i % 3) as f64).collect();
        for anchor in ANCHORS {
            let design =
                |average: Vec<f64>| Design { anchor, average: Some(average), ..Default::default() };
            let panel = m.panel().with_design(&design(average.clone())).unwrap();
            for criterion in &CRITERIA[1..] {
                let options = SearchOptions { seed: 4, ..grid_by(*criterion) };
                let found =
                    loocv_grid_search(&panel, &grids(), &options, &settings, &Silent).unwrap();
                let sets = placebo_sets(&panel, *criterion, 4).unwrap();
                assert_eq!(found.n_cells, sets.len());
                for score in found.scores.iter().step_by(5) {
                    let att = |set: &Vec<(usize, usize)>| {
                        let (placebo, roles) = stamped(&m, set);
                        let average = roles.iter().map(|(_, role)| average[*role]).collect();
                        let panel = placebo.panel().with_design(&design(average)).unwrap();
                        estimate(&panel, &score.lambdas, &settings, &Silent).unwrap().att
                    };
                    let expected = root_mean_square(&sets.iter().map(att).collect::<Vec<_>>());
                    assert!(
                        (score.score / expected - 1.0).abs() < SAME_SCORE,
                        "{pattern:?} {anchor:?} {criterion:?} {:?}: {} {expected}",
                        score.lambdas,
                        score.score
                    );
                }
            }
        }
    }
}

/// The pooled anchor's weights, from their definition: distances to the mean path before the first treated
/// period, time from half a period after the middle of the treated ones.
fn pooled_weights(m: &Matrices, time: f64, unit: f64) -> Weights {
    let (n, t) = (m.n_units, m.n_periods);
    let treated = |i: usize, s: usize| m.treatment[i * t + s] == 1.0;
    let columns: Vec<usize> = (0..t).filter(|&s| (0..n).any(|i| treated(i, s))).collect();
    let (first, last) = (columns[0], columns[columns.len() - 1]);
    let units: Vec<usize> = (0..n).filter(|&i| (0..t).any(|s| treated(i, s))).collect();
    let mean =
        |s: usize| units.iter().map(|i| m.outcome[i * t + s]).sum::<f64>() / units.len() as f64;
    let distance = |i: usize| {
        let square = |s: usize| (m.outcome[i * t + s] - mean(s)).powi(2);
        ((0..first).map(square).sum::<f64>() / first as f64).sqrt()
    };
    let centre = (first + last + 1) as f64 / 2.0;
    Weights {
        unit: (0..n).map(|i| (-unit * distance(i)).exp()).collect(),
        period: (0..t).map(|s| (-time * (s as f64 - centre).abs()).exp()).collect(),
    }
}

#[test]
fn pooled_scores_are_those_of_weighted_atts() {
    let m = random_panel(32, 16, 10, Pattern::Block, 0.0);
    let panel = anchored(&m, Anchor::Pooled);
    let settings = Settings { tolerance: 1e-13, loocv_tolerance: 1e-13, ..Default::default() };
    let criterion = Criterion::PlaceboSets { sets: 8 };
    let found =
        loocv_grid_search(&panel, &grids(), &grid_by(criterion), &settings, &Silent).unwrap();
    let sets = placebo_sets(&panel, criterion, 0).unwrap();
    for time in grids().time {
        for unit in grids().unit {
            let job = |k: usize| {
                let (placebo, _) = stamped(&m, &sets[k]);
                let weights = pooled_weights(&placebo, time, unit);
                Ok(WeightedJob { panel: placebo.panel(), weights, counts: None, average: None })
            };
            let atts = weighted_atts(sets.len(), &job, &grids().nn, &settings, &Silent).unwrap();
            for (k, nn) in grids().nn.into_iter().enumerate() {
                let expected =
                    root_mean_square(&atts.iter().map(|att| att[k].att).collect::<Vec<_>>());
                let lambdas = Lambdas { time, unit, nn };
                let score = found.scores.iter().find(|s| s.lambdas == lambdas).unwrap();
                let off = (score.score - expected).abs();
                assert!(off < 1e-9, "{lambdas:?}: {} {expected}", score.score);
            }
        }
    }
}

#[test]
fn auto_follows_the_anchor() {
    let m = random_panel(33, 12, 8, Pattern::Staggered, 0.0);
    for (anchor, expected) in ANCHORS.into_iter().zip([
        Criterion::Loocv,
        Criterion::PlaceboSets { sets: Criterion::DEFAULT_SETS },
        Criterion::PlaceboSets { sets: Criterion::DEFAULT_SETS },
    ]) {
        let panel = anchored(&m, anchor);
        let auto = search(&panel, &grids(), &SearchOptions::default()).unwrap();
        let named = SearchOptions { criterion: expected, ..Default::default() };
        assert_eq!(auto, search(&panel, &grids(), &named).unwrap());
        assert_eq!(auto.criterion, expected);
    }
}

#[test]
fn sets_give_every_role_to_some_never_treated_unit() {
    let m = random_panel(34, 17, 8, Pattern::Staggered, 0.0);
    let panel = m.panel();
    let treated = panel.treated_units();
    let sets = placebo_sets(&panel, Criterion::PlaceboSets { sets: 30 }, 7).unwrap();
    for set in &sets {
        let units: BTreeSet<usize> = set.iter().map(|(unit, _)| *unit).collect();
        let roles: BTreeSet<usize> = set.iter().map(|(_, role)| *role).collect();
        assert!(units.len() == set.len() && units.iter().all(|&i| !panel.is_ever_treated(i)));
        assert_eq!(roles.into_iter().collect::<Vec<_>>(), treated);
    }
    // Set k does not depend on their number, but on the seed.
    assert_eq!(sets[..5], placebo_sets(&panel, Criterion::PlaceboSets { sets: 5 }, 7).unwrap());
    assert_ne!(sets[..5], placebo_sets(&panel, Criterion::PlaceboSets { sets: 5 }, 8).unwrap());
    assert!(placebo_sets(&panel, Criterion::Auto, 7).unwrap().is_empty());
}

#[test]
fn one_role_goes_to_each_unit_once() {
    let panel = growing(&[1.0, 2.0, 0.0, 4.0, 3.0]);
    let sets = placebo_sets(&panel, Criterion::PlaceboSets { sets: 20 }, 0).unwrap();
    let units: BTreeSet<usize> = sets.iter().map(|set| set[0].0).collect();
    assert_eq!((sets.len(), units.len()), (5, 5));
    assert_eq!(sets[..2], placebo_sets(&panel, Criterion::PlaceboSets { sets: 2 }, 0).unwrap());
}

#[test]
fn folds_part_the_never_treated_units() {
    let panel = random_panel(35, 17, 8, Pattern::Staggered, 0.0).panel();
    let treated = panel.treated_units();
    for folds in [2, 4, 13] {
        let sets = placebo_sets(&panel, Criterion::PlaceboFolds { folds }, 3).unwrap();
        assert_eq!(sets.len(), folds);
        let mut units: Vec<usize> = sets.iter().flatten().map(|(unit, _)| *unit).collect();
        units.sort_unstable();
        let never: Vec<usize> = (0..17).filter(|&i| !panel.is_ever_treated(i)).collect();
        assert_eq!(units, never);
        for set in &sets {
            assert!(set.len().abs_diff(13 / folds) <= 1);
            // Roles cycle: none is played twice more often than another.
            let played = treated.iter().map(|role| set.iter().filter(|(_, r)| r == role).count());
            let played: Vec<usize> = played.collect();
            let (most, least) = (played.iter().max().unwrap(), played.iter().min().unwrap());
            assert!(most - least <= 1, "{played:?}");
        }
    }
}

#[test]
fn sets_without_an_effect_are_left_out_for_every_candidate() {
    // Unit 1 of three controls has no outcome in the treated period: two sets are left, whose ATTs are the
    // difference of growth of the other two.
    let (nan, w) = (f64::NAN, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    let panel = Panel::new(&[0.0, 1.0, 1.0, nan, 2.0, 5.0, 7.0, 11.0], &w, 4, 2).unwrap();
    let options = grid_by(Criterion::PlaceboSets { sets: 3 });
    let found = search(&panel, &single(Lambdas::TWO_WAY), &options).unwrap();
    assert_eq!((found.n_cells, found.n_not_estimable, found.scores[0].n_cells), (2, 1, 2));
    assert!((found.score - 2.0).abs() < 1e-12);
}

#[test]
fn weights_that_underflow_make_a_score_infinite() {
    let m = random_panel(36, 12, 8, Pattern::Block, 0.0);
    for anchor in ANCHORS {
        let panel = anchored(&m, anchor);
        let grids = Grids { time: vec![0.0, 1e6], unit: vec![0.0], nn: vec![INF] };
        let options = grid_by(Criterion::PlaceboSets { sets: 4 });
        let found = search(&panel, &grids, &options).unwrap();
        assert_eq!(found.scores[1].score, INF, "{anchor:?}");
        assert_eq!((found.lambdas.time, found.n_cells, found.n_not_estimable), (0.0, 4, 0));
        let none = Grids { time: vec![1e6], ..grids };
        let error = search(&panel, &none, &options).unwrap_err();
        assert_eq!(error, Error::NoEstimableCell { what: "placebo set", not_estimable: 4 });
    }
}

#[test]
fn scores_have_the_unit_of_the_outcome() {
    let m = random_panel(37, 14, 9, Pattern::Staggered, 0.05);
    let factor = 64.0;
    let scaled = Matrices { outcome: m.outcome.iter().map(|y| factor * y).collect(), ..m.clone() };
    let lambdas = Lambdas { time: 0.3, unit: 0.4, nn: 0.5 };
    let there = Lambdas { unit: lambdas.unit / factor, nn: lambdas.nn * factor, ..lambdas };
    for anchor in ANCHORS {
        let options = grid_by(Criterion::PlaceboFolds { folds: 3 });
        let here = search(&anchored(&m, anchor), &single(lambdas), &options).unwrap().score;
        let there = search(&anchored(&scaled, anchor), &single(there), &options).unwrap().score;
        assert!((there / (factor * here) - 1.0).abs() < SAME_SCORE, "{here} {there}");
    }
}

#[test]
fn max_cells_plays_no_part_in_placebo_cross_validation() {
    let panel = random_panel(38, 12, 8, Pattern::Staggered, 0.0).panel();
    let options = grid_by(Criterion::PlaceboSets { sets: 3 });
    let sampled = SearchOptions { max_cells: Some(1), ..options };
    assert_eq!(search(&panel, &grids(), &options), search(&panel, &grids(), &sampled));
}

#[test]
fn threads_change_no_bit() {
    let m = random_panel(39, 13, 8, Pattern::Staggered, 0.05);
    for anchor in ANCHORS {
        let panel = anchored(&m, anchor);
        for criterion in CRITERIA {
            for (method, abandon) in [
                (Method::Descent, false),
                (Method::Descent, true),
                (Method::Grid, false),
                (Method::Grid, true),
                (Method::Adaptive, true),
            ] {
                let options = SearchOptions { method, criterion, abandon, ..Default::default() };
                let found = |threads| {
                    let settings = Settings { threads, ..Default::default() };
                    loocv_grid_search(&panel, &grids(), &options, &settings, &Silent).unwrap()
                };
                let one = found(Some(1));
                assert_eq!(one, found(Some(3)), "{anchor:?} {options:?}");
            }
        }
    }
}

#[test]
fn abandoning_keeps_the_winner() {
    let m = random_panel(40, 24, 8, Pattern::Staggered, 0.0);
    // More sets than are computed between two looks at what they sum to.
    let criterion = Criterion::PlaceboSets { sets: 30 };
    for anchor in ANCHORS {
        let panel = anchored(&m, anchor);
        let options = SearchOptions { method: Method::Grid, criterion, ..Default::default() };
        let all = search(&panel, &grids(), &options).unwrap();
        let hurried = SearchOptions { abandon: true, ..options };
        let hurried = search(&panel, &grids(), &hurried).unwrap();
        assert_eq!(all.lambdas, hurried.lambdas);
        // Here every fit starts cold.
        assert!((hurried.score / all.score - 1.0).abs() < SAME_SCORE);
        let lost: Vec<&Score> = hurried.scores.iter().filter(|s| s.abandoned).collect();
        assert!(!lost.is_empty(), "{anchor:?}");
        for bound in lost {
            let score = all.scores.iter().find(|s| s.lambdas == bound.lambdas).unwrap();
            assert!(bound.score <= score.score * (1.0 + SAME_SCORE) && bound.score > all.score);
            assert!(bound.n_cells < score.n_cells);
        }
    }
}

/// The adaptive search as its documentation has it, candidate by candidate.
struct Slow<'a> {
    panel: &'a Panel,
    criterion: Criterion,
    scored: Vec<(Lambdas, f64)>,
}

impl Slow<'_> {
    fn score(&mut self, l: Lambdas) -> f64 {
        if let Some((_, score)) = self.scored.iter().find(|(known, _)| *known == l) {
            return *score;
        }
        let score = search(self.panel, &single(l), &grid_by(self.criterion)).unwrap().score;
        self.scored.push((l, score));
        score
    }

    /// The best of some, by the order of ties.
    fn best(&mut self, mut candidates: Vec<Lambdas>) -> Lambdas {
        candidates.sort_by(|a, b| {
            b.nn.total_cmp(&a.nn).then(a.time.total_cmp(&b.time)).then(a.unit.total_cmp(&b.unit))
        });
        let scores: Vec<f64> = candidates.iter().map(|&l| self.score(l)).collect();
        let least = scores.iter().copied().fold(INF, f64::min);
        candidates[scores.iter().position(|&s| s <= least * (1.0 + TIE)).unwrap()]
    }

    fn best_of_all(&mut self) -> Lambdas {
        self.best(self.scored.iter().map(|(l, _)| *l).collect())
    }

    /// The penalty next to a step's that is best, on and on; of ties the smallest.
    fn follow(&mut self, nn: &[f64], mut l: Lambdas) -> Lambdas {
        loop {
            let k = nn.iter().position(|&v| v == l.nn).unwrap();
            let near = &nn[k.saturating_sub(1)..nn.len().min(k + 2)];
            let scores: Vec<f64> = near.iter().map(|&nn| self.score(Lambdas { nn, ..l })).collect();
            let least = scores.iter().copied().fold(INF, f64::min);
            let last = scores.iter().rposition(|&s| s <= least * (1.0 + TIE)).unwrap();
            if near[last] == l.nn {
                return l;
            }
            l.nn = near[last];
        }
    }

    /// Step 3 of a descent.
    fn around(&mut self, grids: &Grids, at: Lambdas) {
        let line: Vec<f64> = grids.nn.iter().map(|&nn| self.score(Lambdas { nn, ..at })).collect();
        let least = line.iter().copied().fold(INF, f64::min);
        let foot = grids.nn[line.iter().rposition(|&s| s <= least * (1.0 + TIE)).unwrap()];
        let near = |values: &[f64], v: f64| {
            let k = values.iter().position(|&x| x == v).unwrap();
            values[k.saturating_sub(1)..values.len().min(k + 2)].to_vec()
        };
        for time in near(&grids.time, at.time) {
            for &unit in &near(&grids.unit, at.unit) {
                self.follow(&grids.nn, Lambdas { time, unit, nn: foot });
            }
        }
    }

    /// What an adaptive search does after its grids have grown.
    fn settle(&mut self, grids: &Grids, mut at: Lambdas) -> Lambdas {
        let grids = sorted(grids);
        loop {
            let before = at;
            at = self.best(grids.nn.iter().map(|&nn| Lambdas { nn, ..at }).collect());
            at = self.best(grids.unit.iter().map(|&unit| Lambdas { unit, ..at }).collect());
            at = self.best(grids.time.iter().map(|&time| Lambdas { time, ..at }).collect());
            self.around(&grids, at);
            at = self.best_of_all();
            if at == before {
                return at;
            }
        }
    }

    /// The best on a walk from a candidate.
    fn walk(&mut self, grids: &Grids, name: &str, from: Lambdas) -> Lambdas {
        let values = if name == "unit" { &grids.unit } else { &grids.time };
        let here = values.iter().position(|&v| v == value(&from, name)).unwrap();
        let down: Vec<f64> = values[..here].iter().rev().copied().collect();
        let mut seen = vec![from];
        for way in [&down[..], &values[here + 1..]] {
            let (mut last, mut up) = (from, 0);
            for &v in way {
                let next = match name {
                    "unit" => Lambdas { unit: v, ..last },
                    _ => Lambdas { time: v, ..last },
                };
                let next = self.follow(&grids.nn, next);
                seen.push(next);
                up = if self.score(last) > self.score(next) * (1.0 + TIE) { 0 } else { up + 1 };
                if up == 3 {
                    break;
                }
                last = next;
            }
        }
        self.best(seen)
    }

    /// Step 2 of a descent.
    fn downhill(&mut self, grids: &Grids, mut at: Lambdas) -> Lambdas {
        loop {
            let before = at;
            at = self.best(grids.nn.iter().map(|&nn| Lambdas { nn, ..at }).collect());
            at = self.walk(grids, "unit", at);
            at = self.walk(grids, "time", at);
            if at == before {
                return at;
            }
        }
    }

    /// Step 4 of a descent.
    fn without_low_rank(&mut self, grids: &Grids) {
        let last = |values: &[f64]| values[values.len() - 1];
        let mut at = Lambdas { time: last(&grids.time), unit: last(&grids.unit), nn: grids.nn[0] };
        loop {
            let before = at;
            at = self.best(grids.time.iter().map(|&time| Lambdas { time, ..at }).collect());
            at = self.best(grids.unit.iter().map(|&unit| Lambdas { unit, ..at }).collect());
            if at == before {
                return;
            }
        }
    }

    fn descent(&mut self, grids: &Grids) -> Lambdas {
        let grids = sorted(grids);
        let first = |values: &[f64], parts: usize| -> Vec<f64> {
            let mut firsts: Vec<f64> =
                (0..parts).map(|k| values[k * values.len() / parts]).collect();
            firsts.dedup();
            firsts
        };
        let coarse = Grids {
            time: first(&grids.time, 2),
            unit: first(&grids.unit, 2),
            nn: first(&grids.nn, 3),
        };
        let weakest =
            Grids { time: vec![grids.time[0]], unit: vec![grids.unit[0]], nn: coarse.nn.clone() };
        for starts in [coarse, weakest] {
            let start = self.best(starts.triples());
            self.downhill(&grids, start);
        }
        loop {
            let start = self.best_of_all();
            let end = self.downhill(&grids, start);
            self.around(&grids, end);
            if self.best_of_all() == end {
                self.without_low_rank(&grids);
            }
            if self.best_of_all() == end {
                return end;
            }
        }
    }

    fn adaptive(&mut self, mut grids: Grids) -> Lambdas {
        let mut at = self.descent(&grids);
        let mut widened = [0; 3];
        loop {
            let mut new: [Vec<f64>; 3] = Default::default();
            for (k, (name, grid)) in names(&grids).into_iter().enumerate() {
                let v = value(&at, name);
                let mut p: Vec<f64> =
                    grid.iter().copied().filter(|&p| p > 0.0 && p < INF).collect();
                p.sort_by(f64::total_cmp);
                if v == 0.0 || v == INF || widened[k] == 10 {
                    continue;
                }
                let n = p.len();
                if grid.iter().all(|&other| other <= v) {
                    new[k].push(if n > 1 { v * (p[n - 1] / p[n - 2]) } else { 2.0 * v });
                }
                if grid.iter().all(|&other| other >= v) {
                    new[k].push(if n > 1 { v / (p[1] / p[0]) } else { v / 2.0 });
                }
                widened[k] += usize::from(!new[k].is_empty());
            }
            if new.iter().all(Vec::is_empty) {
                break;
            }
            let [time, unit, nn] = new;
            grids.time.extend(time);
            grids.unit.extend(unit);
            grids.nn.extend(nn);
            at = self.settle(&grids, at);
        }
        for _ in 0..2 {
            for (name, grid) in
                [("time", &mut grids.time), ("unit", &mut grids.unit), ("nn", &mut grids.nn)]
            {
                let v = value(&at, name);
                grid.sort_by(f64::total_cmp);
                let k = grid.iter().position(|&g| g == v).unwrap();
                let middle = |a: f64, b: f64| match (a == 0.0, b == INF) {
                    (true, _) => b / 2.0,
                    (_, true) => 2.0 * a,
                    _ => a.sqrt() * b.sqrt(),
                };
                let mut new = Vec::new();
                if k > 0 {
                    new.push(middle(grid[k - 1], v));
                }
                if k + 1 < grid.len() {
                    new.push(middle(v, grid[k + 1]));
                }
                grid.extend(new);
            }
            at = self.settle(&grids, at);
        }
        at
    }
}

/// Those first that depart least from two-way fixed effects.
fn sorted(grids: &Grids) -> Grids {
    let mut grids = grids.clone();
    grids.time.sort_by(f64::total_cmp);
    grids.unit.sort_by(f64::total_cmp);
    grids.nn.sort_by(|a, b| b.total_cmp(a));
    grids
}

#[test]
fn adaptive_searches_as_documented() {
    let m = random_panel(41, 12, 8, Pattern::Staggered, 0.0);
    let start =
        Grids { time: vec![0.0, 0.02, 0.05], unit: vec![0.1, 0.3], nn: vec![INF, 4.0, 3.0] };
    for (anchor, criterion) in
        [(Anchor::Cell, Criterion::Loocv), (Anchor::Pooled, Criterion::PlaceboSets { sets: 5 })]
    {
        let panel = anchored(&m, anchor);
        let options = SearchOptions { method: Method::Adaptive, criterion, ..Default::default() };
        let found = search(&panel, &start, &options).unwrap();
        let mut slow = Slow { panel: &panel, criterion, scored: Vec::new() };
        assert_eq!(found.lambdas, slow.adaptive(start.clone()));
        let set = |all: &mut dyn Iterator<Item = [u64; 3]>| all.collect::<BTreeSet<[u64; 3]>>();
        let ours = set(&mut found.scores.iter().map(|s| bits(&s.lambdas)));
        assert_eq!(ours, set(&mut slow.scored.iter().map(|(l, _)| bits(l))));
        // None twice.
        assert_eq!(ours.len(), found.scores.len());
        let descent = SearchOptions { method: Method::Descent, ..options };
        let descent = search(&panel, &start, &descent).unwrap();
        // It begins with a descent, and gains on it.
        assert_eq!(found.scores[..descent.scores.len()], descent.scores);
        assert!(found.score < descent.score, "{} {}", found.score, descent.score);
        let mut slow = Slow { panel: &panel, criterion, scored: Vec::new() };
        assert_eq!(descent.lambdas, slow.descent(&start));
        assert_eq!(descent.scores.len(), slow.scored.len());
        let moved = names(&start).map(|(name, grid)| !grid.contains(&value(&found.lambdas, name)));
        assert!(moved.contains(&true), "{:?}", found.lambdas);
    }
}

#[test]
fn adaptive_is_never_worse_than_a_descent() {
    for seed in 0..6 {
        let pattern = DESIGNS[seed as usize % 3];
        let m = random_panel(50 + seed, 11, 7, pattern, 0.05);
        let panel = anchored(&m, ANCHORS[seed as usize % 2]);
        let start = Grids { time: vec![0.0, 0.5], unit: vec![0.0], nn: vec![INF, 1.0] };
        let by = |method| {
            let options = SearchOptions { method, ..Default::default() };
            search(&panel, &start, &options).unwrap()
        };
        let (descent, adaptive) = (by(Method::Descent), by(Method::Adaptive));
        assert!(adaptive.score <= descent.score * (1.0 + 1e-9), "{seed}");
        // A grid of 0 alone stays so.
        assert!(adaptive.scores.iter().all(|s| s.lambdas.unit == 0.0));
    }
}

/// Random walks and noise: near periods tell more than far ones, and a few of them more than one.
fn persistent() -> Panel {
    let (n, t) = (10, 12);
    let mut r = common::Random::new(5);
    let mut outcome = Vec::new();
    for _ in 0..n {
        let mut level = 0.0;
        for _ in 0..t {
            level += r.normal();
            outcome.push(level + 1.5 * r.normal());
        }
    }
    let mut treatment = vec![0.0; n * t];
    treatment[t - 1] = 1.0;
    Panel::new(&outcome, &treatment, n, t).unwrap()
}

#[test]
fn grids_widen_ten_times_at_most() {
    let panel = persistent();
    let start = Grids { time: vec![0.0, 1e-6], unit: vec![0.0], nn: vec![INF] };
    let options = SearchOptions { method: Method::Adaptive, ..Default::default() };
    let found = search(&panel, &start, &options).unwrap();
    let largest = found.scores.iter().map(|s| s.lambdas.time).fold(0.0, f64::max);
    assert_eq!(largest, 1e-6 * 1024.0);
    assert_eq!(found.lambdas.time, largest);
    assert_eq!(found.edges, [Edge { lambda: "time", upper: true, value: largest }]);
    // From where ten widenings reach it, the best is found inside.
    let near = Grids { time: vec![0.0, 0.01], ..start };
    let found = search(&panel, &near, &options).unwrap();
    assert!(found.lambdas.time > 0.01 && found.edges.is_empty(), "{:?}", found.edges);
}

#[test]
fn edges_are_reported_where_better_may_lie_beyond() {
    let panel = persistent();
    let options = SearchOptions { method: Method::Grid, ..Default::default() };
    let edges = |time: &[f64], nn: &[f64]| {
        let grids = Grids { time: time.to_vec(), unit: vec![0.0], nn: nn.to_vec() };
        search(&panel, &grids, &options).unwrap().edges
    };
    let upper = Edge { lambda: "time", upper: true, value: 0.01 };
    assert_eq!(edges(&[0.0, 0.01], &[INF]), [upper]);
    // Nothing lies beyond 0 and infinity, and one candidate is no choice.
    assert!(edges(&[0.0, 1e6], &[INF]).is_empty());
    assert!(edges(&[0.01], &[INF]).is_empty());
    let lower = Edge { lambda: "time", upper: false, value: 5.0 };
    assert_eq!(edges(&[50.0, 5.0], &[INF]), [lower]);
    // So large that L = 0 at both: the larger one is the choice.
    let nn = Edge { lambda: "nn", upper: true, value: 2e6 };
    assert_eq!(edges(&[0.01], &[1e6, 2e6]), [nn]);
    assert!(edges(&[0.01], &[1e6, INF]).is_empty());
}

fn impossible(panel: &Panel, criterion: Criterion) -> String {
    let error = search(panel, &grids(), &grid_by(criterion)).unwrap_err();
    assert_eq!(error, placebo_sets(panel, criterion, 0).unwrap_err());
    assert_eq!(error.code(), "placebo_sets_impossible");
    error.to_string()
}

#[test]
fn impossible_sets_are_refused_with_the_reason() {
    let panel = growing(&[1.0, 2.0, 0.0]);
    let sets = |sets| Criterion::PlaceboSets { sets };
    let folds = |folds| Criterion::PlaceboFolds { folds };
    for few in [0, 1] {
        assert!(impossible(&panel, sets(few)).contains("random sets are too few"));
        assert!(impossible(&panel, folds(few)).contains("folds are too few"));
    }
    assert!(impossible(&panel, folds(4)).contains("3 never-treated units cannot be cut into 4"));
    let two = growing(&[1.0, 2.0]);
    assert!(impossible(&two, sets(20)).contains("1 treated units"));
    assert!(impossible(&two, folds(2)).contains("fewer than 2 of them as controls"));
    assert!(impossible(&panel, folds(2)).contains("of the largest fold"));
    let never = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 1.0, 0.0, 1.0], 2, 2).unwrap();
    assert!(impossible(&never, folds(2)).contains("0 never-treated units"));
    // By default only where the anchor asks for placebos.
    assert!(search(&two, &grids(), &SearchOptions::default()).is_ok());
    let pooled = Design { anchor: Anchor::Pooled, ..Default::default() };
    impossible(&two.with_design(&pooled).unwrap(), Criterion::Auto);
}

#[test]
fn names_are_read_as_they_are_written() {
    for criterion in [
        Criterion::Auto,
        Criterion::Loocv,
        Criterion::PlaceboSets { sets: Criterion::DEFAULT_SETS },
        Criterion::PlaceboFolds { folds: Criterion::DEFAULT_FOLDS },
    ] {
        assert_eq!(Criterion::from_name(criterion.name()), Some(criterion));
    }
    for method in [Method::Descent, Method::Grid, Method::Cycle, Method::Adaptive] {
        assert_eq!(Method::from_name(method.name()), Some(method));
    }
    assert_eq!(Criterion::from_name("placebo"), None);
    assert_eq!(Method::from_name(""), None);
}

fn retuned(m: &Matrices, lambdas: Lambdas, retuning: Option<Retuning>) -> Result<Inference, Error> {
    let panel = anchored(m, Anchor::Pooled);
    let settings = Settings::default();
    let found = estimate(&panel, &lambdas, &settings, &Silent).unwrap();
    let options = InferenceOptions {
        method: InferenceMethod::Bootstrap,
        draws: 12,
        retuning,
        ..Default::default()
    };
    infer(&panel, &lambdas, &found, &[], &options, &settings, &Silent)
}

#[test]
fn draws_are_retuned_by_placebos() {
    let lambdas = Lambdas { time: 0.3, unit: 0.2, nn: 1.0 };
    let retuning = |grids| Some(Retuning { grids, search: SearchOptions::default() });
    let many = random_panel(42, 20, 8, Pattern::Block, 0.0);
    let kept = retuned(&many, lambdas, None).unwrap();
    // One candidate leaves no choice.
    assert_eq!(kept.draws, retuned(&many, lambdas, retuning(single(lambdas))).unwrap().draws);
    assert_ne!(kept.draws, retuned(&many, lambdas, retuning(grids())).unwrap().draws);
    // Two treated and four other units: some draws have too few different ones for placebos.
    let few = random_panel(43, 6, 8, Pattern::Block, 0.0);
    let found = retuned(&few, lambdas, retuning(single(lambdas))).unwrap();
    assert!(found.n_failed > 0 && found.draws.len() + found.n_failed == 12);
    // Two and three: none has enough, and that is what the error says.
    let fewer = random_panel(43, 5, 8, Pattern::Block, 0.0);
    let fold = Criterion::PlaceboFolds { folds: 5 };
    let search = SearchOptions { criterion: fold, ..Default::default() };
    let retuning = Some(Retuning { grids: single(lambdas), search });
    let error = retuned(&fewer, lambdas, retuning).unwrap_err();
    assert_eq!(error.code(), "placebo_sets_impossible");
}

#[test]
fn covariates_follow_their_units() {
    let m = random_panel(44, 14, 8, Pattern::Block, 0.0);
    let mut r = common::Random::new(6);
    let x: Vec<f64> = m.outcome.iter().map(|y| 0.5 * y + r.normal()).collect();
    let lambdas = Lambdas { time: 0.2, unit: 0.3, nn: 1.0 };
    let settings = Settings { tolerance: 1e-10, loocv_tolerance: 1e-10, ..Default::default() };
    let criterion = Criterion::PlaceboSets { sets: 5 };
    for anchor in ANCHORS {
        let with = |m: &Matrices, x: Vec<f64>| {
            let design = Design { anchor, covariates: vec![x], ..Default::default() };
            m.panel().with_design(&design).unwrap()
        };
        let panel = with(&m, x.clone());
        let options = grid_by(criterion);
        let found = loocv_grid_search(&panel, &single(lambdas), &options, &settings, &Silent);
        let att = |set: &Vec<(usize, usize)>| {
            let (placebo, roles) = stamped(&m, set);
            let row = |i: usize| x[i * m.n_periods..(i + 1) * m.n_periods].iter().copied();
            let panel = with(&placebo, roles.iter().flat_map(|(i, _)| row(*i)).collect());
            estimate(&panel, &lambdas, &settings, &Silent).unwrap().att
        };
        let sets = placebo_sets(&panel, criterion, 0).unwrap();
        let expected = root_mean_square(&sets.iter().map(att).collect::<Vec<_>>());
        let score = found.unwrap().score;
        assert!((score / expected - 1.0).abs() < SAME_SCORE, "{anchor:?}: {score} {expected}");
    }
}

#[test]
fn sets_that_do_not_identify_covariates_are_left_out() {
    // The covariate varies in one cell alone, which is masked once its unit plays the treated one.
    let m = Matrices {
        outcome: [0.0, 1.0, 1.0, 3.0, 2.0, 2.0, 4.0, 7.0, 5.0, 9.0].to_vec(),
        treatment: [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0].to_vec(),
        n_units: 5,
        n_periods: 2,
    };
    let mut x = vec![0.0; 10];
    x[1] = 1.0;
    let design = Design { covariates: vec![x], ..Default::default() };
    let panel = m.panel().with_design(&design).unwrap();
    let options = grid_by(Criterion::PlaceboSets { sets: 4 });
    let found = search(&panel, &single(Lambdas::TWO_WAY), &options).unwrap();
    assert_eq!((found.n_cells, found.n_not_estimable), (3, 1));
    // The covariate absorbs unit 0; growth 2, 0 and 3 of the others, each less the mean of its two fellows.
    let expected = root_mean_square(&[0.5, -2.5, 2.0]);
    assert!((found.score - expected).abs() < 1e-9, "{} {expected}", found.score);
}
