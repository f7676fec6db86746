//! Charts: bar and column charts as inline SVG, each with a table of its values.

use std::fmt::Write;

use super::html::{escaped, grouped};

/// Most bars of a chart; the values of the others are added up.
// As many as fit on a screen.
const MAX_BARS: usize = 24;

/// Width of a chart in SVG user units. The page scales it.
const WIDTH: usize = 640;

/// The direction of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChartType {
    /// Horizontal bars, for names.
    Bars,
    /// Vertical columns, for values with an order.
    Columns,
}

/// A chart of counts.
pub(super) struct Chart {
    pub(super) title: &'static str,
    pub(super) caption: String,
    pub(super) chart_type: ChartType,
    /// Names and counts, in the order in which they are drawn.
    pub(super) values: Vec<(String, u64)>,
}

impl Chart {
    /// Appends the section with the chart to a page.
    pub(super) fn write(&self, page: &mut String) {
        let title = self.title;
        let id = title.to_lowercase();
        let _ = writeln!(
            page,
            "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>\n<p>{}</p>",
            escaped(&self.caption)
        );
        if self.values.is_empty() {
            page.push_str("<p>None.</p>\n</section>\n");
            return;
        }
        match self.chart_type {
            ChartType::Bars => self.write_bars(&id, page),
            ChartType::Columns => self.write_columns(&id, page),
        }
        self.write_table(page);
        page.push_str("</section>\n");
    }

    fn write_table(&self, page: &mut String) {
        page.push_str("<details>\n<summary>As a table</summary>\n<div class=\"table\"><table>\n");
        let _ = writeln!(
            page,
            "<thead><tr><th scope=\"col\">{}</th><th scope=\"col\" class=\"n\">Count</th></tr></thead>\n<tbody>",
            self.title
        );
        for (name, count) in &self.values {
            let _ = writeln!(
                page,
                "<tr><td>{}</td><td class=\"n\">{}</td></tr>",
                escaped(name),
                grouped(i128::from(*count))
            );
        }
        page.push_str("</tbody>\n</table></div>\n</details>\n");
    }

    fn begin_svg(&self, id: &str, height: usize, page: &mut String) {
        let _ = writeln!(
            page,
            "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"{id}-plot\">\n\
             <title id=\"{id}-plot\">Bars: {}</title>",
            escaped(&self.caption)
        );
    }

    fn write_bars(&self, id: &str, page: &mut String) {
        // A bar of 16 units and the space between two, in which text of 14 pixels (`STYLE`) fits.
        const HEIGHT: usize = 26;
        let (shown, rest) = self.values.split_at(self.values.len().min(MAX_BARS));
        let highest = highest(shown);
        let height = (shown.len() + usize::from(!rest.is_empty())) * HEIGHT;
        self.begin_svg(id, height, page);
        for (index, (name, count)) in shown.iter().enumerate() {
            write_bar(index * HEIGHT, name, *count, highest, page);
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

    fn write_columns(&self, id: &str, page: &mut String) {
        let highest = highest(&self.values);
        // At most 80 units: one or two columns would otherwise fill the whole chart.
        let step = (WIDTH / self.values.len()).clamp(1, 80);
        // 20 units above the columns are for the counts, 24 below for the names.
        self.begin_svg(id, COLUMN_HEIGHT + 44, page);
        // If there are many columns, every second, third, … has a name below it: a name of nine
        // characters is some 56 units wide.
        let label_interval = 56_usize.div_ceil(step.max(1));
        for (index, (name, count)) in self.values.iter().enumerate() {
            let label = index
                .is_multiple_of(label_interval)
                .then_some(name.as_str());
            write_column(index * step, step, label, *count, highest, page);
        }
        let _ = writeln!(
            page,
            "<line x1=\"0\" y1=\"{0}\" x2=\"{WIDTH}\" y2=\"{0}\"/>\n</svg>",
            COLUMN_HEIGHT + 20
        );
    }
}

fn write_bar(top: usize, name: &str, count: u64, highest: u64, page: &mut String) {
    // Space for names of 30 characters, to which they are cut below, and for counts.
    const NAMES: usize = 220;
    const NUMBERS: usize = 80;
    let width = length(count, highest, WIDTH - NAMES - NUMBERS);
    let _ = writeln!(
        page,
        "<text x=\"0\" y=\"{}\">{}</text><rect x=\"{NAMES}\" y=\"{}\" width=\"{width}\" height=\"16\" rx=\"2\"/>\
         <text class=\"number\" x=\"{}\" y=\"{}\">{}</text>",
        top + 17,
        escaped(&truncated(name, 30)),
        top + 4,
        NAMES + width + 8,
        top + 17,
        grouped(i128::from(count))
    );
}

const COLUMN_HEIGHT: usize = 200;

/// Appends a column; with its name and its count if it has a label.
fn write_column(
    left: usize,
    step: usize,
    label: Option<&str>,
    count: u64,
    highest: u64,
    page: &mut String,
) {
    let height = length(count, highest, COLUMN_HEIGHT);
    let width = (step * 4 / 5).max(1);
    let middle = left + width / 2;
    let _ = writeln!(
        page,
        "<rect x=\"{left}\" y=\"{}\" width=\"{width}\" height=\"{height}\" rx=\"2\"/>",
        COLUMN_HEIGHT + 20 - height
    );
    let Some(name) = label else { return };
    let _ = writeln!(
        page,
        "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
        COLUMN_HEIGHT + 38,
        escaped(&truncated(name, 9))
    );
    if count > 0 {
        let _ = writeln!(
            page,
            "<text class=\"number\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            COLUMN_HEIGHT + 14 - height,
            grouped(i128::from(count))
        );
    }
}

fn highest(values: &[(String, u64)]) -> u64 {
    let counts = values.iter().map(|(_, count)| *count);
    counts.max().unwrap_or(1).max(1)
}

/// The length of a bar, at least 2 so that a small count is visible.
fn length(count: u64, highest: u64, max_length: usize) -> usize {
    let length = (count as f64 / highest as f64 * max_length as f64).round() as usize;
    if count > 0 { length.max(2) } else { 0 }
}

/// A text cut to a number of characters, with an ellipsis.
fn truncated(text: &str, max_length: usize) -> String {
    if text.chars().count() <= max_length {
        return text.to_owned();
    }
    let start: String = text.chars().take(max_length - 1).collect();
    format!("{}…", start.trim_end())
}
