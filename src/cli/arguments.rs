//! Command-line arguments: commands, options and their help texts.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::pipeline::Shard;
use diarium_dataset::export::{Condition, Splits};

/// Turn scanned PDFs, saved web pages and transcripts into structured, traceable JSON.
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
  0    success
  1    the run finished, but some documents failed or were rejected
  2    wrong usage or configuration
  3    the run could not continue: disk full, output not writable, an input missing, folder
       locked by another run
  130  interrupted; the next run continues";

/// Options of every command.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// Print more messages on standard error; -vv prints even more
    #[arg(short, long, global = true, action = ArgAction::Count, conflicts_with = "quiet")]
    pub(super) verbose: u8,
    /// Print nothing on standard error except errors that stop the program
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// Format of the messages on standard error
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub(super) log_format: LogFormat,
    /// When to use color; auto: on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// For people
    Text,
    /// One JSON object per line, for machines
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
    /// Combine output folders, such as those of shards, into one
    Merge(Merge),
    /// Erase documents: records, withdrawn records, derived files, cached readings, catalogue rows
    Forget(Forget),
    /// Print one document or record for a person to read
    Show(Show),
    /// Validate every record, and compare the files of an output folder with its catalogue
    Check(Check),
    /// Summarize the catalogue of an output folder: kinds, failures, warnings, roots, recent runs
    Status(Status),
    /// Score records against annotations made by people (gold)
    Eval(Eval),
    /// Summarize the records: kinds, years, regions, amounts, fields, confidence, warnings
    Stats(Stats),
    /// List what differs between two output folders: documents, values, sections, warnings
    Diff(Diff),
    /// Export the records as a dataset: Parquet, Arrow, CSV, JSON Lines or SQLite
    Export(Export),
    /// Check that everything a run needs is available
    Doctor(Doctor),
    /// Inspect, test and write document types
    Profile(Profile),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Print the manual page (read it with: diarium manual | man -l -)
    Manual,
    /// Process documents for a run, which starts this command itself
    #[command(hide = true)]
    Worker(Worker),
}

#[derive(Debug, Args)]
pub(super) struct Run {
    /// Files and folders to process; hidden files are skipped
    #[arg(required = true, value_name = "INPUT")]
    pub(super) inputs: Vec<PathBuf>,
    /// Output folder; created if it does not exist
    #[arg(short, long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Number of documents to process at a time [default: number of cores]
    #[arg(short, long, value_name = "N")]
    pub(super) jobs: Option<NonZeroUsize>,
    /// Memory that each worker may use, in bytes, or with K, M or G
    #[arg(long, value_name = "SIZE", value_parser = parse_size, default_value = "2G")]
    pub(super) memory: u64,
    /// CPU seconds that a document may take without progress; ten times that in wall-clock time
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds, default_value = "120")]
    pub(super) timeout: Duration,
    /// Process documents in threads instead of worker processes: a document that aborts or hangs
    /// stops the run
    #[arg(long, hide = true)]
    pub(super) in_process: bool,
    /// Process every document again, changed or not; cached readings are replaced, not used
    #[arg(long)]
    pub(super) force: bool,
    /// Process documents again that failed in an earlier run
    #[arg(long)]
    pub(super) retry_failed: bool,
    /// Print what the run would do, one document per line, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Delete the records of documents whose files no longer exist; withdrawn records are kept
    #[arg(long)]
    pub(super) prune: bool,
    /// Like --prune, and delete the withdrawn records of these documents as well
    #[arg(long)]
    pub(super) prune_withdrawn: bool,
    /// Name of the input folder, so that it is recognized under another path or on another machine
    #[arg(long, value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(super) root: Option<String>,
    /// Read all records and derived files, compare them with their digests, and process documents
    /// again whose files differ
    #[arg(long)]
    pub(super) verify_records: bool,
    /// Process only this share of the documents, such as 2/8; each shard has its own output folder,
    /// and diarium merge combines them
    #[arg(long, value_name = "I/N", value_parser = str::parse::<Shard>)]
    pub(super) shard: Option<Shard>,
    #[command(flatten)]
    pub(super) processing: Processing,
}

/// Options that a run passes to its workers.
#[derive(Debug, Args)]
pub(super) struct Processing {
    /// Folder with your own profiles (*.toml), which add to or replace the built-in ones
    #[arg(long, value_name = "DIR")]
    pub(super) profiles: Option<PathBuf>,
    /// Largest file to open, in bytes, or with K, M or G
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub(super) max_bytes: Option<u64>,
    /// Also write DIR/pdf: searchable copies of scanned PDFs
    #[arg(long)]
    pub(super) pdf: bool,
    /// Also write DIR/alto: an ALTO 4 file with the positions of the words for each PDF page
    #[arg(long)]
    pub(super) alto: bool,
    /// Maximum size of DIR/readings, in bytes, or with K, M or G. It caches what was read in PDFs and
    /// scans, so that a changed profile repeats no OCR. 0 turns it off; it may be deleted at any time
    #[arg(long, value_name = "SIZE", value_parser = parse_size, default_value = "2G")]
    pub(super) readings_limit: u64,
    #[command(flatten)]
    pub(super) reading: Reading,
}

