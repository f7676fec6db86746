//! Command-line arguments: commands, options, their help texts and the parsers of their values.
//!
//! The first paragraph of a doc comment here is a line of `--help`; snapshots in tests/it/help.rs show
//! all of them. Options and their values are part of the public interface.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::pipeline::Shard;
use diarium_dataset::export::{Condition, Splits};

/// Turn scanned PDFs, saved web pages and transcripts into structured, traceable JSON
#[derive(Debug, Parser)]
#[command(name = "diarium", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    Success
  1    Some documents failed or were rejected
  2    Usage or configuration error
  3    The run could not continue: disk full, output not writable, input missing, or folder
       locked by another run
  130  Interrupted; the next run continues";

/// The heading of the options of every command in `--help`.
// Without one, clap puts them between the command's own options.
const GLOBAL: &str = "Global options";

/// Options of every command.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// Print more messages on standard error; `-vv` for even more
    #[arg(short, long, global = true, help_heading = GLOBAL, action = ArgAction::Count, conflicts_with = "quiet")]
    pub(super) verbose: u8,
    /// Print nothing on standard error, except an error that stops the program
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub(super) quiet: bool,
    /// Format of messages on standard error
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "FORMAT", default_value = "text")]
    pub(super) log_format: LogFormat,
    /// When to use color; `auto` means on a terminal, unless `NO_COLOR` is set
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// Lines of text
    Text,
    /// One JSON object per line
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Process new and changed documents; safe to repeat, interrupt and schedule
    Run(Run),
    /// Combine output folders, e.g. of shards, into one
    Merge(Merge),
    /// Erase documents: records, derived files, cached readings and catalogue rows
    Forget(Forget),
    /// Print one document or record for a person to read
    Show(Show),
    /// Validate all records, and compare an output folder's files with its catalogue
    Check(Check),
    /// Summarize a catalogue: kinds, failures, warnings, roots and recent runs
    Status(Status),
    /// Evaluate records against hand-labeled ground truth (gold)
    Eval(Eval),
    /// Summarize records: kinds, years, regions, amounts, fields, confidence and warnings
    Stats(Stats),
    /// Compare two output folders: documents, values, sections and warnings
    Diff(Diff),
    /// Export records as a dataset: Parquet, Arrow, CSV, JSON Lines or SQLite
    Export(Export),
    /// Check that everything a run needs is available
    Doctor(Doctor),
    /// List the formats that are read, and those that are not
    Formats(Formats),
    /// List, show, lint, test and draft document types
    Profile(Profile),
    /// Learn boilerplate across documents, for a person to approve
    Letterhead(Letterhead),
    /// Print a shell completion script
    Completions(Completions),
    /// Print the manual page; read it with `diarium manual | man -l -`
    Manual,
    /// Process documents for `diarium run`, which starts this command
    // Hidden: its arguments and its protocol may change with every version.
    #[command(hide = true)]
    Worker(Worker),
}

