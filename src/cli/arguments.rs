//! Which words may stand on the command line?

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::export::{Condition, Splits};
use crate::pipeline::Shard;

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
  0    all is well
  1    the run finished, but some documents failed or were rejected
  2    wrong usage or configuration
  3    the run could not go on: disk full, output not writable, another run holds the folder
  130  interrupted; the next run goes on from there";

/// Options of every command.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// Say more on standard error: -v what is done, -vv how
    #[arg(short, long, global = true, action = ArgAction::Count, conflicts_with = "quiet")]
    pub(super) verbose: u8,
    /// Say nothing on standard error but what stops the program
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// How messages on standard error are written
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
    /// One JSON object a line, for machines
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
    /// Process what is new or changed; safe to repeat, to interrupt, to schedule
    Run(Run),
    /// Join output folders, such as those of shards, into one
    Merge(Merge),
    /// Erase documents: records, derived files, cached readings, corrections, catalogue rows
    Forget(Forget),
    /// Show one document or record, for a person's eyes
    Show(Show),
    /// Check every record against its schema and every span against its page
    Check(Check),
    /// Tell what an output folder holds: kinds, failures, warnings, last runs
    Status(Status),
    /// Compare records with what a person says that stands in the documents
    Eval(Eval),
    /// Tell what is in an archive: kinds, years, regions, amounts, fields, confidence, warnings
    Stats(Stats),
    /// List what differs between two output folders: values, sections, warnings, documents
    Diff(Diff),
    /// Make a dataset of the records, in a format that other tools load
    Export(Export),
    /// Check that everything that a run needs is here
    Doctor(Doctor),
    /// See, try out and make document types
    Profile(Profile),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Print the manual page (read it with: diarium manual | man -l -)
    Manual,
    /// Read documents for a run, which starts this by itself
    #[command(hide = true)]
    Worker(Worker),
}

#[derive(Debug, Args)]
pub(super) struct Run {
    /// Files and folders to process; hidden files are passed over
    #[arg(required = true, value_name = "INPUT")]
    pub(super) inputs: Vec<PathBuf>,
    /// Folder for the records and the catalogue; made if need be
    #[arg(short, long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// How many documents at a time [default: one a core]
    #[arg(short, long, value_name = "N")]
    pub(super) jobs: Option<NonZeroUsize>,
    /// Memory that each document may take, in bytes, or with K, M or G
    #[arg(long, value_name = "SIZE", value_parser = parse_size, default_value = "2G")]
    pub(super) memory: u64,
    /// Seconds that a document may take without getting a page or a step further
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds, default_value = "120")]
    pub(super) timeout: Duration,
    /// Read documents in threads, not in worker processes: one that aborts or hangs takes the run
    /// with it
    #[arg(long, hide = true)]
    pub(super) in_process: bool,
    /// Process everything again, whether it changed or not; cached readings are replaced, not used
    #[arg(long)]
    pub(super) force: bool,
    /// Try again what failed in an earlier run
    #[arg(long)]
    pub(super) retry_failed: bool,
    /// Report what would be done, a document a line, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Delete the records of documents that no longer exist; withdrawn records stay
    #[arg(long)]
    pub(super) prune: bool,
    /// Delete withdrawn records of documents that no longer exist, too
    #[arg(long)]
    pub(super) prune_withdrawn: bool,
    /// Name the input folder, so that it is recognized under another path or on another machine
    #[arg(long, value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(super) root: Option<String>,
    /// Compare the bytes of all records and derived files with what was written, and process again
    /// where they differ
    #[arg(long)]
    pub(super) verify_records: bool,
    /// Take only the documents that fall to this one of several runs, such as 2/8; each has an
    /// output folder of its own, and diarium merge joins them
    #[arg(long, value_name = "I/N", value_parser = str::parse::<Shard>)]
    pub(super) shard: Option<Shard>,
    #[command(flatten)]
    pub(super) processing: Processing,
}

