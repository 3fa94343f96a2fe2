//! The study for readers.

use crate::row::Row;
use crate::study::{chosen, DRAWS, TOLERANCE};
use crate::tally::LEVEL;
use trop_core::{Lambdas, TropResult as Result};
use trop_coverage::design::{BASE, CLUSTER, FACTORS, FACTOR_MEMORY, NOISE, SHIFT};

pub fn page(rows: &[Row]) -> Result<String> {
    let groups: Vec<&[Row]> = rows.chunk_by(|a, b| a.design == b.design).collect();
    let each = |of_group: fn(&[Row]) -> Result<String>| {
        let lines = groups.iter().map(|group| of_group(group)).collect::<Result<Vec<String>>>();
        lines.map(|lines| lines.join("\n"))
    };
    Ok([
        introduction(),
        format!("{RESULTS}{}\n", each(lines)?),
        format!("{SHORTFALLS}{}\n", each(shortfalls)?),
        format!("## Lambdas, and what `auto` chooses\n\n{}\n", each(choice)?),
        READING.to_string(),
    ]
    .join("\n"))
}

fn introduction() -> String {
    format!(
        "# Coverage and power\n\n\
         Does the {level}% interval of each method of inference hold the effect in {level}% of all panels, and how\n\
         often does it find an effect where there is one? Made by `make coverage` from\n\
         [coverage.csv](coverage.csv); edit `tools/coverage`, not this file.\n\n\
         ## The panels\n\n\
         Unless a row says otherwise, {units} units over {periods} periods, of which the first few units are treated in the\n\
         last 5 periods. Without treatment an outcome is the sum of\n\n\
         - a unit effect and a period effect, standard normal;\n\
         - {FACTORS} factors, autoregressive with coefficient {FACTOR_MEMORY} and standard deviation 1, times \
         loadings,\n  standard normal, of treated units {SHIFT} larger: treatment depends on them (*loadings alike*: not larger);\n\
         - noise of standard deviation {NOISE}, autoregressive with coefficient rho, 0 if it is not named.\n\n\
         *Staggered*: the treated units are treated in the last 2, 4, 6, 8 and 10 periods. *In pairs*: clusters of {CLUSTER} units,\n\
         treated or not as one, whose loadings and noise have the correlation that is named; the inference is told the pairs\n\
         (`cluster=`) but where they are *not named*.\n\n\
         Everything is drawn anew in each replication. Lambdas are chosen once for each design, by the default search on a\n\
         panel that is none of the replications; in one row they are chosen on each panel, as a user's are. The bootstrap\n\
         and placebos have {DRAWS} draws; fits are certified to {TOLERANCE:e}. The estimator is the default one (anchor \
         `cell`).\n\n\
         A constant effect moves estimates and intervals by itself (the tests of the core show it), so one set of\n\
         panels without an effect gives coverage, size (one minus coverage) and power: the share of intervals that\n\
         do not hold zero if the effect is {NOISE}, one standard deviation of the noise.\n",
        level = 100.0 * LEVEL,
        units = BASE.units,
        periods = BASE.periods,
    )
}

const RESULTS: &str = "\
## Results

![Coverage and power of each method](coverage.svg)

In bold what `auto` chooses. In brackets the binomial standard error. `se` is the mean standard error, `sd` the standard
deviation of the estimate over the replications: an honest standard error has the size of the latter. `length` is the
median length of the intervals, `unbounded` the share of those without a bound on some side.

| panels | method | number | coverage | power | length | unbounded | se | sd | bias |
|:--|:--|--:|--:|--:|--:|--:|--:|--:|--:|
";

fn lines(group: &[Row]) -> Result<String> {
    let (auto, _) = chosen(group[0].design)?;
    let line = |row: &Row| line(row, row.method == auto);
    Ok(group.iter().map(line).collect::<Vec<String>>().join("\n"))
}

fn line(row: &Row, is_auto: bool) -> String {
    let t = &row.tally;
    let with_error = |share: f64| format!("{share:.3} ({:.3})", t.standard_error(share));
    let se = if t.se.is_nan() { "none".into() } else { format!("{:.2}", t.se) };
    let mark = if is_auto { "**" } else { "" };
    format!(
        "| {} | {mark}{}{mark} | {} | {mark}{}{mark} | {} | {:.2} | {:.2} | {se} | {:.2} | {:.2} |",
        row.design.name,
        row.method.name(),
        t.replications,
        with_error(t.coverage),
        with_error(t.power),
        t.length,
        t.unbounded,
        t.sd,
        t.bias
    )
}

const SHORTFALLS: &str = "\
## Where a method does not cover

Methods whose coverage is below 95% by more than 2 points and two standard errors:

";

fn shortfalls(group: &[Row]) -> Result<String> {
    let short: Vec<String> = group
        .iter()
        .filter(|row| !row.tally.covers())
        .map(|row| format!("{} ({:.0}%)", row.method.name(), 100.0 * row.tally.coverage))
        .collect();
    let found = if short.is_empty() { "none".into() } else { short.join(", ") };
    Ok(format!("- {}: {found}.", group[0].design.name))
}

fn choice(group: &[Row]) -> Result<String> {
    let Row { design, lambdas: Lambdas { time, unit, nn }, .. } = group[0];
    let (method, reason) = chosen(design)?;
    let lambdas = if design.tuned_each {
        "lambdas of each panel".to_string()
    } else {
        format!("lambda_time = {time}, lambda_unit = {unit}, lambda_nn = {nn}")
    };
    Ok(format!("- {}: {lambdas}; `{}` ({reason}).", design.name, method.name()))
}

/// Facts that the table shows; to be read again whenever it changes.
const READING: &str = "\
## In plain words

- **One treated unit.** Placebos cover. Power is low because one unit's noise is not averaged away, and no method can
  change that.
- **Two treated units.** Placebos hold the effect nearly as often as they should. The jackknife has one degree of freedom:
  intervals three times as long, and still too few of them hold it. The bootstrap draws both times the same unit in
  half of its draws; do not use it here.
- **Five.** Only conformal intervals hold the effect as often as they say, and they hardly ever find one. The jackknife
  falls short by 2 or 3 points, placebos by 4 or 5, the bootstrap by 8 to 10: its percentile intervals are too short
  for few units, and not centred.
- **Twenty.** The bootstrap still falls short, the jackknife by about 3 points. Placebos cover: with 20 of 30 never-treated
  units in the roles of treated ones, 10 are left as controls, which makes them vary more.
- **Conformal inference** never falls short. Its price: a false hypothesis also moves the treated cells that help to
  predict each other, so few hypotheses are rejected, and some intervals have no end. It gives no standard error: errors that are
  predicted with the periods beside them at hand vary far less than the estimate.
- **What no method sees.** Treated units whose loadings differ from the others' in the same direction all err in the same
  direction when a factor moves. Resampling or leaving out units does not move the factors, and random placebo
  units do not share a direction. The standard deviation of the estimate is then larger than the mean standard error of
  nearly every method. If treated units differ strongly from all others, and the outcome has strong common shocks in
  the treated periods, take intervals for too short whatever the method.
";
