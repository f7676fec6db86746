use super::*;
use crate::cli::terminal::Terminal;

/// A record with every part, and an escape sequence in its title.
const RECORD: &str = r#"{
  "schema": "piacs-application/1", "id": "00", "kind": "piacs-application",
  "kind_confidence": 0.97, "title": "Fler \u001b[2Junga i arbete", "language": "sv",
  "source": {"path": "2009/plan.txt", "media_type": "text/plain", "bytes": 120, "sha256": "00",
             "carrier": "text", "encoding": "utf-8", "pages_stated": 3},
  "pages": [{"number": 1, "origin": "file", "text": "Projektnamn: Bro", "confidence": 1.0}],
  "letterhead": [{"text": "Sida", "pages": [1]}],
  "fields": {
    "granted_sek": {"value": 691000, "raw": "691 000", "confidence": 1.0,
                    "span": {"page": 1, "start": 0, "end": 1}},
    "project_name": {"value": "Bro", "raw": "Bro", "confidence": 0.61,
                     "span": {"page": 1, "start": 13, "end": 16}}},
  "sections": [
    {"number": "1", "heading": "Bakgrund", "level": 1, "spans": [],
     "text": "Ett stycke.\n\nSyfte\n\nEtt annat stycke som är så långt att det inte får plats på en rad i terminalen."},
    {"number": null, "heading": "Syfte", "level": 2, "spans": [],
     "text": "Ett annat stycke som är så långt att det inte får plats på en rad i terminalen."}],
  "people": [{"name": "Eva Ek", "organisation": "Region Väst", "span": {"page": 1, "start": 0, "end": 1}}],
  "budget": {"items": [{"label": "Resor", "amount_sek": 47000, "span": {"page": 1, "start": 0, "end": 1}}],
             "stated_total_sek": 54940, "computed_total_sek": 47000, "consistent": false},
  "choices": [{"label": "PO1", "checked": true, "span": {"page": 1, "start": 0, "end": 1}},
              {"label": "PO2", "checked": false, "span": {"page": 1, "start": 0, "end": 1}},
              {"label": "Vet ej", "checked": null, "span": {"page": 1, "start": 0, "end": 1}}],
  "lists": {"municipalities": ["Ale", "Orust"], "participants": [], "partners": []},
  "related": [{"title": "Annan plan"}],
  "warnings": [{"code": "pages-missing", "message": "2 of 3 pages are missing: 2–3", "page": 2}]
}"#;

#[test]
fn every_part_of_a_record_is_shown_and_control_characters_are_escaped() {
    let record: Record = serde_json::from_str(RECORD).unwrap();
    let mut report = TextReport::new(Terminal::plain());
    record::write(&record, &mut report);
    insta::assert_snapshot!(report.text());
    assert!(!report.text().contains('\u{1b}'));
}
