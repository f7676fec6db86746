//! TIFF decoder tests: small files, built here.

use super::*;

/// A picture of 10 × 4 pixels: the first pixel of each row is black, the others are white.
const ROW: [u8; 10] = [0, 255, 255, 255, 255, 255, 255, 255, 255, 255];

/// The tags of a page, and its strips.
type PageParts = (Vec<(u16, Vec<u32>)>, Vec<Vec<u8>>);

/// Writes a file of pages, each with its tags and its strips. Values are 32 bits long.
fn file(pages: &[PageParts], big_endian: bool) -> Vec<u8> {
    let number = |number: u32, length: usize| match big_endian {
        true => number.to_be_bytes()[4 - length..].to_vec(),
        false => number.to_le_bytes()[..length].to_vec(),
    };
    let mut bytes = if big_endian {
        b"MM".to_vec()
    } else {
        b"II".to_vec()
    };
    bytes.extend(number(42, 2));
    let mut link = bytes.len();
    bytes.extend([0; 4]);
    for (tags, strips) in pages {
        let mut offsets = Vec::new();
        for strip in strips {
            offsets.push(bytes.len() as u32);
            bytes.extend(strip);
        }
        let mut tags = tags.clone();
        tags.push((tag::STRIP_OFFSETS, offsets));
        tags.push((
            tag::STRIP_BYTES,
            strips.iter().map(|strip| strip.len() as u32).collect(),
        ));
        let values: Vec<u32> = tags
            .iter()
            .map(|(_, values)| {
                if let [value] = values.as_slice() {
                    return *value;
                }
                let at = bytes.len() as u32;
                bytes.extend(values.iter().flat_map(|value| number(*value, 4)));
                at
            })
            .collect();
        let at = number(bytes.len() as u32, 4);
        bytes[link..link + 4].copy_from_slice(&at);
        bytes.extend(number(tags.len() as u32, 2));
        for ((tag, all), value) in tags.iter().zip(values) {
            bytes.extend(number(u32::from(*tag), 2));
            bytes.extend(number(4, 2));
            bytes.extend(number(all.len() as u32, 4));
            bytes.extend(number(value, 4));
        }
        link = bytes.len();
        bytes.extend([0; 4]);
    }
    bytes
}

fn tags(more: &[(u16, &[u32])]) -> Vec<(u16, Vec<u32>)> {
    let mut tags = vec![
        (tag::WIDTH, vec![10]),
        (tag::HEIGHT, vec![4]),
        (tag::BITS_PER_SAMPLE, vec![8]),
        (tag::PHOTOMETRIC, vec![1]),
    ];
    for (tag, values) in more {
        tags.retain(|(known, _)| known != tag);
        tags.push((*tag, values.to_vec()));
    }
    tags
}

fn decode(bytes: &[u8], index: usize) -> Result<Picture, PictureError> {
    let limits = Limits::default();
    TiffFile::open(bytes, &limits)
        .unwrap()
        .picture(index, &limits)
}

/// The gray pixels of a picture with these tags and strips.
fn gray(more: &[(u16, &[u32])], strips: &[Vec<u8>]) -> Vec<u8> {
    let picture = decode(&file(&[(tags(more), strips.to_vec())], false), 0).unwrap();
    assert_eq!(picture.damage, None);
    picture
        .raster
        .into_gray(Orientation::default())
        .pixels()
        .to_vec()
}

