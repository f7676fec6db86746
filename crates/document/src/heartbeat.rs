//! Heartbeat: how a stage reports that its document makes progress.
//!
//! Stages know no clock, process or thread. Whoever runs them passes a handle along, and they call
//! it after bounded amounts of work, so that a document that takes long can be told from one that
//! hangs. It is never called from a timer: that would go on whatever happens to the document.

use std::fmt;
use std::sync::Arc;

/// Steps of a loop between two beats. A step is a line, a label or the like; the slowest take some
/// ten microseconds, so that a beat comes several times a second.
const STEPS: usize = 4096;

/// A handle to a function that is called whenever the document in hand advances; without a function
/// it costs nothing. Clones call the same function.
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

    /// Says that the document advanced.
    pub fn beat(&self) {
        if let Some(listener) = &self.listener {
            listener();
        }
    }

    /// Says so once in a few thousand steps of a loop; `step` is the loop's index.
    pub fn step(&self, step: usize) {
        if step % STEPS == STEPS - 1 {
            self.beat();
        }
    }
}

impl fmt::Debug for Heartbeat {
    /// The same with and without a listener: options are compared by what they print.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Heartbeat")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_loop_beats_once_in_a_few_thousand_steps() {
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
