//! Signs: what speaks for and against a heading, and what each sign is worth.
//!
//! No single sign decides. A line is a heading if its signs together reach [`LINE_THRESHOLD`]; a heading
//! inside running text, where no layout helps, needs [`RUNNING_THRESHOLD`]. The points rank the signs and
//! are no measured weights: markup or a declared word is enough by itself, a known word nearly, layout only
//! if several signs agree, and what is typical of values and sentences outweighs layout.

use crate::profile::Strength;

/// The points of a line that is a heading.
// A short line (1) after a complete text (1) with prose below it (2).
pub(super) const LINE_THRESHOLD: i32 = 4;
/// The points of a heading inside running text.
// A known heading (5) between a name and a sentence (1 and 1). One point less is a capitalized noun.
pub(super) const RUNNING_THRESHOLD: i32 = 7;

/// A sign for or against a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// The profile declares it.
    Declared,
    /// HTML or Markdown marks it.
    Markup,
    /// Its type is larger than that of the text below it.
    LargerType,
    /// It is bold and the line below it is not.
    BoldType,
    /// The layout of the page is known, and the line is set like the text around it.
    PlainType,
    /// Its words are a known heading, or are built around one.
    Known(Strength),
    /// The table of contents lists it.
    InContents,
    /// A capital, few words, no punctuation at its end.
    ShortForm,
    /// A question.
    Question,
    /// A few words in capitals between lines that are not.
    Capitals,
    /// A blank line is above it.
    GapBefore,
    /// A blank line is below it.
    GapAfter,
    /// What is above it is complete: a sentence, a fact, a heading, or nothing.
    AfterText,
    /// A paragraph is below it.
    ProseBelow,
    /// A line is below it that is too short for its text.
    ShortBelow,
    /// A list is below it.
    ListBelow,
    /// A label is below it.
    LabelBelow,
    /// Other headings of the document have the same form.
    Repeated,
    /// Longer than headings are.
    Long,
    /// Longer than any heading but a question of a form.
    VeryLong,
    /// It ends like a sentence or in the middle of one.
    Stop,
    /// It begins in lowercase or with a mark.
    NoCapital,
    /// It is an address, a number, a date or an amount.
    Value,
    /// A date or a link is part of it.
    PartlyValue,
    /// `Label: value`.
    LabelAndValue,
    /// The line above is a label that waits for its value.
    BelowLabel,
    /// A label whose value is below it.
    AboveValue,
    /// A link, a button, a breadcrumb or a notice of the site.
    SiteElement,
    /// It has words that only sentences have.
    Sentence,
    /// It names the type of the document, as titles do.
    DocumentType,
    /// It looks like a person's name.
    Name,
    /// The line above may continue in it.
    MayContinue,
    /// It continues in the line below.
    ContinuesBelow,
    /// One of several short lines.
    Run,
    /// Nothing is below it.
    NothingBelow,
    /// Rows of a table or numbered items are below it.
    RowsBelow,
    /// It ends with a colon and a list is below it.
    IntroducesList,
    /// In running text: it begins a line, or only a number or the title is before it.
    LineStart,
    /// In running text: the end of a sentence is before it.
    AfterSentence,
    /// In running text: a number, an address, a mark or a label is before it.
    AfterMark,
    /// In running text: a capitalized word is before it.
    AfterName,
    /// In running text: a word in lowercase is before it.
    AfterWord,
    /// In running text: a word that does not end a sentence is before it.
    InsideSentence,
    /// In running text: a capital is after it.
    CapitalAfter,
    /// In running text: a word that begins sentences is after it.
    SentenceAfter,
    /// In running text: it has several words.
    SeveralWords,
}

impl Sign {
    /// What the sign is worth, with the reason.
    pub(super) fn points(self) -> i32 {
        match self {
            // Somebody said that it is a heading.
            Self::Declared => 10,
            Self::Markup => 8,
            // Type is chosen for headings, but also for values, names and emphasis.
            Self::LargerType | Self::BoldType => 5,
            // Where type distinguishes headings, a line without it is none.
            Self::PlainType => -3,
            // No other use of the words is known: it needs no end of a sentence before it.
            Self::Known(Strength::Sure) => 6,
            Self::Known(Strength::Strong) => 5,
            // A noun between two sentences is in neither.
            Self::InContents | Self::AfterSentence => 4,
            Self::Known(Strength::Related) | Self::Capitals | Self::LineStart | Self::SentenceAfter => 3,
            Self::Known(Strength::Weak)
            | Self::Question
            | Self::ProseBelow
            | Self::Repeated
            | Self::AfterMark
            // An everyday noun is one word.
            | Self::SeveralWords => 2,
            Self::ShortForm
            | Self::GapBefore
            | Self::GapAfter
            | Self::AfterText
            | Self::ListBelow
            | Self::LabelBelow
            | Self::AfterName
            | Self::CapitalAfter => 1,
            Self::AfterWord => 0,
            Self::ShortBelow => -1,
            // As much as two signs of the layout, which a list of short lines or a last line has as well.
            Self::Sentence
            | Self::Name
            | Self::Run
            | Self::NothingBelow
            | Self::PartlyValue
            | Self::RowsBelow => -2,
            Self::IntroducesList | Self::Long => -3,
            // More than layout can say.
            Self::NoCapital
            | Self::MayContinue
            | Self::ContinuesBelow
            | Self::LabelAndValue
            | Self::AboveValue
            | Self::DocumentType
            | Self::InsideSentence => -4,
            // As much as type or a known word says.
            Self::Stop | Self::BelowLabel | Self::VeryLong => -5,
            // More than markup, which sites also use for these.
            Self::Value | Self::SiteElement => -6,
        }
    }
}

/// The sum of the signs that were found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    pub points: i32,
    /// The part of the points that is below zero.
    pub against: i32,
}

impl Evidence {
    /// Adds a sign.
    pub(super) fn add(&mut self, sign: Sign) {
        self.points += sign.points();
        self.against += sign.points().min(0);
    }

    /// Adds a sign if it was found.
    pub(super) fn add_if(&mut self, is_found: bool, sign: Sign) {
        if is_found {
            self.add(sign);
        }
    }
}
