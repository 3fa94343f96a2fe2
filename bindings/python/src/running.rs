//! Long calls: without the GIL, with progress, stopped by Ctrl-C.

use crate::errors::named;
use pyo3::prelude::*;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;
use trop_core::{Error, Monitor, Names, TropResult, Watch};
use trop_report::{outlook_advice, outlook_text};

/// How often signals and progress are looked at.
const POLL: Duration = Duration::from_millis(100);

/// Runs `work` on a thread of its own while this one passes progress on to `monitor` and looks for
/// signals. An exception of either stops the work and is returned.
pub(crate) fn run_named<R: Send>(
    py: Python<'_>,
    names: &Names,
    monitor: Option<Bound<'_, PyAny>>,
    work: impl FnOnce(&dyn Monitor) -> TropResult<R> + Send,
) -> PyResult<R> {
    let hook = Watch::default();
    let monitor = monitor.map(Bound::unbind);
    let (result, exception) = py.detach(|| {
        thread::scope(|scope| {
            let (done, finished) = mpsc::channel::<()>();
            let hook = &hook;
            let started = thread::Builder::new().spawn_scoped(scope, move || {
                let result = work(hook);
                // The receiver outlives this thread, so this cannot fail.
                let _ = done.send(());
                result
            });
            let worker = match started {
                Ok(worker) => worker,
                Err(error) => return (Err(Error::no_thread(&error)), None),
            };
            let mut exception = None;
            while finished.recv_timeout(POLL) == Err(RecvTimeoutError::Timeout) {
                if exception.is_some() {
                    continue;
                }
                let heard = Python::attach(|py| {
                    py.check_signals()?;
                    report(py, hook, monitor.as_ref())
                });
                if let Err(error) = heard {
                    hook.request_stop();
                    exception = Some(error);
                }
            }
            let result = worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (result, exception)
        })
    });
    if let Some(exception) = exception {
        return Err(exception);
    }
    let result = result.map_err(|error| named(py, &error, names))?;
    report(py, &hook, monitor.as_ref())?;
    Ok(result)
}

/// The same for matrices without names.
pub(crate) fn run<R: Send>(
    py: Python<'_>,
    monitor: Option<Bound<'_, PyAny>>,
    work: impl FnOnce(&dyn Monitor) -> TropResult<R> + Send,
) -> PyResult<R> {
    run_named(py, &Names::default(), monitor, work)
}

fn report(py: Python<'_>, hook: &Watch, monitor: Option<&Py<PyAny>>) -> PyResult<()> {
    if let (Some(monitor), Some((stage, done, total))) = (monitor, hook.latest()) {
        monitor.call_method1(py, "advance", (stage.name(), done, total))?;
        if let Some(outlook) = hook.outlook() {
            let told = (outlook_text(&outlook), outlook_advice(&outlook));
            monitor.call_method1(py, "outlook", told)?;
        }
    }
    Ok(())
}
