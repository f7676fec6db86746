//! Arbitrary bytes: any input gives a valid record or a failure, and never a panic.

use std::{path::Path, sync::LazyLock};

use diarium::document::FailureCode;
use proptest::{collection::vec, prelude::*, sample::select};

use super::{config, stages::violated_stage_invariant};
use crate::support::pipeline::{files, record_of, stage_outputs_of, violated_guarantee};

/// Longer fixtures say nothing that shorter ones do not, and take long without optimization.
const LONGEST: usize = 20_000;

static FIXTURES: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let mut fixtures = files(Path::new("fixtures"));
    fixtures.extend(files(Path::new("tests/damaged")));
    let is_document = |name: &str| !name.ends_with("README.md") && !name.starts_with("gold/");
    fixtures.retain(|(name, bytes)| bytes.len() <= LONGEST && is_document(name));
    fixtures
});

/// The bytes give a valid record, or a failure whose reason is the document's, and the same one twice.
/// Every stage's output is valid on its own.
fn holds(name: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    let first = record_of(name, bytes);
    if let Ok(outputs) = stage_outputs_of(name, bytes) {
        prop_assert_eq!(violated_stage_invariant(&outputs), None);
    }
    match &first {
        Ok(record) => prop_assert_eq!(violated_guarantee(record), None),
        Err(failure) => prop_assert!(
            !matches!(failure.code, FailureCode::Rejected | FailureCode::Internal),
            "{}",
            failure.message
        ),
    }
    if let (Ok(first), Ok(second)) = (&first, &record_of(name, bytes)) {
        let written = |record| serde_json::to_string(record).unwrap();
        prop_assert_eq!(written(first), written(second));
    }
    Ok(())
}

fn name() -> impl Strategy<Value = String> {
    select(&["a.txt", "a.md", "a.html", "a.pdf", "a.mhtml", "a"][..]).prop_map(str::to_owned)
}

/// Fragments of forms, pages and markup, and characters that are hard to read.
const SHARDS: [&str; 78] = [
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "\u{a0}",
    "\u{c}",
    "\u{b}",
    "\u{2028}",
    "\u{feff}",
    "\u{ad}",
    "\u{200b}",
    "\u{202e}",
    "\0",
    "å",
    "a\u{30a}",
    "😀",
    "👩‍👩‍👧",
    "ﬁ",
    "İ",
    "ß",
    "עברית",
    "#",
    "##",
    "**",
    "*",
    "__",
    "- ",
    "• ",
    "· ",
    "☐",
    "☒",
    "[x]",
    "( )",
    "|",
    "[a](b)",
    "<br>",
    "<input type=\"checkbox\" checked>",
    "&nbsp;",
    "<p>",
    "</td>",
    "1",
    "1.",
    "2)",
    "3 (14)",
    "Sida 2 av 9",
    "# * Sida 1 av 2\n",
    "Sida 1 av 0",
    "Deltagande kommuner\n\n- \n• \n- Umeå\n",
    "\u{1b}[1m",
    "\u{1b}",
    "\0\0\0\0\0\0\0\0",
    "A.",
    "a)",
    "Projektägare",
    "Projektperiod",
    "E-post",
    "Kontaktperson för gruppen:",
    "Beviljat ESF-stöd",
    "Namn",
    ":",
    "Summa",
    "Budget 2017/02/01 - 2017/05/31:",
    "2011-03-01",
    "691 000 kr",
    "99999999999999999999",
    "-1 kr",
    "x@y.example.se",
    "08-465 004 12",
    "Sammanfattning",
    "Kommun",
    "PO1",
    "Ja",
    "Europeiska unionen",
    "en mening som går",
    "till-",
    "slut.",
];

fn shards() -> impl Strategy<Value = String> {
    vec(select(&SHARDS[..]), 1..80).prop_map(|shards| shards.concat())
}

const TAGS: [&str; 36] = [
    "<html>",
    "<head><title>",
    "</title></head>",
    "<body>",
    "<nav>",
    "</nav>",
    "<table>",
    "<tr>",
    "<td>",
    "<th>",
    "</table>",
    "<ul>",
    "<li>",
    "</ul>",
    "<dl><dt>",
    "<dd>",
    "</dl>",
    "<h1>",
    "</h1>",
    "<h2>",
    "</h2>",
    "<p>",
    "</p>",
    "<br>",
    "<div hidden>",
    "<div style=\"display:none\">",
    "</div>",
    "<script>",
    "</script>",
    "<style>",
    "<!--",
    "-->",
    "<pre>",
    "<textarea>",
    "<svg>",
    "<template>",
];

fn html() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => select(&TAGS[..]).prop_map(str::to_owned),
        2 => select(&SHARDS[..]).prop_map(str::to_owned),
        1 => "[a-zåäö &;<>=\"']{0,12}",
    ];
    vec(piece, 1..60).prop_map(|pieces| format!("<!DOCTYPE html><html>{}", pieces.concat()))
}

