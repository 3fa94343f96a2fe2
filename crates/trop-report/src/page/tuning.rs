//! Lambdas: how they were chosen, what depends on them, and how all was computed.

use super::grid::Grid;
use super::{Page, PictureKind};
use crate::marks::{mark, of_choice};
use crate::tables::with_variants;
use crate::text::{count, gap, sentence, short};
use crate::words::{criterion, lambdas, verdict};
use maud::{html, Markup};

/// What changes the number.
pub(super) fn sensitivity(page: &Page<'_>) -> Markup {
    let kinds = [PictureKind::Ablation, PictureKind::LeaveOneOut, PictureKind::Surface];
    let variants = with_variants(&page.analysis.lambdas, &page.with.ablation);
    let rows = variants.iter().map(|(variant, at)| {
        let att = format!("{}{}", short(at.att), mark(at.n_uncertified == 0, at.max_gap));
        vec![variant.label.clone(), att]
    });
    let grid = Grid::new(&["Variant", "Average effect"], rows.collect());
    html! {
        @if !variants.is_empty() || page.has_picture(&kinds) {
            h2 { "Does the number depend on choices?" }
            (page.picture(PictureKind::Ablation))
            (grid.markup("The estimate without parts of the estimator"))
            (page.picture(PictureKind::LeaveOneOut))
            (page.picture(PictureKind::Surface))
        }
    }
}

/// How the lambdas were chosen.
pub(super) fn choice(page: &Page<'_>) -> Markup {
    let found = lambdas(&page.analysis.lambdas, short);
    let how = match &page.analysis.search {
        None => format!("The lambdas were given: {found}."),
        Some(search) => format!(
            "The lambdas were chosen by {}, {} search over {}: {found} (score {}{}).",
            criterion(search.criterion),
            page.analysis.options.search.name(),
            count(search.scores.len(), "candidate"),
            short(search.score),
            of_choice(search)
        ),
    };
    html! {
        h2 { "Tuning" }
        p { (how) }
        p {
            "The unit and time lambdas say how fast weights fall with distance, lambda nn how strongly common \
             patterns are held back (inf: none are used)."
        }
    }
}

/// What computed the numbers, and how well.
pub(super) fn computed(page: &Page<'_>) -> Markup {
    let analysis = page.analysis;
    let certificate = format!(
        "{} (largest relative gap of treated cells {}). Seed {}.",
        sentence(&verdict(analysis)).trim_end_matches('.'),
        gap(analysis.estimate.max_gap),
        analysis.options.seed
    );
    html! {
        h2 { "How this was computed" }
        @if !page.with.call.is_empty() { pre { (page.with.call) } }
        p.small { (certificate) @if !page.with.versions.is_empty() { " " (page.with.versions.trim_end_matches('.')) "." } }
    }
}
