//! `diarium formats`: the formats that are read, and those that are not.

use std::io::{self, Write};

use serde::Serialize;

use super::arguments::Formats;
use super::exit::Exit;
use super::terminal::Terminal;
use super::text_report::{Cell, Style, TextReport};
use diarium_read::{SUPPORTED, SupportedFormat, UnreadFormat, unread_formats};

/// All formats, as `--json` prints them. The field names are an interface.
#[derive(Serialize)]
struct FormatList {
    read: Vec<ReadRow>,
    not_read: Vec<UnreadRow>,
}

#[derive(Serialize)]
struct ReadRow {
    name: &'static str,
    extensions: &'static [&'static str],
    media_type: &'static str,
    /// `null` for containers, whose documents have carriers of their own.
    carrier: Option<&'static str>,
    how: &'static str,
}

#[derive(Serialize)]
struct UnreadRow {
    name: &'static str,
    what_to_do: &'static str,
}

/// Prints the formats as text or JSON.
pub(super) fn run(arguments: &Formats, terminal: Terminal) -> anyhow::Result<Exit> {
    let list = FormatList {
        read: SUPPORTED.iter().map(ReadRow::from).collect(),
        not_read: unread_formats().into_iter().map(UnreadRow::from).collect(),
    };
    let mut output = io::stdout().lock();
    if arguments.json {
        // As an `io::Error`, by which `is_broken_pipe` recognizes a closed pipe; serde_json hides it.
        serde_json::to_writer_pretty(&mut output, &list).map_err(io::Error::from)?;
        writeln!(output)?;
    } else {
        let mut report = TextReport::new(terminal);
        write(&list, &mut report);
        output.write_all(report.text().as_bytes())?;
    }
    Ok(Exit::Success)
}

impl From<&SupportedFormat> for ReadRow {
    fn from(format: &SupportedFormat) -> Self {
        Self {
            name: format.name,
            extensions: format.extensions,
            media_type: format.media_type,
            carrier: format.carrier.map(diarium_document::Carrier::as_str),
            how: format.how,
        }
    }
}

impl From<UnreadFormat> for UnreadRow {
    fn from(format: UnreadFormat) -> Self {
        Self {
            name: format.name,
            what_to_do: format.advice,
        }
    }
}

fn write(list: &FormatList, report: &mut TextReport) {
    report.heading("Read");
    let rows: Vec<Vec<Cell>> = list
        .read
        .iter()
        .map(|format| {
            vec![
                Cell::left(format.name),
                Cell::left(format.extensions.join(" ")).style(Style::Dim),
                Cell::left(format.how),
            ]
        })
        .collect();
    report.table(&rows, 2);
    report.paragraph(
        2,
        Style::Dim,
        "The content of a file decides its format, not its extension.",
    );
    report.heading("Not read");
    let rows: Vec<Vec<Cell>> = list
        .not_read
        .iter()
        .map(|format| vec![Cell::left(format.name), Cell::left(format.what_to_do)])
        .collect();
    report.table(&rows, 1);
}
