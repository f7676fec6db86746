//! Learned letterhead: what is proposed for an archive of one-page forms, and what an approved file removes.
//!
//! The archive is made here: three hundred applications over ten years to two invented publishers, each
//! with a letterhead that changes once (the second prints rows of a table, and headings that no profile knows), with answers that authors repeat and with letters that OCR misread.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use diarium_document::{Carrier, CleanDocument, Heartbeat, Page, RawDocument};
use diarium_extract::clean::clean;
use diarium_extract::clean::learn::{LearnedDocument, Learner};
use diarium_extract::profile::{LetterheadFile, Profiles};

use crate::support::cli::{assert_exit, diarium, stderr, stdout};

/// A form with its lines by who wrote them. What the form asks is of neither.
struct Form {
    path: String,
    text: String,
    publisher: Vec<String>,
    author: Vec<String>,
}

/// A small generator of the same numbers on every machine (Knuth's multiplier).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % end as u64).unwrap()
    }

    fn of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }
}

const FIRST: [&str; 12] = [
    "Alva", "Birk", "Ceci", "Disa", "Egil", "Frej", "Gry", "Hild", "Idun", "Jarl", "Kai", "Liv",
];
const LAST: [&str; 10] = [
    "Torpalund",
    "Åsnäs",
    "Ekbacke",
    "Kvarnå",
    "Lidström",
    "Myrbo",
    "Nordhed",
    "Oxelby",
    "Rosvik",
    "Sandö",
];
const PLACES: [&str; 9] = [
    "Torpa",
    "Åsby",
    "Ekvik",
    "Kvarnholm",
    "Lidby",
    "Myra",
    "Nyhem",
    "Oxvik",
    "Rosberga",
];
const THINGS: [&str; 10] = [
    "en bro",
    "en lekplats",
    "ett växthus",
    "en scen",
    "en bastu",
    "ett bibliotek",
    "en stig",
    "en brygga",
    "ett bageri",
    "en verkstad",
];
const WHYS: [&str; 8] = [
    "Många har frågat efter det",
    "Det saknas något att samlas kring",
    "De unga vill ha något eget",
    "Den gamla är trasig",
    "Byn växer och behöver mer",
    "Vi vill locka besökare",
    "Föreningen fyller femtio",
    "Kommunen har lovat mark",
];
const REPEATED: [&str; 5] = [
    "Ej aktuellt.",
    "Nej",
    "Se bilaga.",
    "Vet inte ännu",
    "Vi arbetar alltid tillsammans med alla som bor i byn.",
];

fn letterhead(publisher: usize, year: usize) -> (Vec<String>, Vec<String>, String) {
    let moved = year >= 2009;
    let (name, site, help) = match publisher {
        0 => (
            "Bygdekassan i Norrdal",
            "bygdekassan.example",
            "Ansökan ska vara undertecknad av den som får teckna föreningens firma.",
        ),
        _ => (
            "Stiftelsen Allmogens Väl",
            "allmogen.example",
            "Skriv bara på denna sida och bifoga inga andra handlingar.",
        ),
    };
    let (street, phone) = match (publisher, moved) {
        (0, false) => ("Storgatan 4, 123 45 Torpa", "099-12 34 56"),
        (0, true) => ("Nygatan 19, 123 47 Torpa", "099-65 43 21"),
        (_, false) => ("Box 17, 234 56 Ekvik", "088-77 66 55"),
        (_, true) => ("Box 171, 234 59 Ekvik", "088-77 66 56"),
    };
    let top = vec![name.to_owned(), street.to_owned()];
    let bottom = vec![
        format!("{name}, {street}"),
        format!("Telefon: {phone}"),
        format!("www.{site}"),
    ];
    (top, bottom, help.to_owned())
}

/// A line as OCR may read it: one letter of twenty lines is wrong.
fn misread(line: &str, numbers: &mut Numbers) -> String {
    if numbers.below(20) > 0 {
        return line.to_owned();
    }
    let at = 8 + numbers.below(4);
    line.chars()
        .enumerate()
        .map(|(index, letter)| {
            if index == at && letter.is_alphabetic() {
                'c'
            } else {
                letter
            }
        })
        .collect()
}

