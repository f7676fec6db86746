//! The formats that diarium reads, for people: `diarium formats` and docs/formats.md show this table.

use diarium_document::Carrier;

/// A format that diarium reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SupportedFormat {
    /// Its usual name.
    pub name: &'static str,
    /// Usual extensions of its files, in lower case, without the dot.
    pub extensions: &'static [&'static str],
    /// The media type in the record.
    pub media_type: &'static str,
    /// The source format family; `None` for containers, which are treated as folders.
    pub carrier: Option<Carrier>,
    /// How it is read, in one sentence.
    pub how: &'static str,
}

/// All formats, by family.
pub const SUPPORTED: &[SupportedFormat] = &[
    SupportedFormat {
        name: "PDF",
        extensions: &["pdf"],
        media_type: "application/pdf",
        carrier: Some(Carrier::Pdf),
        how: "The text layer; pages that are images are read with OCR; files in a portfolio are documents of their own.",
    },
    SupportedFormat {
        name: "HTML",
        extensions: &["html", "htm", "xhtml"],
        media_type: "text/html",
        carrier: Some(Carrier::Web),
        how: "The main content of a saved web page, or the text of one.",
    },
    SupportedFormat {
        name: "MHTML",
        extensions: &["mhtml", "mht"],
        media_type: "multipart/related",
        carrier: Some(Carrier::Web),
        how: "The page that was saved with its pictures, and its frames.",
    },
    SupportedFormat {
        name: "web archive of Safari",
        extensions: &["webarchive"],
        media_type: "application/x-webarchive",
        carrier: Some(Carrier::Web),
        how: "The page that was saved with its pictures, and its frames.",
    },
    SupportedFormat {
        name: "ALTO",
        extensions: &["xml"],
        media_type: "application/alto+xml",
        carrier: Some(Carrier::Ocr),
        how: "The text of page images as an OCR program has read it, with its positions.",
    },
    SupportedFormat {
        name: "PAGE XML",
        extensions: &["xml"],
        media_type: "application/vnd.prima.page+xml",
        carrier: Some(Carrier::Ocr),
        how: "As ALTO; also the text of handwriting.",
    },
    SupportedFormat {
        name: "hOCR",
        extensions: &["hocr", "html", "xml"],
        media_type: "text/vnd.hocr+html",
        carrier: Some(Carrier::Ocr),
        how: "As ALTO.",
    },
    SupportedFormat {
        name: "plain text",
        extensions: &["txt"],
        media_type: "text/plain",
        carrier: Some(Carrier::Text),
        how: "Text in any common encoding, and transcripts of document-sharing sites.",
    },
    SupportedFormat {
        name: "Markdown",
        extensions: &["md", "markdown"],
        media_type: "text/markdown",
        carrier: Some(Carrier::Text),
        how: "Plain text with headings and tables.",
    },
    SupportedFormat {
        name: "DOCX",
        extensions: &["docx", "docm", "dotx", "dotm"],
        media_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        carrier: Some(Carrier::Office),
        how: "The final text, with the numbers of lists, form fields and headers.",
    },
    SupportedFormat {
        name: "ODT",
        extensions: &["odt", "ott", "fodt"],
        media_type: "application/vnd.oasis.opendocument.text",
        carrier: Some(Carrier::Office),
        how: "The final text, with the numbers of lists, form controls and headers.",
    },
    SupportedFormat {
        name: "RTF",
        extensions: &["rtf"],
        media_type: "application/rtf",
        carrier: Some(Carrier::Office),
        how: "The text, with tables, form fields and headers, in any code page.",
    },
    SupportedFormat {
        name: "XLSX",
        extensions: &["xlsx", "xlsm", "xltx", "xltm"],
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        carrier: Some(Carrier::Office),
        how: "One page per visible sheet, with the values that its cells show.",
    },
    SupportedFormat {
        name: "ODS",
        extensions: &["ods", "ots"],
        media_type: "application/vnd.oasis.opendocument.spreadsheet",
        carrier: Some(Carrier::Office),
        how: "One page per visible sheet, with the values that its cells show.",
    },
    SupportedFormat {
        name: "XLS",
        extensions: &["xls"],
        media_type: "application/vnd.ms-excel",
        carrier: Some(Carrier::Office),
        how: "One page per visible sheet; amounts without their number formats.",
    },
    SupportedFormat {
        name: "XLSB",
        extensions: &["xlsb"],
        media_type: "application/vnd.ms-excel.sheet.binary.macroenabled.12",
        carrier: Some(Carrier::Office),
        how: "One page per visible sheet; amounts without their number formats.",
    },
    SupportedFormat {
        name: "TIFF",
        extensions: &["tif", "tiff"],
        media_type: "image/tiff",
        carrier: Some(Carrier::Image),
        how: "Each page is a picture that is read with OCR; all compressions of scanners and fax machines.",
    },
    SupportedFormat {
        name: "JPEG",
        extensions: &["jpg", "jpeg"],
        media_type: "image/jpeg",
        carrier: Some(Carrier::Image),
        how: "A picture of one page, read with OCR.",
    },
    SupportedFormat {
        name: "PNG",
        extensions: &["png"],
        media_type: "image/png",
        carrier: Some(Carrier::Image),
        how: "A picture of one page, read with OCR.",
    },
    SupportedFormat {
        name: "JPEG 2000",
        extensions: &["jp2", "jpx", "j2k"],
        media_type: "image/jp2",
        carrier: Some(Carrier::Image),
        how: "A picture of one page, read with OCR.",
    },
    SupportedFormat {
        name: "WebP",
        extensions: &["webp"],
        media_type: "image/webp",
        carrier: Some(Carrier::Image),
        how: "A picture of one page, read with OCR.",
    },
    SupportedFormat {
        name: "GIF",
        extensions: &["gif"],
        media_type: "image/gif",
        carrier: Some(Carrier::Image),
        how: "A picture of one page, read with OCR; of a film, the first picture.",
    },
    SupportedFormat {
        name: "BMP",
        extensions: &["bmp"],
        media_type: "image/bmp",
        carrier: Some(Carrier::Image),
        how: "A picture of one page, read with OCR.",
    },
    SupportedFormat {
        name: "e-mail",
        extensions: &["eml", "emlx"],
        media_type: "message/rfc822",
        carrier: Some(Carrier::Mail),
        how: "Sender, recipients, date, subject and text; attachments are documents of their own.",
    },
    SupportedFormat {
        name: "e-mail of Outlook",
        extensions: &["msg"],
        media_type: "application/vnd.ms-outlook",
        carrier: Some(Carrier::Mail),
        how: "Sender, recipients, date, subject and text; attachments are documents of their own.",
    },
    SupportedFormat {
        name: "mailbox",
        extensions: &["mbox"],
        media_type: "application/mbox",
        carrier: None,
        how: "Each message is a document.",
    },
    SupportedFormat {
        name: "WARC",
        extensions: &["warc", "warc.gz", "arc", "arc.gz"],
        media_type: "application/warc",
        carrier: None,
        how: "Each page, PDF and text that a server sent is a document.",
    },
    SupportedFormat {
        name: "ZIP",
        extensions: &["zip"],
        media_type: "application/zip",
        carrier: None,
        how: "Each file is a document, also in archives inside the archive.",
    },
];
