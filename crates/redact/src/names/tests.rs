use super::{find, tokens};

fn found(text: &str) -> Vec<&str> {
    find(&tokens::tokenize(text))
        .into_iter()
        .map(|name| &text[name.range])
        .collect()
}

#[test]
fn names_are_found_by_their_words() {
    for name in [
        "Ulla Björk",
        "Anna-Karin Berglund",
        "A. Karlsson",
        "K-E Nilsson",
        "Karlsson, Anna",
        "ULLA BJÖRK",
        "Karl-Erik von Essen",
        "Anna K. Ek",
        "Mohamed Abdi Hassan",
        "Per Olsson",
        "Hans-Göran Ek",
        "Mirjeta Lindström",
        "Anna\nKarlsson",
        "Anna Karls-\nson",
        "Eva Xhafer",
        "Ahmed",
        "Karlsson",
        "Ulla Bj0rk",
        "Anna KarIsson",
        "Åsa Ek Lindgren",
    ] {
        assert_eq!(found(&format!("vi träffade {name}, som")), [name], "{name}");
    }
}

#[test]
fn names_are_found_after_labels_and_titles() {
    for (text, name) in [
        ("Kontaktperson: Mirjeta Hoxhaj", "Mirjeta Hoxhaj"),
        ("Kontaktperson\nMirjeta Hoxhaj\nTelefon", "Mirjeta Hoxhaj"),
        ("rektor Hoxhaj menar", "Hoxhaj"),
        ("projektledare Mirjeta Hoxhaj,", "Mirjeta Hoxhaj"),
        ("Vänliga hälsningar\nMirjeta Hoxhaj\n", "Mirjeta Hoxhaj"),
    ] {
        assert_eq!(found(text), [name], "{text}");
    }
    assert_eq!(
        found("Närvarande: Mirjeta Hoxhaj, Besnik Krasniqi och Arta Gashi."),
        ["Mirjeta Hoxhaj", "Besnik Krasniqi", "Arta Gashi"]
    );
}

#[test]
fn organisations_and_places_named_after_persons_are_not_found() {
    for text in [
        "Anna Lindhs minnesfond",
        "Karlssons Bygg AB",
        "Sofia församling",
        "Region Skåne",
        "Coompanion Göteborg",
        "S:t Anna skärgård",
        "Advokatfirman Lindahl",
        "Karlsson & Söner AB",
        "Kontaktperson: Region Skåne",
        "Projektledare Vakant",
        "i Lund och Berg",
        "Per deltagare",
        "Hans arbete",
        "Stockholm",
        "Stiftelsen Erik Ek",
        "Kontakta Svenska ESF-rådet",
        "Alla Berg",
        "Projektledare\nArbetsförmedlingen Malmö",
        "Ulla Björk Konsult AB",
    ] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}
