//! Is the document in hand getting on?
//!
//! Whoever reads says so here, a page or a line of a scan at a time. A process that works for
//! another passes it on, so that a document which takes long can be told from one that hangs. Never
//! called from a timer: that would go on whatever happens to the document.

use std::sync::OnceLock;

type Listener = Box<dyn Fn() + Send + Sync>;

/// One a process: the documents of a process are all of one run.
static LISTENER: OnceLock<Listener> = OnceLock::new();

/// Has a function called whenever a document gets on. The first listener of a process stays.
pub fn listen(listener: impl Fn() + Send + Sync + 'static) {
    // A second listener would belong to a second run in one process, which has no use for it.
    let _ = LISTENER.set(Box::new(listener));
}

/// Says that a document got on. Costs nothing where nobody listens.
pub fn made() {
    if let Some(listener) = LISTENER.get() {
        listener();
    }
}
