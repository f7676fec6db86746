//! Plain text: repetition, long lines, binary data and escape sequences.

use std::fs::File;
use std::io::Write as _;

use super::inbox::Inbox;

/// Bytes of each text: enough to make a quadratic step take minutes here, and a linear one none.
const SIZE: usize = 32 << 10;

/// A word for a number, always the same.
fn word(number: usize) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "ska", "lo", "rin", "då", "fö", "mä", "tus", "vi", "gra", "en", "pol", "ki", "hus",
        "jo", "nes",
    ];
    let mixed = number.wrapping_mul(2_654_435_761) % 65_536;
    (0..4).map(|at| SYLLABLES[mixed >> (4 * at) & 15]).collect()
}

/// Lines made one by one until there are enough.
fn lines(line: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for number in 0.. {
        if text.len() >= SIZE {
            break;
        }
        text.push_str(&line(number));
        text.push('\n');
    }
    text
}

fn flood(piece: &str) -> String {
    piece.repeat(SIZE / piece.len())
}

fn floods() -> Vec<(&'static str, String)> {
    let header =
        "Europeiska unionen sociala fonden i Sverige\nInvesterar i din framtid varje dag nu\n";
    vec![
        ("digits", flood("9")),
        ("numbers", flood("123 ")),
        ("one line", flood("ord och ")),
        ("one word", flood("å")),
        ("combining marks", format!("a{}", flood("\u{301}"))),
        ("labels", flood("Projektnamn: ")),
        ("labels in lines", flood("Projektnamn:\n")),
        ("label: label", flood("label: ")),
        (
            "facts",
            flood("E-post: a@b.example.se Telefon: 08-465 004 00 "),
        ),
        ("colons", flood(":")),
        ("dots", flood("1.")),
        ("hashes", flood("# ")),
        ("stars", flood("**")),
        ("bold", flood("**a** ")),
        ("hyphens", flood("av-\n")),
        ("brackets", flood("[a](")),
        ("boxes", flood("☐ Ja ☒ Nej ")),
        ("pages", flood("x\u{c}")),
        ("carriage returns", flood("x\r")),
        ("tables", flood("|a|b|\n")),
        ("tabs", flood("a\t")),
        ("addresses", flood("a@")),
        ("dates", flood("2011-03-01 ")),
        ("amounts", flood("1 kr ")),
        ("markup", flood("<br>")),
        (
            "nested items",
            lines(|number| format!("{}- x", "  ".repeat(number % 300))),
        ),
        (
            "headings",
            lines(|number| format!("{number}. {}", word(number))),
        ),
        ("short lines", lines(word)),
        (
            "few lines",
            lines(|number| format!("{} {} nu", word(number % 40), word(number % 17))),
        ),
        (
            "neighbours",
            lines(|number| {
                format!(
                    "{header}Myndigheten {} {}\n",
                    word(number),
                    word(number * 7)
                )
            }),
        ),
        (
            "many blocks",
            lines(|number| {
                let block = number / 3 % 300;
                format!(
                    "myndigheten för {} och {} samt\nallmänna {} {} i riket\n{}",
                    word(block),
                    word(block + 1),
                    word(block + 2),
                    word(block + 3),
                    word(number)
                )
            }),
        ),
        (
            "page labels",
            lines(|number| format!("Sida {number} av 9999\n{}", word(number))),
        ),
        (
            "people",
            lines(|number| format!("Namn: {} {}", word(number), word(number + 1))),
        ),
        ("budget", lines(|number| format!("Resor {number} 100 kr"))),
        (
            "kommuner",
            format!(
                "Kommuner\n{}",
                lines(|number| format!("{} kommun", word(number)))
            ),
        ),
        (
            "transcript",
            format!(
                "Titel\nStorlek: px\nTranskript\n\n{}",
                lines(|number| format!("{number} {}", word(number)))
            ),
        ),
        ("mojibake", flood("Ã¥Ã¤Ã¶â€œ")),
        ("half mojibake", flood("Ã")),
    ]
}

