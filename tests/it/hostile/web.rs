//! Web pages and MHTML files: repeated elements, attributes and parts.

use super::inbox::Inbox;

/// Bytes of each page.
const SIZE: usize = 32 << 10;

fn flood(piece: &str) -> String {
    format!("<html><body>{}", piece.repeat(SIZE / piece.len()))
}

fn attributes(count: usize) -> String {
    (0..count).map(|number| format!(" a{number}=x")).collect()
}

#[test]
fn a_tag_with_a_million_attributes_is_parsed() {
    let inbox = Inbox::new();
    let page = format!(
        "<html><body><p{}>Projektnamn: Bron</p>",
        attributes(1_000_000)
    );
    inbox.put("attributes.html", page.as_bytes());
    let script = format!(
        "<html><script>if (a<b) {}</script><p>Projektnamn: Bron",
        "word ".repeat(9000)
    );
    inbox.put("script.html", script.as_bytes());
    let outcomes = inbox.survives(&[]);
    for name in ["attributes.html", "script.html"] {
        let record = outcomes[name].record();
        assert_eq!(record["pages"][0]["text"], "Projektnamn: Bron", "{name}");
    }
}

#[test]
fn repeated_elements_take_linear_time() {
    let inbox = Inbox::new();
    let floods = [
        ("bold", flood("<b>")),
        ("formats", flood("<a><b><i>x")),
        ("blocks", flood("<div>x")),
        ("paragraphs", flood("<p>x")),
        ("lists", flood("<ul><li>x")),
        ("tables", flood("<table><tr><td>x")),
        ("cells", flood("<td>x").replace("<body>", "<table><tr>")),
        (
            "cells and comments",
            flood("<!--x--><td>x").replace("<body>", "<table><tr>"),
        ),
        ("fostered", flood("x<b>").replace("<body>", "<table>")),
        ("forms", flood("<form><table><form>x")),
        ("options", flood("<select><option>x")),
        ("headings", flood("<h1>x</h1>")),
        ("nested headings", flood("<h1><div>x")),
        ("terms", flood("<dl><dt>a<dd>b")),
        ("articles", flood("<main><article>x")),
        ("drawings", flood("<svg><a>x")),
        ("templates", flood("<template>x")),
        ("scripts", flood("<script>x</script>y")),
        ("comments", flood("<!--")),
        ("open angles", flood("<")),
        ("an open quote", flood("<p a=\"x")),
        ("entities", flood("&amp;")),
        ("unknown entities", flood("&aaaaaaa")),
        ("numbers", flood("&#x110000;&#0;&#xD800;")),
        ("styles", flood("<p style=' d i s p l a y : none'>y")),
        ("links", flood("<aside><a href=x>y</a>")),
    ];
    for (name, page) in &floods {
        inbox.put(format!("{name}.html"), page.as_bytes());
    }
    let outcomes = inbox.survives(&[]);
    for (name, _) in &floods {
        let code = outcomes[&format!("{name}.html")].code();
        assert!(matches!(code, "done" | "empty"), "{name}: {code}");
    }
}

#[test]
fn parts_of_an_mhtml_file_are_limited() {
    let inbox = Inbox::new();
    let head = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=\"b\"\n\n";
    let part = "--b\nContent-Type: text/html\n\n<p>x\n";
    let quoted =
        "--b\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<html><p>x";
    let base64 = "--b\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n";
    inbox.put(
        "parts.mhtml",
        format!("{head}{}", part.repeat(SIZE / part.len())).as_bytes(),
    );
    inbox.put(
        "quoted.mhtml",
        format!("{head}{quoted}{}", "=3D=\n".repeat(SIZE / 5)).as_bytes(),
    );
    inbox.put(
        "base64.mhtml",
        format!("{head}{base64}{}", "=".repeat(SIZE)).as_bytes(),
    );
    inbox.put(
        "boundary.mhtml",
        format!("{}{}", head.replace("\"b\"", &"b".repeat(SIZE)), part).as_bytes(),
    );
    assert_eq!(inbox.survives(&[]).len(), 4);
}
