//! The adaptive search, and what must not change the winner.

use super::*;

/// Scores that the search takes for equal.
const TIE: f64 = 1e-10;

fn names(grids: &Grids) -> [(&'static str, &Vec<f64>); 3] {
    [("time", &grids.time), ("unit", &grids.unit), ("nn", &grids.nn)]
}

fn bits(l: &Lambdas) -> [u64; 3] {
    [l.time.to_bits(), l.unit.to_bits(), l.nn.to_bits()]
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
