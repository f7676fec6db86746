use super::*;
use diarium_document::{LineEnd, LineRole, Rect};

fn document(text: &str) -> RawDocument {
    read(text.as_bytes(), &Heartbeat::default()).unwrap()
}

fn page_of(text: &str) -> Page {
    document(text).pages.remove(0)
}

/// ALTO in tenths of a millimeter: a page of these blocks.
fn alto(blocks: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><alto xmlns=\"http://www.loc.gov/standards/alto/ns-v4#\"><Description>\
         <MeasurementUnit>mm10</MeasurementUnit></Description><Layout><Page WIDTH=\"2100\" \
         HEIGHT=\"2970\"><PrintSpace>{blocks}</PrintSpace></Page></Layout></alto>"
    )
}

/// A line of ALTO at this place: words of 100 units with gaps of 20.
fn line(left: u32, top: u32, words: &str) -> String {
    let words = words.split(' ').enumerate();
    let words: String = words
        .map(|(index, word)| {
            let left = left as usize + 120 * index;
            format!(
                "<String CONTENT=\"{word}\" HPOS=\"{left}\" VPOS=\"{top}\" WIDTH=\"100\" \
                 HEIGHT=\"40\" WC=\"0.9\"/><SP/>"
            )
        })
        .collect();
    format!("<TextLine>{words}</TextLine>")
}

fn block(lines: &[String]) -> String {
    format!("<TextBlock>{}</TextBlock>", lines.concat())
}

/// PAGE XML of a page of 1240 × 1754 pixels.
fn page_xml(content: &str) -> String {
    format!(
        "<PcGts xmlns=\"http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15\">\
         <Page imageWidth=\"1240\" imageHeight=\"1754\" imageXResolution=\"150\" \
         imageResolutionUnit=\"PPI\">{content}</Page></PcGts>"
    )
}

/// A region of PAGE XML with lines of text, one below the other.
fn region(id: &str, left: u32, top: u32, lines: &[&str]) -> String {
    let lines = (0..).zip(lines).map(|(index, text)| {
        let (top, right) = (top + 40 * index, left + 10 * text.chars().count() as u32);
        let bottom = top + 20;
        format!(
            "<TextLine><Coords points=\"{left},{top} {right},{top} {right},{bottom}\"/>\
             <TextEquiv conf=\"0.8\"><Unicode>{text}</Unicode></TextEquiv></TextLine>"
        )
    });
    let lines: String = lines.collect();
    format!("<TextRegion id=\"{id}\">{lines}</TextRegion>")
}

#[test]
fn formats_are_known_by_their_root() {
    let hocr = "<!DOCTYPE html><html><body><div class='ocr_page' title='bbox 0 0 9 9'>";
    for (text, format) in [
        ("<alto>", Some(OcrFormat::Alto)),
        (
            "\u{feff}<?xml version='1.0'?>\n<!-- a -->\n<x:alto xmlns:x='y'>",
            Some(OcrFormat::Alto),
        ),
        (
            "<!DOCTYPE PcGts [<!ENTITY a 'b'>]><PcGts>",
            Some(OcrFormat::PageXml),
        ),
        (hocr, Some(OcrFormat::Hocr)),
        ("<html><body><p>ocr_page bbox 1 2 3 4</p>", None),
        ("<html><p>Ön", None),
        ("alto", None),
        ("<altocumulus>", None),
        ("<?xml", None),
        ("", None),
    ] {
        assert_eq!(format_of(text), format, "{text}");
    }
    assert!(read(b"<mets/>", &Heartbeat::default()).is_err());
}

#[test]
fn alto_has_words_with_places_and_confidence() {
    let xml = alto(&block(&[
        line(200, 300, "Namn: Ön"),
        line(200, 360, "Slut"),
    ]));
    let document = document(&xml);
    assert_eq!(document.carrier, Carrier::Ocr);
    assert_eq!(document.media_type, "application/alto+xml");
    let page = &document.pages[0];
    assert_eq!(page.text, "Namn: Ön\nSlut");
    assert_eq!(page.origin, diarium_document::Origin::Ocr);
    let (width, height) = page.size.unwrap();
    assert!((width - 595.3).abs() < 0.1 && (height - 841.9).abs() < 0.1);
    let words: Vec<&str> = page
        .words
        .iter()
        .map(|word| &page.text[word.bytes.clone()])
        .collect();
    assert_eq!(words, ["Namn:", "Ön", "Slut"]);
    let Rect(left, top, right, bottom) = page.words[1].rect;
    let millimeters = [left, top, right, bottom].map(|points| points / 72.0 * 25.4);
    for (found, expected) in millimeters.into_iter().zip([32.0, 30.0, 42.0, 34.0]) {
        assert!((found - expected).abs() < 0.01, "{millimeters:?}");
    }
    assert_eq!(page.words[1].confidence, 0.9);
    assert!((page.confidence - 0.9).abs() < 1e-6);
}

