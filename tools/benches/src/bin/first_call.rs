//! A newcomer's first call: `first_call PANEL` analyzes a panel with all defaults and prints the candidates
//! scored, the lambdas, the ATT, its standard error, and the seconds of search, estimate and inference.

use trop_core::{analyze, AnalysisOptions, Panel, Shape};

/// Columns of the outcome and the treatment in the files of real panels.
const REAL: [(&str, &str, usize, usize); 2] =
    [("cps", "tests/data/cps_logwage.csv", 50, 40), ("pwt", "tests/data/pwt_loggdp.csv", 111, 48)];

fn main() -> trop_core::TropResult<()> {
    let name = std::env::args().nth(1).expect("usage: first_call PANEL");
    let panel = panel(&name)?;
    let found = analyze(&panel, &AnalysisOptions::default())?;
    let scores = found.search.as_ref().map_or(0, |search| search.scores.len());
    let seconds = |time: Option<std::time::Duration>| time.map_or(0.0, |t| t.as_secs_f64());
    println!(
        "{scores},{},{},{},{:.6},{:.6},{:.3},{:.3},{:.3}",
        found.lambdas.time,
        found.lambdas.unit,
        found.lambdas.nn,
        found.att().average.value,
        found.att().se,
        seconds(found.timings.search),
        seconds(Some(found.timings.estimate)),
        seconds(found.timings.inference),
    );
    Ok(())
}

fn panel(name: &str) -> trop_core::TropResult<Panel> {
    if let Some(&(_, file, n, t)) = REAL.iter().find(|real| real.0 == name) {
        return real(file, n, t);
    }
    match name {
        "50x30" => generated(50, 30, 0.5, |i, t| i < 5 && t >= 20),
        "100x20" => generated(100, 20, 0.5, |i, t| i < 5 && t >= 15),
        // Groups first treated in the third, fourth and fifth period, and 60% never.
        "500x5" => generated(500, 5, 0.5, |i, t| i < 200 && t >= 2 + i % 3),
        "3000x20" => generated(3000, 20, 0.5, |i, t| i < 600 && t >= 10 + i % 10),
        _ => panic!("no panel '{name}'"),
    }
}

/// Long data, ordered by unit and period: the columns `y` and `d` are the last two but for what follows.
fn real(file: &str, n: usize, t: usize) -> trop_core::TropResult<Panel> {
    let text = std::fs::read_to_string(file).expect("run from the root of the repository");
    let header: Vec<&str> = text.lines().next().expect("a header").split(',').collect();
    let column = |name: &str| -> Vec<f64> {
        let at = header.iter().position(|&h| h == name).expect("a column");
        let number = |line: &str| line.split(',').nth(at).and_then(|field| field.parse().ok());
        text.lines().skip(1).map(|line| number(line).expect("a number")).collect()
    };
    Panel::new(&column("y"), &column("d"), Shape { n_units: n, n_periods: t })
}

/// Unit and period effects, two factors and noise of standard deviation `noise`; all else standard normal.
fn generated(
    n: usize,
    t: usize,
    noise: f64,
    treated: impl Fn(usize, usize) -> bool,
) -> trop_core::TropResult<Panel> {
    let mut random = Random(1009 * n as u64 + t as u64);
    let mut normals = |k: usize| -> Vec<f64> { (0..k).map(|_| random.normal()).collect() };
    let (unit, period, factors) = (normals(n), normals(t), normals(2 * t));
    let (mut outcome, mut treatment) = (Vec::new(), Vec::new());
    for i in 0..n {
        let own = normals(2 + t);
        for s in 0..t {
            let common = own[0] * factors[s] + own[1] * factors[t + s];
            outcome.push(unit[i] + period[s] + common + noise * own[2 + s]);
            treatment.push(f64::from(u8::from(treated(i, s))));
        }
    }
    Panel::new(&outcome, &treatment, Shape { n_units: n, n_periods: t })
}

/// splitmix64.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Box and Muller.
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (2.0 * std::f64::consts::PI * self.uniform()).cos()
    }
}
