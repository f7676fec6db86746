//! Panic isolation: a panic fails one document and nothing else.
//!
//! A panic while a document is processed is a bug of diarium. It fails that document with the panic
//! message. What cannot be caught within a process, such as a stack overflow or exhausted memory,
//! still ends the process; the worker processes of a run isolate that.
//!
//! The library leaves the panic hook of its process alone: by default Rust prints each panic to
//! standard error, and the failure has no location. The program calls `install_panic_hook` at its
//! start. The panics of documents are then logged instead of printed, and their failures name the
//! location.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};

use diarium_document::{Failure, FailureCode};

thread_local! {
    /// This thread is inside [`catch_panic`].
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
    /// Where the last guarded panic of this thread was. Only the hook can see it: the payload that
    /// `catch_unwind` returns has no location.
    static LOCATION: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs the work on one document; a panic becomes that document's failure.
pub(crate) fn catch_panic<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    // Guards nest: a rendition is made inside the processing of its document.
    let was_guarded = IS_GUARDED.replace(true);
    // Unwinding drops everything that the work used: no half-changed value is left to observe.
    let caught = panic::catch_unwind(AssertUnwindSafe(work));
    IS_GUARDED.set(was_guarded);
    caught.unwrap_or_else(|payload| Err(failure(payload.as_ref(), LOCATION.take().as_deref())))
}

/// Installs a process-wide panic hook that logs the panics of documents, with their location,
/// instead of printing them. It passes all other panics to the hook that was there before.
#[cfg(feature = "cli")]
pub(crate) fn install_panic_hook() {
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if IS_GUARDED.get() {
            log(info);
        } else {
            previous(info);
        }
    }));
}

#[cfg(feature = "cli")]
fn log(info: &panic::PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string);
    tracing::debug!(place, message = message(info.payload()), "panic");
    LOCATION.set(place);
}

fn failure(payload: &(dyn Any + Send), location: Option<&str>) -> Failure {
    let location = location.map(|location| format!(" ({location})"));
    Failure::new(
        FailureCode::Internal,
        format!(
            "a bug in diarium: {}{}; please report it, with the document if you may",
            message(payload),
            location.unwrap_or_default()
        ),
    )
}

/// `panic!` with a literal has a `&str` as its payload, with arguments a `String`.
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

    #[cfg(feature = "cli")]
    #[test]
    fn a_panic_becomes_a_failure_with_message_and_location() {
        install_panic_hook();
        let number = 7;
        let failure = catch_panic::<()>(|| panic!("page {number} has no end")).unwrap_err();
        assert_eq!(failure.code, FailureCode::Internal);
        assert!(failure.message.contains("page 7 has no end"));
        assert!(failure.message.contains("panic_guard.rs"), "{failure:?}");
    }

    #[test]
    fn without_the_hook_a_failure_has_the_message_only() {
        let payload: Box<dyn Any + Send> = Box::new("no such glyph");
        assert_eq!(
            failure(payload.as_ref(), None).message,
            "a bug in diarium: no such glyph; please report it, with the document if you may"
        );
    }

    #[test]
    fn results_are_returned_unchanged() {
        assert_eq!(catch_panic(|| Ok(1)), Ok(1));
        let failure = Failure::new(FailureCode::Empty, "nothing");
        assert_eq!(catch_panic::<()>(|| Err(failure.clone())), Err(failure));
    }
}
