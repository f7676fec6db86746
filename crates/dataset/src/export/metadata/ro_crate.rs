//! RO-Crate metadata (`ro-crate-metadata.json`).
//!
//! Version 1.1: <https://www.researchobject.org/ro-crate/specification/1.1/>.

use serde_json::{Value, json};

use super::{DATA_PACKAGE, FILES, Metadata, Run, object};

/// The metadata document of the crate.
pub(super) fn document(metadata: &Metadata<'_>) -> Value {
    let mut graph = vec![
        json!({
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
            "about": {"@id": "./"},
        }),
        root(metadata),
    ];
    graph.extend(files(metadata));
    graph.extend(descriptions());
    graph.push(license(metadata));
    graph.extend(creators(metadata));
    graph.extend(organizations(metadata));
    graph.extend(runs(metadata));
    json!({
        // The context of version 1.1 has no term for `sha256`.
        "@context": ["https://w3id.org/ro/crate/1.1/context", {"sha256": "https://schema.org/sha256"}],
        "@graph": graph,
    })
}

/// References to entities; a single one is not in an array, as the specification prescribes.
fn references<T: AsRef<str>>(ids: impl IntoIterator<Item = T>) -> Value {
    let ids = ids.into_iter().map(|id| json!({"@id": id.as_ref()}));
    let mut ids: Vec<Value> = ids.collect();
    match ids.len() {
        0 | 1 => ids.pop().unwrap_or(Value::Null),
        _ => Value::Array(ids),
    }
}

fn root(metadata: &Metadata<'_>) -> Value {
    let description = metadata.description;
    // Without the crate's own descriptor, which is no part of the data (section "RO-Crate Metadata File
    // Descriptor"): it refers to the root by `about`.
    let others = FILES[..2].iter().map(|name| (*name).to_owned());
    let parts = metadata
        .files
        .iter()
        .map(|file| file.path.clone())
        .chain(others);
    let publisher = description.publisher.as_ref();
    object([
        ("@id", json!("./")),
        ("@type", json!("Dataset")),
        ("name", json!(metadata.title())),
        ("description", json!(metadata.summary())),
        ("datePublished", json!(metadata.published())),
        ("version", json!(description.version)),
        ("license", references([license_id(metadata)])),
        ("author", references(creator_ids(metadata))),
        (
            "publisher",
            references(publisher.map(|publisher| organization_id(metadata, &publisher.name))),
        ),
        (
            "keywords",
            match description.keywords.as_slice() {
                [] => Value::Null,
                words => json!(words.join(", ")),
            },
        ),
        ("url", json!(description.homepage)),
        ("creditText", json!(description.citation)),
        ("hasPart", references(parts)),
        ("mentions", references(metadata.runs.iter().map(run_id))),
    ])
}

fn files(metadata: &Metadata<'_>) -> impl Iterator<Item = Value> {
    metadata.files.iter().map(|file| {
        json!({
            "@id": file.path,
            "@type": "File",
            "name": file.path,
            "description": metadata.describe(file),
            "encodingFormat": metadata.media_type(file),
            "contentSize": file.bytes.to_string(),
            "sha256": file.sha256,
        })
    })
}

fn descriptions() -> impl Iterator<Item = Value> {
    let what = |name: &str| match name {
        DATA_PACKAGE => {
            "This dataset as a Frictionless Data Package, with the types of all columns."
        }
        _ => "This dataset as MLCommons Croissant.",
    };
    FILES[..2].iter().map(move |name| {
        json!({
            "@id": name, "@type": "File", "name": name, "description": what(name),
            "encodingFormat": "application/json",
        })
    })
}

/// The id of the license. The specification requires one, so that there is an entity that says that no
/// license is stated.
fn license_id(metadata: &Metadata<'_>) -> String {
    let licence = metadata.description.licence.as_ref();
    licence.map_or("#no-licence".to_owned(), |licence| licence.address())
}

fn license(metadata: &Metadata<'_>) -> Value {
    let (name, identifier, description) = match &metadata.description.licence {
        Some(licence) => {
            let title = licence.title.as_ref().unwrap_or(&licence.name);
            let description = format!("The licence of this dataset: {title}.");
            (title.as_str(), Some(&licence.name), description)
        }
        None => {
            let description =
                "Nobody has said what may be done with this dataset. Ask before you use it.";
            ("No licence stated", None, description.to_owned())
        }
    };
    object([
        ("@id", json!(license_id(metadata))),
        ("@type", json!("CreativeWork")),
        ("name", json!(name)),
        ("identifier", json!(identifier)),
        ("description", json!(description)),
    ])
}

