//! A method in a design: one line of `coverage.csv`.

use crate::study::Study;
use crate::tally::Tally;
use std::error::Error;

pub const HEADER: &str =
    "treated,memory,lambda_time,lambda_unit,lambda_nn,method,replications,coverage,\
                          power,length,unbounded,se,bias,sd";

pub struct Row {
    pub treated: usize,
    pub memory: f64,
    /// Time, unit, nn.
    pub lambdas: [f64; 3],
    pub method: String,
    pub tally: Tally,
}

impl Row {
    /// What rows of the same design have in common.
    pub fn design(&self) -> (usize, f64) {
        (self.treated, self.memory)
    }

    pub fn design_name(&self) -> String {
        let units = if self.treated == 1 { "unit" } else { "units" };
        format!("{} treated {units}, rho = {}", self.treated, self.memory)
    }

    /// One for each method of a study.
    pub fn of(study: &Study) -> Vec<Row> {
        let row = |(method, tally): &(trop_core::InferenceMethod, Tally)| Row {
            treated: study.design.treated,
            memory: study.design.memory,
            lambdas: [study.lambdas.time, study.lambdas.unit, study.lambdas.nn],
            method: method.name().into(),
            tally: *tally,
        };
        study.methods.iter().map(row).collect()
    }

    pub fn to_csv(&self) -> String {
        let Row { treated, memory, lambdas: [time, unit, nn], method, tally } = self;
        let Tally { replications, coverage, power, length, unbounded, se, bias, sd } = tally;
        format!(
            "{treated},{memory},{time},{unit:.4},{nn:.4},{method},{replications},{coverage:.4},\
             {power:.4},{length:.4},{unbounded:.4},{se:.4},{bias:.4},{sd:.4}"
        )
    }

    pub fn from_csv(line: &str) -> Result<Row, Box<dyn Error>> {
        let fields: Vec<&str> = line.split(',').collect();
        let [treated, memory, time, unit, nn, method, replications, numbers @ ..] = &fields[..]
        else {
            return Err(format!("coverage.csv: a line has too few fields: {line}").into());
        };
        let numbers: Vec<f64> =
            numbers.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
        let [coverage, power, length, unbounded, se, bias, sd] = numbers[..] else {
            return Err(format!("coverage.csv: 14 fields are needed: {line}").into());
        };
        let replications = replications.parse()?;
        Ok(Row {
            treated: treated.parse()?,
            memory: memory.parse()?,
            lambdas: [time.parse()?, unit.parse()?, nn.parse()?],
            method: (*method).into(),
            tally: Tally { replications, coverage, power, length, unbounded, se, bias, sd },
        })
    }
}
