//! Pictures that a language has drawn.

use crate::summary::headline;
use crate::text::on_one_line;
use base64::prelude::{Engine, BASE64_STANDARD};
use maud::{html, Markup};
use trop_core::Analysis;

/// What a picture shows, and so where it stands on the page.
///
/// ```
/// assert_eq!(trop_report::PictureKind::from_name("event").unwrap().name(), "event");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PictureKind {
    /// Mean effects by time since treatment began.
    Event,
    /// Observed outcomes of the treated units, and what is predicted for them.
    Path,
    /// Effects added up.
    Cumulative,
    /// The effect of every treated cell.
    Effects,
    /// The draws behind the p-value.
    Placebo,
    /// Weights of units.
    Weights,
    /// Weights of periods.
    TimeWeights,
    /// The estimate without each part of the estimator.
    Ablation,
    /// The estimate without each never-treated unit.
    LeaveOneOut,
    /// The estimate over the lambdas.
    Surface,
    /// Errors before treatment by unit.
    PreFit,
}

impl PictureKind {
    /// Every kind, in the order of the page.
    pub const ALL: &'static [PictureKind] = &[
        PictureKind::Event,
        PictureKind::Path,
        PictureKind::Cumulative,
        PictureKind::Effects,
        PictureKind::Placebo,
        PictureKind::Weights,
        PictureKind::TimeWeights,
        PictureKind::Ablation,
        PictureKind::LeaveOneOut,
        PictureKind::Surface,
        PictureKind::PreFit,
    ];

    /// Its name, as the languages' plots have it.
    ///
    /// ```
    /// assert_eq!(trop_report::PictureKind::LeaveOneOut.name(), "leave_one_out");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            PictureKind::Event => "event",
            PictureKind::Path => "path",
            PictureKind::Cumulative => "cumulative",
            PictureKind::Effects => "effects",
            PictureKind::Placebo => "placebo",
            PictureKind::Weights => "weights",
            PictureKind::TimeWeights => "time_weights",
            PictureKind::Ablation => "ablation",
            PictureKind::LeaveOneOut => "leave_one_out",
            PictureKind::Surface => "surface",
            PictureKind::PreFit => "pre_fit",
        }
    }

    /// The kind of a name.
    ///
    /// ```
    /// assert_eq!(trop_report::PictureKind::from_name("pie"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        PictureKind::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// The sentence below such a picture.
    ///
    /// ```
    /// assert!(trop_report::PictureKind::Cumulative.caption().starts_with("Effects added up"));
    /// ```
    pub fn caption(self) -> &'static str {
        match self {
            PictureKind::Event => {
                "Before the treatment, each cell is left out and predicted as if it were treated: these \
                 placebo effects should be near zero."
            }
            PictureKind::Path => {
                "Observed outcomes of the treated units, and what is predicted for them."
            }
            PictureKind::Cumulative => "Effects added up since the treatment began.",
            PictureKind::Effects => "The effect of every treated cell.",
            PictureKind::Placebo => "Where the estimate stands among its draws.",
            PictureKind::Weights => "Weights of other units for the first treated cell.",
            PictureKind::TimeWeights => "Weights of periods for the first treated cell.",
            PictureKind::Ablation => "The estimate without each part of the estimator.",
            PictureKind::LeaveOneOut => "The estimate without one of the never-treated units.",
            PictureKind::Surface => "The estimate at all lambdas that were tried.",
            PictureKind::PreFit => {
                "Root mean squared error of each treated unit's predictions before the treatment."
            }
        }
    }

    /// What such a picture is, for readers who do not see it.
    ///
    /// ```
    /// assert_eq!(trop_report::PictureKind::Weights.alt(), "Chart of the units' weights");
    /// ```
    pub fn alt(self) -> &'static str {
        match self {
            PictureKind::Event => {
                "Chart of mean effects by periods since treatment began, with intervals"
            }
            PictureKind::Path => "Chart of observed and predicted outcomes by period",
            PictureKind::Cumulative => {
                "Chart of cumulative effects by periods since treatment began"
            }
            PictureKind::Effects => "Map of effects by unit and period",
            PictureKind::Placebo => "Histogram of draws, with the estimate",
            PictureKind::Weights => "Chart of the units' weights",
            PictureKind::TimeWeights => "Chart of the periods' weights",
            PictureKind::Ablation => "Chart of estimates without each part of the estimator",
            PictureKind::LeaveOneOut => "Chart of estimates without single never-treated units",
            PictureKind::Surface => "Chart of estimates over the lambdas",
            PictureKind::PreFit => "Chart of errors before treatment by unit",
        }
    }
}