#[derive(Debug, Args)]
pub(super) struct Run {
    /// Files and folders to process; hidden files, and what programs write beside documents, are skipped
    #[arg(required = true, value_name = "INPUT")]
    pub(super) inputs: Vec<PathBuf>,
    /// Output folder; created if missing
    #[arg(short, long, value_name = "DIR")]
    pub(super) out: PathBuf,
    #[command(flatten)]
    pub(super) selection: Selected,
    /// Number of documents to process in parallel [default: number of cores]
    #[arg(short, long, value_name = "N")]
    pub(super) jobs: Option<NonZeroUsize>,
    /// Memory limit per worker process, e.g. `512M` or `2G`
    // Without a limit, decompression bombs took the PDF renderer 2 to 8 GB. Above: OCR of a page, 224 MB,
    // and a PDF of the maximum size, 512 MB, which is held in memory.
    #[arg(long, value_name = "SIZE", value_parser = parse_size, default_value = "2G")]
    pub(super) memory: u64,
    /// Kill a worker that makes no progress for this many seconds of CPU time, or ten times as many of
    /// wall-clock time
    // CPU time, so that a busy machine kills no worker that would finish; wall-clock time for a worker
    // that waits for something. Must exceed the longest step between two heartbeats: Tesseract has 100
    // seconds for a page, PP-OCR took 13.
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds, default_value = "120")]
    pub(super) timeout: Duration,
    /// Process documents in threads instead of worker processes; a document that aborts or hangs stops
    /// the run
    // Hidden: benches/bulk.rs measures the cost of worker processes with it.
    #[arg(long, hide = true)]
    pub(super) in_process: bool,
    /// Process all documents again, and replace cached readings
    #[arg(long)]
    pub(super) force: bool,
    /// Retry documents that failed in an earlier run
    #[arg(long)]
    pub(super) retry_failed: bool,
    /// Print what would be done, one document per line, without writing anything
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Delete records of documents that no longer exist; withdrawn records are kept
    #[arg(long)]
    pub(super) prune: bool,
    /// Like `--prune`, but delete withdrawn records as well
    #[arg(long)]
    pub(super) prune_withdrawn: bool,
    /// Name of the input folder, to recognize it under another path or on another machine
    #[arg(long, value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(super) root: Option<String>,
    /// Compare all records and derived files with their digests, and process documents again whose
    /// files differ
    #[arg(long)]
    pub(super) verify_records: bool,
    /// Process only shard I of N, e.g. `2/8`, into an output folder of its own; combine the folders with
    /// `diarium merge`
    #[arg(long, value_name = "I/N", value_parser = str::parse::<Shard>)]
    pub(super) shard: Option<Shard>,
    #[command(flatten)]
    pub(super) processing: Processing,
}

/// Options that select files below the inputs.
#[derive(Debug, Clone, Args)]
pub(super) struct Selected {
    /// Process only files that match GLOB, e.g. `*.pdf` or `2009/**`; repeat for more. A glob without `/`
    /// matches names, others paths below the input; upper and lower case are the same
    #[arg(long, value_name = "GLOB")]
    pub(super) include: Vec<String>,
    /// Leave out files and folders that match GLOB, even if they are included; their records stay
    #[arg(long, value_name = "GLOB")]
    pub(super) exclude: Vec<String>,
    /// Join the images of a folder that contains nothing else into one document, in the order of their
    /// numbers
    #[arg(long)]
    pub(super) pages_in_folders: bool,
}

/// Options that a run passes on to its workers.
#[derive(Debug, Args)]
pub(super) struct Processing {
    /// Folder with your own profiles (`*.toml`); they extend or replace the built-in ones
    #[arg(long, value_name = "DIR")]
    pub(super) profiles: Option<PathBuf>,
    /// Letterhead file of `diarium letterhead learn`; what it approves is removed from the text
    #[arg(long, value_name = "FILE")]
    pub(super) letterhead: Option<PathBuf>,
    /// Maximum size of a file, e.g. `200M`; larger files are rejected
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub(super) max_bytes: Option<u64>,
    /// Write searchable PDFs of scanned PDFs and image files to DIR/pdf
    #[arg(long)]
    pub(super) pdf: bool,
    /// Write an ALTO 4 file with word positions for each PDF page to DIR/alto
    #[arg(long)]
    pub(super) alto: bool,
    /// Maximum size of DIR/readings, the cache of OCR and PDF text, e.g. `500M`; `0` disables it
    // 2G hold about 300,000 scanned pages.
    #[arg(long, value_name = "SIZE", value_parser = parse_size, default_value = "2G")]
    pub(super) readings_limit: u64,
    #[command(flatten)]
    pub(super) reading: Reading,
}

/// Arguments of a worker process. `worker::arguments` writes them.
#[derive(Debug, Args)]
pub(super) struct Worker {
    /// Output folder
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Memory limit
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub(super) memory: u64,
    /// Replace cached readings instead of using them
    #[arg(long)]
    pub(super) refresh_readings: bool,
    #[command(flatten)]
    pub(super) processing: Processing,
}

