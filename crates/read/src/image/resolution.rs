//! Resolution: how many pixels of a picture are an inch of its page.
//!
//! Files of scanners state it. Cameras and image programs write 72 or 96 whatever the picture is, or
//! nothing. A page that would be larger than paper is taken for a scan of A4.

/// Resolutions in dpi that scanners have.
const PLAUSIBLE: std::ops::RangeInclusive<f32> = 50.0..=2_400.0;
/// The resolution of a screen is below this. Nobody scans text with it.
const MAX_SCREEN: f32 = 100.0;
/// Shorter side of A4 in inches.
const A4_WIDTH: f32 = 8.27;
const A4_HEIGHT: f32 = 11.69;
/// The largest page in inches, some more than A0.
const MAX_SIDE: f32 = 60.0;
/// A page that is this much larger than A4 is larger: margins of a scanner's glass do not count.
const LARGER: f32 = 1.15;
/// Least resolution of a picture that states none. A smaller one is a part of a page, not a page.
const MIN_GUESS: f32 = 100.0;
/// Greatest resolution of such a picture. A longer one is a strip, not a page.
const MAX_GUESS: f32 = 1_200.0;

/// The resolution in dpi across and down of a picture with this many pixels.
pub(super) fn resolution(pixels: (usize, usize), stated: Option<(f32, f32)>) -> (f32, f32) {
    let (width, height) = (pixels.0 as f32, pixels.1 as f32);
    match stated {
        Some((across, down)) if is_plausible((width, height), (across, down)) => (across, down),
        _ => {
            let (short, long) = (width.min(height), width.max(height));
            let guess = (short / A4_WIDTH).max(long / A4_HEIGHT);
            let guess = guess.clamp(MIN_GUESS, MAX_GUESS);
            (guess, guess)
        }
    }
}

fn is_plausible((width, height): (f32, f32), (across, down): (f32, f32)) -> bool {
    if !PLAUSIBLE.contains(&across) || !PLAUSIBLE.contains(&down) {
        return false;
    }
    // A fax has half of the lines down that it has across, and no device has fewer.
    if across > 3.0 * down || down > 3.0 * across {
        return false;
    }
    let (width, height) = (width / across, height / down);
    let (short, long) = (width.min(height), width.max(height));
    let is_larger_than_a4 = short > A4_WIDTH * LARGER || long > A4_HEIGHT * LARGER;
    let is_screen = across.max(down) < MAX_SCREEN;
    long <= MAX_SIDE && !(is_screen && is_larger_than_a4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scanners_are_believed_and_screens_are_not() {
        let a4 = (2480, 3508);
        assert_eq!(resolution(a4, Some((300.0, 300.0))), (300.0, 300.0));
        assert_eq!(resolution((1728, 1143), Some((204.0, 98.0))), (204.0, 98.0));
        for stated in [
            Some((72.0, 72.0)),
            Some((1.0, 1.0)),
            Some((f32::NAN, 300.0)),
            None,
        ] {
            let (across, down) = resolution(a4, stated);
            assert!((across - 300.0).abs() < 2.0, "{stated:?}: {across}");
            assert_eq!(across, down);
        }
        assert_eq!(resolution((800, 600), Some((96.0, 96.0))), (96.0, 96.0));
    }

    #[test]
    fn a_small_picture_is_no_page_of_large_print() {
        assert_eq!(resolution((400, 200), None).0, 100.0);
    }

    #[test]
    fn a_landscape_page_is_as_large_as_an_upright_one() {
        let (across, _) = resolution((3508, 2480), None);
        assert!((across - 300.0).abs() < 2.0, "{across}");
    }

    #[test]
    fn no_page_is_longer_than_paper() {
        let (across, _) = resolution((65_535, 20), None);
        assert!(65_535.0 / across <= MAX_SIDE);
    }
}
