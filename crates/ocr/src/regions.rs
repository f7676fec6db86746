//! Which pixels hang together?

use super::Area;

/// Pixels that touch each other, also at corners.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Region {
    /// The smallest rectangle that holds it.
    pub area: Area,
    /// Their indices, row by row from the top left of the picture.
    pub pixels: Vec<usize>,
}

/// The regions of a picture whose pixels `is_ink` picks, from the top.
pub(super) fn regions(width: usize, height: usize, is_ink: impl Fn(usize) -> bool) -> Vec<Region> {
    let mut open: Vec<bool> = (0..width * height).map(is_ink).collect();
    let mut found = Vec::new();
    for start in 0..open.len() {
        if open[start] {
            found.push(region_at(start, width, height, &mut open));
        }
    }
    found
}

fn region_at(start: usize, width: usize, height: usize, open: &mut [bool]) -> Region {
    let mut pixels = vec![start];
    open[start] = false;
    let mut next = 0;
    let mut area = Area {
        left: start % width,
        top: start / width,
        right: start % width + 1,
        bottom: start / width + 1,
    };
    while next < pixels.len() {
        let (x, y) = (pixels[next] % width, pixels[next] / width);
        next += 1;
        area.left = area.left.min(x);
        area.right = area.right.max(x + 1);
        area.bottom = area.bottom.max(y + 1);
        for row in y.saturating_sub(1)..(y + 2).min(height) {
            for column in x.saturating_sub(1)..(x + 2).min(width) {
                let index = row * width + column;
                if open[index] {
                    open[index] = false;
                    pixels.push(index);
                }
            }
        }
    }
    Region { area, pixels }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_that_touch_at_a_corner_are_one_region() {
        let picture = b"#..#.#.#";
        let areas: Vec<_> = regions(4, 2, |index| picture[index] == b'#')
            .into_iter()
            .map(|region| region.pixels.len())
            .collect();
        assert_eq!(areas, [2, 2]);
    }
}