#[test]
fn samples_of_all_lengths_and_meanings_give_the_same_picture() {
    let expected = ROW.repeat(4);
    let eight = ROW.repeat(4);
    assert_eq!(gray(&[], std::slice::from_ref(&eight)), expected);
    let inverse: Vec<u8> = eight.iter().map(|sample| !sample).collect();
    assert_eq!(gray(&[(tag::PHOTOMETRIC, &[0])], &[inverse]), expected);
    let sixteen: Vec<u8> = eight.iter().flat_map(|sample| [*sample, *sample]).collect();
    assert_eq!(gray(&[(tag::BITS_PER_SAMPLE, &[16])], &[sixteen]), expected);
    let four = [0x0f, 0xff, 0xff, 0xff, 0xff].repeat(4);
    assert_eq!(gray(&[(tag::BITS_PER_SAMPLE, &[4])], &[four]), expected);
    let one = [0b0111_1111, 0b1100_0000].repeat(4);
    assert_eq!(
        gray(&[(tag::BITS_PER_SAMPLE, &[1])], std::slice::from_ref(&one)),
        expected
    );
    let reversed: Vec<u8> = one.iter().map(|byte| byte.reverse_bits()).collect();
    let tags: [(u16, &[u32]); 2] = [(tag::BITS_PER_SAMPLE, &[1]), (tag::FILL_ORDER, &[2])];
    assert_eq!(gray(&tags, &[reversed]), expected);
    let palette: [(u16, &[u32]); 3] = [
        (tag::BITS_PER_SAMPLE, &[1]),
        (tag::PHOTOMETRIC, &[3]),
        (tag::COLOR_MAP, &[0, 0xffff, 0, 0xffff, 0, 0xffff]),
    ];
    assert_eq!(gray(&palette, &[one]), expected);
}

#[test]
fn colors_opacity_and_planes_are_understood() {
    let expected = ROW.repeat(4);
    let rgb: [(u16, &[u32]); 2] = [(tag::PHOTOMETRIC, &[2]), (tag::SAMPLES_PER_PIXEL, &[3])];
    let pixels: Vec<u8> = expected.iter().flat_map(|sample| [*sample; 3]).collect();
    assert_eq!(gray(&rgb, &[pixels]), expected);
    let planes: [(u16, &[u32]); 3] = [rgb[0], rgb[1], (tag::PLANAR, &[2])];
    assert_eq!(
        gray(
            &planes,
            &[expected.clone(), expected.clone(), expected.clone()]
        ),
        expected
    );
    // Transparent black is paper.
    let opacity: [(u16, &[u32]); 2] = [(tag::SAMPLES_PER_PIXEL, &[2]), (tag::EXTRA_SAMPLES, &[2])];
    let pixels: Vec<u8> = expected.iter().flat_map(|sample| [0, !sample]).collect();
    assert_eq!(gray(&opacity, &[pixels]), expected);
    let inks: [(u16, &[u32]); 2] = [(tag::PHOTOMETRIC, &[5]), (tag::SAMPLES_PER_PIXEL, &[4])];
    let pixels: Vec<u8> = expected
        .iter()
        .flat_map(|sample| [0, 0, 0, !sample])
        .collect();
    assert_eq!(gray(&inks, &[pixels]), expected);
    // Blocks of two by two pixels share their color: four times brightness, then no color.
    let shared: [(u16, &[u32]); 2] = [(tag::PHOTOMETRIC, &[6]), (tag::SAMPLES_PER_PIXEL, &[3])];
    let first = [0, 255, 0, 255, 128, 128];
    let other = [255, 255, 255, 255, 128, 128].repeat(4);
    assert_eq!(
        gray(&shared, &[[first.as_slice(), &other].concat().repeat(2)]),
        expected
    );
}

#[test]
fn strips_tiles_and_differences_are_put_together() {
    let expected = ROW.repeat(4);
    let strips: Vec<Vec<u8>> = vec![ROW.repeat(3), ROW.to_vec()];
    assert_eq!(gray(&[(tag::ROWS_PER_STRIP, &[3])], &strips), expected);
    let differences = [0, 255, 0, 0, 0, 0, 0, 0, 0, 0].repeat(4);
    assert_eq!(gray(&[(tag::PREDICTOR, &[2])], &[differences]), expected);
    // Tiles of 8 × 16: the second one shows two columns.
    let tile = |row: &[u8]| [row.repeat(4), vec![9; 12 * 8]].concat();
    let (left, right) = (tile(&ROW[..8]), tile(&[255, 255, 7, 7, 7, 7, 7, 7]));
    let tiles: [(u16, &[u32]); 2] = [(tag::TILE_WIDTH, &[8]), (tag::TILE_HEIGHT, &[16])];
    assert_eq!(gray(&tiles, &[left, right]), expected);
}

