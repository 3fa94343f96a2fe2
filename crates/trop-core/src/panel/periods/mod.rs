//! The order of periods, and how far apart they are, from ids of any type: one rule for every language.

mod dates;
mod natural;
mod numbers;
mod readings;
mod tokens;

use crate::by_name::{self, by_name};
use crate::error::{Error, Result};
pub use dates::Moment;
use natural::{Natural, Why};

/// Ids of a panel's periods, all of them different.
///
/// ```
/// use trop_core::{order_periods, PeriodIds, Standing};
/// let weeks = PeriodIds::Texts(["Week 10", "Week 9", "Week 11"].map(String::from).to_vec());
/// let periods = order_periods(&weeks, Standing::Loose)?;
/// assert_eq!(periods.order, [1, 0, 2]);
/// assert_eq!(periods.calendar, Some(vec![9.0, 10.0, 11.0]));
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PeriodIds {
    /// Numbers: years, counts, or coded dates such as 201911.
    Numbers(Vec<f64>),
    /// Dates and times.
    Moments(Vec<Moment>),
    /// Texts. They have an order in time if every plausible reading gives the same one: of numbers, of dates, of
    /// English names of months, of one number among words that do not change.
    Texts(Vec<String>),
}

/// What the order says in which ids are handed over.
///
/// ```
/// use trop_core::{order_periods, PeriodIds, Standing};
/// let words = PeriodIds::Texts(["early", "mid", "late"].map(String::from).to_vec());
/// assert_eq!(order_periods(&words, Standing::Ordered)?.order, [0, 1, 2]);
/// let error = order_periods(&words, Standing::Loose).unwrap_err();
/// assert_eq!(error.code(), "time_order_ambiguous");
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// Nothing.
    Loose,
    /// The order of categories, which may be nobody's choice: alphabetical order says nothing, and what
    /// contradicts the ids is refused.
    Listed,
    /// The order of categories that are declared as ordered: it holds, except for texts in alphabetical order that
    /// say something else.
    Ordered,
    /// The columns of a matrix: it holds, and what contradicts it is refused.
    Columns,
}

impl Standing {
    /// Its name: `loose`, `listed`, `ordered` or `columns`.
    ///
    /// ```
    /// assert_eq!(trop_core::Standing::Loose.name(), "loose");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Standing::Loose => "loose",
            Standing::Listed => "listed",
            Standing::Ordered => "ordered",
            Standing::Columns => "columns",
        }
    }

    /// The standing of a name.
    ///
    /// ```
    /// use trop_core::Standing;
    /// assert_eq!(Standing::from_name("listed"), Some(Standing::Listed));
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        by_name::find(name)
    }
}

by_name!(
    Standing,
    "standing",
    [Standing::Loose, Standing::Listed, Standing::Ordered, Standing::Columns]
);

/// Periods in order.
///
/// ```
/// use trop_core::{order_periods, PeriodIds, Standing};
/// let months = order_periods(&PeriodIds::Numbers(vec![202001.0, 201911.0, 201912.0]), Standing::Loose)?;
/// assert_eq!(months.order, [1, 2, 0]);
/// let calendar = months.calendar.unwrap();
/// assert_eq!((calendar[1] - calendar[0], calendar[2] - calendar[1]), (1.0, 1.0));
/// # Ok::<(), trop_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PeriodOrder {
    /// The position of each period among the ids, from the first period on.
    pub order: Vec<usize>,
    /// A value of each period in this order, to measure gaps with; strictly increasing. `None` if the ids say none.
    pub calendar: Option<Vec<f64>>,
}

/// Puts the ids of periods in order.
///
/// # Errors
/// [`Error::PeriodsUnordered`] where the order in time is a guess.
///
/// ```
/// use trop_core::{order_periods, PeriodIds, Standing};
/// let quarters = PeriodIds::Texts(["Q1 2020", "Q4 2019", "Q3 2019"].map(String::from).to_vec());
/// assert_eq!(order_periods(&quarters, Standing::Loose)?.order, [2, 1, 0]);
/// // The second of January, or the first of February?
/// let dates = PeriodIds::Texts(["01/02/2020", "02/01/2020"].map(String::from).to_vec());
/// assert!(order_periods(&dates, Standing::Loose).is_err());
/// # Ok::<(), trop_core::Error>(())
/// ```
pub fn order_periods(ids: &PeriodIds, standing: Standing) -> Result<PeriodOrder> {
    let found = match (natural(ids), standing) {
        (Ok(natural), Standing::Loose) => Ok(PeriodOrder::of(natural)),
        (Err(why), Standing::Loose) | (Err(why @ "tie"), Standing::Listed) => Err(why),
        (Err(_), Standing::Listed) if is_alphabetical(ids) => Err("alphabetical"),
        (Err(_), _) => Ok(PeriodOrder { order: (0..ids.len()).collect(), calendar: None }),
        (Ok(natural), _) => given(ids, natural, standing),
    };
    found.map_err(|why| Error::PeriodsUnordered { why, labels: ids.examples() })
}

