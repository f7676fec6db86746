//! Glyphs by position: which places of a page have printed letters.

use std::collections::BTreeMap;

use super::content::Glyph;
use super::hidden_text::sample_points;
use super::words::ASCENT;

/// Height of a stripe, in points.
const STRIPE: f32 = 8.0;

/// The places of letters, in horizontal stripes.
#[derive(Debug, Default)]
pub(super) struct GlyphGrid {
    /// Left and right edge, top and bottom of the letters whose middle is in a stripe, by its number.
    stripes: BTreeMap<i32, Vec<Extent>>,
    /// Half the height of the largest letter.
    reach: f32,
}

#[derive(Debug, Clone, Copy)]
struct Extent {
    left: f32,
    right: f32,
    top: f32,
    bottom: f32,
}

/// Letters are wider than half of their size in few fonts; the extent of rotated ones is a square around
/// their middle.
fn extent(glyph: &Glyph) -> Extent {
    let [(low_x, low), (x, high)] = sample_points(glyph);
    let (x, y) = ((low_x + x) / 2.0, (low + high) / 2.0);
    let half = if glyph.direction == 0 {
        (glyph.right - glyph.left) / 2.0
    } else {
        0.25 * glyph.size
    };
    Extent {
        left: x - half,
        right: x + half,
        top: y - 0.5 * ASCENT * glyph.size,
        bottom: y + 0.5 * ASCENT * glyph.size,
    }
}

fn stripe(y: f32) -> i32 {
    (y / STRIPE).floor() as i32
}

impl GlyphGrid {
    /// The places of the printed glyphs among these.
    pub(super) fn new(glyphs: &[Glyph]) -> Self {
        let mut grid = Self::default();
        for glyph in glyphs.iter().filter(|glyph| !glyph.is_space()) {
            let extent = extent(glyph);
            grid.reach = grid.reach.max((extent.bottom - extent.top) / 2.0);
            let middle = stripe((extent.top + extent.bottom) / 2.0);
            grid.stripes.entry(middle).or_default().push(extent);
        }
        for stripe in grid.stripes.values_mut() {
            stripe.sort_by(|one, other| one.left.total_cmp(&other.left));
        }
        // Letters larger than a few lines are looked up in part.
        grid.reach = grid.reach.min(10.0 * STRIPE);
        grid
    }

    /// Whether letters lie on at least half of the width of a glyph.
    pub(super) fn overlaps(&self, glyph: &Glyph) -> bool {
        self.overlap(glyph) >= 0.5
    }

    /// The share of a glyph's width that letters lie on, up to 1 if they overlap each other.
    pub(super) fn overlap(&self, glyph: &Glyph) -> f32 {
        let own = extent(glyph);
        let (first, last) = (
            stripe(own.top - self.reach),
            stripe(own.bottom + self.reach),
        );
        let mut covered = 0.0;
        for extents in self.stripes.range(first..=last).map(|(_, extents)| extents) {
            let start = extents.partition_point(|one| one.left < own.left - MAX_WIDTH);
            let near = extents[start..].iter().take(MAX_NEAR);
            let near = near.take_while(|one| one.left < own.right);
            for one in near {
                let down = own.bottom.min(one.bottom) - own.top.max(one.top);
                let smaller = (own.bottom - own.top).min(one.bottom - one.top);
                if down >= 0.5 * smaller {
                    covered += (own.right.min(one.right) - own.left.max(one.left)).max(0.0);
                }
            }
        }
        (covered / (own.right - own.left).max(1e-3)).min(1.0)
    }
}

/// Letters that are compared with one glyph, in a stripe.
// Only hostile files have more near each other.
const MAX_NEAR: usize = 2_000;
/// No letter, and few words, are wider, in points.
const MAX_WIDTH: f32 = 200.0;

#[cfg(test)]
mod tests {
    use super::super::tests::support::typed;
    use super::*;

    #[test]
    fn a_word_overlaps_the_letters_under_it() {
        let grid = GlyphGrid::new(&typed("Siv Ek", 100.0, 100.0));
        let at = |left, baseline| grid.overlaps(&typed("n", left, baseline)[0]);
        assert!(at(100.0, 100.0) && at(101.0, 102.0));
        assert!(!at(100.0, 112.0) && !at(140.0, 100.0));
        // On the space.
        assert!(!at(116.5, 100.0));
    }
}
