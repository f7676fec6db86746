//! Heartbeat: a stage's report that its document makes progress.
//!
//! Stages use no clock, process or thread. Their caller passes a handle, and they call it after bounded
//! amounts of work, so that a supervisor can distinguish a slow document from one that hangs. The
//! handle is never called from a timer, because a timer would go on for a document that hangs.

use std::fmt;
use std::sync::Arc;

/// Steps of a loop between two heartbeats.
// A step is a line, a label or the like. The slowest take some ten microseconds, so that a heartbeat
// comes several times a second. Much larger: a slow document looks hung to the supervisor. Much
// smaller: the listener reads the clock at each heartbeat, which would cost more than the steps.
const STEPS: usize = 4096;

/// A handle to a function that is called whenever the current document advances. Without a function it
/// costs nothing. Clones call the same function.
#[derive(Clone, Default)]
pub struct Heartbeat {
    listener: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl Heartbeat {
    /// A handle that calls this function.
    pub fn new(listener: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            listener: Some(Arc::new(listener)),
        }
    }

    /// Reports that the document advanced.
    pub fn beat(&self) {
        if let Some(listener) = &self.listener {
            listener();
        }
    }

    /// Reports it once every few thousand steps of a loop; `step` is the loop's index.
    pub fn step(&self, step: usize) {
        // At the end of each group of steps, not at its start: most loops are short and should not call
        // the listener.
        if step % STEPS == STEPS - 1 {
            self.beat();
        }
    }
}

impl fmt::Debug for Heartbeat {
    /// The same with and without a listener, because options are compared by their `Debug` output.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Heartbeat")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_loop_reports_once_every_few_thousand_steps() {
        let beats = Arc::new(AtomicUsize::new(0));
        let heard = Arc::clone(&beats);
        let heartbeat = Heartbeat::new(move || {
            heard.fetch_add(1, Ordering::Relaxed);
        });
        for step in 0..3 * STEPS {
            heartbeat.step(step);
        }
        assert_eq!(beats.load(Ordering::Relaxed), 3);
        heartbeat.clone().beat();
        assert_eq!(beats.load(Ordering::Relaxed), 4);
    }
}
