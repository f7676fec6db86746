//! Documents of several files: images that are the pages of one document, and images with the text that an OCR
//! program wrote beside them.
//!
//! Files whose names are equal but for the extension are one page, or several if the image has several. The
//! text of the OCR file is its text; the image is read only if there is no such file, or it has no text.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use diarium_document::{
    Carrier, Failure, FailureCode, Page, RawDocument, Source, SourceFile, SourcePart, Warning,
    WarningCode,
    page_files::{is_ocr_file, page_name},
};

use super::{Options, file_bytes, read_bytes};

/// The SHA-256 of a document of several files: that of the list of their names and SHA-256, sorted by name,
/// with a NUL after each name and a line feed after each SHA-256.
pub fn parts_id(files: &[SourceFile]) -> String {
    let mut sorted: Vec<&SourceFile> = files.iter().collect();
    sorted.sort_by(|one, other| one.name.cmp(&other.name));
    let mut digest = Sha256::new();
    for file in sorted {
        digest.update(file.name.as_bytes());
        digest.update(b"\0");
        digest.update(file.sha256.as_bytes());
        digest.update(b"\n");
    }
    HEXLOWER.encode(&digest.finalize())
}

/// Reads a document of several files.
///
/// # Errors
/// If a file cannot be opened, or none of them can be read.
pub fn read_source_parts(source: &Source, options: &Options) -> Result<RawDocument, Failure> {
    let load = |part: &SourcePart| {
        let file = Source {
            file: part.file.clone(),
            ..Source::default()
        };
        file_bytes(&file, options)
    };
    read_parts(&source.parts, load, options)
}

/// Reads a document of several files; `load` gives the bytes of one, so that they are not all in memory at
/// once.
///
/// # Errors
/// If a file cannot be loaded, or none of them can be read.
pub(crate) fn read_parts(
    parts: &[SourcePart],
    load: impl Fn(&SourcePart) -> Result<Vec<u8>, Failure>,
    options: &Options,
) -> Result<RawDocument, Failure> {
    let mut joined = Joined::default();
    let mut pages: Vec<(&str, Vec<&SourcePart>)> = Vec::new();
    for part in parts {
        let name = page_name(&part.name);
        match pages.iter_mut().find(|(known, _)| *known == name) {
            Some((_, files)) => files.push(part),
            None => pages.push((name, vec![part])),
        }
    }
    for (_, mut files) in pages {
        // The text first.
        files.sort_by_key(|part| !is_ocr_file(&part.name));
        joined.add_page(&files, &load, options)?;
        options.heartbeat.beat();
    }
    joined.finish()
}

/// The pages that were read so far.
#[derive(Default)]
struct Joined {
    document: Option<RawDocument>,
    pages: Vec<Page>,
    warnings: Vec<Warning>,
    first_failure: Option<Failure>,
}

impl Joined {
    /// Adds what the first readable file of a page says.
    fn add_page(
        &mut self,
        files: &[&SourcePart],
        load: &impl Fn(&SourcePart) -> Result<Vec<u8>, Failure>,
        options: &Options,
    ) -> Result<(), Failure> {
        let mut failures = Vec::new();
        for part in files {
            let bytes = load(part)?;
            match read_page(part, &bytes, options) {
                Ok(document) => {
                    for failure in &failures {
                        self.warn(failure);
                    }
                    self.append(document);
                    return Ok(());
                }
                Err(failure) => failures.push(failure),
            }
        }
        for failure in failures {
            self.warn(&failure);
            self.first_failure.get_or_insert(failure);
        }
        let number = self.next_number();
        self.pages.push(Page {
            confidence: 0.0,
            ..Page::from_text(number, String::new())
        });
        Ok(())
    }

    fn next_number(&self) -> u32 {
        u32::try_from(self.pages.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1)
    }

    fn warn(&mut self, failure: &Failure) {
        let number = self.next_number();
        let warning = Warning::on_page(WarningCode::DamagedFile, number, &*failure.message);
        self.warnings.push(warning);
    }

    /// Appends the pages of a file, with their numbers in the whole document.
    fn append(&mut self, mut document: RawDocument) {
        let offset = self.next_number() - 1;
        for mut page in document.pages.drain(..) {
            page.number = page.number.saturating_add(offset);
            self.pages.push(page);
        }
        for mut warning in document.warnings.drain(..) {
            warning.page = warning.page.map(|page| page.saturating_add(offset));
            self.warnings.push(warning);
        }
        // One page that was recognized here makes it a document of images.
        let is_better = |known: &RawDocument| {
            known.carrier != Carrier::Image && document.carrier == Carrier::Image
        };
        if self.document.as_ref().is_none_or(is_better) {
            self.document = Some(document);
        }
    }

    fn finish(self) -> Result<RawDocument, Failure> {
        match (self.document, self.first_failure) {
            (Some(document), _) => Ok(RawDocument {
                stated_title: None,
                pages: self.pages,
                warnings: self.warnings,
                ..document
            }),
            (None, Some(failure)) => Err(failure),
            (None, None) => Err(Failure::new(FailureCode::Empty, "there are no pages")),
        }
    }
}

/// Reads one file of a document: an image, or what an OCR program wrote.
fn read_page(part: &SourcePart, bytes: &[u8], options: &Options) -> Result<RawDocument, Failure> {
    let name = &part.name;
    let with_name = |failure: Failure| {
        let message = format!("the file {name} is left out: {}", failure.message);
        Failure::new(failure.code, message)
    };
    let document = read_bytes(name, bytes, options).map_err(with_name)?;
    if is_ocr_file(name) {
        let has_text = document.pages.iter().any(|page| !page.lines.is_empty());
        if document.carrier != Carrier::Ocr || !has_text {
            let message = "it has no text that an OCR program wrote";
            return Err(with_name(Failure::new(
                FailureCode::UnsupportedFormat,
                message,
            )));
        }
    }
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str) -> SourcePart {
        SourcePart {
            name: name.to_owned(),
            file: name.into(),
        }
    }

    fn file(name: &str, sha256: &str) -> SourceFile {
        SourceFile {
            name: name.to_owned(),
            bytes: 1,
            sha256: sha256.to_owned(),
        }
    }

    #[test]
    fn the_id_depends_on_every_name_and_digest_and_not_on_the_order() {
        let files = [file("2.tif", "b"), file("10.tif", "a")];
        let reversed = [files[1].clone(), files[0].clone()];
        let id = parts_id(&files);
        assert_eq!(parts_id(&reversed), id);
        assert_eq!(
            id,
            HEXLOWER.encode(&Sha256::digest(b"10.tif\0a\n2.tif\0b\n"))
        );
    }

    #[test]
    fn a_page_that_cannot_be_read_costs_no_other() {
        let parts = ["a.xml", "b.xml"].map(part);
        let load = |_: &SourcePart| Ok(b"ingen OCR".to_vec());
        let failure = read_parts(&parts, load, &Options::default()).unwrap_err();
        assert!(failure.message.contains("a.xml"), "{}", failure.message);
    }
}
