//! Property lists of Apple, binary and XML: dictionaries of strings and data.
//!
//! Not by a crate: in a binary list many entries may refer to one object, so that a few bytes are a tree of
//! any size. Here only the entries that are wanted are read, and all of them together are limited.

use quick_xml::Reader;
use quick_xml::events::Event;

/// How deep dictionaries may be nested.
const MAX_DEPTH: usize = 16;

/// Objects that are read, at most.
const MAX_OBJECTS: usize = 100_000;

/// An object of a list.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Dictionary(Vec<(String, Value)>),
    Array(Vec<Value>),
    String(String),
    Data(Vec<u8>),
    /// A number, a date or a truth value.
    Other,
}

impl Value {
    /// The entry of a dictionary.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Dictionary(entries) => {
                let found = entries.iter().find(|(name, _)| name == key);
                found.map(|(_, value)| value)
            }
            _ => None,
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }
}

/// The list in these bytes, with those entries of its dictionaries that are wanted.
pub(super) fn parse(bytes: &[u8], wanted: &[&str]) -> Option<Value> {
    if bytes.starts_with(b"bplist") {
        Binary::open(bytes, wanted)?.root()
    } else {
        parse_xml(bytes, wanted)
    }
}

/// A binary list: objects that refer to each other by numbers, and a table of where they are.
struct Binary<'b> {
    bytes: &'b [u8],
    wanted: &'b [&'b str],
    offsets: &'b [u8],
    offset_size: usize,
    reference_size: usize,
    root: usize,
    objects_left: usize,
    bytes_left: usize,
}

impl<'b> Binary<'b> {
    fn open(bytes: &'b [u8], wanted: &'b [&'b str]) -> Option<Self> {
        let trailer = bytes.get(bytes.len().checked_sub(32)?..)?;
        let size = |at: usize| trailer.get(at).map(|size| usize::from(*size));
        let table = number(trailer.get(24..32)?)?;
        let offset_size = size(6).filter(|size| (1..=8).contains(size))?;
        let count = number(trailer.get(8..16)?)?;
        let end = table.checked_add(count.checked_mul(offset_size)?)?;
        Some(Self {
            bytes,
            wanted,
            offsets: bytes.get(table..end)?,
            offset_size,
            reference_size: size(7).filter(|size| (1..=8).contains(size))?,
            root: number(trailer.get(16..24)?)?,
            objects_left: MAX_OBJECTS,
            // Entries may share an object, but a file has no need to repeat its data.
            bytes_left: bytes.len().saturating_mul(2),
        })
    }

    fn root(&mut self) -> Option<Value> {
        self.object(self.root, 0)
    }

    fn object(&mut self, index: usize, depth: usize) -> Option<Value> {
        self.objects_left = self.objects_left.checked_sub(1)?;
        if depth > MAX_DEPTH {
            return None;
        }
        let at = index.checked_mul(self.offset_size)?;
        let offset = number(self.offsets.get(at..at + self.offset_size)?)?;
        let marker = *self.bytes.get(offset)?;
        let (length, start) = self.length(marker, offset + 1)?;
        match marker >> 4 {
            0x4 => Some(Value::Data(self.take(start, length)?.to_vec())),
            0x5 => {
                let text = self.take(start, length)?;
                Some(Value::String(String::from_utf8_lossy(text).into_owned()))
            }
            0x6 => {
                let units = self.take(start, length.checked_mul(2)?)?.chunks_exact(2);
                let units: Vec<u16> = units
                    .filter_map(|unit| Some(u16::from_be_bytes(*unit.first_chunk()?)))
                    .collect();
                Some(Value::String(String::from_utf16_lossy(&units)))
            }
            0xa => {
                let items = (0..length).map(|item| {
                    let item = self.reference(start, item)?;
                    self.object(item, depth + 1)
                });
                Some(Value::Array(items.collect::<Option<_>>()?))
            }
            0xd => self.dictionary(start, length, depth),
            _ => Some(Value::Other),
        }
    }

    fn dictionary(&mut self, start: usize, length: usize, depth: usize) -> Option<Value> {
        let mut entries = Vec::new();
        for entry in 0..length {
            let key = self.reference(start, entry)?;
            let Some(Value::String(key)) = self.object(key, depth + 1) else {
                return None;
            };
            if self.wanted.contains(&key.as_str()) {
                let value = self.reference(start, length.checked_add(entry)?)?;
                entries.push((key, self.object(value, depth + 1)?));
            }
        }
        Some(Value::Dictionary(entries))
    }

    /// The length of an object, and where its content begins. Long ones have it in a number object.
    fn length(&self, marker: u8, start: usize) -> Option<(usize, usize)> {
        let short = usize::from(marker & 0xf);
        if short < 0xf || marker >> 4 < 4 {
            return Some((short, start));
        }
        let size = 1_usize << (self.bytes.get(start)? & 0xf).min(3);
        let end = start + 1 + size;
        Some((number(self.bytes.get(start + 1..end)?)?, end))
    }

    fn reference(&self, start: usize, position: usize) -> Option<usize> {
        let at = start.checked_add(position.checked_mul(self.reference_size)?)?;
        number(self.bytes.get(at..at.checked_add(self.reference_size)?)?)
    }

    fn take(&mut self, start: usize, length: usize) -> Option<&'b [u8]> {
        self.bytes_left = self.bytes_left.checked_sub(length)?;
        self.bytes.get(start..start.checked_add(length)?)
    }
}

