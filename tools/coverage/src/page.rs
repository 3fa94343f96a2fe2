//! The study for readers.

use crate::design::{
    Design, FACTORS, FACTOR_MEMORY, NOISE, PERIODS, SHIFT, TREATED_PERIODS, UNITS,
};
use crate::row::Row;
use crate::study::{chosen, DRAWS, TOLERANCE};
use crate::tally::LEVEL;
use trop_core::TropResult as Result;

pub fn page(rows: &[Row]) -> Result<String> {
    let groups: Vec<&[Row]> = rows.chunk_by(|a, b| a.design() == b.design()).collect();
    let choices = groups.iter().map(|group| choice(&group[0])).collect::<Result<Vec<String>>>()?;
    Ok([
        introduction(),
        results(rows),
        shortfalls(&groups),
        format!("## Lambdas, and what `auto` chooses\n\n{}\n", choices.join("\n")),
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
         {UNITS} units over {PERIODS} periods; the first 1, 2, 5 or 20 units are treated in the last {TREATED_PERIODS} \
         periods.\n\
         Without treatment an outcome is the sum of\n\n\
         - a unit effect and a period effect, standard normal;\n\
         - {FACTORS} factors, autoregressive with coefficient {FACTOR_MEMORY} and standard deviation 1, times \
         loadings,\n  standard normal, of treated units {SHIFT} larger: treatment depends on them;\n\
         - noise of standard deviation {NOISE}, autoregressive with coefficient rho, 0 or 0.6.\n\n\
         Everything is drawn anew in each replication. Lambdas are chosen once for each number of treated units and rho, by the\n\
         search `cycle` (leave-one-out cross-validation, default grids) on a panel that is none of the\n\
         replications. The bootstrap and placebos have {DRAWS} draws; fits are certified to {TOLERANCE:e}. The\n\
         estimator is the default one (anchor `cell`).\n\n\
         A constant effect moves estimates and intervals by itself (the tests of the core show it), so one set of\n\
         panels without an effect gives coverage, size (one minus coverage) and power: the share of intervals that\n\
         do not hold zero if the effect is {NOISE}, one standard deviation of the noise.\n",
        level = 100.0 * LEVEL,
    )
}

fn results(rows: &[Row]) -> String {
    let lines: Vec<String> = rows.iter().map(line).collect();
    format!(
        "## Results\n\n![Coverage and power of each method](coverage.svg)\n\n\
         In brackets the binomial standard error. `se` is the mean standard error, `sd` the standard deviation of the\n\
         estimate over the replications: an honest standard error has the size of the latter. `length` is the\n\
         median length of the intervals, `unbounded` the share of those without a bound on some side.\n\n\
         | treated | rho | method | panels | coverage | power | length | unbounded | se | sd | bias |\n\
         |--:|--:|:--|--:|--:|--:|--:|--:|--:|--:|--:|\n{}\n",
        lines.join("\n")
    )
}

fn line(row: &Row) -> String {
    let t = &row.tally;
    let with_error = |share: f64| format!("{share:.3} ({:.3})", t.standard_error(share));
    format!(
        "| {} | {} | {} | {} | {} | {} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} |",
        row.treated,
        row.memory,
        row.method,
        t.replications,
        with_error(t.coverage),
        with_error(t.power),
        t.length,
        t.unbounded,
        t.se,
        t.sd,
        t.bias
    )
}

/// The methods whose intervals hold the effect less often than they say.
fn shortfalls(groups: &[&[Row]]) -> String {
    let of_group = |group: &&[Row]| {
        let short: Vec<String> = group
            .iter()
            .filter(|row| !row.tally.covers())
            .map(|row| format!("{} ({:.0}%)", row.method, 100.0 * row.tally.coverage))
            .collect();
        let found = if short.is_empty() { "none".into() } else { short.join(", ") };
        format!("- {}: {found}.", group[0].design_name())
    };
    let lines: Vec<String> = groups.iter().map(of_group).collect();
    format!(
        "## Where a method does not cover\n\n\
         Methods whose coverage is below {}% by more than 2 points and two standard errors:\n\n{}\n",
        100.0 * LEVEL,
        lines.join("\n")
    )
}

fn choice(row: &Row) -> Result<String> {
    let (method, reason) = chosen(&Design { treated: row.treated, memory: row.memory })?;
    let [time, unit, nn] = row.lambdas;
    Ok(format!(
        "- {}: lambda_time = {time}, lambda_unit = {unit}, lambda_nn = {nn}; `{}` ({reason}).",
        row.design_name(),
        method.name()
    ))
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
  predict each other, so few hypotheses are rejected, and some intervals have no end. Its standard error is the spread of errors that
  are predicted with the periods beside them at hand: far smaller than that of the estimate. Use its interval and
  p-value, not its standard error.
- **What no method sees.** Treated units whose loadings differ from the others' in the same direction all err in the same
  direction when a factor moves. Resampling or leaving out units does not move the factors, and random placebo
  units do not share a direction. The standard deviation of the estimate is then larger than the mean standard error of
  nearly every method. If treated units differ strongly from all others, and the outcome has strong common shocks in
  the treated periods, take intervals for too short whatever the method.
";
