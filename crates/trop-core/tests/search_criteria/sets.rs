//! Sets of placebo units: how they are drawn, and which are refused.

use super::*;

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
fn blocks_are_every_window_on_every_never_treated_unit() {
    let m = random_panel(36, 14, 8, Pattern::Staggered, 0.0);
    let panel = m.panel();
    let window = |i: usize| -> Vec<bool> {
        (0..m.n_periods).map(|t| m.treatment[i * m.n_periods + t] == 1.0).collect()
    };
    let windows: BTreeSet<Vec<bool>> = panel.treated_units().into_iter().map(window).collect();
    let sets = placebo_sets(&panel, Criterion::Blocks, 0).unwrap();
    assert!(sets.iter().all(|set| set.len() == 1 && !panel.is_ever_treated(set[0].0)));
    let pairs: BTreeSet<(usize, Vec<bool>)> =
        sets.iter().map(|set| (set[0].0, window(set[0].1))).collect();
    let never = (0..m.n_units).filter(|&i| !panel.is_ever_treated(i)).count();
    assert!(windows.len() > 1);
    assert_eq!((sets.len(), pairs.len()), (never * windows.len(), never * windows.len()));
}

#[test]
fn of_too_many_blocks_some_are_drawn() {
    let panel = growing(&(0..300).map(f64::from).collect::<Vec<_>>());
    let drawn = |seed| placebo_sets(&panel, Criterion::Blocks, seed).unwrap();
    let units: BTreeSet<usize> = drawn(0).iter().map(|set| set[0].0).collect();
    assert_eq!((drawn(0).len(), units.len()), (Criterion::MOST_BLOCKS, Criterion::MOST_BLOCKS));
    assert_ne!(drawn(0), drawn(1));
    assert!(placebo_sets(&growing(&[1.0, 2.0]), Criterion::Blocks, 0).is_err());
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
    let panel = Panel::new(
        &[0.0, 1.0, 1.0, nan, 2.0, 5.0, 7.0, 11.0],
        &w,
        Shape { n_units: 4, n_periods: 2 },
    )
    .unwrap();
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
    let never = Panel::new(
        &[1.0, 2.0, 4.0, 6.0],
        &[0.0, 1.0, 0.0, 1.0],
        Shape { n_units: 2, n_periods: 2 },
    )
    .unwrap();
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
