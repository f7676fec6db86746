//! Which simple shapes is a path made of?

use kurbo::{Affine, BezPath, PathEl, Shape as _};

use super::content::Form;
use diarium_document::Rect;

/// The parts of a path, each with its bounds on the page. A tick inside a box is often one path
/// with the box, so parts are told apart.
pub(super) fn parts(path: &BezPath, transform: Affine) -> Vec<(Rect, Form)> {
    let mut found = Vec::new();
    let mut part = BezPath::new();
    for &element in path.elements() {
        if matches!(element, PathEl::MoveTo(_)) {
            push_part(&part, transform, &mut found);
            part.truncate(0);
        }
        // An interpreter's path always starts with a move; a part after a close may not.
        if part.elements().is_empty() && !matches!(element, PathEl::MoveTo(_)) {
            continue;
        }
        part.push(element);
    }
    push_part(&part, transform, &mut found);
    found
}

fn push_part(part: &BezPath, transform: Affine, found: &mut Vec<(Rect, Form)>) {
    if part.elements().len() < 2 {
        return;
    }
    let bounds = (transform * part).bounding_box();
    if let Some(rect) = upright(bounds) {
        found.push((rect, form_of(part, transform)));
    }
}

/// A rectangle of ours, unless its numbers make no sense.
pub(super) fn upright(bounds: kurbo::Rect) -> Option<Rect> {
    let bounds = bounds.abs();
    bounds.is_finite().then_some(Rect(
        bounds.x0 as f32,
        bounds.y0 as f32,
        bounds.x1 as f32,
        bounds.y1 as f32,
    ))
}

/// A path with more parts than this is a drawing.
const SIMPLE: usize = 16;

fn form_of(part: &BezPath, transform: Affine) -> Form {
    let elements = part.elements();
    if elements.len() > SIMPLE {
        return Form::Other;
    }
    let curves = elements
        .iter()
        .filter(|element| matches!(element, PathEl::CurveTo(..) | PathEl::QuadTo(..)))
        .count();
    match curves {
        0 if is_upright_rectangle(part, transform) => Form::Rectangle,
        // A circle is four curves; a rectangle with round corners is four curves and four lines.
        4.. if is_closed(part) => Form::Round,
        _ => Form::Other,
    }
}

fn is_closed(part: &BezPath) -> bool {
    let elements = part.elements();
    let (Some(PathEl::MoveTo(start)), Some(last)) = (elements.first(), elements.last()) else {
        return false;
    };
    match last.end_point() {
        None => true,
        Some(end) => start.distance(end) < 0.1,
    }
}

fn is_upright_rectangle(part: &BezPath, transform: Affine) -> bool {
    let mut corners: Vec<_> = part
        .elements()
        .iter()
        .filter_map(PathEl::end_point)
        .map(|point| transform * point)
        .collect();
    if corners.len() == 5 && corners[0].distance(corners[4]) < 0.1 {
        corners.pop();
    }
    if corners.len() != 4 || !is_closed(part) {
        return false;
    }
    let next = |index: usize| corners[(index + 1) % 4];
    let flat = |index: usize| (corners[index].y - next(index).y).abs() < 0.1;
    let steep = |index: usize| (corners[index].x - next(index).x).abs() < 0.1;
    (flat(0) && steep(1) && flat(2) && steep(3)) || (steep(0) && flat(1) && steep(2) && flat(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_and_the_cross_inside_it_are_three_parts() {
        let path = BezPath::from_svg("M0 0 H10 V10 H0 Z M1 1 L9 9 M1 9 L9 1").unwrap();
        let parts = parts(&path, Affine::translate((100.0, 50.0)));
        let forms: Vec<_> = parts.iter().map(|part| part.1).collect();
        assert_eq!(forms, [Form::Rectangle, Form::Other, Form::Other]);
        assert_eq!(parts[0].0, Rect(100.0, 50.0, 110.0, 60.0));
    }

    #[test]
    fn circles_are_round_and_slanted_squares_are_not_boxes() {
        let circle = kurbo::Circle::new((5.0, 5.0), 4.0).to_path(0.1);
        assert_eq!(parts(&circle, Affine::IDENTITY)[0].1, Form::Round);
        let square = kurbo::Rect::new(0.0, 0.0, 8.0, 8.0).to_path(0.1);
        assert_eq!(parts(&square, Affine::rotate(0.4))[0].1, Form::Other);
        assert_eq!(
            parts(&square, Affine::rotate(std::f64::consts::FRAC_PI_2))[0].1,
            Form::Rectangle
        );
    }
}
