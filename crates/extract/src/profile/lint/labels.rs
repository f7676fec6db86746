//! Label file rules: a label that is listed twice or for two fields, one that another language hides, and
//! fields that do not exist.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::{Finding, LintedFile, duplicates::Declared, toml_node::TomlNode};
use crate::profile::{
    built_in::LABEL_FILES, declaration::SharedDeclaration, suggest::nearest, vocabulary::normalize,
};

/// The owner of labels that name no field, in messages.
const NO_FIELD: &str = "no field";

/// Everything that is wrong with the built-in label files.
pub(super) fn check_built_in(shared: &SharedDeclaration) -> Vec<Finding> {
    let mut owners = BTreeMap::new();
    let files = LABEL_FILES.iter();
    files
        .flat_map(|&(_, file, text)| check(file, text, shared, &mut owners))
        .collect()
}

/// Everything that is wrong with one label file. `owners` has the labels of the files before it, with the
/// file and field.
pub(super) fn check<'f>(
    file: &'f str,
    text: &'f str,
    shared: &SharedDeclaration,
    owners: &mut BTreeMap<String, (&'f str, String)>,
) -> Vec<Finding> {
    let mut linted = LintedFile {
        file,
        text,
        findings: Vec::new(),
    };
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            linted.add(error.span().unwrap_or(0..0).start, error.message());
            return linted.findings;
        }
    };
    let mut labels = Declared::new("label");
    for group in TomlNode::root(table.get_ref()).items_of("group") {
        let field = group.get("field");
        let field = field.as_ref().and_then(|field| field.text());
        check_field(&group, field, shared, &mut linted);
        let owner = field.unwrap_or(NO_FIELD);
        for key in ["labels", "weak"] {
            for label in group.items_of(key) {
                labels.add(&label, owner, &mut linted);
                check_hidden(&label, owner, owners, &mut linted);
            }
        }
    }
    linted.findings
}

fn check_field(
    group: &TomlNode<'_>,
    field: Option<&str>,
    shared: &SharedDeclaration,
    linted: &mut LintedFile<'_>,
) {
    let Some(field) = field.filter(|field| !shared.fields.contains_key(*field)) else {
        return;
    };
    let known: Vec<&str> = shared.fields.keys().map(String::as_str).collect();
    let hint = match nearest(field, &known) {
        Some(known) => format!("did you mean {known}?"),
        None => "declare it in shared.toml".to_owned(),
    };
    linted.add(group.start, &format!("there is no field {field}; {hint}"));
}

/// Reports a label that names another field in a language before this one: that field is used.
fn check_hidden<'f>(
    label: &TomlNode<'_>,
    owner: &str,
    owners: &mut BTreeMap<String, (&'f str, String)>,
    linted: &mut LintedFile<'f>,
) {
    let Some(text) = label.text() else { return };
    let normalized = normalize(text.trim_end_matches(['…', ' ', ':']));
    match owners.get(&normalized) {
        Some((file, other)) if other != owner && *file != linted.file => {
            let message = format!(
                "the label “{text}” is claimed by {owner} here and by {other} in {file}, which is used; keep it in one"
            );
            linted.add(label.start, &message);
        }
        Some(_) => {}
        None => {
            owners.insert(normalized, (linted.file, owner.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::built_in::{SHARED, SHARED_FILE};

    fn messages(files: &[(&str, &str)]) -> Vec<String> {
        let shared = SharedDeclaration::parse(SHARED_FILE, SHARED).unwrap();
        let mut owners = BTreeMap::new();
        let files = files.iter();
        let findings = files.flat_map(|(file, text)| check(file, text, &shared, &mut owners));
        findings
            .map(|finding| format!("{}:{}: {}", finding.file, finding.line, finding.message))
            .collect()
    }

    #[test]
    fn a_label_of_two_fields_is_reported_with_its_line() {
        let group = |field: &str, label: &str| {
            format!("[[group]]\nfield = \"{field}\"\nseen = \"call\"\nlabels = [\"{label}\"]\n")
        };
        let twice = [group("phase", "Skede"), group("region", "skede:")].concat();
        let found = messages(&[("sv.toml", &twice)]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with("sv.toml:8: the label “skede:” is claimed by phase and by region")
        );
        let (first, second) = (group("phase", "Skede"), group("status", "Skede"));
        let found = messages(&[("sv.toml", &first), ("da.toml", &second)]);
        assert!(
            found[0].starts_with("da.toml:4: the label “Skede” is claimed by status here"),
            "{found:?}"
        );
        let found = messages(&[("sv.toml", &group("phas", "Skede"))]);
        assert!(
            found[0].contains("there is no field phas; did you mean phase?"),
            "{found:?}"
        );
        assert_eq!(
            messages(&[("sv.toml", &first), ("da.toml", &first)]),
            Vec::<String>::new()
        );
    }
}