#[derive(Debug, Args)]
pub(super) struct Worker {
    /// Output folder
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Memory that it may use
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
    /// Output folders to combine; they are not changed, except that an old catalogue is migrated
    #[arg(required = true, value_name = "DIR")]
    pub(super) folders: Vec<PathBuf>,
    /// Output folder that receives the documents; created if it does not exist
    #[arg(long, value_name = "DIR")]
    pub(super) into: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Forget {
    /// Output folder
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
    /// Documents to erase: the id of a record (SHA-256), or its source.path
    #[arg(required = true, value_name = "ID")]
    pub(super) documents: Vec<String>,
}

/// How text in images is read.
#[derive(Debug, Args)]
pub(super) struct Reading {
    /// Which PDF pages to read with OCR
    #[arg(long, value_name = "WHICH", default_value = "auto")]
    pub(super) ocr: OcrPages,
    #[command(flatten)]
    pub(super) engine: Engine,
}

/// The OCR engine.
#[derive(Debug, Args)]
pub(super) struct Engine {
    /// OCR engine
    #[arg(long, value_name = "ENGINE", default_value = "ppocr")]
    pub(super) ocr_engine: OcrEngineName,
    /// Folder with other weights than the built-in ones, named like the files in diarium's models/
    #[arg(long, value_name = "DIR")]
    pub(super) ocr_models: Option<PathBuf>,
    /// Languages for Tesseract, in the form of its option -l [default: swe+eng]
    #[arg(long, value_name = "LANGUAGES")]
    pub(super) ocr_language: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OcrEngineName {
    /// The built-in engine
    Ppocr,
    /// The system's Tesseract, if installed
    Tesseract,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OcrPages {
    /// Pages without a text layer
    Auto,
    /// All pages
    Always,
    /// None; pages without text get the warning ocr-needed
    Never,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// A document, which is processed but not stored, or a record (*.json)
    pub(super) file: PathBuf,
    /// Explain the result: why this kind, where each field was found, what was removed as letterhead
    #[arg(long)]
    pub(super) why: bool,
    /// Folder with your own profiles (*.toml), which add to or replace the built-in ones
    #[arg(long, value_name = "DIR")]
    pub(super) profiles: Option<PathBuf>,
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
    /// Repair inconsistencies: records without rows, rows without records, derived files without
    /// records, leftover temporary files, interrupted operations
    #[arg(long)]
    pub(super) repair: bool,
    /// The --profiles folder of the run, for the schemas of its kinds
    #[arg(long, value_name = "DIR")]
    pub(super) profiles: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Status {
    #[command(flatten)]
    pub(super) folder: Folder,
    /// Print one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

const DIFF_EXIT_CODES: &str = "\
Exit codes:
  0  no differences
  1  they differ, or a record could not be read
  2  wrong usage, such as a folder that is not an output folder";

#[derive(Debug, Args)]
#[command(after_help = DIFF_EXIT_CODES)]
pub(super) struct Diff {
    /// Output folder to compare from
    #[arg(value_name = "OLD")]
    pub(super) old: PathBuf,
    /// Output folder to compare with it
    #[arg(value_name = "NEW")]
    pub(super) new: PathBuf,
    /// Print JSON Lines: one object for each document that differs, then the counts
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Stats {
    #[command(flatten)]
    pub(super) folder: Folder,
    /// Print one JSON object
    #[arg(long)]
    pub(super) json: bool,
    /// Also write a self-contained HTML page with plots
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Eval {
    #[command(flatten)]
    pub(super) folder: Folder,
    /// Folder of gold files (*.json), or one file with one object per line (*.jsonl)
    #[arg(long, value_name = "GOLD")]
    pub(super) gold: PathBuf,
    /// Print one JSON object that lists every mistake
    #[arg(long)]
    pub(super) json: bool,
    /// Exit with 1 if the strict F1 of all fields is lower
    #[arg(long, value_name = "X", value_parser = parse_share)]
    pub(super) min_f1: Option<f64>,
    /// Exit with 1 if more than this share of any document's characters is misread
    #[arg(long, value_name = "X", value_parser = parse_share)]
    pub(super) max_misread: Option<f64>,
}

const METADATA_KEYS: &str = "\
Keys of the --metadata file, all optional:
  name, title, description, version, homepage, citation   text
  published                                                a day, 2014-03-31
  keywords                                                 a list of words
  [licence]       name (an identifier of spdx.org/licenses), title, url
  [[creators]]    name, url (such as an ORCID), email, affiliation, organisation (true or false)
  [publisher]     name, url";

#[derive(Debug, Args)]
#[command(after_help = METADATA_KEYS)]
pub(super) struct Export {
    /// Output folder
    #[arg(value_name = "ARCHIVE")]
    pub(super) archive: PathBuf,
    /// Format of the tables
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: ExportFormat,
    /// Folder to write, outside every output folder; an earlier export there is replaced
    #[arg(long, value_name = "PATH")]
    pub(super) to: PathBuf,
    /// Only records that match; may be repeated, and all conditions must match.
    /// NAME=VALUE, or with !=, <, <=, >, >= or ~ (contains the words); NAME or !NAME: there is a value, or none
    #[arg(long = "where", value_name = "CONDITION")]
    pub(super) conditions: Vec<Condition>,
    /// Only records of these kinds
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub(super) kind: Vec<String>,
    /// Only these columns and lists, in addition to number and id
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) columns: Option<Vec<String>>,
    /// Leave out values with a lower confidence
    #[arg(long, value_name = "X", value_parser = parse_share)]
    pub(super) min_confidence: Option<f64>,
    /// Split the records, such as train=0.8,validation=0.1,test=0.1; near-duplicates stay together
    #[arg(long, value_name = "NAME=SHARE,...")]
    pub(super) split: Option<Splits>,
    /// Leave out near-duplicates, and list them in duplicates.csv
    #[arg(long)]
    pub(super) dedup: bool,
    /// Do not put an apostrophe in front of CSV cells that a spreadsheet may run as a formula, such as
    /// "- item" and "+46 8 ..."
    #[arg(long)]
    pub(super) no_escape_formulas: bool,
    /// Remove personal data (names, numbers, addresses) from every text of every record
    #[arg(long, value_name = "HOW")]
    pub(super) redact: Option<RedactHow>,
    /// File with at least 32 random bytes, from which pseudonyms are derived; keep it secret
    #[arg(long, value_name = "FILE", requires = "redact")]
    pub(super) redact_key: Option<PathBuf>,
    /// Write a JSON report of how much was removed where and by which rule, never of what it was
    #[arg(long, value_name = "FILE", requires = "redact")]
    pub(super) redact_report: Option<PathBuf>,
    /// TOML file that describes the dataset; its keys are listed below
    #[arg(long, value_name = "FILE")]
    pub(super) metadata: Option<PathBuf>,
    /// The --profiles folder of the run, for the columns of its kinds
    #[arg(long, value_name = "DIR")]
    pub(super) profiles: Option<PathBuf>,
    /// Write into a folder that contains other files than those of an earlier export
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RedactHow {
    /// [NAME], [EMAIL] and so on
    Mask,
    /// The same pseudonym wherever the same person is named; requires --redact-key
    Pseudonym,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ExportFormat {
    /// Apache Parquet: one file per kind, and one for all kinds
    Parquet,
    /// Arrow (Feather): the same files
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
pub(super) struct Profile {
    #[command(subcommand)]
    pub(super) command: ProfileCommand,
    /// Folder with your own profiles (*.toml), which add to or replace the built-in ones
    #[arg(long, value_name = "DIR", global = true)]
    pub(super) profiles: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum ProfileCommand {
    /// List the document types
    List,
    /// Print the declaration of one document type
    Show {
        /// Its name, as `profile list` prints it
        name: String,
    },
    /// Report all errors in document types, each with file, line and advice
    Lint {
        /// Folder with profiles of your own [default: that of --profiles, else the built-in ones]
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Run the examples of the document types, and report differences from what is expected
    Test,
    /// Draft a document type from completed copies of its form
    New(NewProfile),
}

#[derive(Debug, Args)]
pub(super) struct NewProfile {
    /// Name of the new type: lowercase letters, digits and hyphens
    pub(super) name: String,
    /// Completed copies of the form; the more they differ, the better the draft
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub(super) from: Vec<PathBuf>,
    /// Folder for the profile, its schema and its example; created if it does not exist
    #[arg(long, value_name = "DIR", default_value = "profiles")]
    pub(super) out: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    pub(super) shell: Shell,
}

/// `512M` is 512 · 1024² bytes.
fn parse_size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let shift = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        _ => return Err("write a number of bytes, or one with K, M or G".to_owned()),
    };
    digits
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(1 << shift))
        .ok_or_else(|| "write a whole number of bytes, such as 200M".to_owned())
}

/// `0.5` is half a second.
fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok();
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| "write a number of seconds, such as 300".to_owned())
}

fn parse_share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("write a number from 0 to 1, such as 0.95".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn sizes_are_written_with_or_without_a_unit() {
        assert_eq!(parse_size("1000"), Ok(1000));
        assert_eq!(parse_size("2k"), Ok(2048));
        assert_eq!(parse_size("1G"), Ok(1 << 30));
        for wrong in ["", "M", "-1", "1.5M", "1T", "99999999999G"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }
}
