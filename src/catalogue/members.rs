//! Members: what each container holds.
//!
//! A container is a row of `documents` as well: with the outcome `container`, or, if it has a text of its
//! own, such as an e-mail, like any other document. The path of a member below its root is that of the
//! container, `!/`, and its path in the container. Its row has the state of the outermost container, which
//! is the file that exists.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, params};

use super::roots::{Identity, RootId};
use super::{Catalogue, Change, Error, RunId, to_sql};
use diarium_document::MEMBER_SEPARATOR;

/// A container and its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownContainer {
    /// The path that it was assigned.
    pub path: String,
    /// The paths of its members in it, in its order.
    pub members: Vec<String>,
}

/// What a run made of a file, as far as it matters for what is in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listing {
    /// The run did not find it.
    Unseen,
    /// It was opened, in this run or in an earlier one: its members are known.
    Listed {
        /// The path that it was assigned.
        path: String,
    },
    /// It cannot be opened, or is damaged: not all of its members are known.
    Incomplete {
        /// The path that it was assigned.
        path: String,
    },
}

/// Whether the path of a document below its root is that of a member of a container.
pub fn is_member(relative: &str) -> bool {
    relative.contains(MEMBER_SEPARATOR)
}

impl Catalogue {
    /// The containers that a run found, with their members. Those without members are left out.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn containers(&self, run: RunId) -> Result<HashMap<Identity, KnownContainer>, Error> {
        let rows = self.rows(
            "select root, relative, path, member from members
                 join documents on document = container
             where seen_run = ?1 and outcome in ('container', 'done')
             order by container, number",
            [run],
            |row| {
                let identity = Identity {
                    root: row.get(0)?,
                    relative: row.get(1)?,
                };
                Ok((identity, row.get::<_, String>(2)?, row.get::<_, String>(3)?))
            },
        )?;
        let mut containers: HashMap<Identity, KnownContainer> = HashMap::new();
        for (identity, path, member) in rows {
            let container = containers.entry(identity).or_insert(KnownContainer {
                path,
                members: Vec::new(),
            });
            container.members.push(member);
        }
        Ok(containers)
    }

    /// What a run made of a file or container.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn listing(&self, root: RootId, relative: &str, run: RunId) -> Result<Listing, Error> {
        let mut statement = self.connection.prepare_cached(
            "select path, outcome = 'failed' or exists (select 1 from json_each(warnings)
                 where json_extract(value, '$.code') = 'damaged-file') from documents
             where root = ?1 and relative = ?2 and seen_run = ?3 and outcome <> 'pruned'",
        )?;
        let row = statement.query_row(params![root, relative, run], |row| {
            Ok((row.get(0)?, row.get::<_, bool>(1)?))
        });
        Ok(match row.optional()? {
            None => Listing::Unseen,
            Some((path, true)) => Listing::Incomplete { path },
            Some((path, false)) => Listing::Listed { path },
        })
    }

    /// Stores that the sources of documents cannot be read, because their container is damaged or cannot
    /// be opened. Their records are kept. Documents without a record are not changed.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn mark_unreachable<'p>(
        &mut self,
        run: RunId,
        documents: impl IntoIterator<Item = (&'p str, &'p str)>,
    ) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        for (path, container) in documents {
            let message = format!("its container {container} is damaged or cannot be opened");
            transaction
                .prepare_cached(
                    "update documents set source_code = 'unreadable', source_message = ?3,
                         seen_run = ?2, removed_run = null
                     where path = ?1 and record is not null",
                )?
                .execute(params![path, run, message])?;
        }
        Ok(transaction.commit()?)
    }

    /// The paths of the documents in a container, also in the containers there.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn documents_inside(&self, path: &str) -> Result<Vec<String>, Error> {
        // A range and not `like`, for which `_` and `%` are wildcards. `0` follows `/` in the order of
        // characters.
        self.rows(
            "select document.path from documents as container join documents as document using (root)
             where container.path = ?1 and document.relative > container.relative || '!/'
                 and document.relative < container.relative || '!0'
             order by document.path",
            [path],
            |row| row.get(0),
        )
    }
}

impl Change<'_> {
    /// Replaces the members of a container.
    pub(super) fn set_members<'m>(
        &self,
        container: i64,
        members: impl IntoIterator<Item = &'m str>,
    ) -> Result<(), Error> {
        self.execute("delete from members where container = ?1", [container])?;
        for (number, member) in members.into_iter().enumerate() {
            self.execute(
                "insert into members (container, number, member) values (?1, ?2, ?3)",
                params![container, to_sql(number), member],
            )?;
        }
        Ok(())
    }
}
