//! Threads.

use crate::error::{Error, Result};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::{Arc, Mutex, TryLockError};

/// Where parallel work runs: the caller's own rayon pool if it calls from one, else this process's (all
/// cores), or one of a given size.
///
/// Work is always cut into the same pieces and put together in the same order, so results do not
/// depend on the number of threads.
pub(crate) struct Threads(Option<Arc<ThreadPool>>);

impl Threads {
    pub fn new(threads: Option<usize>) -> Result<Self> {
        match threads {
            Some(0) => Err(Error::ThreadsZero),
            Some(threads) => Ok(Threads(Some(Arc::new(start(threads)?)))),
            None if rayon::current_thread_index().is_some() => Ok(Threads(None)),
            None => Ok(Threads(Some(all_cores()?))),
        }
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

/// The pool of all cores, and the process whose threads these are.
static POOL: Mutex<Option<(u32, Arc<ThreadPool>)>> = Mutex::new(None);

/// The pool of all cores, which a process starts once: a forked child has none of its parent's threads, and
/// rayon's own pool would wait for them forever.
fn all_cores() -> Result<Arc<ThreadPool>> {
    let mut kept = match POOL.try_lock() {
        Ok(kept) => kept,
        Err(TryLockError::Poisoned(kept)) => kept.into_inner(),
        // Held by another thread, which a child forked at this moment does not have: no waiting.
        Err(TryLockError::WouldBlock) => return start(0).map(Arc::new),
    };
    let process = std::process::id();
    if let Some((_, pool)) = kept.as_ref().filter(|(owner, _)| *owner == process) {
        return Ok(Arc::clone(pool));
    }
    let pool = Arc::new(start(0)?);
    let stale = kept.replace((process, Arc::clone(&pool)));
    // Its threads are the parent's: telling them to end could wait for a lock that one of them held.
    std::mem::forget(stale);
    Ok(pool)
}

/// A pool of so many threads; 0 for all cores. rayon would take as many as it can instead of more.
fn start(threads: usize) -> Result<ThreadPool> {
    let most = rayon::max_num_threads();
    if threads > most {
        let reason = format!("there are {most} at most");
        return Err(Error::ThreadsUnavailable { threads, reason });
    }
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|e| Error::ThreadsUnavailable { threads, reason: e.to_string() })
}
