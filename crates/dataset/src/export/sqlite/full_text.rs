//! Full-text index: FTS5, built on its own thread while the tables are filled.
//!
//! Tokenizing the texts takes three times as long as filling the tables. A database file has one
//! writer. So the index is built in a file beside the dataset, and its tables are copied into the
//! dataset at the end (<https://www.sqlite.org/fts5.html#fts5_data_structures>): they are equal to
//! those that FTS5's `rebuild` would make. The same texts in the same order give the same bytes.

use std::fs;
use std::io;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use rusqlite::types::{ToSqlOutput, ValueRef};

use super::configure_bulk_load;
use super::statements;
use crate::export::error::Error;
use crate::export::layout::Layout;
use crate::export::table::Cell;

/// The name of the temporary file of the index.
const FILE_NAME: &str = "search.sqlite";

// At most BATCHES batches of texts wait for the builder: the tables are filled faster than the index
// is built, and would otherwise hold all texts in memory.
const BATCH_BYTES: usize = 1 << 20;
const BATCHES: usize = 8;

/// A text of the index, with the row that it belongs to.
struct Text {
    row: i64,
    heading: String,
    text: String,
}

/// An index that is being built.
pub(super) struct FullTextIndex {
    path: PathBuf,
    /// The index of the child table with the texts.
    child_table: usize,
    /// Its columns with headings and texts.
    columns: [usize; 2],
    batch: Vec<Text>,
    bytes: usize,
    sender: Option<SyncSender<Vec<Text>>>,
    builder: Option<JoinHandle<rusqlite::Result<()>>>,
}

impl FullTextIndex {
    /// Starts the builder in the dataset's folder, if the dataset has texts to search.
    pub(super) fn begin(folder: &Path, layout: &Layout) -> Result<Option<Self>, Error> {
        let Some((child_table, columns)) = statements::full_text_columns(layout) else {
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
            child_table,
            columns,
            batch: Vec::new(),
            bytes: 0,
            sender: Some(sender),
            builder: Some(builder),
        }))
    }

    /// Adds a row of a child table, by the index of the table.
    pub(super) fn add(
        &mut self,
        child_table: usize,
        row: u64,
        cells: &[Cell<'_>],
    ) -> Result<(), Error> {
        if child_table != self.child_table {
            return Ok(());
        }
        // Copied, because the record is dropped before the builder reads its texts.
        let text_of = |column: usize| match cells.get(column) {
            Some(Cell::Text(text)) => text.as_ref().to_owned(),
            _ => String::new(),
        };
        let [heading, text] = self.columns.map(text_of);
        self.bytes += heading.len() + text.len();
        let row = i64::try_from(row).unwrap_or(i64::MAX);
        self.batch.push(Text { row, heading, text });
        if self.bytes < BATCH_BYTES {
            return Ok(());
        }
        self.send_batch()
    }

    /// Sends a batch to the builder. A builder that has stopped has failed: its error is returned.
    fn send_batch(&mut self) -> Result<(), Error> {
        self.bytes = 0;
        let batch = mem::take(&mut self.batch);
        let sent = self.sender.as_ref().map(|sender| sender.send(batch));
        match sent {
            Some(Ok(())) => Ok(()),
            _ => self.join(),
        }
    }

    /// Waits for the builder, and returns its error.
    fn join(&mut self) -> Result<(), Error> {
        // Closes the channel, which ends the builder's loop: otherwise `join` would wait forever.
        self.sender = None;
        let Some(builder) = self.builder.take() else {
            let error = io::Error::other("the full-text index has failed before");
            return Err(Error::write(&self.path)(error));
        };
        match builder.join() {
            Ok(built) => built.map_err(Error::write(&self.path)),
            Err(_) => {
                let error = io::Error::other("the thread that builds the full-text index panicked");
                Err(Error::write(&self.path)(error))
            }
        }
    }

    /// Copies the finished index into the dataset, which has no transaction open, and removes its
    /// file.
    pub(super) fn finish(mut self, dataset: &Connection) -> Result<(), Error> {
        self.send_batch()?;
        self.join()?;
        let attach = "attach database ?1 as \"built\"";
        // As bytes: the path need not be Unicode.
        let file = ValueRef::Text(self.path.as_os_str().as_encoded_bytes());
        dataset
            .execute(attach, [ToSqlOutput::Borrowed(file)])
            .and_then(|_| dataset.execute_batch(statements::COPY_FULL_TEXT_INDEX))
            .map_err(Error::write(&self.path))?;
        fs::remove_file(&self.path).map_err(Error::write(&self.path))
    }
}

impl Drop for FullTextIndex {
    /// An export that fails removes its folder: the builder must not write in it any more.
    fn drop(&mut self) {
        self.sender = None;
        if let Some(builder) = self.builder.take() {
            // The dataset is discarded already, whatever the result.
            let _ = builder.join();
        }
    }
}

/// Builds the index of all texts until the channel is closed.
fn build(connection: Connection, texts: &Receiver<Vec<Text>>) -> rusqlite::Result<()> {
    configure_bulk_load(&connection)?;
    // One transaction for all texts: each commit would write another segment to merge.
    connection.execute_batch("begin")?;
    connection.execute_batch(statements::CREATE_FULL_TEXT_INDEX)?;
    connection.execute_batch(statements::TUNE_FULL_TEXT_INDEX)?;
    let mut insert = connection.prepare(statements::INSERT_TEXT)?;
    for batch in texts {
        for Text { row, heading, text } in batch {
            insert.execute((row, heading, text))?;
        }
    }
    drop(insert);
    connection.execute_batch(statements::OPTIMIZE_FULL_TEXT_INDEX)?;
    connection.execute_batch("commit")?;
    connection.close().map_err(|(_, error)| error)
}
