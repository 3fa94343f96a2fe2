//! What readers see of two real panels, word by word. `UPDATE_GOLDEN=1 cargo test -p trop-report` writes the expected
//! texts anew: read the difference before you commit it.

mod common;

use common::{analysis, assert_golden, in_a_second, in_lines, named, Data};
use trop_core::{
    Analysis, AnalysisOptions, Design, GivenGrids, Grouping, InferenceMethod, Lambdas, Names,
    Panel, Silent,
};
use trop_report::{
    headline, notes, report, summary, tables, Ids, Image, Labels, Picture, PictureKind, Saved,
    Supplement,
};

const INF: f64 = f64::INFINITY;

/// Lambdas searched, inference left open: one treated state.
fn prop99() -> (Panel, Analysis, Labels) {
    let data = Data::load("prop99.csv", "state", "year");
    let design = Design { groupings: vec![Grouping::EventTime], ..Default::default() };
    let panel = data.panel("packs_per_capita", "treated", &design);
    let grids =
        GivenGrids { time: Some(vec![0.0, 0.3]), unit: Some(vec![0.0, 0.05]), nn: Some(vec![INF]) };
    let found = analysis(&panel, &AnalysisOptions { grids, ..Default::default() });
    let names = Names {
        units: data.units.clone(),
        periods: data.periods.clone(),
        ..named(["packs_per_capita", "treated", "state", "year"])
    };
    let labels = Labels { names, percent: true, ..Labels::of_panel(&panel) };
    (panel, found, labels)
}

/// Lambdas given, a logarithm, covariates, weights of averages, staggered adoption.
fn castle() -> (Panel, Analysis, Labels) {
    let data = Data::load("castle.csv", "sid", "year");
    let weights = data.matrix("popwt").chunks(data.periods.len()).map(|row| row[0]).collect();
    let design = Design {
        average: Some(weights),
        covariates: vec![data.matrix("unemployrt"), data.matrix("poverty")],
        groupings: vec![Grouping::EventTime, Grouping::Cohort],
        ..Default::default()
    };
    let panel = data.panel("l_homicide", "post", &design);
    let lambdas = Some(Lambdas { time: 0.2, unit: 0.0, nn: INF });
    let inference = Some(InferenceMethod::Jackknife);
    let options = AnalysisOptions { lambdas, inference, ..Default::default() };
    let names = Names {
        units: data.units.clone(),
        periods: data.periods.clone(),
        covariates: vec!["unemployrt".into(), "poverty".into()],
        ..named(["l_homicide", "post", "sid", "year"])
    };
    let found = analysis(&panel, &options);
    let average_weights = Some("popwt".into());
    let labels = Labels { names, average_weights, ..Labels::of_panel(&panel) };
    (panel, found, labels)
}

fn page(panel: &Panel, found: &Analysis, labels: &Labels) -> String {
    let pictures = vec![Picture::new(PictureKind::Event, Image::svg("<svg/>"))];
    let call = "trop(data, ...)".into();
    let versions = "tropanel 0.1.0, a language 1.0".into();
    let computed = Supplement::compute(panel, found, &Silent).unwrap();
    report(found, labels, &Supplement { pictures, call, versions, ..computed })
}

#[test]
fn prop99_in_words() {
    let (panel, found, labels) = prop99();
    assert_golden("prop99_summary.txt", &summary(&found, &labels));
    assert_golden("prop99_page.html", &in_lines(&page(&panel, &found, &labels)));
    assert_eq!(headline(&found).lines().count(), 1);
}

#[test]
fn castle_in_words() {
    let (panel, found, labels) = castle();
    assert_golden("castle_summary.txt", &summary(&found, &labels));
    assert_golden("castle_page.html", &in_lines(&page(&panel, &found, &labels)));
    // Nobody asked for percentages, which of a logarithm mean nothing.
    let page = page(&panel, &found, &labels);
    assert!(!page.to_lowercase().contains("percent"));
    assert!(!summary(&found, &labels).to_lowercase().contains("percent"));
    assert!(!format!("{:?}", tables(&found, &labels)).contains("percent"));
}

#[test]
fn a_placebo_in_time_in_words() {
    let (panel, found, labels) = prop99();
    let saved = Saved { panel, analysis: found, labels, ids: Ids::default() };
    let Saved { panel, analysis, labels, .. } =
        saved.placebo_in_time(Some(4), None, &Silent).unwrap();
    let analysis = in_a_second(analysis);
    assert_golden("placebo_summary.txt", &summary(&analysis, &labels));
    let page = page(&panel, &analysis, &labels);
    assert_golden("placebo_page.html", &in_lines(&page));
    let title = "Placebo in time: Effect of treated on packs_per_capita";
    assert!(page.contains(&format!("<title>{title}</title>")));
    // A name of the caller's own does not hide it.
    let labels = Labels { effect_label: Some("Effect of the law".into()), ..labels };
    let page = report(&analysis, &labels, &Supplement::default());
    assert!(page.contains("<h1>Placebo in time: Effect of the law</h1>"));
}

#[test]
fn summaries_fit_a_terminal() {
    for (_, found, labels) in [prop99(), castle()] {
        assert!(summary(&found, &labels).lines().all(|line| line.chars().count() <= 80));
        assert!(notes(&found, &labels).iter().all(|note| note.text.ends_with('.')));
    }
}
