//! What was estimated, on what, and compared with whom.

use super::grid::Grid;
use super::{Page, PictureKind};
use crate::text::{count, either, gap, on_one_line, sentence, short, significant};
use crate::words::{design, reason, span};
use maud::{html, Markup};
use trop_core::{Diagnosis, Reason, Status};

/// The data, and what is done with them.
pub(super) fn data(page: &Page<'_>) -> Markup {
    let weighted = match &page.labels.average_weights {
        _ if !page.analysis.facts.weighted => String::new(),
        Some(name) => format!(", weighted by given weights of the units ({})", on_one_line(name)),
        None => ", weighted by given weights of the units".into(),
    };
    html! {
        h2 { "What was estimated, and on what" }
        p { (facts(page)) }
        p {
            "What each treated cell would have been without treatment is predicted from the other cells: by \
             effects of units and periods and by common patterns over time, with more weight on similar units \
             and near periods. The effect is what was observed less this prediction, and the number above is the \
             average of these effects" (weighted) ". The method is the triply robust panel estimator of Athey, \
             Imbens, Qu and Viviano (2026)."
        }
        p { (sentence(&design(page.analysis, page.labels))) }
        (without_prediction(page))
    }
}

fn facts(page: &Page<'_>) -> String {
    let facts = &page.analysis.facts;
    format!(
        "The data have {} ({}) over {} ({}), with {} ({}). Treated at some time ({}): {}, in {} of a unit in a \
         period; never treated: {}.",
        count(facts.n_units, "unit"),
        page.labels.unit(),
        count(facts.n_periods, "period"),
        span(page.analysis, page.labels),
        count(facts.n_observed, "observed outcome"),
        page.labels.outcome(),
        page.labels.treatment(),
        count(facts.n_treated_units, "unit"),
        count(facts.n_treated_cells, "cell"),
        count(facts.n_never_treated, "unit")
    )
}

fn without_prediction(page: &Page<'_>) -> Markup {
    let missed = &page.analysis.estimate.not_estimable;
    let ranges = page.analysis.estimate.not_estimable_ranges();
    let rows = missed.iter().zip(ranges).map(|((cell, why), [low, high])| {
        let (unit, period) =
            (page.labels.unit_label(cell.unit), page.labels.period_label(cell.period));
        let range = match *why {
            Reason::NotUnique => format!(" (from {} to {})", short(low), short(high)),
            _ => String::new(),
        };
        vec![unit, period, format!("{}{range}", reason(*why))]
    });
    let (unit, time) = (page.labels.unit(), page.labels.time());
    let mut grid = Grid::new(&[&unit, &time, "Why"], rows.collect());
    grid.n_text = 3;
    let n = missed.len();
    let has = either(n, "has", "have");
    grid.markup(&format!("{} {has} no prediction", count(n, "treated cell")))
}

/// The first treated cell's weights.
pub(super) fn comparison(page: &Page<'_>) -> Markup {
    let kinds = [PictureKind::Weights, PictureKind::TimeWeights];
    let diagnosis = page.with.diagnosis.as_ref();
    html! {
        @if diagnosis.is_some() || page.has_picture(&kinds) {
            h2 { "Who the treated are compared with" }
            @if let Some(found) = diagnosis { p { (compared(page, found)) } }
            @for kind in kinds { (page.picture(kind)) }
        }
    }
}

fn compared(page: &Page<'_>, found: &Diagnosis) -> String {
    let (unit, period) = (found.target.unit, found.target.period);
    let patterns = match found.rank {
        0 => "The fit uses no common patterns over time (its low-rank part has rank 0).".to_string(),
        rank => format!(
            "The common patterns have rank {rank}; imbalance (Theorem 5.1) is {} between units and {} between \
             periods.",
            short(found.unit_imbalance_norm),
            short(found.time_imbalance_norm)
        ),
    };
    let certificate = match found.status {
        Status::Solved => String::new(),
        _ => format!(" This fit is not certified (gap {}).", gap(found.gap)),
    };
    format!(
        "For {} in {}, the weights of other units are worth as much as {} units of equal weight, those of other \
         periods as much as {} periods. {patterns}{certificate}",
        page.labels.unit_label(unit),
        page.labels.period_label(period),
        significant(found.effective_units, 3),
        significant(found.effective_periods, 3)
    )
}
