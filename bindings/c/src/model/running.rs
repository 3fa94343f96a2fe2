//! Long computations: threads that end with them, and progress on the caller's thread.

use crate::abi::failure::Result;
use crate::data::names::trop_stage;
use crate::model::options::{trop_options, trop_progress};
use crate::model::outlook::with_outlook;
use rayon::{ThreadBuilder, ThreadPoolBuilder};
use std::ffi::c_void;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use trop_core::{Error, Monitor, Stage, Watch};

/// How often the caller hears of progress.
const POLL: Duration = Duration::from_millis(100);

/// How many threads work, and who hears of it.
#[derive(Clone, Copy)]
pub(crate) struct Workers {
    /// 0 for one per core.
    pub threads: usize,
    pub progress: trop_progress,
    pub progress_data: *mut c_void,
}

impl From<&trop_options> for Workers {
    fn from(options: &trop_options) -> Self {
        let &trop_options { threads, progress, progress_data, .. } = options;
        Workers { threads, progress, progress_data }
    }
}

/// Does `work` on threads of its own, which have ended when this returns, while the caller's thread
/// passes progress on and hears whether to stop.
pub(crate) fn run<R: Send>(
    workers: impl Into<Workers>,
    stage: Stage,
    work: impl FnOnce(&dyn Monitor) -> trop_core::TropResult<R> + Send,
) -> Result<R> {
    let watch = Watch::default();
    let workers = workers.into();
    let result = on_threads(
        workers.threads,
        || work(&watch),
        |finished| wait(&workers, stage, &watch, finished),
    )??;
    // A stop that came too late to end the work still holds: the caller does not expect a result.
    if watch.stop() {
        return Err(Error::Interrupted.into());
    }
    Ok(result)
}

/// Does `work` on `threads` threads of their own (0: one per core), while this thread does `meanwhile`,
/// whose receiver disconnects when the work has ended.
fn on_threads<R: Send>(
    threads: usize,
    work: impl FnOnce() -> R + Send,
    meanwhile: impl FnOnce(Receiver<()>),
) -> Result<R> {
    // Dropped last to first: the pool tells its threads to end, then `started` waits until they have.
    let mut started = Joined(Vec::new());
    let spawn = |thread: ThreadBuilder| {
        started.0.push(thread::Builder::new().spawn(|| thread.run())?);
        Ok(())
    };
    let pool = ThreadPoolBuilder::new().num_threads(threads).spawn_handler(spawn).build();
    let pool = pool.map_err(|e| Error::ThreadsUnavailable { threads, reason: e.to_string() })?;
    let mut result = None;
    pool.in_place_scope(|scope| {
        let (working, finished) = mpsc::channel::<()>();
        let result = &mut result;
        scope.spawn(move |_| {
            let _working = working;
            *result = Some(work());
        });
        meanwhile(finished);
    });
    // A panic of the work has gone on from the scope.
    Ok(result.expect("the work has ended"))
}

/// Threads that are waited for.
struct Joined(Vec<JoinHandle<()>>);

impl Drop for Joined {
    fn drop(&mut self) {
        for thread in self.0.drain(..) {
            // The pool catches the panics of its work; its threads themselves do not panic.
            let _ = thread.join();
        }
    }
}

fn wait(workers: &Workers, stage: Stage, watch: &Watch, finished: Receiver<()>) {
    while finished.recv_timeout(POLL) == Err(RecvTimeoutError::Timeout) {
        report(workers, stage, watch);
    }
    report(workers, stage, watch);
}

/// Tells the caller how far the work is, unless it was told to stop already. `first` is the stage that
/// comes first.
fn report(workers: &Workers, first: Stage, watch: &Watch) {
    let Some(progress) = workers.progress.filter(|_| !watch.stop()) else { return };
    let (stage, done, total) = watch.latest().unwrap_or((first, 0, 0));
    let stop = with_outlook(watch.outlook().as_ref(), || {
        // SAFETY: the caller's own function, as `trop_progress` describes it.
        unsafe { progress(trop_stage::from(stage), done, total, workers.progress_data) }
    });
    if stop != 0 {
        watch.request_stop();
    }
}
