//! Groups of RTF: what the text in braces is for, and the properties that end with them.

/// What the text of a group is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Destination {
    /// Text that is shown: of the document, a header, a note or a text box.
    Text,
    /// Nothing of it is shown.
    Skipped,
    /// A drawing: text boxes in it are shown.
    Drawing,
    Picture,
    FontTable,
    StyleSheet,
    Info,
    Title,
    FieldCode,
    /// The properties of a form field.
    FormField,
    /// An entry of a drop-down list.
    ListEntry,
    /// The bullet or number of a paragraph, as it is printed.
    ListText,
}

/// What begins with a group and ends with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    None,
    Header,
    Footer,
    FirstHeader,
    FirstFooter,
    EvenHeader,
    EvenFooter,
    Footnote,
    TextBox,
    /// The code of a field.
    Code,
    ListText,
    Entry,
}

/// Properties that end with their group.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) destination: Destination,
    pub(super) scope: Scope,
    pub(super) font: i32,
    /// Characters that stand for one of Unicode in programs that do not know that.
    pub(super) fallback: usize,
    pub(super) bold: bool,
    pub(super) struck: bool,
    pub(super) hidden: bool,
    pub(super) deleted: bool,
    pub(super) raised: bool,
    pub(super) size: f32,
    /// Of a field: what it shows was written, and its result is not read.
    pub(super) is_shown: bool,
    /// Of a text in two encodings: the first is skipped.
    pub(super) is_alternative: bool,
}

/// The size of text that states none, in points.
const DEFAULT_SIZE: f32 = 12.0;

impl Default for Group {
    fn default() -> Self {
        Self {
            destination: Destination::Text,
            scope: Scope::None,
            font: 0,
            fallback: 1,
            bold: false,
            struck: false,
            hidden: false,
            deleted: false,
            raised: false,
            size: DEFAULT_SIZE,
            is_shown: false,
            is_alternative: false,
        }
    }
}

impl Group {
    /// A group inside this one.
    pub(super) fn inner(&self) -> Self {
        Self {
            scope: Scope::None,
            is_shown: false,
            is_alternative: false,
            ..self.clone()
        }
    }

    /// Forgets the properties of characters.
    pub(super) fn plain(&mut self) {
        *self = Self {
            destination: self.destination,
            scope: self.scope,
            fallback: self.fallback,
            is_shown: self.is_shown,
            is_alternative: self.is_alternative,
            ..Self::default()
        };
    }
}

/// The destination and the scope that a control word at the start of a group begins. `None` if it begins none.
pub(super) fn destination_of(word: &str) -> Option<(Destination, Scope)> {
    let begun = match word {
        "fonttbl" => (Destination::FontTable, Scope::None),
        "stylesheet" => (Destination::StyleSheet, Scope::None),
        "info" => (Destination::Info, Scope::None),
        "pict" => (Destination::Picture, Scope::None),
        "shpinst" | "do" | "shppict" => (Destination::Drawing, Scope::None),
        "shptxt" | "dptxbxtext" => (Destination::Text, Scope::TextBox),
        "fldinst" => (Destination::FieldCode, Scope::Code),
        "formfield" => (Destination::FormField, Scope::None),
        "ffl" => (Destination::ListEntry, Scope::Entry),
        "listtext" | "pntext" => (Destination::ListText, Scope::ListText),
        "header" | "headerr" => (Destination::Text, Scope::Header),
        "footer" | "footerr" => (Destination::Text, Scope::Footer),
        "headerf" => (Destination::Text, Scope::FirstHeader),
        "footerf" => (Destination::Text, Scope::FirstFooter),
        "headerl" => (Destination::Text, Scope::EvenHeader),
        "footerl" => (Destination::Text, Scope::EvenFooter),
        "footnote" => (Destination::Text, Scope::Footnote),
        "colortbl" | "listtable" | "listoverridetable" | "revtbl" | "rsidtbl" | "generator"
        | "nonshppict" | "shprslt" | "objdata" | "objclass" | "objname" | "annotation"
        | "atnid" | "atnauthor" | "atnref" | "bkmkstart" | "bkmkend" | "themedata"
        | "colorschememapping" | "datastore" | "latentstyles" | "xmlnstbl" | "nonesttables"
        | "nesttableprops" | "pn" | "pntxta" | "pntxtb" | "ftnsep" | "ftnsepc" | "ftncn"
        | "aftnsep" | "aftnsepc" | "aftncn" | "filetbl" | "datafield" | "xe" | "tc"
        | "template" | "private" | "comment" | "falt" | "panose" => {
            (Destination::Skipped, Scope::None)
        }
        _ => return None,
    };
    Some(begun)
}
