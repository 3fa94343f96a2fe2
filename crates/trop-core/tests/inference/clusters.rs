//! Clusters of units: drawn, left out and moved as one.

use super::*;
use trop_core::{choose_inference, Criterion};

/// Lambdas at which two copies of each unit change nothing.
const WEIGHTS_ONLY: Lambdas = Lambdas { time: 0.2, unit: 0.3, nn: f64::INFINITY };

fn clustered(m: &Matrices, clusters: Vec<i64>) -> Panel {
    let design = Design { clusters: Some(clusters), ..Default::default() };
    m.panel().with_design(&design).unwrap()
}

/// Each unit twice, and the cluster of its copies.
fn doubled(m: &Matrices) -> (Matrices, Vec<i64>) {
    let twice: Vec<(usize, usize)> = (0..m.n_units).flat_map(|i| [(i, i), (i, i)]).collect();
    (rows(m, &twice), (0..m.n_units as i64).flat_map(|i| [7 - i, 7 - i]).collect())
}

#[test]
fn clusters_of_one_unit_change_no_bit() {
    for (seed, pattern) in DESIGNS.into_iter().enumerate() {
        let m = random_panel(seed as u64, 12, 9, pattern, 0.1);
        let codes = (0..12).map(|i| (i * 5) % 12 - 3).collect();
        let (plain, single) = (m.panel(), clustered(&m, codes));
        for method in METHODS {
            let [a, mut b] =
                [&plain, &single].map(|panel| inferred(panel, &LAMBDAS, &options(method)));
            assert!(!a.clustered && b.clustered);
            b.clustered = false;
            assert_eq!(format!("{a:?}"), format!("{b:?}"));
        }
        let searched = |panel: &Panel| {
            let grids = Grids { time: vec![0.0, 0.3], unit: vec![0.2], nn: vec![1.0] };
            let search = SearchOptions::default();
            loocv_grid_search(panel, &grids, &search, &settings(), &Silent).unwrap()
        };
        assert_eq!(searched(&plain), searched(&single));
    }
}

#[test]
fn copies_of_units_in_clusters_are_the_units_themselves() {
    for (seed, pattern) in DESIGNS.into_iter().enumerate() {
        let m = random_panel(seed as u64, 12, 9, pattern, 0.1);
        let (twice, codes) = doubled(&m);
        let (plain, double) = (m.panel(), clustered(&twice, codes));
        for method in METHODS {
            let [a, b] =
                [&plain, &double].map(|panel| inferred(panel, &WEIGHTS_ONLY, &options(method)));
            assert_eq!(a.draws.len(), b.draws.len(), "{method:?}");
            for (a, b) in a.draws.iter().zip(&b.draws) {
                assert_close(*a, *b, TOLERANCE, "draw");
            }
            let (a, b) = (&a.table[0], &b.table[0]);
            assert_close(a.se, b.se, TOLERANCE, "se");
            assert_close(a.ci.0, b.ci.0, BOUND, "low");
            assert_close(a.ci.1, b.ci.1, BOUND, "high");
            assert_close(a.p_value, b.p_value, TOLERANCE, "p");
        }
    }
}

/// A bound of the conformal interval is found to 1e-6 of the interval's length.
const BOUND: f64 = 1e-5;

#[test]
fn the_jackknife_leaves_out_whole_clusters() {
    let m = random_panel(4, 12, 9, Pattern::Staggered, 0.1);
    let codes: Vec<i64> = (0..12).map(|i| i / 2).collect();
    let found = inferred(&clustered(&m, codes.clone()), &LAMBDAS, &options(Jackknife));
    assert_eq!(found.draws.len(), 6);
    for (cluster, draw) in found.draws.iter().enumerate() {
        let kept = (0..12).filter(|&i| codes[i] != cluster as i64).map(|i| (i, i));
        let panel = rows(&m, &kept.collect::<Vec<_>>()).panel();
        let alone = estimate(&panel, &LAMBDAS, &settings(), &Silent).unwrap();
        assert_close(*draw, alone.att, TOLERANCE, "without a cluster");
    }
}

