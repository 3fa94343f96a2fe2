//! Designs, and how estimates move with the panel.

use super::*;

#[test]
fn every_estimator_takes_every_design() {
    for design in DESIGNS {
        for missing in [0.0, 0.02] {
            let panel = random_panel(11, 24, 12, design, missing).panel();
            for estimator in Estimator::ALL {
                let found = find(&panel, estimator);
                let all = found.estimate.effects.len() + found.estimate.not_estimable.len();
                assert_eq!(all, panel.treated_cells().len(), "{estimator} {design:?}");
                assert!(found.estimate.att.is_finite());
                for e in found.estimate.effects.iter().chain(&found.pre) {
                    assert!((e.observed - e.effect - e.counterfactual).abs() < ROUNDING);
                    assert_eq!(e.status, Status::Solved, "{estimator} {design:?} {e:?}");
                }
                assert!(found.pre.iter().all(|e| panel.is_control(e.cell)));
                assert!(found.pre.windows(2).all(|w| w[0].cell < w[1].cell), "{estimator}");
                let report = averages(&panel, &found.estimate, &found.pre);
                assert_eq!(report[0].quantity, Quantity::ATT);
                assert_eq!(report[0].value, found.estimate.att);
            }
        }
    }
}

#[test]
fn spells_are_averaged_by_cells() {
    let m = random_panel(2, 20, 12, Design::Staggered, 0.0);
    let panel = m.panel();
    let treated = panel.treated_units();
    for estimator in [Estimator::Sc, Estimator::Sdid, Estimator::Ascm] {
        let found = find(&panel, estimator);
        assert_eq!(found.spells.len(), treated.len());
        let (mut sum, mut cells) = (0.0, 0);
        for &unit in &treated {
            // The unit alone with the never-treated ones.
            let rows: Vec<usize> =
                (0..20).filter(|&i| i == unit || !panel.is_ever_treated(i)).collect();
            let pick = |v: &[f64]| -> Vec<f64> {
                rows.iter().flat_map(|&i| v[i * 12..(i + 1) * 12].to_vec()).collect()
            };
            let alone = Panel::new(
                &pick(&m.outcome),
                &pick(&m.treatment),
                Shape { n_units: rows.len(), n_periods: 12 },
            )
            .unwrap();
            let own = find(&alone, estimator).estimate;
            sum += own.att * own.effects.len() as f64;
            cells += own.effects.len();
        }
        assert!((found.estimate.att - sum / cells as f64).abs() < 1e-9, "{estimator}");
    }
}

/// The estimate must move as the theory says: scale, unit and period effects, order of units.
#[test]
fn invariances() {
    let m = random_panel(6, 16, 11, Design::Staggered, 0.0);
    let (n, t) = (m.n_units, m.n_periods);
    let change = |f: &dyn Fn(usize, usize, f64) -> f64| {
        let outcome = m.outcome.iter().enumerate().map(|(k, &y)| f(k / t, k % t, y)).collect();
        Matrices { outcome, ..m.clone() }.panel()
    };
    let panel = m.panel();
    let order: Vec<usize> = (0..n).rev().collect();
    let pick = |v: &[f64]| -> Vec<f64> {
        order.iter().flat_map(|&i| v[i * t..(i + 1) * t].to_vec()).collect()
    };
    let reversed =
        Panel::new(&pick(&m.outcome), &pick(&m.treatment), Shape { n_units: n, n_periods: t })
            .unwrap();
    for estimator in Estimator::ALL {
        let reference = att(&panel, estimator);
        assert!((att(&reversed, estimator) - reference).abs() < 1e-6, "{estimator}: order");
        let periods = change(&|_, s, y| y + (s * s) as f64 / 7.0);
        // By its definition the default zeta grows with common trends.
        let zeta = EstimatorOptions { zeta: Some(0.7), ..options() };
        let att_at = |panel: &Panel| {
            let found = estimate_with(panel, estimator, &zeta, &Settings::default(), &Silent);
            found.unwrap().estimate.att
        };
        assert!((att_at(&periods) - att_at(&panel)).abs() < 1e-6, "{estimator}: periods");
        if matches!(
            estimator,
            Estimator::Did
                | Estimator::Difp
                | Estimator::DifpReg
                | Estimator::Sdid
                | Estimator::Mc
                | Estimator::Ife
        ) {
            let units = change(&|i, _, y| y + (i * i) as f64 / 7.0);
            assert!((att(&units, estimator) - reference).abs() < 1e-6, "{estimator}: units");
        }
        if !matches!(estimator, Estimator::Mc | Estimator::McTrop | Estimator::Trop) {
            let scaled = change(&|_, _, y| 100.0 * y);
            let found = att(&scaled, estimator) / 100.0;
            assert!((found - reference).abs() < 1e-6, "{estimator}: scale {found} {reference}");
        }
    }
}

#[test]
fn population_weights_count_in_averages_only() {
    let m = random_panel(4, 16, 10, Design::Block, 0.0);
    let average: Vec<f64> = (0..16).map(|i| 1.0 + i as f64).collect();
    let design = PanelDesign {
        average: Some(average.clone()),
        groupings: vec![Grouping::EventTime],
        ..Default::default()
    };
    let weighted = m.panel().with_design(&design).unwrap();
    for estimator in Estimator::ALL {
        let (plain, found) = (find(&m.panel(), estimator), find(&weighted, estimator));
        assert_eq!(plain.estimate.effects, found.estimate.effects);
        let total: f64 = found.estimate.effects.iter().map(|e| average[e.cell.unit]).sum();
        let sum: f64 = found.estimate.effects.iter().map(|e| average[e.cell.unit] * e.effect).sum();
        assert!((found.estimate.att - sum / total).abs() < ROUNDING, "{estimator}");
    }
}
