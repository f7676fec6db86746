//! Redo log: the file operations that are committed and not yet carried out.
//!
//! A [`Change`] adds operations to the table `pending_operations` in the transaction that changes the
//! rows. `store` carries them out after the commit, in their order, and deletes them. What a killed
//! process left is carried out when the folder is opened again.

use super::{Catalogue, Change, Error};

/// A change of a file in the output folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileOperation {
    /// Renames a file, over an existing one.
    Rename {
        /// The old path, relative to the output folder.
        source: String,
        /// The new path, relative to the output folder.
        target: String,
    },
    /// Removes a file.
    Remove {
        /// Its path, relative to the output folder.
        target: String,
    },
}

impl Catalogue {
    /// The pending operations with their numbers, in their order.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn pending(&self) -> Result<Vec<(i64, FileOperation)>, Error> {
        // SQLite numbers a new row one above the highest: numbers are in the order of insertion.
        self.rows(
            "select operation, action, source, target from pending_operations order by operation",
            [],
            |row| {
                let (action, source): (String, Option<String>) = (row.get(1)?, row.get(2)?);
                let target = row.get(3)?;
                // A check of the table allows no other action.
                let operation = match (action.as_str(), source) {
                    ("rename", Some(source)) => FileOperation::Rename { source, target },
                    _ => FileOperation::Remove { target },
                };
                Ok((row.get(0)?, operation))
            },
        )
    }

    /// Deletes the operations up to and including this number, which were carried out.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn delete_pending(&mut self, last: i64) -> Result<(), Error> {
        self.connection.execute(
            "delete from pending_operations where operation <= ?1",
            [last],
        )?;
        Ok(())
    }
}

impl Change<'_> {
    /// Adds the renaming of a file. Both paths are relative to the output folder.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn rename(&self, source: &str, target: &str) -> Result<(), Error> {
        self.execute(
            "insert into pending_operations (action, source, target) values ('rename', ?1, ?2)",
            [source, target],
        )
    }

    /// Adds the removal of a file. Its path is relative to the output folder.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn remove(&self, target: &str) -> Result<(), Error> {
        self.execute(
            "insert into pending_operations (action, target) values ('remove', ?1)",
            [target],
        )
    }
}
