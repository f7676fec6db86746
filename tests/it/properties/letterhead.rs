//! Letterhead removal: all of the publisher's lines are removed, and none of the author's.

use std::collections::BTreeSet;

use diarium::document::Record;
use proptest::{collection::vec, prelude::*, sample::select};

use super::{
    config,
    words::{organisation, person, place, sentence},
};
use crate::support::pipeline::{record_of, violated_guarantee, words};

/// A form's pages: the publisher's lines around the author's.
#[derive(Debug, Clone)]
struct Document {
    header: Vec<String>,
    footer: Vec<String>,
    numbered_pages: bool,
    /// Sentences by section.
    sections: Vec<Vec<String>>,
    /// Lines of text on a page.
    page_lines: usize,
    width: usize,
    breaks: Breaks,
}

/// What parts the pages in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Breaks {
    FormFeeds,
    /// Blank lines around the letterhead, as services that read scans leave it.
    BlankLines,
}

const HEADINGS: [&str; 8] = [
    "Kort bakgrund till idén",
    "Erfarenheter i gruppen",
    "Syfte och mål med idén",
    "Målgrupp för idén",
    "Samverkan med andra",
    "Tidsplan för arbetet",
    "Miljö och jämställdhet",
    "Spridning av resultatet",
];

impl Document {
    fn text(&self) -> String {
        let pages: Vec<String> = self
            .pages()
            .iter()
            .enumerate()
            .map(|(index, lines)| self.page(index, lines))
            .collect();
        match self.breaks {
            Breaks::FormFeeds => pages.join("\u{c}"),
            Breaks::BlankLines => pages.join("\n"),
        }
    }

    /// The author's lines, wrapped and cut into pages wherever they are full: also within a sentence.
    fn pages(&self) -> Vec<Vec<String>> {
        let mut lines = Vec::new();
        for (index, (sentences, heading)) in self.sections.iter().zip(HEADINGS).enumerate() {
            lines.extend([format!("{}. {heading}", index + 1), String::new()]);
            lines.extend(wrapped(&sentences.join(" "), self.width));
            lines.push(String::new());
        }
        lines
            .chunks(self.page_lines)
            .map(<[String]>::to_vec)
            .collect()
    }

    fn page(&self, index: usize, lines: &[String]) -> String {
        let mut page = self.header.join("\n");
        page.push_str("\n\n");
        page.push_str(lines.join("\n").trim_matches('\n'));
        page.push_str("\n\n");
        if self.numbered_pages {
            page.push_str(&format!("Sida {}\n", index + 1));
        }
        page.push_str(&self.footer.join("\n"));
        page.push('\n');
        page
    }

    /// Two of an author's lines that happen to be alike are [`a_line_that_two_pages_share_stays`]'s.
    fn has_no_line_twice(&self) -> bool {
        let lines: Vec<String> = self.pages().concat();
        let lines: Vec<&String> = lines.iter().filter(|line| !line.is_empty()).collect();
        let unlike: BTreeSet<&String> = lines.iter().copied().collect();
        unlike.len() == lines.len()
    }

