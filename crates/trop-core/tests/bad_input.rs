//! Each kind of bad input, and the exact error that it gets.

use trop_core::{
    bootstrap_trop_variance, cell_effects, compute_unit_distance_matrix, estimate,
    leave_period_out_distances, loocv_grid_search, weights, BootstrapOptions, Cell, Error, Grids,
    Lambdas, Panel, SearchOptions, Settings, Shape, Silent,
};

const Y: [f64; 6] = [1.0, 2.0, 3.0, 2.0, 4.0, 5.0];
const W: [f64; 6] = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0];

fn panel() -> Panel {
    Panel::new(&Y, &W, Shape { n_units: 2, n_periods: 3 }).unwrap()
}

fn rejected(outcome: &[f64], treatment: &[f64], n: usize, t: usize) -> Error {
    Panel::new(outcome, treatment, Shape { n_units: n, n_periods: t }).unwrap_err()
}

fn with(values: [f64; 6], at: usize, value: f64) -> [f64; 6] {
    let mut values = values;
    values[at] = value;
    values
}

#[test]
fn shapes() {
    let what =
        |what, found| Error::ShapeMismatch { what, found, n_units: 2, n_periods: 3, expected: 6 };
    assert_eq!(rejected(&Y[..5], &W, 2, 3), what("outcome", 5));
    assert_eq!(rejected(&Y, &W[..4], 2, 3), what("treatment", 4));
    assert_eq!(rejected(&[], &[], 0, 3), Error::EmptyPanel { n_units: 0, n_periods: 3 });
    assert_eq!(rejected(&[], &[], 3, 0), Error::EmptyPanel { n_units: 3, n_periods: 0 });
    let huge = usize::MAX / 2;
    assert_eq!(rejected(&Y, &W, huge, 3), Error::TooLarge { n_units: huge, n_periods: 3 });
    assert_eq!(rejected(&Y, &W, 3, huge), Error::TooLarge { n_units: 3, n_periods: huge });
    // N x T fits, the N x N distance matrix does not.
    let wide = 1 << 32;
    assert_eq!(rejected(&Y, &W, wide, 1), Error::TooLarge { n_units: wide, n_periods: 1 });
}

