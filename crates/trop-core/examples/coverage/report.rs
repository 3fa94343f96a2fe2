//! The study as a table, for machines and for readers.

use crate::study::Study;
use crate::tally::Tally;
use trop_core::InferenceMethod;

pub fn csv(_results: &[Study]) -> String {
    String::new()
}
pub fn page(_results: &[Study], _replications: usize) -> String {
    String::new()
}

pub fn progress(study: &Study) -> String {
    let mut text = format!(
        "{:?} {:?} {:.0}s auto {} {}",
        study.design,
        study.lambdas,
        study.time,
        study.chosen.name(),
        study.reason
    );
    for (m, t) in &study.methods {
        text += &format!(
            "\n  {:10} cover {:.3} power {:.3} length {:.3} unb {:.3} se {:.3} bias {:.3} sd {:.3}",
            m.name(),
            t.coverage,
            t.power,
            t.length,
            t.unbounded,
            t.se,
            t.bias,
            t.sd
        );
    }
    let _: Option<(&Tally, InferenceMethod)> = None;
    text
}
