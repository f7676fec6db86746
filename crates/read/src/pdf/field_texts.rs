//! Texts of form fields and typed annotations: whether the page shows them already, and where they stand if it
//! does not.
//!
//! The appearance of a field is what a viewer shows, unless the file says that it is out of date. It may also
//! show only a part: a text that is longer than its box is cut off.

use super::content::{Glyph, GlyphText, Widget, WidgetValue};
use super::geometry::contains;
use super::hidden_text::{Print, sample_points};
use diarium_document::{Rect, collapse_whitespace};

/// The text of a field.
#[derive(Debug, Clone)]
pub(super) struct FieldText {
    /// Its bounding box.
    pub rect: Rect,
    /// Its value.
    pub text: String,
    /// Whether the value counts if the appearance says something else.
    pub wins: bool,
    /// Whether each character has a cell of its own.
    pub is_comb: bool,
}

impl FieldText {
    /// An empty field.
    pub(super) fn at(rect: Rect) -> Self {
        Self {
            rect,
            text: String::new(),
            wins: false,
            is_comb: false,
        }
    }

    /// Whether the text must be added to a page that prints some text in the field.
    fn is_missing(&self, printed: &str) -> bool {
        let value = without_spaces(&self.text);
        if value.is_empty() {
            return false;
        }
        match printed == value {
            // The letters of a comb stand far apart, and would be read as words.
            true => self.is_comb,
            false => self.wins || value.contains(printed),
        }
    }
}

fn without_spaces(text: &str) -> String {
    text.chars()
        .filter(|one| !one.is_whitespace() && !one.is_control())
        .collect()
}

/// The widgets of the fields whose text the page does not print. Their old appearances are removed from the
/// glyphs. `drawn` are the glyphs of the page itself, `annotations` those of the appearances.
pub(super) fn missing_texts(
    fields: Vec<FieldText>,
    glyphs: &mut Vec<Glyph>,
    prints: &mut Vec<Print>,
    first_of_annotations: usize,
) -> Vec<Widget> {
    let mut missing = Vec::new();
    let mut is_old = vec![false; glyphs.len()];
    for field in fields {
        let inside = |index: &usize| {
            let glyph = glyphs.get(*index);
            glyph.is_some_and(|glyph| !glyph.is_space() && is_in(glyph, field.rect))
        };
        let own: Vec<usize> = (first_of_annotations..glyphs.len())
            .filter(inside)
            .collect();
        let under: Vec<usize> = (0..first_of_annotations.min(glyphs.len()))
            .filter(inside)
            .collect();
        let text_of = |indices: &[usize]| {
            let mut text = String::new();
            for glyph in indices.iter().filter_map(|&index| glyphs.get(index)) {
                glyph.text.push_to(&mut text);
            }
            without_spaces(&text)
        };
        // A form that was flattened prints its values on the page.
        let is_flattened = text_of(&under) == without_spaces(&field.text);
        if is_flattened || !field.is_missing(&text_of(&own)) {
            continue;
        }
        for index in own {
            is_old[index] = true;
        }
        missing.push(Widget {
            rect: field.rect,
            value: WidgetValue::Text(field.text),
        });
    }
    if !missing.is_empty() {
        let mut old = is_old.iter();
        glyphs.retain(|_| old.next() != Some(&true));
        let mut old = is_old.iter();
        prints.retain(|_| old.next() != Some(&true));
    }
    missing
}

fn is_in(glyph: &Glyph, rect: Rect) -> bool {
    let [(x, low), (_, high)] = sample_points(glyph);
    contains(rect, x, (low + high) / 2.0)
}

/// Letters are half as wide as their size, on average.
const LETTER_WIDTH: f32 = 0.5;
/// Distance of the lines of a field, as a multiple of its font size.
const LEADING: f32 = 1.2;
/// Largest font size of a field, in points: that of body text.
const MAX_SIZE: f32 = 11.0;
/// Smallest font size, at which a long text leaves its field.
const MIN_SIZE: f32 = 2.0;

/// Glyphs of a field's text, one a word, where a viewer would draw them: in lines from the top of the field,
/// as large as they fit.
pub(super) fn field_glyphs(rect: Rect, text: &str) -> Vec<Glyph> {
    let (width, height) = (rect.2 - rect.0, rect.3 - rect.1);
    let text = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let paragraphs: Vec<String> = text
        .trim_end()
        .split('\n')
        .map(collapse_whitespace)
        .collect();
    let first = (0.75 * height).clamp(MIN_SIZE, MAX_SIZE);
    let mut size = first;
    let mut lines = wrapped(&paragraphs, width, size);
    while lines.len() as f32 * LEADING * size > height && size > MIN_SIZE && lines.len() > 1 {
        size = (0.85 * size).max(MIN_SIZE);
        lines = wrapped(&paragraphs, width, size);
    }
    // One line is in the middle of its field, unless that is high: then it is beside its label.
    let top = (0.5 * height).min(size) + 0.35 * size;
    let mut glyphs = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let baseline = rect.1 + top + number as f32 * LEADING * size;
        push_line(&mut glyphs, line, rect.0, baseline, size);
    }
    glyphs
}

