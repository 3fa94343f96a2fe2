//! A result as one self-contained HTML page, for readers who do not program.

mod answer;
mod data;
mod grid;
mod numbers;
mod picture;
mod tuning;

use crate::labels::Labels;
use crate::words::is_placebo_in_time;
use maud::{html, Markup, PreEscaped, DOCTYPE};
pub use picture::{picture_alt, Image, Picture, PictureKind};
use trop_core::{att_at, diagnose, Analysis, AttAt, Diagnosis, Error, Monitor, Panel};

const STYLE: &str = include_str!("style.css");

/// What a page shows beside the analysis: pictures and diagnostics, as far as there are any.
///
/// ```
/// use trop_report::Supplement;
/// let supplement = Supplement { versions: "tropanel 1.0, R 4.5".into(), ..Default::default() };
/// assert!(supplement.pictures.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Supplement {
    /// Pictures, at most one of each kind.
    pub pictures: Vec<Picture>,
    /// The fit of the first treated cell that has an effect.
    pub diagnosis: Option<Diagnosis>,
    /// The ATT at [`variants`](crate::variants) of the lambdas.
    pub ablation: Vec<AttAt>,
    /// The call that made the result, in the caller's language; empty if it is not known.
    pub call: String,
    /// Versions of what computed it.
    pub versions: String,
}

impl Supplement {
    /// The diagnostics of an analysis of this panel: a fit of a cell, and those of the treated cells at each of
    /// [`variants`](crate::variants).
    ///
    /// # Errors
    /// Those of [`diagnose`] and [`att_at`].
    ///
    /// ```
    /// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape, Silent};
    /// use trop_report::Supplement;
    /// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
    /// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), ..Default::default() };
    /// let supplement = Supplement::compute(&panel, &analyze(&panel, &options)?, &Silent)?;
    /// assert_eq!((supplement.diagnosis.unwrap().rank, supplement.ablation.len()), (0, 1));
    /// # Ok::<(), trop_core::Error>(())
    /// ```
    pub fn compute(
        panel: &Panel,
        analysis: &Analysis,
        monitor: &dyn Monitor,
    ) -> Result<Self, Error> {
        let (lambdas, settings) = (&analysis.lambdas, analysis.options.settings());
        let first = analysis.estimate.effects.first();
        let diagnosis =
            first.map(|e| diagnose(panel, e.cell, lambdas, &settings, monitor)).transpose()?;
        let variants: Vec<_> = crate::words::variants(lambdas).iter().map(|v| v.lambdas).collect();
        let ablation = att_at(panel, &variants, &settings, monitor)?;
        Ok(Supplement { diagnosis, ablation, ..Default::default() })
    }
}

/// What the sections are made of.
struct Page<'a> {
    analysis: &'a Analysis,
    labels: &'a Labels,
    with: &'a Supplement,
}

impl Page<'_> {
    /// The picture of a kind, if there is one.
    fn picture(&self, kind: PictureKind) -> Markup {
        let found = self.with.pictures.iter().find(|picture| picture.kind == kind);
        html! { @if let Some(picture) = found { (picture.markup(self.analysis)) } }
    }

    fn has_picture(&self, kinds: &[PictureKind]) -> bool {
        self.with.pictures.iter().any(|picture| kinds.contains(&picture.kind))
    }
}

/// One HTML page with the result in words, its pictures, tables and diagnostics. It needs no network, and all names
/// and labels are escaped. Sections without content are left out, tables of more than 12 rows folded.
///
/// ```
/// use trop_core::{analyze, AnalysisOptions, Lambdas, Names, Panel, Shape};
/// use trop_report::{report, Image, Labels, Picture, PictureKind, Supplement};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), inference: None, ..Default::default() };
/// let analysis = analyze(&panel, &options)?;
/// let pictures = vec![Picture::new(PictureKind::Path, Image::svg("<svg/>"))];
/// let names = Names { treatment: "<b>law</b>".into(), ..Default::default() };
/// let page = report(&analysis, &names.into(), &Supplement { pictures, ..Default::default() });
/// assert!(page.starts_with("<!DOCTYPE html>"));
/// assert!(page.contains("<h1>Effect of &lt;b&gt;law&lt;/b&gt; on outcome</h1>"));
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn report(analysis: &Analysis, labels: &Labels, with: &Supplement) -> String {
    let page = Page { analysis, labels, with };
    let title = title(&page);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) }
                @for section in SECTIONS { (section(&page)) }
            }
        }
    }
    .into_string()
}

/// What is estimated; a placebo says that it is one.
fn title(page: &Page<'_>) -> String {
    let labels = page.labels;
    let effect = labels
        .given_effect()
        .unwrap_or_else(|| format!("Effect of {} on {}", labels.treatment(), labels.outcome()));
    match is_placebo_in_time(page.analysis) {
        true => format!("Placebo in time: {effect}"),
        false => effect,
    }
}

type Section = fn(&Page<'_>) -> Markup;

const SECTIONS: [Section; 12] = [
    answer::answer,
    data::data,
    numbers::over_time,
    numbers::averages,
    numbers::covariates,
    answer::draws,
    data::comparison,
    tuning::sensitivity,
    numbers::before_treatment,
    tuning::choice,
    answer::notes_section,
    tuning::computed,
];
