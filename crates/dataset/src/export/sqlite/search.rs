//! Full-text index: FTS5, built on a thread of its own while the tables are filled.
//!
//! Splitting texts into words takes three times as long as filling the tables. A database file has one
//! writer, so that the index is built in a file beside the dataset and its tables are copied into it
//! at the end (<https://www.sqlite.org/fts5.html#fts5_data_structures>): they are those that FTS5's
//! `rebuild` would have made. The same texts in the same order give the same bytes.

use std::fs;
use std::io;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use rusqlite::types::{ToSqlOutput, ValueRef};

use super::definition;
use super::tune;
use crate::export::error::Error;
use crate::export::layout::Layout;
use crate::export::table::Cell;

/// The file's name, until its tables are in the dataset.
const FILE_NAME: &str = "search.sqlite";

/// Texts are handed on so many bytes at a time, and a few such batches may wait: a bound on memory.
const BATCH_BYTES: usize = 1 << 20;
const BATCHES: usize = 8;

/// A text to be found, under its row.
struct Text {
    row: i64,
    heading: String,
    text: String,
}

/// An index that is being built.
pub(super) struct Search {
    path: PathBuf,
    /// Which table has the texts, among the parts, and where they stand in its rows.
    part: usize,
    columns: [usize; 2],
    batch: Vec<Text>,
    bytes: usize,
    sender: Option<SyncSender<Vec<Text>>>,
    builder: Option<JoinHandle<rusqlite::Result<()>>>,
}

impl Search {
    /// Begins one in the dataset's folder, if the dataset has texts to search.
    pub(super) fn begin(folder: &Path, layout: &Layout) -> Result<Option<Self>, Error> {
        let Some((part, columns)) = definition::searched(layout) else {
            return Ok(None);
        };
        let path = folder.join(FILE_NAME);
        let connection = Connection::open(&path).map_err(Error::write(&path))?;
        let (sender, receiver) = sync_channel(BATCHES);
        let builder = thread::Builder::new().name("search".to_owned());
        let builder = builder
            .spawn(move || build(connection, &receiver))
            .map_err(Error::write(&path))?;
        Ok(Some(Self {
            path,
            part,
            columns,
            batch: Vec::new(),
            bytes: 0,
            sender: Some(sender),
            builder: Some(builder),
        }))
    }

    /// Takes a row of a part, by the part's place among the parts.
    pub(super) fn add(&mut self, part: usize, row: u64, cells: &[Cell<'_>]) -> Result<(), Error> {
        if part != self.part {
            return Ok(());
        }
        let word = |column: usize| match cells.get(column) {
            Some(Cell::Text(text)) => text.as_ref().to_owned(),
            _ => String::new(),
        };
        let [heading, text] = self.columns.map(word);
        self.bytes += heading.len() + text.len();
        let row = i64::try_from(row).unwrap_or(i64::MAX);
        self.batch.push(Text { row, heading, text });
        match self.bytes < BATCH_BYTES {
            true => Ok(()),
            false => self.send(),
        }
    }

    /// Hands a batch on. A builder that has ended has failed, and says why.
    fn send(&mut self) -> Result<(), Error> {
        self.bytes = 0;
        let batch = mem::take(&mut self.batch);
        let sent = self.sender.as_ref().map(|sender| sender.send(batch));
        match sent {
            Some(Ok(())) => Ok(()),
            _ => self.join(),
        }
    }

    /// Ends the builder, and says what it failed at.
    fn join(&mut self) -> Result<(), Error> {
        self.sender = None;
        let Some(builder) = self.builder.take() else {
            let ended = io::Error::other("the full-text index has failed before");
            return Err(Error::write(&self.path)(ended));
        };
        match builder.join() {
            Ok(built) => built.map_err(Error::write(&self.path)),
            Err(_) => {
                let ended = io::Error::other("the full-text index ended without a word");
                Err(Error::write(&self.path)(ended))
            }
        }
    }

    /// Copies the finished index into the dataset, which has no transaction open, and removes its
    /// file.
    pub(super) fn finish(mut self, dataset: &Connection) -> Result<(), Error> {
        self.send()?;
        self.join()?;
        let attach = "attach database ?1 as \"built\"";
        // As it is: a folder's name need not be Unicode.
        let file = ValueRef::Text(self.path.as_os_str().as_encoded_bytes());
        dataset
            .execute(attach, [ToSqlOutput::Borrowed(file)])
            .and_then(|_| dataset.execute_batch(definition::COPY_SEARCH))
            .map_err(Error::write(&self.path))?;
        fs::remove_file(&self.path).map_err(Error::write(&self.path))
    }
}

impl Drop for Search {
    /// An export that is given up removes its folder: nobody may write in it any more.
    fn drop(&mut self) {
        self.sender = None;
        if let Some(builder) = self.builder.take() {
            // Whatever it says, the dataset is given up already.
            let _ = builder.join();
        }
    }
}

/// Builds the index of all texts that come, until nobody sends any more.
fn build(connection: Connection, texts: &Receiver<Vec<Text>>) -> rusqlite::Result<()> {
    tune(&connection)?;
    connection.execute_batch("begin")?;
    connection.execute_batch(definition::SEARCH)?;
    connection.execute_batch(definition::BUILD_IN_LARGE_STEPS)?;
    let mut insert = connection.prepare(definition::ADD_TO_SEARCH)?;
    for batch in texts {
        for Text { row, heading, text } in batch {
            insert.execute((row, heading, text))?;
        }
    }
    drop(insert);
    connection.execute_batch(definition::PACK_SEARCH)?;
    connection.execute_batch("commit")?;
    connection.close().map_err(|(_, error)| error)
}
