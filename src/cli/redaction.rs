//! Redaction of an export (`--redact`): the pseudonym key, the counts, and the JSON report.
//!
//! Records are redacted on all cores, in any order, but the same export gives the same report. The
//! findings of each record are spooled to a temporary file and sorted by record at the end, so that
//! memory holds one index entry per record. Reports and counts never contain redacted text.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Context;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::arguments::{Export, RedactHow};
use super::exit::UsageError;
use super::format::labeled_counts;
use super::sanitize::escape_control_chars;
use crate::pipeline;
use diarium_dataset::export::Pass;
use diarium_document::Record;
use diarium_redact::{Finding, MIN_KEY_BYTES, Rule, Style, redact};

/// The largest key file that is read, in bytes.
// A key has 32 random bytes or a few more; a larger file, such as a PDF, is a mistake.
const MAX_KEY_BYTES: u64 = 1 << 20;

/// How to make a key.
const KEY_HINT: &str = "make one with `head -c 32 /dev/urandom > redact.key`, keep it secret, and \
    reuse it: the same key gives the same pseudonyms";

/// The style of redaction, and the findings so far.
pub(super) struct Redaction {
    how: RedactHow,
    style: Style,
    findings: Mutex<Findings>,
}

/// Counts of what was redacted, and the spooled findings for the report.
#[derive(Default)]
struct Findings {
    records: u64,
    records_with_findings: u64,
    /// Counts by rule and place.
    places: BTreeMap<Rule, BTreeMap<String, u64>>,
    /// If a report was requested.
    spool: Option<Spool>,
    /// The last error of the spool.
    spool_error: Option<io::Error>,
}

/// A temporary file of JSON objects, one per record, in the order in which they were redacted.
struct Spool {
    file: BufWriter<File>,
    /// Bytes written so far.
    length: u64,
    /// Record id, length and offset of its object in bytes.
    index: Vec<(String, usize, u64)>,
}

/// The findings of one record.
#[derive(Serialize)]
struct RecordFindings<'r> {
    id: &'r str,
    findings: &'r [Finding],
}

impl Redaction {
    /// The redaction that the arguments ask for; `None` without `--redact`.
    ///
    /// # Errors
    /// If the key is missing, not needed or unusable, or the report would be inside the output folder.
    pub(super) fn begin(arguments: &Export) -> anyhow::Result<Option<Self>> {
        let Some(how) = arguments.redact else {
            return Ok(None);
        };
        let style = match (how, &arguments.redact_key) {
            (RedactHow::Mask, None) => Style::mask(),
            (RedactHow::Mask, Some(_)) => {
                return Err(UsageError(
                    "`--redact mask` cannot be used with `--redact-key`".to_owned(),
                )
                .into());
            }
            (RedactHow::Pseudonym, None) => {
                let message =
                    format!("`--redact pseudonym` requires `--redact-key FILE`; {KEY_HINT}");
                return Err(UsageError(message).into());
            }
            (RedactHow::Pseudonym, Some(file)) => pseudonyms(file)?,
        };
        let spool = match &arguments.redact_report {
            Some(file) => {
                // Now, not when the report is written: the export takes long, and would have been in
                // vain.
                pipeline::resolve_destination(file, Some(&arguments.archive))?;
                Some(Spool::new().context("a temporary file could not be created")?)
            }
            None => None,
        };
        let findings = Findings {
            spool,
            ..Findings::default()
        };
        Ok(Some(Self {
            how,
            style,
            findings: Mutex::new(findings),
        }))
    }

    /// Removes personal data from a record.
    ///
    /// # Errors
    /// If the record cannot be redacted completely: a message. The record must not be exported then.
    pub(super) fn redact(&self, record: &mut Record, pass: Pass) -> Result<(), String> {
        let redacted = redact(record, &self.style).map_err(|error| {
            let path = escape_control_chars(&record.source.path);
            format!("{path} cannot be redacted: {error}")
        })?;
        // The first pass redacts the same records; counted twice, all numbers would be double.
        if pass == Pass::Write {
            self.findings().add(&record.id, &redacted.findings);
        }
        *record = redacted.record;
        Ok(())
    }

    /// The entry in the metadata of the dataset.
    pub(super) fn notes(&self) -> Map<String, Value> {
        let note = json!({ "how": self.how(), "taken_out": self.findings().by_rule() });
        Map::from_iter([("redaction".to_owned(), note)])
    }

    /// The counts by rule, and advice, for the user.
    pub(super) fn summary(&self) -> String {
        let counts = self.findings().by_rule();
        let counts = counts
            .iter()
            .map(|(rule, count)| (rule.replace('_', " "), count));
        let counts = labeled_counts("redacted", counts);
        let counts = counts.unwrap_or_else(|| "redacted: nothing".to_owned());
        format!(
            "{counts}\nwarning: no rule finds everything; review the dataset before you publish it"
        )
    }

    /// Writes the report, if one was requested.
    ///
    /// # Errors
    /// If the report or its temporary file cannot be written.
    pub(super) fn write_report(&self, file: Option<&Path>) -> anyhow::Result<()> {
        let Some(path) = file else {
            return Ok(());
        };
        let written = File::create(path).and_then(|file| self.findings().write(self.how(), file));
        written.with_context(|| format!("{} cannot be written", path.display()))
    }

