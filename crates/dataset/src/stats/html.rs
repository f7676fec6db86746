//! Statistics page: the statistics of an archive as one HTML file.
//!
//! The page loads nothing: its charts are inline SVG, with a title for screen readers and a table with
//! the numbers. It follows the light or dark color scheme of the reader. Text from documents is escaped.

// Writing to a string cannot fail, which is why the results of `write!` are dropped below.
use std::fmt::Write;

use super::chart::{Chart, ChartType};
use super::{AmountSummary, ArchiveStats, Counts};

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

/// The page. `name` is the name of the archive.
pub fn page(name: &str, stats: &ArchiveStats) -> String {
    let mut page = String::new();
    let name = escaped(name);
    let _ = write!(
        page,
        // Empty elements end with `/>`, so that the page is also well-formed XML, which a test parses.
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <title>What is in {name}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <h1>What is in {name}</h1>\n"
    );
    write_totals(stats, &mut page);
    page.push_str("<main>\n");
    for chart in charts(stats) {
        chart.write(&mut page);
    }
    write_amounts(stats, &mut page);
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn charts(stats: &ArchiveStats) -> [Chart; 6] {
    let chart = |title, caption: &str, chart_type, values| Chart {
        title,
        caption: caption.to_owned(),
        chart_type,
        values,
    };
    let bars =
        |title, caption: &str, counts| chart(title, caption, ChartType::Bars, ranked(counts));
    let columns = |title, caption: &str, values| chart(title, caption, ChartType::Columns, values);
    let regions = with_rest("records by region", stats.without_region, "say no region");
    let years = "records by the year of their first day";
    let years = with_rest(years, stats.without_year, "say no year");
    let warnings = with_rest("records with a warning", stats.without_warning, "have none");
    let confidence = "fields' values by how sure they are";
    let fields = "records in which a field has a value";
    [
        bars("Kinds", "records by kind", &stats.kinds),
        bars("Regions", &regions, &stats.regions),
        columns("Years", &years, years_without_gaps(stats)),
        columns("Confidence", confidence, confidences(stats)),
        bars("Fields", fields, &stats.fields),
        bars("Warnings", &warnings, &stats.warnings),
    ]
}

fn write_totals(stats: &ArchiveStats, page: &mut String) {
    page.push_str("<dl class=\"facts\">\n");
    let share = format!("{:.1} %", stats.ocr_share * 100.0);
    let rows = [
        ("Records", grouped(i128::from(stats.records))),
        ("Kinds", grouped(stats.kinds.len() as i128)),
        ("Pages", grouped(i128::from(stats.pages))),
        ("Pages read from images", share),
        (
            "Without warnings",
            grouped(i128::from(stats.without_warning)),
        ),
        ("Unreadable files", grouped(i128::from(stats.unreadable))),
    ];
    for (name, value) in rows {
        let _ = writeln!(page, "<div><dt>{name}</dt><dd>{value}</dd></div>");
    }
    page.push_str("</dl>\n");
}

fn write_amounts(stats: &ArchiveStats, page: &mut String) {
    page.push_str(
        "<section class=\"wide\" aria-labelledby=\"amounts\">\n<h2 id=\"amounts\">Amounts</h2>\n",
    );
    if stats.amounts.is_empty() {
        page.push_str("<p>None.</p>\n</section>\n");
        return;
    }
    page.push_str("<p>whole kronor</p>\n<div class=\"table\"><table>\n<thead><tr><th scope=\"col\">Field</th><th scope=\"col\">Kind</th>\
         <th scope=\"col\" class=\"n\">Count</th><th scope=\"col\" class=\"n\">Sum</th><th scope=\"col\" class=\"n\">Median</th></tr></thead>\n<tbody>\n");
    for (name, amounts) in &stats.amounts {
        write_amount_row(name, "all", &amounts.all, page);
        for (kind, summary) in &amounts.by_kind {
            write_amount_row("", kind, summary, page);
        }
    }
    page.push_str("</tbody>\n</table></div>\n</section>\n");
}

fn write_amount_row(name: &str, kind: &str, summary: &AmountSummary, page: &mut String) {
    let _ = writeln!(
        page,
        "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}{}</td></tr>",
        escaped(name),
        escaped(kind),
        grouped(i128::from(summary.count)),
        grouped(summary.sum_sek),
        if summary.median_is_exact {
            ""
        } else {
            "about "
        },
        grouped(i128::from(summary.median_sek))
    );
}

/// Longest range of years that is drawn without gaps.
// A column per year must stay wide enough to see. A misread year, such as 1014, would otherwise add a
// thousand empty columns.
const MAX_YEARS: u32 = 60;

/// Records by year, including years without a record between the others, unless there are too many.
fn years_without_gaps(stats: &ArchiveStats) -> Vec<(String, u64)> {
    let years: Option<Vec<u32>> = stats.years.keys().map(|year| year.parse().ok()).collect();
    if let Some([first, .., last]) = years.as_deref()
        && last - first < MAX_YEARS
    {
        let years = (*first..=*last).map(|year| year.to_string());
        let count = |year: &String| stats.years.get(year).copied().unwrap_or_default();
        return years.map(|year| (year.clone(), count(&year))).collect();
    }
    let years = stats.years.iter();
    years.map(|(year, count)| (year.clone(), *count)).collect()
}

/// Values by confidence, in tenths.
pub fn confidences(stats: &ArchiveStats) -> Vec<(String, u64)> {
    let upper_bound = |step: usize| match step {
        9 => "1.0".to_owned(),
        _ => format!("0.{}", step + 1),
    };
    let steps = stats.confidences.iter().enumerate();
    steps
        .map(|(step, count)| (format!("0.{step}–{}", upper_bound(step)), *count))
        .collect()
}

/// Counts in descending order, then by name.
pub fn ranked(counts: &Counts) -> Vec<(String, u64)> {
    let mut ranked: Vec<(String, u64)> = counts
        .iter()
        .map(|(name, count)| (name.clone(), *count))
        .collect();
    ranked.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    ranked
}

/// A caption with the number of records that the chart does not show.
fn with_rest(caption: &str, count: u64, verb: &str) -> String {
    match count {
        0 => caption.to_owned(),
        _ => format!("{caption}; {} {verb}", grouped(i128::from(count))),
    }
}

/// A number with non-breaking spaces between groups of three digits: `1 250 000`.
pub fn grouped(number: i128) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::new();
    if number < 0 {
        grouped.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('\u{a0}');
        }
        grouped.push(digit);
    }
    grouped
}

/// Text escaped for HTML. Control characters, and bidirectional controls that could reorder the page,
/// become replacement characters.
pub(super) fn escaped(text: &str) -> String {
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
    fn the_page_is_well_formed_and_self_contained_and_has_the_numbers() {
        let mut stats = ArchiveStats {
            records: 1234,
            pages: 4321,
            ..ArchiveStats::default()
        };
        stats.kinds = [
            ("esf-project".to_owned(), 1200),
            ("document".to_owned(), 34),
        ]
        .into();
        stats.regions = (0..40)
            .map(|number| (format!("<script>{number} & \"så\""), number + 1))
            .collect();
        stats.years = [("2014".to_owned(), 7)].into();
        let summary = AmountSummary {
            count: 3,
            sum_sek: 9_000_000,
            median_sek: 1_250_000,
            median_is_exact: true,
        };
        stats.amounts = [(
            "granted_sek".to_owned(),
            super::super::Amounts {
                all: summary,
                by_kind: Default::default(),
            },
        )]
        .into();
        let page = page("a <b> archive", &stats);
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
    fn digits_are_grouped_in_threes() {
        assert_eq!(grouped(1_250_000).replace('\u{a0}', " "), "1 250 000");
        assert_eq!(grouped(-999), "−999");
    }
}