#[test]
fn cells_beside_each_other_are_a_row() {
    let one_line = block(&[line(200, 300, "Ort").replace(
        "</TextLine>",
        "<String CONTENT=\"Ön\" HPOS=\"900\" VPOS=\"300\" WIDTH=\"100\" HEIGHT=\"40\"/></TextLine>",
    )]);
    let two_lines = block(&[line(200, 300, "Ort"), line(900, 300, "Ön")]);
    let two_blocks = block(&[line(200, 300, "Ort")]) + &block(&[line(900, 300, "Ön")]);
    for blocks in [one_line, two_lines, two_blocks] {
        let page = page_of(&alto(&blocks));
        assert_eq!(page.text, "Ort\tÖn");
        assert_eq!(page.lines[0].role, LineRole::Row);
    }
}

#[test]
fn labels_and_values_in_two_blocks_are_pairs() {
    let labels = ["Sökande", "Adress", "Ort"];
    let labels: Vec<String> = (0..3)
        .zip(labels)
        .map(|(n, text)| line(200, 300 + 80 * n, text))
        .collect();
    let values = [
        (300, "Kvarnens vänner"),
        (380, "Norra vägen"),
        (430, "12"),
        (460, "Ön"),
    ];
    let values = values.map(|(top, text)| line(900, top, text));
    let page = page_of(&alto(&(block(&labels) + &block(&values))));
    assert_eq!(
        page.text.replace("\n\n", "\n"),
        "Sökande\tKvarnens vänner\nAdress\tNorra vägen\n12\nOrt\tÖn"
    );
}

#[test]
fn columns_of_text_stay_apart() {
    let column = |left: u32| {
        let lines: Vec<String> = (0..5)
            .map(|n| line(left, 300 + 50 * n, "ett två tre fyra fem"))
            .collect();
        block(&lines)
    };
    let page = page_of(&alto(&(column(200) + &column(1000))));
    assert_eq!(page.lines.len(), 10);
    assert!(!page.text.contains('\t'));
    assert_eq!(page.lines[0].end, LineEnd::Soft);
    assert!(page.lines[5].gap_before);
}

#[test]
fn hyphens_are_restored_as_printed() {
    let first = "<String CONTENT=\"tradi\" SUBS_TYPE=\"HypPart1\" SUBS_CONTENT=\"tradition\"/>";
    let second = "<TextLine><String CONTENT=\"tion\" SUBS_TYPE=\"HypPart2\"/></TextLine>";
    for hyphen in [
        "",
        "<HYP CONTENT=\"-\"/>",
        "<HYP CONTENT=\"¬\"/>",
        "<HYP CONTENT=\"&#xad;\"/>",
    ] {
        let xml = alto(&format!(
            "<TextBlock><TextLine>{first}{hyphen}</TextLine>{second}</TextBlock>"
        ));
        assert_eq!(page_of(&xml).text, "tradi-\ntion", "{hyphen}");
    }
    let no_hyphen = alto("<TextBlock><TextLine><String CONTENT=\"a=b\"/></TextLine></TextBlock>");
    assert_eq!(page_of(&no_hyphen).text, "a=b");
}

#[test]
fn styles_and_several_pages_of_alto_are_read() {
    let xml = "<alto><Styles><TextStyle ID='a' FONTSIZE='14' FONTSTYLE='bold'/></Styles><Layout>\
        <Page WIDTH='2480' HEIGHT='3508'><TopMargin><TextBlock ID='b1' STYLEREFS='a'><TextLine \
        HPOS='100' VPOS='100' WIDTH='300' HEIGHT='40'><String CONTENT='Rubrik' HPOS='100' VPOS='100' \
        WIDTH='300' HEIGHT='40' CC='0 9 0'/></TextLine></TextBlock></TopMargin></Page><Page/></Layout></alto>";
    let document = document(xml);
    assert_eq!(document.pages.len(), 2);
    let page = &document.pages[0];
    assert!(page.lines[0].bold);
    assert_eq!(page.lines[0].font_size, Some(14.0));
    assert!((page.words[0].confidence - 2.0 / 3.0).abs() < 1e-6);
    // 300 pixels per inch.
    assert_eq!(page.size, Some((595.2, 841.92)));
    assert_eq!(document.pages[1].text, "");
}

