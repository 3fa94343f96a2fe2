//! Panels from rows in any order, from matrices of any layout, and errors by name.

mod common;

use common::{Matrices, Random, PROP99};
use trop_core::{
    estimate, Cell, Design, Error, Grouping, Lambdas, Long, MatrixView, Names, Panel, Rows,
    Settings, Shape, Silent,
};

/// Columns of data in long form.
#[derive(Clone, Default)]
struct Columns {
    unit: Vec<i64>,
    time: Vec<i64>,
    outcome: Vec<f64>,
    treatment: Vec<f64>,
}

impl Columns {
    /// The observed cells of matrices in a random order; units and years are labels far from positions.
    fn shuffled(m: &Matrices, seed: u64) -> Self {
        let mut order: Vec<usize> =
            (0..m.outcome.len()).filter(|&k| !m.outcome[k].is_nan()).collect();
        let mut random = Random::new(seed);
        for k in (1..order.len()).rev() {
            order.swap(k, random.below(k + 1));
        }
        Columns {
            unit: order.iter().map(|k| 10 * (k / m.n_periods) as i64 - 70).collect(),
            time: order.iter().map(|k| 1970 + (k % m.n_periods) as i64).collect(),
            outcome: order.iter().map(|&k| m.outcome[k]).collect(),
            treatment: order.iter().map(|&k| m.treatment[k]).collect(),
        }
    }

    fn long(&self) -> Long<'_> {
        let Columns { unit, time, outcome, treatment } = self;
        Long { unit, time, outcome, treatment }
    }

    fn push(&mut self, unit: i64, time: i64, outcome: f64, treatment: f64) {
        self.unit.push(unit);
        self.time.push(time);
        self.outcome.push(outcome);
        self.treatment.push(treatment);
    }
}

fn same(a: &Panel, b: &Panel) {
    assert_eq!((a.n_units(), a.n_periods()), (b.n_units(), b.n_periods()));
    for unit in 0..a.n_units() {
        for period in 0..a.n_periods() {
            let cell = Cell { unit, period };
            assert_eq!(a.outcome(cell).to_bits(), b.outcome(cell).to_bits(), "{cell:?}");
            assert_eq!(a.is_treated(cell), b.is_treated(cell), "{cell:?}");
        }
    }
}

#[test]
fn shuffled_rows_make_the_panel_of_the_matrices() {
    let matrices = Matrices::load(&PROP99);
    for seed in 0..3 {
        let columns = Columns::shuffled(&matrices, seed);
        let panel = Panel::from_long(&columns.long()).unwrap();
        same(&panel, &matrices.panel());
        let att = |panel: &Panel| {
            estimate(panel, &Lambdas::TWO_WAY, &Settings::default(), &Silent).unwrap().att
        };
        assert_eq!(att(&panel).to_bits(), att(&matrices.panel()).to_bits());
    }
}

#[test]
fn rows_that_are_absent_are_missing_outcomes() {
    let mut matrices = Matrices::load(&PROP99);
    let mut random = Random::new(5);
    for _ in 0..200 {
        let k = random.below(matrices.outcome.len());
        // The treatment of an absent treated row is known only between others.
        if matrices.treatment[k] == 0.0 {
            matrices.outcome[k] = f64::NAN;
        }
    }
    let columns = Columns::shuffled(&matrices, 5);
    assert!(columns.unit.len() < matrices.outcome.len());
    same(&Panel::from_long(&columns.long()).unwrap(), &matrices.panel());
}

/// Unit 5 is treated in periods 1, 3, 4 and 6 of 8; it has no row for periods 2, 5 and 7.
#[test]
fn gaps_are_treated_between_treated_periods_only() {
    let mut columns = Columns::default();
    for t in 0..8 {
        columns.push(1, t, t as f64, 0.0);
    }
    for (t, w) in [(0, 0.0), (1, 1.0), (3, 1.0), (4, 1.0), (6, 0.0)] {
        columns.push(5, t, 1.0, w);
    }
    // A row without outcome and treatment is as good as none.
    columns.push(5, 2, f64::NAN, f64::NAN);
    let panel = Panel::from_long(&columns.long()).unwrap();
    let treated: Vec<usize> = panel.treated_cells().iter().map(|cell| cell.period).collect();
    assert_eq!(treated, [1, 2, 3, 4]);
}

fn four() -> Columns {
    let mut columns = Columns::default();
    columns.push(30, 2001, 6.0, 1.0);
    columns.push(10, 2001, 2.0, 0.0);
    columns.push(30, 2000, 4.0, 0.0);
    columns.push(10, 2000, 1.0, 0.0);
    columns
}

fn rejected(columns: &Columns) -> Error {
    Panel::from_long(&columns.long()).unwrap_err()
}

