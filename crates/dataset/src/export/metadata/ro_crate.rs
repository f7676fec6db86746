//! An RO-Crate (<https://www.researchobject.org/ro-crate/specification/1.1/>).

use serde_json::{Value, json};

use super::{DATA_PACKAGE, FILES, Facts, Run, object};

/// The crate's metadata document.
pub(super) fn crate_of(facts: &Facts<'_>) -> Value {
    let mut graph = vec![
        json!({
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
            "about": {"@id": "./"},
        }),
        root(facts),
    ];
    graph.extend(files(facts));
    graph.extend(descriptions());
    graph.push(licence(facts));
    graph.extend(creators(facts));
    graph.extend(organisations(facts));
    graph.extend(runs(facts));
    json!({
        "@context": ["https://w3id.org/ro/crate/1.1/context", {"sha256": "https://schema.org/sha256"}],
        "@graph": graph,
    })
}

/// References; one stands alone, as the specification would have it.
fn refer<T: AsRef<str>>(ids: impl IntoIterator<Item = T>) -> Value {
    let ids = ids.into_iter().map(|id| json!({"@id": id.as_ref()}));
    let mut ids: Vec<Value> = ids.collect();
    match ids.len() {
        0 | 1 => ids.pop().unwrap_or(Value::Null),
        _ => Value::Array(ids),
    }
}

fn root(facts: &Facts<'_>) -> Value {
    let given = facts.given;
    let others = FILES[..2].iter().map(|name| (*name).to_owned());
    let parts = facts
        .files
        .iter()
        .map(|file| file.path.clone())
        .chain(others);
    let publisher = given.publisher.as_ref();
    object([
        ("@id", json!("./")),
        ("@type", json!("Dataset")),
        ("name", json!(facts.title())),
        ("description", json!(facts.description())),
        ("datePublished", json!(facts.published())),
        ("version", json!(given.version)),
        ("license", refer([licence_id(facts)])),
        ("author", refer(creator_ids(facts))),
        (
            "publisher",
            refer(publisher.map(|publisher| organisation_id(facts, &publisher.name))),
        ),
        (
            "keywords",
            match given.keywords.as_slice() {
                [] => Value::Null,
                words => json!(words.join(", ")),
            },
        ),
        ("url", json!(given.homepage)),
        ("creditText", json!(given.citation)),
        ("hasPart", refer(parts)),
        ("mentions", refer(facts.runs.iter().map(run_id))),
    ])
}

fn files(facts: &Facts<'_>) -> impl Iterator<Item = Value> {
    facts.files.iter().map(|file| {
        json!({
            "@id": file.path,
            "@type": "File",
            "name": file.path,
            "description": facts.describe(file),
            "encodingFormat": facts.media_type(file),
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

/// Where the licence stands; a crate must have one, and be it that there is none.
fn licence_id(facts: &Facts<'_>) -> String {
    let licence = facts.given.licence.as_ref();
    licence.map_or("#no-licence".to_owned(), |licence| licence.address())
}

fn licence(facts: &Facts<'_>) -> Value {
    let (name, identifier, description) = match &facts.given.licence {
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
        ("@id", json!(licence_id(facts))),
        ("@type", json!("CreativeWork")),
        ("name", json!(name)),
        ("identifier", json!(identifier)),
        ("description", json!(description)),
    ])
}

/// The address that stands for a creator, else a name within the crate.
fn creator_id(facts: &Facts<'_>, index: usize) -> String {
    let url = facts
        .given
        .creators
        .get(index)
        .and_then(|creator| creator.url.clone());
    url.unwrap_or_else(|| format!("#creator-{}", index + 1))
}

fn creators(facts: &Facts<'_>) -> impl Iterator<Item = Value> {
    let creators = facts.given.creators.iter().enumerate();
    creators.map(|(index, creator)| {
        let works_for = creator.affiliation.as_ref();
        object([
            ("@id", json!(creator_id(facts, index))),
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
                refer(works_for.map(|name| organisation_id(facts, name))),
            ),
        ])
    })
}

/// The organisations that creators work for, and the publisher, each once; those that are creators
/// themselves are there already.
fn organisations(facts: &Facts<'_>) -> Vec<Value> {
    let given = facts.given;
    let publisher = given.publisher.iter().map(|publisher| &publisher.name);
    let employers = given
        .creators
        .iter()
        .filter_map(|creator| creator.affiliation.as_ref());
    let mut named: Vec<String> = creator_ids(facts).collect();
    let mut entities = Vec::new();
    for name in publisher.chain(employers) {
        let id = organisation_id(facts, name);
        if !named.contains(&id) {
            entities.push(object([
                ("@id", json!(id)),
                ("@type", json!("Organization")),
                ("name", json!(name)),
                ("url", json!(organisation_url(facts, name))),
            ]));
            named.push(id);
        }
    }
    entities
}

fn creator_ids(facts: &Facts<'_>) -> impl Iterator<Item = String> {
    (0..facts.given.creators.len()).map(|index| creator_id(facts, index))
}

/// What stands for an organisation: for a creator its id, else its address or its name.
fn organisation_id(facts: &Facts<'_>, name: &str) -> String {
    let mut creators = facts.given.creators.iter();
    let index = creators.position(|creator| creator.organisation && creator.name == name);
    match (index, organisation_url(facts, name)) {
        (Some(index), _) => creator_id(facts, index),
        (None, Some(url)) => url.clone(),
        (None, None) => {
            let letters = name.to_lowercase();
            let letter = |one: char| if one.is_alphanumeric() { one } else { '-' };
            format!("#{}", letters.chars().map(letter).collect::<String>())
        }
    }
}

fn organisation_url<'f>(facts: &'f Facts<'_>, name: &str) -> Option<&'f String> {
    let publisher = facts.given.publisher.as_ref();
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

/// The runs, and each version of the program that they used once.
fn runs(facts: &Facts<'_>) -> Vec<Value> {
    let mut entities: Vec<Value> = Vec::new();
    let mut versions: Vec<&str> = Vec::new();
    for run in &facts.runs {
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
