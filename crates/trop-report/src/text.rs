//! Numbers and lists as text, the same in every language.

use unicode_width::UnicodeWidthStr;

/// Columns of the widest line of a summary.
const WIDTH: usize = 80;

/// Blanks between two columns.
const GAP: usize = 2;

/// Powers of ten that are written without an exponent.
const PLAIN: std::ops::RangeInclusive<i32> = -5..=14;

/// A number as a reader would copy it: 6 significant digits.
pub(crate) fn number(value: f64) -> String {
    significant(value, 6)
}

/// A number as a reader would say it: 4 significant digits.
pub(crate) fn short(value: f64) -> String {
    significant(value, 4)
}

/// A p-value: 3 significant digits.
pub(crate) fn probability(value: f64) -> String {
    significant(value, 3)
}

/// A relative duality gap.
pub(crate) fn gap(value: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    if value.is_finite() {
        format!("{value:.1e}")
    } else {
        "unknown".into()
    }
}

/// A number with so many significant digits, but all digits before the point, and no zeros at its end.
/// `none` if it is not a number, and no minus before a zero.
pub(crate) fn significant(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return "none".into();
    }
    if value == 0.0 || value.is_infinite() {
        return (value + 0.0).to_string();
    }
    let scientific = format!("{value:.*e}", digits - 1);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !PLAIN.contains(&exponent) {
        return format!("{}e{exponent}", trimmed(mantissa));
    }
    let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
    trimmed(&format!("{value:.decimals$}")).into()
}

fn trimmed(number: &str) -> &str {
    if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    }
}

/// A bound of an interval.
fn bound(value: f64, write: fn(f64) -> String) -> String {
    if value.is_infinite() {
        "unbounded".into()
    } else {
        write(value)
    }
}

/// An interval; `none` if there is none.
pub(crate) fn interval(ci: (f64, f64), write: fn(f64) -> String) -> String {
    if ci.0.is_nan() || ci.1.is_nan() {
        return "none".into();
    }
    format!("[{}, {}]", bound(ci.0, write), bound(ci.1, write))
}

/// A level as a percentage.
pub(crate) fn level(level: f64) -> String {
    format!("{}%", number(100.0 * level))
}

/// A number of things.
pub(crate) fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", either(n, "", "s"))
}

/// The word for one thing, or that for any other number of them.
pub(crate) fn either(n: usize, one: &'static str, several: &'static str) -> &'static str {
    if n == 1 {
        one
    } else {
        several
    }
}

/// The first few items, and how many more there are.
pub(crate) fn listed(items: impl IntoIterator<Item = String>, most: usize) -> String {
    let items: Vec<String> = items.into_iter().collect();
    let first = items[..items.len().min(most)].join(", ");
    match items.len().saturating_sub(most) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// Text as a sentence: a capital first, one full stop last.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

/// A name or label on one line: characters that would move a terminal's cursor are blanks.
pub(crate) fn on_one_line(label: &str) -> String {
    label.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Rows with columns of one width each.
pub(crate) fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let n_columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |k: usize| rows.iter().filter_map(|row| row.get(k)).map(|x| x.width()).max();
    let widths: Vec<usize> = (0..n_columns).filter_map(width).collect();
    let padded = |(text, width): (&String, &usize)| {
        format!("{text}{}", " ".repeat(width - text.width() + GAP))
    };
    rows.iter().map(|row| row.iter().zip(&widths).map(padded).collect()).collect()
}

/// Lines of words, the first after `lead`, the others after as many blanks. A word is never cut.
pub(crate) fn wrapped(lead: &str, text: &str) -> Vec<String> {
    let indent = " ".repeat(lead.width());
    let mut lines = vec![lead.to_string()];
    let mut is_empty = true;
    for word in text.split_whitespace() {
        let line = lines.last().map_or(0, |line| line.width());
        if !is_empty && line + 1 + word.width() > WIDTH {
            lines.push(indent.clone());
            is_empty = true;
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(if is_empty { "" } else { " " });
            line.push_str(word);
        }
        is_empty = false;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_whole_digits_and_lose_zeros_at_the_end() {
        let cases = [
            (0.5, "0.5"),
            (-24.477_512_3, "-24.4775"),
            (1_234_567.8, "1234568"),
            (9.999_999_9, "10"),
            (100.0, "100"),
            (0.000_012_345_678, "0.0000123457"),
            (1.5e-9, "1.5e-9"),
            (-2e20, "-2e20"),
            (-0.0, "0"),
            (f64::NAN, "none"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
        assert_eq!(short(-24.477_512_3), "-24.48");
        assert_eq!(probability(0.025_641), "0.0256");
    }

    #[test]
    fn bounds_that_are_not_there_say_so() {
        assert_eq!(interval((f64::NEG_INFINITY, 2.5), number), "[unbounded, 2.5]");
        assert_eq!(interval((f64::NAN, 2.5), number), "none");
        assert_eq!(gap(f64::INFINITY), "unknown");
        assert_eq!((gap(0.0024), gap(0.0)), ("2.4e-3".into(), "0".into()));
        assert_eq!(level(0.995), "99.5%");
    }

    #[test]
    fn one_thing_and_several() {
        assert_eq!((count(1, "cell"), count(0, "cell")), ("1 cell".into(), "0 cells".into()));
        let items = || ["a", "b", "c"].map(String::from);
        assert_eq!(
            (listed(items(), 3), listed(items(), 2)),
            ("a, b, c".into(), "a, b and 1 more".into())
        );
        assert_eq!(sentence("too few units"), "Too few units.");
        assert_eq!(sentence("Done."), "Done.");
    }

    #[test]
    fn lines_are_filled_by_what_a_terminal_shows() {
        // A Chinese character is two columns wide.
        let word = "\u{7701}".repeat(30);
        let lines = wrapped("- ", &format!("{word} {word} end"));
        assert_eq!(lines, [format!("- {word}"), format!("  {word} end")]);
        assert_eq!(on_one_line("a\nb\u{1b}[2J"), "a b [2J");
    }
}
