//! PNG chunks: the resolution of a picture (PNG specification, 11.3.4.3).

/// Pixels per inch across and down, if the file states them.
pub(super) fn resolution(bytes: &[u8]) -> Option<(f32, f32)> {
    let mut rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    loop {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?) as usize;
        let kind = rest.get(4..8)?;
        let content = rest.get(8..length.checked_add(8)?)?;
        match (kind, content) {
            (b"pHYs", [x0, x1, x2, x3, y0, y1, y2, y3, 1, ..]) => {
                let per_inch = |meter: [u8; 4]| u32::from_be_bytes(meter) as f32 * 0.0254;
                return Some((
                    per_inch([*x0, *x1, *x2, *x3]),
                    per_inch([*y0, *y1, *y2, *y3]),
                ));
            }
            // It comes before the pixels.
            (b"IDAT", _) => return None,
            // Content and checksum.
            _ => rest = rest.get(length.checked_add(12)?..)?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resolution_comes_before_the_pixels() {
        let chunk = |kind: &[u8], content: &[u8]| {
            let length = (content.len() as u32).to_be_bytes();
            [length.as_slice(), kind, content, &[0; 4]].concat()
        };
        let meter = 11_811_u32.to_be_bytes();
        let physical = chunk(b"pHYs", &[meter.as_slice(), &meter, &[1]].concat());
        let header = chunk(b"IHDR", &[0; 13]);
        let start = b"\x89PNG\r\n\x1a\n".to_vec();
        let file = [start.clone(), header.clone(), physical.clone()].concat();
        let (across, down) = resolution(&file).unwrap();
        assert!((across - 300.0).abs() < 0.1 && across == down, "{across}");
        let late = [start, header, chunk(b"IDAT", &[]), physical].concat();
        assert_eq!(resolution(&late), None);
        for length in 0..file.len() {
            assert_eq!(resolution(&file[..length.min(file.len() - 8)]), None);
        }
    }
}
