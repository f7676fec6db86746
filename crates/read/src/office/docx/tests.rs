use super::super::test_support::{lines, package, texts};
use super::*;
use diarium_document::{LineRole, WarningCode};

const RELATIONSHIPS: &str = r#"<Relationships>
    <Relationship Id="h1" Type="http://x/header" Target="header1.xml"/>
    <Relationship Id="f1" Type="http://x/footer" Target="/word/footer1.xml"/>
  </Relationships>"#;

const STYLES: &str = r#"<w:styles>
    <w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>
    <w:style w:type="paragraph" w:styleId="Rubrik2"><w:name w:val="heading 2"/></w:style>
    <w:style w:type="paragraph" w:styleId="Egen"><w:name w:val="Egen"/><w:basedOn w:val="Rubrik2"/></w:style>
    <w:style w:type="paragraph" w:styleId="Nivå"><w:name w:val="Nivå"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
    <w:style w:type="character" w:styleId="Platshållare"><w:name w:val="Placeholder Text"/></w:style>
    <w:style w:type="paragraph" w:styleId="Ring"><w:name w:val="Ring"/><w:basedOn w:val="Ring"/></w:style>
  </w:styles>"#;

fn read_with(body: &str, parts: &[(&str, &str)]) -> RawDocument {
    let document = format!("<w:document><w:body>{body}</w:body></w:document>");
    let mut all = vec![
        ("word/document.xml", document.as_str()),
        ("word/styles.xml", STYLES),
        ("word/_rels/document.xml.rels", RELATIONSHIPS),
    ];
    all.extend_from_slice(parts);
    let bytes = package(&all);
    let package = Package::open(&bytes).unwrap();
    super::read(package, &Heartbeat::default()).unwrap()
}

fn text(body: &str) -> String {
    texts(&read_with(body, &[])).join("\u{c}")
}

fn paragraph(inner: &str) -> String {
    format!("<w:p>{inner}</w:p>")
}

