//! What a search minimizes: which criterion chooses lambdas that predict a treated block best?

use crate::benchmark::{never_treated, spread};
use crate::common::{Matrices, Random, CASTLE, CPS, PROP99, PWT};
use crate::study::TOLERANCE;
use rayon::prelude::*;
use std::error::Error;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use trop_core::{
    estimate, loocv_grid_search, Criterion, Grids, Panel, SearchOptions, Settings, Silent,
    TropResult as Result,
};
use trop_coverage::design::{Design, Start, BASE, NOISE};

/// Units of a panel.
const UNITS: usize = 30;

/// Blocks of each kind if their number is left open.
pub const BLOCKS: usize = 200;

/// Treated units and periods; none of the periods: staggered.
const SIZES: [(usize, usize); 8] =
    [(1, 1), (1, 5), (1, 10), (5, 1), (5, 5), (5, 10), (10, 5), (5, STAGGERED)];
const STAGGERED: usize = 0;

const CRITERIA: [Criterion; 4] = [
    Criterion::Loocv,
    Criterion::PlaceboSets { sets: Criterion::DEFAULT_SETS },
    Criterion::PlaceboFolds { folds: Criterion::DEFAULT_FOLDS },
    Criterion::Blocks,
];

pub const HEADER: &str = "source,treated,periods,block,loocv,placebo_sets,placebo_folds,blocks";

/// One null block: the error of the ATT after each criterion, in standard deviations of the noise or, in real panels,
/// of the outcomes less unit and period means.
pub struct Row {
    source: String,
    treated: usize,
    periods: usize,
    block: u64,
    errors: [f64; 4],
}

impl Row {
    fn to_csv(&self) -> String {
        let Row { source, treated, periods, block, errors: [a, b, c, d] } = self;
        format!("{source},{treated},{periods},{block},{a:.5},{b:.5},{c:.5},{d:.5}")
    }

    pub fn from_csv(line: &str) -> std::result::Result<Row, Box<dyn Error>> {
        let fields: Vec<&str> = line.split(',').collect();
        let [source, treated, periods, block, errors @ ..] = &fields[..] else {
            return Err(format!("tuning_criteria.csv: a line has too few fields: {line}").into());
        };
        let errors =
            errors.iter().map(|text| text.parse()).collect::<std::result::Result<Vec<f64>, _>>()?;
        let errors = errors.try_into().map_err(|_| format!("eight fields are needed: {line}"))?;
        Ok(Row {
            source: (*source).into(),
            treated: treated.parse()?,
            periods: periods.parse()?,
            block: block.parse()?,
            errors,
        })
    }
}

/// Adds the blocks that the file has not yet, one of each kind after the other.
pub fn add(csv: &Path, blocks: usize) -> std::result::Result<(), Box<dyn Error>> {
    if !csv.exists() {
        std::fs::write(csv, format!("{HEADER}\n"))?;
    }
    let sources = sources();
    let kinds: Vec<(&Source, usize, usize)> = sources
        .iter()
        .flat_map(|source| SIZES.iter().map(move |&(treated, periods)| (source, treated, periods)))
        .filter(|(source, _, periods)| *periods < source.n_periods() / 2)
        .collect();
    let lines = std::fs::read_to_string(csv)?.lines().count() - 1;
    for block in (lines / kinds.len()) as u64..blocks as u64 {
        let row = |&(source, treated, periods): &(&Source, usize, usize)| {
            row(source, treated, periods, block)
        };
        let rows: Result<Vec<Row>> = kinds.par_iter().map(row).collect();
        let lines: String = rows?.iter().map(|row| row.to_csv() + "\n").collect();
        OpenOptions::new().append(true).open(csv)?.write_all(lines.as_bytes())?;
        eprintln!("block {block}");
    }
    Ok(())
}

/// Where panels come from.
enum Source {
    Real(&'static str, Matrices),
    Generated,
}

fn sources() -> Vec<Source> {
    let real = |(name, source)| Source::Real(name, Matrices::load(source));
    let named = [("prop99", &PROP99), ("castle", &CASTLE), ("cps", &CPS), ("pwt", &PWT)];
    named.into_iter().map(real).chain([Source::Generated]).collect()
}

impl Source {
    fn name(&self) -> &'static str {
        match self {
            Source::Real(name, _) => name,
            Source::Generated => "generated",
        }
    }

    fn n_periods(&self) -> usize {
        match self {
            Source::Real(_, whole) => whole.n_periods,
            Source::Generated => BASE.periods,
        }
    }

