//! The bytes of a source: of a file, or of a member of the containers in it.
//!
//! A file is opened once, within limits. The way to a member leads through one container or several;
//! [`OpenContainers`] keeps those of the last member, because its neighbors are usually next: a file with
//! ten thousand members is not read ten thousand times.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use diarium_document::{Failure, FailureCode, Source};

use super::{Options, container};

/// Containers are kept up to this many bytes in all.
// An eighth of a worker's default memory. A larger file is read again for each of its members, from the
// memory of the operating system if that has enough.
const MAX_KEPT_BYTES: usize = 256 << 20;

/// Opens the file of a source, once, and returns the bytes of the document.
///
/// # Errors
/// If the path is not a readable regular file, the file or the member is longer than the limit, or the
/// containers on the way to the member cannot be opened.
pub fn file_bytes(source: &Source, options: &Options) -> Result<Vec<u8>, Failure> {
    OpenContainers::default().bytes(source, options)
}

/// The containers that the last member was found in.
#[derive(Debug, Default)]
pub struct OpenContainers(Mutex<Option<Way>>);

/// The containers on the way to a member, outermost first.
#[derive(Debug, Clone)]
struct Way {
    file: PathBuf,
    /// Length and times of the file, which show whether it is the same.
    state: (u64, i128, i128),
    /// The path of each container but the outermost, in the one before it.
    members: Vec<String>,
    /// Each container: one more than there are paths.
    opened: Vec<Arc<Opened>>,
}

/// The bytes of a container, and where its members are, once one was extracted.
#[derive(Debug)]
struct Opened {
    bytes: Vec<u8>,
    index: OnceLock<Option<container::Index>>,
}

impl Opened {
    fn new(bytes: Vec<u8>) -> Arc<Self> {
        Arc::new(Self {
            bytes,
            index: OnceLock::new(),
        })
    }

    fn extract(&self, name: &str, member: &str, options: &Options) -> Result<Vec<u8>, Failure> {
        // Without an index the container is opened again, which also says why it cannot be.
        let index = || container::index(&self.bytes, options).ok().flatten();
        match self.index.get_or_init(index) {
            Some(index) => index.extract(&self.bytes, member, options),
            None => container::extract(name, &self.bytes, member, options),
        }
    }

    fn kept_bytes(&self) -> usize {
        let index = self.index.get().and_then(Option::as_ref);
        self.bytes.len() + index.map_or(0, container::Index::kept_bytes)
    }
}

impl OpenContainers {
    /// The bytes of a document; as [`file_bytes`], with the containers that are open.
    ///
    /// # Errors
    /// As [`file_bytes`].
    pub fn bytes(&self, source: &Source, options: &Options) -> Result<Vec<u8>, Failure> {
        let Some((member, containers)) = source.members.split_last() else {
            return read_file(source, options);
        };
        check_depth(source, options)?;
        let mut way = match self.take(source) {
            Some(way) => way,
            None => Way::open(source, options)?,
        };
        let entered = way.enter(containers, options);
        let bytes = entered.and_then(|()| way.extract(member, options));
        self.keep(way);
        let bytes = bytes?;
        if bytes.len() as u64 > options.max_bytes {
            return Err(too_large(options.max_bytes));
        }
        Ok(bytes)
    }

    /// The open containers, if they are in the file of a source.
    fn take(&self, source: &Source) -> Option<Way> {
        // Cloned, so that other threads can use them as well; the bytes are shared.
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |way: &&Way| way.file == source.file && way.state == state(source);
        kept.as_ref().filter(same).cloned()
    }

    fn keep(&self, way: Way) {
        let bytes: usize = way.opened.iter().map(|opened| opened.kept_bytes()).sum();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = (bytes <= MAX_KEPT_BYTES).then_some(way);
    }
}

impl Way {
    fn open(source: &Source, options: &Options) -> Result<Self, Failure> {
        Ok(Self {
            file: source.file.clone(),
            state: state(source),
            members: Vec::new(),
            opened: vec![Opened::new(read_file(source, options)?)],
        })
    }

