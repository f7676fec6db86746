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
    graph.extend(licence(facts));
    graph.extend(creators(facts));
    graph.extend(runs(facts));
    json!({
        "@context": ["https://w3id.org/ro/crate/1.1/context", {"sha256": "https://schema.org/sha256"}],
        "@graph": graph,
    })
}

fn refer<T: AsRef<str>>(ids: impl IntoIterator<Item = T>) -> Value {
    ids.into_iter()
        .map(|id| json!({"@id": id.as_ref()}))
        .collect()
}

fn root(facts: &Facts<'_>) -> Value {
    let given = facts.given;
    let others = FILES[..2].iter().map(|name| (*name).to_owned());
    let parts = facts
        .files
        .iter()
        .map(|file| file.path.clone())
        .chain(others);
    let licence = given
        .licence
        .as_ref()
        .map(|licence| json!({"@id": licence.address()}));
    object([
        ("@id", json!("./")),
        ("@type", json!("Dataset")),
        ("name", json!(facts.title())),
        ("description", json!(facts.description())),
        ("datePublished", json!(facts.published())),
        ("version", json!(given.version)),
        ("license", licence.unwrap_or(Value::Null)),
        (
            "author",
            refer((0..given.creators.len()).map(|index| creator_id(facts, index))),
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

fn licence(facts: &Facts<'_>) -> Option<Value> {
    let licence = facts.given.licence.as_ref()?;
    let title = licence.title.as_ref().unwrap_or(&licence.name);
    Some(json!({
        "@id": licence.address(),
        "@type": "CreativeWork",
        "name": title,
        "identifier": licence.name,
        "description": format!("The licence of this dataset: {title}."),
    }))
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
            ("affiliation", json!(creator.affiliation)),
        ])
    })
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
