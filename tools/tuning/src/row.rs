//! A panel of the benchmark: one line of `tuning_search.csv`.

use std::error::Error;

pub const HEADER: &str =
    "family,name,grid_score,grid_scores,grid_fits,grid_time,grid_unit,grid_nn,grid_error,\
    descent_score,descent_scores,descent_fits,descent_time,descent_unit,descent_nn,descent_error,\
    cycle_score,cycle_scores,cycle_fits,cycle_time,cycle_unit,cycle_nn,cycle_error";

pub struct Row {
    pub family: String,
    pub name: String,
    pub grid: Found,
    pub descent: Found,
    pub cycle: Found,
}

/// What a search found.
pub struct Found {
    pub score: f64,
    /// Candidates scored.
    pub scores: usize,
    /// Fits made for them.
    pub fits: usize,
    pub time: f64,
    pub unit: f64,
    pub nn: f64,
    /// The estimate, whose truth is 0, in units of the panel.
    pub error: f64,
}

impl Row {
    pub fn to_csv(&self) -> String {
        // Names have no commas of their own.
        let family = self.family.replace(',', ";");
        let found = [&self.grid, &self.descent, &self.cycle].map(Found::to_csv);
        format!("{family},{},{}", self.name, found.join(","))
    }

    pub fn from_csv(line: &str) -> Result<Row, Box<dyn Error>> {
        let fields: Vec<&str> = line.split(',').collect();
        let [family, name, numbers @ ..] = &fields[..] else {
            return Err(format!("tuning_search.csv: a line has too few fields: {line}").into());
        };
        let numbers = numbers.iter().map(|text| text.parse()).collect::<Result<Vec<f64>, _>>()?;
        if numbers.len() != 21 {
            return Err(format!("tuning_search.csv: 23 fields are needed: {line}").into());
        }
        Ok(Row {
            family: family.replace(';', ","),
            name: (*name).into(),
            grid: Found::of(&numbers[..7]),
            descent: Found::of(&numbers[7..14]),
            cycle: Found::of(&numbers[14..]),
        })
    }
}

impl Found {
    fn to_csv(&self) -> String {
        let Found { score, scores, fits, time, unit, nn, error } = self;
        format!("{score:.8e},{scores},{fits},{time},{unit:.6},{nn:.6},{error:.4}")
    }

    fn of(numbers: &[f64]) -> Found {
        Found {
            score: numbers[0],
            scores: numbers[1] as usize,
            fits: numbers[2] as usize,
            time: numbers[3],
            unit: numbers[4],
            nn: numbers[5],
            error: numbers[6],
        }
    }
}
