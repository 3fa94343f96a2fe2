//! Texts of periods as moments in time: they have an order if every plausible reading gives the same one.

use super::dates::{self, day_number, is_date, month_number, week_number, Moment};
use super::natural::{increasing, Natural, Why};
use super::numbers::{self, is_year};
use super::tokens::{shape, tokens, Token};

/// Orders of parts beyond which nobody would read them alike.
const MOST_PARTS: usize = 3;

/// A number or a month that stands at the same place of every text.
struct Part {
    values: Vec<i64>,
    is_month: bool,
    /// Four digits in every text.
    is_year: bool,
    /// Two digits in every text.
    is_padded: bool,
}

impl Part {
    fn varies(&self) -> bool {
        self.values.iter().any(|value| *value != self.values[0])
    }

    fn lies_in(&self, range: std::ops::RangeInclusive<i64>) -> bool {
        self.values.iter().all(|value| range.contains(value))
    }
}

pub(super) fn read(texts: &[String]) -> Result<Natural, Why> {
    if texts.len() < 2 {
        return Ok(Natural { order: (0..texts.len()).collect(), calendar: None, circle: None });
    }
    if let Some(numbers) = plain_numbers(texts)? {
        return of_numbers(&numbers);
    }
    let (shape, parts) = parts(texts)?;
    let order = agreed(&candidates(&parts, &shape)?, &parts)?;
    let varying: Vec<&Part> = parts.iter().filter(|part| part.varies()).collect();
    let is_circle = varying.len() == 1 && varying[0].is_month && parts.len() == 1;
    let calendar = calendar(&parts, &shape, &order);
    Ok(Natural { order, calendar, circle: is_circle.then_some(12.0) })
}

/// A text that is a number and nothing else: its value, and what stands before and after the point.
struct Number {
    value: f64,
    whole: i64,
    fraction: i64,
}

/// All texts as numbers; `None` if one is something else.
fn plain_numbers(texts: &[String]) -> Result<Option<Vec<Number>>, Why> {
    let numbers: Option<Vec<Number>> = texts.iter().map(|text| plain_number(text)).collect();
    let exact = |number: &Number| number.whole.abs() < 1 << 53;
    match numbers {
        Some(numbers) if numbers.iter().all(exact) => Ok(Some(numbers)),
        Some(_) => Err("unread"),
        None => Ok(None),
    }
}

