//! Files in a PDF (ISO 32000-2, 7.11.4): portfolios and attachments.
//!
//! They are listed in the document's name tree, as associated files, or by annotations of pages. Most PDFs
//! have none: the file is only parsed if it has a stream of that type.

use std::collections::BTreeSet;

use diarium_document::{Failure, FailureCode, Heartbeat};
use lopdf::{DecompressError, Dictionary, Document, Error, LoadOptions, Object, ObjectId, Stream};

use super::{Archive, Contents, Member, member_path::MemberPaths, too_many_members, unpack};
use crate::Options;

/// What failures call a member.
const MEMBER: &str = "the file attached to the PDF";

/// Nodes of the name tree that are read, at most.
const MAX_NODES: usize = 100_000;

/// A PDF with the files in it.
pub(super) struct Attachments<'b> {
    options: &'b Options,
    document: Document,
    contents: Contents,
    /// The stream of each member.
    streams: Vec<ObjectId>,
}

/// Whether a PDF may have files in it.
pub(super) fn may_have_files(bytes: &[u8]) -> bool {
    // A stream's dictionary is never compressed. Its type is optional, but hardly ever left out; the
    // others are in files without compressed objects.
    let names: [&[u8]; 3] = [b"/EmbeddedFile", b"/FileAttachment", b"/EF"];
    let mut slashes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    slashes.any(|(at, _)| {
        let rest = bytes.get(at..).unwrap_or_default();
        names.iter().any(|name| rest.starts_with(name))
    })
}

impl<'b> Attachments<'b> {
    /// The files in a PDF; `None` if there are none.
    pub(super) fn open(bytes: &[u8], options: &'b Options) -> Result<Option<Self>, Failure> {
        let Some(document) = load(bytes, options) else {
            return Ok(Some(Self::unlisted(options)));
        };
        let found = Finder::new(&document, &options.heartbeat).find();
        if found.is_empty() {
            return Ok(None);
        }
        if found.len() > options.container.members {
            return Err(too_many_members(&options.container));
        }
        let mut paths = MemberPaths::default();
        let mut contents = Contents {
            is_document: true,
            ..Contents::default()
        };
        let mut streams = Vec::new();
        for (number, file) in (1..).zip(found) {
            contents.members.push(Member {
                path: paths.add_file(&file.name, number),
                bytes: file.bytes,
            });
            streams.push(file.stream);
        }
        Ok(Some(Self {
            options,
            document,
            contents,
            streams,
        }))
    }
}

impl Attachments<'_> {
    /// A PDF that may have files in it, which cannot be listed. It may still have pages.
    fn unlisted(options: &Options) -> Attachments<'_> {
        let message = "the files attached to the PDF could not be listed, because it is encrypted or damaged; open it and save them";
        let contents = Contents {
            is_document: true,
            damage: Some(Failure::new(FailureCode::Damaged, message)),
            ..Contents::default()
        };
        Attachments {
            options,
            document: Document::default(),
            contents,
            streams: Vec::new(),
        }
    }
}

/// The objects of a PDF, which may be encrypted; `None` if it cannot be opened.
fn load(bytes: &[u8], options: &Options) -> Option<Document> {
    let load = LoadOptions::with_max_decompressed_size(options.pdf.stream_bytes);
    let document = Document::load_mem_with_options(bytes, load);
    options.heartbeat.beat();
    // Without its password, it loads without objects.
    let plain = document
        .ok()
        .filter(|document| !document.trailer.has(b"Encrypt"));
    plain.or_else(|| {
        let (passwords, heartbeat) = (&options.passwords, &options.heartbeat);
        crate::pdf::open_encrypted(bytes, passwords, &options.pdf, heartbeat)
    })
}

impl Archive for Attachments<'_> {
    fn contents(&self) -> &Contents {
        &self.contents
    }

    fn extract(&self, member: usize) -> Result<Vec<u8>, Failure> {
        let stream = self.streams.get(member);
        let stream = stream.and_then(|id| self.document.get_object(*id).ok()?.as_stream().ok());
        let stream = stream.ok_or_else(|| unpack::damaged(MEMBER))?;
        let limit = unpack::most_bytes(stream.content.len() as u64, self.options);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        self.options.heartbeat.beat();
        match stream.get_plain_content_with_limit(limit) {
            Ok(bytes) => Ok(bytes),
            Err(Error::Decompress(
                DecompressError::MemoryLimitExceeded { .. }
                | DecompressError::TooManyFilters { .. },
            )) => Err(unpack::too_large(MEMBER)),
            Err(_) => Err(unpack::damaged(MEMBER)),
        }
    }
}