/// What a run and its workers must agree on.
#[derive(Debug, Args)]
pub(super) struct Processing {
    /// Folder with profiles of your own (*.toml), laid over the built-in ones
    #[arg(long, value_name = "DIR")]
    pub(super) profiles: Option<PathBuf>,
    /// Largest file to open, in bytes, or with K, M or G
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub(super) max_bytes: Option<u64>,
    /// Write DIR/pdf as well: scans with their words under them, so that they can be searched
    #[arg(long)]
    pub(super) pdf: bool,
    /// Write DIR/alto as well: for each page of a PDF an ALTO 4 file with its words' places
    #[arg(long)]
    pub(super) alto: bool,
    /// Most bytes that DIR/readings may take, or with K, M or G: what was read in PDFs and scans, so
    /// that a changed profile repeats no OCR. 0 turns it off; the folder may be deleted at any time
    #[arg(long, value_name = "SIZE", value_parser = parse_size, default_value = "2G")]
    pub(super) readings_limit: u64,
    #[command(flatten)]
    pub(super) reading: Reading,
}

#[derive(Debug, Args)]
pub(super) struct Worker {
    /// Folder for the records
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Memory that it may take
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
    /// Output folders to join; nothing in them is changed but their catalogues' version
    #[arg(required = true, value_name = "DIR")]
    pub(super) folders: Vec<PathBuf>,
    /// The output folder that they are joined into; made if need be
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
    /// Which PDF pages are read from their picture
    #[arg(long, value_name = "WHICH", default_value = "auto")]
    pub(super) ocr: OcrPages,
    #[command(flatten)]
    pub(super) engine: Engine,
}

