use super::*;
use crate::encoding::decode;
use diarium_document::{LineEnd, LineRole, Page};

fn page(html: &str) -> Page {
    read(decode(html.as_bytes()), &Heartbeat::default())
        .pages
        .remove(0)
}

fn lines(html: &str) -> Vec<(LineRole, String)> {
    let page = page(html);
    let line = |line: &diarium_document::Line| (line.role, page.line_text(line).to_owned());
    page.lines.iter().map(line).collect()
}

fn content(html: &str) -> Vec<String> {
    let lines = lines(html).into_iter();
    lines
        .filter(|(role, _)| *role != LineRole::Boilerplate)
        .map(|(_, text)| text)
        .collect()
}

#[test]
fn html_is_detected_by_its_beginning_or_by_extension_and_tags() {
    assert!(looks_like_html("<!DOCTYPE html><p>x", "txt"));
    assert!(looks_like_html(
        "<?xml version='1.0'?>\n<!-- sparad -->\n<html>",
        ""
    ));
    assert!(looks_like_html("<div>x</div>", "html"));
    assert!(looks_like_html(&"<p>x</p>".repeat(5), ""));
    assert!(!looks_like_html(&"<p>x</p>".repeat(5), "md"));
    assert!(!looks_like_html("bara text", "html"));
    assert!(!looks_like_html("<båt>", "txt"));
}

#[test]
fn coded_addresses_are_shown_as_browsers_show_them() {
    // Coded with the key 0x00.
    let coded = "006576612e656b406578616d706c652e7365";
    for html in [
        &format!("<p>Till <a href='/x' data-cfemail='{coded}'>[email protected]</a>"),
        &format!("<p>Till <a href='/cdn-cgi/l/email-protection#{coded}'>oss</a>"),
        "<p>Till <span style='unicode-bidi: bidi-override; direction: rtl'>es.elpmaxe@ke.ave</span>",
        "<p>Till <a href='mailto:eva.ek@example.se'>eva.ek@example.se</a>",
    ] {
        assert_eq!(content(html), ["Till eva.ek@example.se"], "{html}");
    }
    for html in [
        "<p>Till <a href='mailto:eva.ek%40example.se?subject=Hej'>Eva</a>",
        "<p>Till <span data-user='eva.ek' data-domain='example.se'>Eva</span>",
        "<p>Till <a href='#' data-email='eva.ek@example.se'>Eva</a>",
    ] {
        assert_eq!(content(html), ["Till Eva (eva.ek@example.se)"], "{html}");
    }
    let share = "<p>Tipsa <a href='mailto:?body=x'>en vän</a>";
    assert_eq!(content(share), ["Tipsa en vän"]);
}

#[test]
fn raised_digits_are_no_part_of_the_number_before_them() {
    let html = "<p>120<sup>2</sup> personer, 40<sup><a href='#n1'>13</a></sup>, 1<sup>a</sup>";
    assert_eq!(content(html), ["120² personer, 40¹³, 1ᵃ".replace('ᵃ', "a")]);
}

#[test]
fn blocks_are_lines_and_paragraphs_have_gaps() {
    let html = "<h2>Ön</h2><p>Ett\n  stycke<br>till <i>och</i> mer</p><div>rad</div><div>rad</div>";
    let page = page(html);
    assert_eq!(page.text, "Ön\n\nEtt stycke\ntill och mer\n\nrad\nrad");
    let gaps: Vec<bool> = page.lines.iter().map(|line| line.gap_before).collect();
    assert_eq!(gaps, [false, true, false, true, false]);
    assert!(page.lines.iter().all(|line| line.end == LineEnd::Hard));
    assert_eq!(page.lines[0].role, LineRole::Heading(2));
}