#[derive(Debug, Args)]
pub(super) struct Merge {
    /// Output folders to combine; an old catalogue is migrated, nothing else is changed
    #[arg(required = true, value_name = "DIR")]
    pub(super) folders: Vec<PathBuf>,
    /// Output folder to merge into; created if missing
    #[arg(long, value_name = "DIR")]
    pub(super) into: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Forget {
    /// Output folder
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
    /// Documents to erase, by the `id` (SHA-256) or the `source.path` of the record
    #[arg(required = true, value_name = "ID")]
    pub(super) documents: Vec<String>,
}

/// Options of reading.
#[derive(Debug, Clone, Args)]
pub(super) struct Reading {
    /// PDF pages to read with OCR
    #[arg(long, value_name = "WHICH", default_value = "auto")]
    pub(super) ocr: OcrPages,
    /// File with passwords for encrypted PDFs, one per line; they are tried in order and stored nowhere
    #[arg(long, value_name = "FILE")]
    pub(super) password_file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) engine: Engine,
}

/// Options of the OCR engine.
#[derive(Debug, Clone, Args)]
pub(super) struct Engine {
    /// OCR engine
    // On 48 synthetic scans from clean to bad, PP-OCR misread 0.13 to 0.92 % of the characters and
    // Tesseract 0.54 to 36 %, in half the time.
    #[arg(long, value_name = "ENGINE", default_value = "ppocr")]
    pub(super) ocr_engine: OcrEngineName,
    /// Folder with weights to use instead of the built-in ones, with the same file names
    #[arg(long, value_name = "DIR")]
    pub(super) ocr_models: Option<PathBuf>,
    /// Languages for Tesseract, as for its option `-l` [default: swe+eng]
    // No `default_value`: a language that was given together with PP-OCR is an error. `swe` alone has
    // no `@` and no `%` in Debian's model.
    #[arg(long, value_name = "LANGUAGES")]
    pub(super) ocr_language: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OcrEngineName {
    /// PP-OCR, built in
    Ppocr,
    /// Tesseract, if installed
    Tesseract,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OcrPages {
    /// Pages without a text layer
    Auto,
    /// All pages
    Always,
    /// No pages; those without text get the warning `ocr-needed`
    Never,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Document to process and print, or record (`*.json`) to print
    pub(super) file: PathBuf,
    /// Explain the kind, the source of each field, and what was removed as letterhead
    #[arg(long)]
    pub(super) why: bool,
    /// Folder with your own profiles (`*.toml`); they extend or replace the built-in ones
    #[arg(long, value_name = "DIR")]
    pub(super) profiles: Option<PathBuf>,
    /// Letterhead file of `diarium letterhead learn`
    #[arg(long, value_name = "FILE")]
    pub(super) letterhead: Option<PathBuf>,
    #[command(flatten)]
    pub(super) reading: Reading,
}

#[derive(Debug, Args)]
pub(super) struct Folder {
    /// Output folder
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) folder: Folder,
    /// Repair inconsistencies between files and catalogue, and remove leftovers of killed processes
    #[arg(long)]
    pub(super) repair: bool,
    /// Folder with the profiles of the run, for the schemas of its kinds
    #[arg(long, value_name = "DIR")]
    pub(super) profiles: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Status {
    #[command(flatten)]
    pub(super) folder: Folder,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

const DIFF_EXIT_CODES: &str = "\
Exit codes:
  0  No differences
  1  There are differences, or a record could not be read
  2  Usage error, e.g. a folder that is not an output folder";

#[derive(Debug, Args)]
#[command(after_help = DIFF_EXIT_CODES)]
pub(super) struct Diff {
    /// Old output folder
    #[arg(value_name = "OLD")]
    pub(super) old: PathBuf,
    /// New output folder
    #[arg(value_name = "NEW")]
    pub(super) new: PathBuf,
    /// Print JSON Lines: an object per document that differs, then the counts
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Stats {
    #[command(flatten)]
    pub(super) folder: Folder,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Write a self-contained HTML page with plots to FILE as well
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Eval {
    #[command(flatten)]
    pub(super) folder: Folder,
    /// Folder of gold files (`*.json`), or one file with an object per line (`*.jsonl`)
    #[arg(long, value_name = "GOLD")]
    pub(super) gold: PathBuf,
    /// Print JSON, with all mistakes
    #[arg(long)]
    pub(super) json: bool,
    /// Exit with 1 if the strict F1 score of all fields is below X
    #[arg(long, value_name = "X", value_parser = parse_share)]
    pub(super) min_f1: Option<f64>,
    /// Exit with 1 if the character error rate of any document is above X
    #[arg(long, value_name = "X", value_parser = parse_share)]
    pub(super) max_misread: Option<f64>,
}

const METADATA_KEYS: &str = "\
Keys of the metadata file, all optional:
  name, title, description, version, homepage, citation   string
  published                                               date, e.g. 2014-03-31
  keywords                                                list of strings
  [licence]      name (an SPDX identifier), title, url
  [[creators]]   name, url (e.g. an ORCID), email, affiliation, organisation (true or false)
  [publisher]    name, url";

#[derive(Debug, Args)]
#[command(after_help = METADATA_KEYS)]
pub(super) struct Export {
    /// Output folder
    #[arg(value_name = "ARCHIVE")]
    pub(super) archive: PathBuf,
    /// Format of the dataset
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: ExportFormat,
    /// Folder to write to, outside all output folders; an earlier export is replaced
    #[arg(long, value_name = "PATH")]
    pub(super) to: PathBuf,
    /// Filter records: `NAME`, `!NAME` or `NAME<op>VALUE` with `=`, `!=`, `<`, `<=`, `>`, `>=` or `~`
    /// (contains the words); repeat to combine with AND
    // `where` is a keyword of Rust, so the field has another name than the option.
    #[arg(long = "where", value_name = "CONDITION")]
    pub(super) conditions: Vec<Condition>,
    /// Export only records of these kinds
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub(super) kind: Vec<String>,
    /// Export only these columns and lists, besides `number` and `id`
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) columns: Option<Vec<String>>,
    /// Drop values with a confidence below X
    #[arg(long, value_name = "X", value_parser = parse_share)]
    pub(super) min_confidence: Option<f64>,
    /// Split records into named subsets, e.g. `train=0.8,test=0.2`; near-duplicates stay together
    #[arg(long, value_name = "NAME=SHARE,...")]
    pub(super) split: Option<Splits>,
    /// Drop near-duplicates, and list them in duplicates.csv
    #[arg(long)]
    pub(super) dedup: bool,
    /// Do not put an apostrophe before CSV cells that a spreadsheet may run as a formula, e.g. `- item`
    /// and `+46 8 …`
    #[arg(long)]
    pub(super) no_escape_formulas: bool,
    /// Remove personal data (names, numbers, addresses) from all texts
    #[arg(long, value_name = "HOW")]
    pub(super) redact: Option<RedactHow>,
    /// File with at least 32 random bytes to derive pseudonyms from; keep it secret
    #[arg(long, value_name = "FILE", requires = "redact")]
    pub(super) redact_key: Option<PathBuf>,
    /// Write a JSON report to FILE: the number of removals by rule and place, without the text
    #[arg(long, value_name = "FILE", requires = "redact")]
    pub(super) redact_report: Option<PathBuf>,
    /// TOML file that describes the dataset; see the keys below
    #[arg(long, value_name = "FILE")]
    pub(super) metadata: Option<PathBuf>,
    /// Folder with the profiles of the run, for the columns of its kinds
    #[arg(long, value_name = "DIR")]
    pub(super) profiles: Option<PathBuf>,
    /// Write to a folder even if it contains files that are not of an earlier export
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RedactHow {
    /// Replace with `[NAME]`, `[EMAIL]` and so on
    Mask,
    /// Replace with consistent pseudonyms; requires `--redact-key`
    Pseudonym,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ExportFormat {
    /// Parquet: one file per kind, and one for all kinds
    Parquet,
    /// Arrow IPC (Feather): the same files
    Arrow,
    /// CSV: one file per table
    Csv,
    /// JSON Lines: one record per line
    Jsonl,
    /// SQLite: a database with full-text search
    Sqlite,
}

#[derive(Debug, Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    pub(super) engine: Engine,
}

#[derive(Debug, Args)]
pub(super) struct Formats {
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Profile {
    #[command(subcommand)]
    pub(super) command: ProfileCommand,
    /// Folder with your own profiles (`*.toml`); they extend or replace the built-in ones
    // Global, so that it may be before or after the subcommand.
    #[arg(long, value_name = "DIR", global = true)]
    pub(super) profiles: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum ProfileCommand {
    /// List the document types
    List,
    /// Print the TOML of one document type, or its labels
    Show {
        /// Name, as printed by `diarium profile list`
        name: String,
        /// Print all of its labels by field and language, including those that all types share
        #[arg(long)]
        labels: bool,
    },
    /// Report all problems of document types, with file and line
    Lint {
        /// Folder with profiles [default: the folder of `--profiles`, or the built-in profiles]
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Run the examples of document types, and report differences from the expected records
    Test,
    /// Draft a document type from completed copies of its form
    New(NewProfile),
}

#[derive(Debug, Args)]
pub(super) struct NewProfile {
    /// Name of the document type: lowercase letters, digits and hyphens
    pub(super) name: String,
    /// Completed copies of the form; more and different copies give a better draft
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub(super) from: Vec<PathBuf>,
    /// Folder for the profile, its schema and its example; created if missing
    #[arg(long, value_name = "DIR", default_value = "profiles")]
    pub(super) out: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Letterhead {
    #[command(subcommand)]
    pub(super) command: LetterheadCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum LetterheadCommand {
    /// Write the lines that many documents share to a file, to read, prune and approve
    Learn(Learn),
}

#[derive(Debug, Args)]
pub(super) struct Learn {
    /// Output folders, whose records are compared; or files and folders of documents, which are read first
    #[arg(required = true, value_name = "INPUT")]
    pub(super) inputs: Vec<PathBuf>,
    /// File to write; what is approved in it stays approved
    #[arg(long, value_name = "FILE")]
    pub(super) to: PathBuf,
    #[command(flatten)]
    pub(super) selection: Selected,
    /// Folder with your own profiles (`*.toml`), whose labels and headings are never boilerplate
    #[arg(long, value_name = "DIR")]
    pub(super) profiles: Option<PathBuf>,
    #[command(flatten)]
    pub(super) reading: Reading,
}

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// Shell
    pub(super) shell: Shell,
}

/// A size in bytes; K, M and G are powers of 1024.
fn parse_size(text: &str) -> Result<u64, String> {
    const EXPECTED: &str =
        "expected a number of bytes with an optional unit K, M or G, e.g. `200M`";
    // Powers of 1024, because the memory limits of systemd, Docker and the JVM use these letters for
    // them.
    let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let shift = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        _ => return Err(EXPECTED.to_owned()),
    };
    digits
        .parse::<u64>()
        .ok()
        // 2^64 bytes and more are a mistake, not a very large limit.
        .and_then(|number| number.checked_mul(1 << shift))
        .ok_or_else(|| EXPECTED.to_owned())
}

/// A positive number of seconds, such as `0.5`.
fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok();
    // Negative, infinite and too large numbers have no `Duration`. Zero would kill every worker.
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| "expected a positive number of seconds, e.g. `300`".to_owned())
}

/// A number from 0 to 1.
fn parse_share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        // Not a number is in no range.
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("expected a number from 0 to 1, e.g. `0.95`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn clap_accepts_the_definition() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn sizes_are_parsed_with_or_without_a_unit() {
        assert_eq!(parse_size("1000"), Ok(1000));
        assert_eq!(parse_size("2k"), Ok(2048));
        assert_eq!(parse_size("1G"), Ok(1 << 30));
        for wrong in ["", "M", "-1", "1.5M", "1T", "99999999999G"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }
}
