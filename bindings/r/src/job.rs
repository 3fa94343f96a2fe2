//! A computation on a thread of its own, which never touches R. R waits for it, reports its progress
//! and may cancel it: R's interrupts, errors and jumps stay in R, and none crosses a frame of Rust.

use crate::answers::or_null;
use extendr_api::prelude::*;
use std::any::Any;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use trop_core::{Monitor, TropResult, Watch};
use trop_report::{outlook_advice, outlook_text, Labels};

/// Turns what was computed into an R list, on R's thread.
type Answer = Box<dyn FnOnce() -> List + Send>;

/// Code and message of an error.
type Failure = (&'static str, String);

/// A running or finished computation.
pub(crate) struct Job {
    watch: Arc<Watch>,
    finished: Receiver<()>,
    worker: Option<Worker>,
    /// Why there is no thread.
    lacking: Option<trop_core::Error>,
}

/// The thread of a job.
type Worker = JoinHandle<std::result::Result<Answer, Failure>>;

impl Job {
    /// Starts `compute`; `answer` will turn what it finds into an R list. Errors speak by the labels.
    pub fn start<T: Send + 'static>(
        labels: Arc<Labels>,
        compute: impl FnOnce(&dyn Monitor) -> TropResult<T> + Send + 'static,
        answer: impl FnOnce(T) -> List + Send + 'static,
    ) -> ExternalPtr<Job> {
        let watch = Arc::new(Watch::default());
        let told = Arc::clone(&watch);
        let (done, finished) = mpsc::channel::<()>();
        let worker = thread::Builder::new().spawn(move || {
            // Dropped at the end, even by a panic; that is what the receiver waits for.
            let _done = done;
            let failure = |error: trop_core::Error| (error.code(), error.sentence(&labels.names));
            let found = compute(&*told).map_err(failure)?;
            Ok(Box::new(move || answer(found)) as Answer)
        });
        let (worker, lacking) = match worker {
            Ok(worker) => (Some(worker), None),
            Err(error) => (None, Some(trop_core::Error::no_thread(&error))),
        };
        ExternalPtr::new(Job { watch, finished, worker, lacking })
    }

    /// Waits for at most this long. A list of `finished`, `progress` (`NULL`, or stage, done, total, what is `left` of
    /// the whole call and, if that is long, `advice`)
    /// and, if finished, either `answer` or `code` and `message` of an error.
    pub fn wait(&mut self, seconds: f64) -> List {
        let timeout = Duration::from_secs_f64(seconds);
        if self.finished.recv_timeout(timeout) == Err(RecvTimeoutError::Timeout) {
            return list!(finished = false, progress = self.progress());
        }
        if let Some(error) = &self.lacking {
            return failure(error.code(), &error.sentence(&Default::default()));
        }
        let progress = self.progress();
        match self.worker.take().map(JoinHandle::join) {
            Some(Ok(Ok(answer))) => list!(finished = true, progress = progress, answer = answer()),
            Some(Ok(Err((code, message)))) => failure(code, &message),
            Some(Err(panic)) => failure("panic", &panic_message(panic.as_ref())),
            None => failure("interrupted", "the computation was cancelled."),
        }
    }

    fn progress(&self) -> Robj {
        or_null(self.watch.latest().map(|(stage, done, total)| {
            let outlook = self.watch.outlook();
            list!(
                stage = stage.name(),
                done = done as f64,
                total = total as f64,
                left = outlook.map(|outlook| outlook_text(&outlook)).unwrap_or_default(),
                advice = outlook.and_then(|outlook| outlook_advice(&outlook)).unwrap_or_default()
            )
        }))
    }

    /// Stops the worker, and returns when it has ended.
    pub fn cancel(&mut self) {
        self.watch.request_stop();
        if let Some(worker) = self.worker.take() {
            // Nobody wants its answer any more, nor its panic.
            let _ = worker.join();
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.cancel();
    }
}

fn failure(code: &str, message: &str) -> List {
    list!(finished = true, progress = NULL, code = code, message = message)
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    format!("internal error, please report it: {text}")
}