#[test]
fn page_xml_is_read_in_its_reading_order() {
    let order = "<ReadingOrder><OrderedGroup><RegionRefIndexed index='1' regionRef='a'/>\
        <UnorderedGroupIndexed index='0'><RegionRef regionRef='c'/></UnorderedGroupIndexed>\
        </OrderedGroup></ReadingOrder>";
    let regions = region("a", 100, 700, &["Ett"])
        + &region("b", 100, 900, &["Två"])
        + &region("c", 100, 100, &["Tre"]);
    let document = document(&page_xml(&format!("{order}{regions}")));
    assert_eq!(document.media_type, "application/vnd.prima.page+xml");
    let page = &document.pages[0];
    assert_eq!(page.text, "Tre\n\nEtt\n\nTvå");
    assert_eq!(page.size, Some((595.2, 841.92)));
    assert_eq!(page.lines[0].confidence, 0.8);
    assert_eq!(page.words[0].rect.1, 48.0);
}

#[test]
fn the_best_text_of_page_xml_is_read() {
    let line = |inside: &str| {
        let xml = page_xml(&format!(
            "<TextRegion type='heading'><TextLine><Coords points='0,0 200,20'/>{inside}</TextLine>\
             <TextEquiv><Unicode>fel</Unicode></TextEquiv></TextRegion>"
        ));
        page_of(&xml)
    };
    let word = |text: &str| {
        format!(
            "<Word><Coords points='0,0 90,20'/><TextEquiv><Unicode>{text}</Unicode></TextEquiv>\
             <Glyph><TextEquiv><Unicode>x</Unicode></TextEquiv></Glyph></Word>"
        )
    };
    let equiv = |text: &str| format!("<TextEquiv index='0'><Unicode>{text}</Unicode></TextEquiv>");
    let words = word("Norra") + &word("vagen");
    assert_eq!(line(&words).text, "Norra vagen");
    assert_eq!(line(&words).lines[0].role, LineRole::Heading(2));
    assert_eq!(
        line(&(words.clone() + &equiv("Norra vägen"))).text,
        "Norra vägen"
    );
    assert_eq!(
        line(&(words + &equiv("Norra nya vägen"))).text,
        "Norra nya vägen"
    );
    let alternatives = format!(
        "<TextEquiv index='1'><Unicode>fel</Unicode></TextEquiv>{}",
        equiv("rätt")
    );
    assert_eq!(line(&alternatives).text, "rätt");
    // Only the region has a text.
    assert_eq!(line("").text, "fel");
    assert!(line("").words.is_empty());
}

#[test]
fn cells_of_page_xml_are_rows() {
    let cell = |row: u32, column: u32, text: &str| {
        region("x", 100 + 300 * column, 100, &[text]).replace(
            "</TextRegion>",
            &format!("<Roles><TableCellRole rowIndex='{row}' columnIndex='{column}'/></Roles></TextRegion>"),
        )
    };
    let table =
        cell(1, 0, "Resor") + &cell(0, 1, "Belopp kr") + &cell(1, 1, "9 000") + &cell(0, 0, "Post");
    let page = page_of(&page_xml(&format!("<TableRegion>{table}</TableRegion>")));
    assert_eq!(page.text, "Post\tBelopp kr\nResor\t9 000");
    let transkribus = "<TableRegion><TableCell row='0' col='0'><TextLine><TextEquiv><Unicode>Ort\
        </Unicode></TextEquiv></TextLine></TableCell><TableCell row='0' col='1'><TextLine><TextEquiv>\
        <Unicode>Ön</Unicode></TextEquiv></TextLine></TableCell></TableRegion>";
    assert_eq!(page_of(&page_xml(transkribus)).text, "Ort\tÖn");
}

#[test]
fn crossed_out_words_are_marked() {
    let struck = |page: &Page| -> Vec<String> {
        page.struck
            .iter()
            .map(|part| page.text[part.clone()].to_owned())
            .collect()
    };
    let custom = region("a", 0, 0, &["Bidrag 40 000 30 000"]).replace(
        "<TextLine>",
        "<TextLine custom='readingOrder {index:0;} textStyle {offset:7; length:6; strikethrough:true;}'>",
    );
    assert_eq!(struck(&page_of(&page_xml(&custom))), ["40 000"]);
    let hocr = "<html><div class='ocr_page' title='bbox 0 0 900 900'><span class='ocr_line' title='bbox 0 \
        0 200 20'><span class='ocrx_word' title='bbox 0 0 90 20'><s>40</s></span> <span class='ocrx_word' \
        title='bbox 100 0 190 20'>30</span></span></div>";
    assert_eq!(struck(&page_of(hocr)), ["40"]);
}