#[test]
fn items_have_bullets_or_numbers() {
    let html = "<ul><li>ett<ul><li>inre</li></ul></li><li><p>två</p><p>mer</p></li><li></li></ul>\
        <ol start=3><li>tre<li>- fyra</ol>";
    assert_eq!(
        lines(html),
        [
            (LineRole::Item, "• ett".to_owned()),
            (LineRole::Item, "• inre".to_owned()),
            (LineRole::Item, "• två".to_owned()),
            (LineRole::Body, "mer".to_owned()),
            (LineRole::Item, "3. tre".to_owned()),
            (LineRole::Item, "- fyra".to_owned()),
        ]
    );
}

#[test]
fn a_nested_list_has_no_gap_around_it() {
    let page = page("<ul><li>ett<ul><li>inre</ul><li>två</ul><p>slut");
    assert_eq!(page.text, "• ett\n• inre\n• två\n\nslut");
}

#[test]
fn a_row_of_data_is_one_line_of_cells() {
    let html =
        "<table><tr><th><p>Färg</p><td>Röd<br>ljus<tr><td><td>Tom<tr><td colspan=2>Ensam</table>";
    assert_eq!(
        lines(html),
        [
            (LineRole::Row, "Färg\tRöd ljus".to_owned()),
            (LineRole::Row, "\tTom".to_owned()),
            (LineRole::Body, "Ensam".to_owned()),
        ]
    );
}

#[test]
fn a_row_of_a_layout_table_is_rendered_as_blocks() {
    let html = "<table><tr><td>Vänster<td><h2>Ön</h2><p>a<p>b<p>c</table>";
    let expected = [
        (LineRole::Body, "Vänster".to_owned()),
        (LineRole::Heading(2), "Ön".to_owned()),
        (LineRole::Body, "a".to_owned()),
        (LineRole::Body, "b".to_owned()),
        (LineRole::Body, "c".to_owned()),
    ];
    assert_eq!(lines(html), expected);
}

#[test]
fn a_label_and_its_first_value_are_one_line() {
    let html =
        "<dl><dt>Färg</dt> <dd>Röd</dd><dd>Blå</dd><div><dt>Djup<dd>Tio</div><dt>Ort</dl><p>Slut";
    assert_eq!(
        lines(html),
        [
            (LineRole::Row, "Färg\tRöd".to_owned()),
            (LineRole::Body, "Blå".to_owned()),
            (LineRole::Row, "Djup\tTio".to_owned()),
            (LineRole::Body, "Ort".to_owned()),
            (LineRole::Body, "Slut".to_owned()),
        ]
    );
}

#[test]
fn form_controls_are_rendered_with_their_values() {
    let html = "<p><label><input type=checkbox checked>Ja</label><label><input type=checkbox>Nej\
        </label><p>Namn<input value='Ön'><input type=hidden value=x><input type=submit value=y>\
        <p><select><option>ett<option selected>två</select>slut<p><textarea>a\nb</textarea>";
    assert_eq!(
        content(html),
        ["☒ Ja ☐ Nej", "Namn\tÖn", "två slut", "a", "b"]
    );
}

#[test]
fn hidden_elements_are_not_rendered() {
    let html = "<head><title>t</title></head><script>s</script><style>s</style><p hidden>h</p>\
        <i class=material-icons aria-hidden=true>h</i><p style='display : none'>h<b>h</b></p><template>t</template>\
        <noscript>n</noscript><p>syns</p><a href='mailto:x@example.org'>x@example.org</a>";
    assert_eq!(content(html), ["syns", "x@example.org"]);
}

#[test]
fn elements_of_the_site_are_boilerplate() {
    for block in [
        "<nav>N</nav>",
        "<footer>N</footer>",
        "<header>N</header>",
        "<div role=navigation>N</div>",
        "<div class='cookie-banner'>N</div>",
        "<ul id=mainNav><li>N</ul>",
        "<a class=skip-link href=#x>N</a>",
        "<aside><a href=x>N</a></aside>",
        "<div>Skip to main content</div>",
    ] {
        assert_eq!(
            content(&format!("{block}<p>Ön</p>{block}")),
            ["Ön"],
            "{block}"
        );
        assert_eq!(lines(block)[0].0, LineRole::Boilerplate, "{block}");
    }
}

