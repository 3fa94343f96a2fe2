//! What a computation runs on: threads, progress and interruption, random streams.

mod memory;
mod monitor;
mod outlook;
mod pacer;
mod parallel;
mod rng;

pub(crate) use memory::check_room;
pub(crate) use monitor::{heed, Progress, StopOnly};
pub use monitor::{Monitor, Silent, Stage, Watch};
pub use outlook::Outlook;
pub(crate) use pacer::Pacer;
pub(crate) use parallel::Threads;
pub(crate) use rng::{Purpose, Stream};