/// What is held out with a cell is written out here: treated cells are not seen either, and a target's own period
/// plays no part in distances.
#[test]
fn a_cell_is_left_out_with_those_of_its_cluster_in_its_period() {
    let m = random_panel(6, 10, 8, Pattern::Staggered, 0.1);
    let codes: Vec<i64> = (0..10).map(|i| i % 4).collect();
    let panel = clustered(&m, codes.clone());
    for target in pre_treatment_cells(&panel).into_iter().step_by(3) {
        let mut literal = rows(&m, &(0..10).map(|i| (i, i)).collect::<Vec<_>>());
        let mates = (0..10).filter(|&i| codes[i] == codes[target.unit]);
        mates.for_each(|i| literal.treatment[i * 8 + target.period] = 1.0);
        let effect = |panel: &Panel| {
            let found = cell_effects(panel, &[target], &LAMBDAS, &settings(), &Silent);
            found.map(|found| found.effects[0].effect).map_err(|error| error.code())
        };
        match (effect(&panel), effect(&literal.panel())) {
            (Ok(a), Ok(b)) => assert_close(a, b, TOLERANCE, "left out"),
            (a, b) => assert_eq!(a, b),
        }
    }
}

#[test]
fn effects_of_treated_cells_do_not_depend_on_clusters() {
    let m = random_panel(6, 10, 8, Pattern::Staggered, 0.1);
    let panel = clustered(&m, (0..10).map(|i| i % 4).collect());
    let [a, b] = [&panel, &m.panel()]
        .map(|panel| estimate(panel, &LAMBDAS, &settings(), &Silent).unwrap().effects);
    assert_eq!(a, b);
}

#[test]
fn placebos_move_the_treatments_of_whole_clusters() {
    let m = random_panel(2, 12, 9, Pattern::Block, 0.0);
    let treated = treated_units(&m);
    // The treated units are one cluster; the others are in pairs.
    let code = |i: usize| if treated.contains(&i) { 99 } else { (i / 2) as i64 };
    let panel = clustered(&m, (0..12).map(code).collect());
    let controls = control_units_by(&m, code);
    let found = inferred(&panel, &LAMBDAS, &options(Placebo));
    assert_eq!(found.draws.len(), controls.len());
    let sets = trop_core::placebo_sets(&panel, Criterion::PlaceboSets { sets: 50 }, 0).unwrap();
    assert_eq!(sets.len(), controls.len());
    for set in sets {
        let units: Vec<usize> = set.iter().map(|&(unit, _)| unit).collect();
        assert!(controls.contains(&units), "{units:?}");
        assert!(set.iter().all(|(_, role)| treated.contains(role)));
    }
}

fn control_units_by(m: &Matrices, code: impl Fn(usize) -> i64) -> Vec<Vec<usize>> {
    let controls: Vec<usize> = (0..m.n_units).filter(|&i| !is_treated(m, i)).collect();
    controls.chunk_by(|&a, &b| code(a) == code(b)).map(<[usize]>::to_vec).collect()
}

#[test]
fn the_choice_and_its_refusals_count_clusters() {
    // 6 treated and 14 never-treated units in 2 and 4 clusters.
    let m = random_panel(1, 20, 12, Pattern::Block, 0.0);
    let treated = treated_units(&m);
    let code = |i: usize| if treated.contains(&i) { i % 2 } else { 2 + i % 4 } as i64;
    let panel = clustered(&m, (0..20).map(code).collect());
    let chosen = choose_inference(&panel, &options(Auto)).unwrap();
    assert!(
        chosen.1.starts_with("2 treated and 4 never-treated clusters: too few"),
        "{}",
        chosen.1
    );
    let all_in_one = clustered(&m, (0..20).map(|i| i64::from(treated.contains(&i))).collect());
    let refused = |method| choose_inference(&all_in_one, &options(method)).unwrap_err();
    let jackknife = refused(Jackknife).to_string();
    assert!(jackknife.contains("2 never-treated clusters, and there are 1 and 1"), "{jackknife}");
    let placebo = refused(Placebo).to_string();
    assert!(placebo.contains("1 never-treated clusters"), "{placebo}");
    let bootstrap = BootstrapOptions::default();
    let error = bootstrap_trop_variance(&all_in_one, &LAMBDAS, &bootstrap, &settings(), &Silent);
    assert_eq!(error.unwrap_err().code(), "too_few_treated_units");
}

#[test]
fn clusters_are_one_code_for_each_unit() {
    let m = random_panel(1, 6, 5, Pattern::Block, 0.0);
    let design = Design { clusters: Some(vec![1; 5]), ..Default::default() };
    let error = m.panel().with_design(&design).unwrap_err();
    assert_eq!(error.code(), "clusters_length");
    assert_eq!(error, Error::ClustersLength { found: 5, expected: 6 });
}
