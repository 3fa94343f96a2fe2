//! The study for readers.

use crate::benchmark::{REAL_UNITS, SIZES};
use crate::criteria;
use crate::race::{section, Raced};
use crate::row::{Found, Row};
use crate::study::{CELLS, TOLERANCE};
use trop_coverage::design::{BASE, NOISE};

/// A search is right if its score is that of the grids, or above it by no more than this share.
const NEAR: f64 = 1e-3;

pub fn page(rows: &[Row], races: &[Raced], criteria: &[criteria::Row]) -> String {
    let parts =
        [introduction(rows.len()), results(rows), misses(rows), reading(rows), section(races)];
    let studied = (!criteria.is_empty()).then(|| criteria::section(criteria));
    parts.into_iter().chain(studied).collect::<Vec<String>>().join("\n")
}

fn introduction(panels: usize) -> String {
    let sizes: Vec<String> = SIZES.iter().map(|(n, t)| format!("{n} x {t}")).collect();
    format!(
        "# Tuning\n\n\
         How the lambdas are chosen, and what the choice is worth. Made by `make tuning` from\n\
         [tuning_search.csv](tuning_search.csv); edit `tools/tuning`, not this file.\n\n\
         ## The search\n\n\
         `grid` scores all triples of the default grids, `descent` (which the default, `race`, follows: see below) and `cycle`\n\
         (the paper's footnote 2) some. Does a search find the triple of least score, and at what cost?\n\n\
         {panels} panels without an effect. The search was designed on 90 others, of smaller seeds, and revised once after a look at 16\n\
         of these:\n\n\
         - *coverage study*: those of [coverage.md](coverage.md), {} units over {} periods, two autoregressive \
         factors;\n\
         - *generated*: {} units x periods, one to four autoregressive factors, noise of standard deviation {NOISE}; where\n  \
         time weights matter also a random walk of each unit, where unit weights matter also a path of its own for\n  \
         every four units; one unit in eight is treated in the last eighth of the periods;\n\
         - *null blocks* of real panels: at most {REAL_UNITS} never-treated units in random order, one in eight of them given \
         a\n  treatment that did not happen in the last eighth of the periods.\n\n\
         Leave-one-out cross-validation on {CELLS} control cells, so that all triples can be scored; fits certified to\n\
         {TOLERANCE:e}. The study takes some 16 minutes of processor time.\n",
        BASE.units,
        BASE.periods,
        sizes.join(", ")
    )
}

fn results(rows: &[Row]) -> String {
    let mut lines: Vec<String> = rows
        .chunk_by(|a, b| a.family == b.family)
        .map(|family| line(&family[0].family, family))
        .collect();
    lines.push(line("**all**", rows));
    format!(
        "### Results\n\n\
         *Score* is over the least of the grid: mean (largest). *Found* is the share of panels where it is at most\n\
         {}% above. *Scores* are candidates scored, mean (largest); each takes up to {CELLS} fits. *RMSE* is the root mean \
         square\n\
         of the estimated ATT, whose truth is 0, in standard deviations of the noise, or in null blocks of the outcomes\n\
         less unit and period means.\n\n\
         | panels | | descent: score | found | scores | cycle: score | found | scores | grid: scores | RMSE: descent | cycle | \
         grid |\n\
         |:--|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n{}\n",
        100.0 * NEAR,
        lines.join("\n")
    )
}

fn line(name: &str, rows: &[Row]) -> String {
    let search = |of: fn(&Row) -> &Found| {
        let ratios: Vec<f64> = rows.iter().map(|row| ratio(row, of)).collect();
        let scores: Vec<f64> = rows.iter().map(|row| of(row).scores as f64).collect();
        let found = ratios.iter().filter(|&&ratio| ratio <= 1.0 + NEAR).count();
        format!(
            "{:.3} ({:.3}) | {:.0}% | {:.0} ({:.0})",
            mean(&ratios),
            largest(&ratios),
            100.0 * found as f64 / rows.len() as f64,
            mean(&scores),
            largest(&scores)
        )
    };
    let rmse = |of: fn(&Row) -> &Found| {
        let squares: Vec<f64> = rows.iter().map(|row| of(row).error.powi(2)).collect();
        format!("{:.2}", mean(&squares).sqrt())
    };
    let all: Vec<f64> = rows.iter().map(|row| row.grid.scores as f64).collect();
    format!(
        "| {name} | {} | {} | {} | {:.0} | {} | {} | {} |",
        rows.len(),
        search(descent),
        search(cycle),
        mean(&all),
        rmse(descent),
        rmse(cycle),
        rmse(|row| &row.grid)
    )
}

fn descent(row: &Row) -> &Found {
    &row.descent
}

fn cycle(row: &Row) -> &Found {
    &row.cycle
}

fn ratio(row: &Row, of: fn(&Row) -> &Found) -> f64 {
    of(row).score / row.grid.score
}

/// Where the default search does not find the least score.
fn misses(rows: &[Row]) -> String {
    let missed: Vec<String> = rows
        .iter()
        .filter(|row| ratio(row, descent) > 1.0 + NEAR)
        .map(|row| format!("- {}, {}: {:.4}", row.family, row.name, ratio(row, descent)))
        .collect();
    let missed = if missed.is_empty() { "- none".into() } else { missed.join("\n") };
    format!("### Where `descent` misses by more, score over the least\n\n{missed}\n")
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn largest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

fn reading(rows: &[Row]) -> String {
    let found = |of| rows.iter().filter(|row| ratio(row, of) <= 1.0 + NEAR).count();
    let plain = rows.iter().filter(|row| row.cycle.nn.is_infinite()).count();
    let least_plain = rows.iter().filter(|row| row.grid.nn.is_infinite()).count();
    let share = |of: fn(&Row) -> &Found| {
        let scores = rows.iter().map(|row| of(row).scores).sum::<usize>() as f64;
        100.0 * scores / rows.iter().map(|row| row.grid.scores).sum::<usize>() as f64
    };
    let n = rows.len();
    format!(
        "### In plain words\n\n\
         - `descent` finds the least score, or one at most {}% above it, on {} of {n} panels, with {:.0}% of the scores that\n  \
         all triples take. Nothing is guaranteed beyond these panels: scores have local minima, and a search that looks at\n  \
         some triples can miss the best.\n\
         - `cycle` finds it on {}, with {:.0}% of the scores. It ends without a low-rank part (`nn = inf`) on {plain} panels; the least\n  \
         score is there on {least_plain}. It begins there, and weights chosen without a low-rank part first explain what it should\n  \
         explain.\n\
         - Lambdas of least score are not always those of least error: the score is of control cells one at a time, on a\n  \
         sample of {CELLS}, and the error is that of a block of treated cells. The columns of the RMSE say what the better score is worth.\n",
        100.0 * NEAR,
        found(descent),
        share(descent),
        found(cycle),
        share(cycle),
    )
}
