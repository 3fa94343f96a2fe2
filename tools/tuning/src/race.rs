//! The race beside the descent whose candidates are all scored on all cells: the same choice, and at what cost?

use crate::benchmark::Benchmark;
use std::error::Error;
use std::str::FromStr;
use trop_core::{
    loocv_grid_search, Criterion, Grids, Method, Search, SearchOptions, Settings, Silent,
    TropResult as Result,
};

/// Every so many of the panels with cells enough take part.
const EVERY: usize = 4;

/// Control cells from which on there is a race.
const ENOUGH: usize = 400;

pub const HEADER: &str = "family,name,cells,score_ratio,same_choice,descent_scores,race_scores,\
                          descent_fits,race_fits,descent_seconds,race_seconds";

/// One panel.
pub struct Raced {
    family: String,
    name: String,
    cells: usize,
    /// Score of the race's choice over that of the descent's.
    score_ratio: f64,
    same_choice: bool,
    descent: Cost,
    race: Cost,
}

/// What a search took.
struct Cost {
    /// Candidates scored on all cells.
    scores: usize,
    fits: usize,
    /// Of processor time.
    seconds: f64,
}

/// One panel after the other, each on all threads.
pub fn study(set: &[Benchmark]) -> Result<Vec<Raced>> {
    let enough = |benchmark: &&Benchmark| benchmark.panel.control_cells().len() >= ENOUGH;
    set.iter().filter(enough).step_by(EVERY).map(raced).collect()
}

fn raced(benchmark: &Benchmark) -> Result<Raced> {
    let (race, race_cost) = found(benchmark, Method::Race)?;
    let (descent, descent_cost) = found(benchmark, Method::Descent)?;
    let raced = Raced {
        family: benchmark.family.replace(',', ";"),
        name: benchmark.name.clone(),
        cells: descent.n_cells,
        score_ratio: race.score / descent.score,
        same_choice: race.lambdas == descent.lambdas,
        descent: descent_cost,
        race: race_cost,
    };
    eprintln!("{}", raced.to_csv());
    Ok(raced)
}

fn found(benchmark: &Benchmark, method: Method) -> Result<(Search, Cost)> {
    let grids = Grids::default_for(&benchmark.panel, &Silent)?;
    let options = SearchOptions { method, criterion: Criterion::Loocv, ..Default::default() };
    let start = processor_seconds();
    let search =
        loocv_grid_search(&benchmark.panel, &grids, &options, &Settings::default(), &Silent)?;
    let seconds = processor_seconds() - start;
    let whole = search.scores.iter().filter(|score| !score.abandoned);
    let scores = whole.clone().count();
    // What a race scores in the end has been through its heats before.
    let rounds = if search.scores.len() > scores { 2 } else { 1 };
    let lost = search.scores.iter().filter(|score| score.abandoned).map(|score| score.n_cells);
    let fits = rounds * whole.map(|score| score.n_cells).sum::<usize>() + lost.sum::<usize>();
    Ok((search, Cost { scores, fits, seconds }))
}

/// Processor time of this process in seconds, as Linux tells it; 0 elsewhere.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = |k| after_name.split_whitespace().nth(k).and_then(|t| t.parse::<f64>().ok());
    (ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0)) / 100.0
}

impl Raced {
    pub fn to_csv(&self) -> String {
        let Raced { family, name, cells, score_ratio, same_choice, descent, race } = self;
        format!(
            "{family},{name},{cells},{score_ratio:.6},{same_choice},{},{},{},{},{:.2},{:.2}",
            descent.scores, race.scores, descent.fits, race.fits, descent.seconds, race.seconds
        )
    }

    pub fn from_csv(line: &str) -> std::result::Result<Self, Box<dyn Error>> {
        let fields: Vec<&str> = line.split(',').collect();
        let [family, name, cells, score_ratio, same_choice, numbers @ ..] = &fields[..] else {
            return Err(format!("not a row: {line}").into());
        };
        fn number<T: FromStr>(numbers: &[&str], k: usize) -> std::result::Result<T, Box<dyn Error>>
        where
            T::Err: Error + 'static,
        {
            Ok(numbers.get(k).ok_or("a row is short")?.parse()?)
        }
        let cost = |k| -> std::result::Result<Cost, Box<dyn Error>> {
            Ok(Cost {
                scores: number(numbers, k)?,
                fits: number(numbers, k + 2)?,
                seconds: number(numbers, k + 4)?,
            })
        };
        Ok(Raced {
            family: (*family).to_owned(),
            name: (*name).to_owned(),
            cells: cells.parse()?,
            score_ratio: score_ratio.parse()?,
            same_choice: same_choice.parse()?,
            descent: cost(0)?,
            race: cost(1)?,
        })
    }
}

/// The section of the page.
pub fn section(rows: &[Raced]) -> String {
    let mut lines: Vec<String> = rows
        .chunk_by(|a, b| a.family == b.family)
        .map(|rows| line(&rows[0].family, rows))
        .collect();
    lines.push(line("**all**", rows));
    let same = rows.iter().filter(|row| row.same_choice).count();
    let differ = rows.iter().filter(|row| !row.same_choice);
    let differences: Vec<String> = differ
        .map(|row| format!("- {}, {}: {:.6}", row.family, row.name, row.score_ratio))
        .collect();
    let listed = match differences.is_empty() {
        true => "There is no other.".to_owned(),
        false => format!("The others, score over that of `descent`:\n\n{}", differences.join("\n")),
    };
    format!(
        "## The race\n\n\
         `race`, the default, scores the candidates of a descent on 100 control cells, and on all cells only what may win.\n\
         `descent` scores all of its candidates on all cells. Of the panels above with {ENOUGH} control cells or more those in\n\
         [tuning_race.csv](tuning_race.csv), all cells, fits certified to 1e-8; `make tuning-race` makes it of every fourth.\n\n\
         *Score* is that of the race's choice over that of the descent's: mean (largest). *Scored* are candidates scored on\n\
         all cells, *fits* those behind the scores that are reported, *seconds* processor time of the whole search, all in the\n\
         mean; *ratio* is of the sums of seconds.\n\n\
         | panels | | cells | score | race: scored | fits | seconds | descent: scored | fits | seconds | ratio |\n\
         |:--|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n{}\n\n\
         The choice is the same on {same} of {} panels. {listed}\n",
        lines.join("\n"),
        rows.len()
    )
}

fn line(label: &str, rows: &[Raced]) -> String {
    let n = rows.len() as f64;
    let mean = |value: &dyn Fn(&Raced) -> f64| rows.iter().map(value).sum::<f64>() / n;
    let largest = rows.iter().map(|row| row.score_ratio).fold(0.0, f64::max);
    let cost = |of: &dyn Fn(&Raced) -> &Cost| {
        format!(
            "{:.0} | {:.0} | {:.1}",
            mean(&|row| of(row).scores as f64),
            mean(&|row| of(row).fits as f64),
            mean(&|row| of(row).seconds)
        )
    };
    format!(
        "| {label} | {n} | {:.0} | {:.4} ({largest:.4}) | {} | {} | {:.1} |",
        mean(&|row| row.cells as f64),
        mean(&|row| row.score_ratio),
        cost(&|row| &row.race),
        cost(&|row| &row.descent),
        mean(&|row| row.descent.seconds) / mean(&|row| row.race.seconds)
    )
}