fn plain_number(text: &str) -> Option<Number> {
    let text = text.trim().replace('\u{2212}', "-");
    let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| {
        !part.is_empty() && part.len() < 18 && part.bytes().all(|b| b.is_ascii_digit())
    };
    if !plain(whole) || !plain(fraction) {
        return None;
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let part = |digits: &str| digits.parse::<i64>().ok().map(|value| sign * value);
    Some(Number { value: text.parse().ok()?, whole: part(whole)?, fraction: part(fraction)? })
}

/// Numbers in order, if 2001.10 comes before 2001.9 neither or both as decimals and as parts.
fn of_numbers(numbers: &[Number]) -> Result<Natural, Why> {
    let order = by(numbers.len(), |a, b| numbers[a].value.total_cmp(&numbers[b].value))?;
    let of_parts = |k: usize| (numbers[k].whole, numbers[k].fraction);
    if by(numbers.len(), |a, b| of_parts(a).cmp(&of_parts(b)))? != order {
        return Err("readings");
    }
    let one = |part: &dyn Fn(&Number) -> i64| numbers.iter().all(|n| part(n) == part(&numbers[0]));
    let is_one_number = one(&|n| n.fraction) || one(&|n| n.whole);
    let values: Vec<f64> = order.iter().map(|&k| numbers[k].value).collect();
    let calendar = is_one_number.then(|| numbers::calendar(&values)).flatten();
    Ok(Natural { order, calendar, circle: None })
}

/// The shape of all texts, and their parts.
fn parts(texts: &[String]) -> Result<(String, Vec<Part>), Why> {
    let read = |signed| -> Option<(String, Vec<Vec<Token>>)> {
        let all: Vec<Vec<Token>> =
            texts.iter().map(|text| tokens(text, signed)).collect::<Option<_>>()?;
        let own = shape(all.first()?);
        all.iter().all(|tokens| shape(tokens) == own).then_some((own, all))
    };
    let (shape, all) = read(false).or_else(|| read(true)).ok_or("unread")?;
    let parts = (0..all[0].len()).filter_map(|at| part(&all, at)).collect();
    Ok((shape, parts))
}

fn part(all: &[Vec<Token>], at: usize) -> Option<Part> {
    let number = |tokens: &Vec<Token>| match tokens[at] {
        Token::Number { value, digits } => Some((value, digits)),
        Token::Month(month) => Some((month, 0)),
        _ => None,
    };
    let read: Vec<(i64, usize)> = all.iter().map(number).collect::<Option<_>>()?;
    let has = |width: usize| read.iter().all(|&(_, digits)| digits == width);
    Some(Part {
        is_month: has(0),
        is_year: has(4) && read.iter().all(|&(value, _)| is_year(value)),
        is_padded: has(2),
        values: read.into_iter().map(|(value, _)| value).collect(),
    })
}

/// The plausible ranks of the parts that vary, each from the longest stretch of time to the shortest.
fn candidates(parts: &[Part], shape: &str) -> Result<Vec<Vec<usize>>, Why> {
    let varying: Vec<usize> = (0..parts.len()).filter(|&k| parts[k].varies()).collect();
    let years: Vec<usize> = varying.iter().copied().filter(|&k| parts[k].is_year).collect();
    if let [year] = years[..] {
        return Ok(around(year, &varying, parts));
    }
    let is_clock = shape.chars().all(|c| c == '#' || c == ':');
    match varying.len() {
        0 => Err("tie"),
        _ if is_clock => Ok(vec![varying]),
        n if n <= MOST_PARTS => Ok(permutations(&varying)),
        _ => Err("readings"),
    }
}

/// The year first, a month with a name next, the rest as it stands; where two numbers stand before the year, both
/// orders of day and month that can be dates.
fn around(year: usize, varying: &[usize], parts: &[Part]) -> Vec<Vec<usize>> {
    let months = varying.iter().copied().filter(|&k| parts[k].is_month);
    let mut rest: Vec<usize> =
        varying.iter().copied().filter(|&k| k != year && !parts[k].is_month).collect();
    let before = rest.iter().filter(|&&k| k < year).count();
    let head: Vec<usize> = [year].into_iter().chain(months).collect();
    let has_month = head.len() > 1;
    let of_date =
        |ranked: &[usize]| parts[ranked[0]].lies_in(1..=12) && parts[ranked[1]].lies_in(1..=31);
    let mut found = Vec::new();
    if before < 2 || has_month {
        found.push([&head[..], &rest].concat());
        return found;
    }
    if before > 2 {
        return permutations(&rest).into_iter().map(|rest| [&head[..], &rest].concat()).collect();
    }
    for _ in 0..2 {
        if of_date(&rest) {
            found.push([&head[..], &rest].concat());
        }
        rest.swap(0, 1);
    }
    if found.is_empty() {
        found = permutations(&rest).into_iter().map(|rest| [&head[..], &rest].concat()).collect();
    }
    found
}

fn permutations(of: &[usize]) -> Vec<Vec<usize>> {
    if of.len() < 2 {
        return vec![of.to_vec()];
    }
    let first = |k: usize| {
        let others: Vec<usize> = of.iter().copied().filter(|&other| other != of[k]).collect();
        permutations(&others).into_iter().map(move |rest| [vec![of[k]], rest].concat())
    };
    (0..of.len()).flat_map(first).collect()
}

/// The order that all readings give.
fn agreed(candidates: &[Vec<usize>], parts: &[Part]) -> Result<Vec<usize>, Why> {
    let n = parts[0].values.len();
    let key = |ranked: &[usize], k: usize| -> Vec<i64> {
        ranked.iter().map(|&p| parts[p].values[k]).collect()
    };
    let order = |ranked: &Vec<usize>| by(n, |a, b| key(ranked, a).cmp(&key(ranked, b)));
    let first = order(&candidates[0])?;
    for ranked in &candidates[1..] {
        if order(ranked)? != first {
            return Err("readings");
        }
    }
    Ok(first)
}

/// Positions in order; two that are equal are the same period in other words.
fn by(n: usize, compare: impl Fn(usize, usize) -> std::cmp::Ordering) -> Result<Vec<usize>, Why> {
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| compare(a, b));
    match order.windows(2).any(|w| compare(w[0], w[1]).is_eq()) {
        true => Err("tie"),
        false => Ok(order),
    }
}