/// A file in a PDF.
struct EmbeddedFile {
    name: String,
    bytes: u64,
    stream: ObjectId,
}

/// Collects the files of a document, each once.
struct Finder<'d> {
    document: &'d Document,
    heartbeat: &'d Heartbeat,
    found: Vec<EmbeddedFile>,
    streams: BTreeSet<ObjectId>,
    nodes: BTreeSet<ObjectId>,
}

impl<'d> Finder<'d> {
    fn new(document: &'d Document, heartbeat: &'d Heartbeat) -> Self {
        Self {
            document,
            heartbeat,
            found: Vec::new(),
            streams: BTreeSet::new(),
            nodes: BTreeSet::new(),
        }
    }

    fn find(mut self) -> Vec<EmbeddedFile> {
        if let Ok(catalog) = self.document.catalog() {
            self.name_tree(catalog);
            self.associated(catalog);
        }
        for (index, page) in self.document.page_iter().enumerate() {
            self.heartbeat.step(index);
            if let Ok(page) = self.document.get_dictionary(page) {
                self.associated(page);
                self.annotations(page);
            }
        }
        self.found
    }

    /// The files of the name tree, in its order.
    fn name_tree(&mut self, catalog: &'d Dictionary) {
        let names = self.entry(catalog, b"Names").and_then(as_dict);
        let Some(root) = names.and_then(|names| names.get(b"EmbeddedFiles").ok()) else {
            return;
        };
        let mut waiting = vec![root];
        let mut count = 0;
        while let Some(node) = waiting.pop() {
            count += 1;
            self.heartbeat.step(count);
            // A tree may contain itself.
            let is_new = node.as_reference().map_or(true, |id| self.nodes.insert(id));
            if !is_new || count > MAX_NODES {
                continue;
            }
            let Some(node) = self.resolve(node).and_then(as_dict) else {
                continue;
            };
            for pair in self.array(node, b"Names").chunks_exact(2) {
                if let [key, file] = pair {
                    self.add(file, Some(key));
                }
            }
            waiting.extend(self.array(node, b"Kids").iter().rev());
        }
    }

    /// The files that belong to a part of the document (ISO 32000-2, 14.13).
    fn associated(&mut self, owner: &'d Dictionary) {
        for file in self.array(owner, b"AF") {
            self.add(file, None);
        }
    }

    /// The files that annotations of a page show as symbols.
    fn annotations(&mut self, page: &'d Dictionary) {
        for annotation in self.array(page, b"Annots") {
            let Some(annotation) = self.resolve(annotation).and_then(as_dict) else {
                continue;
            };
            let subtype = self
                .entry(annotation, b"Subtype")
                .and_then(|name| name.as_name().ok());
            if subtype == Some(b"FileAttachment")
                && let Ok(file) = annotation.get(b"FS")
            {
                self.add(file, None);
            }
        }
    }

    /// Adds the file of a file specification.
    fn add(&mut self, specification: &'d Object, key: Option<&'d Object>) {
        let Some(specification) = self.resolve(specification).and_then(as_dict) else {
            return;
        };
        let Some(files) = self.entry(specification, b"EF").and_then(as_dict) else {
            return;
        };
        let keys: [&[u8]; 5] = [b"UF", b"F", b"Unix", b"DOS", b"Mac"];
        let stream = keys.iter().find_map(|key| {
            let id = files.get(key).ok()?.as_reference().ok()?;
            Some((id, self.document.get_object(id).ok()?.as_stream().ok()?))
        });
        let Some((id, stream)) = stream.filter(|(id, _)| self.streams.insert(*id)) else {
            return;
        };
        let names = keys
            .iter()
            .filter_map(|key| self.entry(specification, key))
            .chain(key);
        let mut names = names.filter_map(|name| lopdf::decode_text_string(name).ok());
        let name = names
            .find(|name| !name.trim().is_empty())
            .unwrap_or_default();
        self.found.push(EmbeddedFile {
            name: with_extension(name, stream),
            bytes: self.stated_length(stream),
            stream: id,
        });
    }

