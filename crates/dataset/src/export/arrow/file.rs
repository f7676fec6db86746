//! How do batches become a file?

use std::error::Error as AnyError;
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

/// Why a library could not write.
type Trouble = Box<dyn AnyError + Send + Sync>;

/// A file that takes batches of rows.
pub(in crate::export) trait BatchFile: Send + Sized {
    /// The end of its name.
    const EXTENSION: &'static str;

    /// Makes the file, which must not be there.
    fn create(path: &Path, schema: SchemaRef) -> Result<Self, Error>;

    /// Adds rows.
    fn write(&mut self, batch: &RecordBatch) -> Result<(), Trouble>;

    /// About how many bytes are not yet in the file.
    fn held_back(&self) -> usize {
        0
    }

    /// Writes those.
    fn flush(&mut self) -> Result<(), Trouble> {
        Ok(())
    }

    /// Ends the file.
    fn finish(self) -> Result<(), Trouble>;
}

fn create_new(path: &Path) -> Result<BufWriter<File>, Error> {
    let file = File::create_new(path).map_err(Error::write(path))?;
    Ok(BufWriter::new(file))
}

/// Apache Parquet, packed with Snappy, which every reader knows.
pub(in crate::export) struct ParquetFile(ArrowWriter<BufWriter<File>>);

impl BatchFile for ParquetFile {
    const EXTENSION: &'static str = "parquet";

    fn create(path: &Path, schema: SchemaRef) -> Result<Self, Error> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("diarium ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let file = create_new(path)?;
        let writer = ArrowWriter::try_new(file, schema, Some(properties));
        Ok(Self(writer.map_err(Error::write(path))?))
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), Trouble> {
        Ok(self.0.write(batch)?)
    }

    fn held_back(&self) -> usize {
        self.0.in_progress_size()
    }

    fn flush(&mut self) -> Result<(), Trouble> {
        Ok(self.0.flush()?)
    }

    fn finish(self) -> Result<(), Trouble> {
        // The buffer is written when the file is closed; `into_inner` tells if it could not be.
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
        let writer = FileWriter::try_new(file, &schema);
        Ok(Self(writer.map_err(Error::write(path))?))
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), Trouble> {
        Ok(self.0.write(batch)?)
    }

    fn finish(mut self) -> Result<(), Trouble> {
        self.0.finish()?;
        self.0.into_inner()?.into_inner()?;
        Ok(())
    }
}