#[test]
fn a_damaged_page_keeps_the_others_and_a_damaged_strip_too() {
    let whole = (tags(&[]), vec![ROW.repeat(4)]);
    let lost = (tags(&[(tag::COMPRESSION, &[8])]), vec![vec![1, 2, 3]]);
    let half = (
        tags(&[(tag::ROWS_PER_STRIP, &[2])]),
        vec![ROW.repeat(2), ROW.to_vec()],
    );
    let bytes = file(&[whole, lost, half], true);
    assert!(decode(&bytes, 0).is_ok());
    assert!(matches!(decode(&bytes, 1), Err(PictureError::Damaged(_))));
    let half = decode(&bytes, 2).unwrap();
    assert!(half.damage.unwrap().contains("1 of its 2 strips"));
    assert_eq!(half.raster.samples, [ROW.repeat(3), vec![255; 10]].concat());
}

#[test]
fn previews_are_no_pages() {
    let page = (tags(&[]), vec![ROW.repeat(4)]);
    let preview = (tags(&[(tag::NEW_SUBFILE_TYPE, &[1])]), vec![ROW.repeat(4)]);
    let limits = Limits::default();
    let count = |pages: &[_]| {
        TiffFile::open(&file(pages, false), &limits)
            .unwrap()
            .page_count()
    };
    assert_eq!(count(&[page.clone(), preview.clone(), page]), 2);
    assert_eq!(count(&[preview]), 1);
}

#[test]
fn hostile_structures_end() {
    let mut circle = file(&[(tags(&[]), vec![ROW.repeat(4)])], false);
    let first = circle[4..8].to_vec();
    let end = circle.len();
    circle[end - 4..].copy_from_slice(&first);
    let limits = Limits::default();
    let opened = TiffFile::open(&circle, &limits).unwrap();
    assert!(
        opened
            .damage()
            .is_some_and(|damage| damage.contains("circle"))
    );
    let huge = file(
        &[(tags(&[(tag::WIDTH, &[u32::MAX])]), vec![ROW.repeat(4)])],
        false,
    );
    assert!(matches!(decode(&huge, 0), Err(PictureError::TooLarge(_))));
    let wide: [(u16, &[u32]); 2] = [(tag::TILE_WIDTH, &[u32::MAX]), (tag::TILE_HEIGHT, &[1])];
    let wide = file(&[(tags(&wide), vec![ROW.repeat(4)])], false);
    assert!(decode(&wide, 0).is_err());
}

#[test]
fn no_bytes_make_the_decoder_panic() {
    let forms: [&[(u16, &[u32])]; 6] = [
        &[],
        &[(tag::COMPRESSION, &[3]), (tag::BITS_PER_SAMPLE, &[1])],
        &[(tag::COMPRESSION, &[4]), (tag::BITS_PER_SAMPLE, &[1])],
        &[(tag::COMPRESSION, &[5])],
        &[(tag::COMPRESSION, &[32_773])],
        &[(tag::PHOTOMETRIC, &[6]), (tag::SAMPLES_PER_PIXEL, &[3])],
    ];
    for form in forms {
        let whole = file(&[(tags(form), vec![ROW.repeat(4)])], false);
        let limits = Limits::default();
        for at in 0..whole.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                if let Ok(file) = TiffFile::open(&bytes, &limits) {
                    (0..file.page_count()).for_each(|page| drop(file.picture(page, &limits)));
                }
            }
            if let Ok(file) = TiffFile::open(&whole[..at], &limits) {
                (0..file.page_count()).for_each(|page| drop(file.picture(page, &limits)));
            }
        }
    }
}