    fn publisher(&self) -> impl Iterator<Item = &String> {
        self.header.iter().chain(&self.footer)
    }
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().unwrap();
        if last.is_empty() {
            last.push_str(word);
        } else if last.chars().count() + 1 + word.chars().count() <= width {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// Four lines that a publisher could print on each page; together more than the words that a block
/// needs to be no accident.
fn header() -> impl Strategy<Value = Vec<String>> {
    let lines = (organisation(), place(), person(), 1..40_u32);
    lines.prop_map(|(organisation, place, (_, last), number)| {
        vec![
            format!("Nätverket {organisation} för lärande och gemenskap"),
            format!("i {place}bygden sedan länge"),
            format!("{last}s gränd {number}, {place}"),
        ]
    })
}

fn footer() -> impl Strategy<Value = Vec<String>> {
    let lines = (organisation(), place()).prop_map(|(organisation, place)| {
        vec![
            format!("Kansliet hos {organisation}"),
            format!("Blankett fastställd av styrelsen i {place}"),
        ]
    });
    prop_oneof![1 => Just(Vec::new()), 3 => lines]
}

fn document(breaks: Breaks) -> impl Strategy<Value = Document> {
    let sections = vec(3..9_usize, 3..=HEADINGS.len()).prop_flat_map(|sizes| {
        let mut number = 0;
        let sections: Vec<Vec<_>> = sizes
            .iter()
            .map(|&size| {
                let numbers = number..number + size;
                number += size;
                numbers.map(sentence).collect()
            })
            .collect();
        sections
    });
    let shape = (12..30_usize, select(&[64_usize, 76, 90][..]));
    (header(), footer(), any::<bool>(), sections, shape)
        .prop_map(
            move |(header, footer, numbered_pages, sections, (page_lines, width))| Document {
                header,
                footer,
                numbered_pages,
                sections,
                page_lines,
                width,
                breaks,
            },
        )
        .prop_filter("letterhead stands on three pages or more", |document| {
            document.pages().len() >= 3
        })
        .prop_filter("the author says nothing twice", Document::has_no_line_twice)
}

/// Everything of the author's that a reader of the record finds: title, headings, texts, facts.
fn told(record: &Record) -> String {
    let mut told = words(record.title.as_deref().unwrap_or_default());
    for section in &record.sections {
        told.push_str(&words(&section.heading));
        told.push_str(&words(&section.text));
    }
    for field in record.fields.values() {
        told.push_str(&words(&field.raw));
    }
    told
}

fn parts_publisher_and_author(document: &Document) -> Result<(), TestCaseError> {
    let text = document.text();
    let record = record_of("form.txt", text.as_bytes())
        .map_err(|failure| TestCaseError::fail(failure.message))?;
    let told = told(&record);
    for sentence in document.sections.iter().flatten() {
        prop_assert!(
            told.contains(&words(sentence)),
            "lost: {}\n\n{}",
            sentence,
            text
        );
    }
    for line in document.publisher() {
        let in_section = record
            .sections
            .iter()
            .any(|section| words(&section.text).contains(&words(line)));
        prop_assert!(!in_section, "kept: {}\n\n{}", line, text);
        let kept = record
            .letterhead
            .iter()
            .any(|letterhead| words(&letterhead.text).contains(&words(line)));
        prop_assert!(kept, "thrown away: {}\n\n{}", line, text);
    }
    prop_assert_eq!(violated_guarantee(&record), None, "{}", text);
    Ok(())
}

proptest! {
    #![proptest_config(config(16))]

    #[test]
    fn with_page_breaks_only_the_publishers_lines_are_removed(
        document in document(Breaks::FormFeeds)
    ) {
        parts_publisher_and_author(&document)?;
    }

    #[test]
    fn without_page_breaks_only_the_publishers_lines_are_removed(
        document in document(Breaks::BlankLines)
    ) {
        parts_publisher_and_author(&document)?;
    }
}

/// The line stands on two of three pages near their tops, but with the author's own lines before it.
#[test]
fn a_line_that_two_pages_share_stays() {
    let header = "Nätverket Lyktan för lärande och gemenskap\ni Ekbybygden sedan länge\n";
    let pages = [
        "1. Bakgrund\n\nVi började med en vävstol som ingen längre behövde\n\
         och som stod i vägen. Sedan kom det fler, och då\nflyttade vi ut till ladan.\n",
        "2. Syfte\n\nMeningen är att den som vill lära sig ska få göra det\n\
         utan att betala, och att den som kan ska få betalt.\n\
         Det är enkelt att säga men svårare att räkna ut.\n\
         Därför räknar vi på varje steg i den stora planen\n\
         så länge ljuset räcker, och sedan går vi hem igen.\n",
        "Det är samma sak om hösten som om våren: vi väver\n\
         så länge ljuset räcker, och sedan går vi hem igen.\n\n\
         3. Målgrupp\n\nAlla som bor i byn.\n",
    ];
    let text = pages.map(|page| format!("{header}\n{page}")).join("\u{c}");
    let record = record_of("form.txt", text.as_bytes()).unwrap();
    let told = told(&record);
    assert!(told.contains("vi väver så länge ljuset räcker, och sedan går vi hem igen. "));
    assert!(!told.contains("Nätverket Lyktan"));
}
