//! How are the PP-OCR networks loaded, and how do they read a page?
//!
//! One network finds the text, another reads it line by line. The weights are built in, or come
//! from a folder; they are loaded when the first page needs them.

mod detection;
mod recognition;
mod weights;

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread;

use rten::{Model, ModelOptions, RunOptions, ThreadPool};

use super::{Error, GrayImage, OcrEngine, OcrLine};
use detection::find_text;
use diarium_document::Heartbeat;
use recognition::{RARE_LETTERS, read_lines};
use weights::Weights;

/// The engine that is built in.
pub struct PpOcr {
    name: String,
    weights: Weights,
    networks: OnceLock<Result<Networks, (&'static str, String)>>,
}

/// Both networks, ready to run.
struct Networks {
    detection: Model,
    recognition: Model,
    /// What the recognition's classes mean, from class 1 on.
    characters: Vec<char>,
    /// For each class, whether print has it in foreign words only.
    rare: Vec<bool>,
}

impl fmt::Debug for PpOcr {
    /// The networks are left out: they are large, and loaded only when a page needs them.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PpOcr({})", self.name)
    }
}

/// The parts, as messages name them.
const DETECTION: &str = "text detection";
const RECOGNITION: &str = "text recognition";

impl PpOcr {
    /// With the weights in the program itself.
    pub fn built_in() -> Self {
        Self::new(Weights::built_in())
    }

    /// With the weights in a folder, in files named as those in diarium's `models/`.
    pub fn from_folder(folder: &Path) -> Result<Self, Error> {
        Ok(Self::new(Weights::from_folder(folder)?))
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
        let characters = weights.characters();
        let is_rare = |character: &char| RARE_LETTERS.contains(*character);
        Ok(Self {
            rare: std::iter::once(false)
                .chain(characters.iter().map(is_rare))
                .collect(),
            characters,
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
        // In a thread of its own for the same reason as reading.
        on_plain_thread(|| self.networks().map(|_| ()))
    }

    fn read_page(&self, page: &GrayImage, heartbeat: &Heartbeat) -> Result<Vec<OcrLine>, Error> {
        on_plain_thread(|| {
            let networks = self.networks()?;
            // Documents are read side by side; a page that took all cores would only get in the
            // way of the others.
            let options = RunOptions::default()
                .with_thread_pool(Some(Arc::new(ThreadPool::with_num_threads(1))));
            let areas = find_text(&networks.detection, page, &options)?;
            read_lines(networks, page, areas, &options, heartbeat)
        })
    }
}

/// Runs work on a thread that belongs to no pool, and waits for it. A pool's thread that waits for
/// the runtime's pool would begin another document meanwhile, on top of the one in hand, and that
/// one would wait for networks which this one is still loading.
fn on_plain_thread<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    thread::scope(|scope| match scope.spawn(work).join() {
        Ok(result) => result,
        Err(reason) => std::panic::resume_unwind(reason),
    })
}
