use super::super::{
    package::Package,
    test_support::{lines, package, texts},
};
use super::*;
use diarium_document::{Heartbeat, LineRole};

const RELATIONSHIPS: &str = r#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="x/worksheet" Target="worksheets/sheet2.xml"/></Relationships>"#;

const WORKBOOK: &str = r#"<workbook><sheets><sheet name="Budget" sheetId="1" r:id="r1"/><sheet name="Kladd" sheetId="2" state="hidden" r:id="r2"/></sheets></workbook>"#;

const STYLES: &str = r##"<styleSheet><numFmts><numFmt numFmtId="200" formatCode="#,##0"/></numFmts><fonts><font/><font><b/></font></fonts><cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="200" fontId="1"/><xf numFmtId="14" fontId="0"/></cellXfs></styleSheet>"##;

fn read_sheet(sheet: &str) -> RawDocument {
    let bytes = package(&[
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONSHIPS),
        ("xl/styles.xml", STYLES),
        (
            "xl/sharedStrings.xml",
            "<sst><si><t>Kost</t><t>nad</t><rPh><t>x</t></rPh></si></sst>",
        ),
        ("xl/worksheets/sheet1.xml", sheet),
    ]);
    read_xlsx(Package::open(&bytes).unwrap(), &Heartbeat::default()).unwrap()
}

#[test]
fn cells_show_what_a_reader_of_the_sheet_sees() {
    let document = read_sheet(
        r#"<worksheet><sheetData>
        <row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>Belopp</t></is></c></row>
        <row r="2"><c r="A2" t="str"><f>B1</f><v>Lokal</v></c><c r="C2" s="1"><f>SUM(C9)</f><v>41000</v></c></row>
        <row r="4"><c r="B4" s="2"><v>40969</v></c></row>
        </sheetData></worksheet>"#,
    );
    let expected = [
        (LineRole::Letterhead, "Budget"),
        (LineRole::Row, "Kostnad\tBelopp"),
        (LineRole::Row, "Lokal\t41 000"),
        (LineRole::Body, "2012-03-01"),
    ];
    assert_eq!(lines(&document), expected);
    assert!(document.warnings[0].message.contains("(sheets: 1)"));
}

#[test]
fn hidden_rows_and_columns_and_covered_cells_are_left_out() {
    let document = read_sheet(
        r#"<worksheet><cols><col min="3" max="3" hidden="1"/></cols><sheetData>
        <row r="1"><c r="A1" t="str"><v>Rubrik</v></c><c r="B1" t="str"><v>täckt</v></c></row>
        <row r="2" hidden="1"><c r="A2" t="str"><v>gömd</v></c></row>
        <row r="3"><c r="A3" t="str"><v>Ort</v></c><c r="B3" t="str"><v>Tallmo</v></c><c r="C3" t="str"><v>dold</v></c></row>
        </sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>"#,
    );
    assert_eq!(texts(&document), ["Budget\n\nRubrik\n\nOrt\tTallmo"]);
    let message = &document.warnings[0].message;
    assert!(
        message.contains("(sheets: 1, rows: 1, columns: 1)"),
        "{message}"
    );
}

#[test]
fn a_long_text_that_many_cells_share_is_read_up_to_the_limit() {
    let strings = format!("<sst><si><t>{}</t></si></sst>", "a".repeat(1 << 20));
    let cells: String = (1..=100)
        .map(|row| format!(r#"<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>"#))
        .collect();
    let sheet = format!("<worksheet><sheetData>{cells}</sheetData></worksheet>");
    let bytes = package(&[
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONSHIPS),
        ("xl/sharedStrings.xml", &strings),
        ("xl/worksheets/sheet1.xml", &sheet),
    ]);
    let document = read_xlsx(Package::open(&bytes).unwrap(), &Heartbeat::default()).unwrap();
    assert!(document.pages[0].text.len() < MAX_CELL_BYTES + (1 << 16));
    let messages = document.warnings.iter().map(|warning| &warning.message);
    assert!(
        messages
            .clone()
            .any(|message| message.contains("first 32 cells"))
    );
}

#[test]
fn a_sheet_of_empty_cells_costs_nothing() {
    let document = read_sheet(
        r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData>
        <row r="1"><c r="A1" t="str"><v>först</v></c></row>
        <row r="1048576"><c r="XFD1048576" t="str"><v>sist</v></c></row>
        </sheetData></worksheet>"#,
    );
    assert_eq!(texts(&document), ["Budget\n\nförst\n\nsist"]);
}

#[test]
fn a_spreadsheet_of_libreoffice_shows_its_text() {
    let content = r#"<office:document-content><office:automatic-styles>
        <style:style style:name="dold" style:family="table"><style:table-properties table:display="false"/></style:style>
        </office:automatic-styles><office:body><office:spreadsheet>
        <table:table table:name="Blad1"><table:table-column table:number-columns-repeated="16384"/>
        <table:table-row><table:table-cell office:value-type="string"><text:p>Summa</text:p></table:table-cell>
        <table:table-cell table:number-columns-repeated="2"/>
        <table:table-cell office:value-type="float" office:value="41000"><text:p>41 000 kr</text:p><office:annotation><text:p>fråga</text:p></office:annotation></table:table-cell></table:table-row>
        <table:table-row table:visibility="collapse"><table:table-cell><text:p>gömd</text:p></table:table-cell></table:table-row>
        <table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
        <table:table-row><table:table-cell office:value-type="float" office:value="2.5"/></table:table-row>
        </table:table>
        <table:table table:name="Dold" table:style-name="dold"><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row></table:table>
        </office:spreadsheet></office:body></office:document-content>"#;
    let bytes = package(&[("content.xml", content)]);
    let document = read_ods(Package::open(&bytes).unwrap(), &Heartbeat::default()).unwrap();
    assert_eq!(texts(&document), ["Blad1\n\nSumma\t41 000 kr\n\n2,5"]);
    assert_eq!(document.warnings.len(), 2);
}

#[test]
fn repeated_rows_are_bounded() {
    let cell = "<table:table-cell table:number-columns-repeated=\"16384\"><text:p>x</text:p></table:table-cell>";
    let content = format!(
        "<a><table:table table:name=\"B\"><table:table-row table:number-rows-repeated=\"1048576\">{cell}</table:table-row></table:table></a>"
    );
    let bytes = package(&[("content.xml", &content)]);
    let document = read_ods(Package::open(&bytes).unwrap(), &Heartbeat::default()).unwrap();
    assert!(document.pages[0].lines.len() <= 1_001);
    assert_eq!(document.warnings[0].code, WarningCode::DamagedFile);
}

#[test]
fn a_damaged_old_workbook_fails() {
    let failure = read_xls(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 kapad",
        &Heartbeat::default(),
    );
    assert_eq!(
        failure.unwrap_err().code,
        diarium_document::FailureCode::Damaged
    );
}
