//! The fit before treatment.

use super::*;

#[test]
fn the_fit_before_treatment_by_hand() {
    let m = random_panel(40, 6, 4, Pattern::Block, 0.0);
    let cells = pre_treatment_cells(&m.panel());
    assert_eq!(cells.len(), 4);
    let found =
        cell_effects(&m.panel(), &cells, &Lambdas::TWO_WAY, &Settings::default(), &Silent).unwrap();
    let mut pre: Vec<CellEffect> = found.effects;
    pre.iter_mut().zip([1.0, -3.0, 2.0, 2.0]).for_each(|(e, effect)| e.effect = effect);
    let numbers = |u: &UnitFit| (u.unit, u.n_cells, u.mean, u.rmse);
    let by_unit = [(0, 2, -1.0, 5.0_f64.sqrt()), (1, 2, 2.0, 2.0)];
    let check = |average: Option<Vec<f64>>, n_cells, mean: f64, square: f64| {
        let panel = m.panel().with_design(&Design { average, ..Default::default() }).unwrap();
        let found: PreFit = pre_treatment_fit(&panel, &pre);
        assert_eq!((found.n_cells, found.mean, found.rmse), (n_cells, mean, square.sqrt()));
        assert_eq!(found.by_unit.iter().map(numbers).collect::<Vec<_>>(), by_unit);
    };
    check(None, 4, 0.5, 4.5);
    // The second unit counts three times, then not at all.
    check(Some(vec![1.0, 3.0, 9.0, 0.0, 0.0, 0.0]), 4, (-2.0 + 12.0) / 8.0, (10.0 + 24.0) / 8.0);
    check(Some(vec![1.0, 0.0, 9.0, 0.0, 0.0, 0.0]), 2, -1.0, 5.0);

    let none = pre_treatment_fit(&m.panel(), &[]);
    assert!(none.mean.is_nan() && none.rmse.is_nan());
    assert_eq!((none.n_cells, none.by_unit.len()), (0, 0));
}
