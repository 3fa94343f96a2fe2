//! The edges of grids.

use super::*;

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
    Panel::new(&outcome, &treatment, Shape { n_units: n, n_periods: t }).unwrap()
}

/// The lambda, whether its choice is the largest candidate, and the choice.
fn parts(edges: &[Edge]) -> Vec<(&'static str, bool, f64)> {
    edges.iter().map(|edge| (edge.lambda, edge.upper, edge.value)).collect()
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
    assert_eq!(parts(&found.edges), [("time", true, largest)]);
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
        parts(&search(&panel, &grids, &options).unwrap().edges)
    };
    assert_eq!(edges(&[0.0, 0.01], &[INF]), [("time", true, 0.01)]);
    // Nothing lies beyond 0 and infinity, and one candidate is no choice.
    assert!(edges(&[0.0, 1e6], &[INF]).is_empty());
    assert!(edges(&[0.01], &[INF]).is_empty());
    assert_eq!(edges(&[50.0, 5.0], &[INF]), [("time", false, 5.0)]);
    // So large that L = 0 at both: the larger one is the choice.
    assert_eq!(edges(&[0.01], &[1e6, 2e6]), [("nn", true, 2e6)]);
    assert!(edges(&[0.01], &[1e6, INF]).is_empty());
}
