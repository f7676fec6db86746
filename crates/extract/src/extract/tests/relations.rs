//! The relation of a label to its value in every layout.

use super::{expected, fields};

const CONTACT: [(&str, &str); 4] = [
    ("contact_name", "Moa Lind"),
    ("email", "moa.lind@example.se"),
    ("organisation", "Byalaget Näset"),
    ("phone", "040-12 34 56"),
];

#[test]
fn a_value_is_found_beside_below_and_above_its_label() {
    for text in [
        // A row of labels, a row of values.
        "Ansökan\n\nSökande organisation\tKontaktperson\tTelefon\tE-post\n\
         Byalaget Näset\tMoa Lind\t040-12 34 56\tmoa.lind@example.se\n\n1. Vad vill ni?\n\nEtt torg.",
        // The same with blank lines, in two blocks.
        "Ansökan\n\nSökande organisation\tKontaktperson\n\nByalaget Näset\tMoa Lind\n\n\
         Telefon\tE-post\n\n040-12 34 56\tmoa.lind@example.se\n",
        // Two pairs a row.
        "Ansökan\n\nSökande organisation\tByalaget Näset\tKontaktperson\tMoa Lind\n\
         Telefon\t040-12 34 56\tE-post\tmoa.lind@example.se\n",
        "Ansökan\n\nSökande organisation: Byalaget Näset\tKontaktperson: Moa Lind\n\
         Telefon: 040-12 34 56\tE-post: moa.lind@example.se\n",
        // Fields that must be filled in.
        "Ansökan\n\nSökande organisation *\tByalaget Näset\nKontaktperson*\tMoa Lind\n\
         Telefon *\t040-12 34 56\nE-post *\tmoa.lind@example.se\n",
        // Small print under a rule.
        "Ansökan\n\nByalaget Näset\nSökande organisation\n\nMoa Lind\nKontaktperson\n\n\
         040-12 34 56\nTelefon\n\nmoa.lind@example.se\nE-post\n\n1. Vad vill ni?\n\nEtt torg.",
        // A column of labels, a column of values.
        "Ansökan\n\nSökande organisation\nKontaktperson\nTelefon\nE-post\n\
         Byalaget Näset\nMoa Lind\n040-12 34 56\nmoa.lind@example.se\n\n1. Vad vill ni?\n\nEtt torg.",
        "Ansökan\n\nSökande organisation:\nKontaktperson:\nTelefon:\nE-post:\n\n\
         Byalaget Näset\nMoa Lind\n040-12 34 56\nmoa.lind@example.se\n",
    ] {
        assert_eq!(fields("application", text), expected(&CONTACT), "{text}");
    }
}

#[test]
fn a_head_above_several_rows_is_no_label() {
    let text = "Deltagare\n\nNamn\tOrganisation\tTelefon\nMoa Lind\tByalaget\t040-12 34 56\n\
                Ivar Ek\tKyrkan\t040-12 34 57\nAsta Ros\tSkolan\t040-12 34 58\n";
    assert_eq!(fields("document", text), expected(&[]));
}

#[test]
fn values_of_the_wrong_type_show_that_cells_are_no_values() {
    let text = "Ansökan\n\nTelefon\tE-post\n\nVi vill\tbygga ett torg\n";
    assert_eq!(fields("document", text), expected(&[]));
}

#[test]
fn labels_in_running_text_get_the_values_after_them_by_type() {
    let text = "Uppgifter om projektet Kontaktperson Telefonnummer Moa Lind 040-12 34 56 Startdatum \
                Slutdatum 2019-02-01 2019-11-30 Sedan följer mycket text om torget, byn och alla de \
                människor som vill vara med och bygga det under det kommande året.";
    let found = fields("document", text);
    assert_eq!(found["contact_name"], "Moa Lind");
    assert_eq!(found["phone"], "040-12 34 56");
    assert_eq!(found["period_start"], "2019-02-01");
    assert_eq!(found["period_end"], "2019-11-30");
}

#[test]
fn a_typed_value_follows_its_label_after_a_blank_line() {
    let text = "Torget\n\nStartdatum\n\n2019-02-01\n\nRegion\n\nVi bor i norr.\n";
    assert_eq!(
        fields("document", text),
        expected(&[("period_start", "2019-02-01")])
    );
}

#[test]
fn a_colon_in_a_cell_is_part_of_its_value() {
    let text = "Torget\n\nProjektnamn\tTorget: en plats för alla\nTelefon\t040-12 34 56\n";
    assert_eq!(
        fields("document", text)["project_name"],
        "Torget: en plats för alla"
    );
}

