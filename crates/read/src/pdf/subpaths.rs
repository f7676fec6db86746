//! Subpath classification: the rectangles, round shapes and other subpaths of a drawn path.
//!
//! Checkboxes are recognized by these shapes; see [`checkboxes`](super::checkboxes). A path that makes no
//! sense, such as one with infinite coordinates, gives no subpath.

use kurbo::{Affine, BezPath, PathEl, Shape as _};

use super::content::Shape;
use super::geometry::finite_rect;
use diarium_document::Rect;

/// The subpaths of a path, each with its bounding box on the page. They are separate because a tick in a
/// checkbox is often drawn in one path with the box.
pub(super) fn subpaths(path: &BezPath, transform: Affine) -> Vec<(Rect, Shape)> {
    let mut found = Vec::new();
    let mut subpath = BezPath::new();
    for &element in path.elements() {
        if matches!(element, PathEl::MoveTo(_)) {
            push_subpath(&subpath, transform, &mut found);
            subpath.truncate(0);
        }
        // A path of the interpreter starts with a move, but a subpath after a close may not.
        if subpath.elements().is_empty() && !matches!(element, PathEl::MoveTo(_)) {
            continue;
        }
        subpath.push(element);
    }
    push_subpath(&subpath, transform, &mut found);
    found
}

fn push_subpath(subpath: &BezPath, transform: Affine, found: &mut Vec<(Rect, Shape)>) {
    if subpath.elements().len() < 2 {
        return;
    }
    let bounds = (transform * subpath).bounding_box();
    if let Some(rect) = finite_rect(bounds) {
        found.push((rect, shape_of(subpath, transform)));
    }
}

/// A subpath with more elements is a drawing: a rectangle with round corners has ten.
const MAX_ELEMENTS: usize = 16;
/// Corners, or coordinates of corners, that are closer than this in points are equal: interpreters round.
const TOLERANCE: f64 = 0.1;

fn shape_of(subpath: &BezPath, transform: Affine) -> Shape {
    let elements = subpath.elements();
    if elements.len() > MAX_ELEMENTS {
        return Shape::Other;
    }
    let curves = elements
        .iter()
        .filter(|element| matches!(element, PathEl::CurveTo(..) | PathEl::QuadTo(..)))
        .count();
    match curves {
        0 if is_axis_aligned_rectangle(subpath, transform) => Shape::Rectangle,
        // A circle is four curves; a rectangle with round corners is four curves and four lines.
        4.. if is_closed(subpath) => Shape::Round,
        _ => Shape::Other,
    }
}

fn is_closed(subpath: &BezPath) -> bool {
    let elements = subpath.elements();
    let (Some(PathEl::MoveTo(start)), Some(last)) = (elements.first(), elements.last()) else {
        return false;
    };
    match last.end_point() {
        None => true,
        Some(end) => start.distance(end) < TOLERANCE,
    }
}

fn is_axis_aligned_rectangle(subpath: &BezPath, transform: Affine) -> bool {
    let mut corners: Vec<_> = subpath
        .elements()
        .iter()
        .filter_map(PathEl::end_point)
        .map(|point| transform * point)
        .collect();
    if corners.len() == 5 && corners[0].distance(corners[4]) < TOLERANCE {
        corners.pop();
    }
    if corners.len() != 4 || !is_closed(subpath) {
        return false;
    }
    let next = |index: usize| corners[(index + 1) % 4];
    let flat = |index: usize| (corners[index].y - next(index).y).abs() < TOLERANCE;
    let steep = |index: usize| (corners[index].x - next(index).x).abs() < TOLERANCE;
    (flat(0) && steep(1) && flat(2) && steep(3)) || (steep(0) && flat(1) && steep(2) && flat(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_and_the_cross_in_it_are_three_subpaths() {
        let path = BezPath::from_svg("M0 0 H10 V10 H0 Z M1 1 L9 9 M1 9 L9 1").unwrap();
        let subpaths = subpaths(&path, Affine::translate((100.0, 50.0)));
        let shapes: Vec<_> = subpaths.iter().map(|(_, shape)| *shape).collect();
        assert_eq!(shapes, [Shape::Rectangle, Shape::Other, Shape::Other]);
        assert_eq!(subpaths[0].0, Rect(100.0, 50.0, 110.0, 60.0));
    }

    #[test]
    fn circles_are_round_and_slanted_squares_are_no_rectangles() {
        let circle = kurbo::Circle::new((5.0, 5.0), 4.0).to_path(0.1);
        assert_eq!(subpaths(&circle, Affine::IDENTITY)[0].1, Shape::Round);
        let square = kurbo::Rect::new(0.0, 0.0, 8.0, 8.0).to_path(0.1);
        assert_eq!(subpaths(&square, Affine::rotate(0.4))[0].1, Shape::Other);
        assert_eq!(
            subpaths(&square, Affine::rotate(std::f64::consts::FRAC_PI_2))[0].1,
            Shape::Rectangle
        );
    }
}
