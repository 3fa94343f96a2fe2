//! Threads.

use crate::error::{Error, Result};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Where parallel work runs: rayon's own pool (all cores), or one of a given size.
///
/// Work is always cut into the same pieces and put together in the same order, so results do not
/// depend on the number of threads.
pub(crate) struct Threads(Option<ThreadPool>);

impl Threads {
    pub fn new(threads: Option<usize>) -> Result<Self> {
        let Some(threads) = threads else { return Ok(Threads(None)) };
        if threads == 0 {
            return Err(Error::ThreadsZero);
        }
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        let pool =
            pool.map_err(|e| Error::ThreadsUnavailable { threads, reason: e.to_string() })?;
        Ok(Threads(Some(pool)))
    }

    /// Tasks of very different lengths, in parallel: an idle thread can take over every one that has not
    /// begun. Results stand in the tasks' order.
    pub fn map<I, R, C>(&self, tasks: I, work: impl Fn(I::Item) -> R + Send + Sync) -> C
    where
        I: IntoParallelIterator<Iter: IndexedParallelIterator> + Send,
        R: Send,
        C: FromParallelIterator<R> + Send,
    {
        self.run(|| tasks.into_par_iter().with_max_len(1).map(work).collect())
    }

    pub fn run<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.0 {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }
}
