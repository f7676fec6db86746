//! Arrow and Parquet files: writers of record batches.

use std::error::Error as StdError;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use arrow_array::RecordBatch;
use arrow_ipc::writer::FileWriter;
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use crate::export::error::Error;

/// An error of a format's library.
type WriterError = Box<dyn StdError + Send + Sync>;

/// A file of record batches.
pub(in crate::export) trait BatchFile: Send + Sized {
    /// The file name extension.
    const EXTENSION: &'static str;

    /// Creates the file, which must not exist.
    fn create(path: &Path, schema: SchemaRef) -> Result<Self, Error>;

    /// Appends a batch.
    fn write(&mut self, batch: &RecordBatch) -> Result<(), WriterError>;

    /// About how many bytes are buffered in memory.
    // The defaults are for Arrow, where each batch is written at once. Parquet collects a row group.
    fn buffered_bytes(&self) -> usize {
        0
    }

    /// Writes the buffered rows.
    fn flush(&mut self) -> Result<(), WriterError> {
        Ok(())
    }

    /// Completes the file.
    fn finish(self) -> Result<(), WriterError>;
}

fn create_new(path: &Path) -> Result<BufWriter<File>, Error> {
    let file = File::create_new(path).map_err(Error::write(path))?;
    Ok(BufWriter::new(file))
}

/// Apache Parquet, compressed with Snappy.
pub(in crate::export) struct ParquetFile(ArrowWriter<BufWriter<File>>);

impl BatchFile for ParquetFile {
    const EXTENSION: &'static str = "parquet";

    fn create(path: &Path, schema: SchemaRef) -> Result<Self, Error> {
        let properties = WriterProperties::builder()
            // Every Parquet reader supports Snappy.
            .set_compression(Compression::SNAPPY)
            // The default has the version of the library: each update of it would change the bytes.
            .set_created_by(concat!("diarium ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let file = create_new(path)?;
        let writer = ArrowWriter::try_new(file, schema, Some(properties));
        Ok(Self(writer.map_err(Error::write(path))?))
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), WriterError> {
        Ok(self.0.write(batch)?)
    }

    fn buffered_bytes(&self) -> usize {
        self.0.in_progress_size()
    }

    fn flush(&mut self) -> Result<(), WriterError> {
        Ok(self.0.flush()?)
    }

    fn finish(self) -> Result<(), WriterError> {
        // `into_inner` writes the buffer, and reports an error that dropping it would hide.
        self.0.into_inner()?.into_inner()?;
        Ok(())
    }
}

/// Arrow's file format, also called Feather.
pub(in crate::export) struct ArrowFile(FileWriter<BufWriter<File>>);

impl BatchFile for ArrowFile {
    const EXTENSION: &'static str = "arrow";

    fn create(path: &Path, schema: SchemaRef) -> Result<Self, Error> {
        let file = create_new(path)?;
        // Not compressed, so that a program can map the file into memory instead of reading it.
        let writer = FileWriter::try_new(file, &schema);
        Ok(Self(writer.map_err(Error::write(path))?))
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), WriterError> {
        Ok(self.0.write(batch)?)
    }

    fn finish(mut self) -> Result<(), WriterError> {
        // Writes the footer with the positions of all batches, without which no reader opens the file.
        self.0.finish()?;
        self.0.into_inner()?.into_inner()?;
        Ok(())
    }
}
