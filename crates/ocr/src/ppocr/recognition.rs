//! Text recognition: the characters of a detected line.
//!
//! The network reads a line that is scaled to a height of 48 pixels. For every time step, 8 pixels of the
//! line's width, it gives the probability of each character and of the blank (connectionist temporal
//! classification, CTC). Greedy decoding takes the most probable class of each step.

use rten::RunOptions;
use rten_tensor::{Layout, NdTensor};

use super::super::{BoundingBox, Error, GrayImage, OcrCharacter, OcrLine};
use super::{Networks, RECOGNITION};
use diarium_document::Heartbeat;

/// Height of the network's input, in pixels: what it was trained with.
const HEIGHT: usize = 48;
/// Widths are rounded up to a multiple of this, so that the runtime plans for fewer shapes.
const WIDTH_STEP: usize = 32;
/// Largest width of the input. Longer boxes are ruling lines or patterns; the longest real lines are near
/// 2,500 pixels at this height.
const MAX_WIDTH: usize = 4_800;
/// A line whose height is more than this multiple of its width runs up or down the margin. The network
/// reads horizontal lines only.
const MAX_ASPECT: f32 = 2.5;
/// Letters that Swedish print has in a few loan words and names only. A speck over an a must not turn it
/// into an à.
const RARE_LETTERS: &str = "ÈèàçñëïøØæÆ";
/// Factor of their probability: a rare letter wins only if it is 50 times as probable as any other.
const RARE_PRIOR: f32 = 0.02;
/// Lines with a lower mean confidence are drawings.
const MIN_CONFIDENCE: f32 = 0.5;

/// The classes of the recognition network. Class 0 is the CTC blank.
pub(super) struct Alphabet {
    /// The characters of the classes from 1 on.
    characters: Vec<char>,
    /// For each class, whether it is a rare letter.
    rare: Vec<bool>,
}

impl Alphabet {
    /// The alphabet with these characters.
    pub(super) fn new(characters: Vec<char>) -> Self {
        let is_rare = |character: &char| RARE_LETTERS.contains(*character);
        let rare = characters.iter().map(is_rare);
        Self {
            rare: std::iter::once(false).chain(rare).collect(),
            characters,
        }
    }

    /// The number of classes.
    fn len(&self) -> usize {
        self.rare.len()
    }
}

/// Recognizes the lines in these bounding boxes.
pub(super) fn recognize_lines(
    networks: &Networks,
    page: &GrayImage,
    bounds: Vec<BoundingBox>,
    options: &RunOptions,
    heartbeat: &Heartbeat,
) -> Result<Vec<OcrLine>, Error> {
    let mut lines = Vec::new();
    for bounds in bounds {
        if bounds.height() as f32 > MAX_ASPECT * bounds.width() as f32 {
            continue;
        }
        let line = recognize_line(networks, page, bounds, options)?;
        lines.extend(line);
        heartbeat.beat();
    }
    Ok(lines)
}

fn recognize_line(
    networks: &Networks,
    page: &GrayImage,
    bounds: BoundingBox,
    options: &RunOptions,
) -> Result<Option<OcrLine>, Error> {
    let scale = HEIGHT as f32 / bounds.height() as f32;
    let width = ((bounds.width() as f32 * scale).round() as usize).clamp(1, MAX_WIDTH);
    let padded = width.next_multiple_of(WIDTH_STEP);
    let failed = |message: String| Error::Run {
        part: RECOGNITION,
        message,
    };
    let output = networks
        .recognition
        .run_one(
            input(page, bounds, width, padded).into(),
            Some(options.clone()),
        )
        .map_err(|error| failed(error.to_string()))?;
    let steps: NdTensor<f32, 3> = output
        .try_into()
        .map_err(|_| failed("its output is no text".to_owned()))?;
    let [_, count, classes] = steps.shape();
    let alphabet = &networks.alphabet;
    if classes != alphabet.len() {
        return Err(failed(format!(
            "it knows {} characters and characters.txt names {}",
            classes.saturating_sub(1),
            alphabet.len() - 1
        )));
    }
    let step = padded as f32 / count.max(1) as f32 / scale;
    let steps = steps.into_data();
    let characters = decode(&steps, alphabet, |index| {
        bounds.left as f32 + (index + 0.5) * step
    });
    Ok(trim_confident(characters).map(|characters| OcrLine { bounds, characters }))
}

