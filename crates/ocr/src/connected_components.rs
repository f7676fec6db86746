//! Connected component labeling: groups of ink pixels that touch each other.
//!
//! Components are 8-connected: pixels that share only a corner belong together, as the strokes of
//! thin, slanted print do. A breadth-first flood fill visits each pixel once.

use super::BoundingBox;

/// A connected component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Component {
    /// Its bounding box.
    pub bounds: BoundingBox,
    /// Indices of its pixels, counted row by row from the top left of the image. Never empty.
    pub pixels: Vec<usize>,
}

/// The connected components of the pixels that `is_ink` selects, in the order of their first pixel.
pub(super) fn connected_components(
    width: usize,
    height: usize,
    is_ink: impl Fn(usize) -> bool,
) -> Vec<Component> {
    let mut unvisited: Vec<bool> = (0..width * height).map(is_ink).collect();
    let mut components = Vec::new();
    for start in 0..unvisited.len() {
        if unvisited[start] {
            components.push(flood_fill(start, width, height, &mut unvisited));
        }
    }
    components
}

fn flood_fill(start: usize, width: usize, height: usize, unvisited: &mut [bool]) -> Component {
    // The list is the queue as well: pixels from `next` on still have neighbors to visit.
    let mut pixels = vec![start];
    unvisited[start] = false;
    let mut next = 0;
    let mut bounds = BoundingBox {
        left: start % width,
        top: start / width,
        right: start % width + 1,
        bottom: start / width + 1,
    };
    while next < pixels.len() {
        let (x, y) = (pixels[next] % width, pixels[next] / width);
        next += 1;
        // The start is in the component's first row, so the top never changes.
        bounds.left = bounds.left.min(x);
        bounds.right = bounds.right.max(x + 1);
        bounds.bottom = bounds.bottom.max(y + 1);
        for row in y.saturating_sub(1)..(y + 2).min(height) {
            for column in x.saturating_sub(1)..(x + 2).min(width) {
                let index = row * width + column;
                if unvisited[index] {
                    unvisited[index] = false;
                    pixels.push(index);
                }
            }
        }
    }
    Component { bounds, pixels }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_that_touch_at_a_corner_are_one_component() {
        let image = b"#..#.#.#";
        let sizes: Vec<_> = connected_components(4, 2, |index| image[index] == b'#')
            .into_iter()
            .map(|component| component.pixels.len())
            .collect();
        assert_eq!(sizes, [2, 2]);
    }
}
