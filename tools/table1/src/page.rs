//! The page of the study.

use crate::rows::PUBLISHED;
use crate::Finding;
use std::fmt::Write;

const INTRODUCTION: &str = "\
# Estimators on panels matched to real ones

Written by `make table1`. Root mean squared errors, in standard deviations of each panel's outcomes, of estimates on simulated
panels in which nothing has an effect ([estimators.md](estimators.md) says how they are drawn). Published figures are those of the
TROP study's notebooks (Athey, Imbens, Qu, Viviano 2026), 1,000 draws each, 100 for `basque`.

Two things to know before comparing estimators by the published figures:

- **Their SDID is not SDID.** The study passes the weights of synthetic difference in differences through a squared loss, so that
  they enter squared: the column `sdid_squared`. On Proposition 99 this gives -11.4, where synthetic difference in differences is
  -15.604 (published: -15.6). `sdid` below is the estimator as its authors define it.
- **Tuning differs.** TROP's three parameters were tuned on the generator itself, for each row by hand. Matrix completion
  got TROP's `lambda_nn`: the column `mc_trop`. Below, `trop_once` and `mc` choose theirs once on the real panel, each by
  its own cross-validation (placebo sets, random folds), and never see the generator.

";

/// What the comparison with published figures shows, read off the page of 2026-11-28.
const DIFFERENCES: &str = "
Where ours and the published figures differ:

- `did`, `sc`, `difp` and `sdid_squared` agree to 6e-7 on the study's own draws (last table), so panels and definitions are the same.
- `pwt_educ`: the loadings separate treated from untreated units. Ours are assigned by Firth's regression, the study's by the last
  iterate of a regression that has no solution. All columns of that row move with it, `did` most.
- `trop` and `mc_trop` agree where `lambda_nn` is large (`cps_log_wage`, `cps_hours`), and ours are larger where it is small (from 0.005
  to 0.027 in the other rows). Every fit of ours is certified to a gap of 1e-8; the study's carry no certificate. Whether it stopped
  before the optimum there is not known: `trop` has not been run on the study's own draws.
";

pub fn page(findings: &[Finding]) -> String {
    let mut text = String::from(INTRODUCTION);
    if findings.iter().all(|finding| finding.scores.is_empty()) {
        return text + &replayed(findings);
    }
    text += "## The published estimators, with our random numbers\n\n";
    text += "Ours (Monte Carlo standard error); published; their difference in standard errors of both together.\n\n";
    text += "| row |";
    PUBLISHED.iter().for_each(|name| write!(text, " {name} |").expect("a string"));
    text += "\n|---|---|---|---|---|---|---|\n";
    findings.iter().for_each(|finding| text += &published(finding));
    text += DIFFERENCES;
    text += "\n## All estimators, relative to the best\n\n";
    text += "Ratio of the root mean squared errors (Monte Carlo standard error, from paired draws). For reproduction only: \
             `sdid_squared`, `mc_trop`, and `trop` at lambdas tuned on the generator.\n\n";
    text += &all(findings);
    text += &replayed(findings);
    text += "\n## Time\n\n| row | draws | seconds |\n|---|---|---|\n";
    for finding in findings {
        let Finding { row, draws, seconds, .. } = finding;
        writeln!(text, "| {} | {draws} | {seconds:.0} |", row.name).expect("a string");
    }
    text
}

fn published(finding: &Finding) -> String {
    let mut text = format!("| {} |", finding.row.name);
    let theirs = if finding.row.name == "basque" { 100.0 } else { 1000.0 };
    for (score, published) in finding.scores.iter().zip(finding.row.published) {
        let both = score.rmse_se * (1.0 + finding.draws as f64 / theirs).sqrt();
        let off = (score.rmse - published) / both;
        write!(text, " {:.5} ({:.5}); {published:.5}; {off:+.1} |", score.rmse, score.rmse_se)
            .expect("a string");
    }
    text + "\n"
}

fn all(findings: &[Finding]) -> String {
    let Some(first) = findings.first() else { return String::new() };
    let mut text = String::from("| estimator |");
    findings.iter().for_each(|finding| write!(text, " {} |", finding.row.name).expect("a string"));
    text += "\n|---|";
    text += &"---|".repeat(findings.len());
    text += "\n";
    for (at, score) in first.scores.iter().enumerate() {
        write!(text, "| {} |", score.label).expect("a string");
        for finding in findings {
            let own = &finding.scores[at];
            write!(text, " {:.3} ({:.3}) |", own.relative_rmse, own.relative_rmse_se)
                .expect("a string");
        }
        text += "\n";
    }
    text
}

fn replayed(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let Some(replayed) = &finding.replayed else { continue };
        if text.is_empty() {
            text += "\n## With the study's own random numbers\n\n";
            text += "| row | estimator | ours | published | difference |\n|---|---|---|---|---|\n";
        }
        for (estimator, rmse) in replayed {
            let at = PUBLISHED.iter().position(|name| *name == estimator.name());
            let published = finding.row.published[at.expect("a published estimator")];
            let (row, off) = (finding.row.name, rmse - published);
            writeln!(text, "| {row} | {estimator} | {rmse:.8} | {published:.8} | {off:+.1e} |")
                .expect("a string");
        }
    }
    text
}