#[test]
fn content_that_resembles_boilerplate_is_kept() {
    for block in [
        "<div class='has-menu'><p>N</div>",
        "<div class='banner'><h1>N</h1></div>",
        "<main><div class='banner'><h1>N</h1></div></main>",
        "<article><header>N</header></article>",
        "<aside>N</aside>",
        "<p class=shareholder>N</p>",
    ] {
        assert_eq!(content(block), ["N"], "{block}");
    }
}

#[test]
fn with_a_main_part_the_rest_of_the_page_is_boilerplate() {
    let html = "<title>Ön - Viken</title><h2>Viken</h2><h1>Ön</h1><main><p>Text</main><p>Nyheter";
    assert_eq!(content(html), ["Ön", "Text"]);
    assert_eq!(content("<p>a</p><article><p>b</article>"), ["b"]);
    assert_eq!(
        content("<article><p>a</article><article><p>b</article>"),
        ["a", "b"]
    );
    let empty = "<main></main><p>all text stands elsewhere";
    assert_eq!(content(empty), ["all text stands elsewhere"]);
}

#[test]
fn the_sites_name_is_removed_from_the_title_only_if_a_heading_is_the_rest() {
    let title = |html: &str| read(decode(html.as_bytes()), &Heartbeat::default()).stated_title;
    let cases = [
        ("<title>Ön - Viken</title><h1>Ön</h1>", "Ön"),
        ("<title>Viken | Ön</title><h1>Ön</h1>", "Ön"),
        ("<title>Ön -\n Viken</title><h1>Sjön</h1>", "Ön - Viken"),
        ("<title>Ön - Viken</title>", "Ön - Viken"),
    ];
    for (html, expected) in cases {
        assert_eq!(title(html).as_deref(), Some(expected));
    }
    assert_eq!(title("<h1>Ön</h1>"), None);
}

#[test]
fn a_line_is_bold_if_all_of_it_is_bold() {
    let html =
        "<p><b>Fet</b> <strong>rad</strong><p><b>Fet</b> och inte<table><tr><th>a<th>b</table>";
    let bold: Vec<bool> = page(html).lines.iter().map(|line| line.bold).collect();
    assert_eq!(bold, [true, false, true]);
}

#[test]
fn nesting_beyond_the_limit_is_read_with_a_warning() {
    let html = format!(
        "{}djupt{}",
        "<div>".repeat(200_000),
        "</div>".repeat(200_000)
    );
    let document = read(decode(html.as_bytes()), &Heartbeat::default());
    assert_eq!(document.pages[0].text, "djupt");
    assert_eq!(document.warnings[0].code, WarningCode::DamagedFile);
}

#[test]
fn letters_from_character_references_are_composed() {
    assert_eq!(
        page("<p>a&#x30a;&nbsp;b<p>&nbsp;<p>c").text,
        "å\u{a0}b\n\nc"
    );
}

#[test]
fn a_sharing_sites_page_is_read_as_a_transcript() {
    let html =
        "<title>Ön</title><h1>Ön</h1><p>Storlek: px</p><p>Transkript</p><p>1 Ett</p><p>2 Två</p>";
    let document = read(decode(html.as_bytes()), &Heartbeat::default());
    assert_eq!(document.carrier, Carrier::Transcript);
    assert_eq!(document.pages.len(), 2);
    assert_eq!(document.media_type, "text/html");
}