fn form(number: usize, numbers: &mut Numbers) -> Form {
    let year = 2004 + number % 10;
    let publisher = usize::from(numbers.below(3) == 0);
    let (top, bottom, help) = letterhead(publisher, year);
    let mut read = |lines: Vec<String>| -> Vec<String> {
        lines.iter().map(|line| misread(line, numbers)).collect()
    };
    let (top, bottom, help) = (read(top), read(bottom), read(vec![help]));
    let name = format!("{} {}", numbers.of(&FIRST), numbers.of(&LAST));
    let place = numbers.of(&PLACES);
    let thing = numbers.of(&THINGS);
    let what = format!(
        "Vi vill bygga {thing} i {place} under år {} tillsammans med {name}.",
        year + 1
    );
    let why = format!("{} sedan {} år.", numbers.of(&WHYS), 2 + numbers.below(90));
    let answer = |numbers: &mut Numbers| match numbers.below(5) {
        0 => numbers.of(&REPEATED).to_owned(),
        other => format!(
            "{} {} av {} grannar har lovat hjälpa till.",
            ["Minst", "Omkring", "Över"][other % 3],
            3 + numbers.below(40),
            50 + numbers.below(200)
        ),
    };
    let (first, second) = (answer(numbers), answer(numbers));
    let amount = format!("{} 000 kr", 5 + numbers.below(90));
    let date = format!("{year}-0{}-1{}", 1 + numbers.below(9), numbers.below(10));
    let (top_text, bottom_text) = (top.join("\n"), bottom.join("\n"));
    let help_text = help.join("");
    let text = if publisher == 0 {
        format!(
            "{top_text}\n\nAnsökan om bygdemedel\n\nSökande: {name}\nOrt: {place}\nSökt belopp: {amount}\n\n\
             1. Vad vill ni göra?\n{what}\n\n2. Varför behövs det?\n{why}\n\n{help_text}\n\n\
             3. Vilka deltar?\n{first}\n\n4. Finns annan finansiering?\n{second}\n\n\
             Ort och datum\n{place} {date}\n\n{bottom_text}\nUtskriven {date} sida 1 (1)\n"
        )
    } else {
        format!(
            "{top_text}\nDnr {year}-{number:04}\n\nBegäran om stöd\n\nNamn\t{name}\nBygd\t{place}\nPengar\t{amount}\n\n\
             Det här vill vi göra\n{what}\n\nDärför behövs det\n{why}\n\n{help_text}\n\n\
             De som deltar\n{first}\n\nAndra som betalar\n{second}\n\nÖvrigt\n\n{bottom_text}\nBlankett 7 utgåva 2\n"
        )
    };
    Form {
        path: format!("{year}/{number:03}.txt"),
        text,
        publisher: [top, help, bottom].concat(),
        author: vec![name, what, why, first, second, amount],
    }
}

fn forms(count: usize) -> Vec<Form> {
    let mut numbers = Numbers(7);
    (0..count)
        .map(|number| form(number, &mut numbers))
        .collect()
}

fn cleaned(text: &str, profiles: &Profiles) -> CleanDocument {
    let document = RawDocument {
        carrier: Carrier::Text,
        media_type: "text/plain",
        encoding: None,
        stated_title: None,
        pages: vec![Page::from_text(1, text.to_owned())],
        related: Vec::new(),
        warnings: Vec::new(),
    };
    clean(&document, profiles, &Heartbeat::default())
}

fn learn(forms: &[Form], profiles: &Profiles) -> LetterheadFile {
    let mut learner = Learner::new(profiles);
    for form in forms {
        learner.add(&LearnedDocument {
            path: &form.path,
            pages: vec![&form.text],
        });
    }
    learner.finish()
}

#[test]
fn an_approved_file_removes_the_letterhead_of_one_page_forms_and_no_line_of_an_author() {
    let forms = forms(300);
    let profiles = Profiles::built_in().unwrap();
    let mut file = learn(&forms, &profiles);
    let proposed: BTreeSet<&str> = file
        .entries
        .iter()
        .flat_map(|entry| &entry.lines)
        .map(String::as_str)
        .collect();
    let lines: BTreeSet<String> = (0..2)
        .flat_map(|publisher| [2004, 2012].map(|year| letterhead(publisher, year)))
        .flat_map(|(top, bottom, help)| [top, bottom, vec![help]].concat())
        .collect();
    let found = lines
        .iter()
        .filter(|line| proposed.contains(line.as_str()))
        .count();
    assert!(
        found * 100 >= lines.len() * 95,
        "{found} of {}: {proposed:#?}",
        lines.len()
    );
    for entry in &mut file.entries {
        entry.approved = true;
    }
    let profiles = profiles.with_letterhead(file);
    let (mut removed, mut all) = (0, 0);
    for form in &forms {
        let clean = cleaned(&form.text, &profiles);
        for line in &form.author {
            assert!(
                clean.text.text().contains(line.as_str()),
                "{}: {line} was removed",
                form.path
            );
        }
        all += form.publisher.len();
        removed += form
            .publisher
            .iter()
            .filter(|line| !clean.text.text().contains(line.as_str()))
            .count();
    }
    assert!(removed * 100 >= all * 95, "{removed} of {all} lines");
}

