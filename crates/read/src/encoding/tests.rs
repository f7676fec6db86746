use proptest::prelude::*;

use super::*;

const SAMPLE: &str = "Ån flöt förbi Älvnäs.\nÖarna är små, idén är större.\n";

fn mac(text: &str) -> Vec<u8> {
    MACINTOSH.encode(text).0.into_owned()
}

fn windows(text: &str) -> Vec<u8> {
    WINDOWS_1252.encode(text).0.into_owned()
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

fn twice(text: &str) -> Vec<u8> {
    let once: String = WINDOWS_1252
        .decode_without_bom_handling(text.as_bytes())
        .0
        .into_owned();
    once.into_bytes()
}

#[test]
fn every_encoding_of_the_sample_is_detected_and_decoded() {
    let with_mark = |mark: &[u8], rest: Vec<u8>| [mark, &rest].concat();
    let cases = [
        ("utf-8", SAMPLE.as_bytes().to_vec()),
        (
            "utf-8",
            with_mark(b"\xef\xbb\xbf", SAMPLE.as_bytes().to_vec()),
        ),
        ("utf-16le", utf16(SAMPLE, u16::to_le_bytes)),
        ("utf-16be", utf16(SAMPLE, u16::to_be_bytes)),
        (
            "utf-16le",
            with_mark(b"\xff\xfe", utf16(SAMPLE, u16::to_le_bytes)),
        ),
        (
            "utf-16be",
            with_mark(b"\xfe\xff", utf16(SAMPLE, u16::to_be_bytes)),
        ),
        ("windows-1252", windows(SAMPLE)),
        ("macintosh", mac(SAMPLE)),
        ("ibm850", single_byte::encode_ibm850(SAMPLE)),
    ];
    for (encoding, bytes) in cases {
        let decoded = decode(&bytes);
        assert_eq!(
            (decoded.encoding, decoded.text.as_str()),
            (encoding, SAMPLE)
        );
        assert_eq!(decoded.repaired, None, "{encoding}");
    }
}

#[test]
fn a_single_swedish_letter_identifies_the_encoding() {
    for (encoding, bytes) in [
        ("windows-1252", windows("Sjö och land")),
        ("macintosh", mac("Sjö och land")),
        ("ibm850", single_byte::encode_ibm850("Sjö och land")),
    ] {
        let decoded = decode(&bytes);
        assert_eq!(
            (decoded.encoding, decoded.text.as_str()),
            (encoding, "Sjö och land")
        );
    }
}

#[test]
fn double_encoded_text_is_repaired_and_reported() {
    let decoded = decode(&twice(SAMPLE));
    assert_eq!((decoded.text.as_str(), decoded.encoding), (SAMPLE, "utf-8"));
    assert!(decoded.repaired.unwrap().contains("encoded twice"));

    let latin1: String = SAMPLE.bytes().map(char::from).collect();
    assert_eq!(decode(latin1.as_bytes()).text, SAMPLE);
}

#[test]
fn text_encoded_three_times_is_repaired() {
    let thrice = twice(std::str::from_utf8(&twice(SAMPLE)).unwrap());
    assert_eq!(decode(&thrice).text, SAMPLE);
}

#[test]
fn a_windows_1252_letter_inside_utf8_is_decoded() {
    let mut bytes = "små öar, ".as_bytes().to_vec();
    bytes.extend(windows("större sjö"));
    let decoded = decode(&bytes);
    assert_eq!(decoded.text, "små öar, större sjö");
    assert!(decoded.repaired.unwrap().contains("Windows-1252"));
}

#[test]
fn an_invalid_byte_is_replaced_and_reported() {
    let decoded = decode(b"sm\xc3\xa5 \xff \xc3\xb6ar");
    assert_eq!(decoded.text, "små \u{fffd} öar");
    assert!(decoded.repaired.unwrap().contains("U+FFFD"));
}

#[test]
fn a_page_is_decoded_with_the_encoding_that_it_declares() {
    let page = b"<meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\">\xcc\xe8\xf0";
    let decoded = decode(page);
    assert_eq!(decoded.encoding, "windows-1251");
    assert!(decoded.text.ends_with("Мир"));
}

#[test]
fn a_declaration_that_the_bytes_contradict_is_ignored() {
    let page = "<meta charset=\"iso-8859-1\">små öar";
    assert_eq!(decode(page.as_bytes()).encoding, "utf-8");
    let page = [b"<meta charset=utf-8>".to_vec(), windows("små öar")].concat();
    assert_eq!(decode(&page).encoding, "windows-1252");
}

#[test]
fn line_ends_byte_order_marks_and_controls_are_normalized() {
    let decoded = decode("\u{feff}a\r\nb\rc\u{b}d\u{c}e\u{1}f\u{a0}g\u{200b}h\u{ad}i".as_bytes());
    assert_eq!(decoded.text, "a\nb\nc\nd\u{c}e f\u{a0}g\u{200b}h\u{ad}i");
    assert_eq!(decode("a\u{30a}".as_bytes()).text, "å");
}

proptest! {
    #[test]
    fn any_bytes_decode_to_normalized_text(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let text = decode(&bytes).text;
        prop_assert!(is_nfc(&text));
        let allowed = |c: char| !c.is_control() || ['\t', '\n', '\u{c}'].contains(&c);
        prop_assert!(text.chars().all(allowed));
    }

    #[test]
    fn valid_text_without_damage_is_never_repaired(text in "[a-zåäöÅÄÖé .,\n]{0,80}") {
        let decoded = decode(text.as_bytes());
        prop_assert_eq!(decoded.text, text);
        prop_assert_eq!(decoded.repaired, None);
    }
}