/// The id of a creator: their address, or an id within the crate.
fn creator_id(metadata: &Metadata<'_>, index: usize) -> String {
    let url = metadata
        .description
        .creators
        .get(index)
        .and_then(|creator| creator.url.clone());
    url.unwrap_or_else(|| format!("#creator-{}", index + 1))
}

fn creators(metadata: &Metadata<'_>) -> impl Iterator<Item = Value> {
    let creators = metadata.description.creators.iter().enumerate();
    creators.map(|(index, creator)| {
        let works_for = creator.affiliation.as_ref();
        object([
            ("@id", json!(creator_id(metadata, index))),
            (
                "@type",
                json!(if creator.organisation {
                    "Organization"
                } else {
                    "Person"
                }),
            ),
            ("name", json!(creator.name)),
            ("email", json!(creator.email)),
            ("url", json!(creator.url)),
            (
                "affiliation",
                references(works_for.map(|name| organization_id(metadata, name))),
            ),
        ])
    })
}

/// The organizations that creators work for, and the publisher, each once, without those that are
/// creators themselves.
fn organizations(metadata: &Metadata<'_>) -> Vec<Value> {
    let description = metadata.description;
    let publisher = description
        .publisher
        .iter()
        .map(|publisher| &publisher.name);
    let employers = description
        .creators
        .iter()
        .filter_map(|creator| creator.affiliation.as_ref());
    let mut ids: Vec<String> = creator_ids(metadata).collect();
    let mut entities = Vec::new();
    for name in publisher.chain(employers) {
        let id = organization_id(metadata, name);
        if !ids.contains(&id) {
            entities.push(object([
                ("@id", json!(id)),
                ("@type", json!("Organization")),
                ("name", json!(name)),
                ("url", json!(organization_url(metadata, name))),
            ]));
            ids.push(id);
        }
    }
    entities
}

fn creator_ids(metadata: &Metadata<'_>) -> impl Iterator<Item = String> {
    (0..metadata.description.creators.len()).map(|index| creator_id(metadata, index))
}

/// The id of an organization: that of the creator if it is one, or its address, or its name.
fn organization_id(metadata: &Metadata<'_>, name: &str) -> String {
    let mut creators = metadata.description.creators.iter();
    let index = creators.position(|creator| creator.organisation && creator.name == name);
    match (index, organization_url(metadata, name)) {
        (Some(index), _) => creator_id(metadata, index),
        (None, Some(url)) => url.clone(),
        (None, None) => {
            let letters = name.to_lowercase();
            let letter = |one: char| if one.is_alphanumeric() { one } else { '-' };
            format!("#{}", letters.chars().map(letter).collect::<String>())
        }
    }
}

fn organization_url<'f>(metadata: &'f Metadata<'_>, name: &str) -> Option<&'f String> {
    let publisher = metadata.description.publisher.as_ref();
    publisher
        .filter(|publisher| publisher.name == name)?
        .url
        .as_ref()
}

fn run_id(run: &Run) -> String {
    format!("#run-{}", run.id)
}

fn software_id(run: &Run) -> String {
    format!("#diarium-{}", run.version)
}

/// The runs, and each version of the program once.
fn runs(metadata: &Metadata<'_>) -> Vec<Value> {
    let mut entities: Vec<Value> = Vec::new();
    let mut versions: Vec<&str> = Vec::new();
    for run in &metadata.runs {
        entities.push(object([
            ("@id", json!(run_id(run))),
            ("@type", json!("CreateAction")),
            ("name", json!(format!("Run {} of diarium", run.id))),
            (
                "description",
                json!(format!(
                    "Made records of documents with the profiles {} and the engine {}.",
                    run.profiles, run.engine
                )),
            ),
            ("startTime", json!(run.started)),
            ("endTime", json!(run.ended)),
            ("instrument", json!({"@id": software_id(run)})),
            ("result", json!({"@id": "./"})),
        ]));
        if !versions.contains(&run.version.as_str()) {
            versions.push(&run.version);
            entities.push(json!({
                "@id": software_id(run),
                "@type": "SoftwareApplication",
                "name": "diarium",
                "version": run.version,
            }));
        }
    }
    entities
}