#[test]
fn crossed_out_text_is_marked() {
    let struck = |html: &str| {
        let page = page(html);
        let parts = page.struck.iter();
        parts
            .map(|part| page.text[part.clone()].to_owned())
            .collect::<Vec<_>>()
    };
    for html in [
        "<p>Bidrag <s>40 000 kr</s> 30 000 kr",
        "<p>Bidrag <del>40 <b>000</b>  kr</del> 30 000 kr",
        "<p>Bidrag <strike>40 000 kr&nbsp;</strike><p>30 000 kr",
        "<p>Bidrag <span style='text-decoration: underline LINE-THROUGH'>40 000 kr</span>",
    ] {
        assert_eq!(struck(html), ["40 000 kr"], "{html}");
    }
    let composed = "<p>a&#x30a;r <s>bo&#x308;n</s> ja <s>tva&#x30a;</s>&#x30a;";
    assert_eq!(struck(composed), ["bön", "två"]);
    assert_eq!(
        struck("<p><s>ett</s> <s>två</s><p><s>tre</s><s> </s>"),
        ["ett två", "tre"]
    );
}

#[test]
fn a_frame_is_read_where_it_stands() {
    let html = "<h1>Ön</h1><iframe srcdoc=\"<p>Inre</p><iframe srcdoc='<p>Innerst</p>'></iframe>\">\
        Ersättning</iframe><p>Slut";
    assert_eq!(content(html), ["Ön", "Inre", "Innerst", "Slut"]);
    let endless = "<iframe srcdoc=\"".repeat(50);
    assert!(content(&endless).is_empty());
}

#[test]
fn the_frames_of_a_web_archive_are_read_in_the_order_of_the_frameset() {
    let part = |location: &str, html: &str| Frame {
        location: location.to_owned(),
        html: html.to_owned(),
    };
    let frames = [
        part(
            "http://example.se/a/text.htm",
            "<title>Inre</title><h1>Sjön</h1>",
        ),
        part("cid:meny@example.se", "<p>Meny<iframe src='meny.htm'>"),
        part(
            "http://example.se/a/meny.htm",
            "<p>Mer<iframe src='meny.htm'>",
        ),
    ];
    let page = "<title>Ön</title><frameset><frame src='cid:meny@example.se'><frame src='text.htm'>\
        <frame src='http://example.se/b/text.htm'><noframes><p>Utan ramar</noframes></frameset>";
    let document = read_with_frames(decode(page.as_bytes()), &frames, &Heartbeat::default());
    assert_eq!(document.pages[0].text, "Meny\n\nMer\n\nSjön");
    assert_eq!(document.stated_title.as_deref(), Some("Ön"));
    assert_eq!(document.warnings[0].code, WarningCode::PagesMissing);

    let alone = read(decode(page.as_bytes()), &Heartbeat::default());
    assert_eq!(alone.pages[0].text, "Utan ramar");
}

#[test]
fn what_the_style_hides_is_left_out_with_a_warning() {
    for (html, shown) in [
        (
            "<style>.mall{display:none}</style><p>Ön<div class=mall><p>Exempel</div>",
            "Ön",
        ),
        (
            "<p>Ön<p style='visibility:hidden'>Exempel <b style='visibility:visible'>ja</b>",
            "Ön ja",
        ),
        (
            "<p>Ön<span style='font-size:0'>Exempel<b style='font-size:1em'> ja</b></span>",
            "Ön ja",
        ),
        ("<p>Ön<p style='color:#fff'>Exempel", "Ön"),
        ("<p>Ön<p><font color=white>Exempel</font>", "Ön"),
        (
            "<body bgcolor=navy text=yellow><p>Ön<p style='color:#000080'>Exempel",
            "Ön",
        ),
        (
            "<p>Ön<p style='position:absolute;left:-9999px'>Exempel",
            "Ön",
        ),
        ("<p>Ön<p hidden>Exempel", "Ön"),
        (
            "<style>.a{color:transparent}</style><p>Ön<p class=a>Exempel",
            "Ön",
        ),
    ] {
        let document = read(decode(html.as_bytes()), &Heartbeat::default());
        assert_eq!(content(html).join(" "), shown, "{html}");
        assert_eq!(document.warnings.len(), 1, "{html}");
        let warning = &document.warnings[0];
        assert_eq!(warning.code, WarningCode::HiddenText);
        assert!(warning.message.starts_with("7 characters"), "{html}");
    }
}