/// A big-endian number of up to eight bytes.
fn number(bytes: &[u8]) -> Option<usize> {
    let value = bytes
        .iter()
        .fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    usize::try_from(value).ok()
}

/// An element of an XML list that is open.
struct Open {
    value: Value,
    /// The key that was read last.
    key: Option<String>,
}

fn parse_xml(bytes: &[u8], wanted: &[&str]) -> Option<Value> {
    let mut reader = Reader::from_str(std::str::from_utf8(bytes).ok()?);
    let mut open: Vec<Open> = Vec::new();
    let mut text = String::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                text.clear();
                let value = match start.name().as_ref() {
                    "dict" => Value::Dictionary(Vec::new()),
                    "array" => Value::Array(Vec::new()),
                    _ => continue,
                };
                open.push(Open { value, key: None });
                if open.len() > MAX_DEPTH {
                    return None;
                }
            }
            Event::Text(piece) => text += &piece,
            Event::CData(piece) => text += &piece,
            Event::GeneralRef(name) => text += entity(&name),
            Event::End(end) => {
                let content = std::mem::take(&mut text);
                let value = match end.name().as_ref() {
                    "key" => {
                        open.last_mut()?.key = Some(content);
                        continue;
                    }
                    "string" => Value::String(content),
                    "data" => Value::Data(crate::mime::from_base64(content.as_bytes())),
                    "dict" | "array" => open.pop()?.value,
                    "plist" => return None,
                    _ => Value::Other,
                };
                match open.last_mut() {
                    Some(outer) => outer.add(value, wanted),
                    None => return Some(value),
                }
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

impl Open {
    fn add(&mut self, value: Value, wanted: &[&str]) {
        match &mut self.value {
            Value::Array(items) => items.push(value),
            Value::Dictionary(entries) => {
                let key = self.key.take();
                entries.extend(
                    key.filter(|key| wanted.contains(&key.as_str()))
                        .map(|key| (key, value)),
                );
            }
            _ => {}
        }
    }
}

/// The character of an entity of XML.
fn entity(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_repeats_its_objects_is_refused() {
        // Eight arrays, each with fifteen times the next.
        let mut bytes = b"bplist00".to_vec();
        let mut offsets = Vec::new();
        for level in 0..8_u8 {
            offsets.push(u8::try_from(bytes.len()).unwrap());
            bytes.push(0xae);
            bytes.extend([level + 1; 14]);
        }
        offsets.push(u8::try_from(bytes.len()).unwrap());
        bytes.push(0xa0);
        let table = u8::try_from(bytes.len()).unwrap();
        bytes.extend(offsets);
        bytes.extend([0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 9]);
        bytes.extend([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, table]);
        assert_eq!(parse(&bytes, &[]), None);
    }

    #[test]
    fn an_xml_list_is_read() {
        let list = "<plist><dict><key>a</key><array><string>x &amp; y</string></array>\
            <key>b</key><data>SGVq</data><key>c</key><true/><key>d</key><integer>1</integer></dict></plist>";
        let found = parse(list.as_bytes(), &["a", "b"]).unwrap();
        let text = Value::Array(vec![Value::String("x & y".to_owned())]);
        assert_eq!(found.get("a"), Some(&text));
        assert_eq!(found.get("b"), Some(&Value::Data(b"Hej".to_vec())));
        assert_eq!(found.get("c"), None);
        assert_eq!(parse(b"<plist>", &[]), None);
    }
}
