//! TIFF decoder: files of several pages, in all the forms that scanners and fax servers write.
//!
//! `directory` reads the tags, `layout` says where the strips or tiles of a picture are and what their
//! samples mean, `compression` and `fax` unpack them, and `samples` converts them to gray or color.
//!
//! Strips are unpacked one by one: of a picture with a damaged strip, the others are kept.

mod compression;
pub(in crate::image) mod directory;
mod fax;
mod layout;
mod samples;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use diarium_document::{Failure, FailureCode};

use super::limits::Limits;
use super::orientation::Orientation;
use super::picture::{Picture, PictureError};
use directory::{Directory, Structure, tag};
use layout::Layout;

pub(in crate::image) use layout::{Compression, Photometric};

/// A TIFF file whose directories have been read.
pub(in crate::image) struct TiffFile<'a> {
    structure: Structure<'a>,
    /// The directories of its pages, in their order.
    pages: Vec<Directory<'a>>,
    damage: Option<&'static str>,
}

impl<'a> TiffFile<'a> {
    /// Reads the directories of a file.
    ///
    /// # Errors
    /// If there is no directory, or there are more than the limits allow.
    pub(in crate::image) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, Failure> {
        let no_page = || {
            let message = "no page of the file can be found; open it in an image program and save \
                it anew";
            Failure::new(FailureCode::Damaged, message)
        };
        let (structure, first) = Structure::open(bytes).ok_or_else(no_page)?;
        let mut all = Vec::new();
        let mut seen = BTreeSet::new();
        let mut damage = None;
        let mut next = Some(first);
        while let Some(at) = next.filter(|at| *at != 0) {
            if !seen.insert(at) {
                damage = Some("its pages refer to each other in a circle");
                break;
            }
            let Some(directory) = structure.directory(at) else {
                damage = Some("it ends before its last page");
                break;
            };
            next = directory.next;
            if next.is_none() {
                damage = Some("it ends before its last page");
            }
            all.push(directory);
            if all.len() > limits.pages {
                let message = format!(
                    "more than {} pages; diarium reads up to that many, so split the file",
                    limits.pages
                );
                return Err(Failure::new(FailureCode::TooLarge, message));
            }
        }
        let pages = without_previews(all);
        match pages.is_empty() {
            true => Err(no_page()),
            false => Ok(Self {
                structure,
                pages,
                damage,
            }),
        }
    }

    pub(in crate::image) fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// Why further pages may be missing.
    pub(in crate::image) fn damage(&self) -> Option<&'static str> {
        self.damage
    }

    /// Decodes the picture of a page.
    pub(in crate::image) fn picture(
        &self,
        index: usize,
        limits: &Limits,
    ) -> Result<Picture, PictureError> {
        let (directory, layout) = self.layout(index, limits)?;
        let (raster, damage) = samples::decode(&layout, &self.structure)?;
        Ok(Picture {
            raster,
            damage,
            ..stated(directory)
        })
    }

    /// The bytes of a page's picture, if the file has them in one piece, and what they are.
    pub(in crate::image) fn single_strip(
        &self,
        index: usize,
        limits: &Limits,
    ) -> Option<SingleStrip<'a>> {
        let (directory, layout) = self.layout(index, limits).ok()?;
        let [chunk] = layout.chunks.as_slice() else {
            return None;
        };
        let bytes = self.structure.bytes;
        Some(SingleStrip {
            bytes: chunk.bytes(bytes)?,
            width: layout.width,
            height: layout.height,
            samples: layout.samples,
            is_cut: layout.chunk_width != layout.width || layout.chunk_height < layout.height,
            compression: layout.compression,
            photometric: layout.photometric,
            reversed_bits: layout.reversed_bits,
            has_tables: layout.jpeg_tables.is_some(),
            stated: stated(directory),
        })
    }

    fn layout(
        &self,
        index: usize,
        limits: &Limits,
    ) -> Result<(&Directory<'a>, Layout<'a>), PictureError> {
        let directory = self
            .pages
            .get(index)
            .ok_or_else(|| PictureError::damaged("its page is missing"))?;
        Ok((directory, Layout::new(directory, limits)?))
    }
}

/// A picture that is stored in one piece.
pub(in crate::image) struct SingleStrip<'a> {
    pub(in crate::image) bytes: &'a [u8],
    pub(in crate::image) width: usize,
    pub(in crate::image) height: usize,
    pub(in crate::image) samples: usize,
    /// The piece has another size than the picture.
    pub(in crate::image) is_cut: bool,
    pub(in crate::image) compression: Compression,
    pub(in crate::image) photometric: Photometric,
    pub(in crate::image) reversed_bits: bool,
    /// Its JPEG tables are stored elsewhere.
    pub(in crate::image) has_tables: bool,
    /// What the file says about it; without pixels.
    pub(in crate::image) stated: Picture,
}

/// What a directory says about its picture, without the pixels.
fn stated(directory: &Directory<'_>) -> Picture {
    let orientation = directory.number(tag::ORIENTATION).unwrap_or_default();
    Picture {
        raster: super::raster::Raster::white(0, 0, 1),
        resolution: directory.resolution(),
        orientation: Orientation::from_tag(orientation),
        damage: None,
    }
}

/// The directories of pages, without those of previews and masks, unless there are no others.
fn without_previews(all: Vec<Directory<'_>>) -> Vec<Directory<'_>> {
    const REDUCED_OR_MASK: u64 = 0b101;
    const OLD_REDUCED: u64 = 2;
    let is_page = |directory: &&Directory<'_>| {
        let kind = directory.number(tag::NEW_SUBFILE_TYPE).unwrap_or_default();
        directory.has(tag::WIDTH)
            && kind & REDUCED_OR_MASK == 0
            && directory.number(tag::SUBFILE_TYPE) != Some(OLD_REDUCED)
    };
    let pages: Vec<_> = all.iter().filter(is_page).cloned().collect();
    if pages.is_empty() { all } else { pages }
}
