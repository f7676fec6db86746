use super::super::test_support::{lines, package, texts};
use super::*;
use diarium_document::{LineRole, WarningCode};

const STYLES: &str = r#"<office:document-styles><office:styles>
    <style:style style:name="Heading_20_2" style:family="paragraph" style:default-outline-level="2"/>
    <text:outline-style>
      <text:outline-level-style text:level="1" style:num-format="1" style:num-suffix="."/>
      <text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/>
    </text:outline-style>
    <text:list-style style:name="L1">
      <text:list-level-style-number text:level="1" style:num-format="a" style:num-suffix=")"/>
      <text:list-level-style-bullet text:level="2" text:bullet-char="•"/>
    </text:list-style>
  </office:styles>
  <office:automatic-styles>
    <style:style style:name="T1" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
  </office:automatic-styles>
  <office:master-styles><style:master-page style:name="Standard">
    <style:header><text:p>Tallmons <text:span text:style-name="T1">byalag</text:span></text:p></style:header>
    <style:footer><text:p>Sida <text:page-number>9</text:page-number></text:p></style:footer>
  </style:master-page></office:master-styles></office:document-styles>"#;

const AUTOMATIC: &str = r#"<office:automatic-styles>
    <style:style style:name="Ny" style:family="paragraph"><style:paragraph-properties fo:break-before="page"/></style:style>
    <style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>
    <style:style style:name="T2" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>
  </office:automatic-styles>"#;

