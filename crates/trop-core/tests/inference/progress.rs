//! Progress and interruption.

use super::*;

struct Stopper(std::sync::atomic::AtomicUsize);

impl trop_core::Monitor for Stopper {
    fn advance(&self, stage: trop_core::Stage, done: usize, total: usize) {
        assert_eq!(stage.name(), "inference");
        assert!(0 < done && done <= total);
        self.0.store(done, std::sync::atomic::Ordering::Relaxed);
    }

    fn stop(&self) -> bool {
        self.0.load(std::sync::atomic::Ordering::Relaxed) >= 3
    }
}

#[test]
fn inference_can_be_interrupted() {
    let panel = block(3, 9, 9, 2, 2).panel();
    let found = estimate(&panel, &LAMBDAS, &settings(), &Silent).unwrap();
    for method in [Jackknife, Placebo, Conformal] {
        let stopper = Stopper(Default::default());
        let stopped = infer(&panel, &LAMBDAS, &found, &[], &options(method), &settings(), &stopper);
        assert_eq!(stopped.unwrap_err(), Error::Interrupted, "{method:?}");
    }
}

struct Last(std::sync::Mutex<(usize, usize)>);

impl trop_core::Monitor for Last {
    fn advance(&self, _: trop_core::Stage, done: usize, total: usize) {
        *self.0.lock().unwrap() = (done, total);
    }
}

#[test]
fn progress_ends_complete() {
    let panel = block(3, 9, 9, 2, 2).panel();
    let found = estimate(&panel, &LAMBDAS, &settings(), &Silent).unwrap();
    for method in METHODS {
        let last = Last(Default::default());
        infer(&panel, &LAMBDAS, &found, &[], &options(method), &settings(), &last).unwrap();
        let (done, total) = *last.0.lock().unwrap();
        assert_eq!(done, total, "{method:?}");
    }
}