    /// The findings, also after a panic in another thread.
    fn findings(&self) -> MutexGuard<'_, Findings> {
        self.findings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The style's name in JSON.
    fn how(&self) -> &'static str {
        match self.how {
            RedactHow::Mask => "mask",
            RedactHow::Pseudonym => "pseudonym",
        }
    }
}

/// Pseudonyms that are derived from the key in a file.
fn pseudonyms(file: &Path) -> Result<Style, UsageError> {
    let unusable = |reason: String| UsageError(format!("{}: {reason}; {KEY_HINT}", file.display()));
    let size = fs::metadata(file)
        .map_err(|error| unusable(error.to_string()))?
        .len();
    if size > MAX_KEY_BYTES {
        return Err(unusable("the file is too large for a key".to_owned()));
    }
    let key = fs::read(file).map_err(|error| unusable(error.to_string()))?;
    // Such as a file of zeros: its pseudonyms could be derived by anyone.
    if key.len() >= MIN_KEY_BYTES && key.iter().all(|byte| *byte == key[0]) {
        return Err(unusable("every byte of the key is the same".to_owned()));
    }
    Style::pseudonym(&key).map_err(|error| unusable(error.to_string()))
}

impl Findings {
    fn add(&mut self, id: &str, findings: &[Finding]) {
        self.records += 1;
        self.records_with_findings += u64::from(!findings.is_empty());
        for finding in findings {
            let places = self.places.entry(finding.rule).or_default();
            let count = u64::try_from(finding.count).unwrap_or(u64::MAX);
            *places.entry(place_pattern(&finding.pointer)).or_default() += count;
        }
        if let Some(spool) = &mut self.spool
            && let Err(error) = spool.add(&RecordFindings { id, findings })
        {
            // Kept for `write`: returned here, it would say that the record cannot be redacted.
            self.spool_error = Some(error);
        }
    }

    /// Counts by the rule's name in JSON.
    fn by_rule(&self) -> BTreeMap<String, u64> {
        self.places
            .iter()
            .map(|(rule, places)| (rule_name(*rule), places.values().sum()))
            .collect()
    }

    /// Writes the report: the counts, then the findings of each record.
    // The findings can be larger than memory, so they are copied between the braces of the counts.
    fn write(&mut self, how: &str, file: File) -> io::Result<()> {
        if let Some(error) = self.spool_error.take() {
            return Err(error);
        }
        let mut output = BufWriter::new(file);
        let places: BTreeMap<String, &BTreeMap<String, u64>> = self
            .places
            .iter()
            .map(|(rule, places)| (rule_name(*rule), places))
            .collect();
        let head = json!({
            "how": how,
            "records": self.records,
            "records_with_findings": self.records_with_findings,
            "taken_out": self.by_rule(),
            "places": places,
        });
        let head = serde_json::to_string_pretty(&head)?;
        let open = head.strip_suffix("\n}").unwrap_or(&head);
        write!(output, "{open},\n  \"by_record\": [")?;
        if let Some(spool) = self.spool.take() {
            spool.copy_sorted(&mut output)?;
        }
        writeln!(output, "\n  ]\n}}")?;
        output.flush()
    }
}

impl Spool {
    fn new() -> io::Result<Self> {
        Ok(Self {
            // The file has no name, so that nothing is left of it however the process ends.
            file: BufWriter::new(tempfile::tempfile()?),
            length: 0,
            index: Vec::new(),
        })
    }

    fn add(&mut self, record: &RecordFindings<'_>) -> io::Result<()> {
        let line = serde_json::to_vec(record)?;
        self.file.write_all(&line)?;
        self.index
            .push((record.id.to_owned(), line.len(), self.length));
        self.length += line.len() as u64;
        Ok(())
    }

    /// Writes the objects sorted by record id, separated by commas. Two documents with the same bytes
    /// have the same id, and an object each.
    fn copy_sorted(mut self, output: &mut impl Write) -> io::Result<()> {
        self.index.sort();
        let mut file = BufReader::new(self.file.into_inner().map_err(|error| error.into_error())?);
        let mut line = Vec::new();
        for (number, (_, length, offset)) in self.index.iter().enumerate() {
            file.seek(SeekFrom::Start(*offset))?;
            line.resize(*length, 0);
            file.read_exact(&mut line)?;
            output.write_all(if number == 0 { b"\n    " } else { b",\n    " })?;
            output.write_all(&line)?;
        }
        Ok(())
    }
}

/// A JSON pointer with `*` for its array indexes: `/sections/3/text` gives `/sections/*/text`.
fn place_pattern(place: &str) -> String {
    let parts = place.split('/').map(|part| {
        // Names of fields start with a letter, so that a part of digits alone is an index.
        let is_index = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_index { "*" } else { part }
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The name of a rule in JSON.
fn rule_name(rule: Rule) -> String {
    match serde_json::to_value(rule) {
        Ok(Value::String(name)) => name,
        _ => rule.word().to_owned(),
    }
}
