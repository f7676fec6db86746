//! Worker crashes: stack overflow, endless work and memory exhaustion.

use super::inbox::{Inbox, Outcome};
use super::pdf::{colored, drawing, stream};

#[test]
fn a_document_that_crashes_its_worker_is_quarantined_with_the_reason() {
    let inbox = Inbox::new();
    // A function in PostScript, which is read by a function that calls itself.
    let braces = format!("{}{}", "{".repeat(1_000_000), "}".repeat(1_000_000));
    let function = stream("/FunctionType 4/Domain[0 1]/Range[0 1]", braces.as_bytes());
    inbox.put(
        "depth.pdf",
        &colored("[/Separation /A /DeviceGray 7 0 R]", vec![(7, function)]),
    );
    // Forms that draw each the next one twice, and nothing else, so that nobody sees them draw.
    let form = |number: usize| {
        let next = number + 1;
        let dictionary =
            format!("/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F {next} 0 R>>>>");
        (number, stream(&dictionary, b"/F Do /F Do"))
    };
    let forms = (6..46)
        .map(form)
        .chain([(46, stream("/Subtype/Form/BBox[0 0 9 9]", b""))]);
    inbox.put(
        "time.pdf",
        &drawing("/F Do", "/XObject<</F 6 0 R>>", forms.collect()),
    );
    // Two million lines.
    inbox.put("memory.txt", "x\n".repeat(2 << 20).as_bytes());
    let outcomes = inbox.survives(&["--timeout", "4", "--memory", "400M", "--jobs", "2"]);
    for (name, reason) in [
        ("depth.pdf", "stack overflow"),
        ("time.pdf", "no progress"),
        ("memory.txt", "out of memory"),
    ] {
        let Outcome::Failed(code, message) = &outcomes[name] else {
            panic!("{name} has a record");
        };
        assert_eq!(code, "quarantined", "{name}: {message}");
        assert!(message.contains(reason), "{name}: {message}");
    }
}
