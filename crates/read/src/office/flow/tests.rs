use super::*;

fn paragraph(flow: &mut Flow, text: &str) {
    flow.begin_paragraph(ParagraphStyle::default());
    flow.push(text, TextStyle::default());
    flow.end_paragraph();
}

fn row(flow: &mut Flow, cells: &[&[&str]]) {
    for cell in cells {
        flow.begin_cell();
        for text in *cell {
            paragraph(flow, text);
        }
        flow.end_cell();
    }
    flow.end_row();
}

fn written(flow: Flow) -> Vec<(LineRole, String)> {
    let pages = into_pages(flow.finish().unwrap(), &[]);
    let lines = pages.iter().flat_map(|page| {
        let lines = page.lines.iter();
        lines.map(|line| (line.role, page.line_text(line).to_owned()))
    });
    lines.collect()
}

fn body(text: &str) -> (LineRole, String) {
    (LineRole::Body, text.to_owned())
}

fn table_row(text: &str) -> (LineRole, String) {
    (LineRole::Row, text.to_owned())
}

#[test]
fn a_row_of_data_is_one_line() {
    let mut flow = Flow::default();
    flow.begin_table();
    row(&mut flow, &[&["Sökande"], &["Tallmons", "byalag"]]);
    row(&mut flow, &[&["Ort"], &[], &["Tallmo"]]);
    flow.end_table();
    let expected = [
        table_row("Sökande\tTallmons byalag"),
        table_row("Ort\t\tTallmo"),
    ];
    assert_eq!(written(flow), expected);
}

#[test]
fn labels_above_their_values_make_two_rows() {
    let mut flow = Flow::default();
    flow.begin_table();
    row(
        &mut flow,
        &[
            &["Sökande", "Tallmons byalag"],
            &["Telefon", "0999-12 34 56"],
            &["Fax"],
        ],
    );
    flow.end_table();
    let expected = [
        table_row("Sökande\tTelefon\tFax"),
        table_row("Tallmons byalag\t0999-12 34 56"),
    ];
    assert_eq!(written(flow), expected);
}

#[test]
fn a_row_of_texts_is_layout() {
    let mut flow = Flow::default();
    flow.begin_table();
    row(
        &mut flow,
        &[
            &["Bakgrund"],
            &[
                "Första stycket handlar om byn, som ligger långt från allt annat.",
                "Andra.",
                "Tredje.",
            ],
        ],
    );
    flow.end_table();
    assert_eq!(written(flow)[0], body("Bakgrund"));
}

#[test]
fn an_address_beside_its_label_keeps_its_lines() {
    let mut flow = Flow::default();
    flow.begin_table();
    row(
        &mut flow,
        &[
            &["Adress"],
            &["Tallmons byalag", "Byvägen 3", "999 99 Tallmo"],
        ],
    );
    flow.end_table();
    let expected = [
        table_row("Adress\tTallmons byalag"),
        body("Byvägen 3"),
        body("999 99 Tallmo"),
    ];
    assert_eq!(written(flow), expected);
}

#[test]
fn a_text_box_follows_the_paragraph_that_it_is_anchored_in() {
    let mut flow = Flow::default();
    flow.begin_paragraph(ParagraphStyle::default());
    flow.push("Ankare ", TextStyle::default());
    flow.begin_text_box();
    paragraph(&mut flow, "I rutan");
    flow.end_text_box();
    flow.push("slut.", TextStyle::default());
    flow.end_paragraph();
    assert_eq!(written(flow), [body("Ankare slut."), body("I rutan")]);
}

#[test]
fn pages_begin_inside_a_paragraph_and_before_a_row() {
    let mut flow = Flow::default();
    flow.break_page();
    flow.begin_paragraph(ParagraphStyle::default());
    flow.push("Första sidan ", TextStyle::default());
    flow.break_page();
    flow.push("fortsätter.", TextStyle::default());
    flow.end_paragraph();
    flow.begin_table();
    flow.begin_cell();
    flow.break_page();
    paragraph(&mut flow, "Rad");
    flow.end_cell();
    flow.end_row();
    flow.end_table();
    flow.break_page();
    let pages = into_pages(flow.finish().unwrap(), &[]);
    let texts: Vec<_> = pages.iter().map(|page| page.text.as_str()).collect();
    assert_eq!(texts, ["Första sidan", "fortsätter.", "Rad"]);
    assert_eq!(pages[0].lines[0].end, LineEnd::Soft);
}

#[test]
fn deep_nesting_is_read_as_text() {
    let mut flow = Flow::default();
    for _ in 0..10_000 {
        flow.begin_table();
        flow.begin_cell();
    }
    paragraph(&mut flow, "Innerst");
    for _ in 0..10_000 {
        flow.end_cell();
        flow.end_table();
    }
    assert_eq!(written(flow), [body("Innerst")]);
}

#[test]
fn headers_and_footers_are_on_every_page_with_its_number() {
    let mut flow = Flow::default();
    paragraph(&mut flow, "Ett");
    flow.break_page();
    paragraph(&mut flow, "Två");
    let line = |text: &str| {
        let mut line = FlowLine::default();
        line.push(text, TextStyle::default());
        vec![line]
    };
    let edges = Edges {
        usual: Edge {
            header: line("Tallmons byalag"),
            footer: line(&format!("Sida {PAGE_NUMBER} ({PAGE_COUNT})")),
        },
        ..Edges::default()
    };
    let pages = into_pages(flow.finish().unwrap(), &[edges]);
    assert_eq!(pages[1].text, "Tallmons byalag\n\nTvå\n\nSida 2 (2)");
    assert_eq!(pages[1].lines[0].role, LineRole::Letterhead);
}

#[test]
fn composed_text_keeps_its_struck_ranges() {
    let mut flow = Flow::default();
    flow.begin_paragraph(ParagraphStyle::default());
    flow.push(" Sta\u{30a}r: ", TextStyle::default());
    let struck = TextStyle {
        struck: true,
        ..TextStyle::default()
    };
    flow.push("a\u{30a}r", struck);
    flow.end_paragraph();
    let pages = flow.finish().unwrap();
    let line = &pages[0].lines[0];
    assert_eq!(&line.text[line.struck[0].clone()], "år");
}