const OBJECTS: [&str; 24] = [
    "1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n",
    "2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n",
    "2 0 obj\n<</Type/Pages/Kids[2 0 R]/Count 99999999>>\nendobj\n",
    "3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>\nendobj\n",
    "3 0 obj\n<</Type/Page/MediaBox[0 0 -1e30 1e30]/Rotate 91/Contents[4 0 R 4 0 R]>>\nendobj\n",
    "4 0 obj\n<</Length 44>>\nstream\nBT /F 12 Tf 72 700 Td (Projektnamn: Bron) Tj ET\nendstream\nendobj\n",
    "4 0 obj\n<</Length 9>>\nstream\nq q q BT /F 1e9 Tf (a) Tj [(b) -9e9 (c)] TJ\nendstream\nendobj\n",
    "5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>\nendobj\n",
    "5 0 obj\n<</Type/Font/Subtype/Type0/DescendantFonts[5 0 R]>>\nendobj\n",
    "xref\n0 1\n0000000000 65535 f \n",
    "trailer\n<</Root 1 0 R/Size 6>>\n",
    "startxref\n9\n%%EOF\n",
    "startxref\n-1\n%%EOF\n",
    "<</Encrypt 1 0 R>>",
    "<<",
    ">>",
    "[",
    "]",
    "stream\n",
    "endstream\n",
    "endobj\n",
    "/Filter/FlateDecode",
    "%%EOF",
    "\u{0}\u{ff}",
];

fn pdf() -> impl Strategy<Value = Vec<u8>> {
    let object = prop_oneof![
        6 => select(&OBJECTS[..]).prop_map(|object| object.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..40),
    ];
    vec(object, 0..14).prop_map(|objects| [b"%PDF-1.7\n".to_vec(), objects.concat()].concat())
}

/// One kind of damage to a file; positions are shares of its length.
#[derive(Debug, Clone)]
enum Mishap {
    Cut(f64, f64),
    Double(f64, f64),
    Overwrite(f64, u8),
    Insert(f64, &'static str),
    End(f64),
}

fn mishap() -> impl Strategy<Value = Mishap> {
    prop_oneof![
        (0.0..1.0, 0.0..0.2).prop_map(|(at, length)| Mishap::Cut(at, length)),
        (0.0..1.0, 0.0..0.2).prop_map(|(at, length)| Mishap::Double(at, length)),
        (0.0..1.0, any::<u8>()).prop_map(|(at, byte)| Mishap::Overwrite(at, byte)),
        (0.0..1.0, select(&SHARDS[..])).prop_map(|(at, shard)| Mishap::Insert(at, shard)),
        (0.1..1.0).prop_map(Mishap::End),
    ]
}

fn befall(bytes: &mut Vec<u8>, mishap: &Mishap) {
    let place = |share: f64| ((bytes.len() as f64 * share) as usize).min(bytes.len());
    match *mishap {
        Mishap::Cut(at, length) => drop(bytes.drain(place(at)..place(at + length))),
        Mishap::Double(at, length) => {
            let again = bytes[place(at)..place(at + length)].to_vec();
            bytes.splice(place(at)..place(at), again);
        }
        Mishap::Overwrite(at, byte) => {
            let at = place(at);
            if let Some(there) = bytes.get_mut(at) {
                *there = byte;
            }
        }
        Mishap::Insert(at, shard) => drop(bytes.splice(place(at)..place(at), shard.bytes())),
        Mishap::End(at) => bytes.truncate(place(at)),
    }
}

fn damaged_fixture() -> impl Strategy<Value = (String, Vec<u8>)> {
    (select(&FIXTURES[..]), vec(mishap(), 1..6)).prop_map(|((name, mut bytes), mishaps)| {
        for mishap in &mishaps {
            befall(&mut bytes, mishap);
        }
        (name, bytes)
    })
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn random_bytes_give_valid_records_or_failures(name in name(), bytes in vec(any::<u8>(), 0..1500)) {
        holds(&name, &bytes)?;
    }

    #[test]
    fn random_characters_give_valid_records_or_failures(name in name(), text in "\\PC{0,400}") {
        holds(&name, text.as_bytes())?;
    }

    #[test]
    fn fragments_of_forms_give_valid_records_or_failures(name in name(), text in shards()) {
        holds(&name, text.as_bytes())?;
    }

    #[test]
    fn broken_web_pages_give_valid_records_or_failures(html in html()) {
        holds("a.html", html.as_bytes())?;
    }

    #[test]
    fn broken_pdfs_give_valid_records_or_failures(pdf in pdf()) {
        holds("a.pdf", &pdf)?;
    }

    #[test]
    fn damaged_fixtures_give_valid_records_or_failures((name, bytes) in damaged_fixture()) {
        holds(&name, &bytes)?;
    }
}
