//! What would gold say if the record were right?
//!
//! A partial record to start from: a person corrects it, and from then on it is gold. Confidences
//! and places are left out, for they may change without anything being wrong.

use serde_json::{Map, Value, json};

use diarium_document::{Record, Section};

/// A record's values in the shape of gold; complete, so that a value too many is told as well.
pub fn expected(record: &Record) -> Value {
    let mut gold = Map::new();
    gold.insert("complete".to_owned(), json!(true));
    gold.insert("kind".to_owned(), json!(record.kind));
    if let Some(title) = &record.title {
        gold.insert("title".to_owned(), json!(title));
    }
    let fields = record.fields.iter();
    let fields: Map<String, Value> = fields
        .map(|(name, field)| (name.clone(), json!(field.value)))
        .collect();
    gold.insert("fields".to_owned(), Value::Object(fields));
    let top = record.sections.iter().filter(|section| section.level == 1);
    gold.insert("sections".to_owned(), top.map(section).collect());
    let people = record
        .people
        .iter()
        .map(|person| json!({ "name": person.name, "organisation": person.organisation }));
    gold.insert("people".to_owned(), people.collect());
    if let Some(budget) = &record.budget {
        let items = budget.items.iter();
        let items: Vec<Value> = items
            .map(|item| json!({ "label": item.label, "amount_sek": item.amount_sek }))
            .collect();
        let total = budget.stated_total_sek;
        gold.insert(
            "budget".to_owned(),
            json!({ "stated_total_sek": total, "items": items }),
        );
    }
    let choices = record.choices.iter();
    let choices = choices.map(|choice| json!({ "label": choice.label, "checked": choice.checked }));
    gold.insert("choices".to_owned(), choices.collect());
    gold.insert("lists".to_owned(), json!(record.lists));
    Value::Object(gold)
}

fn section(section: &Section) -> Value {
    json!({ "number": section.number, "heading": section.heading, "text": section.text })
}