#[test]
fn treatments_other_than_0_and_1() {
    for (value, text) in
        [(0.5, "0.5"), (2.0, "2"), (-1.0, "-1"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")]
    {
        let error = rejected(&Y, &with(W, 4, value), 2, 3);
        let expected = Error::TreatmentNotBinary { unit: 1, period: 1, value: text.into() };
        assert_eq!(error, expected);
    }
}

#[test]
fn outcomes() {
    for value in [f64::INFINITY, f64::NEG_INFINITY] {
        let error = rejected(&with(Y, 2, value), &W, 2, 3);
        assert_eq!(error, Error::OutcomeInfinite { unit: 0, period: 2 });
    }
    let nan = f64::NAN;
    let unit = [nan, nan, nan, 1.0, 2.0, 3.0];
    assert_eq!(rejected(&unit, &W, 2, 3), Error::UnitAllMissing { unit: 0 });
    let period = [1.0, nan, 3.0, 1.0, nan, 3.0];
    assert_eq!(rejected(&period, &W, 2, 3), Error::PeriodAllMissing { period: 1 });
}

#[test]
fn designs_without_treated_or_control_cells() {
    assert_eq!(rejected(&Y, &[0.0; 6], 2, 3), Error::NoTreatedCell);
    assert_eq!(rejected(&Y, &[1.0; 6], 2, 3), Error::NoControlCell);
    // The only untreated cells are missing.
    let y = [1.0, f64::NAN, 3.0, 2.0, 4.0, 5.0];
    let w = [1.0, 0.0, 1.0, 1.0, 1.0, 1.0];
    assert_eq!(rejected(&y, &w, 2, 3), Error::NoControlCell);
}

#[test]
fn lambdas() {
    let fine = Lambdas { time: 0.1, unit: 0.1, nn: 1.0 };
    let bad = [
        ("time", Lambdas { time: -0.1, ..fine }),
        ("time", Lambdas { time: f64::NAN, ..fine }),
        ("time", Lambdas { time: f64::INFINITY, ..fine }),
        ("unit", Lambdas { unit: -1.0, ..fine }),
        ("unit", Lambdas { unit: f64::NAN, ..fine }),
        ("unit", Lambdas { unit: f64::INFINITY, ..fine }),
        ("nn", Lambdas { nn: -1e-9, ..fine }),
        ("nn", Lambdas { nn: f64::NAN, ..fine }),
        ("nn", Lambdas { nn: f64::NEG_INFINITY, ..fine }),
    ];
    for (expected, lambdas) in bad {
        let settings = Settings::default();
        let errors = [
            estimate(&panel(), &lambdas, &settings, &Silent).unwrap_err(),
            cell_effects(&panel(), &[], &lambdas, &settings, &Silent).unwrap_err(),
            weights(&panel(), Cell { unit: 0, period: 0 }, &lambdas).unwrap_err(),
        ];
        for error in errors {
            assert!(
                matches!(error, Error::LambdaInvalid { name, .. } if name == expected),
                "{error}"
            );
        }
    }
}

fn search(grids: &Grids, options: &SearchOptions, settings: &Settings) -> Error {
    loocv_grid_search(&panel(), grids, options, settings, &Silent).unwrap_err()
}

fn grids() -> Grids {
    Grids { time: vec![0.0, 0.1], unit: vec![0.0], nn: vec![f64::INFINITY] }
}

#[test]
fn grids_are_checked() {
    let (options, settings) = (SearchOptions::default(), Settings::default());
    let error = |grids: Grids| search(&grids, &options, &settings);
    assert_eq!(error(Grids { time: vec![], ..grids() }), Error::GridEmpty { name: "time" });
    assert_eq!(error(Grids { unit: vec![], ..grids() }), Error::GridEmpty { name: "unit" });
    assert_eq!(error(Grids { nn: vec![], ..grids() }), Error::GridEmpty { name: "nn" });
    let twice = Error::GridDuplicate { name: "nn", value: "1".into() };
    assert_eq!(error(Grids { nn: vec![1.0, 2.0, 1.0], ..grids() }), twice);
    let negative = error(Grids { unit: vec![0.0, -2.0], ..grids() });
    assert!(matches!(negative, Error::LambdaInvalid { name: "unit", .. }));
    let nan = error(Grids { time: vec![f64::NAN], ..grids() });
    assert!(matches!(nan, Error::LambdaInvalid { name: "time", .. }));
}

#[test]
fn search_options_and_settings() {
    let settings = Settings::default();
    let none = SearchOptions { max_cells: Some(0), ..Default::default() };
    assert_eq!(search(&grids(), &none, &settings), Error::SampleEmpty);
    let options = SearchOptions::default();
    let error = |settings: Settings| search(&grids(), &options, &settings);
    for (tolerance, told) in [(0.0, "0"), (1.0, "1"), (-1e-8, "-1e-8"), (f64::NAN, "NaN")] {
        let expected = Error::ToleranceOutOfRange { value: told.into() };
        assert_eq!(error(Settings { loocv_tolerance: tolerance, ..settings }), expected);
        assert_eq!(error(Settings { tolerance, ..settings }), expected);
    }
    assert_eq!(error(Settings { max_iterations: 0, ..settings }), Error::MaxIterationsZero);
    assert_eq!(error(Settings { threads: Some(0), ..settings }), Error::ThreadsZero);
    let distances = |threads| compute_unit_distance_matrix(&panel(), Some(threads), &Silent);
    assert_eq!(distances(0).unwrap_err(), Error::ThreadsZero);
    assert_eq!(distances(usize::MAX).unwrap_err().code(), "threads_unavailable");
}

#[test]
fn cells_outside_of_the_panel() {
    let outside = |unit, period| Error::CellOutOfRange { unit, period, n_units: 2, n_periods: 3 };
    for (unit, period) in [(2, 0), (0, 3), (usize::MAX, 0)] {
        let cell = Cell { unit, period };
        let error = leave_period_out_distances(&panel(), cell).unwrap_err();
        assert_eq!(error, outside(unit, period));
        let found =
            cell_effects(&panel(), &[cell], &Lambdas::TWO_WAY, &Settings::default(), &Silent);
        assert_eq!(found.unwrap_err(), outside(unit, period));
    }
}

#[test]
fn bootstraps() {
    let y: Vec<f64> = (0..15).map(|k| (k * k % 7) as f64).collect();
    let mut w = vec![0.0; 15];
    w[2] = 1.0;
    let draw = |w: &[f64], options: BootstrapOptions| {
        let panel = Panel::new(&y, w, Shape { n_units: 5, n_periods: 3 }).unwrap();
        let settings = Settings::default();
        bootstrap_trop_variance(&panel, &Lambdas::TWO_WAY, &options, &settings, &Silent)
    };
    let default = BootstrapOptions::default();
    let few = |treated, control| Error::TooFewTreatedUnits { what: "units", treated, control };
    assert_eq!(draw(&w, default).unwrap_err(), few(1, 4));
    for unit in 1..4 {
        w[unit * 3 + 2] = 1.0;
    }
    assert_eq!(draw(&w, default).unwrap_err(), few(4, 1));
    w[5] = 0.0;
    for draws in [0, 1] {
        let error = draw(&w, BootstrapOptions { draws, ..default }).unwrap_err();
        assert_eq!(error, Error::DrawsTooFew { found: draws });
    }
    for level in [0.0, 1.0, -0.5, 95.0, f64::NAN] {
        let error = draw(&w, BootstrapOptions { level, ..default }).unwrap_err();
        assert_eq!(error, Error::LevelOutOfRange { value: level.to_string() });
    }
    assert!(draw(&w, default).is_ok());
}

#[test]
fn nothing_estimable() {
    // Treated in every period: no control outcome tells the unit's own level.
    let panel = Panel::new(&Y, &[0.0, 0.0, 0.0, 1.0, 1.0, 1.0], Shape { n_units: 2, n_periods: 3 })
        .unwrap();
    let error = estimate(&panel, &Lambdas::TWO_WAY, &Settings::default(), &Silent).unwrap_err();
    assert_eq!(error, Error::NoEstimableCell { what: "treated cell", not_estimable: 3 });
    let error = loocv_grid_search(
        &panel,
        &grids(),
        &SearchOptions::default(),
        &Settings::default(),
        &Silent,
    );
    let expected = Error::NoEstimableCell { what: "control cell", not_estimable: 3 };
    assert_eq!(error.unwrap_err(), expected);
}

#[test]
fn messages_say_where_and_what_to_do() {
    let message = rejected(&with(Y, 4, f64::INFINITY), &W, 2, 3).to_string();
    let beyond = rejected(&with(Y, 4, -1.1e100), &W, 2, 3).to_string();
    let expected =
        "outcome of unit 1 in period 1 is infinite or beyond 1e100; use NaN for a missing outcome";
    assert_eq!((message.as_str(), beyond.as_str()), (expected, expected));
}