    /// A panel in which nothing happened to the treated units, and what its errors are measured in.
    fn panel(&self, treated: usize, periods: usize, block: u64) -> Result<(Panel, f64)> {
        let start = if periods == STAGGERED { Start::Staggered } else { Start::Last(periods) };
        let design = Design { units: UNITS, treated, start, ..BASE };
        let Source::Real(_, whole) = self else {
            return Ok((design.panel((1 << 41) + block)?, NOISE));
        };
        let t = whole.n_periods;
        let mut units = never_treated(whole, &mut Random::new(1000 + block));
        units.truncate(UNITS);
        let outcome = units.iter().flat_map(|i| whole.outcome[i * t..(i + 1) * t].iter().copied());
        let design = Design { periods: t, ..design };
        let on = |k: usize| f64::from(u8::from(design.is_treated(k / t, k % t)));
        let m = Matrices {
            outcome: outcome.collect(),
            treatment: (0..units.len() * t).map(on).collect(),
            n_units: units.len(),
            n_periods: t,
        };
        Ok((m.panel(), spread(&m)))
    }
}

fn row(source: &Source, treated: usize, periods: usize, block: u64) -> Result<Row> {
    let (panel, unit) = source.panel(treated, periods, block)?;
    let mut errors = [f64::NAN; 4];
    for (error, criterion) in errors.iter_mut().zip(CRITERIA) {
        *error = att(&panel, criterion)? / unit;
    }
    Ok(Row { source: source.name().into(), treated, periods, block, errors })
}

/// The ATT at the lambdas that the default search chooses.
fn att(panel: &Panel, criterion: Criterion) -> Result<f64> {
    let settings = Settings {
        tolerance: TOLERANCE,
        loocv_tolerance: TOLERANCE,
        threads: Some(1),
        ..Default::default()
    };
    let grids = Grids::default_for(panel, &Silent)?;
    let options = SearchOptions { criterion, ..Default::default() };
    let search = loocv_grid_search(panel, &grids, &options, &settings, &Silent)?;
    Ok(estimate(panel, &search.lambdas, &settings, &Silent)?.att)
}

/// The section of the page.
pub fn section(rows: &[Row]) -> String {
    let mut sorted: Vec<&Row> = rows.iter().collect();
    let at = |row: &Row| SIZES.iter().position(|&size| size == (row.treated, row.periods));
    sorted.sort_by_key(|row| (at(row), row.block));
    let by_size = |a: &&Row, b: &&Row| at(a) == at(b);
    let mut lines = Vec::new();
    for same in sorted.chunk_by(by_size) {
        let mut sources: Vec<&str> = Vec::new();
        same.iter().for_each(|row| {
            if !sources.contains(&row.source.as_str()) {
                sources.push(&row.source)
            }
        });
        for source in sources {
            let of: Vec<&Row> = same.iter().filter(|row| row.source == source).copied().collect();
            lines.push(line(&kind(of[0]), source, &of));
        }
        lines.push(line(&kind(same[0]), "**all**", same));
    }
    format!(
        "## The criterion\n\n\
         What the search minimizes: squared errors of control cells left out one by one (`loocv`, the paper's), or of placebos\n\
         that lose what treated units lose (`placebo_sets`, `placebo_folds`: ATTs; `blocks`: single cells). Which of them\n\
         chooses the lambdas that predict a treated block best?\n\n\
         Null blocks in real panels ({UNITS} never-treated units at random, the first of which get a treatment that did not happen, in\n\
         the last periods; staggered: in the last 2, 4, 6, 8 and 10) and in those of the study of coverage, lambdas by the default search on all\n\
         cells. *RMSE* is that of the ATT, whose truth is 0, in the units of the first table (*all*: the mean of the squares\n\
         over sources). *t* compares the squared errors of `blocks` with those of `loocv`, block by block: the mean\n\
         difference over its standard error; below -2 `blocks` is better, above 2 `loocv`. Made by `make tuning-criteria` from\n\
         [tuning_criteria.csv](tuning_criteria.csv).\n\n\
         | treated units x periods | panel | blocks | RMSE: loocv | placebo_sets | placebo_folds | blocks | t |\n\
         |:--|:--|--:|--:|--:|--:|--:|--:|\n{}\n",
        lines.join("\n")
    )
}

fn kind(row: &Row) -> String {
    match row.periods {
        STAGGERED => format!("{}, staggered", row.treated),
        periods => format!("{} x {periods}", row.treated),
    }
}

fn line(kind: &str, source: &str, rows: &[&Row]) -> String {
    let n = rows.len() as f64;
    let mean = |values: &dyn Fn(&Row) -> f64| rows.iter().map(|row| values(row)).sum::<f64>() / n;
    let rmse: Vec<String> =
        (0..4).map(|k| format!("{:.3}", mean(&|row| row.errors[k].powi(2)).sqrt())).collect();
    let difference = |row: &Row| row.errors[3].powi(2) - row.errors[0].powi(2);
    let centre = mean(&difference);
    let variance = mean(&|row| (difference(row) - centre).powi(2)) * n / (n - 1.0);
    let t = centre / (variance / n).sqrt();
    format!("| {kind} | {source} | {} | {} | {t:.1} |", rows.len(), rmse.join(" | "))
}
