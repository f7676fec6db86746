//! Column text: whether the texts on both sides of a gutter are columns of running text, or the cells of a table.
//!
//! Long columns are known by their lines, most of which are equally long. Short ones, of a few lines, could be
//! the cells of one row as well; they are columns if their sentences go on from line to line and end.

use super::rows::Word;

/// Fewest lines on each side that are columns by their lengths alone.
// Headers, footers and addresses side by side have fewer.
const MIN_LINES: usize = 6;
/// Fewest lines of a short column.
const MIN_SHORT_LINES: usize = 3;
/// Smallest share of long lines in a column of running text.
const MIN_LONG_LINES: f32 = 0.5;
/// A line is long if it fills at least this share of its column.
const LONG_LINE: f32 = 0.75;
/// Fewest words of a line of running text, on average.
// The columns of a table of figures have one or two.
const MIN_WORDS: f32 = 3.0;
/// Smallest share of the height of both sides that they have in common.
const MIN_COMMON_HEIGHT: f32 = 0.6;

/// Smallest share of rows with text on both sides, if the sides are not dense.
// The questions of a table stand apart beside their answers.
const MIN_SHARED_ROWS: f32 = 0.6;
/// Smallest share of the height of a dense column that its lines fill. The rest are figures.
const MIN_DENSITY: f32 = 0.6;
/// Lines at up to this multiple of the usual distance follow each other.
const MAX_LEADING: f32 = 1.6;

/// Fewest lines of a justified column.
const MIN_JUSTIFIED_LINES: usize = 10;
/// Smallest share of its lines that end at its margin, up to this share of the font size.
const MIN_AT_MARGIN: f32 = 0.6;
const AT_MARGIN: f32 = 0.3;

/// Whether the rows of a gutter, each with its words on the left and on the right, are two columns.
pub(super) fn are_columns(rows: &[(&[Word], &[Word])]) -> bool {
    let left = Side::new(rows.iter().map(|row| row.0));
    let right = Side::new(rows.iter().map(|row| row.1));
    if !have_common_height(&left, &right) {
        return false;
    }
    let shortest = left.lines.len().min(right.lines.len());
    if !(left.is_running() && right.is_running()) {
        // Beside a justified column, the other one may have figures or program text.
        let is_sure = left.is_justified() || right.is_justified();
        return is_sure && shortest >= MIN_LINES && left.is_dense() && right.is_dense();
    }
    let is_shared = |row: &&(&[Word], &[Word])| !row.0.is_empty() && !row.1.is_empty();
    let shared = rows.iter().filter(is_shared).count() as f32;
    let is_aligned = shared >= MIN_SHARED_ROWS * rows.len() as f32;
    shortest >= MIN_LINES && (is_aligned || left.is_dense() && right.is_dense())
        || shortest >= MIN_SHORT_LINES && left.is_prose() && right.is_prose() && end(&left, &right)
}

/// The lines on one side of a gutter.
struct Side<'w> {
    lines: Vec<&'w [Word]>,
}

impl<'w> Side<'w> {
    fn new(rows: impl Iterator<Item = &'w [Word]>) -> Self {
        Self {
            lines: rows.filter(|words| !words.is_empty()).collect(),
        }
    }

    /// First and last baseline.
    fn extent(&self) -> Option<(f32, f32)> {
        let baseline = |words: &&[Word]| words.first().map(|word| word.baseline);
        Some((
            self.lines.first().and_then(baseline)?,
            self.lines.last().and_then(baseline)?,
        ))
    }

    /// Left and right edge of each line.
    fn edges(&self) -> impl Iterator<Item = (f32, f32)> {
        let lines = self.lines.iter();
        lines.filter_map(|words| Some((words.first()?.left, words.last()?.right)))
    }

