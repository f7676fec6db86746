//! Parts of OOXML packages: the main part of a document or workbook, and those that its relationships name.

use diarium_document::{Failure, Heartbeat};

use super::{
    package::Package,
    xml::{Tree, Xml},
};

/// A relationship of the main part.
#[derive(Debug)]
struct Relationship {
    id: String,
    /// The last word of its type, such as `styles`.
    role: String,
    /// The name of the part that it leads to.
    part: String,
}

/// The relationships of the main part.
#[derive(Debug)]
pub(super) struct Parts {
    /// The name of the main part.
    pub(super) main: String,
    relationships: Vec<Relationship>,
}

impl Parts {
    /// The parts of a package whose main part usually has this name.
    ///
    /// # Errors
    /// If the package exceeds the limits.
    pub(super) fn of(
        package: &mut Package<'_>,
        usual: &str,
        heartbeat: &Heartbeat,
    ) -> Result<Self, Failure> {
        let root = relationships(package, "", heartbeat)?;
        let stated = root.into_iter().find(|it| it.role == "officeDocument");
        let main = stated
            .map(|it| it.part)
            .filter(|part| package.has(part))
            .unwrap_or_else(|| usual.to_owned());
        Ok(Self {
            relationships: relationships(package, &main, heartbeat)?,
            main,
        })
    }

    /// The name of the part with this role; the usual one if the relationships are lost.
    pub(super) fn with_role(&self, role: &str) -> String {
        let mut found = self.relationships.iter();
        found.find(|it| it.role == role).map_or_else(
            || format!("{}{role}.xml", folder(&self.main)),
            |it| it.part.clone(),
        )
    }

    /// The parts that another part than the main one names.
    ///
    /// # Errors
    /// If the package exceeds the limits.
    pub(super) fn beside(
        package: &mut Package<'_>,
        part: &str,
        heartbeat: &Heartbeat,
    ) -> Result<Self, Failure> {
        Ok(Self {
            relationships: relationships(package, part, heartbeat)?,
            main: part.to_owned(),
        })
    }

    /// Whether there is a part with this role.
    pub(super) fn has_role(&self, role: &str) -> bool {
        self.relationships.iter().any(|it| it.role == role)
    }

    /// The names of all parts with this role.
    pub(super) fn all_with_role(&self, role: &str) -> Vec<String> {
        let found = self.relationships.iter().filter(|it| it.role == role);
        found.map(|it| it.part.clone()).collect()
    }

    /// The name of the part with this identifier.
    pub(super) fn with_id(&self, id: &str) -> Option<&str> {
        let mut found = self.relationships.iter();
        found.find(|it| it.id == id).map(|it| it.part.as_str())
    }
}

/// A part as a tree; an empty one if there is no such part.
///
/// # Errors
/// If the part exceeds the limits.
pub(super) fn tree(
    package: &mut Package<'_>,
    name: &str,
    heartbeat: &Heartbeat,
) -> Result<Tree, Failure> {
    let text = package.xml(name)?.unwrap_or_default();
    Ok(Xml::new(&text, heartbeat).root())
}

/// The relationships of a part.
fn relationships(
    package: &mut Package<'_>,
    part: &str,
    heartbeat: &Heartbeat,
) -> Result<Vec<Relationship>, Failure> {
    let folder = folder(part);
    let file = part.get(folder.len()..).unwrap_or_default();
    let root = tree(package, &format!("{folder}_rels/{file}.rels"), heartbeat)?;
    let is_inside = |it: &&Tree| it.attribute("TargetMode") != Some("External");
    let all = root.all("Relationship").filter(is_inside);
    let found = all.filter_map(|it| {
        let target = it.attribute("Target")?;
        Some(Relationship {
            id: it.attribute("Id")?.to_owned(),
            role: it.attribute("Type")?.rsplit('/').next()?.to_owned(),
            part: absolute(folder, target),
        })
    });
    Ok(found.collect())
}

/// The folder of a part, with a slash at its end.
fn folder(part: &str) -> &str {
    let end = part.rfind('/').map_or(0, |slash| slash.saturating_add(1));
    part.get(..end).unwrap_or_default()
}

/// The name of the part to which a target leads from a folder.
fn absolute(folder: &str, target: &str) -> String {
    let joined = match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{folder}{target}"),
    };
    let mut steps = Vec::new();
    for step in joined.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            _ => steps.push(step),
        }
    }
    steps.join("/")
}