#[test]
fn the_contact_of_the_applicant_comes_before_that_of_a_partner() {
    let partner =
        "Partnerorganisation: Kyrkan\nKontaktperson: Ivar Ek\nE-post: ivar.ek@example.se\n";
    let own =
        "Sökande organisation: Byalaget\nKontaktperson: Moa Lind\nE-post: moa.lind@example.se\n";
    let second = "Kontaktperson: Asta Ros\nE-post: asta@example.se\n";
    for text in [
        format!("Ansökan\n\n{partner}\n{own}"),
        format!("Ansökan\n\n{own}\n{partner}"),
        format!("Ansökan\n\n{own}\n{second}"),
    ] {
        let found = fields("document", &text);
        assert_eq!(found["organisation"], "Byalaget", "{text}");
        assert_eq!(found["contact_name"], "Moa Lind", "{text}");
        assert_eq!(found["email"], "moa.lind@example.se", "{text}");
    }
}

#[test]
fn a_value_may_be_the_title() {
    let text = "Torget i Näset\n\nRegionNorr\nProjektägareTorget i Näset\nProjektfasGenomförande\n\nSyfte\n\nVi vill.";
    assert_eq!(
        fields("esf-project", text)["organisation"],
        "Torget i Näset"
    );
}

#[test]
fn a_name_stands_below_a_heading_that_asks_for_one() {
    let text = "Torget\n\nVi bygger ett torg mitt i byn.\n\nKontakt\n\nMoa Lind\n";
    assert_eq!(
        fields("document", text),
        expected(&[("contact_name", "Moa Lind")])
    );
    for other in ["Byns EFX-råd", "Ring oss när du vill"] {
        let text = format!("Torget\n\nVi bygger ett torg mitt i byn.\n\nKontakt\n\n{other}\n");
        assert_eq!(fields("document", &text), expected(&[]), "{other}");
    }
}

#[test]
fn labels_and_values_may_all_be_set_apart_by_blank_lines() {
    let text = "Torget\n\nProjektnummer\n\n318-19\n\nProjektledare\n\nMoa Lind\n\n\
                Projektperiod\n\n2019-02-01 - 2019-11-30\n\nVad vi gör\n\nVi bygger ett torg.\n";
    let found = fields("document", text);
    assert_eq!(found["contact_name"], "Moa Lind");
}

#[test]
fn labels_in_capitals_are_told_apart_from_their_values() {
    let text = "Torget\n\nPROJEKTÄGARE Byalaget Näset\nKONTAKTPERSON Moa Lind, Ivar Ek\n\
                Tel. 040-12 34 56 E-post moa.lind@example.se\n\nVi bygger ett torg.\n";
    assert_eq!(fields("document", text), expected(&CONTACT));
    // A sentence after such a word goes on in small letters.
    let text = "Torget\n\nKONTAKTPERSON är den som ringer oss\n";
    assert_eq!(fields("document", text), expected(&[]));
}

#[test]
fn an_address_ends_a_name() {
    let text = "Torget\n\nKontaktperson: Moa Lind moa.lind@example.se\n";
    let found = fields("document", text);
    assert_eq!(found["contact_name"], "Moa Lind");
    assert_eq!(found["email"], "moa.lind@example.se");
}

#[test]
fn the_budget_of_a_document_that_closes_is_that_of_a_call() {
    let text = "Byar i norr\n\nÖppningsdatum: 2019-02-01\nSista ansökningsdag: 2019-03-01\n\
                Budget: 900 000 kr\n";
    let found = fields("document", text);
    assert_eq!(found["call_sek"], "900000");
    assert!(!found.contains_key("total_budget_sek"));
}

#[test]
fn a_period_may_be_of_months_in_digits() {
    let text = "The square\n\nDuration: 02/2019 - 11/2020\n";
    let found = fields("document", text);
    assert_eq!(found["period_start"], "2019-02-01");
    assert_eq!(found["period_end"], "2020-11-30");
}

#[test]
fn a_wide_gap_sets_a_value_apart_from_its_label() {
    let text = "Projektets namn        Trädgården\nSökande                Rosenlunds koloni\n\
                Telefon                0910-55 01 42\n";
    let found = fields("document", text);
    assert_eq!(
        found,
        expected(&[
            ("organisation", "Rosenlunds koloni"),
            ("phone", "0910-55 01 42"),
            ("project_name", "Trädgården"),
        ])
    );
    // A justified line is prose.
    let prose = "Vi    möts   på    torget    varje    lördag.";
    assert!(
        !crate::extract::tests::clean_text(prose)
            .text()
            .contains('\t')
    );
}
