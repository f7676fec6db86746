//! Fact boxes: the values of a generated box of labels and values are extracted exactly.

use std::collections::BTreeMap;

use diarium::document::FieldValue;
use proptest::{prelude::*, sample::select};

use super::{
    config,
    words::{organisation, person, place, sentence},
};
use crate::support::pipeline::{record_of, violated_guarantee};

/// How labels and values are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// `ProjektfasGenomförande`
    Glued,
    /// `Projektfas`, a tab, `Genomförande`
    Tab,
    /// `Projektfas: Genomförande`
    Colon,
    /// `Projektfas` on a line, `Genomförande` on the next
    Lines,
}

/// A row of the box: what is printed, and what it should give.
#[derive(Debug, Clone)]
struct Fact {
    label: &'static str,
    printed: String,
    gives: Vec<(&'static str, FieldValue)>,
    /// The form has the label, but nobody filled it in.
    empty: bool,
}

#[derive(Debug, Clone)]
struct Form {
    layout: Layout,
    facts: Vec<Fact>,
    prose: Vec<String>,
}

impl Form {
    fn text(&self) -> String {
        let mut text = String::from("Skiftnyckeln: verktyg för alla\n\n");
        for fact in &self.facts {
            let value = if fact.empty { "" } else { &fact.printed };
            let row = match self.layout {
                Layout::Glued => format!("{}{value}", fact.label),
                Layout::Tab => format!("{}\t{value}", fact.label),
                Layout::Colon => format!("{}: {value}", fact.label),
                Layout::Lines => format!("{}\n{value}", fact.label),
            };
            text.push_str(row.trim_end());
            text.push('\n');
        }
        text.push_str("\nSammanfattning\n\n");
        text.push_str(&self.prose.join(" "));
        text.push('\n');
        text
    }

    fn expected(&self) -> BTreeMap<String, FieldValue> {
        let filled = self.facts.iter().filter(|fact| !fact.empty);
        filled
            .flat_map(|fact| fact.gives.clone())
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

fn words(field: &'static str, printed: String) -> (String, Vec<(&'static str, FieldValue)>) {
    let value = FieldValue::Text(printed.clone());
    (printed, vec![(field, value)])
}

fn fact(
    labels: &'static [&'static str],
    value: impl Strategy<Value = (String, Vec<(&'static str, FieldValue)>)>,
) -> impl Strategy<Value = Fact> {
    let empty = prop::bool::weighted(0.2);
    (select(labels), value, empty).prop_map(|(label, (printed, gives), empty)| Fact {
        label,
        printed,
        gives,
        empty,
    })
}

/// Kronor as forms print them.
fn amount(field: &'static str) -> impl Strategy<Value = (String, Vec<(&'static str, FieldValue)>)> {
    let parted = select(&[" ", ".", "\u{a0}", ""][..]);
    let unit = select(&[" kr", "", " kronor", ":-", " SEK"][..]);
    (0..99_999_999_i64, parted, unit).prop_map(move |(kronor, parted, unit)| {
        let printed = format!("{}{unit}", thousands(kronor, parted));
        (printed, vec![(field, FieldValue::Integer(kronor))])
    })
}

fn thousands(number: i64, parted: &str) -> String {
    let digits = number.to_string();
    let mut printed = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            printed.push_str(parted);
        }
        printed.push(digit);
    }
    printed
}

fn date() -> impl Strategy<Value = String> {
    (1995..2030_u32, 1..=12_u32, 1..=28_u32)
        .prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}"))
}