#[test]
fn text_that_only_may_be_hidden_is_kept() {
    for html in [
        "<link rel=stylesheet href=a.css><p style='color:white'>Ön",
        "<div style='background:url(a.png)'><p style='color:white'>Ön</div>",
        "<p style='color:white;text-shadow:0 0 2px black'>Ön",
        "<body style='visibility:hidden'><p>Ön",
        "<style media=print>p{display:none}</style><p>Ön",
        "<p aria-hidden=true>Ön",
        "<div style='display:none'><p>Ön</div>",
    ] {
        assert_eq!(content(html), ["Ön"], "{html}");
    }
    let site = "<p>Ön<nav style='display:none'>Meny</nav>";
    assert!(
        read(decode(site.as_bytes()), &Heartbeat::default())
            .warnings
            .is_empty()
    );
}

#[test]
fn labels_and_values_of_a_form_are_cells() {
    for (html, expected) in [
        (
            "<label for=a>Namn</label> <input id=a value='Ön'>",
            "Namn\tÖn",
        ),
        ("<label>Namn <input value='Ön'></label>", "Namn\tÖn"),
        ("<p>Namn: <input value='Ön' disabled>", "Namn:\tÖn"),
        (
            "<div><label for=a>Namn</label></div><div><input id=a value='Ön'></div>",
            "Namn\tÖn",
        ),
        (
            "<label>Postnr</label><input value=12345><label>Ort</label><input value='Ön'>",
            "Postnr\t12345\tOrt\tÖn",
        ),
        (
            "Postnr: <input value=12345> Ort: <input value='Ön'>",
            "Postnr:\t12345\tOrt:\tÖn",
        ),
        (
            "Tid: <input value=2011> till <input value=2012>",
            "Tid:\t2011 till 2012",
        ),
        ("Belopp <input value=5000> kr", "Belopp\t5000 kr"),
        ("<tr><td>Namn<td><input value='Ön'>", "Namn\tÖn"),
        (
            "<table><tr><td>Namn<td><input value='Ön'></table>",
            "Namn\tÖn",
        ),
        (
            "Fas <select><option>ett<option value=2 selected>två</select>",
            "Fas\ttvå",
        ),
        (
            "Fas <select multiple><option selected>ett<option selected>två</select>",
            "Fas\tett, två",
        ),
        (
            "Fas <select><option value=''>Välj<option>två</select>",
            "Fas",
        ),
        ("Namn <input placeholder='Ditt namn'>", "Namn"),
        ("<span role=checkbox aria-checked=true>Ja</span>", "☒ Ja"),
        (
            "Ja <button>Skicka</button><input type=submit value=y>",
            "Ja",
        ),
        ("<h2><button>Frågor</button></h2>", "Frågor"),
    ] {
        assert_eq!(content(html), [expected], "{html}");
    }
    let apart = "<label for=a>Namn</label><p>Förnamn först</p><input id=a value='Ön'>";
    assert_eq!(content(apart), ["Namn", "Förnamn först", "Ön"]);
}

#[test]
fn the_toolbar_of_a_web_archive_is_boilerplate() {
    for html in [
        "<!-- BEGIN WAYBACK TOOLBAR INSERT --><div>12 fångster</div><p>Mer</p><!-- END WAYBACK TOOLBAR \
         INSERT --><p>Ön",
        "<div id='wm-ipp-base'><p>12 fångster</div><div id=wm-ipp-print>Mer</div><p>Ön",
        "<div class='_wb_banner'>12</div><p>Ön",
    ] {
        assert_eq!(content(html), ["Ön"], "{html}");
    }
    let unclosed = "<!-- BEGIN WAYBACK TOOLBAR INSERT --><p>Ön";
    assert_eq!(content(unclosed), ["Ön"]);
}
