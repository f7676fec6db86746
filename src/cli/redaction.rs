//! `diarium export --redact`: under which key, and what is told of what was taken out?
//!
//! Records come on all cores in any order. What was found in each is written to a temporary file
//! as it comes, and put in order at the end: memory holds a few bytes a record.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::Context;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::arguments::{Export, RedactHow};
use super::exit::Usage;
use super::plain::harmless;
use crate::pipeline;
use diarium_dataset::export::Pass;
use diarium_document::Record;
use diarium_redact::{Finding, MIN_KEY_BYTES, Rule, Style, redact};

/// Longer keys are mistakes: another file was named.
const LARGEST_KEY: u64 = 1 << 20;

/// How to make a key, for people.
const HOW: &str = "make one with `head -c 32 /dev/urandom > redact.key`, keep it secret, and keep it: \
    the same key gives the same pseudonyms";

/// What is put in the place of personal data, and what was found so far.
pub(super) struct Redaction {
    how: RedactHow,
    style: Style,
    found: Mutex<Found>,
}

#[derive(Default)]
struct Found {
    records: u64,
    with_findings: u64,
    rules: BTreeMap<Rule, BTreeMap<String, u64>>,
    lines: Option<Lines>,
    failed: Option<io::Error>,
}

/// What was found in each record, a JSON object a line, in the order in which they came.
struct Lines {
    file: BufWriter<File>,
    at: u64,
    /// Id, then the length of its line and its place.
    index: Vec<(String, usize, u64)>,
}

/// What was found in one record.
#[derive(Serialize)]
struct OfRecord<'r> {
    id: &'r str,
    findings: &'r [Finding],
}

impl Redaction {
    /// What the arguments ask for, if anything.
    pub(super) fn begin(arguments: &Export) -> anyhow::Result<Option<Self>> {
        let Some(how) = arguments.redact else {
            return Ok(None);
        };
        let style = match (how, &arguments.redact_key) {
            (RedactHow::Mask, None) => Style::mask(),
            (RedactHow::Mask, Some(_)) => {
                return Err(Usage("--redact mask needs no --redact-key".to_owned()).into());
            }
            (RedactHow::Pseudonym, None) => {
                let why = format!("--redact pseudonym needs --redact-key FILE; {HOW}");
                return Err(Usage(why).into());
            }
            (RedactHow::Pseudonym, Some(file)) => under_key(file)?,
        };
        let lines = match &arguments.redact_report {
            Some(file) => {
                pipeline::resolve_destination(file, Some(&arguments.archive))?;
                Some(Lines::begin().context("a temporary file cannot be made")?)
            }
            None => None,
        };
        let found = Found {
            lines,
            ..Found::default()
        };
        Ok(Some(Self {
            how,
            style,
            found: Mutex::new(found),
        }))
    }

    /// Takes personal data out of a record.
    ///
    /// # Errors
    /// If that is not wholly possible, in words. The record must not leave then.
    pub(super) fn redact(&self, record: &mut Record, pass: Pass) -> Result<(), String> {
        let redacted = redact(record, &self.style).map_err(|error| {
            let path = harmless(&record.source.path);
            format!("{path} cannot be redacted: {error}")
        })?;
        if pass == Pass::Write {
            let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
            found.add(&record.id, &redacted.findings);
        }
        *record = redacted.record;
        Ok(())
    }

    /// What the dataset's metadata says of it.
    pub(super) fn notes(&self) -> Map<String, Value> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let note = json!({ "how": self.word(), "taken_out": found.by_rule() });
        Map::from_iter([("redaction".to_owned(), note)])
    }

    /// What the person is told at the end.
    pub(super) fn lines(&self) -> Vec<String> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let counts: Vec<String> = found
            .by_rule()
            .iter()
            .map(|(rule, count)| format!("{} {count}", rule.replace('_', " ")))
            .collect();
        let what = match counts.is_empty() {
            true => "nothing found".to_owned(),
            false => counts.join(", "),
        };
        vec![
            format!("taken out: {what}"),
            "no rule finds everything: look through the dataset before you publish it".to_owned(),
        ]
    }

    /// Writes the report.
    pub(super) fn report(&self, file: Option<&Path>) -> anyhow::Result<()> {
        let Some(path) = file else {
            return Ok(());
        };
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let written = File::create(path).and_then(|file| found.write(self.word(), file));
        written.with_context(|| format!("{} cannot be written", path.display()))
    }

    fn word(&self) -> &'static str {
        match self.how {
            RedactHow::Mask => "mask",
            RedactHow::Pseudonym => "pseudonym",
        }
    }
}