fn run(text: &str) -> String {
    format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

#[test]
fn headings_are_known_by_style_outline_level_and_base() {
    let body = ["Rubrik2", "Egen", "Nivå", "Ring"].map(|style| {
        format!(
            "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{}</w:p>",
            run(style)
        )
    });
    let document = read_with(&body.concat(), &[]);
    let roles: Vec<_> = lines(&document).into_iter().map(|(role, _)| role).collect();
    let expected = [
        LineRole::Heading(2),
        LineRole::Heading(2),
        LineRole::Heading(1),
        LineRole::Body,
    ];
    assert_eq!(roles, expected);
    assert_eq!(document.pages[0].lines[3].font_size, Some(11.0));
}

#[test]
fn tracked_changes_are_read_as_final_text() {
    let body = format!(
        "<w:p>{}<w:del>{}<w:r><w:delText>bort</w:delText></w:r></w:del><w:ins>{}</w:ins></w:p>\
         <w:p><w:pPr><w:rPr><w:del w:id=\"1\"/></w:rPr></w:pPr>{}</w:p><w:p>{}</w:p>",
        run("Byn "),
        run("struken"),
        run("växer"),
        run("En rad"),
        run(" fortsätter"),
    );
    assert_eq!(text(&body), "Byn växer\nEn rad fortsätter");
}

#[test]
fn content_controls_show_their_values() {
    let control = |properties: &str, shown: &str| {
        format!(
            "<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{shown}</w:sdtContent></w:sdt>"
        )
    };
    let placeholder =
        "<w:r><w:rPr><w:rStyle w:val=\"Platshållare\"/></w:rPr><w:t>Klicka här</w:t></w:r>";
    let body = paragraph(&format!(
        "{}{} {}{} {}",
        run("Ort: "),
        control("<w:dropDownList/>", &run("Tallmo")),
        control(
            "<w14:checkbox><w14:checked w14:val=\"1\"/></w14:checkbox>",
            &run("ja")
        ),
        run(" Ja "),
        control("<w14:checkbox/>", &run("nej")),
    )) + &paragraph(&format!(
        "{}{}",
        run("Namn: "),
        control(
            "<w:showingPlcHdr/>",
            &(placeholder.to_owned() + &run("ifyllt"))
        )
    )) + &control("<w14:checkbox/>", &paragraph(&run("x")));
    assert_eq!(text(&body), "Ort: Tallmo☒ Ja ☐\nNamn: ifyllt\n☐");
}

#[test]
fn fields_show_their_results_and_form_fields_their_state() {
    let mark = |kind: &str, data: &str| {
        format!("<w:r><w:fldChar w:fldCharType=\"{kind}\">{data}</w:fldChar></w:r>")
    };
    let code = |code: &str| format!("<w:r><w:instrText>{code}</w:instrText></w:r>");
    let data = "<w:ffData><w:checkBox><w:default w:val=\"0\"/><w:checked/></w:checkBox></w:ffData>";
    let list = "<w:ffData><w:ddList><w:result w:val=\"1\"/><w:listEntry w:val=\"A\"/><w:listEntry w:val=\"Fas B\"/></w:ddList></w:ffData>";
    let body = paragraph(
        &[
            run("Se "),
            mark("begin", ""),
            code("HYPERLINK \"http://x\""),
            mark("separate", ""),
            run("sidan"),
            mark("end", ""),
            run(" "),
            mark("begin", data),
            code("FORMCHECKBOX"),
            mark("end", ""),
            run(" Ja "),
            mark("begin", list),
            code("FORMDROPDOWN"),
            mark("end", ""),
        ]
        .concat(),
    );
    assert_eq!(text(&body), "Se sidan ☒ Ja Fas B");
}

#[test]
fn a_text_box_is_read_once() {
    let inner = format!(
        "<w:txbxContent>{}</w:txbxContent>",
        paragraph(&run("I rutan"))
    );
    let body = paragraph(&format!(
        "{}<w:r><mc:AlternateContent><mc:Choice>{inner}</mc:Choice><mc:Fallback>{inner}</mc:Fallback></mc:AlternateContent></w:r>",
        run("Bredvid")
    ));
    assert_eq!(text(&body), "Bredvid\n\nI rutan");
}

#[test]
fn hidden_text_is_left_out_with_a_warning() {
    let body = paragraph(&format!(
        "{}<w:r><w:rPr><w:vanish/></w:rPr><w:t>gömt</w:t></w:r>",
        run("Synligt")
    ));
    let document = read_with(&body, &[]);
    assert_eq!(texts(&document), ["Synligt"]);
    assert_eq!(document.warnings[0].code, WarningCode::HiddenText);
    assert!(document.warnings[0].message.contains("4 characters"));
}

#[test]
fn struck_out_text_is_marked() {
    let body = paragraph(&format!(
        "{}<w:r><w:rPr><w:strike/></w:rPr><w:t>40 000 kr</w:t></w:r>{}",
        run("Belopp: "),
        run(" 30 000 kr")
    ));
    let page = &read_with(&body, &[]).pages[0];
    assert_eq!(&page.text[page.struck[0].clone()], "40 000 kr");
}

#[test]
fn headers_and_footers_are_letterhead_on_each_page() {
    let header = format!("<w:hdr>{}</w:hdr>", paragraph(&run("Tallmons byalag")));
    let footer = "<w:ftr><w:p><w:r><w:t xml:space=\"preserve\">Sida </w:t></w:r><w:fldSimple w:instr=\" PAGE \"><w:r><w:t>7</w:t></w:r></w:fldSimple></w:p></w:ftr>";
    let body = format!(
        "{}<w:p><w:r><w:br w:type=\"page\"/></w:r><w:r><w:lastRenderedPageBreak/><w:t>Två</w:t></w:r></w:p>\
         <w:sectPr><w:headerReference w:type=\"default\" r:id=\"h1\"/><w:footerReference w:type=\"default\" r:id=\"f1\"/></w:sectPr>",
        paragraph(&run("Ett"))
    );
    let parts = [
        ("word/header1.xml", header.as_str()),
        ("word/footer1.xml", footer),
    ];
    let document = read_with(&body, &parts);
    let expected = [
        "Tallmons byalag\n\nEtt\n\nSida 1",
        "Tallmons byalag\n\nTvå\n\nSida 2",
    ];
    assert_eq!(texts(&document), expected);
    assert_eq!(document.pages[1].lines[0].role, LineRole::Letterhead);
}

#[test]
fn footnotes_follow_the_text() {
    let body = paragraph(&format!(
        "{}<w:r><w:footnoteReference w:id=\"2\"/></w:r>{}",
        run("Enligt avtal"),
        run(".")
    ));
    let notes = format!(
        "<w:footnotes><w:footnote w:id=\"0\" w:type=\"separator\">{0}</w:footnote><w:footnote w:id=\"2\">{0}</w:footnote><w:footnote w:id=\"3\">{0}</w:footnote></w:footnotes>",
        paragraph(&run("Avtal om verkstaden."))
    );
    let document = read_with(&body, &[("word/footnotes.xml", &notes)]);
    assert_eq!(texts(&document), ["Enligt avtal¹.\n¹ Avtal om verkstaden."]);
}

#[test]
fn symbols_breaks_and_hyphens_are_characters() {
    let body = paragraph(
        "<w:r><w:sym w:font=\"Wingdings\" w:char=\"F0FE\"/><w:t xml:space=\"preserve\"> Ja</w:t><w:br/><w:t>0999</w:t><w:noBreakHyphen/><w:t>12</w:t><w:tab/><w:t>verk</w:t><w:softHyphen/><w:t>stad</w:t></w:r>",
    );
    assert_eq!(text(&body), "☒ Ja\n0999\u{2011}12\tverkstad");
}

#[test]
fn a_document_without_text_is_empty() {
    let bytes = package(&[("word/document.xml", "<w:document><w:body/></w:document>")]);
    let package = Package::open(&bytes).unwrap();
    let failure = super::read(package, &Heartbeat::default()).unwrap_err();
    assert_eq!(failure.code, diarium_document::FailureCode::Empty);
}

#[test]
fn a_document_that_was_cut_off_is_read_as_far_as_it_goes() {
    let document = format!(
        "<w:document><w:body>{}<w:p><w:r><w:t>Sl",
        paragraph(&run("Början"))
    );
    let bytes = package(&[("word/document.xml", &document)]);
    let package = Package::open(&bytes).unwrap();
    let document = super::read(package, &Heartbeat::default()).unwrap();
    assert_eq!(texts(&document), ["Början"]);
    assert_eq!(document.warnings[0].code, WarningCode::DamagedFile);
}
