//! Scores, against estimates on panels written out.

use super::*;

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

#[test]
fn blocks_are_scored_by_their_single_cells() {
    let settings = Settings { tolerance: 1e-10, loocv_tolerance: 1e-10, ..Default::default() };
    for pattern in DESIGNS {
        let m = random_panel(37, 12, 9, pattern, 0.05);
        for anchor in ANCHORS {
            let panel = anchored(&m, anchor);
            let options = grid_by(Criterion::Blocks);
            let found = loocv_grid_search(&panel, &grids(), &options, &settings, &Silent).unwrap();
            let sets = placebo_sets(&panel, Criterion::Blocks, 0).unwrap();
            assert_eq!(found.n_cells + found.n_not_estimable, sets.len());
            for score in found.scores.iter().step_by(5) {
                let of_block = |set: &Vec<(usize, usize)>| {
                    let placebo = anchored(&stamped(&m, set).0, anchor);
                    let found = estimate(&placebo, &score.lambdas, &settings, &Silent).ok()?;
                    let effects: Vec<f64> = found.effects.iter().map(|e| e.effect).collect();
                    Some(root_mean_square(&effects))
                };
                let blocks: Vec<f64> = sets.iter().filter_map(of_block).collect();
                assert_eq!(blocks.len(), found.n_cells);
                let expected = root_mean_square(&blocks);
                assert!(
                    (score.score / expected - 1.0).abs() < SAME_SCORE,
                    "{pattern:?} {anchor:?} {:?}: {} {expected}",
                    score.lambdas,
                    score.score
                );
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
