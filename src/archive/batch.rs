//! How are many files read at once and still handed on in order?
//!
//! A batch at a time: while one is handed on, the cores prepare the next.

use std::ops::ControlFlow;
use std::path::PathBuf;

use rayon::prelude::*;
use serde::de::DeserializeOwned;

use super::{Error, Seen, Stored, load};

/// Files of a batch: so many that the cores seldom wait for the last one of it.
const FILES: usize = 512;

/// A batch ends with the file that takes it over so many bytes. A parsed record takes about as much
/// memory as its file.
const BYTES: u64 = 8 << 20;

pub(super) fn read<R: DeserializeOwned, T: Send>(
    files: impl Iterator<Item = Result<PathBuf, Error>>,
    prepare: impl Fn(Stored<R>) -> T + Sync,
    mut visit: impl FnMut(T) -> ControlFlow<()> + Send,
) -> Result<Seen, Error> {
    let mut files = files;
    let mut seen = Seen::default();
    let mut ready: Vec<T> = Vec::new();
    loop {
        let batch = next(&mut files, &mut seen)?;
        if batch.is_empty() && ready.is_empty() {
            return Ok(seen);
        }
        let prepare = |file: PathBuf| {
            let record = load(&file);
            prepare(Stored { file, record })
        };
        let (prepared, flow) = rayon::join(
            || batch.into_par_iter().map(prepare).collect(),
            || ready.drain(..).try_for_each(&mut visit),
        );
        if flow.is_break() {
            return Ok(seen);
        }
        ready = prepared;
    }
}

fn next(
    files: &mut impl Iterator<Item = Result<PathBuf, Error>>,
    seen: &mut Seen,
) -> Result<Vec<PathBuf>, Error> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while batch.len() < FILES && bytes < BYTES {
        let Some(file) = files.next().transpose()? else {
            break;
        };
        bytes += seen.note(&file);
        batch.push(file);
    }
    Ok(batch)
}
