//! Drawing state of a page: clips, transparency groups, and the surfaces painted so far.
//!
//! The canvas answers, for each letter at the moment it is drawn, whether it can be seen: inside of the clip,
//! opaque, and of another color than what is under it. Whether something was drawn over it later is decided
//! when the page is complete; see [`hidden_text`](super::hidden_text).

use hayro_interpret::pattern::Pattern;
use hayro_interpret::{BlendMode, ClipPath, DrawMode, DrawProps, FillRule, Paint};
use kurbo::{Affine, BezPath, PathEl, Shape as _};

use super::content::{Glyph, Shape};
use super::geometry::{contains, finite_rect};
use super::hidden_text::{Print, Reason, Sight, sample_points};
use super::subpaths::subpaths;
use super::surfaces::{Look, Region, Surface, Surfaces};
use diarium_document::Rect;

/// Paths of more elements are drawings; nobody covers or cuts text with them.
const MAX_ELEMENTS: usize = 200;
/// Shapes that a region is tested against, one within the other.
const MAX_SHAPES: usize = 4;
/// Thinner surfaces hide no letter, in points.
const MIN_SIDE: f32 = 1.0;
/// Wider strokes hide what is under them, in points.
const MIN_STROKE: f32 = 2.0;
/// Less opaque paint cannot be seen.
const MIN_ALPHA: f32 = 0.04;
/// More opaque paint hides what is under it.
const OPAQUE: f32 = 0.95;
/// Colors whose components differ by no more, of 255, look the same.
const SAME_COLOR: u8 = 10;
/// A letter may reach over the edge of its clip by this much, in points: programs round.
const CLIP_TOLERANCE: f32 = 1.0;

/// A part of the page outside of which nothing is painted.
#[derive(Debug, Clone)]
struct Clip {
    region: Region,
    /// False if only its bounding box is known.
    exact: bool,
}

/// A transparency group.
#[derive(Debug, Clone, Copy)]
struct Group {
    opacity: f32,
    /// Whether it is drawn as it is: without a mask, and in the normal blend mode.
    plain: bool,
}

/// The drawing state of a page.
pub(super) struct Canvas {
    surfaces: Surfaces,
    clips: Vec<Clip>,
    groups: Vec<Group>,
    /// Number of drawing operations so far.
    order: usize,
    /// Where annotations mark text, without covering it.
    markups: Vec<Rect>,
}

/// How something is painted.
#[derive(Debug, Clone, Copy)]
struct Ink {
    /// `None` for patterns.
    color: Option<[u8; 3]>,
    alpha: f32,
    /// Whether it is painted without a mask, and in the normal blend mode.
    plain: bool,
}

impl Canvas {
    /// An empty page of this size.
    pub(super) fn new(size: (f32, f32)) -> Self {
        let page = Clip {
            region: Region::of(Rect(0.0, 0.0, size.0, size.1)),
            exact: true,
        };
        Self {
            surfaces: Surfaces::new(size),
            clips: vec![page],
            groups: Vec::new(),
            order: 0,
            markups: Vec::new(),
        }
    }

    /// Annotations are drawn from now on. What is drawn within these rectangles marks text: a viewer shows it
    /// translucent.
    pub(super) fn begin_annotations(&mut self, markups: Vec<Rect>) {
        self.markups = markups;
        self.clips.truncate(1);
        self.groups.clear();
    }

    /// Paints a box that hides what is under it.
    pub(super) fn paint_box(&mut self, rect: Rect) {
        self.push(Region::of(rect), Look::Pattern);
    }

    /// Starts a clip to a rectangle.
    pub(super) fn push_clip_rect(&mut self, rect: kurbo::Rect) {
        let rect = finite_rect(rect).unwrap_or(Rect(0.0, 0.0, 0.0, 0.0));
        let mut clip = self.clip();
        clip.region = clip.region.intersection(&Region::of(rect));
        self.clips.push(clip);
    }

    /// The surfaces of the finished page.
    pub(super) fn into_surfaces(self) -> Surfaces {
        self.surfaces
    }