#[test]
fn each_fault_of_the_rows_has_its_error() {
    let mut twice = four();
    twice.push(10, 2000, 9.0, 0.0);
    let expected = Error::DuplicateRows { repeats: 1, unit: 0, period: 0, rows: (3, 4) };
    assert_eq!(rejected(&twice), expected);
    twice.push(10, 2000, 9.0, 0.0);
    assert!(rejected(&twice).to_string().starts_with("2 rows repeat"));

    let mut unknown = four();
    unknown.treatment[0] = f64::NAN;
    assert_eq!(rejected(&unknown), Error::TreatmentMissing { unit: 1, period: 1 });

    let mut half = four();
    half.treatment[1] = 0.5;
    let expected = Error::TreatmentNotBinary { unit: 0, period: 1, value: "0.5".into() };
    assert_eq!(rejected(&half), expected);

    let mut short = four();
    short.treatment.pop();
    let expected = Error::ColumnLength { what: "treatment", found: 3, expected: 4 };
    assert_eq!(rejected(&short), expected);
    short.time.pop();
    assert_eq!(rejected(&short), Error::ColumnLength { what: "time", found: 3, expected: 4 });

    assert_eq!(rejected(&Columns::default()).code(), "empty_panel");

    let many: Vec<i64> = (0..50_000).collect();
    assert_eq!(Rows::new(&many, &many).unwrap_err().code(), "too_large");
}

/// A treatment that is not binary is found where it stands, not where it would fill a gap.
#[test]
fn gaps_do_not_hide_what_is_wrong_beside_them() {
    let mut columns = four();
    columns.push(30, 2003, 5.0, 0.5);
    columns.push(10, 2002, 1.0, 0.0);
    columns.push(10, 2003, 1.0, 0.0);
    let expected = Error::TreatmentNotBinary { unit: 1, period: 3, value: "0.5".into() };
    assert_eq!(rejected(&columns), expected);
}

#[test]
fn covariates_and_groups_are_laid_out_as_the_panel() {
    let matrices = Matrices::load(&PROP99);
    let columns = Columns::shuffled(&matrices, 1);
    let rows = Rows::new(&columns.unit, &columns.time).unwrap();
    assert_eq!(rows.periods()[0], 1970);
    assert_eq!(rows.units()[..2], [-70, -60]);
    let laid_out = rows.matrix(&columns.outcome).unwrap();
    for (found, expected) in laid_out.iter().zip(&matrices.outcome) {
        assert_eq!(found.to_bits(), expected.to_bits());
    }
    let cells: Vec<Cell> = rows.cells().collect();
    let first = 10 * cells[0].unit as i64 - 70;
    assert_eq!((first, 1970 + cells[0].period as i64), (columns.unit[0], columns.time[0]));
    assert_eq!(rows.matrix(&[1.0]).unwrap_err().code(), "shape_mismatch");
    assert!(matches!(rows.grouping(&columns.time).unwrap(), Grouping::Given(codes)
        if codes[0] == 1970 && codes[1] == 1971));
}

#[test]
fn the_outcome_is_no_covariate_and_groups_hold_a_treated_cell() {
    let columns = four();
    let panel = || Panel::from_long(&columns.long()).unwrap();
    let own = Design { covariates: vec![vec![1.0, 2.0, 4.0, 6.0]], ..Default::default() };
    let error = panel().with_design(&own).unwrap_err();
    assert_eq!(
        (error.code(), &error),
        ("columns_repeated", &Error::CovariateIsOutcome { covariate: 0 })
    );
    let none = Grouping::Given(vec![1, 2, 3, Grouping::NONE]);
    let groups = Design { groupings: vec![Grouping::Unit, none], ..Default::default() };
    let error = panel().with_design(&groups).unwrap_err();
    assert_eq!(error, Error::GroupsEmpty { grouping: 1 });
}

#[test]
fn matrices_of_any_layout_make_the_same_panel() {
    let m = Matrices::load(&PROP99);
    let shape = Shape { n_units: m.n_units, n_periods: m.n_periods };
    let transposed = |by_row: &[f64]| -> Vec<f64> {
        let column = |t: usize| (0..m.n_units).map(move |i| by_row[i * m.n_periods + t]);
        (0..m.n_periods).flat_map(column).collect()
    };
    let (y, w) = (transposed(&m.outcome), transposed(&m.treatment));
    let by_column = [MatrixView::column_major(&y, shape), MatrixView::column_major(&w, shape)];
    same(&Panel::from_matrices(&by_column[0], &by_column[1]).unwrap(), &m.panel());
    let by_row = MatrixView::row_major(&m.treatment, shape);
    same(&Panel::from_matrices(&by_column[0], &by_row).unwrap(), &m.panel());
    // Every second entry of rows with one entry between them.
    let spread: Vec<f64> = m
        .outcome
        .chunks(m.n_periods)
        .flat_map(|row| row.iter().flat_map(|&y| [y, 7.0]).chain([f64::INFINITY]))
        .collect();
    let strided = MatrixView {
        data: &spread,
        n_rows: m.n_units,
        n_cols: m.n_periods,
        row_stride: 2 * m.n_periods + 1,
        col_stride: 2,
    };
    same(&Panel::from_matrices(&strided, &by_row).unwrap(), &m.panel());
}

