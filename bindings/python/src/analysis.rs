//! What an analysis gives, in numbers, tables and words.

use crate::held::Held;
use crate::tables::{columns, PyColumn};
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Arc;
use std::time::Duration;
use trop_core::{Error, Inference, Inferred, Lambdas};
use trop_report::{Image, Labels, Picture, PictureKind, Supplement, Table};

/// Two tables, the breakdown of the ATT, the method, the level, the text.
type BiasBoundsParts<'py> =
    (Vec<PyColumn<'py>>, Vec<PyColumn<'py>>, f64, &'static str, f64, String);

/// An analysis of a panel.
#[pyclass(frozen)]
pub(crate) struct Analysis {
    pub held: Arc<Held>,
    pub analysis: trop_core::Analysis,
}

impl Analysis {
    fn labels(&self) -> &Labels {
        &self.held.labels
    }

    /// The same, that ask for percentages.
    fn labels_with(&self, percent: bool) -> Labels {
        Labels { percent: percent || self.labels().percent, ..self.labels().clone() }
    }
}

/// A number, or None.
fn number(value: f64) -> Option<f64> {
    (!value.is_nan()).then_some(value)
}

fn interval(ci: (f64, f64)) -> Option<(f64, f64)> {
    number(ci.0).zip(number(ci.1))
}

#[pymethods]
impl Analysis {
    /// The numbers of the result that stand alone, by the names of `tropanel.TropResult`.
    fn facts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (found, dict) = (&self.analysis, PyDict::new(py));
        let Inferred { average, se, ci, interval: kind, p_value, .. } = *found.att();
        dict.set_item("att", average.value)?;
        dict.set_item("se", number(se))?;
        dict.set_item("ci", interval(ci))?;
        dict.set_item("interval", kind.name())?;
        dict.set_item("p_value", number(p_value))?;
        dict.set_item("level", found.options.level)?;
        dict.set_item("seed", found.options.seed)?;
        dict.set_item("lambdas", lambdas(py, &found.lambdas)?)?;
        let search = found.search.as_ref();
        dict.set_item("search", search.map(|_| found.options.search.name()))?;
        dict.set_item("criterion", search.map(|search| search.criterion.name()))?;
        dict.set_item("loocv_score", search.map(|search| search.score))?;
        dict.set_item("anchor", found.facts.anchor.name())?;
        dict.set_item("time_distance", found.facts.time_distance.name())?;
        dict.set_item("n_obs", found.facts.n_observed)?;
        dict.set_item("n_units", found.facts.n_units)?;
        dict.set_item("n_periods", found.facts.n_periods)?;
        dict.set_item("n_treated_units", found.facts.n_treated_units)?;
        dict.set_item("n_never_treated", found.facts.n_never_treated)?;
        dict.set_item("n_treated_cells", found.facts.n_treated_cells)?;
        dict.set_item("max_gap", found.estimate.max_gap)?;
        dict.set_item("converged", found.estimate.converged)?;
        dict.set_item("timings", self.timings(py)?)?;
        Ok(dict)
    }

    /// Where standard error, interval and p-value come from, or None.
    fn inference<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        self.analysis.inference.as_ref().map(|found| inference_dict(py, found)).transpose()
    }

    /// The same at another level.
    #[pyo3(signature = (level, monitor=None))]
    fn at_level(
        &self,
        py: Python<'_>,
        level: f64,
        monitor: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let threads = self.analysis.options.threads;
        let analysis = self
            .held
            .run(py, monitor, |panel, hook| self.analysis.at_level(panel, level, threads, hook))?;
        Ok(Analysis { held: Arc::clone(&self.held), analysis })
    }

    /// Differences between the groups of one grouping: a table, the p-value of all having the same effect, the method,
    /// and all of it as text.
    #[pyo3(signature = (grouping, monitor=None))]
    fn differences<'py>(
        &self,
        py: Python<'py>,
        grouping: usize,
        monitor: Option<Bound<'_, PyAny>>,
    ) -> PyResult<(Vec<PyColumn<'py>>, Option<f64>, &'static str, String)> {
        let threads = self.analysis.options.threads;
        let found = self.held.run(py, monitor, |panel, hook| {
            self.analysis.differences(panel, grouping, threads, hook)
        })?;
        let text = trop_report::differences_text(&found, self.labels(), grouping);
        let table = columns(py, Table::differences(&found, self.labels(), grouping))?;
        Ok((table, number(found.p_value), found.method.name(), text))
    }

    /// Effects with room for bias: two tables, the breakdown of the ATT, the method, the level, and all of it as text.
    #[pyo3(signature = (sizes=None, window=None, monitor=None))]
    fn bias_bounds<'py>(
        &self,
        py: Python<'py>,
        sizes: Option<Vec<f64>>,
        window: Option<usize>,
        monitor: Option<Bound<'_, PyAny>>,
    ) -> PyResult<BiasBoundsParts<'py>> {
        let threads = self.analysis.options.threads;
        let found = self.held.run(py, monitor, |panel, hook| {
            self.analysis.bias_bounds(panel, window, sizes.as_deref(), threads, hook)
        })?;
        Ok((
            columns(py, Table::bias_bounds(&found))?,
            columns(py, Table::bias_placebos(&found))?,
            found.breakdown(),
            found.method.name(),
            found.level,
            trop_report::bias_bounds_text(&found),
        ))
    }

    /// The code of the reason why there is no inference although it was asked for.
    fn no_inference(&self) -> Option<&'static str> {
        self.analysis.no_inference.as_ref().map(Error::code)
    }

    /// How well outcomes before treatment are predicted: number of cells, mean error, root mean square.
    fn pre_fit(&self) -> (usize, f64, f64) {
        let found = &self.analysis.pre_fit;
        (found.n_cells, found.mean, found.rmse)
    }

    /// All tables that are there, by name, averages in percent, too, if asked for.
    #[pyo3(signature = (percent=false))]
    fn tables<'py>(&self, py: Python<'py>, percent: bool) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for table in trop_report::tables(&self.analysis, &self.labels_with(percent)) {
            dict.set_item(table.name, columns(py, table)?)?;
        }
        Ok(dict)
    }

    /// The averages of one grouping, in percent, too, if asked for.
    #[pyo3(signature = (grouping, percent=false))]
    fn average<'py>(
        &self,
        py: Python<'py>,
        grouping: usize,
        percent: bool,
    ) -> PyResult<Vec<PyColumn<'py>>> {
        columns(py, Table::average(&self.analysis, &self.labels_with(percent), grouping))
    }

    /// What a reader should know: codes, texts, and which of them are warnings.
    fn notes(&self) -> Vec<(&'static str, String, bool)> {
        let notes = trop_report::notes(&self.analysis, self.labels());
        notes.into_iter().map(|note| (note.code, note.text, note.is_warning)).collect()
    }

    /// The result in words: `summary`, `summary_percent` (effects in percent, too), `html`, `headline`, `mark` of an ATT that is not certified,
    /// `method` of the inference, `att` and `p_value` for a picture, what `outcome`, `effect`, `average_effect` and the `term` of a table are
    /// called, and `alt` for who does not see that of the path.
    fn words<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (found, dict) = (&self.analysis, PyDict::new(py));
        dict.set_item("summary", trop_report::summary(found, self.labels()))?;
        let percent = self.labels_with(true);
        dict.set_item("summary_percent", trop_report::summary(found, &percent))?;
        dict.set_item("html", trop_report::summary_html(found, self.labels()))?;
        dict.set_item("headline", trop_report::headline(found))?;
        dict.set_item("mark", trop_report::att_mark(found))?;
        dict.set_item("att", trop_report::att_text(found))?;
        dict.set_item("p_value", trop_report::p_value_text(found))?;
        dict.set_item("outcome", self.labels().outcome())?;
        dict.set_item("effect", self.labels().effect())?;
        dict.set_item("average_effect", self.labels().average_effect())?;
        dict.set_item("term", self.labels().term())?;
        dict.set_item("alt", trop_report::picture_alt(PictureKind::Path, found))?;
        let method = found.inference.as_ref().map(trop_report::method_text);
        dict.set_item("method", method.unwrap_or_default())?;
        Ok(dict)
    }

    /// One HTML page; `pictures` are SVG texts by the names of their plots, `percent` asks for the effect in
    /// percent, too.
    fn report(
        &self,
        py: Python<'_>,
        pictures: Vec<(String, String)>,
        call: String,
        versions: String,
        percent: bool,
    ) -> PyResult<String> {
        let computed = self
            .held
            .run(py, None, |panel, hook| Supplement::compute(panel, &self.analysis, hook))?;
        let picture = |(name, svg): &(String, String)| {
            let kind = PictureKind::from_name(name)?;
            Some(Picture::new(kind, Image::svg(svg)))
        };
        let pictures = pictures.iter().filter_map(picture).collect();
        let with = Supplement { pictures, call, versions, ..computed };
        Ok(trop_report::report(&self.analysis, &self.labels_with(percent), &with))
    }
}

impl Analysis {
    /// Seconds of the steps that were taken.
    fn timings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (taken, dict) = (&self.analysis.timings, PyDict::new(py));
        let steps = [
            ("search", taken.search),
            ("estimate", Some(taken.estimate)),
            ("inference", taken.inference),
        ];
        for (step, taken) in steps {
            if let Some(seconds) = taken.as_ref().map(Duration::as_secs_f64) {
                dict.set_item(step, seconds)?;
            }
        }
        Ok(dict)
    }
}

fn lambdas<'py>(py: Python<'py>, found: &Lambdas) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("time", found.time)?;
    dict.set_item("unit", found.unit)?;
    dict.set_item("nn", found.nn)?;
    Ok(dict)
}

fn inference_dict<'py>(py: Python<'py>, found: &Inference) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("method", found.method.name())?;
    dict.set_item("reason", &found.reason)?;
    dict.set_item("draws", PyArray1::from_slice(py, &found.draws))?;
    dict.set_item("n_failed", found.n_failed)?;
    dict.set_item("n_uncertified", found.n_uncertified)?;
    dict.set_item("max_gap", found.max_gap)?;
    Ok(dict)
}
