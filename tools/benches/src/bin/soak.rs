//! Many small fits in one process: `make soak FITS=1000000`. Fails if memory grows, or if a fit of a panel is not the same
//! each time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use trop_core::{estimate, Lambdas, Panel, Settings, Shape, Silent, TropResult};

/// They share the work; each fit runs on its own thread alone.
const THREADS: usize = 32;
/// Different panels, one after the other.
const PANELS: usize = 64;
/// Memory may grow by this much after the first tenth, in kilobytes: less than a byte for each of a million fits would be.
const GROWTH: usize = 1024;

fn main() -> TropResult<()> {
    let fits: usize =
        std::env::args().nth(1).and_then(|n| n.parse().ok()).expect("usage: soak FITS");
    let panels = (0..PANELS).map(panel).collect::<TropResult<Vec<Panel>>>()?;
    let expected = panels.iter().map(att).collect::<TropResult<Vec<f64>>>()?;
    run(&panels, &expected, fits / 10);
    let before = resident();
    run(&panels, &expected, fits - fits / 10);
    let after = resident();
    println!("{fits} fits on {THREADS} threads: {before} kB after the first tenth, {after} kB at the end");
    assert!(after <= before + GROWTH, "memory grows");
    Ok(())
}

/// Twelve units, eight periods, numbers of no pattern; three units are treated in the last two periods.
fn panel(k: usize) -> TropResult<Panel> {
    let outcome: Vec<f64> =
        (0..96).map(|at| ((at * at * 31 + 7 * at + k * 13) % 53) as f64 / 10.0).collect();
    let treated = |at: usize| at / 8 < 3 && at % 8 >= 6;
    let treatment: Vec<f64> = (0..96).map(|at| f64::from(u8::from(treated(at)))).collect();
    Panel::new(&outcome, &treatment, Shape { n_units: 12, n_periods: 8 })
}

fn att(panel: &Panel) -> TropResult<f64> {
    let lambdas = Lambdas { time: 0.3, unit: 0.2, nn: 1.5 };
    let pool = Settings { threads: Some(1), ..Settings::default() };
    Ok(estimate(panel, &lambdas, &pool, &Silent)?.att)
}

/// Checks each fit against the first of its panel.
fn run(panels: &[Panel], expected: &[f64], fits: usize) {
    let next = AtomicUsize::new(0);
    let work = || loop {
        let k = next.fetch_add(1, Ordering::Relaxed);
        if k >= fits {
            break;
        }
        let found = att(&panels[k % PANELS]).expect("a fit");
        assert_eq!(found.to_bits(), expected[k % PANELS].to_bits(), "fit {k}");
    };
    thread::scope(|scope| (0..THREADS).for_each(|_| drop(scope.spawn(work))));
}

/// Resident memory of this process in kilobytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a size");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
