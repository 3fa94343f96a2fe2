//! The rows of the published table, and the panels behind them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use trop_core::Lambdas;

/// A row of root mean squared errors published with the TROP study's notebooks, 1,000 draws each.
pub struct Row {
    /// Its name here and in files.
    pub name: &'static str,
    pub file: &'static str,
    pub outcome: &'static str,
    /// Column of flags, or which unit (by `unit_order`) was treated where assignment is random.
    pub flag: Flag,
    pub treated: usize,
    pub periods: usize,
    /// Unit, time and nn as published, where weights are squared: ours are twice, twice and once as large.
    pub lambdas: [f64; 3],
    /// TROP, SDID with squared weights, SC, DID, MC at TROP's nn, DIFP.
    pub published: [f64; 6],
}

pub enum Flag {
    Column(&'static str),
    /// The flag is on the panel's own treated units, assignment is uniform.
    RandomColumn(&'static str),
    RandomUnit(usize),
}

/// The estimators of [`Row::published`], in its order.
pub const PUBLISHED: [&str; 6] = ["trop", "sdid_squared", "sc", "did", "mc_trop", "difp"];

const CPS: &str = "cps_as_in_trop_paper.csv";

pub const ROWS: [Row; 8] = [
    Row {
        name: "cps_log_wage",
        file: CPS,
        outcome: "log_wage",
        flag: Flag::Column("min_wage"),
        treated: 10,
        periods: 10,
        lambdas: [0.01, 0.2, 0.2],
        published: [0.02577332, 0.02927782, 0.03716681, 0.04910175, 0.03249722, 0.03154781],
    },
    Row {
        name: "cps_urate",
        file: CPS,
        outcome: "urate",
        flag: Flag::Column("min_wage"),
        treated: 10,
        periods: 10,
        lambdas: [1.6, 0.35, 0.011],
        published: [0.2031808, 0.21397748, 0.22558389, 0.38424902, 0.22440066, 0.22093483],
    },
    Row {
        name: "cps_hours",
        file: CPS,
        outcome: "hours",
        flag: Flag::Column("min_wage"),
        treated: 10,
        periods: 10,
        lambdas: [1.8, 0.2, 0.031],
        published: [0.16666944, 0.19904193, 0.20407271, 0.20842909, 0.18559285, 0.20024313],
    },
    Row {
        name: "pwt_dem",
        file: "pwt.csv",
        outcome: "log_gdp",
        flag: Flag::Column("dem"),
        treated: 10,
        periods: 10,
        lambdas: [0.3, 0.4, 0.006],
        published: [0.02339231, 0.03626881, 0.04012200, 0.19819533, 0.04517151, 0.03891310],
    },
    Row {
        name: "pwt_educ",
        file: "pwt.csv",
        outcome: "log_gdp",
        flag: Flag::Column("educ"),
        treated: 10,
        periods: 10,
        lambdas: [0.75, 0.275, 0.026],
        published: [0.02495412, 0.03762705, 0.05239759, 0.17223327, 0.03998444, 0.03910019],
    },
    Row {
        name: "germany",
        file: "germany.csv",
        outcome: "gdp",
        flag: Flag::RandomUnit(6),
        treated: 1,
        periods: 10,
        lambdas: [0.6, 0.2, 0.015],
        published: [0.05375057, 0.08046621, 0.10251596, 0.14753987, 0.07292822, 0.09517931],
    },
    Row {
        name: "basque",
        file: "basque.csv",
        outcome: "gdpcap",
        flag: Flag::RandomUnit(16),
        treated: 1,
        periods: 10,
        lambdas: [1.2, 0.3, 0.005],
        published: [0.08831005, 0.1390276, 0.23460153, 0.32885369, 0.1394039, 0.13940372],
    },
    Row {
        name: "smoking",
        file: "smoking.csv",
        outcome: "packs_per_capita",
        flag: Flag::RandomColumn("treated"),
        treated: 1,
        periods: 10,
        lambdas: [0.4, 0.3, 0.0265],
        published: [0.23013087, 0.28341468, 0.37013147, 0.50658011, 0.27871155, 0.31527247],
    },
];

/// A complete panel in the order of its source file, and which units were ever treated.
pub struct Source {
    pub outcome: Vec<f64>,
    pub flags: Vec<bool>,
    pub n_units: usize,
    pub n_periods: usize,
}

impl Row {
    pub fn is_random(&self) -> bool {
        !matches!(self.flag, Flag::Column(_))
    }

    /// The published lambdas on the scale of this project.
    pub fn lambdas(&self) -> Lambdas {
        let [unit, time, nn] = self.lambdas;
        Lambdas { time: 2.0 * time, unit: 2.0 * unit, nn }
    }

    pub fn load(&self) -> Source {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/simulation");
        let path = folder.join(self.file);
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let mut lines = text.lines();
        let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
        let column = |name: &str| header.iter().position(|h| *h == name).expect("a column");
        let (unit, year, y) = (column("unit_order"), column("year"), column(self.outcome));
        let mut cells: BTreeMap<(usize, i64), f64> = BTreeMap::new();
        let mut flags: BTreeMap<usize, bool> = BTreeMap::new();
        for line in lines {
            // Names of units hold commas in one file; columns are counted from the right there.
            let fields: Vec<&str> = line.split(',').collect();
            let extra = fields.len() - header.len();
            let field = |at: usize| fields[if at > 1 { at + extra } else { at }];
            let i: usize = field(unit).parse().expect("a number");
            let flag = match self.flag {
                Flag::Column(name) | Flag::RandomColumn(name) => field(column(name)) == "1",
                Flag::RandomUnit(treated) => i == treated,
            };
            let value: f64 = field(y).parse().expect("a number");
            let value = if self.outcome == "gdp" { value.ln() } else { value };
            cells.insert((i, field(year).parse().expect("a year")), value);
            *flags.entry(i).or_default() |= flag;
        }
        let (n_units, outcome) = (flags.len(), cells.into_values().collect::<Vec<f64>>());
        let n_periods = outcome.len() / n_units;
        Source { outcome, flags: flags.into_values().collect(), n_units, n_periods }
    }
}
