//! PDFs: decompression bombs, cycles, deep nesting and false sizes.

use super::inbox::Inbox;

const CATALOG: &str = "<</Type/Catalog/Pages 2 0 R>>";
const FONT: &str = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>";
const HELLO: &str = "BT /F1 12 Tf 72 700 Td (Projektnamn: Bron) Tj ET\n";

/// A file of numbered objects; the first is its catalog.
fn file(objects: &[(usize, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let size = objects.iter().map(|(number, _)| number + 1).max().unwrap();
    let mut table = vec![b"0000000000 65535 f \n".to_vec(); size];
    for (number, object) in objects {
        table[*number] = format!("{:010} 00000 n \n", bytes.len()).into_bytes();
        bytes.extend(format!("{number} 0 obj\n").bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let start = bytes.len();
    bytes.extend(format!("xref\n0 {size}\n").bytes());
    bytes.extend(table.concat());
    bytes.extend(
        format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes(),
    );
    bytes
}

pub(crate) fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<<{dictionary}/Length {}>>stream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

/// A file of one page with these contents, resources besides its font, and further objects.
fn page(contents: Vec<u8>, resources: &str, more: Vec<(usize, Vec<u8>)>) -> Vec<u8> {
    let page = format!(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R\
         /Resources<</Font<</F1 5 0 R>>{resources}>>>>"
    );
    let mut objects = vec![
        (1, CATALOG.into()),
        (2, "<</Type/Pages/Kids[3 0 R]/Count 1>>".into()),
        (3, page.into_bytes()),
        (4, contents),
        (5, FONT.into()),
    ];
    objects.extend(more);
    file(&objects)
}

/// A page that says hello after these operations.
pub(crate) fn drawing(operations: &str, resources: &str, more: Vec<(usize, Vec<u8>)>) -> Vec<u8> {
    page(
        stream("", format!("{operations}\n{HELLO}").as_bytes()),
        resources,
        more,
    )
}

/// A page of that size, which says hello.
fn sized(size: &str) -> Vec<u8> {
    let file = String::from_utf8(drawing("", "", Vec::new())).unwrap();
    file.replace("/MediaBox[0 0 595 842]", size).into_bytes()
}

/// A page with one image over all of it.
fn image(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let object = stream(&format!("/Type/XObject/Subtype/Image{dictionary}"), content);
    drawing(
        "q 595 0 0 842 0 0 cm /I Do Q",
        "/XObject<</I 6 0 R>>",
        vec![(6, object)],
    )
}

/// A page that uses this color space.
pub(crate) fn colored(space: &str, more: Vec<(usize, Vec<u8>)>) -> Vec<u8> {
    let mut more = more;
    more.push((6, space.into()));
    drawing("/C cs 1 sc 0 0 9 9 re f", "/ColorSpace<</C 6 0 R>>", more)
}

/// Bits into bytes, the first the lowest, as Deflate has them, or the highest, as LZW has.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits {
    fn low_first(&mut self, bits: u64, count: u32) {
        self.held |= bits << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push((self.held & 255) as u8);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    fn high_first(&mut self, bits: u64, count: u32) {
        self.held = self.held << count | bits;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push((self.held >> (self.count - 8) & 255) as u8);
            self.count -= 8;
            self.held &= (1 << self.count) - 1;
        }
    }
}

/// Deflate's bytes for one byte again and again: a literal, and copies of 258 of it (RFC 1951, fixed
/// codes; Huffman codes stand with their highest bit first).
fn deflated(byte: u8, copies: usize) -> Vec<u8> {
    assert!(byte < 144);
    let mut bits = Bits {
        bytes: vec![0x78, 0x01],
        ..Bits::default()
    };
    bits.low_first(0b011, 3);
    let literal = u64::from((0x30 + byte).reverse_bits());
    bits.low_first(literal, 8);
    for _ in 0..copies {
        // Code 285, a length of 258, then a distance of one.
        bits.low_first(0b1010_0011, 8);
        bits.low_first(0, 5);
    }
    bits.low_first(0, 7);
    bits.low_first(0, 7);
    bits.bytes
}

/// LZW's bytes for blanks, each code one longer than the one before it; the table is cleared when it
/// is full.
fn lzw_blanks(rounds: usize) -> Vec<u8> {
    let mut bits = Bits::default();
    let mut width = 9;
    for _ in 0..rounds {
        bits.high_first(256, width);
        width = 9;
        bits.high_first(32, width);
        for code in 258..4094_u64 {
            bits.high_first(code, width);
            // One early, as PDF has it.
            if code + 2 >= 1 << width && width < 12 {
                width += 1;
            }
        }
    }
    bits.high_first(257, width);
    bits.high_first(0, 8);
    bits.bytes
}

/// More than the 128 MiB that a stream may unpack to, in pieces of 258.
const TOO_MUCH: usize = (140 << 20) / 258;

#[test]
fn decompression_bombs_of_every_filter_are_rejected() {
    let inbox = Inbox::new();
    let flate = deflated(b' ', TOO_MUCH);
    let runs = [[129, b' ']; 1 << 12].concat();
    let bombs = [
        (
            "flate",
            page(stream("/Filter/FlateDecode", &flate), "", vec![]),
        ),
        (
            "image",
            page(
                stream("/Subtype/Image/Filter/FlateDecode", &flate),
                "",
                vec![],
            ),
        ),
        (
            "lzw",
            page(stream("/Filter/LZWDecode", &lzw_blanks(19)), "", vec![]),
        ),
        (
            "runs",
            page(
                stream("/Filter/RunLengthDecode", &runs.repeat(280)),
                "",
                vec![],
            ),
        ),
        (
            "base 85",
            page(
                stream(
                    "/Filter[/FlateDecode/ASCII85Decode]",
                    &deflated(b'z', TOO_MUCH / 3),
                ),
                "",
                vec![],
            ),
        ),
        (
            "chain",
            page(
                stream(
                    &format!("/Filter[{}]", "/FlateDecode".repeat(100_000)),
                    &flate,
                ),
                "",
                vec![],
            ),
        ),
        // Each of them is within the limits.
        ("again and again", {
            let part = stream("/Filter/FlateDecode", &deflated(b' ', TOO_MUCH / 8));
            page(
                format!("[{}]", "6 0 R ".repeat(1000)).into(),
                "",
                vec![(6, part)],
            )
        }),
    ];
    for (name, bytes) in &bombs {
        inbox.put(format!("{name}.pdf"), bytes);
    }
    let outcomes = inbox.survives(&[]);
    for (name, _) in &bombs {
        assert_eq!(
            outcomes[&format!("{name}.pdf")].code(),
            "too-large",
            "{name}"
        );
    }
}

#[test]
fn the_stated_size_of_an_image_is_not_trusted() {
    let inbox = Inbox::new();
    let gray = "/ColorSpace/DeviceGray/BitsPerComponent 8";
    let bit = "/ColorSpace/DeviceGray/BitsPerComponent 1";
    let large = "/Width 2147483647/Height 2147483647";
    let jpeg =
        b"\xff\xd8\xff\xc0\0\x0b\x08\xff\xff\xff\xff\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0";
    let jpeg2000 = [
        &b"\xff\x4f\xff\x51\0\x29\0\0\0\xff\xff\xff\0\xff\xff\xff\0\0\0\0\0\0\0\0"[..],
        b"\0\xff\xff\xff\0\xff\xff\xff\0\0\0\0\0\0\0\0\0\x01\x07\x01\x01",
        b"\xff\x52\0\x0c\0\0\0\x01\0\x05\x04\x04\0\0",
    ]
    .concat();
    let jbig2 =
        b"\0\0\0\0\x30\0\x01\0\0\0\x13\x7f\xff\xff\xff\x7f\xff\xff\xff\0\0\0\0\0\0\0\0\0\0\0";
    let fax = "/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 2147483647/Rows 2147483647>>";
    let images = [
        ("raw", image(&format!("{large}{gray}"), b"x")),
        (
            "flate",
            image(
                &format!("/Width 60000/Height 60000{gray}/Filter/FlateDecode"),
                &deflated(b' ', 1 << 16),
            ),
        ),
        ("fax", image(&format!("{large}{bit}{fax}"), &[0xff; 1000])),
        (
            "jpeg",
            image(
                &format!("/Width 65535/Height 65535{gray}/Filter/DCTDecode"),
                jpeg,
            ),
        ),
        (
            "jpeg 2000",
            image(&format!("{large}/Filter/JPXDecode"), &jpeg2000),
        ),
        (
            "jbig2",
            image(&format!("{large}{bit}/Filter/JBIG2Decode"), jbig2),
        ),
        ("fax as text", page(stream(fax, &[0xff; 1000]), "", vec![])),
        (
            "jpeg as text",
            page(stream("/Filter/DCTDecode", jpeg), "", vec![]),
        ),
        (
            "jpeg 2000 as text",
            page(stream("/Filter/JPXDecode", &jpeg2000), "", vec![]),
        ),
        (
            "jbig2 as text",
            page(stream("/Filter/JBIG2Decode", jbig2), "", vec![]),
        ),
        (
            "many",
            drawing(
                &"/I Do ".repeat(20_000),
                "/XObject<</I 6 0 R>>",
                vec![(
                    6,
                    stream(&format!("/Subtype/Image/Width 1/Height 1{gray}"), b"x"),
                )],
            ),
        ),
    ];
    for (name, bytes) in &images {
        inbox.put(format!("{name}.pdf"), bytes);
    }
    let outcomes = inbox.survives(&[]);
    assert_eq!(outcomes.len(), images.len());
    for (name, outcome) in outcomes {
        assert_eq!(outcome.code(), "done", "{name}");
    }
}

#[test]
fn cyclic_trees_and_names_terminate() {
    let inbox = Inbox::new();
    let node = |kids: &str| format!("<</Type/Pages/Count 1000000/Kids[{kids}]>>").into_bytes();
    let leaf = |number| (number, b"<</Type/Page/MediaBox[0 0 9 9]>>".to_vec());
    let step = |number: usize, next: &str| {
        (
            number,
            format!("<</Type/Pages/Count 9/Kids[{next}]>>").into_bytes(),
        )
    };
    let deep = (10..3000).map(|number| step(number, &format!("{} 0 R", number + 1)));
    let wide = (10..22).map(|number| step(number, &format!("{} 0 R ", number + 1).repeat(10)));
    let form = |content: &str, resources: &str| {
        stream(
            &format!("/Subtype/Form/BBox[0 0 9 9]/Resources<<{resources}>>"),
            content.as_bytes(),
        )
    };
    let function =
        "<</FunctionType 3/Domain[0 1]/Bounds[.5]/Encode[0 1 0 1]/Functions[7 0 R 7 0 R]>>";
    let type3 = "<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/FirstChar 97/LastChar 97\
         /Widths[9]/Encoding<</Differences[97/a]>>/CharProcs<</a 7 0 R>>/Resources<</Font<</T 6 0 R>>>>>>";
    let good = drawing("", "", vec![]);
    let start = good
        .windows(5)
        .position(|window| window == b"xref\n")
        .unwrap();
    let with_trailer = |more: &str| {
        String::from_utf8(good.clone())
            .unwrap()
            .replace("/Root 1 0 R", more)
            .into_bytes()
    };
    let files = [
        (
            "itself",
            file(&[(1, CATALOG.into()), (2, node("2 0 R 2 0 R"))]),
        ),
        (
            "each other",
            file(&[
                (1, CATALOG.into()),
                (2, node("3 0 R 3 0 R")),
                (3, node("2 0 R 2 0 R")),
            ]),
        ),
        (
            "deep",
            file(
                &[
                    vec![(1, CATALOG.into()), (2, node("10 0 R"))],
                    deep.collect(),
                    vec![leaf(3000)],
                ]
                .concat(),
            ),
        ),
        (
            "wide",
            file(
                &[
                    vec![(1, CATALOG.into()), (2, node("10 0 R"))],
                    wide.collect(),
                    vec![leaf(22)],
                ]
                .concat(),
            ),
        ),
        (
            "many",
            file(&[
                (1, CATALOG.into()),
                (2, node(&"3 0 R ".repeat(6000))),
                leaf(3),
            ]),
        ),
        (
            "form",
            drawing(
                "/F Do",
                "/XObject<</F 6 0 R>>",
                vec![(6, form("/F Do /F Do", "/XObject<</F 6 0 R>>"))],
            ),
        ),
        (
            "mask",
            drawing(
                "/G gs 0 0 9 9 re f",
                "/ExtGState<</G 6 0 R>>",
                vec![
                    (6, "<</SMask<</S/Luminosity/G 7 0 R>>>>".into()),
                    (7, form("/G gs 0 0 9 9 re f", "/ExtGState<</G 6 0 R>>")),
                ],
            ),
        ),
        (
            "pattern",
            drawing(
                "/Pattern cs /P scn 0 0 500 500 re f",
                "/Pattern<</P 6 0 R>>",
                vec![(
                    6,
                    stream(
                        "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep .001/YStep .001/Resources<</Pattern<</P 6 0 R>>>>",
                        b"/Pattern cs /P scn 0 0 500 500 re f",
                    ),
                )],
            ),
        ),
        (
            "letter",
            drawing(
                "BT /T 9 Tf 9 9 Td (aaaa) Tj ET",
                "/Font<</F1 5 0 R/T 6 0 R>>",
                vec![
                    (6, type3.into()),
                    (7, stream("", b"9 0 d0 BT /T 9 Tf (aaaa) Tj ET")),
                ],
            ),
        ),
        ("color", colored("[/Indexed 6 0 R 1 <00>]", vec![])),
        (
            "profile",
            colored(
                "[/ICCBased 7 0 R]",
                vec![(7, stream("/N 3/Alternate 6 0 R", b"x"))],
            ),
        ),
        (
            "function",
            colored(
                "[/Separation /A /DeviceGray 7 0 R]",
                vec![(7, function.into())],
            ),
        ),
        (
            "length",
            page(
                b"<</Length 4 0 R>>stream\nBT ET\nendstream".to_vec(),
                "",
                vec![],
            ),
        ),
        (
            "previous",
            with_trailer(&format!("/Root 1 0 R/Prev {start}")),
        ),
        ("sizes", with_trailer("/Root 1 0 R/Size 2147483647")),
        (
            "packed in itself",
            page(
                stream("", HELLO.as_bytes()),
                "",
                vec![(
                    6,
                    stream(
                        "/Type/ObjStm/N 2147483647/First 2147483647/Extends 6 0 R",
                        &b"1 0 ".repeat(100),
                    ),
                )],
            ),
        ),
    ];
    for (name, bytes) in &files {
        inbox.put(format!("{name}.pdf"), bytes);
    }
    assert_eq!(inbox.survives(&[]).len(), files.len());
}

#[test]
fn nesting_length_and_size_are_limited() {
    let inbox = Inbox::new();
    let deep = 100_000;
    let nested = |open: &str, close: &str, after: &str| {
        drawing(
            &format!("{}{}{after}", open.repeat(deep), close.repeat(deep)),
            "",
            vec![],
        )
    };
    let to_unicode = |map: String| {
        let map =
            format!("begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n{map}\nendcmap");
        let file = drawing(
            &format!("BT /F1 9 Tf 9 99 Td ({}) Tj ET", "A".repeat(5000)),
            "",
            vec![(6, stream("", map.as_bytes()))],
        );
        let file = String::from_utf8(file).unwrap();
        file.replace("/Encoding/WinAnsiEncoding", "/ToUnicode 6 0 R        ")
            .into_bytes()
    };
    let scattered: String = (0..20_000)
        .map(|number: usize| {
            let (x, y) = (number * 7919 % 59_000, number * 104_729 % 84_000);
            format!(
                "1 0 0 1 {} {} Tm (x) Tj ",
                x as f64 / 100.0,
                y as f64 / 100.0
            )
        })
        .collect();
    let boxes: String = (0..20_000)
        .map(|number: usize| {
            format!(
                "{} {} {} 9 re S ",
                number * 7919 % 590,
                number * 104_729 % 830,
                7 + number % 5
            )
        })
        .collect();
    let files = [
        ("arrays", nested("[", "]", " TJ")),
        ("dictionaries", nested("<</A ", ">>", " BDC")),
        ("strings", nested("(", ")", " Tj")),
        ("states", nested("q ", "Q ", "")),
        ("open states", nested("q ", "", "")),
        ("open marks", nested("/A BMC ", "", "")),
        (
            "object",
            page(
                format!("<</X {}{}>>", "[".repeat(deep), "]".repeat(deep)).into(),
                "",
                vec![],
            ),
        ),
        (
            "long name",
            drawing(&format!("/{} gs", "a".repeat(2 << 20)), "", vec![]),
        ),
        (
            "long number",
            drawing(&format!("{} w", "9".repeat(1 << 20)), "", vec![]),
        ),
        (
            "operands",
            drawing(&format!("{} w", "1 ".repeat(1 << 20)), "", vec![]),
        ),
        (
            "all characters",
            to_unicode("1 beginbfrange <00000000> <ffffffff> <0041> endbfrange".to_owned()),
        ),
        (
            "many ranges",
            to_unicode(format!(
                "9 beginbfrange\n{}endbfrange",
                "<0000> <ffff> <0041>\n".repeat(20_000)
            )),
        ),
        (
            "long letters",
            to_unicode(format!(
                "1 beginbfchar <41> <{}> endbfchar",
                "0042".repeat(20_000)
            )),
        ),
        (
            "scattered letters",
            drawing(&format!("BT /F1 6 Tf {scattered} ET"), "", vec![]),
        ),
        (
            "letters on letters",
            drawing(
                &format!("BT /F1 6 Tf {} ET", "1 0 0 1 9 9 Tm (x) Tj ".repeat(20_000)),
                "",
                vec![],
            ),
        ),
        ("boxes", drawing(&boxes, "", vec![])),
        (
            "no end",
            [
                &drawing("", "", vec![])[..],
                b"9 0 obj <</Length 9>>stream\n",
                &b"\x00\xffobj endobj <<".repeat(1 << 15),
            ]
            .concat(),
        ),
        ("huge", sized("/MediaBox[0 0 1000000000 1000000000]")),
        (
            "infinite",
            sized(&format!("/MediaBox[0 0 {} 9]", "9".repeat(400))),
        ),
        ("negative", sized("/MediaBox[-5 -5 -900000 -900000]")),
        ("nothing", sized("/MediaBox[0 0 0 0]")),
        ("units", sized("/MediaBox[0 0 595 842]/UserUnit 1000000000")),
    ];
    for (name, bytes) in &files {
        inbox.put(format!("{name}.pdf"), bytes);
    }
    let outcomes = inbox.survives(&[]);
    assert_eq!(outcomes.len(), files.len());
    let size = |name: &str| {
        outcomes[&format!("{name}.pdf")].record()["pages"][0]["text"]
            .to_string()
            .len()
    };
    assert!(size("long letters") < 200_000, "{}", size("long letters"));
}