/// A value of each text in its order: of a date where the shape is one, else of the one part that varies.
fn calendar(parts: &[Part], shape: &str, order: &[usize]) -> Option<Vec<f64>> {
    let bare: String = shape.chars().filter(|c| !" -/.,:".contains(*c)).collect();
    let varying: Vec<&Part> = parts.iter().filter(|part| part.varies()).collect();
    let in_order = |part: &Part| order.iter().map(|&k| part.values[k] as f64).collect::<Vec<f64>>();
    let dated = dated(parts, &bare, order);
    match (dated, &varying[..]) {
        (Some(values), _) => increasing(values),
        (None, [one]) => numbers::calendar(&in_order(one)),
        _ => None,
    }
}

/// Values of dates: `bare` is the shape without marks.
fn dated(parts: &[Part], bare: &str, order: &[usize]) -> Option<Vec<f64>> {
    let values =
        |value: &dyn Fn(usize) -> f64| Some(order.iter().map(|&k| value(k)).collect::<Vec<_>>());
    let at = |part: usize, k: usize| parts[part].values[k];
    let year = (0..parts.len()).find(|&k| parts[k].is_year)?;
    let month = (0..parts.len()).find(|&k| parts[k].is_month);
    match (bare, year) {
        ("##" | "#m#" | "@#" | "#@", _) => {
            let of_year = month.unwrap_or(1 - year);
            let reads = month.is_some() || is_numbered_month(&parts[of_year]);
            reads.then(|| values(&|k| month_number(at(year, k), at(of_year, k))))?
        }
        ("#q#" | "q##", _) if parts[1 - year].lies_in(1..=4) => {
            values(&|k| (at(year, k) * 4 + at(1 - year, k)) as f64)
        }
        ("#w#" | "w##", _) if parts[1 - year].lies_in(1..=53) => {
            values(&|k| week_number(at(year, k), at(1 - year, k)))
        }
        ("#@#" | "@##", 2) => of_days(parts, [2, month?, 1 - month?], order),
        ("#@#" | "##@", 0) => of_days(parts, [0, month?, 3 - month?], order),
        ("###" | "#####" | "######" | "###t##" | "###t###" | "###t##z" | "###t###z", 0) => {
            of_days(parts, [0, 1, 2], order)
        }
        ("###", 2) => {
            let found: Vec<_> = [[2, 0, 1], [2, 1, 0]]
                .iter()
                .filter_map(|ranks| of_days(parts, *ranks, order))
                .collect();
            if found.len() == 1 {
                found.into_iter().next()
            } else {
                None
            }
        }
        _ => None,
    }
}

/// Months by number, not quarters or halves of years.
fn is_numbered_month(part: &Part) -> bool {
    part.lies_in(1..=12) && (part.is_padded || !part.lies_in(1..=4))
}

/// Dates by the places of year, month and day; times of the day follow.
fn of_days(parts: &[Part], [year, month, day]: [usize; 3], order: &[usize]) -> Option<Vec<f64>> {
    let moment = |&k: &usize| {
        let at = |part: usize| parts[part].values[k];
        let clock: i64 =
            (3..parts.len()).zip([3600, 60, 1]).map(|(part, unit)| at(part) * unit).sum();
        let day_number = is_date(at(year), at(month), at(day))
            .then(|| day_number(at(year), at(month), at(day)))?;
        let clock = clock as f64;
        Some(Moment { clock, instant: day_number as f64 * 86_400.0 + clock, day: day_number })
    };
    dates::calendar(&order.iter().map(moment).collect::<Option<Vec<_>>>()?)
}