#[test]
fn what_a_form_prints_for_its_authors_is_not_proposed() {
    let profiles = Profiles::built_in().unwrap();
    let file = learn(&forms(300), &profiles);
    for entry in &file.entries {
        for line in &entry.lines {
            let is_of_form = [
                "Ansökan om",
                "Sökande",
                "Ort",
                "Sökt belopp",
                "1.",
                "2.",
                "3.",
                "4.",
            ]
            .iter()
            .any(|start| line.starts_with(start));
            let is_instruction = line.starts_with("Ansökan ska vara");
            assert!(!is_of_form || is_instruction, "{line}");
            assert!(!REPEATED.contains(&line.as_str()), "{line}");
        }
    }
    let first = &file.entries[0];
    assert!(
        first.likelihood > 0.6 && first.years.is_some() && first.examples.len() == 3,
        "{first:?}"
    );
}

fn write(folder: &Path, forms: &[Form]) {
    for form in forms {
        let path = folder.join(&form.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &form.text).unwrap();
    }
}

#[test]
fn a_file_is_learned_from_documents_or_records_and_acts_once_it_is_approved() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(&at("in"), &forms(24));
    let run = |more: &[&std::ffi::OsStr]| {
        let output = diarium()
            .arg("run")
            .arg(at("in"))
            .arg("--out")
            .arg(at("out"))
            .args(more)
            .output()
            .unwrap();
        (output.status.code(), stderr(&output).to_owned())
    };
    assert_eq!(run(&[]).0, Some(0));
    let learn = |input: &str, to: &str| {
        let output = diarium()
            .args(["letterhead", "learn"])
            .arg(at(input))
            .arg("--to")
            .arg(at(to))
            .output()
            .unwrap();
        assert_exit(&output, 0);
        fs::read_to_string(at(to)).unwrap()
    };
    // From documents and from their records the same is learned.
    let toml = learn("out", "l.toml");
    assert_eq!(learn("in", "m.toml"), toml);
    assert!(toml.contains("www.bygdekassan.example"), "{toml}");

    let file = at("l.toml");
    let with_file = [std::ffi::OsStr::new("--letterhead"), file.as_os_str()];
    // Nothing is approved, so nothing changes.
    let (code, messages) = run(&with_file);
    assert!(
        code == Some(0) && messages.contains("24 unchanged"),
        "{messages}"
    );
    fs::write(&file, toml.replace("approved = false", "approved = true")).unwrap();
    let (code, messages) = run(&with_file);
    assert!(
        code == Some(0) && !messages.contains("24 unchanged"),
        "{messages}"
    );
    let record = fs::read_to_string(at("out/records/2004/000.txt.json")).unwrap();
    let record: diarium_document::Record = serde_json::from_str(&record).unwrap();
    let removed: Vec<&str> = record
        .letterhead
        .iter()
        .map(|entry| entry.text.as_str())
        .collect();
    assert!(
        removed.iter().any(|text| text.contains("www.")),
        "{removed:?}"
    );

    let why = diarium()
        .arg("show")
        .arg(at("in/2004/000.txt"))
        .arg("--why")
        .args(with_file)
        .output()
        .unwrap();
    assert_exit(&why, 0);
    assert!(
        stdout(&why).contains("the letterhead file"),
        "{}",
        stdout(&why)
    );

    // Learned again, the decisions stay.
    assert!(!learn("out", "l.toml").contains("approved = false"));
}

#[test]
fn a_mistake_in_the_file_ends_a_run_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("l.toml");
    fs::write(&file, "[[entry]]\ntext = \"Bygdekassan\"\naproved = true\n").unwrap();
    fs::write(folder.path().join("a.txt"), "En bro\n").unwrap();
    let output = diarium()
        .arg("run")
        .arg(folder.path().join("a.txt"))
        .arg("--out")
        .arg(folder.path().join("out"))
        .arg("--letterhead")
        .arg(&file)
        .output()
        .unwrap();
    assert_exit(&output, 2);
    assert!(
        stderr(&output).contains("l.toml:3: "),
        "{}",
        stderr(&output)
    );
}