    /// Whether most lines are long and have several words.
    fn is_running(&self) -> bool {
        let left = self.edges().map(|line| line.0).fold(f32::MAX, f32::min);
        let right = self.edges().map(|line| line.1).fold(f32::MIN, f32::max);
        let lines = self.lines.len() as f32;
        let is_long = |line: &(f32, f32)| line.1 - line.0 >= LONG_LINE * (right - left);
        let long = self.edges().filter(is_long).count() as f32;
        let words = self.lines.iter().map(|words| words.len()).sum::<usize>() as f32;
        long >= MIN_LONG_LINES * lines && words >= MIN_WORDS * lines
    }

    /// Whether it is a column of running text that ends at one margin, as no cells of a table do.
    fn is_justified(&self) -> bool {
        let right = self.edges().map(|line| line.1).fold(f32::MIN, f32::max);
        let size = self.lines.first().and_then(|words| words.first());
        let size = size.map_or(0.0, |word| word.size);
        let at_margin = self
            .edges()
            .filter(|line| right - line.1 <= AT_MARGIN * size);
        self.lines.len() >= MIN_JUSTIFIED_LINES
            && at_margin.count() as f32 >= MIN_AT_MARGIN * self.lines.len() as f32
            && self.is_running()
    }

    /// Whether lines that follow each other fill most of the height.
    fn is_dense(&self) -> bool {
        let mut distances = self.distances();
        let height: f32 = distances.iter().sum();
        distances.sort_by(f32::total_cmp);
        let usual = distances.get(distances.len() / 2).copied().unwrap_or(0.0);
        let near = distances
            .iter()
            .filter(|&&distance| distance <= MAX_LEADING * usual);
        near.sum::<f32>() >= MIN_DENSITY * height
    }

    /// The distances between the baselines of successive lines.
    fn distances(&self) -> Vec<f32> {
        let baseline = |words: &[Word]| words.first().map_or(0.0, |word| word.baseline);
        let pairs = self.lines.windows(2);
        pairs
            .map(|pair| baseline(pair[1]) - baseline(pair[0]))
            .collect()
    }

    /// Whether most lines go on in the next one, which begins in lowercase, at even distances.
    fn is_prose(&self) -> bool {
        let pairs = self.lines.windows(2);
        let goes_on = pairs.filter(|pair| {
            let last = pair[0].last().map_or("", |word| word.text.as_str());
            let first = pair[1].first().map_or("", |word| word.text.as_str());
            !last.ends_with(['.', '!', '?', ':']) && first.starts_with(char::is_lowercase)
        });
        let goes_on = goes_on.count();
        goes_on >= MIN_SHORT_LINES - 1
            && goes_on * 3 >= (self.lines.len() - 1) * 2
            && self.is_even()
    }

    /// Whether all lines are equally far apart.
    fn is_even(&self) -> bool {
        let distances = self.distances();
        let least = distances.iter().copied().fold(f32::MAX, f32::min);
        let most = distances.iter().copied().fold(f32::MIN, f32::max);
        most <= MAX_UNEVEN * least
    }
}

/// Largest distance of two lines of a short column, as a multiple of the smallest one.
const MAX_UNEVEN: f32 = 1.3;

/// Whether both sides stand beside each other, not one below the other.
fn have_common_height(left: &Side<'_>, right: &Side<'_>) -> bool {
    let (Some(left), Some(right)) = (left.extent(), right.extent()) else {
        return false;
    };
    let common = left.1.min(right.1) - left.0.max(right.0);
    let shorter = (left.1 - left.0).min(right.1 - right.0);
    common > 0.0 && common >= MIN_COMMON_HEIGHT * shorter
}

/// Whether the text of two short columns ends: each with a full stop, or the left one goes on in the right one.
/// A question that a table asks ends otherwise.
fn end(left: &Side<'_>, right: &Side<'_>) -> bool {
    let ends = |side: &Side<'_>| {
        let last = side.lines.last().and_then(|words| words.last());
        last.is_some_and(|word| word.text.ends_with(['.', '!']))
    };
    let first = right.lines.first().and_then(|words| words.first());
    let goes_on = first.is_some_and(|word| word.text.starts_with(char::is_lowercase));
    ends(right) && (ends(left) || goes_on)
}
