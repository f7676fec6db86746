//! Content hash: the SHA-256 of a document, whether it is one file or several.

use std::{fs, io};

use crate::catalogue::hash_file;
use diarium_document::{Source, SourceFile};
use diarium_read as read;

/// The SHA-256 of the document in a file, or of the list of its files.
pub(super) fn hash_source(source: &Source) -> io::Result<String> {
    if source.parts.is_empty() {
        return hash_file(&source.file);
    }
    Ok(read::parts_id(&hash_parts(source)?))
}

/// The files of a document of several files.
pub(super) fn hash_parts(source: &Source) -> io::Result<Vec<SourceFile>> {
    let hash = |part: &diarium_document::SourcePart| {
        Ok(SourceFile {
            name: part.name.clone(),
            bytes: fs::metadata(&part.file)?.len(),
            sha256: hash_file(&part.file)?,
        })
    };
    source.parts.iter().map(hash).collect()
}