/// The order of ids that stand in one and say one.
fn given(
    ids: &PeriodIds,
    natural: Natural,
    standing: Standing,
) -> std::result::Result<PeriodOrder, Why> {
    let is_natural = natural.order.is_sorted();
    let alphabetical = is_alphabetical(ids);
    match standing {
        _ if is_natural => Ok(PeriodOrder::of(natural)),
        Standing::Listed if alphabetical => Ok(PeriodOrder::of(natural)),
        Standing::Ordered if alphabetical => Err("categories"),
        _ => match turned(&natural) {
            Some(turned) => Ok(turned),
            None if standing == Standing::Ordered => {
                Ok(PeriodOrder { order: (0..ids.len()).collect(), calendar: None })
            }
            None if standing == Standing::Columns => Err("columns"),
            None => Err("categories"),
        },
    }
}

/// The order as it is given, if it goes round a circle once from another start, as from September to August.
fn turned(natural: &Natural) -> Option<PeriodOrder> {
    let (length, calendar) = (natural.circle?, natural.calendar.as_ref()?);
    let n = natural.order.len();
    let mut places = vec![0.0; n];
    for (&at, &place) in natural.order.iter().zip(calendar) {
        places[at] = place;
    }
    let falls = (1..n).filter(|&k| places[k] < places[k - 1]).count();
    if falls != 1 || places[n - 1] >= places[0] {
        return None;
    }
    let start = places[0];
    let round = |place: f64| if place < start { place + length } else { place };
    Some(PeriodOrder {
        order: (0..n).collect(),
        calendar: Some(places.into_iter().map(round).collect()),
    })
}

fn natural(ids: &PeriodIds) -> std::result::Result<Natural, Why> {
    match ids {
        PeriodIds::Numbers(values) => Ok(sorted(
            values.len(),
            |a, b| values[a].total_cmp(&values[b]),
            |order| numbers::calendar(&order.iter().map(|&k| values[k]).collect::<Vec<_>>()),
        )),
        PeriodIds::Moments(moments) => Ok(sorted(
            moments.len(),
            |a, b| moments[a].instant.total_cmp(&moments[b].instant),
            |order| dates::calendar(&order.iter().map(|&k| moments[k]).collect::<Vec<_>>()),
        )),
        PeriodIds::Texts(texts) => readings::read(texts),
    }
}

/// Ids by their values; those whose values are the same number stay as they stand.
fn sorted(
    n: usize,
    compare: impl Fn(usize, usize) -> std::cmp::Ordering,
    calendar: impl Fn(&[usize]) -> Option<Vec<f64>>,
) -> Natural {
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| compare(a, b));
    Natural { calendar: calendar(&order), order, circle: None }
}

fn is_alphabetical(ids: &PeriodIds) -> bool {
    matches!(ids, PeriodIds::Texts(texts) if texts.is_sorted())
}

impl PeriodOrder {
    fn of(natural: Natural) -> Self {
        PeriodOrder { order: natural.order, calendar: natural.calendar }
    }
}

impl PeriodIds {
    fn len(&self) -> usize {
        match self {
            PeriodIds::Numbers(values) => values.len(),
            PeriodIds::Moments(moments) => moments.len(),
            PeriodIds::Texts(texts) => texts.len(),
        }
    }

    /// The first few ids.
    fn examples(&self) -> String {
        const MOST: usize = 4;
        let some: Vec<String> = match self {
            PeriodIds::Numbers(values) => values.iter().take(MOST).map(f64::to_string).collect(),
            PeriodIds::Moments(moments) => {
                moments.iter().take(MOST).map(Moment::to_string).collect()
            }
            PeriodIds::Texts(texts) => {
                texts.iter().take(MOST).map(|text| format!("'{text}'")).collect()
            }
        };
        let more = if self.len() > MOST {
            format!(" and {} more", self.len() - MOST)
        } else {
            String::new()
        };
        some.join(", ") + &more
    }
}