/// An image inside of the page. Scripts in it do not run, and it loads nothing from elsewhere.
///
/// ```
/// use trop_report::Image;
/// assert_eq!(Image::svg("<svg/>"), Image::data_uri("data:image/svg+xml;base64,PHN2Zy8+").unwrap());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    uri: String,
}

impl Image {
    /// An SVG, as text.
    ///
    /// ```
    /// let image = trop_report::Image::svg("<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    /// # assert_ne!(image, trop_report::Image::png(&[]));
    /// ```
    pub fn svg(text: &str) -> Self {
        Image::encoded("svg+xml", text.as_bytes())
    }

    /// The bytes of a PNG file.
    ///
    /// ```
    /// assert_eq!(trop_report::Image::png(&[]), trop_report::Image::png(b""));
    /// ```
    pub fn png(bytes: &[u8]) -> Self {
        Image::encoded("png", bytes)
    }

    /// An image that is a data URI already. `None` unless it starts with `data:image/`: the page would not hold it.
    ///
    /// ```
    /// assert!(trop_report::Image::data_uri("https://example.org/a.png").is_none());
    /// ```
    pub fn data_uri(uri: &str) -> Option<Self> {
        uri.starts_with("data:image/").then(|| Image { uri: uri.into() })
    }

    fn encoded(kind: &str, bytes: &[u8]) -> Self {
        Image { uri: format!("data:image/{kind};base64,{}", BASE64_STANDARD.encode(bytes)) }
    }
}

/// A picture for the report.
///
/// ```
/// use trop_report::{Image, Picture, PictureKind};
/// let picture = Picture::new(PictureKind::Path, Image::svg("<svg/>"));
/// assert_eq!(picture.caption, PictureKind::Path.caption());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// What it shows.
    pub kind: PictureKind,
    /// The image.
    pub image: Image,
    /// The sentence below it.
    pub caption: String,
    /// What it is, for readers who do not see it; the page adds the estimate.
    pub alt: String,
}

impl Picture {
    /// A picture with the caption and the text of its kind.
    ///
    /// ```
    /// use trop_report::{Image, Picture, PictureKind};
    /// let picture = Picture::new(PictureKind::Surface, Image::png(&[]));
    /// assert_eq!(picture.alt, PictureKind::Surface.alt());
    /// ```
    pub fn new(kind: PictureKind, image: Image) -> Self {
        Picture { kind, image, caption: kind.caption().into(), alt: kind.alt().into() }
    }

    pub(super) fn markup(&self, analysis: &Analysis) -> Markup {
        html! {
            figure {
                img alt=(with_value(&on_one_line(&self.alt), analysis)) src=(self.image.uri);
                figcaption { (self.caption) }
            }
        }
    }
}

/// What a picture of this kind is and what was estimated, for readers who do not see it.
///
/// ```
/// use trop_core::{analyze, AnalysisOptions, Lambdas, Panel, Shape};
/// use trop_report::{picture_alt, PictureKind};
/// let panel = Panel::new(&[1.0, 2.0, 4.0, 6.0], &[0.0, 0.0, 0.0, 1.0], Shape { n_units: 2, n_periods: 2 })?;
/// let options = AnalysisOptions { lambdas: Some(Lambdas::TWO_WAY), inference: None, ..Default::default() };
/// let alt = picture_alt(PictureKind::Path, &analyze(&panel, &options)?);
/// assert_eq!(alt, "Chart of observed and predicted outcomes by period. ATT 1");
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn picture_alt(kind: PictureKind, analysis: &Analysis) -> String {
    with_value(kind.alt(), analysis)
}

fn with_value(alt: &str, analysis: &Analysis) -> String {
    format!("{alt}. {}", headline(analysis))
}