#[test]
fn hocr_is_read_with_words_or_with_lines_only() {
    let words = "<?xml version='1.0'?><html><body><div class='ocr_page' title='image \"a.png\"; bbox 0 0 \
        2480 3508; scan_res 300 300'><div class='ocr_carea' title='bbox 100 100 900 200'><p class='ocr_par'>\
        <span class='ocr_line' title='bbox 100 100 600 150; baseline 0 -10'><span class='ocrx_word' \
        title='bbox 100 100 300 150; x_wconf 91'><strong>Norra</strong></span> <span class='ocrx_word' \
        title='bbox 320 100 600 150; x_wconf 50'>v&auml;gen</span></span></p></div></div><div \
        class='ocr_page' title='bbox 0 0 10 10'></div></body></html>";
    let document = document(words);
    assert_eq!(document.media_type, "text/vnd.hocr+html");
    assert_eq!(document.pages.len(), 2);
    let page = &document.pages[0];
    assert_eq!(page.text, "Norra vägen");
    assert_eq!(page.size, Some((595.2, 841.92)));
    assert_eq!(page.words[1].confidence, 0.5);
    assert_eq!(page.words[0].start, (24.0, 33.6));

    let choices = "<html><div class='ocr_page' title='bbox 0 0 900 900'><span class='ocr_line' title='bbox 0 0 \
        90 20'><span class='ocrx_word' title='bbox 0 0 90 20'>Ön<span class='ocrx_cinfo' \
        id='lstm_choices_1_1_1'><span class='ocrx_cinfo' id='choice_1'>O</span></span></span></span></div>";
    assert_eq!(page_of(choices).text, "Ön");

    let lines = "<html><div class='ocr_page' title='bbox 0 0 900 900'><span class='ocr_line' title='bbox 0 0 \
        110 20'>Norra vägen</span><br><span class='ocr_line' title='bbox 0 24 30 44'>Ön</span></div>";
    let page = page_of(lines);
    assert_eq!(page.text, "Norra vägen\nÖn");
    assert_eq!(page.words.len(), 3);
}

#[test]
fn a_damaged_file_is_read_as_far_as_it_goes() {
    let whole = alto(&block(&[
        line(200, 300, "Namn: Ön"),
        line(200, 360, "Slut"),
    ]));
    let cut = &whole[..whole.find("Slut").unwrap()];
    let document = document(cut);
    assert_eq!(document.pages[0].text, "Namn: Ön");
    assert_eq!(document.warnings[0].code, WarningCode::DamagedFile);
}

#[test]
fn hostile_numbers_and_structures_are_harmless() {
    for xml in [
        alto("<TextBlock><TextLine HPOS='NaN' VPOS='inf' WIDTH='-5' HEIGHT='1e30'><String \
              CONTENT='ett' HPOS='1e9' VPOS='-1e9' WIDTH='x' HEIGHT=''/></TextLine></TextBlock>"),
        alto("<HYP/><String CONTENT='ett'/><TextLine/><TextLine><HYP/></TextLine>"),
        "<alto><String CONTENT='ett'/></alto>".to_owned(),
        page_xml("<TextLine/><Word/><Glyph/><Unicode>x</Unicode><TextEquiv/><TextRegion><TextLine>\
                  <Coords points='1,x 2'/><TextEquiv conf='9'><Unicode>ett</Unicode></TextEquiv>\
                  </TextLine></TextRegion>"),
        "<html><span class='ocr_line' title='bbox'>x</span><div class='ocr_page' title='bbox 0 0 0 0'>\
         <span class='ocrx_word'>två</span><span class='ocr_line'>ett</span></div>".to_owned(),
    ] {
        let page = page_of(&xml);
        assert!(page.text.is_empty() || page.text == "ett", "{xml}: {}", page.text);
        for word in &page.words {
            assert!(word.rect.0.is_finite() && word.rect.3.is_finite());
        }
    }
}

#[test]
fn a_page_is_fitted_to_its_image() {
    let mut page = page_of(&alto(&block(&[line(200, 300, "Ön")])));
    let before = page.words[0].rect;
    let (width, height) = page.size.unwrap();
    fit_to(&mut page, (2.0 * width, height));
    let after = page.words[0].rect;
    assert_eq!((after.0, after.1), (2.0 * before.0, before.1));
}