    /// Starts a clip.
    pub(super) fn push_clip(&mut self, clip: &ClipPath) {
        let rect = finite_rect(clip.path.bounding_box()).unwrap_or(Rect(0.0, 0.0, 0.0, 0.0));
        let is_rectangle = matches!(
            subpaths(&clip.path, Affine::IDENTITY)[..],
            [(_, Shape::Rectangle)]
        );
        let current = self.clip();
        let rest = current.region.intersection(&Region::of(rect));
        let clip = if is_rectangle {
            Clip {
                region: rest,
                exact: current.exact,
            }
        } else if clip.path.elements().len() <= MAX_ELEMENTS && rest.shapes() < MAX_SHAPES {
            let even_odd = clip.fill == FillRule::EvenOdd;
            Clip {
                region: rest.within(rect, clip.path.clone(), even_odd),
                exact: current.exact,
            }
        } else {
            Clip {
                region: rest,
                exact: false,
            }
        };
        self.clips.push(clip);
    }

    /// Ends the last clip.
    pub(super) fn pop_clip(&mut self) {
        // The page itself stays.
        if self.clips.len() > 1 {
            self.clips.pop();
        }
    }

    fn clip(&self) -> Clip {
        self.clips.last().cloned().unwrap_or(Clip {
            region: Region::of(Rect(0.0, 0.0, 0.0, 0.0)),
            exact: false,
        })
    }

    /// Starts a transparency group.
    pub(super) fn push_group(&mut self, opacity: f32, has_mask: bool, blend_mode: BlendMode) {
        self.groups.push(Group {
            opacity,
            plain: !has_mask && blend_mode == BlendMode::Normal,
        });
    }

    /// Ends the last transparency group.
    pub(super) fn pop_group(&mut self) {
        self.groups.pop();
    }

    fn ink(&self, props: &DrawProps<'_>) -> Ink {
        let groups = self.groups.iter();
        let (opacity, plain) = groups.fold((1.0, true), |(opacity, plain), group| {
            (opacity * group.opacity, plain && group.plain)
        });
        let (color, alpha) = match &props.paint {
            Paint::Color(color) => {
                let [red, green, blue, alpha] = color.to_rgba().to_rgba8();
                (Some([red, green, blue]), f32::from(alpha) / 255.0)
            }
            Paint::Pattern(pattern) => match &**pattern {
                Pattern::Shading(shading) => (None, shading.opacity),
                // The gaps of a pattern may show what is under it.
                Pattern::Tiling(_) => (None, 0.5),
            },
        };
        Ink {
            color,
            alpha: alpha * opacity,
            plain: plain && props.soft_mask.is_none() && props.blend_mode == BlendMode::Normal,
        }
    }

    /// Paints an image over a rectangle. Returns the number of cells that it meets.
    pub(super) fn paint_image(&mut self, rect: Rect, is_opaque: bool) -> usize {
        let groups = self.groups.iter();
        let is_plain = groups.fold(true, |plain, group| {
            plain && group.plain && group.opacity >= OPAQUE
        });
        let look = if is_opaque && is_plain {
            Look::Image
        } else {
            Look::Translucent
        };
        self.push(Region::of(rect), look)
    }

    /// Paints a path. Returns the number of cells that it meets.
    pub(super) fn paint_path(
        &mut self,
        path: &BezPath,
        props: &DrawProps<'_>,
        mode: &DrawMode,
    ) -> usize {
        let ink = self.ink(props);
        if ink.alpha < MIN_ALPHA {
            return 0;
        }
        let look = match (ink.plain && ink.alpha >= OPAQUE, ink.color) {
            (false, _) => Look::Translucent,
            (true, Some(color)) => Look::Color(color),
            (true, None) => Look::Pattern,
        };
        match mode {
            DrawMode::Fill(rule) | DrawMode::FillAndStroke(rule, _) => {
                self.fill(path, props.transform, *rule, look)
            }
            DrawMode::Stroke(stroke) => {
                let [a, b, c, d, ..] = props.transform.as_coeffs();
                let width = stroke.line_width * (a * d - b * c).abs().sqrt() as f32;
                let look = if stroke.dash_array.is_empty() {
                    look
                } else {
                    Look::Translucent
                };
                self.stroke(path, props.transform, width, look)
            }
            DrawMode::Invisible => 0,
        }
    }

    fn fill(&mut self, path: &BezPath, transform: Affine, rule: FillRule, look: Look) -> usize {
        let length = path.elements().len();
        let parts = if length <= MAX_ELEMENTS {
            subpaths(path, transform)
        } else {
            Vec::new()
        };
        if let [(rect, Shape::Rectangle)] = parts[..] {
            return self.push(Region::of(rect), look);
        }
        let Some(rect) = finite_rect((transform * path).bounding_box()) else {
            return 0;
        };
        if length > MAX_ELEMENTS {
            return self.push(Region::of(rect), Look::Translucent);
        }
        let even_odd = rule == FillRule::EvenOdd;
        self.push(
            Region::of(rect).within(rect, transform * path, even_odd),
            look,
        )
    }

