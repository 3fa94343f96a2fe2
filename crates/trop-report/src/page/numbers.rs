//! Effects over time, averages, coefficients and the fit before treatment.

use super::grid::Grid;
use super::{Page, PictureKind};
use crate::labels::{Groups, Labels};
use crate::marks::{in_table, is_certified_before};
use crate::tables::Rows;
use crate::text::{count, either, interval, level, probability, short};
use crate::words::{can_be_percent, has_standard_error};
use maud::{html, Markup};
use trop_core::{Inferred, Measure, Quantity, Status};

/// Measures of groups, in the order of the page.
const MEASURES: [Measure; 3] = [Measure::Effect, Measure::Percent, Measure::Cumulative];

/// Pictures over time.
pub(super) fn over_time(page: &Page<'_>) -> Markup {
    let kinds =
        [PictureKind::Event, PictureKind::Path, PictureKind::Cumulative, PictureKind::Effects];
    html! {
        @if page.has_picture(&kinds) {
            h2 { "Effects over time" }
            @for kind in kinds { (page.picture(kind)) }
        }
    }
}

/// All averages.
pub(super) fn averages(page: &Page<'_>) -> Markup {
    let groupings = 0..page.labels.groups.len();
    html! {
        h2 { "Averages" }
        p {
            "Effect: mean effect. Cumulative: sum of effects"
            @if page.analysis.facts.weighted { " (each times its unit's weight)" }
            ", or of mean effects so far."
            @if shows_percent(page) { " Percent: of the sum of outcomes predicted without treatment." }
            @if !groupings.is_empty() && page.analysis.inference.is_some() {
                " The band holds for all groups of a kind at once."
            }
        }
        (over_all(page))
        @for grouping in groupings { @for measure in MEASURES { (of_grouping(page, grouping, measure)) } }
    }
}

fn shows_percent(page: &Page<'_>) -> bool {
    page.labels.percent && can_be_percent(page.analysis)
}

fn is_shown(page: &Page<'_>, measure: Measure) -> bool {
    MEASURES.contains(&measure) && (measure != Measure::Percent || shows_percent(page))
}

/// What a measure is called.
fn in_words(measure: Measure) -> &'static str {
    match measure {
        Measure::Effect => "Effect",
        Measure::Percent => "Percent",
        Measure::Cumulative => "Cumulative",
        _ => measure.name(),
    }
}

fn over_all(page: &Page<'_>) -> Markup {
    let shown = |q: &Quantity| q.grouping.is_none() && is_shown(page, q.measure);
    let rows = Rows::of(page.analysis, shown);
    let label = |found: &Inferred| in_words(found.average.quantity.measure).to_string();
    grid(page, ("", "Estimate"), &rows, false, &label).markup("All treated cells")
}

fn of_grouping(page: &Page<'_>, grouping: usize, measure: Measure) -> Markup {
    if !is_shown(page, measure) {
        return Markup::default();
    }
    let wanted = |q: &Quantity| q.grouping == Some(grouping) && q.measure == measure;
    let rows = Rows::of(page.analysis, wanted);
    let (name, in_caption) = grouping_name(page.labels, grouping);
    let label = |found: &Inferred| page.labels.group(grouping, found.average.quantity.code);
    let caption = format!("{} by {in_caption}", in_words(measure));
    grid(page, (&name, in_words(measure)), &rows, true, &label).markup(&caption)
}

/// What the groups of a grouping are: as the head of their column, and within a sentence.
fn grouping_name(labels: &Labels, grouping: usize) -> (String, String) {
    let same = |name: String| (name.clone(), name);
    match labels.groups.get(grouping) {
        Some(Groups::EventTime) => {
            ("Periods since treatment began".into(), "periods since treatment began".into())
        }
        Some(Groups::Unit) => same(labels.unit()),
        Some(Groups::Period) => same(labels.time()),
        Some(Groups::Cohort) => {
            let time = labels.time();
            (format!("First treated {time}"), format!("first treated {time}"))
        }
        _ => same(labels.grouping(grouping)),
    }
}

/// Numbers with all that the inference says of them.
fn grid(
    page: &Page<'_>,
    (head, estimate): (&str, &str),
    rows: &Rows<'_>,
    has_band: bool,
    label: &dyn Fn(&Inferred) -> String,
) -> Grid {
    let inference = page.analysis.inference.as_ref();
    let has_se = inference.is_some_and(|found| has_standard_error(found.method));
    let level = level(page.analysis.options.level);
    let mark = in_table(inference.is_none_or(|found| found.n_uncertified == 0));
    let mut heads = vec![head.to_string(), estimate.to_string()];
    heads.extend(has_se.then(|| format!("Standard error{mark}")));
    heads.extend(inference.map(|_| format!("{level} interval{mark}")));
    heads.extend((has_band && inference.is_some()).then(|| format!("{level} band{mark}")));
    heads.extend(inference.map(|_| format!("p-value{mark}")));
    heads.push("Cells".into());
    let row = |(found, is_certified): (&Inferred, bool)| {
        let value = short(found.average.value);
        let mut cells = vec![label(found), format!("{value}{}", in_table(is_certified))];
        cells.extend(has_se.then(|| short(found.se)));
        cells.extend(inference.map(|_| interval(found.ci, short)));
        cells.extend((has_band && inference.is_some()).then(|| interval(found.band, short)));
        cells.extend(inference.map(|_| probability(found.p_value)));
        cells.push(found.average.n_cells.to_string());
        cells
    };
    Grid { head: heads, rows: rows.iter().map(row).collect(), n_text: 1 }
}

/// Coefficients of covariates.
pub(super) fn covariates(page: &Page<'_>) -> Markup {
    let rows = Rows::of(page.analysis, |q| q.measure == Measure::Coefficient);
    let label = |found: &Inferred| {
        usize::try_from(found.average.quantity.code)
            .map_or(String::new(), |k| page.labels.covariate(k))
    };
    html! {
        @if page.analysis.facts.n_covariates > 0 {
            h2 { "Covariates" }
            p { "Change of the predicted outcome for one more unit of each covariate." }
            (grid(page, ("Covariate", "Coefficient"), &rows, false, &label).markup("Coefficients"))
        }
    }
}

/// How well outcomes before the treatment are predicted.
pub(super) fn before_treatment(page: &Page<'_>) -> Markup {
    let found = &page.analysis.pre_fit;
    let rows = found.by_unit.iter().map(|fit| {
        let cells = fit.n_cells.to_string();
        let mark = in_table(is_certified_before(page.analysis, fit.unit));
        let [mean, rmse] = [fit.mean, fit.rmse].map(|error| format!("{}{mark}", short(error)));
        vec![page.labels.unit_label(fit.unit), mean, rmse, cells]
    });
    let unit = page.labels.unit();
    let heads = [unit.as_str(), "Mean error", "Root mean squared error", "Cells"];
    let grid = Grid::new(&heads, rows.collect());
    let open = page.analysis.pre.effects.iter().filter(|e| e.status != Status::Solved);
    let mark = match open.count() {
        0 => String::new(),
        n => format!(" (not certified: {})", count(n, "cell")),
    };
    html! {
        @if found.n_cells > 0 {
            h2 { "Predictions before the treatment" }
            p {
                (count(found.n_cells, "cell")) " before the treatment " (either(found.n_cells, "was", "were"))
                " predicted from the others. The mean error is " (short(found.mean)) (mark)
                ", the root mean squared error " (short(found.rmse)) (mark) "."
            }
            (page.picture(PictureKind::PreFit))
            (grid.markup("Errors by unit"))
        }
    }
}
