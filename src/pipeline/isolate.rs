//! Panic isolation: a panic fails one document and nothing else.
//!
//! A panic while a document is processed is a bug of ours; it fails that document, with the
//! message and the place, and nothing else. What cannot be caught this way (a stack that overflows,
//! memory that runs out) still ends the process.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Once;

use diarium_document::{Failure, FailureCode};

thread_local! {
    /// This thread is inside [`isolate`]: its panics are logged, not printed.
    static ISOLATED: Cell<bool> = const { Cell::new(false) };
    /// Where it panicked, which the caught value does not say.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Does the work on one document; a panic becomes that document's failure.
pub(crate) fn isolate<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    static HOOK: Once = Once::new();
    HOOK.call_once(install_hook);
    let before = ISOLATED.replace(true);
    // What the work touched is dropped with it, so nothing half-changed can be seen afterwards.
    let caught = panic::catch_unwind(AssertUnwindSafe(work));
    ISOLATED.set(before);
    caught.unwrap_or_else(|payload| Err(failure(payload.as_ref())))
}

/// Panics elsewhere go on to whatever hook there was.
fn install_hook() {
    let other = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if ISOLATED.get() {
            note(info);
        } else {
            other(info);
        }
    }));
}

fn note(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string);
    tracing::debug!(place, message = message(info.payload()), "panic");
    PLACE.set(place);
}

fn failure(payload: &(dyn Any + Send)) -> Failure {
    let place = PLACE.take().unwrap_or_else(|| "unknown place".to_owned());
    Failure::new(
        FailureCode::Internal,
        format!(
            "a bug in diarium: {} ({place}); please report it, with the document if you may",
            message(payload)
        ),
    )
}

fn message(payload: &(dyn Any + Send)) -> &str {
    if let Some(text) = payload.downcast_ref::<&str>() {
        text
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text
    } else {
        "no message"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_failure_that_says_what_and_where() {
        let number = 7;
        let failure = isolate::<()>(|| panic!("page {number} has no end")).unwrap_err();
        assert_eq!(failure.code, FailureCode::Internal);
        assert!(failure.message.contains("page 7 has no end"));
        assert!(failure.message.contains("isolate.rs"), "{failure:?}");
    }

    #[test]
    fn work_that_ends_well_or_badly_is_handed_through() {
        assert_eq!(isolate(|| Ok(1)), Ok(1));
        let failure = Failure::new(FailureCode::Empty, "nothing");
        assert_eq!(isolate::<()>(|| Err(failure.clone())), Err(failure));
    }
}
