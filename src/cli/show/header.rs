//! Which document is it?

use super::sheet::{Cell, Look, Sheet};
use diarium_document::{Carrier, Record};

/// Title, kind, source and what else the record holds.
pub(super) fn show(record: &Record, sheet: &mut Sheet) {
    let title = record.title.as_deref().unwrap_or("(no title)");
    sheet.paragraph(0, Look::Bold, title);
    let rows: Vec<Vec<Cell>> = lines(record)
        .into_iter()
        .map(|(name, value)| vec![Cell::words(name).look(Look::Dim), Cell::words(value)])
        .collect();
    sheet.table(&rows, 1);
}

fn lines(record: &Record) -> Vec<(&'static str, String)> {
    let source = &record.source;
    let mut lines = vec![
        (
            "kind",
            format!("{}, confidence {:.2}", record.kind, record.kind_confidence),
        ),
        ("source", source.path.clone()),
        ("carrier", carrier(record)),
        ("pages", pages(record)),
    ];
    if let Some(language) = &record.language {
        lines.push(("language", language.clone()));
    }
    lines.push(("letterhead", taken_out(record.letterhead.len())));
    if !record.related.is_empty() {
        let count = record.related.len();
        let noun = if count == 1 { "document" } else { "documents" };
        lines.push(("related", format!("{count} other {noun} named")));
    }
    lines
}

fn carrier(record: &Record) -> String {
    let source = &record.source;
    let carrier = match source.carrier {
        Carrier::Text => "text",
        Carrier::Web => "web page",
        Carrier::Transcript => "transcript",
        Carrier::Pdf => "PDF",
    };
    let encoding = source.encoding.as_deref();
    let encoding = encoding.map_or(String::new(), |name| format!(", {name}"));
    format!("{carrier}, {} bytes{encoding}", source.bytes)
}

fn pages(record: &Record) -> String {
    let here = record.pages.len();
    match record.source.pages_stated {
        Some(stated) if stated as usize != here => format!("{here} of {stated} stated"),
        _ => here.to_string(),
    }
}

fn taken_out(lines: usize) -> String {
    match lines {
        0 => "none found".to_owned(),
        1 => "1 repeated text taken out".to_owned(),
        _ => format!("{lines} repeated texts taken out"),
    }
}
