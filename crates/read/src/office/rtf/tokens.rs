//! Tokens of RTF: groups, control words, characters.

/// A token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'b> {
    GroupStart,
    GroupEnd,
    /// A control word with its number: `\b0`.
    Word(&'b str, Option<i32>),
    /// A control symbol: `\~`.
    Symbol(u8),
    /// A byte of text, written as two hexadecimal digits: `\'e5`.
    Hex(u8),
    /// Bytes of text without line breaks.
    Text(&'b [u8]),
}

/// Letters of a control word, at most; longer ones are cut.
const MAX_WORD: usize = 32;

/// Digits of a number, at most.
const MAX_DIGITS: usize = 10;

/// Reads bytes as tokens.
pub(super) struct Tokens<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Tokens<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Skips bytes that are no RTF.
    pub(super) fn advance(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.bytes.len());
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The bytes from here on for which the condition holds, at most so many.
    fn take_while(&mut self, most: usize, condition: impl Fn(u8) -> bool) -> &'b [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let count = rest
            .iter()
            .take(most)
            .take_while(|byte| condition(**byte))
            .count();
        self.advance(count);
        rest.get(..count).unwrap_or_default()
    }

    fn control(&mut self) -> Option<Token<'b>> {
        let first = self.peek()?;
        if !first.is_ascii_alphabetic() {
            self.advance(1);
            return match first {
                b'\'' => Some(self.hex()),
                // A line break that is escaped is the end of a paragraph.
                b'\n' | b'\r' => Some(Token::Word("par", None)),
                _ => Some(Token::Symbol(first)),
            };
        }
        let word = self.take_while(MAX_WORD, |byte| byte.is_ascii_alphabetic());
        let start = self.at;
        let sign = self.take_while(1, |byte| byte == b'-');
        let digits = self.take_while(MAX_DIGITS, |byte| byte.is_ascii_digit());
        let number = std::str::from_utf8(digits)
            .ok()
            .and_then(|it| it.parse::<i64>().ok());
        if digits.is_empty() {
            self.at = start;
        }
        // A space behind a control word belongs to it.
        self.take_while(1, |byte| byte == b' ');
        let signed = number.map(|number| if sign.is_empty() { number } else { -number });
        let number = signed.and_then(|number| i32::try_from(number).ok());
        Some(Token::Word(
            std::str::from_utf8(word).unwrap_or_default(),
            number,
        ))
    }

    fn hex(&mut self) -> Token<'b> {
        let digits = self.take_while(2, |byte| byte.is_ascii_hexdigit());
        let byte = std::str::from_utf8(digits).ok();
        let byte = byte.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        Token::Hex(byte.unwrap_or(b' '))
    }
}

impl<'b> Iterator for Tokens<'b> {
    type Item = Token<'b>;

    fn next(&mut self) -> Option<Token<'b>> {
        loop {
            match self.peek()? {
                b'{' => {
                    self.advance(1);
                    return Some(Token::GroupStart);
                }
                b'}' => {
                    self.advance(1);
                    return Some(Token::GroupEnd);
                }
                b'\\' => {
                    self.advance(1);
                    return self.control();
                }
                b'\r' | b'\n' | 0 => self.advance(1),
                _ => {
                    let is_text = |byte| !matches!(byte, b'{' | b'}' | b'\\' | b'\r' | b'\n' | 0);
                    return Some(Token::Text(self.take_while(usize::MAX, is_text)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_symbols_and_bytes_are_tokens() {
        let tokens: Vec<_> = Tokens::new(b"{\\b0 S\\'f6k\\~\r\n\\u-10 ?\\par}").collect();
        let expected = [
            Token::GroupStart,
            Token::Word("b", Some(0)),
            Token::Text(b"S"),
            Token::Hex(0xf6),
            Token::Text(b"k"),
            Token::Symbol(b'~'),
            Token::Word("u", Some(-10)),
            Token::Text(b"?"),
            Token::Word("par", None),
            Token::GroupEnd,
        ];
        assert_eq!(tokens, expected);
    }

    #[test]
    fn tokens_of_damaged_bytes_end() {
        for bytes in [
            &b"\\"[..],
            b"\\'",
            b"\\'g",
            b"\\u99999999999999999999",
            b"\\a-",
            b"\xff\\\xff",
        ] {
            assert!(Tokens::new(bytes).count() < 10);
        }
    }
}
