//! Terminal control characters: characters that a terminal executes instead of displaying them.
//!
//! Text from a document can contain escape sequences that move the cursor or change the window's
//! title. Whatever prints such text escapes these characters first.

/// Whether a terminal executes the character, or it changes the direction of the text around it.
pub fn is_terminal_control(character: char) -> bool {
    // The control characters C0 and C1.
    character.is_control()
        // Arabic letter mark, left-to-right mark and right-to-left mark (UAX #9). A displayed path
        // or name that contains one reads differently from what it is.
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}')
        // Line and paragraph separators, which end a line of output; bidirectional embeddings and
        // overrides (UAX #9).
        || matches!(character, '\u{2028}'..='\u{202e}')
        // Bidirectional isolates, and the deprecated format characters (Unicode 17, section 23.3).
        || matches!(character, '\u{2066}'..='\u{206f}')
        // Interlinear annotation (Unicode 17, section 23.8): the annotation would follow the text
        // without any sign that it is one.
        || matches!(character, '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_direction_marks_are_terminal_controls_and_letters_are_not() {
        for character in [
            '\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\u{2069}', '\u{fffa}',
        ] {
            assert!(is_terminal_control(character), "{character:?}");
        }
        for character in ['å', ' ', '\u{a0}', '\u{ad}', '\u{2030}'] {
            assert!(!is_terminal_control(character), "{character:?}");
        }
    }
}