    fn stated_length(&self, stream: &'d Stream) -> u64 {
        let parameters = self.entry(&stream.dict, b"Params").and_then(as_dict);
        let size = parameters.and_then(|parameters| self.entry(parameters, b"Size")?.as_i64().ok());
        size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0)
    }

    fn resolve(&self, object: &'d Object) -> Option<&'d Object> {
        Some(self.document.dereference(object).ok()?.1)
    }

    fn entry(&self, dictionary: &'d Dictionary, key: &[u8]) -> Option<&'d Object> {
        self.resolve(dictionary.get(key).ok()?)
    }

    fn array(&self, dictionary: &'d Dictionary, key: &[u8]) -> &'d [Object] {
        let array = self
            .entry(dictionary, key)
            .and_then(|array| array.as_array().ok());
        array.map_or(&[], Vec::as_slice)
    }
}

fn as_dict(object: &Object) -> Option<&Dictionary> {
    object.as_dict().ok()
}

/// The name, with the usual extension of the file's type if it has none.
fn with_extension(name: String, stream: &Stream) -> String {
    let subtype = stream.dict.get(b"Subtype").and_then(Object::as_name);
    let is_pdf = subtype.is_ok_and(|subtype| subtype == b"application/pdf");
    if is_pdf && !name.contains('.') {
        return format!("{name}.pdf");
    }
    name
}

#[cfg(test)]
mod tests {
    use lopdf::{dictionary, text_string};

    use super::*;
    use crate::container::{extract, list};

    /// A document with files in all places where they may be.
    fn portfolio() -> Vec<u8> {
        let mut pdf = Document::with_version("1.7");
        let mut file = |name: &str, bytes: &[u8]| {
            let mut stream = Stream::new(dictionary! { "Type" => "EmbeddedFile" }, bytes.to_vec());
            stream.compress().unwrap();
            let stream = pdf.add_object(stream);
            pdf.add_object(dictionary! {
                "Type" => "Filespec", "UF" => text_string(name), "EF" => dictionary! { "F" => stream },
            })
        };
        let (first, second) = (file("ansökan.txt", b"Ett"), file("b/c.txt", b"Tv\xc3\xa5"));
        let (third, bomb) = (file("tre.txt", b"Tre"), file("stor.txt", &[b' '; 5000]));
        let tree = pdf.new_object_id();
        let names = vec![
            text_string("1"),
            first.into(),
            text_string("2"),
            second.into(),
        ];
        pdf.objects.insert(
            tree,
            // It contains itself.
            dictionary! { "Names" => names, "Kids" => vec![tree.into()] }.into(),
        );
        let annotation = dictionary! { "Subtype" => "FileAttachment", "FS" => third };
        let pages = pdf.new_object_id();
        let page = pdf.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Annots" => vec![annotation.into()],
        });
        let kids: Vec<Object> = vec![page.into()];
        let node = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => 1 };
        pdf.objects.insert(pages, node.into());
        let catalog = pdf.add_object(dictionary! {
            "Type" => "Catalog", "Pages" => pages, "Names" => dictionary! { "EmbeddedFiles" => tree },
            "AF" => vec![first.into(), bomb.into()],
        });
        pdf.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        pdf.save_to(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn files_in_all_places_are_members_once() {
        let bytes = portfolio();
        let options = Options::default();
        let contents = list("a.pdf", &bytes, &options).unwrap().unwrap();
        assert!(contents.is_document);
        let paths: Vec<&str> = contents
            .members
            .iter()
            .map(|member| &*member.path)
            .collect();
        assert_eq!(paths, ["ansökan.txt", "b_c.txt", "stor.txt", "tre.txt"]);
        let member = extract("a.pdf", &bytes, "b_c.txt", &options).unwrap();
        assert_eq!(member, "Två".as_bytes());
        let mut short = options.clone();
        short.container.member_bytes = 4999;
        let failure = extract("a.pdf", &bytes, "stor.txt", &short).unwrap_err();
        assert_eq!(failure.code, FailureCode::TooLarge);
    }

    #[test]
    fn an_encrypted_pdf_whose_files_cannot_be_listed_says_so() {
        let mut pdf = Document::load_mem(&portfolio()).unwrap();
        let unknown = dictionary! { "Filter" => "Unknown", "V" => 9 };
        let encryption = pdf.add_object(unknown);
        pdf.trailer.set("Encrypt", encryption);
        let mut locked = Vec::new();
        pdf.save_to(&mut locked).unwrap();
        let contents = list("a.pdf", &locked, &Options::default())
            .unwrap()
            .unwrap();
        assert!(contents.is_document && contents.members.is_empty());
        assert!(contents.damage.is_some());
    }

    #[test]
    fn a_damaged_or_plain_pdf_is_no_container() {
        let bytes = portfolio();
        for length in (0..bytes.len()).step_by(97) {
            let _ = list("a.pdf", &bytes[..length], &Options::default());
        }
        assert!(!may_have_files(
            b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj"
        ));
    }
}