/// The lines of paragraphs in a column of this width; an empty paragraph is an empty line.
fn wrapped(paragraphs: &[String], width: f32, size: f32) -> Vec<Vec<&str>> {
    let room = (width / (LETTER_WIDTH * size)).max(1.0) as usize;
    let mut lines = Vec::new();
    for paragraph in paragraphs {
        let (mut line, mut length) = (Vec::new(), 0);
        for word in paragraph.split(' ') {
            let letters = word.chars().count();
            if !line.is_empty() && length + 1 + letters > room {
                lines.push(std::mem::take(&mut line));
                length = 0;
            }
            length += letters + usize::from(!line.is_empty());
            line.push(word);
        }
        lines.push(line);
    }
    lines
}

fn push_line(glyphs: &mut Vec<Glyph>, words: &[&str], left: f32, baseline: f32, size: f32) {
    let advance = LETTER_WIDTH * size;
    let mut left = left;
    for (index, word) in words.iter().filter(|word| !word.is_empty()).enumerate() {
        if index > 0 {
            let space = GlyphText::Character(' ');
            glyphs.push(Glyph::synthetic(
                space,
                (left, left + advance),
                baseline,
                size,
            ));
            left += advance;
        }
        let right = left + advance * word.chars().count() as f32;
        let text = GlyphText::Several((*word).into());
        glyphs.push(Glyph::synthetic(text, (left, right), baseline, size));
        left = right;
    }
}

#[cfg(test)]
mod tests {
    use super::super::hidden_text::Sight;
    use super::super::tests::support::typed;
    use super::*;

    const FIELD: Rect = Rect(100.0, 90.0, 300.0, 110.0);

    fn field(text: &str) -> FieldText {
        FieldText {
            text: text.to_owned(),
            ..FieldText::at(FIELD)
        }
    }

    /// The text of a field that shows another text, and the number of its glyphs that are left.
    fn missing(field: FieldText, printed: &str) -> (Option<String>, usize) {
        let mut glyphs = typed(printed, 102.0, 104.0);
        let print = Print {
            order: 0,
            sight: Sight::Seen,
            on_image: false,
        };
        let mut prints = vec![print; glyphs.len()];
        let widgets = missing_texts(vec![field], &mut glyphs, &mut prints, 0);
        assert_eq!(glyphs.len(), prints.len());
        let text = widgets.into_iter().next().map(|widget| match widget.value {
            WidgetValue::Text(text) => text,
            WidgetValue::Button(_) => String::new(),
        });
        (text, glyphs.len())
    }

    #[test]
    fn an_appearance_that_shows_the_value_stays() {
        assert_eq!(missing(field("Siv Ek"), "Siv Ek"), (None, 6));
        // A format of the form's own.
        assert_eq!(missing(field("2011-03-04"), "4 mars 2011"), (None, 11));
    }

    #[test]
    fn an_empty_or_cut_appearance_is_replaced() {
        assert_eq!(missing(field("Siv Ek"), ""), (Some("Siv Ek".into()), 0));
        assert_eq!(missing(field("Siv Ek"), "Siv"), (Some("Siv Ek".into()), 0));
    }

    #[test]
    fn an_old_appearance_is_replaced_if_the_file_says_so() {
        let new = FieldText {
            wins: true,
            ..field("ny")
        };
        assert_eq!(missing(new, "gammal"), (Some("ny".into()), 0));
        let comb = FieldText {
            is_comb: true,
            ..field("5566")
        };
        assert_eq!(missing(comb, "5566"), (Some("5566".into()), 0));
    }

    #[test]
    fn a_long_text_is_wrapped_within_its_field() {
        let field = Rect(100.0, 100.0, 200.0, 140.0);
        let text = "ett två tre fyra fem sex sju åtta nio tio elva tolv\r\rslut";
        let glyphs = field_glyphs(field, text);
        let rights = glyphs.iter().map(|glyph| glyph.right);
        assert!(rights.fold(0.0, f32::max) <= 200.0);
        let bottoms = glyphs.iter().map(|glyph| glyph.baseline);
        assert!(bottoms.fold(0.0, f32::max) <= 142.0);
    }
}
