//! Painted surfaces of a page: what lies under a point, and what was drawn over it later.
//!
//! Every painted shape and image is a [`Surface`] in drawing order. The page is divided into square cells,
//! each with the surfaces that meet it, so that a look-up examines few of them. A surface that covers a cell
//! wholly and is opaque replaces what the cell had before: nothing under it can be seen any more.

use std::rc::Rc;

use kurbo::{BezPath, Point, Shape as _};

use super::geometry::contains;
use diarium_document::Rect;

/// A part of the page: a rectangle, and shapes that a point must be inside of as well.
#[derive(Debug, Clone)]
pub(super) struct Region {
    /// Its bounding box.
    pub rect: Rect,
    shapes: Vec<Outline>,
}

/// A shape that is no rectangle.
#[derive(Debug, Clone)]
struct Outline {
    path: Rc<BezPath>,
    even_odd: bool,
}

impl Region {
    /// A rectangle.
    pub(super) fn of(rect: Rect) -> Self {
        Self {
            rect,
            shapes: Vec::new(),
        }
    }

    /// The part of this region that is inside of a shape, whose bounding box is `rect`.
    pub(super) fn within(mut self, rect: Rect, path: BezPath, even_odd: bool) -> Self {
        self.rect = intersection(self.rect, rect);
        let path = Rc::new(path);
        self.shapes.push(Outline { path, even_odd });
        self
    }

    /// What both regions contain.
    pub(super) fn intersection(&self, other: &Self) -> Self {
        let mut shapes = self.shapes.clone();
        shapes.extend(other.shapes.iter().cloned());
        Self {
            rect: intersection(self.rect, other.rect),
            shapes,
        }
    }

    /// Whether a point is inside.
    pub(super) fn contains(&self, x: f32, y: f32) -> bool {
        let point = Point::new(x.into(), y.into());
        contains(self.rect, x, y) && self.shapes.iter().all(|shape| shape.contains(point))
    }

    /// Whether the region is empty.
    pub(super) fn is_empty(&self) -> bool {
        self.rect.0 >= self.rect.2 || self.rect.1 >= self.rect.3
    }

    /// Number of its shapes.
    pub(super) fn shapes(&self) -> usize {
        self.shapes.len()
    }

    fn area(&self) -> f32 {
        (self.rect.2 - self.rect.0).max(0.0) * (self.rect.3 - self.rect.1).max(0.0)
    }
}

impl Outline {
    fn contains(&self, point: Point) -> bool {
        let winding = self.path.winding(point);
        if self.even_odd {
            winding % 2 != 0
        } else {
            winding != 0
        }
    }
}

fn intersection(one: Rect, other: Rect) -> Rect {
    Rect(
        one.0.max(other.0),
        one.1.max(other.1),
        one.2.min(other.2),
        one.3.min(other.3),
    )
}

/// What a surface looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// An opaque shape of one color: red, green, blue.
    Color([u8; 3]),
    /// An opaque shape of several colors.
    Pattern,
    /// An opaque image.
    Image,
    /// Something that can be seen through, or that may not cover everything: it hides nothing.
    Translucent,
}

/// A painted shape or image.
#[derive(Debug, Clone)]
pub(super) struct Surface {
    /// Its place in the order of drawing.
    pub order: usize,
    /// Where it is.
    pub region: Region,
    /// What it looks like.
    pub look: Look,
}

impl Surface {
    /// Its area as a share of that of the page.
    pub(super) fn share_of(&self, (width, height): (f32, f32)) -> f32 {
        self.region.area() / (width * height).max(1.0)
    }
}

/// Sides of the cells, in points: a little more than a line of text.
const CELL: f32 = 16.0;
/// Most cells along a side of the page, which is up to 14,400 points long.
const MAX_CELLS: usize = 128;
/// Most surfaces that a cell remembers.
// Only hostile files have more that are large enough to hide a letter.
const MAX_IN_CELL: usize = 256;

/// The surfaces of a page.
#[derive(Debug)]
pub(super) struct Surfaces {
    columns: usize,
    rows: usize,
    /// Width and height of a cell.
    cell: (f32, f32),
    /// Row by row, each in drawing order.
    cells: Vec<Vec<Rc<Surface>>>,
}

impl Surfaces {
    /// None yet, on a page of this size.
    pub(super) fn new((width, height): (f32, f32)) -> Self {
        let count = |side: f32| ((side / CELL).ceil() as usize).clamp(1, MAX_CELLS);
        let (columns, rows) = (count(width), count(height));
        Self {
            columns,
            rows,
            cell: (
                (width / columns as f32).max(1e-3),
                (height / rows as f32).max(1e-3),
            ),
            cells: vec![Vec::new(); columns * rows],
        }
    }