#[test]
fn repeated_text_takes_linear_time() {
    let inbox = Inbox::new();
    for (name, text) in floods() {
        inbox.put(format!("{name}.txt"), text.as_bytes());
    }
    let outcomes = inbox.survives(&[]);
    for (name, _) in floods() {
        assert_eq!(
            outcomes[&format!("{name}.txt")].code(),
            if name == "pages" { "too-large" } else { "done" },
            "{name}"
        );
    }
}

#[test]
fn bytes_that_are_not_text_are_rejected_or_decoded() {
    let inbox = Inbox::new();
    let noise: Vec<u8> = (0..SIZE).map(|at| (at * at / 7 + at * 131) as u8).collect();
    inbox.put("noise.txt", &noise);
    inbox.put("utf-16 noise.txt", &[&b"\xff\xfe"[..], &noise].concat());
    inbox.put("big endian noise.txt", &[&b"\xfe\xff"[..], &noise].concat());
    let half: Vec<u8> = "Plan ".encode_utf16().flat_map(u16::to_le_bytes).collect();
    inbox.put(
        "utf-16 cut.txt",
        &[&b"\xff\xfe"[..], &half[..half.len() - 1]].concat(),
    );
    inbox.put(
        "lone surrogates.txt",
        &[&b"\xff\xfe"[..], &[0x00, 0xd8].repeat(1000)].concat(),
    );
    inbox.put("zeros.txt", &vec![0; SIZE]);
    inbox.put("text and zeros.txt", "x\0".repeat(SIZE / 2).as_bytes());
    inbox.put("new lines.txt", &vec![b'\n'; SIZE]);
    let outcomes = inbox.survives(&[]);
    assert_eq!(outcomes["utf-16 cut.txt"].code(), "done");
    assert_eq!(outcomes["new lines.txt"].code(), "empty");
    assert_eq!(outcomes.len(), 8);
}

#[test]
fn padding_and_escape_sequences_are_removed_and_binary_files_stay_out() {
    let inbox = Inbox::new();
    let text = "Projektnamn: Bron över ån\n\nVi vill bygga en bro.\n";
    let padded = [text.as_bytes(), &[0; 500]].concat();
    inbox.put("padded.txt", &padded);
    let escaped = text.replace("Vi", "\u{1b}[1mVi\u{1b}[0m").repeat(20);
    inbox.put("escapes.txt", escaped.as_bytes());
    let bitmap = b"\0\0\0\0\0\xff\xff\xff\0\0\0\0\0\xf0\xff".repeat(100);
    inbox.put("bitmap.txt", &bitmap);
    inbox.put("padded program.txt", &[&b"\x7fELF"[..], &padded].concat());
    let outcomes = inbox.survives(&[]);
    for name in ["padded.txt", "escapes.txt"] {
        let record = outcomes[name].record();
        assert_eq!(record["fields"]["project_name"]["value"], "Bron över ån");
        assert_eq!(
            record["warnings"][0]["code"], "encoding-repaired",
            "{record}"
        );
    }
    for name in ["bitmap.txt", "padded program.txt"] {
        assert_eq!(outcomes[name].code(), "unsupported-format", "{name}");
    }
}

#[test]
fn a_line_of_a_hundred_megabytes_affects_no_other_document() {
    let inbox = Inbox::new();
    let sparse = File::create(inbox.input().join("sparse.txt")).unwrap();
    sparse.set_len(100 << 20).unwrap();
    let mut long = File::create(inbox.input().join("long.txt")).unwrap();
    let piece = vec![b'x'; 1 << 20];
    for _ in 0..70 {
        long.write_all(&piece).unwrap();
    }
    let endless = File::create(inbox.input().join("endless.txt")).unwrap();
    endless.set_len(1 << 40).unwrap();
    let outcomes = inbox.survives(&[]);
    assert_eq!(outcomes["sparse.txt"].code(), "unsupported-format");
    assert_eq!(outcomes["long.txt"].code(), "too-large");
    assert_eq!(outcomes["endless.txt"].code(), "too-large");
}
