//! Evidence classes: what shows that a text is the value of a label, and what that is worth.
//!
//! The numbers rank the classes: if a document states a field twice, the value with the higher confidence
//! wins, so a fact box outranks a line of its own, and that outranks running text. They are no measured
//! probabilities. All are above the default threshold of 0.7, so that only a second reason for doubt, such
//! as poor OCR, reports a value as `low-confidence`. What rests on a guess about the layout is below 0.9.

/// What shows that a text is the value of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum Evidence {
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
}

impl Evidence {
    /// The confidence in the value.
    pub(super) fn confidence(self) -> f64 {
        match self {
            Self::BoxedColon | Self::Cell | Self::BoxedBelow => 1.0,
            Self::BoxedGlued => 0.99,
            Self::Colon => 0.97,
            Self::BoxedBelowGap | Self::RowBelow => 0.95,
            Self::InlineColon | Self::ColonBelow => 0.93,
            Self::Above => 0.86,
            Self::TypedStart | Self::TypedBelow | Self::UntypedRowBelow | Self::Columns => 0.85,
            Self::InlineSpaced => 0.75,
            Self::Run => 0.74,
        }
    }
}
