//! Tables as a reader sees them: headings in words, few digits, long ones folded.

use crate::text::count;
use maud::{html, Markup};

/// Rows of a table that is shown unfolded.
const SHORT: usize = 12;

/// Rows beyond which the page does not go: whoever wants them all has the table itself.
const MOST: usize = 500;

/// A table of texts.
pub(super) struct Grid {
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// Leading columns of words, not numbers.
    pub n_text: usize,
}

impl Grid {
    pub fn new(head: &[&str], rows: Vec<Vec<String>>) -> Self {
        Grid { head: head.iter().map(|&name| name.into()).collect(), rows, n_text: 1 }
    }

    /// The table with what it shows, folded if it is long; nothing if it is empty.
    pub fn markup(&self, caption: &str) -> Markup {
        let n = self.rows.len();
        html! {
            @if n > SHORT {
                details {
                    summary { (caption) " (" (count(n, "row")) ")" }
                    (self.table(None))
                    @if n > MOST { p.small { "... and " (count(n - MOST, "row")) " more." } }
                }
            } @else if n > 0 {
                (self.table(Some(caption)))
            }
        }
    }

    fn table(&self, caption: Option<&str>) -> Markup {
        html! {
            div.wide {
                table {
                    @if let Some(caption) = caption { caption { (caption) } }
                    thead { tr { @for name in &self.head { th { (name) } } } }
                    tbody {
                        @for row in self.rows.iter().take(MOST) {
                            tr {
                                @for (k, cell) in row.iter().enumerate() {
                                    td class=[(k < self.n_text).then_some("text")] { (cell) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