    /// Adds the next surface in drawing order. Returns the number of cells that it meets.
    pub(super) fn push(&mut self, surface: Surface) -> usize {
        let rect = surface.region.rect;
        let page = (
            self.cell.0 * self.columns as f32,
            self.cell.1 * self.rows as f32,
        );
        let off_page = rect.2 < 0.0 || rect.3 < 0.0 || rect.0 > page.0 || rect.1 > page.1;
        if surface.region.is_empty() || off_page {
            return 0;
        }
        let (left, right) = (self.column(rect.0), self.column(rect.2));
        let (top, bottom) = (self.row(rect.1), self.row(rect.3));
        let hides = surface.look != Look::Translucent && surface.region.shapes.is_empty();
        let surface = Rc::new(surface);
        for row in top..=bottom {
            for column in left..=right {
                let is_whole = hides && is_inside(self.bounds(column, row), rect);
                let Some(cell) = self.cells.get_mut(row * self.columns + column) else {
                    continue;
                };
                if is_whole {
                    cell.clear();
                } else if cell.len() >= MAX_IN_CELL {
                    cell.remove(0);
                }
                cell.push(Rc::clone(&surface));
            }
        }
        (right + 1 - left) * (bottom + 1 - top)
    }

    /// The surfaces at a point, the one on top first.
    pub(super) fn at(&self, x: f32, y: f32) -> impl Iterator<Item = &Surface> {
        self.cells
            .get(self.row(y) * self.columns + self.column(x))
            .into_iter()
            .flat_map(|cell| cell.iter().rev())
            .map(Rc::as_ref)
            .filter(move |surface| surface.region.contains(x, y))
    }

    fn column(&self, x: f32) -> usize {
        ((x / self.cell.0).max(0.0) as usize).min(self.columns - 1)
    }

    fn row(&self, y: f32) -> usize {
        ((y / self.cell.1).max(0.0) as usize).min(self.rows - 1)
    }

    fn bounds(&self, column: usize, row: usize) -> Rect {
        let (x, y) = (column as f32 * self.cell.0, row as f32 * self.cell.1);
        Rect(x, y, x + self.cell.0, y + self.cell.1)
    }
}

fn is_inside(inner: Rect, outer: Rect) -> bool {
    inner.0 >= outer.0 && inner.1 >= outer.1 && inner.2 <= outer.2 && inner.3 <= outer.3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surface(order: usize, rect: Rect, look: Look) -> Surface {
        Surface {
            order,
            region: Region::of(rect),
            look,
        }
    }

    #[test]
    fn the_surface_on_top_comes_first_and_hides_what_is_under_it() {
        let mut surfaces = Surfaces::new((100.0, 100.0));
        let page = Rect(0.0, 0.0, 100.0, 100.0);
        surfaces.push(surface(1, page, Look::Color([9, 9, 9])));
        surfaces.push(surface(2, Rect(10.0, 10.0, 20.0, 20.0), Look::Translucent));
        let orders = |x, y, surfaces: &Surfaces| -> Vec<usize> {
            surfaces.at(x, y).map(|one| one.order).collect()
        };
        assert_eq!(orders(15.0, 15.0, &surfaces), [2, 1]);
        assert_eq!(orders(50.0, 50.0, &surfaces), [1]);
        surfaces.push(surface(3, page, Look::Image));
        assert_eq!(orders(15.0, 15.0, &surfaces), [3]);
    }

    #[test]
    fn a_point_in_the_hole_of_a_frame_is_outside() {
        let path = BezPath::from_svg("M0 0 H30 V30 H0 Z M10 10 H20 V20 H10 Z").unwrap();
        let rect = Rect(0.0, 0.0, 30.0, 30.0);
        let frame = Region::of(rect).within(rect, path, true);
        assert!(frame.contains(5.0, 5.0));
        assert!(!frame.contains(15.0, 15.0));
    }

    #[test]
    fn many_surfaces_in_a_cell_stay_bounded() {
        let mut surfaces = Surfaces::new((16.0, 16.0));
        for order in 0..1_000 {
            surfaces.push(surface(order, Rect(1.0, 1.0, 5.0, 5.0), Look::Pattern));
        }
        assert_eq!(surfaces.at(3.0, 3.0).count(), MAX_IN_CELL);
    }
}