fn period() -> impl Strategy<Value = (String, Vec<(&'static str, FieldValue)>)> {
    let until = select(&[" - ", " till ", " – ", "--"][..]);
    (date(), until, date()).prop_map(|(one, until, other)| {
        // A period that ends before it starts is no period.
        let (start, end) = (one.clone().min(other.clone()), one.max(other));
        let printed = format!("{start}{until}{end}");
        let gives = vec![
            ("period_start", FieldValue::Text(start)),
            ("period_end", FieldValue::Text(end)),
        ];
        (printed, gives)
    })
}

/// PTS keeps these numbers free for fiction.
fn phone() -> impl Strategy<Value = String> {
    let area = select(&["08-465 004 ", "031-390 06 ", "040-628 04 "][..]);
    (area, 0..50_u32).prop_map(|(area, last)| format!("{area}{last:02}"))
}

fn email() -> impl Strategy<Value = String> {
    (person(), place()).prop_map(|((first, last), place)| {
        let plain = |word: &str| {
            let lower = word.to_lowercase();
            lower.replace(['å', 'ä'], "a").replace('ö', "o")
        };
        format!(
            "{}.{}@{}.example.se",
            plain(&first),
            plain(&last),
            plain(&place)
        )
    })
}

/// All the rows that a box may have, in the order of the form; some are dropped, some left empty.
fn facts() -> impl Strategy<Value = Vec<Fact>> {
    let number = (2008..2020_u32, 1..99_999_u32);
    let number = number.prop_map(|(year, number)| format!("{year}/{number:05}"));
    let goal = select(&["Kompetensförsörjning", "Ökade övergångar till arbete"][..]);
    let phase = select(&["Genomförande", "Förprojektering", "Analys och planering"][..]);
    let rows = (
        fact(
            &["Projektnummer", "Projektnr"],
            number.prop_map(|printed| words("project_number", printed)),
        ),
        fact(
            &["Programområde"],
            goal.prop_map(|printed| words("programme_area", printed.to_owned())),
        ),
        fact(
            &["Projektfas"],
            phase.prop_map(|printed| words("phase", printed.to_owned())),
        ),
        fact(
            &["Projektägare", "Stödsökande", "Sökande organisation"],
            organisation().prop_map(|printed| words("organisation", printed)),
        ),
        fact(
            &["Kontaktperson", "Projektledare"],
            person().prop_map(|(first, last)| words("contact_name", format!("{first} {last}"))),
        ),
        fact(
            &["E-post", "E-mail"],
            email().prop_map(|printed| words("email", printed)),
        ),
        fact(
            &["Telefonnummer", "Telefon"],
            phone().prop_map(|printed| words("phone", printed)),
        ),
        fact(
            &["Beviljat ESF-stöd", "Beviljat stöd"],
            amount("granted_sek"),
        ),
        fact(
            &["Total projektbudget", "Totalbudget"],
            amount("total_budget_sek"),
        ),
        fact(
            &["Planerat antal deltagare", "Totalt antal deltagare"],
            (1..5000_i64).prop_map(|number| {
                let gives = vec![("participants", FieldValue::Integer(number))];
                (number.to_string(), gives)
            }),
        ),
        fact(&["Projektperiod"], period()),
        fact(
            &["Region"],
            place().prop_map(|printed| words("region", printed)),
        ),
    );
    let rows = rows
        .prop_map(|(a, b, c, d, e, f, g, h, i, j, k, l)| vec![a, b, c, d, e, f, g, h, i, j, k, l]);
    rows.prop_flat_map(|rows| {
        let length = rows.len();
        prop::sample::subsequence(rows, 5..=length)
    })
}

fn form(layout: Layout) -> impl Strategy<Value = Form> {
    let prose = (sentence(1), sentence(2), sentence(3));
    (facts(), prose)
        .prop_filter("a box has facts", |(facts, _)| {
            facts.iter().filter(|fact| !fact.empty).count() >= 3
        })
        .prop_map(move |(facts, (one, two, three))| Form {
            layout,
            facts,
            prose: vec![one, two, three],
        })
}

fn gives_what_was_put_in(form: &Form) -> Result<(), TestCaseError> {
    let text = form.text();
    let record = record_of("box.txt", text.as_bytes())
        .map_err(|failure| TestCaseError::fail(failure.message))?;
    let found: BTreeMap<String, FieldValue> = record
        .fields
        .iter()
        .map(|(name, field)| (name.clone(), field.value.clone()))
        .collect();
    prop_assert_eq!(found, form.expected(), "{}", text);
    prop_assert_eq!(violated_guarantee(&record), None, "{}", text);
    Ok(())
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn labels_glued_to_their_values_give_them(form in form(Layout::Glued)) {
        gives_what_was_put_in(&form)?;
    }

    #[test]
    fn labels_in_cells_give_the_cells_beside_them(form in form(Layout::Tab)) {
        gives_what_was_put_in(&form)?;
    }

    #[test]
    fn labels_with_colons_give_what_follows(form in form(Layout::Colon)) {
        gives_what_was_put_in(&form)?;
    }

    #[test]
    fn labels_on_lines_of_their_own_give_the_next_line(form in form(Layout::Lines)) {
        gives_what_was_put_in(&form)?;
    }
}
