//! Coverage and power of each method as one SVG picture.

use crate::row::Row;
use crate::tally::LEVEL;

const WIDTH: f64 = 860.0;
const LINE: f64 = 20.0;
/// Height above the first group, of a group's title, and below the last group.
const TOP: f64 = 56.0;
const TITLE: f64 = 28.0;
const BOTTOM: f64 = 56.0;

/// A scale from `from` to `to`, drawn from `left` to `right`.
struct Axis {
    title: &'static str,
    from: f64,
    to: f64,
    left: f64,
    right: f64,
    ticks: &'static [f64],
}

const COVERAGE: Axis = Axis {
    title: "Coverage of the 95% interval",
    from: 0.5,
    to: 1.0,
    left: 130.0,
    right: 480.0,
    ticks: &[0.5, 0.6, 0.7, 0.8, 0.9, 1.0],
};

const POWER: Axis = Axis {
    title: "Power at an effect of one noise sd",
    from: 0.0,
    to: 1.0,
    left: 540.0,
    right: 830.0,
    ticks: &[0.0, 0.25, 0.5, 0.75, 1.0],
};

pub fn svg(rows: &[Row]) -> String {
    let groups: Vec<&[Row]> = rows.chunk_by(|a, b| a.design == b.design).collect();
    let bottom = TOP + TITLE * groups.len() as f64 + LINE * rows.len() as f64;
    let mut body = COVERAGE.frame(bottom) + &POWER.frame(bottom);
    body += &line(COVERAGE.at(LEVEL), TOP, COVERAGE.at(LEVEL), bottom, "level");
    let mut y = TOP;
    for group in groups {
        body += &text(10.0, y + 19.0, "title", group[0].design.name);
        y += TITLE;
        for row in group {
            body += &marks(row, y + 0.5 * LINE);
            y += LINE;
        }
    }
    body += &text(0.5 * WIDTH, bottom + 42.0, "small", LEGEND);
    let height = bottom + BOTTOM;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"sans-serif\" font-size=\"13\">\n{STYLE}\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"white\"/>\n{body}</svg>\n"
    )
}

const LEGEND: &str =
    "dots: share of intervals that hold the effect, with two standard errors on each side; \
                      dashed: 95%; bars: share of intervals that do not hold zero";

const STYLE: &str =
    "<style>.title{font-weight:bold}.small{font-size:11px;fill:#555;text-anchor:middle}\
    .name{text-anchor:end}.head{font-weight:bold;text-anchor:middle}.grid{stroke:#ddd}\
    .level{stroke:#b00;stroke-dasharray:4 3}.whisker{stroke:#369;stroke-width:2}</style>\n";

impl Axis {
    fn at(&self, value: f64) -> f64 {
        let share = (value.clamp(self.from, self.to) - self.from) / (self.to - self.from);
        self.left + share * (self.right - self.left)
    }

    fn frame(&self, bottom: f64) -> String {
        let mut frame = text(0.5 * (self.left + self.right), 20.0, "head", self.title);
        for &tick in self.ticks {
            frame += &line(self.at(tick), TOP, self.at(tick), bottom, "grid");
            frame += &text(self.at(tick), bottom + 16.0, "small", &format!("{tick}"));
        }
        frame
    }
}

/// Coverage with two standard errors on each side, and a bar of power.
fn marks(row: &Row, y: f64) -> String {
    let coverage = row.tally.coverage;
    let error = 2.0 * row.tally.standard_error(coverage);
    let (low, high) = (COVERAGE.at(coverage - error), COVERAGE.at(coverage + error));
    let bar = POWER.at(row.tally.power) - POWER.left;
    text(COVERAGE.left - 10.0, y + 4.0, "name", row.method.name())
        + &line(low, y, high, y, "whisker")
        + &format!(
            "<circle cx=\"{:.1}\" cy=\"{y}\" r=\"4\" fill=\"#369\"/>\n",
            COVERAGE.at(coverage)
        )
        + &format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{bar:.1}\" height=\"10\" fill=\"#9bc\"/>\n",
            POWER.left,
            y - 5.0
        )
}

fn line(x1: f64, y1: f64, x2: f64, y2: f64, class: &str) -> String {
    format!("<line x1=\"{x1:.1}\" y1=\"{y1}\" x2=\"{x2:.1}\" y2=\"{y2}\" class=\"{class}\"/>\n")
}

fn text(x: f64, y: f64, class: &str, words: &str) -> String {
    format!("<text x=\"{x}\" y=\"{y}\" class=\"{class}\">{words}</text>\n")
}
