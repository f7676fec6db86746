//! Roots: the input folders as the catalogue knows them.
//!
//! A document is identified by its root and its path below the root. A root has a name, which is unique
//! in the catalogue, and the absolute path of its folder, which may change: a disk is mounted elsewhere,
//! or another machine has the same folder under another path. Which root a file belongs to is decided by
//! `pipeline`.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;

use super::{Catalogue, Error, from_sql};

/// The number of a root in one catalogue.
pub type RootId = i64;

/// An input folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Root {
    /// Its number.
    #[serde(skip)]
    pub root: RootId,
    /// Its name, unique in the catalogue.
    pub name: String,
    /// The absolute path of its folder, escaped like paths of documents; `None` if it is unknown.
    pub path: Option<String>,
    /// Whether the user gave the name with `--root`.
    pub named: bool,
    /// The number of its documents, without removed ones and containers.
    pub documents: u64,
}

/// The identity of a document: its root, and its path below the root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The root.
    pub root: RootId,
    /// The path below the root, escaped.
    pub relative: String,
}

impl Catalogue {
    /// All roots, by name.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn roots(&self) -> Result<Vec<Root>, Error> {
        self.rows(
            "select roots.root, name, roots.path, named,
                 (select count(*) from documents
                  where documents.root = roots.root and removed_run is null
                      and outcome <> 'container')
             from roots order by name",
            [],
            root,
        )
    }

    /// Adds a root and returns its number. `name` is the name that the user gave; without one, the root
    /// has the name of its folder.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn add_root(&mut self, path: &str, name: Option<&str>) -> Result<RootId, Error> {
        insert(&self.connection, Some(path), name)
    }

    /// Sets the path of a root. Another root that had this path loses it.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn move_root(&mut self, root: RootId, path: &str) -> Result<(), Error> {
        // Paths are unique, so that the other root must lose it first.
        let transaction = self.connection.transaction()?;
        transaction.execute("update roots set path = null where path = ?1", [path])?;
        transaction.execute(
            "update roots set path = ?2 where root = ?1",
            params![root, path],
        )?;
        Ok(transaction.commit()?)
    }

    /// Sets the name of a root to one that the user gave.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn name_root(&mut self, root: RootId, name: &str) -> Result<(), Error> {
        self.connection.execute(
            "update roots set name = ?2, named = 1 where root = ?1",
            params![root, name],
        )?;
        Ok(())
    }

    /// Gives a root another, free name, because the user gave its name to another folder.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn rename_root(&mut self, root: RootId) -> Result<(), Error> {
        let query = "select name from roots where root = ?1";
        let name: String = self.connection.query_row(query, [root], |row| row.get(0))?;
        let free = free_name(&self.connection, &name)?;
        self.connection.execute(
            "update roots set name = ?2 where root = ?1",
            params![root, free],
        )?;
        Ok(())
    }

    /// Moves the documents of a root to another root, below its folder `inside`, and deletes the first.
    /// Documents that the other root has already are not changed.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn absorb_root(&mut self, root: RootId, into: RootId, inside: &str) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        absorb(&transaction, root, into, inside)?;
        Ok(transaction.commit()?)
    }

    /// Moves the documents below the folder `inside` of a root to another root. Documents that the other
    /// root has already are not changed.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn split_root(&mut self, root: RootId, inside: &str, into: RootId) -> Result<(), Error> {
        // A range and not `like`, for which `_` and `%` are wildcards and `a` is equal to `A`.
        // `0` follows `/` in the order of characters.
        self.connection.execute(
            "update or ignore documents set root = ?3, relative = substr(relative, length(?2) + 2)
             where root = ?1 and relative > ?2 || '/' and relative < ?2 || '0'",
            params![root, inside, into],
        )?;
        Ok(())
    }

    /// Gives a document another identity, unless another document has it.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn reidentify(&mut self, path: &str, identity: &Identity) -> Result<(), Error> {
        self.connection.execute(
            "update or ignore documents set root = ?2, relative = ?3 where path = ?1",
            params![path, identity.root, identity.relative],
        )?;
        Ok(())
    }

    /// The files of a root, without removed ones: path below the root, length and SHA-256. Members of
    /// containers are left out.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn files_of_root(&self, root: RootId) -> Result<Vec<(String, u64, Option<String>)>, Error> {
        self.rows(
            "select relative, bytes, id from documents
             where root = ?1 and removed_run is null and instr(relative, '!/') = 0
             order by relative",
            [root],
            |row| Ok((row.get(0)?, from_sql(row.get(1)?), row.get(2)?)),
        )
    }
}

fn root(row: &Row<'_>) -> rusqlite::Result<Root> {
    Ok(Root {
        root: row.get(0)?,
        name: row.get(1)?,
        path: row.get(2)?,
        named: row.get(3)?,
        documents: from_sql(row.get(4)?),
    })
}

/// Moves the documents of a root to another one; see [`Catalogue::absorb_root`].
pub(super) fn absorb(
    connection: &Connection,
    root: RootId,
    into: RootId,
    inside: &str,
) -> Result<(), Error> {
    connection.execute(
        "update or ignore documents set root = ?2, relative = ?3 || '/' || relative
         where root = ?1",
        params![root, into, inside],
    )?;
    // Documents that could not move still need their root.
    connection.execute(
        "delete from roots where root = ?1
             and not exists (select 1 from documents where root = ?1)",
        [root],
    )?;
    Ok(())
}

/// Adds a root; see [`Catalogue::add_root`]. A name that another root has gets a number: `2010~2`.
pub(super) fn insert(
    connection: &Connection,
    path: Option<&str>,
    name: Option<&str>,
) -> Result<RootId, Error> {
    let folder = path.and_then(|path| path.rsplit('/').find(|part| !part.is_empty()));
    // The root `/` and roots without a known folder have no name.
    let free = free_name(connection, name.or(folder).unwrap_or("input"))?;
    connection.execute(
        "insert into roots (name, path, named) values (?1, ?2, ?3)",
        params![free, path, name.is_some()],
    )?;
    Ok(connection.last_insert_rowid())
}

/// A name that no root has: the given one, or one with a number.
fn free_name(connection: &Connection, wanted: &str) -> Result<String, Error> {
    // No other process can take the name before it is inserted: the caller holds the lock of the folder.
    let mut free = wanted.to_owned();
    let mut number = 2_u64;
    while is_taken(connection, &free)? {
        free = format!("{wanted}~{number}");
        number += 1;
    }
    Ok(free)
}

fn is_taken(connection: &Connection, name: &str) -> Result<bool, Error> {
    let query = "select 1 from roots where name = ?1";
    let found = connection.query_row(query, [name], |_| Ok(()));
    Ok(found.optional()?.is_some())
}
