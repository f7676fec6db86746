//! Where are lines drawn that no letter is part of?
//!
//! The border of a table, or what a form gives to write on. Engines read past them, but who measures
//! the letters beside one would take it for a letter.

use std::ops::Range;

use super::GrayImage;

/// Ink that goes on for this far is a rule, in inches: across, longer than the strokes of a headline;
/// down, higher than its letters.
const ACROSS: f32 = 0.4;
const DOWN: f32 = 0.6;
/// What is thicker than this, in inches, is a bar.
const THICK: f32 = 0.03;
/// Gaps in it of so many pixels are noise.
const GAP: usize = 2;

/// Paints the rules over.
pub(super) fn take_rules(page: &mut GrayImage, dpi: f32) {
    let (dark, paper) = (page.darkness(), page.paper());
    let (width, height) = (page.width(), page.height());
    let ink: Vec<bool> = page.pixels().iter().map(|&shade| shade < dark).collect();
    let is_ink = |x: usize, y: usize| x < width && y < height && ink[y * width + x];
    let thick = (THICK * dpi).ceil() as usize;
    for y in 0..height {
        for (from, to) in runs(width, (ACROSS * dpi) as usize, |x| is_ink(x, y)) {
            let beside = |y: usize| mostly(from..to, |x| is_ink(x, y));
            if beside(y.wrapping_sub(thick)) || beside(y + thick) {
                continue;
            }
            // What is half ink and half paper goes with it.
            for y in y.saturating_sub(1)..(y + 2).min(height) {
                page.row_mut(y)[from..to].fill(paper);
            }
        }
    }
    for x in 0..width {
        for (from, to) in runs(height, (DOWN * dpi) as usize, |y| is_ink(x, y)) {
            let beside = |x: usize| mostly(from..to, |y| is_ink(x, y));
            if beside(x.wrapping_sub(thick)) || beside(x + thick) {
                continue;
            }
            for y in from..to {
                page.row_mut(y)[x.saturating_sub(1)..(x + 2).min(width)].fill(paper);
            }
        }
    }
}

/// Whether there is ink in more than half of a stretch.
fn mostly(stretch: Range<usize>, is_ink: impl Fn(usize) -> bool) -> bool {
    let length = stretch.len();
    2 * stretch.filter(|&at| is_ink(at)).count() > length
}

/// The stretches of ink that are at least this long.
fn runs(length: usize, least: usize, is_ink: impl Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for at in (0..length).filter(|&at| is_ink(at)) {
        match found.last_mut() {
            Some((_, end)) if at <= *end + GAP => *end = at + 1,
            _ => found.push((at, at + 1)),
        }
    }
    found.retain(|(from, to)| to - from >= least.max(1));
    found
}

#[cfg(test)]
mod tests {
    use super::super::Area;
    use super::*;

    #[test]
    fn borders_go_and_letters_and_bars_stay() {
        let mut page = GrayImage::white(300, 300);
        let mut fill = |left, top, right, bottom| {
            let area = Area {
                left,
                top,
                right,
                bottom,
            };
            page.fill(area, 0);
        };
        fill(10, 20, 290, 22);
        fill(10, 20, 12, 280);
        fill(40, 40, 60, 70);
        fill(100, 100, 260, 120);
        take_rules(&mut page, 200.0);
        assert_eq!(page.row(20)[150], 255);
        assert_eq!(page.row(150)[11], 255);
        assert_eq!(page.row(50)[50], 0);
        assert_eq!(page.row(110)[180], 0);
    }
}
