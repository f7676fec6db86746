//! How do counts look on a page?
//!
//! One page that needs nothing beside itself: its plots are drawings in it, with a title for those
//! who listen and a table for those who count. It follows the reader's choice of light or dark.
//! Text from documents is escaped.

use std::fmt::Write;

use super::{Counts, Report, Sum};

/// Bars of one plot; smaller ones are told together.
const MOST_BARS: usize = 24;

/// Width of a plot, in its own units.
const WIDTH: usize = 640;

const STYLE: &str = "\
:root{color-scheme:light dark;--paper:#fbfaf7;--ink:#22262b;--soft:#626a73;--line:#dcd9d2;--bar:#2f6f8f;--card:#fff}
@media (prefers-color-scheme:dark){:root{--paper:#15181b;--ink:#e6e4df;--soft:#a2a8ae;--line:#34393e;--bar:#6fb3d2;--card:#1d2125}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:2rem 1.25rem 4rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.7rem;margin:0 0 .25rem}h2{font-size:1.05rem;margin:0 0 .75rem}
p{margin:.25rem 0;color:var(--soft)}
dl.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem;margin:1.5rem 0}
dl.facts div{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem}
dl.facts dt{color:var(--soft);font-size:.85rem}dl.facts dd{margin:0;font-size:1.5rem;font-variant-numeric:tabular-nums}
main{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(32rem,100%),1fr));gap:1rem;align-items:start}
section{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:1rem 1.25rem;min-width:0}
section.wide{grid-column:1/-1}
svg{width:100%;height:auto;display:block}svg text{fill:var(--ink);font:14px system-ui,sans-serif}
svg .number{fill:var(--soft);font-variant-numeric:tabular-nums}svg rect{fill:var(--bar)}svg line{stroke:var(--line)}
details{margin-top:.75rem}summary{cursor:pointer;color:var(--soft);font-size:.9rem}
.table{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:.3rem .75rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
";

/// The page. `name` is what the archive is called.
pub fn page(name: &str, report: &Report) -> String {
    let mut page = String::new();
    let name = escaped(name);
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <title>What is in {name}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <h1>What is in {name}</h1>\n"
    );
    facts(report, &mut page);
    page.push_str("<main>\n");
    plot(
        "Kinds",
        "records by kind",
        Shape::Rows,
        &ranked(&report.kinds),
        &mut page,
    );
    plot(
        "Regions",
        &without("records by region", report.without_region, "no region"),
        Shape::Rows,
        &ranked(&report.regions),
        &mut page,
    );
    let years = years(report);
    plot(
        "Years",
        &without(
            "records by the year of their first day",
            report.without_year,
            "no year",
        ),
        Shape::Columns,
        &years,
        &mut page,
    );
    plot(
        "Confidence",
        "fields' values by how sure they are",
        Shape::Columns,
        &confidences(report),
        &mut page,
    );
    plot(
        "Fields",
        "records in which a field has a value",
        Shape::Rows,
        &ranked(&report.fields),
        &mut page,
    );
    plot(
        "Warnings",
        &without(
            "records with a warning",
            report.without_warning,
            "no warning",
        ),
        Shape::Rows,
        &ranked(&report.warnings),
        &mut page,
    );
    amounts(report, &mut page);
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn facts(report: &Report, page: &mut String) {
    page.push_str("<dl class=\"facts\">\n");
    let share = format!("{:.1} %", report.ocr_share * 100.0);
    let rows = [
        ("Records", grouped(i128::from(report.records))),
        ("Kinds", grouped(report.kinds.len() as i128)),
        ("Pages", grouped(i128::from(report.pages))),
        ("Pages read from images", share),
        (
            "Without warnings",
            grouped(i128::from(report.without_warning)),
        ),
        ("Unreadable files", grouped(i128::from(report.unreadable))),
    ];
    for (name, value) in rows {
        let _ = writeln!(page, "<div><dt>{name}</dt><dd>{value}</dd></div>");
    }
    page.push_str("</dl>\n");
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A row for each value, for names.
    Rows,
    /// A column for each value, for what has an order.
    Columns,
}

fn plot(title: &str, what: &str, shape: Shape, values: &[(String, u64)], page: &mut String) {
    let id = title.to_lowercase();
    let _ = writeln!(
        page,
        "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>\n<p>{}</p>",
        escaped(what)
    );
    if values.is_empty() {
        page.push_str("<p>None.</p>\n</section>\n");
        return;
    }
    match shape {
        Shape::Rows => rows(&id, what, values, page),
        Shape::Columns => columns(&id, what, values, page),
    }
    page.push_str("<details>\n<summary>As a table</summary>\n<div class=\"table\"><table>\n");
    let _ = writeln!(
        page,
        "<thead><tr><th scope=\"col\">{title}</th><th scope=\"col\" class=\"n\">Count</th></tr></thead>\n<tbody>"
    );
    for (name, count) in values {
        let _ = writeln!(
            page,
            "<tr><td>{}</td><td class=\"n\">{}</td></tr>",
            escaped(name),
            grouped(i128::from(*count))
        );
    }
    page.push_str("</tbody>\n</table></div>\n</details>\n</section>\n");
}

fn begin(id: &str, what: &str, width: usize, height: usize, page: &mut String) {
    let _ = writeln!(
        page,
        "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-plot\">\n\
         <title id=\"{id}-plot\">Bars: {}</title>",
        escaped(what)
    );
}

fn rows(id: &str, what: &str, values: &[(String, u64)], page: &mut String) {
    const HEIGHT: usize = 26;
    const NAMES: usize = 220;
    const NUMBERS: usize = 80;
    let (shown, rest) = values.split_at(values.len().min(MOST_BARS));
    let most = shown
        .iter()
        .map(|(_, count)| *count)
        .max()
        .unwrap_or(1)
        .max(1);
    let height = (shown.len() + usize::from(!rest.is_empty())) * HEIGHT;
    begin(id, what, WIDTH, height, page);
    for (place, (name, count)) in shown.iter().enumerate() {
        let top = place * HEIGHT;
        let width = length(*count, most, WIDTH - NAMES - NUMBERS);
        let _ = writeln!(
            page,
            "<text x=\"0\" y=\"{}\">{}</text><rect x=\"{NAMES}\" y=\"{}\" width=\"{width}\" height=\"16\" rx=\"2\"/>\
             <text class=\"number\" x=\"{}\" y=\"{}\">{}</text>",
            top + 17,
            escaped(&short(name, 30)),
            top + 4,
            NAMES + width + 8,
            top + 17,
            grouped(i128::from(*count))
        );
    }
    if !rest.is_empty() {
        let sum: u64 = rest.iter().map(|(_, count)| count).sum();
        let _ = writeln!(
            page,
            "<text class=\"number\" x=\"0\" y=\"{}\">and {} more, together {}</text>",
            shown.len() * HEIGHT + 17,
            rest.len(),
            grouped(i128::from(sum))
        );
    }
    page.push_str("</svg>\n");
}

fn columns(id: &str, what: &str, values: &[(String, u64)], page: &mut String) {
    const HEIGHT: usize = 200;
    let most = values
        .iter()
        .map(|(_, count)| *count)
        .max()
        .unwrap_or(1)
        .max(1);
    let step = (WIDTH / values.len()).clamp(1, 80);
    begin(id, what, WIDTH, HEIGHT + 44, page);
    // Of many columns, every second, third … has its name below.
    let named = 56_usize.div_ceil(step.max(1));
    for (place, (name, count)) in values.iter().enumerate() {
        let tall = length(*count, most, HEIGHT);
        let left = place * step;
        let width = (step * 4 / 5).max(1);
        let middle = left + width / 2;
        let _ = writeln!(
            page,
            "<rect x=\"{left}\" y=\"{}\" width=\"{width}\" height=\"{tall}\" rx=\"2\"/>",
            HEIGHT + 20 - tall
        );
        if place % named == 0 {
            let _ = writeln!(
                page,
                "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                HEIGHT + 38,
                escaped(&short(name, 9))
            );
            if *count > 0 {
                let _ = writeln!(
                    page,
                    "<text class=\"number\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                    HEIGHT + 14 - tall,
                    grouped(i128::from(*count))
                );
            }
        }
    }
    let _ = writeln!(
        page,
        "<line x1=\"0\" y1=\"{0}\" x2=\"{WIDTH}\" y2=\"{0}\"/>\n</svg>",
        HEIGHT + 20
    );
}

/// A count as a length; what is there is seen.
fn length(count: u64, most: u64, longest: usize) -> usize {
    let length = (count as f64 / most as f64 * longest as f64).round() as usize;
    if count > 0 { length.max(2) } else { 0 }
}

fn amounts(report: &Report, page: &mut String) {
    page.push_str(
        "<section class=\"wide\" aria-labelledby=\"amounts\">\n<h2 id=\"amounts\">Amounts</h2>\n",
    );
    if report.amounts.is_empty() {
        page.push_str("<p>None.</p>\n</section>\n");
        return;
    }
    page.push_str("<p>whole kronor</p>\n<div class=\"table\"><table>\n<thead><tr><th scope=\"col\">Field</th><th scope=\"col\">Kind</th>\
         <th scope=\"col\" class=\"n\">Count</th><th scope=\"col\" class=\"n\">Sum</th><th scope=\"col\" class=\"n\">Median</th></tr></thead>\n<tbody>\n");
    for (name, amounts) in &report.amounts {
        amount(name, "all", &amounts.all, page);
        for (kind, sum) in &amounts.by_kind {
            amount("", kind, sum, page);
        }
    }
    page.push_str("</tbody>\n</table></div>\n</section>\n");
}

fn amount(name: &str, kind: &str, sum: &Sum, page: &mut String) {
    let _ = writeln!(
        page,
        "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}{}</td></tr>",
        escaped(name),
        escaped(kind),
        grouped(i128::from(sum.count)),
        grouped(sum.sum_sek),
        if sum.median_is_exact { "" } else { "about " },
        grouped(i128::from(sum.median_sek))
    );
}

/// Records by year, the years between without a record as well, unless they are too many to draw.
fn years(report: &Report) -> Vec<(String, u64)> {
    let told = || {
        report
            .years
            .iter()
            .map(|(year, count)| (year.clone(), *count))
    };
    let numbers: Option<Vec<u32>> = report.years.keys().map(|year| year.parse().ok()).collect();
    match numbers.as_deref() {
        Some([first, .., last]) if last - first < 60 => (*first..=*last)
            .map(|year| year.to_string())
            .map(|year| {
                (
                    year.clone(),
                    report.years.get(&year).copied().unwrap_or_default(),
                )
            })
            .collect(),
        _ => told().collect(),
    }
}

/// How many fields' values are how sure, in tenths.
pub fn confidences(report: &Report) -> Vec<(String, u64)> {
    let steps = report.confidences.iter().enumerate();
    steps
        .map(|(step, count)| {
            (
                format!(
                    "0.{step}–{}",
                    if step == 9 {
                        "1.0".to_owned()
                    } else {
                        format!("0.{}", step + 1)
                    }
                ),
                *count,
            )
        })
        .collect()
}

/// The most frequent first, then by name.
pub fn ranked(counts: &Counts) -> Vec<(String, u64)> {
    let mut ranked: Vec<(String, u64)> = counts
        .iter()
        .map(|(name, count)| (name.clone(), *count))
        .collect();
    ranked.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    ranked
}

fn without(what: &str, count: u64, which: &str) -> String {
    match count {
        0 => what.to_owned(),
        _ => format!("{what}; {} say {which}", grouped(i128::from(count)))
            .replace("say no warning", "have none"),
    }
}

/// `1 250 000`, with spaces that do not break.
pub fn grouped(number: i128) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = if number < 0 {
        "−".to_owned()
    } else {
        String::new()
    };
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('\u{a0}');
        }
        grouped.push(digit);
    }
    grouped
}

fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let start: String = text.chars().take(most - 1).collect();
    format!("{}…", start.trim_end())
}

/// Text for a page: nothing in it is obeyed, and what no page may hold is shown as a question mark.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            c if c.is_control()
                || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}') =>
            {
                escaped.push('\u{fffd}');
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_well_formed_loads_nothing_and_holds_the_numbers() {
        let mut report = Report {
            records: 1234,
            pages: 4321,
            ..Report::default()
        };
        report.kinds = [
            ("esf-project".to_owned(), 1200),
            ("document".to_owned(), 34),
        ]
        .into();
        report.regions = (0..40)
            .map(|number| (format!("<script>{number} & \"så\""), number + 1))
            .collect();
        report.years = [("2014".to_owned(), 7)].into();
        let sum = Sum {
            count: 3,
            sum_sek: 9_000_000,
            median_sek: 1_250_000,
            median_is_exact: true,
        };
        report.amounts = [(
            "granted_sek".to_owned(),
            super::super::Amounts {
                all: sum,
                by_kind: Default::default(),
            },
        )]
        .into();
        let page = page("a <b> archive", &report);
        let mut reader =
            quick_xml::Reader::from_str(page.strip_prefix("<!DOCTYPE html>\n").unwrap());
        reader.config_mut().check_end_names = true;
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Start(tag) => assert_ne!(tag.name().as_ref(), "script"),
                _ => {}
            }
        }
        for text in [
            "1\u{a0}234",
            "4\u{a0}321",
            "1\u{a0}250\u{a0}000",
            "9\u{a0}000\u{a0}000",
            "and 16 more",
            "2014",
        ] {
            assert!(page.contains(text), "{text}");
        }
        for reference in ["http://", "https://", "src=", "url(", "@import", "<link"] {
            assert!(!page.contains(reference), "{reference}");
        }
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(1_250_000).replace('\u{a0}', " "), "1 250 000");
        assert_eq!(grouped(-999), "−999");
    }
}
