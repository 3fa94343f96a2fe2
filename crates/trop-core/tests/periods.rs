//! The order of periods, and how far apart they are, from texts, numbers and moments.

use trop_core::{order_periods, Error, PeriodIds, Standing};

fn texts(given: &[&str]) -> PeriodIds {
    PeriodIds::Texts(given.iter().map(|t| t.to_string()).collect())
}
fn gaps(given: &[&str]) -> Option<Vec<f64>> {
    let found =
        order_periods(&texts(given), Standing::Loose).unwrap_or_else(|e| panic!("{given:?} {e:?}"));
    assert_eq!(found.order, (0..given.len()).collect::<Vec<_>>(), "{given:?}");
    found.calendar.map(|c| c.windows(2).map(|w| w[1] - w[0]).collect())
}
fn why(given: &[&str], s: Standing) -> String {
    match order_periods(&texts(given), s) {
        Err(Error::PeriodsUnordered { why, .. }) => why.into(),
        x => format!("{x:?}"),
    }
}
#[test]
fn texts_of_many_forms() {
    let even = Some(vec![1.0, 1.0]);
    for given in [
        ["9", "10", "11"],
        ["-1", "0", "1"],
        ["Week 9", "Week 10", "Week 11"],
        ["w9", "w10", "w11"],
        ["Jan", "Feb", "Mar"],
        ["January", "february", "March"],
        ["2019-11", "2019-12", "2020-01"],
        ["2019m11", "2019m12", "2020m1"],
        ["Nov 2019", "Dec 2019", "Jan 2020"],
        ["2019 Nov", "2019 Dec", "2020 Jan"],
        ["2019Q3", "2019Q4", "2020Q1"],
        ["Q3 2019", "Q4 2019", "Q1 2020"],
        ["2020W52", "2020W53", "2021W01"],
        ["11/2019", "12/2019", "01/2020"],
        ["2019-11-30", "2019-12-31", "2020-01-31"],
        ["30.12.2019", "31.12.2019", "01.01.2020"],
        ["30 Dec 2019", "31 Dec 2019", "1 Jan 2020"],
        ["Dec 30, 2019", "Dec 31, 2019", "Jan 1, 2020"],
        ["12/30/2019", "12/31/2019", "01/01/2020"],
        ["t-1", "t+0", "t+1"],
        ["t-1", "t0", "t1"],
        ["Week-9", "Week-10", "Week-11"],
        ["201911", "201912", "202001"],
        ["20191130", "20191231", "20200131"],
        ["\u{2212}1", "0", "1"],
        ["2019-12-30 12:00:00", "2019-12-31 12:00:00", "2020-01-01 12:00:00"],
        ["FY2019", "FY2020", "FY2021"],
        ["-2 months", "-1 months", "0 months"],
        ["Sept 2019", "Oct 2019", "Nov 2019"],
    ] {
        assert_eq!(gaps(&given), even, "{given:?}");
    }
    assert_eq!(gaps(&["1.0", "2.0", "10.0"]), Some(vec![1.0, 8.0]));
    assert_eq!(gaps(&["2019-1", "2019-2", "2019-3", "2019-4", "2020-1"]), None);
    assert_eq!(gaps(&["1999/00", "2000/01", "2001/02"]), None);
    assert_eq!(gaps(&["2019.09", "2019.10", "2020.01"]), None);
    assert_eq!(gaps(&["09:05", "09:35", "10:05"]), None);
    assert_eq!(gaps(&["y2001", "y2002", "y2004"]), Some(vec![1.0, 2.0]));
    for (given, expected) in [
        (vec!["Nov-19", "Dec-19", "Jan-20"], "readings"),
        (vec!["early", "late", "mid"], "unread"),
        (vec!["pre", "post"], "unread"),
        (vec!["2001.9", "2001.10"], "readings"),
        (vec!["0.25", "0.5"], "readings"),
        (vec!["01/02/2020", "02/01/2020"], "readings"),
        (vec!["Y1M10", "Y2M9"], "readings"),
        (vec!["Week 1", "Week 01", "Week 2"], "tie"),
        (vec!["Q1 ", "Q1"], "tie"),
        (vec!["1", "01"], "tie"),
        (vec!["1e5", "2"], "unread"),
        (vec!["1st", "2nd"], "unread"),
        (vec!["Week 1", "wk 2"], "unread"),
        (vec!["week", "Week"], "tie"),
        (vec!["01:00 PM", "11:00 AM"], "unread"),
        (vec!["99999999999999999999", "1"], "unread"),
        (vec!["Jan 1 3", "Jan 2 2"], "readings"),
    ] {
        assert_eq!(why(&given, Standing::Loose), expected, "{given:?}");
    }
    assert_eq!(why(&["early", "late", "mid"], Standing::Listed), "alphabetical");
    assert_eq!(
        order_periods(&texts(&["early", "mid", "late"]), Standing::Listed).unwrap().order,
        [0, 1, 2]
    );
    assert_eq!(
        order_periods(&texts(&["1", "10", "2"]), Standing::Listed).unwrap().order,
        [0, 2, 1]
    );
    assert_eq!(why(&["3", "2", "1"], Standing::Listed), "categories");
    let found = order_periods(&texts(&["3", "2", "1"]), Standing::Ordered).unwrap();
    assert_eq!((found.order, found.calendar), (vec![0, 1, 2], None));
    assert_eq!(why(&["1", "10", "2"], Standing::Ordered), "categories");
    assert_eq!(why(&["3", "1", "2"], Standing::Columns), "columns");
    assert_eq!(order_periods(&texts(&["a", "A"]), Standing::Columns).unwrap().order, [0, 1]);
    let school =
        order_periods(&texts(&["Sep", "Oct", "Nov", "Dec", "Jan", "Mar"]), Standing::Listed)
            .unwrap();
    assert_eq!(school.calendar.unwrap(), [9., 10., 11., 12., 13., 15.]);
    assert_eq!(why(&["Mar", "Feb", "Jan"], Standing::Listed), "categories");
    assert_eq!(
        order_periods(&PeriodIds::Numbers(vec![3., 2., 1.]), Standing::Ordered).unwrap().calendar,
        None
    );
    assert_eq!(order_periods(&texts(&[]), Standing::Loose).unwrap().order, [0usize; 0]);
}

#[test]
fn what_is_refused_has_one_code_and_says_why() {
    let error = order_periods(&texts(&["pre", "post"]), Standing::Loose).unwrap_err();
    assert_eq!(error.code(), "time_order_ambiguous");
    assert!(error
        .to_string()
        .starts_with("'time' holds texts without a plain order in time, such as 'pre', 'post'"));
}
