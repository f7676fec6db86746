//! Bidirectional text: from visual order to reading order, for Arabic and Hebrew.
//!
//! Glyphs are sorted from left to right, which is visual order. The Unicode bidirectional algorithm maps
//! reading order to visual order; on a line, applying it again gives the reading order back.

use std::borrow::Cow;

use unicode_bidi::{BidiClass, BidiInfo, Level, bidi_class};

/// Whether most letters of a text are written from right to left.
pub(super) fn is_right_to_left(text: &str) -> bool {
    // Swedish text takes the early return below without a look at its ASCII letters.
    let mut balance = 0i32;
    for character in text.chars().filter(|character| !character.is_ascii()) {
        balance += i32::from(is_right_to_left_letter(character));
    }
    if balance == 0 {
        return false;
    }
    let left = text
        .chars()
        .filter(|&character| bidi_class(character) == BidiClass::L);
    balance > i32::try_from(left.count()).unwrap_or(i32::MAX)
}

fn is_right_to_left_letter(character: char) -> bool {
    matches!(bidi_class(character), BidiClass::R | BidiClass::AL)
}

/// A text in reading order, from visual order.
pub(super) fn reading_order(printed: &str) -> Cow<'_, str> {
    let has_letters = printed
        .chars()
        .any(|character| !character.is_ascii() && is_right_to_left_letter(character));
    if !has_letters {
        return Cow::Borrowed(printed);
    }
    let level = if is_right_to_left(printed) {
        Level::rtl()
    } else {
        Level::ltr()
    };
    let info = BidiInfo::new(printed, Some(level));
    match info.paragraphs.first() {
        Some(paragraph) => Cow::Owned(
            info.reorder_line(paragraph, paragraph.range.clone())
                .into_owned(),
        ),
        None => Cow::Borrowed(printed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_to_left_text_is_reordered_and_swedish_is_not() {
        assert_eq!(reading_order("vanlig text"), "vanlig text");
        assert_eq!(reading_order("םולש"), "שלום");
        assert_eq!(reading_order("2014 תנש"), "שנת 2014");
        assert_eq!(reading_order("ordet םולש betyder"), "ordet שלום betyder");
    }
}