#[test]
fn matrices_that_end_early_are_refused() {
    let shape = Shape { n_units: 2, n_periods: 2 };
    let four = [0.0, 1.0, 2.0, 3.0];
    let whole = MatrixView::row_major(&four, shape);
    let short = MatrixView::column_major(&four[..3], shape);
    assert_eq!(Panel::from_matrices(&short, &whole).unwrap_err().code(), "shape_mismatch");
    let turned = MatrixView::row_major(&four, Shape { n_units: 4, n_periods: 1 });
    assert_eq!(Panel::from_matrices(&whole, &turned).unwrap_err().code(), "shape_mismatch");
    let huge = MatrixView { row_stride: usize::MAX, n_rows: 3, ..whole };
    assert_eq!(huge.by_row("outcome").unwrap_err().code(), "too_large");
    let none = MatrixView { n_rows: 0, ..whole };
    assert_eq!(none.by_row("outcome").unwrap_err().code(), "empty_panel");
    // One number for more entries than memory holds.
    let repeated = MatrixView { n_rows: 1 << 40, row_stride: 0, col_stride: 0, ..whole };
    assert_eq!(repeated.by_row("outcome").unwrap_err().code(), "out_of_memory");
}

fn names() -> Names {
    let list = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
    Names {
        unit: "state".into(),
        time: "year".into(),
        outcome: "packs".into(),
        treatment: "law".into(),
        units: list(&["Iowa", "Utah"]),
        periods: list(&["1970", "1971"]),
        covariates: list(&["income", "age"]),
        groupings: list(&["region"]),
        ..Default::default()
    }
}

#[test]
fn errors_speak_by_name_where_there_are_names() {
    use trop_core::Reason;
    let (unit, period, covariate, grouping) = (1, 0, 0, 0);
    let value = || "2".to_string();
    for (error, own) in [
        (
            Error::TreatmentNotBinary { unit, period, value: value() },
            "treatment 'law' must be 0 or 1, but state Utah has 2 in year 1970",
        ),
        (Error::TreatmentMissing { unit, period }, "treatment 'law' of state Utah is missing in year 1970"),
        (Error::TreatmentConstant { marks: "group" }, "treatment 'law' is 1 in all periods"),
        (Error::TreatmentConstant { marks: "time" }, "treatment 'law' is 1 for all units"),
        (Error::OutcomeInfinite { unit, period }, "outcome 'packs' of state Utah in year 1970"),
        (Error::UnitAllMissing { unit }, "state Utah has no observed outcome 'packs'"),
        (Error::PeriodAllMissing { period }, "year 1970 has no observed outcome 'packs'"),
        (
            Error::TargetNotEstimable { unit, period, reason: Reason::Disconnected },
            "state Utah has no effect in year 1970: no control cells connect",
        ),
        (
            Error::WeightInvalid { side: "unit", index: 1, value: value() },
            "the weight of state Utah is 2",
        ),
        (
            Error::WeightInvalid { side: "period", index: 1, value: value() },
            "the weight of year 1971 is 2",
        ),
        (Error::CalendarNotIncreasing { period }, "the calendar does not increase at year 1970"),
        (
            Error::CovariateLength { covariate, found: 1, expected: 4 },
            "covariate 'income' has 1 entries",
        ),
        (
            Error::CovariateMissing { covariate, unit, period },
            "covariate 'income' of state Utah is missing, infinite or beyond 1e100 in year 1970",
        ),
        (Error::CovariateConstant { covariate }, "covariate 'income' does not vary"),
        (
            Error::CovariatesCollinear { covariate: 1 },
            "covariate 'age' is a linear combination of those before it and of unit and period effects \
             (they are, in order, income, age)",
        ),
        (
            Error::CovariateIsOutcome { covariate },
            "covariate 'income' holds the same numbers as outcome 'packs'",
        ),
        (Error::GroupingLength { grouping, found: 1, expected: 4 }, "grouping 'region' has 1 codes"),
        (Error::GroupsEmpty { grouping }, "grouping 'region' is missing in every treated cell"),
        (
            Error::DuplicateRows { repeats: 1, unit, period, rows: (3, 4) },
            "1 row repeats a unit and period that another row has, such as rows 3 and 4 (counted from 0), \
             both of state Utah in year 1970",
        ),
    ] {
        assert!(error.named(&names()).starts_with(own), "{}", error.named(&names()));
        // Without names it is the message itself.
        assert_eq!(error.named(&Names::default()), error.to_string());
        assert!(!error.to_string().contains("state"), "{error}");
    }
    assert_eq!(Error::NoTreatedCell.named(&names()), Error::NoTreatedCell.to_string());
    // Labels without the column's name, and too few of them.
    let few = Names { units: vec!["Iowa".into()], ..Default::default() };
    assert_eq!((few.unit(0), few.unit(1)), ("unit Iowa".into(), "unit 1".into()));
}
