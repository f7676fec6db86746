//! Pattern rules: every pattern compiles and can match, and the evidence can reach the minimum.

use regex_syntax::ParserBuilder;

use super::{LintedFile, toml_node::TomlNode};

/// The kind of a document that no other profile matches; it needs no evidence.
const FALLBACK: &str = "document";

pub(super) fn check(root: &TomlNode<'_>, linted: &mut LintedFile<'_>) {
    for line in root.items_of("letterhead") {
        check_pattern(&line, linted);
    }
    let recognize = root.get("recognize");
    let evidence = recognize
        .as_ref()
        .map(|table| table.items_of("evidence"))
        .unwrap_or_default();
    let mut reachable = 0.0;
    for item in &evidence {
        if let Some(text) = item.get("pattern") {
            check_pattern(&text, linted);
        }
        let weight = item.get("weight").and_then(|weight| weight.number());
        if weight == Some(0.0) {
            linted.add(
                item.start,
                "a weight of 0 says nothing; give it one or take it out",
            );
        }
        reachable += weight.unwrap_or(0.0).max(0.0);
    }
    if root.get("name").and_then(|name| name.text()) != Some(FALLBACK) {
        check_reachable(recognize.as_ref(), reachable, linted);
    }
}

fn check_pattern(item: &TomlNode<'_>, linted: &mut LintedFile<'_>) {
    let Some(text) = item.text() else { return };
    let message = match ParserBuilder::new().build().parse(text) {
        Err(error) => {
            let lines = error.to_string();
            let last = lines.lines().last().unwrap_or_default();
            let reason = last.trim_start_matches("error: ");
            format!("the pattern `{text}` does not compile: {reason}")
        }
        Ok(tree) => match tree.properties().minimum_len() {
            Some(0) => format!(
                "the pattern `{text}` also matches nothing at all; ask for at least one character"
            ),
            None => format!("the pattern `{text}` can never match"),
            Some(_) => return,
        },
    };
    linted.add(item.start, &message);
}

fn check_reachable(recognize: Option<&TomlNode<'_>>, reachable: f64, linted: &mut LintedFile<'_>) {
    let start = recognize.map_or(0, |table| table.start);
    let minimum = recognize.and_then(|table| table.get("minimum"));
    let needed = minimum.as_ref().and_then(|minimum| minimum.number());
    match needed {
        None => linted.add(
            start,
            "without recognize.minimum the profile can never win; give a number that half of a form's evidence reaches",
        ),
        Some(needed) if needed <= 0.0 => linted.add(
            minimum.map_or(start, |minimum| minimum.start),
            "with a minimum of 0 the profile can never win; give a number above 0",
        ),
        Some(needed) if reachable < needed => linted.add(
            minimum.map_or(start, |minimum| minimum.start),
            &format!("the evidence sums up to {reachable:.1} at most, so the minimum of {needed:.1} is never reached; lower it or add evidence"),
        ),
        Some(_) => {}
    }
}