/// The input of the network: three equal color planes, scaled to -1 to 1. The padding on the right is 0,
/// a middle gray, as in training.
fn input(page: &GrayImage, bounds: BoundingBox, width: usize, padded: usize) -> NdTensor<f32, 4> {
    let line = page.resized(bounds, width, HEIGHT);
    let mut colors = vec![0.0; 3 * HEIGHT * padded];
    for (index, row) in colors.chunks_exact_mut(padded).enumerate() {
        let shades = line.row(index % HEIGHT);
        for (value, &shade) in row.iter_mut().zip(shades) {
            *value = f32::from(shade) / 127.5 - 1.0;
        }
    }
    NdTensor::from_data([1, 3, HEIGHT, padded], colors)
}

/// Greedy CTC decoding. A class that continues over several steps is one character; a blank between two
/// equal classes separates them. `position` maps a step to its pixel column.
fn decode(steps: &[f32], alphabet: &Alphabet, position: impl Fn(f32) -> f32) -> Vec<OcrCharacter> {
    let mut found: Vec<OcrCharacter> = Vec::new();
    let mut previous = 0;
    let mut first = 0;
    for (index, step) in steps.chunks_exact(alphabet.len()).enumerate() {
        let (class, confidence) = best_class(step, &alphabet.rare);
        if class != previous {
            first = index;
        }
        match (class == previous, class, found.last_mut()) {
            (_, 0, _) => {}
            (true, _, Some(last)) => {
                last.confidence = last.confidence.max(confidence);
                last.x = position((first + index) as f32 / 2.0);
            }
            _ => found.push(OcrCharacter {
                character: alphabet.characters[class - 1],
                x: position(index as f32),
                confidence,
            }),
        }
        previous = class;
    }
    found
}

/// The class with the highest probability, after the prior of rare letters.
fn best_class(step: &[f32], rare: &[bool]) -> (usize, f32) {
    let mut best = (0, f32::MIN);
    for (class, &value) in step.iter().enumerate() {
        let weighted = if rare[class] {
            value * RARE_PRIOR
        } else {
            value
        };
        if weighted > best.1 {
            best = (class, weighted);
        }
    }
    best
}

/// Removes the spaces at both ends; `None` if there is no other character, or if the mean confidence is
/// too low.
fn trim_confident(mut characters: Vec<OcrCharacter>) -> Option<Vec<OcrCharacter>> {
    let is_text = |one: &OcrCharacter| one.character != ' ';
    let start = characters.iter().position(is_text)?;
    let end = characters.iter().rposition(is_text)? + 1;
    characters.truncate(end);
    characters.drain(..start);
    let sum: f32 = characters.iter().map(|one| one.confidence).sum();
    (sum >= MIN_CONFIDENCE * characters.len() as f32).then_some(characters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_class_is_one_character_unless_a_blank_separates_it() {
        let classes = [0, 1, 1, 0, 1, 2, 0];
        let steps: Vec<f32> = classes
            .iter()
            .flat_map(|&class| (0..3).map(move |one| if one == class { 0.9 } else { 0.05 }))
            .collect();
        let found = decode(&steps, &Alphabet::new(vec!['o', 'l']), |index| index);
        let text: String = found.iter().map(|one| one.character).collect();
        assert_eq!(text, "ool");
        let positions: Vec<f32> = found.iter().map(|one| one.x).collect();
        assert_eq!(positions, [1.5, 4.0, 5.0]);
    }

    #[test]
    fn spaces_at_the_ends_and_lines_of_low_confidence_are_dropped() {
        let one = |character, confidence| OcrCharacter {
            character,
            x: 0.0,
            confidence,
        };
        let line = vec![one(' ', 0.9), one('a', 0.9), one(' ', 0.9)];
        assert_eq!(trim_confident(line).map(|line| line.len()), Some(1));
        assert_eq!(trim_confident(vec![one(' ', 0.9)]), None);
        assert_eq!(trim_confident(vec![one('a', 0.3)]), None);
    }
}
