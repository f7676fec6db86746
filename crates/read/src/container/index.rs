//! Index: where the members of a container are, for one extraction after another.
//!
//! Finding the members of an archive takes as long as the archive is long, and unpacking a web crawl longer.
//! Done again for each of ten thousand members, that would be most of a run.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use diarium_document::Failure;

use super::{Contents, missing, warc, zip};
use crate::Options;

/// The places of a container's members. It belongs to the bytes of the container that it was made from.
pub struct Index {
    /// The position of each member.
    positions: HashMap<String, usize>,
    places: Places,
}

enum Places {
    Zip(Vec<zip::Entry>),
    Warc {
        blocks: Vec<Range<usize>>,
        /// The unpacked file, if it is packed.
        unpacked: Option<Vec<u8>>,
    },
}

impl fmt::Debug for Index {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Index of {} members", self.positions.len())
    }
}

/// The index of a ZIP archive or a web crawl; `None` for other files, which are small or quickly opened.
///
/// # Errors
/// As [`open`](super::open).
pub fn index(bytes: &[u8], options: &Options) -> Result<Option<Index>, Failure> {
    if zip::is_zip(bytes)
        && let Some(archive) = zip::Zip::open(bytes, options)?
    {
        let (contents, entries) = archive.into_entries();
        return Ok(Some(Index::new(contents, Places::Zip(entries))));
    }
    if warc::is_warc(bytes) {
        let (contents, blocks, unpacked) = warc::Warc::open(bytes, options)?.into_blocks();
        let places = Places::Warc { blocks, unpacked };
        return Ok(Some(Index::new(contents, places)));
    }
    Ok(None)
}

impl Index {
    fn new(contents: Contents, places: Places) -> Self {
        let members = contents.members.into_iter().enumerate();
        Self {
            positions: members.map(|(at, member)| (member.path, at)).collect(),
            places,
        }
    }

    /// The bytes of the member with this path, in the container with these bytes.
    ///
    /// # Errors
    /// As [`extract`](super::extract).
    pub fn extract(&self, bytes: &[u8], path: &str, options: &Options) -> Result<Vec<u8>, Failure> {
        let member = *self.positions.get(path).ok_or_else(|| missing(path))?;
        match &self.places {
            Places::Zip(entries) => zip::extract(entries, member, bytes, options),
            Places::Warc { blocks, unpacked } => {
                let bytes = unpacked.as_deref().unwrap_or(bytes);
                warc::extract(blocks, member, bytes, options)
            }
        }
    }

    /// How many bytes it keeps of the container.
    pub fn kept_bytes(&self) -> usize {
        match &self.places {
            Places::Warc {
                unpacked: Some(unpacked),
                ..
            } => unpacked.len(),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::extract;
    use super::*;

    #[test]
    fn an_index_gives_the_members_as_the_container_does() {
        let crawl =
            b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: http://a.example/b.txt\r\n\
            Content-Type: text/plain\r\nContent-Length: 4\r\n\r\nBron\r\n\r\n";
        let options = Options::default();
        let index = index(crawl, &options).unwrap().unwrap();
        let path = "a.example/b.txt";
        let member = index.extract(crawl, path, &options);
        assert_eq!(member, extract("a.warc", crawl, path, &options));
        assert_eq!(member.unwrap(), b"Bron");
        assert!(index.extract(crawl, "c.txt", &options).is_err());
        assert_eq!(index.kept_bytes(), 0);
    }
}