/// Who reads text in images.
#[derive(Debug, Args)]
pub(super) struct Engine {
    /// Who reads them
    #[arg(long, value_name = "ENGINE", default_value = "ppocr")]
    pub(super) ocr_engine: OcrEngineName,
    /// Folder with other weights than the built-in ones, named as the files of diarium's models/
    #[arg(long, value_name = "DIR")]
    pub(super) ocr_models: Option<PathBuf>,
    /// Languages that Tesseract reads, as its option -l has them [default: swe+eng]
    #[arg(long, value_name = "LANGUAGES")]
    pub(super) ocr_language: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OcrEngineName {
    /// The engine that is built in
    Ppocr,
    /// The system's Tesseract, where it is installed
    Tesseract,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OcrPages {
    /// Those that carry no text
    Auto,
    /// All, whatever text they carry
    Always,
    /// None: they are reported as ocr-needed
    Never,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// A document, which is processed but not stored, or a record (*.json)
    pub(super) file: PathBuf,
    /// Tell why the document became what it did: kind, fields, letterhead
    #[arg(long)]
    pub(super) why: bool,
    /// Folder with profiles of your own (*.toml), laid over the built-in ones
    #[arg(long, value_name = "DIR")]
    pub(super) profiles: Option<PathBuf>,
    #[command(flatten)]
    pub(super) reading: Reading,
}

#[derive(Debug, Args)]
pub(super) struct Folder {
    /// The folder that was given to --out
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) folder: Folder,
    /// Repair what does not fit together: records and rows without each other, files that a killed
    /// run left, interrupted operations
    #[arg(long)]
    pub(super) repair: bool,
    /// The folder with profiles of your own that the run was given, for the schemas of their kinds
    #[arg(long, value_name = "DIR")]
    pub(super) profiles: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Status {
    #[command(flatten)]
    pub(super) folder: Folder,
    /// As one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

const DIFF_EXIT_CODES: &str = "\
Exit codes:
  0  the two folders hold the same
  1  they differ, or a record could not be read
  2  wrong usage: one of them is no output folder";

#[derive(Debug, Args)]
#[command(after_help = DIFF_EXIT_CODES)]
pub(super) struct Diff {
    /// The output folder to start from
    #[arg(value_name = "OLD")]
    pub(super) old: PathBuf,
    /// The output folder to compare with it
    #[arg(value_name = "NEW")]
    pub(super) new: PathBuf,
    /// Print JSON Lines: an object for each document that differs, and the counts last
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Stats {
    #[command(flatten)]
    pub(super) folder: Folder,
    /// As one JSON object
    #[arg(long)]
    pub(super) json: bool,
    /// Also make a page with plots, which needs nothing beside itself
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Eval {
    #[command(flatten)]
    pub(super) folder: Folder,
    /// Folder of gold files (*.json), or one file with an object a line (*.jsonl)
    #[arg(long, value_name = "GOLD")]
    pub(super) gold: PathBuf,
    /// As one JSON object, with every mistake
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
Keys of the file that --metadata names, all of which may be left out:
  name, title, description, version, homepage, citation   text
  published                                                a day, 2014-03-31
  keywords                                                 a list of words
  [licence]       name (an identifier of spdx.org/licenses), title, url
  [[creators]]    name, url (such as an ORCID), email, affiliation, organisation (true or false)
  [publisher]     name, url";

#[derive(Debug, Args)]
#[command(after_help = METADATA_KEYS)]
pub(super) struct Export {
    /// The folder that was given to --out
    #[arg(value_name = "ARCHIVE")]
    pub(super) archive: PathBuf,
    /// How the tables are written
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: ExportFormat,
    /// Folder to make; an earlier export in its place is replaced
    #[arg(long, value_name = "PATH")]
    pub(super) to: PathBuf,
    /// Only records that fulfil this; may be given more than once, and all must hold.
    /// NAME=VALUE, or with !=, <, <=, >, >= or ~ (holds the words); NAME or !NAME: there is a value, or none
    #[arg(long = "where", value_name = "CONDITION")]
    pub(super) conditions: Vec<Condition>,
    /// Only records of these kinds
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub(super) kind: Vec<String>,
    /// Only these columns and lists, beside number and id
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) columns: Option<Vec<String>>,
    /// Leave out fields' values that are less sure than this
    #[arg(long, value_name = "X", value_parser = parse_share)]
    pub(super) min_confidence: Option<f64>,
    /// Share the records out, such as train=0.8,validation=0.1,test=0.1; what is nearly the same stays together
    #[arg(long, value_name = "NAME=SHARE,...")]
    pub(super) split: Option<Splits>,
    /// Leave out near-duplicates, and name them in duplicates.csv
    #[arg(long)]
    pub(super) dedup: bool,
    /// Take personal data out: names, numbers, addresses, in every text of every record
    #[arg(long, value_name = "HOW")]
    pub(super) redact: Option<RedactHow>,
    /// File of 32 random bytes or more that pseudonyms are made with; keep it, and keep it secret
    #[arg(long, value_name = "FILE", requires = "redact")]
    pub(super) redact_key: Option<PathBuf>,
    /// Write what was taken out where, by rule, with counts, as JSON; never what it was
    #[arg(long, value_name = "FILE", requires = "redact")]
    pub(super) redact_report: Option<PathBuf>,
    /// TOML file with what the dataset is, whose, and under which licence; its keys are told below
    #[arg(long, value_name = "FILE")]
    pub(super) metadata: Option<PathBuf>,
    /// The folder with profiles of your own that the run was given, for the columns of their kinds
    #[arg(long, value_name = "DIR")]
    pub(super) profiles: Option<PathBuf>,
    /// Write into a folder that holds other things than an earlier export
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RedactHow {
    /// [NAME], [EMAIL] and so on
    Mask,
    /// The same pseudonym wherever the same person is named; needs --redact-key
    Pseudonym,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ExportFormat {
    /// Apache Parquet: a file a kind, and one of all
    Parquet,
    /// Arrow (Feather), likewise
    Arrow,
    /// CSV: a file a table
    Csv,
    /// JSON Lines: a record a line
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
    /// Folder with profiles of your own (*.toml), laid over the built-in ones
    #[arg(long, value_name = "DIR", global = true)]
    pub(super) profiles: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum ProfileCommand {
    /// List the document types
    List,
    /// Print one document type's declaration
    Show {
        /// Its name, as `profile list` prints it
        name: String,
    },
    /// Tell everything that is wrong with document types, with file, line and what to do
    Lint {
        /// Folder with profiles of your own [default: that of --profiles, else the built-in ones]
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Run the examples of the document types, and tell what differs from what is expected
    Test,
    /// Draft a document type from filled-in copies of its form
    New(NewProfile),
}

#[derive(Debug, Args)]
pub(super) struct NewProfile {
    /// What to call it: small letters, digits and hyphens
    pub(super) name: String,
    /// Filled-in copies of the form; the more they differ, the better the draft
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub(super) from: Vec<PathBuf>,
    /// Folder for the profile, its schema and its example; made if need be
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
