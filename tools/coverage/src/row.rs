//! A method in a design: one line of `coverage.csv`.

use crate::tally::Tally;
use std::error::Error;
use trop_core::{InferenceMethod, Lambdas};
use trop_coverage::design::{Design, ALL};

pub const HEADER: &str = "design,lambda_time,lambda_unit,lambda_nn,method,replications,coverage,\
                          power,length,unbounded,se,bias,sd";

pub struct Row {
    pub design: &'static Design,
    /// Those of the first panel where they are chosen on each.
    pub lambdas: Lambdas,
    pub method: InferenceMethod,
    pub tally: Tally,
}

impl Row {
    pub fn to_csv(&self) -> String {
        let Row { design, lambdas, method, tally } = self;
        let Lambdas { time, unit, nn } = lambdas;
        let Tally { replications, coverage, power, length, unbounded, se, bias, sd } = tally;
        format!(
            "{},{time},{unit:.4},{nn:.4},{},{replications},{coverage:.4},{power:.4},{length:.4},\
             {unbounded:.4},{se:.4},{bias:.4},{sd:.4}",
            design.key,
            method.name()
        )
    }

    pub fn from_csv(line: &str) -> Result<Row, Box<dyn Error>> {
        let fields: Vec<&str> = line.split(',').collect();
        let [key, time, unit, nn, method, replications, numbers @ ..] = &fields[..] else {
            return Err(format!("coverage.csv: a line has too few fields: {line}").into());
        };
        let design = ALL.iter().find(|design| design.key == *key);
        let design = design.ok_or_else(|| format!("coverage.csv: no design has the key {key}"))?;
        let numbers: Vec<f64> =
            numbers.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
        let [coverage, power, length, unbounded, se, bias, sd] = numbers[..] else {
            return Err(format!("coverage.csv: 13 fields are needed: {line}").into());
        };
        let replications = replications.parse()?;
        Ok(Row {
            design,
            lambdas: Lambdas { time: time.parse()?, unit: unit.parse()?, nn: nn.parse()? },
            method: method.parse()?,
            tally: Tally { replications, coverage, power, length, unbounded, se, bias, sd },
        })
    }
}
