//! Evidence: what shows that a text is the value of a label.
//!
//! The ranks decide between values: if a document states a field twice, the value with the higher rank
//! wins, so a fact box outranks a line of its own, and that outranks running text. They are set by hand.
//! How often a value with this evidence is right is counted ([`crate::extract::confidence`]).

use crate::extract::confidence::ValueGroup;

/// The factor for the confidence in the value of a variant of a label: inflected, compounded or misread.
// That it is the label is a guess, so that the value is below 0.9.
pub(in crate::extract) const VARIANT_FACTOR: f64 = 0.89;

/// What shows that a text is the value of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// `Label: value` at the start of a line or cell, in a fact box.
    BoxedColon,
    /// `Label: value` at the start of a line or cell.
    Colon,
    /// Label in a cell, value in the next.
    Cell,
    /// `LabelValue` in a fact box.
    BoxedGlued,
    /// `LabelValue` or `Label value`, confirmed by the value's type.
    TypedStart,
    /// `Label: value` inside a line.
    InlineColon,
    /// `Label value` inside a line.
    InlineSpaced,
    /// Value on the line below its label, in a fact box.
    BoxedBelow,
    /// The same with a blank line between them.
    BoxedBelowGap,
    /// Value on the line below `Label:`.
    ColonBelow,
    /// Value below its label, confirmed by its type.
    TypedBelow,
    /// A row of labels above a row of their values, some confirmed by their types.
    RowBelow,
    /// A row of labels above a row of their values.
    UntypedRowBelow,
    /// Value on the line above its label, as all of the block.
    Above,
    /// A column of labels, then a column of their values.
    Columns,
    /// Several labels in running text, then their values, told apart by their types.
    Run,
    /// A label that no profile lists, whose words and whose value's type leave one field.
    WordsOfLabel,
    /// A label without a canonical field.
    UnlistedLabel,
    /// A period in the line above a budget.
    BudgetPeriod,
    /// A name in a list of people.
    Person,
    /// A row of a budget without a total.
    BudgetRow,
    /// A row of a budget that adds up to its printed total.
    ConfirmedRow,
    /// A row of a budget that does not: one of the amounts is wrong.
    ContradictedRow,
    /// A checkbox beside a label.
    Choice,
}

impl Evidence {
    /// Every kind of evidence.
    pub const ALL: [Self; 24] = [
        Self::BoxedColon,
        Self::Colon,
        Self::Cell,
        Self::BoxedGlued,
        Self::TypedStart,
        Self::InlineColon,
        Self::InlineSpaced,
        Self::BoxedBelow,
        Self::BoxedBelowGap,
        Self::ColonBelow,
        Self::TypedBelow,
        Self::RowBelow,
        Self::UntypedRowBelow,
        Self::Above,
        Self::Columns,
        Self::Run,
        Self::WordsOfLabel,
        Self::UnlistedLabel,
        Self::BudgetPeriod,
        Self::Person,
        Self::BudgetRow,
        Self::ConfirmedRow,
        Self::ContradictedRow,
        Self::Choice,
    ];

    /// Its stable name and its rank, and its priors: the shares of right values that are assumed without
    /// counts, of values with a form of their own and of words.
    // Words end where the layout ends them, which is certain only in a box or a cell.
    fn properties(self) -> (&'static str, f64, [f64; 2]) {
        match self {
            Self::BoxedColon => ("boxed-colon", 1.0, [0.99, 0.98]),
            Self::Cell => ("cell", 1.0, [0.99, 0.985]),
            Self::BoxedBelow => ("boxed-below", 1.0, [0.985, 0.98]),
            Self::BoxedGlued => ("boxed-glued", 0.99, [0.985, 0.98]),
            Self::Colon => ("colon", 0.97, [0.985, 0.96]),
            Self::BoxedBelowGap => ("boxed-below-gap", 0.95, [0.98, 0.95]),
            Self::RowBelow => ("row-below", 0.95, [0.98, 0.94]),
            Self::BudgetPeriod => ("budget-period", 0.95, [0.98, 0.98]),
            Self::InlineColon => ("inline-colon", 0.93, [0.98, 0.85]),
            Self::ColonBelow => ("colon-below", 0.93, [0.98, 0.94]),
            Self::Person => ("person", 0.89, [0.89, 0.89]),
            Self::BudgetRow => ("budget-row", 0.89, [0.89, 0.89]),
            Self::ConfirmedRow => ("confirmed-row", 0.97, [0.98, 0.98]),
            Self::ContradictedRow => ("contradicted-row", 0.7, [0.7, 0.7]),
            Self::Choice => ("choice", 0.89, [0.89, 0.89]),
            Self::Above => ("above", 0.86, [0.85, 0.85]),
            Self::TypedStart => ("typed-start", 0.85, [0.85, 0.85]),
            Self::TypedBelow => ("typed-below", 0.85, [0.85, 0.85]),
            Self::UntypedRowBelow => ("untyped-row-below", 0.85, [0.85, 0.85]),
            Self::Columns => ("columns", 0.85, [0.85, 0.85]),
            Self::InlineSpaced => ("inline-spaced", 0.75, [0.75, 0.75]),
            Self::Run => ("run", 0.74, [0.74, 0.74]),
            Self::UnlistedLabel => ("unlisted-label", 0.84, [0.84, 0.75]),
            Self::WordsOfLabel => ("words-of-label", 0.8, [0.8, 0.74]),
        }
    }

    /// Its name in `confidence.toml` and for people.
    pub fn name(self) -> &'static str {
        self.properties().0
    }

    /// What decides between two values of one field.
    pub(in crate::extract) fn rank(self) -> f64 {
        self.properties().1
    }

    /// The share of right values that is assumed without counts.
    pub(in crate::extract) fn prior(self, group: ValueGroup) -> f64 {
        let [of_form, of_words] = self.properties().2;
        match group {
            ValueGroup::Form => of_form,
            ValueGroup::Number | ValueGroup::Words => of_words,
        }
    }

    /// Whether it is a guess about the layout, which is never sure however often it was right.
    // Labelled documents do not have every layout: the next one may break the guess.
    pub fn is_guess(self) -> bool {
        self.rank() < 0.9
    }
}
