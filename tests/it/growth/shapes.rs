//! Document shapes: generators of documents of any length.
//!
//! Most of them once made a stage take quadratic time; the others are similar.

/// One kind of document that can be made as long as is wished.
pub(crate) struct Shape {
    /// What it is made of.
    pub(crate) name: &'static str,
    /// The name that its file has: its extension is looked at.
    pub(crate) file: &'static str,
    /// The document, with so many parts.
    pub(crate) text: fn(usize) -> String,
}

const fn shape(name: &'static str, file: &'static str, text: fn(usize) -> String) -> Shape {
    Shape { name, file, text }
}

/// All shapes.
pub(crate) const SHAPES: &[Shape] = &[
    shape("one line of a label's word", "a.txt", |n| {
        "projektet ".repeat(n)
    }),
    shape("one line of labels", "a.txt", |n| {
        "Kontaktperson Eva Ek Projektets namn Ny Väg ".repeat(n)
    }),
    shape("one line of labels and bullets", "a.txt", |n| {
        "• ".repeat(n) + &"Telefon: 08 ".repeat(n)
    }),
    shape("one line of glued addresses", "a.txt", |n| {
        "e-post.".repeat(n)
    }),
    shape("one line of glued headings", "a.txt", |n| {
        "Bakgrund.".repeat(n)
    }),
    shape("one line of headings and labels", "a.txt", |n| {
        "Telefon: 08 Bakgrund Vi gick. ".repeat(n)
    }),
    shape("one line of numbers", "a.txt", |n| {
        (1..=n).map(|i| format!("{}. Aab ", i % 100)).collect()
    }),
    shape("one line of numbered headings", "a.txt", |n| {
        let number = |i: usize| {
            format!(
                "{} Mål för byn Vi gick dit {}.{} Syfte Att se. ",
                i % 99,
                i % 99,
                i % 9
            )
        };
        (1..=n).map(number).collect()
    }),
    shape("one line of contents", "a.txt", |n| {
        (1..=n)
            .map(|i| format!("Innehåll {} Målet .... {} ", i % 99, i % 999))
            .collect()
    }),
    shape("lines of contents", "a.txt", |n| {
        (1..=n)
            .map(|i| format!("{}. Målet för byn ..... {}\n", i % 99, i % 999))
            .collect()
    }),
    shape("numbers on lines of their own", "a.txt", |n| {
        (1..=n)
            .map(|i| format!("{}.\nVad är\nmålet?\n", i % 99))
            .collect()
    }),
    shape("one line of digits", "a.txt", |n| "0123456789".repeat(n)),
    shape("one line of a letter", "a.txt", |n| "a".repeat(10 * n)),
    shape("one line of boxes", "a.txt", |n| "Ja ☐ Nej ☒ ".repeat(n)),
    shape("one line of emphasis", "a.md", |n| {
        "**a** _b_ [c](d) ".repeat(n)
    }),
    shape("one line of soft hyphens", "a.txt", |n| {
        "ar\u{ad}bete ".repeat(n)
    }),
    shape("one line of stamps", "a.txt", |n| {
        "text Rotel 2013-11-04 09:12 Powered by TCPDF (www.tcpdf.org) ".repeat(n)
    }),
    shape("labels with values below", "a.txt", |n| {
        (0..n)
            .map(|i| format!("Telefon\n08-{:06}\n", i % 999_999))
            .collect()
    }),
    shape("empty labels with a colon", "a.txt", |n| {
        "Kontaktperson: \n".repeat(n)
    }),
    shape("labels with a colon", "a.txt", |n| {
        (0..n)
            .map(|i| format!("Kontaktperson: Eva Ek {i}\n"))
            .collect()
    }),
    shape("labels with a colon, parted", "a.txt", |n| {
        (0..n)
            .map(|i| format!("Projektets namn: Väg {i}\n\n"))
            .collect()
    }),
    shape("labels alone", "a.txt", |n| "Telefon\n\n".repeat(n)),
    shape("long lines with labels", "a.txt", |n| {
        let line = "ord och inga visor om det som var ".repeat(4);
        format!("{line} Kontaktperson: Eva Ek. Bakgrund Vi ville.\n").repeat(n)
    }),
    shape("Markdown headings", "a.md", |n| {
        (0..n).map(|i| format!("# Rubrik nummer {i}\n")).collect()
    }),
    shape("Markdown headings with text", "a.md", |n| {
        (0..n)
            .map(|i| format!("## Rubrik {i}\n\nEn mening om det.\n\n"))
            .collect()
    }),
    shape("numbered headings", "a.txt", |n| {
        (0..n)
            .map(|i| format!("{}. Fråga om saken\n\nEtt svar.\n\n", i % 99 + 1))
            .collect()
    }),
    shape("headings and boxes", "a.md", |n| {
        "# Val\n\n☐ Ja\n☒ Nej\n\n".repeat(n)
    }),
    shape("boxes", "a.txt", |n| "☐ Ja\n☒ Nej\n".repeat(n)),
    shape("boxes without labels", "a.txt", |n| "☐\n".repeat(n)),
    shape("typed boxes", "a.txt", |n| "Ja [x] Nej [ ]\n".repeat(n)),
    shape("lists", "a.txt", |n| {
        "Deltagare\n• Ale\n• Bjuv\n\n".repeat(n)
    }),
    shape("people", "a.txt", |n| {
        "Utvecklingsgrupp:\nEva Ek, Ny väg\nUlf Alm, Ny väg\n".repeat(n)
    }),
    shape("a budget", "a.txt", |n| {
        let rows: String = (0..n).map(|i| format!("Resor {i}\t47 000 kr\n")).collect();
        format!("Budget:\n{rows}")
    }),
    shape("many budgets", "a.txt", |n| {
        "Budget 2016-03-01 - 2016-05-31:\nResor\t47 000\nSumma\t47 000\n\n".repeat(n)
    }),
    shape("a table", "a.txt", |n| "ett\ttvå\ttre\tfyra\n".repeat(n)),
    shape("prose", "a.txt", |n| {
        let sentence = |i| format!("Under år {i} arbetade vi med många saker i kommunen. ");
        (0..n)
            .map(|i| sentence(i) + if i % 7 == 6 { "\n\n" } else { "" })
            .collect()
    }),
    shape("lines of paper", "a.txt", |n| {
        (0..n)
            .map(|i| format!("en lång rad som går vidare i nästa rad nummer {i} och sedan\n"))
            .collect()
    }),
    shape("lines that end in a hyphen", "a.txt", |n| {
        "arbetsmarknadspolitisktutvecklingsarbete-\n".repeat(n)
    }),
    shape("short lines", "a.txt", |n| "a\n".repeat(n)),
    shape("different short lines", "a.txt", |n| {
        (0..n).map(|i| format!("{}\n", word(i))).collect()
    }),
    shape("blank lines", "a.txt", |n| format!("a{}b", "\n".repeat(n))),
    shape("white space", "a.txt", |n| format!("a{}b", " ".repeat(n))),
    shape("double spaces", "a.txt", |n| "a  ".repeat(n)),
    shape("a text twice", "a.txt", |n| {
        let text: String = (0..n).map(|i| format!("{}\n", word(i))).collect();
        format!("{text}ett\ntvå\ntre\n{text}")
    }),
    shape("long lines twice", "a.txt", |n| {
        let line = |i| format!("{} {}\n", word(i), "ord ".repeat(20));
        let text: String = (0..n).map(line).collect();
        format!("{text}ett\ntvå\ntre\n{text}")
    }),
    shape("a block again and again", "a.txt", |n| {
        (0..n)
            .map(|i| {
                format!(
                    "Stiftelsen Grön ort i Ale\nBox 12 Storgatan i Ale kommun\nwww gron ort se\n\n\
                     Stycke {} som handlar om {}.\n\n",
                    word(i),
                    word(i + 7)
                )
            })
            .collect()
    }),
    shape("a block and its words in prose", "a.txt", |n| {
        let block = "Stiftelsen Grön ort i Ale\nBox 12 Storgatan i Ale kommun\n";
        let blocks = format!("{block}\nett\n\n{block}\ntvå\n\n{block}\ntre\n\n");
        blocks + &"Stiftelsen Grön ort i Ale Box ".repeat(n)
    }),
    shape("pages with a header", "a.txt", |n| {
        (0..n)
            .map(|i| {
                format!(
                    "Grön ort i Ale\nSida {i}\n\nText {}.\n\nfot\n\u{c}",
                    word(i)
                )
            })
            .collect()
    }),
    shape("pages of one long line", "a.txt", |n| {
        let line = |i| format!("Grön ort i Ale {} {}\u{c}", word(i), "ord ".repeat(70));
        (0..n).map(line).collect()
    }),
    shape("pages joined to one sentence", "a.txt", |n| {
        "och så gick det vidare med allt det som skulle göras i byn\u{c}".repeat(n)
    }),
    shape("page marks", "a.txt", |n| {
        (0..n)
            .map(|i| format!("Sida {} ({})\ntext\n", i % 999, n % 9999))
            .collect()
    }),
    shape("page marks on pages", "a.txt", |n| {
        (1..=n)
            .map(|i| format!("Sida {i} (9999)\ntext\n\u{c}"))
            .collect()
    }),
    shape("a transcript", "a.txt", |n| {
        let head =
            "En rapport\n\nSave this PDF as:\nSize: px\nStart display at page:\nTranskript\n\n";
        let pages: String = (1..=n)
            .map(|i| format!("{i} Text {}\n\n", word(i)))
            .collect();
        format!("{head}{pages}")
    }),
    shape("HTML headings", "a.html", |n| html("<h1>Rubrik</h1>", n)),
    shape("HTML headings with text", "a.html", |n| {
        html("<h2>Rubrik</h2><p>Text om det.</p>", n)
    }),
    shape("HTML facts", "a.html", |n| {
        format!(
            "<html><body><dl>{}</dl>",
            "<dt>Telefon<dd>08-123456".repeat(n)
        )
    }),
    shape("HTML rows", "a.html", |n| {
        format!(
            "<html><body><table>{}</table>",
            "<tr><td>Resor<td>47 000".repeat(n)
        )
    }),
    shape("an HTML row", "a.html", |n| {
        format!("<html><body><table><tr>{}</table>", "<td>x".repeat(n))
    }),
    shape("HTML items", "a.html", |n| {
        format!("<html><body><ul>{}", "<li>sak".repeat(n))
    }),
    shape("HTML choices", "a.html", |n| {
        html("<select><option>a<option selected>b</select> ", n)
    }),
    shape("HTML body tags", "a.html", |n| {
        (0..n)
            .map(|i| format!("<body a{i}=1>x"))
            .collect::<String>()
            + "</body>"
    }),
    shape("HTML paragraphs in boxes", "a.html", |n| {
        html("<div><p><b>a</b><br>b</p></div>", n)
    }),
    shape("HTML spans", "a.html", |n| html("<span>a</span>", n)),
];

fn html(part: &str, count: usize) -> String {
    format!(
        "<html><head><title>Sida</title></head><body>{}</body></html>",
        part.repeat(count)
    )
}

/// A word without digits, different for each number: digits are folded together.
fn word(number: usize) -> String {
    let mut left = number + 26 * 26;
    let mut word = String::new();
    while left > 0 {
        word.push(char::from(b'a' + (left % 26) as u8));
        left /= 26;
    }
    word
}
