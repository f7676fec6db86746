use super::super::test_support::{lines, texts};
use super::*;
use diarium_document::{LineRole, WarningCode};

fn read_rtf(body: &str) -> RawDocument {
    let rtf = format!(
        "{{\\rtf1\\ansi\\ansicpg1252\\deff0{{\\fonttbl{{\\f0\\fcharset0 Arial;}}{{\\f1\\fcharset2 Wingdings;}}{{\\f2\\fcharset238 Arial CE;}}}}{{\\stylesheet{{\\s0 Normal;}}{{\\s1 heading 1;}}{{\\*\\cs10 heading 2;}}}}{body}}}"
    );
    super::read(rtf.as_bytes(), &Heartbeat::default()).unwrap()
}

fn text(body: &str) -> String {
    texts(&read_rtf(body)).join("\u{c}")
}

#[test]
fn letters_are_decoded_by_font_and_by_unicode() {
    assert_eq!(
        text("\\f0 S\\'f6k \\u229?ret\\par\\f2\\'b3\\par"),
        "Sök året\nł"
    );
    assert_eq!(text("\\uc2\\u246\\'f6\\'f6ra{\\uc0\\u8364}"), "öra€");
    assert_eq!(text("\\u-10179?\\u-8704?"), "😀");
    assert_eq!(text("\\f1\\'fe\\f0  Ja \\f1\\u-3928?"), "☒ Ja ☐");
}

#[test]
fn tables_are_rows() {
    let body = "\\pard F\\'f6re\\par\\trowd\\cellx1000\\cellx2000\\pard\\intbl S\\'f6kande\\cell Tallmons byalag\\cell\\row\\trowd\\pard\\intbl Ort\\cell\\cell\\row\\pard Efter\\par";
    let expected = [
        (LineRole::Body, "Före"),
        (LineRole::Row, "Sökande\tTallmons byalag"),
        (LineRole::Body, "Ort"),
        (LineRole::Body, "Efter"),
    ];
    assert_eq!(lines(&read_rtf(body)), expected);
}

#[test]
fn headings_lists_and_breaks_are_kept() {
    let body = "{\\listtext\\tab 1.\\tab}\\pard\\s1 Bakgrund\\par{\\listtext\\pard\\f1\\'a7\\tab}\\pard punkt\\par Rad\\line rad\\page Sida tv\\'e5";
    let document = read_rtf(body);
    let expected = [
        (LineRole::Heading(1), "1. Bakgrund"),
        (LineRole::Item, "• punkt"),
        (LineRole::Body, "Rad"),
        (LineRole::Body, "rad"),
        (LineRole::Body, "Sida två"),
    ];
    assert_eq!(lines(&document), expected);
    assert_eq!(document.pages.len(), 2);
}

#[test]
fn what_is_not_shown_is_left_out() {
    let body = "Synligt{\\v g\\'f6mt}{\\deleted bort}{\\*\\generator X;}{\\pict\\picw10 89504e47}{\\*\\annotation fr\\'e5ga} {\\strike struket}{\\info{\\title Titel}}";
    let document = read_rtf(body);
    assert_eq!(texts(&document), ["Synligt struket"]);
    let page = &document.pages[0];
    assert_eq!(&page.text[page.struck[0].clone()], "struket");
    let codes: Vec<_> = document.warnings.iter().map(|it| it.code).collect();
    assert_eq!(codes, [WarningCode::HiddenText, WarningCode::HiddenText]);
    assert_eq!(document.stated_title.as_deref(), Some("Titel"));
}

#[test]
fn fields_show_results_and_form_fields_their_state() {
    let body = "{\\field{\\*\\fldinst HYPERLINK \"x\"}{\\fldrslt l\\'e4nk}} {\\field{\\*\\fldinst FORMCHECKBOX {\\*\\formfield{\\fftype1\\ffres1\\ffdefres0}}}{\\fldrslt }} Ja {\\field{\\*\\fldinst {FORMDROPDOWN}{\\*\\formfield{\\fftype2\\ffres1{\\*\\ffl A}{\\*\\ffl Fas B}}}}{\\fldrslt A}}";
    assert_eq!(text(body), "länk ☒ Ja Fas B");
}

#[test]
fn headers_footnotes_and_text_boxes_are_read() {
    let body = "{\\header Tallmons byalag\\par}{\\footer Sida \\chpgn}Avtal{\\super\\chftn{\\footnote\\chftn  Fr\\'e5n 2011.}} finns.{\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv 1}}{\\shptxt I rutan\\par}}}\\par Slut\\par";
    let expected = "Tallmons byalag\n\nAvtal¹ finns.\n\nI rutan\nSlut\n¹ Från 2011.\n\nSida 1";
    assert_eq!(text(body), expected);
}

#[test]
fn damaged_rtf_is_read_as_far_as_it_goes() {
    let rtf = format!("{{\\rtf1 Text {}\\b inre", "{".repeat(100_000));
    let document = super::read(rtf.as_bytes(), &Heartbeat::default()).unwrap();
    assert_eq!(texts(&document), ["Text inre"]);
    assert_eq!(document.warnings[0].code, WarningCode::DamagedFile);
    let failure = super::read(b"{\\rtf1}", &Heartbeat::default()).unwrap_err();
    assert_eq!(failure.code, diarium_document::FailureCode::Empty);
}