    /// Opens the containers with these paths, each in the one before it. Those that are open already stay
    /// open.
    fn enter(&mut self, containers: &[String], options: &Options) -> Result<(), Failure> {
        let pairs = self.members.iter().zip(containers);
        let same = pairs.take_while(|(open, wanted)| open == wanted).count();
        self.members.truncate(same);
        self.opened.truncate(same + 1);
        for container in containers.iter().skip(same) {
            let bytes = self.extract(container, options)?;
            self.members.push(container.clone());
            self.opened.push(Opened::new(bytes));
        }
        Ok(())
    }

    /// The bytes of a member of the innermost container.
    fn extract(&self, member: &str, options: &Options) -> Result<Vec<u8>, Failure> {
        let file_name = self.file.to_string_lossy();
        let name = self.members.last().map_or(&*file_name, String::as_str);
        let container = self.opened.last();
        let bytes = container.map_or_else(
            || Err(Failure::new(FailureCode::Internal, "no container is open")),
            |container| container.extract(name, member, options),
        );
        options.heartbeat.beat();
        bytes
    }
}

/// The state of a source's file.
fn state(source: &Source) -> (u64, i128, i128) {
    (source.bytes, source.modified, source.changed)
}

/// What a document contains besides its own text: nothing, unless it is a container. A container that
/// is no document itself must not be nested deeper than the limit.
///
/// # Errors
/// As [`container::list`], and if the container is nested too deep, or so damaged that no member is left.
pub fn contents(
    source: &Source,
    bytes: &[u8],
    options: &Options,
) -> Result<container::Contents, Failure> {
    let contents = container::list(&source.relative, bytes, options)?;
    options.heartbeat.beat();
    let Some(contents) = contents else {
        return Ok(container::Contents {
            is_document: true,
            ..container::Contents::default()
        });
    };
    if !contents.is_document {
        if source.members.len() >= options.container.depth {
            return Err(too_deep(options));
        }
        // Nothing is left of it.
        if let (Some(damage), []) = (&contents.damage, contents.members.as_slice()) {
            return Err(damage.clone());
        }
    }
    Ok(contents)
}

/// The bytes of a file.
fn read_file(source: &Source, options: &Options) -> Result<Vec<u8>, Failure> {
    let max_bytes = options.max_bytes;
    let unreadable =
        |error: std::io::Error| Failure::new(FailureCode::Unreadable, error.to_string());
    // Before the file is opened, because opening a pipe blocks until another process writes to it.
    let metadata = fs::metadata(&source.file).map_err(unreadable)?;
    if !metadata.is_file() {
        let message = "not a regular file; diarium opens no devices, pipes or folders";
        return Err(Failure::new(FailureCode::Unreadable, message));
    }
    if metadata.len() > max_bytes {
        return Err(too_large(max_bytes));
    }
    let file = File::open(&source.file).map_err(unreadable)?;
    let mut bytes = Vec::new();
    // The file may have grown since its length was read.
    let bound = max_bytes.saturating_add(1);
    file.take(bound)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > max_bytes {
        return Err(too_large(max_bytes));
    }
    Ok(bytes)
}

fn too_large(max_bytes: u64) -> Failure {
    let message = format!("the file has more than the {max_bytes} bytes that the limit allows");
    Failure::new(FailureCode::TooLarge, message)
}

/// Checks that a document is not nested deeper than the limit.
///
/// # Errors
/// If it is.
pub fn check_depth(source: &Source, options: &Options) -> Result<(), Failure> {
    if source.members.len() > options.container.depth {
        return Err(too_deep(options));
    }
    Ok(())
}

fn too_deep(options: &Options) -> Failure {
    let message = format!(
        "containers are nested more than {} deep; unpack the innermost ones",
        options.container.depth
    );
    Failure::new(FailureCode::UnsupportedFormat, message)
}
