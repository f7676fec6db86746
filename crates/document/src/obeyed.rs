//! Which characters does a screen obey instead of showing them?

/// Whether a terminal obeys the character, or it turns the direction in which others are shown: the
/// controls C0 and C1, line and paragraph separators, and the marks of Unicode's bidirectional
/// algorithm with their deprecated kin (UAX #9; Unicode 17, chapter 23.2 and 23.3).
pub fn is_obeyed(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}')
}