    /// Straight lines that are as wide as text hide it, such as those of a felt pen.
    fn stroke(&mut self, path: &BezPath, transform: Affine, width: f32, look: Look) -> usize {
        if width.is_nan() || width < MIN_STROKE || path.elements().len() > MAX_ELEMENTS {
            return 0;
        }
        let mut cells = 0;
        let mut last: Option<kurbo::Point> = None;
        for element in path.elements() {
            let end = element.end_point().map(|point| transform * point);
            if let (PathEl::LineTo(_), Some(from), Some(to)) = (element, last, end) {
                let line = kurbo::Line::new(from, to);
                let half = f64::from(width) / 2.0;
                let is_straight = (from.x - to.x).abs() < 0.5 || (from.y - to.y).abs() < 0.5;
                let across = kurbo::Vec2::new(
                    if (from.x - to.x).abs() < 0.5 {
                        half
                    } else {
                        0.0
                    },
                    if (from.y - to.y).abs() < 0.5 {
                        half
                    } else {
                        0.0
                    },
                );
                let bounds = line.bounding_box().inflate(across.x, across.y);
                let look = if is_straight { look } else { Look::Translucent };
                if let Some(rect) = finite_rect(bounds) {
                    cells += self.push(Region::of(rect), look);
                }
            }
            last = end.or(last);
        }
        cells
    }

    fn push(&mut self, region: Region, look: Look) -> usize {
        self.order += 1;
        let clip = self.clip();
        let rect = region.rect;
        let is_markup = self
            .markups
            .iter()
            .any(|markup| contains(*markup, rect.0, rect.1) && contains(*markup, rect.2, rect.3));
        let region = region.intersection(&clip.region);
        let Rect(left, top, right, bottom) = region.rect;
        if right - left < MIN_SIDE || bottom - top < MIN_SIDE {
            return 0;
        }
        let is_exact = clip.exact && !is_markup && region.shapes() <= MAX_SHAPES;
        self.surfaces.push(Surface {
            order: self.order,
            look: if is_exact { look } else { Look::Translucent },
            region,
        })
    }

    /// How a letter that is drawn now can be seen.
    pub(super) fn print(&self, glyph: &Glyph, props: &DrawProps<'_>, mode: &DrawMode) -> Print {
        let points = sample_points(glyph);
        let clip = self.clip().region;
        let is_clipped = |(x, y): (f32, f32)| {
            let rect = clip.rect;
            let near = Rect(
                rect.0 - CLIP_TOLERANCE,
                rect.1 - CLIP_TOLERANCE,
                rect.2 + CLIP_TOLERANCE,
                rect.3 + CLIP_TOLERANCE,
            );
            !contains(near, x, y) || clip.shapes() > 0 && !clip.contains(x, y)
        };
        let ink = self.ink(props);
        let under = points.map(|(x, y)| self.surfaces.at(x, y).next());
        let is_plain_invisible = matches!(mode, DrawMode::Invisible) || ink.alpha < MIN_ALPHA;
        let sight = if points.into_iter().all(is_clipped) {
            Sight::Unseen(Reason::OffPage)
        } else if is_plain_invisible {
            Sight::Invisible
        } else if ink.plain && under.iter().all(|surface| has_color(*surface, ink.color)) {
            Sight::Unseen(Reason::SameColor)
        } else {
            Sight::Seen
        };
        let is_image =
            |surface: &Option<&Surface>| surface.is_some_and(|surface| surface.look == Look::Image);
        Print {
            order: self.order,
            sight,
            on_image: under.iter().any(is_image),
        }
    }
}

/// Whether a letter of this color cannot be told from the surface under it, or from the paper.
fn has_color(surface: Option<&Surface>, color: Option<[u8; 3]>) -> bool {
    let Some(color) = color else { return false };
    let under = match surface.map(|surface| surface.look) {
        None => [255; 3],
        Some(Look::Color(under)) => under,
        Some(Look::Pattern | Look::Image | Look::Translucent) => return false,
    };
    let mut pairs = color.into_iter().zip(under);
    pairs.all(|(one, other)| one.abs_diff(other) <= SAME_COLOR)
}
