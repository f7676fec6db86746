//! What does each line say?
//!
//! The network looks at a line 48 pixels high and says, for every 8 pixels of its width, which
//! character that is or that it is none (connectionist temporal classification).

use rten::RunOptions;
use rten_tensor::{Layout, NdTensor};

use super::super::{Area, Error, GrayImage, OcrCharacter, OcrLine};
use super::{Networks, RECOGNITION};
use diarium_document::Heartbeat;

/// The height that the network was made for.
const HEIGHT: usize = 48;
/// Widths are rounded up to this, so that the network plans its work for fewer shapes.
const WIDTH_STEP: usize = 32;
/// A line longer than this is none; the longest real ones are near 2,500.
const MOST_WIDTH: usize = 4_800;
/// A line that is higher than wide by this is written up or down the margin.
const UPRIGHT: f32 = 2.5;
/// Letters that Swedish print has in few loan words and names only. A speck over an a must not make
/// an à of it.
pub(super) const RARE_LETTERS: &str = "ÈèàçñëïøØæÆ";
/// Their probability counts this much.
const RARE: f32 = 0.02;
/// Lines that the network is less sure of are drawings.
const LEAST_CONFIDENCE: f32 = 0.5;

/// Reads the lines at these places.
pub(super) fn read_lines(
    networks: &Networks,
    page: &GrayImage,
    areas: Vec<Area>,
    options: &RunOptions,
    heartbeat: &Heartbeat,
) -> Result<Vec<OcrLine>, Error> {
    let mut lines = Vec::new();
    for area in areas {
        if area.height() as f32 > UPRIGHT * area.width() as f32 {
            continue;
        }
        let line = read_line(networks, page, area, options)?;
        lines.extend(line);
        heartbeat.beat();
    }
    Ok(lines)
}

fn read_line(
    networks: &Networks,
    page: &GrayImage,
    area: Area,
    options: &RunOptions,
) -> Result<Option<OcrLine>, Error> {
    let scale = HEIGHT as f32 / area.height() as f32;
    let width = ((area.width() as f32 * scale).round() as usize).clamp(1, MOST_WIDTH);
    let padded = width.next_multiple_of(WIDTH_STEP);
    let failed = |message: String| Error::Run {
        part: RECOGNITION,
        message,
    };
    let output = networks
        .recognition
        .run_one(
            input(page, area, width, padded).into(),
            Some(options.clone()),
        )
        .map_err(|error| failed(error.to_string()))?;
    let steps: NdTensor<f32, 3> = output
        .try_into()
        .map_err(|_| failed("its output is no text".to_owned()))?;
    let [_, count, classes] = steps.shape();
    if classes != networks.characters.len() + 1 {
        return Err(failed(format!(
            "it knows {} characters and characters.txt names {}",
            classes.saturating_sub(1),
            networks.characters.len()
        )));
    }
    let step = padded as f32 / count.max(1) as f32 / scale;
    let steps = steps.into_data();
    let characters = decode(&steps, &networks.characters, &networks.rare, |index| {
        area.left as f32 + (index + 0.5) * step
    });
    Ok(trimmed(characters).map(|characters| OcrLine { area, characters }))
}

/// A line as the network wants it: three equal colors from -1 to 1. What is padded is gray, as it
/// was when the network was trained.
fn input(page: &GrayImage, area: Area, width: usize, padded: usize) -> NdTensor<f32, 4> {
    let line = page.resized(area, width, HEIGHT);
    let mut colors = vec![0.0; 3 * HEIGHT * padded];
    for (index, row) in colors.chunks_exact_mut(padded).enumerate() {
        let shades = line.row(index % HEIGHT);
        for (value, &shade) in row.iter_mut().zip(shades) {
            *value = f32::from(shade) / 127.5 - 1.0;
        }
    }
    NdTensor::from_data([1, 3, HEIGHT, padded], colors)
}

/// The likeliest class of each step; a class that goes on is one character, class 0 is none.
fn decode(
    steps: &[f32],
    characters: &[char],
    rare: &[bool],
    place: impl Fn(f32) -> f32,
) -> Vec<OcrCharacter> {
    let mut found: Vec<OcrCharacter> = Vec::new();
    let mut before = 0;
    let mut first = 0;
    for (index, step) in steps.chunks_exact(rare.len()).enumerate() {
        let (class, confidence) = likeliest(step, rare);
        if class != before {
            first = index;
        }
        match (class == before, class, found.last_mut()) {
            (_, 0, _) => {}
            (true, _, Some(last)) => {
                last.confidence = last.confidence.max(confidence);
                last.x = place((first + index) as f32 / 2.0);
            }
            _ => found.push(OcrCharacter {
                character: characters[class - 1],
                x: place(index as f32),
                confidence,
            }),
        }
        before = class;
    }
    found
}

/// The class with the highest probability. Rare ones must be much likelier than any other.
fn likeliest(step: &[f32], rare: &[bool]) -> (usize, f32) {
    let mut best = (0, f32::MIN);
    for (class, &value) in step.iter().enumerate() {
        let weighed = if rare[class] { value * RARE } else { value };
        if weighed > best.1 {
            best = (class, weighed);
        }
    }
    best
}

/// Without blanks at either end; nothing if it says nothing, or nothing sure.
fn trimmed(mut characters: Vec<OcrCharacter>) -> Option<Vec<OcrCharacter>> {
    let is_text = |one: &OcrCharacter| one.character != ' ';
    let start = characters.iter().position(is_text)?;
    let end = characters.iter().rposition(is_text)? + 1;
    characters.truncate(end);
    characters.drain(..start);
    let sum: f32 = characters.iter().map(|one| one.confidence).sum();
    (sum >= LEAST_CONFIDENCE * characters.len() as f32).then_some(characters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_classes_are_one_character_unless_a_blank_parts_them() {
        let likeliest = [0, 1, 1, 0, 1, 2, 0];
        let steps: Vec<f32> = likeliest
            .iter()
            .flat_map(|&class| (0..3).map(move |one| if one == class { 0.9 } else { 0.05 }))
            .collect();
        let found = decode(&steps, &['o', 'l'], &[false; 3], |index| index);
        let text: String = found.iter().map(|one| one.character).collect();
        assert_eq!(text, "ool");
        let places: Vec<f32> = found.iter().map(|one| one.x).collect();
        assert_eq!(places, [1.5, 4.0, 5.0]);
    }

    #[test]
    fn blanks_at_the_ends_and_guesses_are_left_out() {
        let one = |character, confidence| OcrCharacter {
            character,
            x: 0.0,
            confidence,
        };
        let line = vec![one(' ', 0.9), one('a', 0.9), one(' ', 0.9)];
        assert_eq!(trimmed(line).map(|line| line.len()), Some(1));
        assert_eq!(trimmed(vec![one(' ', 0.9)]), None);
        assert_eq!(trimmed(vec![one('a', 0.3)]), None);
    }
}