fn under_key(file: &Path) -> Result<Style, Usage> {
    let told = |why: String| Usage(format!("{}: {why}; {HOW}", file.display()));
    let size = fs::metadata(file)
        .map_err(|error| told(error.to_string()))?
        .len();
    if size > LARGEST_KEY {
        return Err(told("is too large for a key".to_owned()));
    }
    let key = fs::read(file).map_err(|error| told(error.to_string()))?;
    if key.len() >= MIN_KEY_BYTES && key.iter().all(|byte| *byte == key[0]) {
        return Err(told("every byte of the key is the same".to_owned()));
    }
    Style::pseudonym(&key).map_err(|error| told(error.to_string()))
}

impl Found {
    fn add(&mut self, id: &str, findings: &[Finding]) {
        self.records += 1;
        self.with_findings += u64::from(!findings.is_empty());
        for finding in findings {
            let places = self.rules.entry(finding.rule).or_default();
            let count = u64::try_from(finding.count).unwrap_or(u64::MAX);
            *places.entry(kind_of_place(&finding.pointer)).or_default() += count;
        }
        if let Some(lines) = &mut self.lines
            && let Err(error) = lines.add(&OfRecord { id, findings })
        {
            self.failed = Some(error);
        }
    }

    fn by_rule(&self) -> BTreeMap<String, u64> {
        self.rules
            .iter()
            .map(|(rule, places)| (word(*rule), places.values().sum()))
            .collect()
    }

    fn write(&mut self, how: &str, file: File) -> io::Result<()> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let mut output = BufWriter::new(file);
        let rules: BTreeMap<String, &BTreeMap<String, u64>> = self
            .rules
            .iter()
            .map(|(rule, places)| (word(*rule), places))
            .collect();
        let head = json!({
            "how": how,
            "records": self.records,
            "records_with_findings": self.with_findings,
            "taken_out": self.by_rule(),
            "places": rules,
        });
        let head = serde_json::to_string_pretty(&head)?;
        let open = head.strip_suffix("\n}").unwrap_or(&head);
        write!(output, "{open},\n  \"by_record\": [")?;
        if let Some(lines) = self.lines.take() {
            lines.write(&mut output)?;
        }
        writeln!(output, "\n  ]\n}}")?;
        output.flush()
    }
}

impl Lines {
    fn begin() -> io::Result<Self> {
        Ok(Self {
            file: BufWriter::new(tempfile::tempfile()?),
            at: 0,
            index: Vec::new(),
        })
    }

    fn add(&mut self, of_record: &OfRecord<'_>) -> io::Result<()> {
        let line = serde_json::to_vec(of_record)?;
        self.file.write_all(&line)?;
        self.index
            .push((of_record.id.to_owned(), line.len(), self.at));
        self.at += line.len() as u64;
        Ok(())
    }

    /// In the order of the ids; the same file twice gives the same line twice.
    fn write(mut self, output: &mut impl Write) -> io::Result<()> {
        self.index.sort();
        let mut file = BufReader::new(self.file.into_inner().map_err(|error| error.into_error())?);
        let mut line = Vec::new();
        for (place, (_, length, at)) in self.index.iter().enumerate() {
            file.seek(SeekFrom::Start(*at))?;
            line.resize(*length, 0);
            file.read_exact(&mut line)?;
            output.write_all(if place == 0 { b"\n    " } else { b",\n    " })?;
            output.write_all(&line)?;
        }
        Ok(())
    }
}

/// `/sections/3/text` and `/sections/4/text` are one kind of place.
fn kind_of_place(place: &str) -> String {
    let parts = place.split('/').map(|part| {
        let number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if number { "*" } else { part }
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The rule's name as it is in JSON.
fn word(rule: Rule) -> String {
    match serde_json::to_value(rule) {
        Ok(Value::String(word)) => word,
        _ => rule.word().to_owned(),
    }
}