fn read_text(body: &str) -> RawDocument {
    let content = format!(
        "<office:document-content>{AUTOMATIC}<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    );
    let bytes = package(&[
        ("mimetype", ODT),
        ("content.xml", &content),
        ("styles.xml", STYLES),
        ("meta.xml", "<m><dc:title>Ansökan 2012</dc:title></m>"),
    ]);
    super::read(Package::open(&bytes).unwrap(), &Heartbeat::default()).unwrap()
}

/// The lines of the body, without header and footer.
fn body_lines(body: &str) -> Vec<(LineRole, String)> {
    let document = read_text(body);
    let all = lines(&document).into_iter();
    all.filter(|(role, _)| *role != LineRole::Letterhead)
        .map(|(role, text)| (role, text.to_owned()))
        .collect()
}

fn text(body: &str) -> String {
    let lines: Vec<_> = body_lines(body).into_iter().map(|(_, text)| text).collect();
    lines.join("\n")
}

#[test]
fn headings_and_lists_have_their_numbers() {
    let body = r#"<text:h text:outline-level="1">Bakgrund</text:h>
        <text:h text:outline-level="2">Orten</text:h>
        <text:p text:style-name="Heading_20_2">Utan nummer</text:p>
        <text:list text:style-name="L1"><text:list-item><text:p>ett</text:p>
          <text:list><text:list-item><text:p>inre</text:p></text:list-item></text:list></text:list-item>
          <text:list-item><text:p>två</text:p><text:p>fortsatt</text:p></text:list-item></text:list>
        <text:list text:style-name="L1" text:continue-numbering="true"><text:list-item><text:p>tre</text:p></text:list-item></text:list>"#;
    let expected = [
        (LineRole::Heading(1), "1. Bakgrund"),
        (LineRole::Heading(2), "1.1 Orten"),
        (LineRole::Heading(2), "Utan nummer"),
        (LineRole::Item, "a) ett"),
        (LineRole::Item, "• inre"),
        (LineRole::Item, "b) två"),
        (LineRole::Body, "fortsatt"),
        (LineRole::Item, "c) tre"),
    ];
    let expected: Vec<_> = expected.map(|(role, text)| (role, text.to_owned())).into();
    assert_eq!(body_lines(body), expected);
}

#[test]
fn tables_are_rows_and_white_space_is_collapsed() {
    let body = r#"<table:table><table:table-row>
        <table:table-cell><text:p>Sökande</text:p></table:table-cell>
        <table:table-cell><text:p>Tallmons
            byalag<text:s text:c="2"/>i<text:tab/>Tallmo</text:p></table:table-cell>
        <table:covered-table-cell><text:p>täckt</text:p></table:covered-table-cell>
      </table:table-row></table:table>"#;
    assert_eq!(text(body), "Sökande\tTallmons byalag  i Tallmo");
}

#[test]
fn what_is_not_shown_is_left_out() {
    let body = r#"<text:tracked-changes><text:p>raderad</text:p></text:tracked-changes>
        <text:p>Synligt<text:span text:style-name="T1">gömt</text:span><office:annotation><text:p>fråga</text:p></office:annotation><text:placeholder text:placeholder-type="text">&lt;namn&gt;</text:placeholder></text:p>
        <text:section text:display="none"><text:p>dolt</text:p></text:section>"#;
    let document = read_text(body);
    assert_eq!(texts(&document), ["Tallmons byalag\n\nSynligt\n\nSida 1"]);
    let codes: Vec<_> = document.warnings.iter().map(|it| it.code).collect();
    assert_eq!(codes, [WarningCode::HiddenText, WarningCode::HiddenText]);
    assert!(document.warnings[0].message.contains("8 characters"));
    assert_eq!(document.stated_title.as_deref(), Some("Ansökan 2012"));
}

#[test]
fn controls_show_their_state() {
    let body = r#"<office:forms><form:form>
          <form:checkbox form:id="c1" form:label="Ja" form:current-state="checked"/>
          <form:text xml:id="c2" form:current-value="Tallmo"/>
          <form:listbox form:id="c3"><form:option form:label="A"/><form:option form:label="Fas B" form:current-selected="true"/></form:listbox>
        </form:form></office:forms>
        <text:p><draw:control draw:control="c1"/> Ort: <draw:control draw:control="c2"/> <draw:control draw:control="c3"/></text:p>
        <text:p><loext:content-control loext:checkbox="true" loext:checked="true">x</loext:content-control> ja <loext:content-control loext:showing-place-holder="true">Klicka</loext:content-control></text:p>"#;
    let text = text(body);
    assert_eq!(
        diarium_document::collapse_whitespace(&text),
        "☒ Ja Ort: Tallmo Fas B ☒ ja"
    );
}

#[test]
fn notes_and_text_boxes_follow_the_text() {
    let body = r#"<text:p>Avtal<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Från 2011.</text:p></text:note-body></text:note> finns.<draw:frame><draw:text-box><text:p>I rutan</text:p></draw:text-box></draw:frame></text:p><text:p>Slut</text:p>"#;
    assert_eq!(text(body), "Avtal¹ finns.\nI rutan\nSlut\n¹ Från 2011.");
}

#[test]
fn pages_begin_by_style_and_have_headers() {
    let body = r#"<text:p>Ett</text:p><text:p text:style-name="Ny">Två <text:span text:style-name="T2">struket</text:span></text:p>"#;
    let document = read_text(body);
    let expected = [
        "Tallmons byalag\n\nEtt\n\nSida 1",
        "Tallmons byalag\n\nTvå struket\n\nSida 2",
    ];
    assert_eq!(texts(&document), expected);
    let page = &document.pages[1];
    assert_eq!(&page.text[page.struck[0].clone()], "struket");
}

#[test]
fn an_encrypted_text_is_refused() {
    let manifest = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>";
    let bytes = package(&[("mimetype", ODT), ("META-INF/manifest.xml", manifest)]);
    let failure = super::read(Package::open(&bytes).unwrap(), &Heartbeat::default()).unwrap_err();
    assert_eq!(failure.code, diarium_document::FailureCode::Encrypted);
}

#[test]
fn a_flat_text_is_read() {
    let text = format!(
        "<office:document>{AUTOMATIC}<office:body><office:text><text:p>Platt fil</text:p></office:text></office:body></office:document>"
    );
    let document = read_flat(text.as_bytes(), &Heartbeat::default()).unwrap();
    assert_eq!(texts(&document), ["Platt fil"]);
}
