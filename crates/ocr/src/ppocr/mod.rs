//! PP-OCR engine: text line detection and recognition with two neural networks.
//!
//! One network detects the lines of a page, another recognizes them one by one. Both are loaded when the
//! first page needs them. A page is read on one core; documents are read in parallel.

mod detection;
mod recognition;
mod weights;

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread;

use rten::{Model, ModelOptions, RunOptions, ThreadPool};

pub use weights::ModelFiles;

use super::{Error, GrayImage, OcrEngine, OcrLine};
use detection::detect_text_lines;
use diarium_document::Heartbeat;
use recognition::{Alphabet, recognize_lines};
use weights::Weights;

/// The bundled engine.
pub struct PpOcr {
    name: String,
    weights: Weights,
    networks: OnceLock<Result<Networks, (&'static str, String)>>,
}

/// Both networks, ready to run.
struct Networks {
    detection: Model,
    recognition: Model,
    alphabet: Alphabet,
}

impl fmt::Debug for PpOcr {
    /// The networks are left out: they are large, and loaded only when a page needs them.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PpOcr({})", self.name)
    }
}

// The networks, as error messages name them.
const DETECTION: &str = "text detection";
const RECOGNITION: &str = "text recognition";

impl PpOcr {
    /// With the weights in the program itself.
    #[cfg(feature = "bundled-models")]
    pub fn bundled() -> Self {
        Self::new(Weights::bundled())
    }

    /// With the weights in a folder, in files named like those in diarium's `models/`.
    ///
    /// # Errors
    ///
    /// [`Error::ModelFile`] if a file is missing or cannot be read. Whether its contents are a network
    /// is checked when it is loaded.
    pub fn from_folder(folder: &Path) -> Result<Self, Error> {
        Ok(Self::from_files(ModelFiles::from_folder(folder)?))
    }

    /// With these weights.
    pub fn from_files(files: ModelFiles) -> Self {
        Self::new(Weights::from_files(files))
    }

    fn new(weights: Weights) -> Self {
        Self {
            name: format!(
                "PP-OCRv6 small, Swedish head, weights {}",
                weights.checksum()
            ),
            weights,
            networks: OnceLock::new(),
        }
    }

    fn networks(&self) -> Result<&Networks, Error> {
        let loaded = self.networks.get_or_init(|| Networks::load(&self.weights));
        loaded.as_ref().map_err(|(part, message)| Error::Model {
            part,
            message: message.clone(),
        })
    }
}

impl Networks {
    fn load(weights: &Weights) -> Result<Self, (&'static str, String)> {
        let model = |part, bytes: &Cow<'static, [u8]>| {
            let mut options = ModelOptions::with_all_ops();
            options.prepack_weights(true);
            let loaded = match bytes {
                Cow::Borrowed(bytes) => options.load_static_slice(bytes),
                Cow::Owned(bytes) => options.load(bytes.clone()),
            };
            loaded.map_err(|error| (part, error.to_string()))
        };
        Ok(Self {
            alphabet: Alphabet::new(weights.characters()),
            detection: model(DETECTION, &weights.detection)?,
            recognition: model(RECOGNITION, &weights.recognition)?,
        })
    }
}

impl OcrEngine for PpOcr {
    fn name(&self) -> &str {
        &self.name
    }

    /// Loads the weights.
    fn check(&self) -> Result<(), Error> {
        on_plain_thread(|| self.networks().map(|_| ()))
    }

    fn read_page(&self, page: &GrayImage, heartbeat: &Heartbeat) -> Result<Vec<OcrLine>, Error> {
        on_plain_thread(|| {
            let networks = self.networks()?;
            // Documents are read in parallel: more threads for one page would only slow down the
            // others.
            let options = RunOptions::default()
                .with_thread_pool(Some(Arc::new(ThreadPool::with_num_threads(1))));
            let lines = detect_text_lines(&networks.detection, page, &options)?;
            recognize_lines(networks, page, lines, &options, heartbeat)
        })
    }
}

/// Runs work on a thread that belongs to no pool, and waits for it.
// A thread of a rayon pool that waits for the runtime's pool would meanwhile steal another document.
// That one would wait for the networks, which the thread below it on the stack is still loading: a
// deadlock.
fn on_plain_thread<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    thread::scope(|scope| match scope.spawn(work).join() {
        Ok(result) => result,
        // A panic of the runtime is a panic of the caller, who isolates documents.
        Err(payload) => std::panic::resume_unwind(payload),
    })
}
