//! Workbooks in the binary formats of Excel: `.xls` and `.xlsb`, read with `calamine`.
//!
//! It gives values and knows which are dates; other number formats are lost, so that amounts are
//! written as plain numbers. It may panic on damaged files, which costs the file and nothing else.

use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{Data, Reader, SheetVisible, Xls, Xlsb};

use diarium_document::{Failure, FailureCode, Heartbeat, RawDocument};

use super::{
    Cell, MAX_SHEETS, Sheet, Workbook,
    number_format::{NumberFormat, general},
};

/// The media type of old workbooks.
const XLS: &str = "application/vnd.ms-excel";

/// The media type of binary workbooks.
const XLSB: &str = "application/vnd.ms-excel.sheet.binary.macroenabled.12";

/// Reads an old workbook.
///
/// # Errors
/// If it is damaged beyond reading, or no sheet has text.
pub(in super::super) fn read_xls(
    bytes: &[u8],
    heartbeat: &Heartbeat,
) -> Result<RawDocument, Failure> {
    read_with::<Xls<Cursor<&[u8]>>>(bytes, XLS, heartbeat)
}

/// Reads a binary workbook.
///
/// # Errors
/// If it is damaged beyond reading, or no sheet has text.
pub(in super::super) fn read_xlsb(
    bytes: &[u8],
    heartbeat: &Heartbeat,
) -> Result<RawDocument, Failure> {
    read_with::<Xlsb<Cursor<&[u8]>>>(bytes, XLSB, heartbeat)
}

fn read_with<'b, R: Reader<Cursor<&'b [u8]>>>(
    bytes: &'b [u8],
    media_type: &'static str,
    heartbeat: &Heartbeat,
) -> Result<RawDocument, Failure> {
    let read = || {
        let opened = R::new(Cursor::new(bytes));
        opened.map(|mut reader| workbook(&mut reader, heartbeat))
    };
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(workbook)) => workbook.into_document(media_type),
        Ok(Err(error)) if format!("{error:?}").contains("Password") => {
            Err(super::super::package::encrypted())
        }
        _ => {
            let message = "the workbook is damaged; open it in its program and save it as .xlsx";
            Err(Failure::new(FailureCode::Damaged, message))
        }
    }
}

fn workbook<'b, R: Reader<Cursor<&'b [u8]>>>(reader: &mut R, heartbeat: &Heartbeat) -> Workbook {
    let mut workbook = Workbook::default();
    for stated in reader
        .sheets_metadata()
        .to_vec()
        .into_iter()
        .take(MAX_SHEETS)
    {
        heartbeat.beat();
        if stated.visible != SheetVisible::Visible {
            workbook.hidden_sheets = workbook.hidden_sheets.saturating_add(1);
            continue;
        }
        let Ok(range) = reader.worksheet_range(&stated.name) else {
            // Charts and macros are sheets, too.
            workbook.is_damaged |= stated.typ == calamine::SheetType::WorkSheet;
            continue;
        };
        let mut sheet = Sheet {
            name: stated.name,
            ..Sheet::default()
        };
        for (row, column, value) in range.used_cells() {
            let place = u32::try_from(row).ok().zip(u32::try_from(column).ok());
            let Some((row, column)) = place else {
                break;
            };
            let cell = Cell {
                text: shown(value),
                ..Cell::default()
            };
            if !workbook.add(&mut sheet, row, column, cell) {
                break;
            }
        }
        workbook.sheets.push(sheet);
    }
    workbook
}

fn shown(value: &Data) -> String {
    match value {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => general(*number),
        Data::Bool(is_true) => (if *is_true { "TRUE" } else { "FALSE" }).to_owned(),
        Data::Error(error) => error.to_string(),
        Data::DateTime(moment) => {
            let number = moment.as_f64();
            let code = match number.fract() == 0.0 {
                _ if moment.is_duration() => "[h]:mm",
                true => "yyyy-mm-dd",
                false if number < 1.0 => "hh:mm",
                false => "yyyy-mm-dd hh:mm",
            };
            NumberFormat::parse(code).show(number, false)
        }
        _ => String::new(),
    }
}
