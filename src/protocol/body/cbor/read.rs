//! Bytes to one item, within limits; whatever comes in, it is told and never a panic.

use super::item::{CutItem, Item, Length, Width};

/// How deeply items may stand within each other.
pub(crate) const MAX_DEPTH: usize = 600;

/// Why bytes are no item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ItemError {
    /// The offset at which it shows.
    pub(crate) at: usize,
    /// What is wrong there.
    pub(crate) what: String,
}

type Read<T> = Result<T, ItemError>;

/// Reads exactly one item.
pub(crate) fn parse(bytes: &[u8]) -> Read<Item> {
    let mut reader = Reader { bytes, at: 0 };
    let item = reader.item(0)?;
    match reader.at == bytes.len() {
        true => Ok(item),
        false => Err(reader.error(format!("{} bytes after the item", bytes.len() - reader.at))),
    }
}

/// The head of an item: its major type and its argument; no argument where the length is indefinite.
struct Head {
    at: usize,
    major: u8,
    argument: Option<(Width, u64)>,
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Reader<'_> {
    fn error(&self, what: impl Into<String>) -> ItemError {
        ItemError { at: self.at, what: what.into() }
    }

    fn take(&mut self, count: usize) -> Read<&[u8]> {
        let rest = self.bytes.len() - self.at;
        if count > rest {
            return Err(self.error(format!("cut: {count} bytes are due, {rest} are left")));
        }
        let taken = &self.bytes[self.at..self.at + count];
        self.at += count;
        Ok(taken)
    }

    fn head(&mut self) -> Read<Head> {
        let at = self.at;
        let first = self.take(1)?[0];
        let (major, low) = (first >> 5, first & 0x1F);
        let width = match low {
            0..24 => return Ok(Head { at, major, argument: Some((Width::Inline, u64::from(low))) }),
            24 => (Width::One, 1),
            25 => (Width::Two, 2),
            26 => (Width::Four, 4),
            27 => (Width::Eight, 8),
            31 if matches!(major, 2..=5 | 7) => return Ok(Head { at, major, argument: None }),
            _ => return Err(ItemError { at, what: format!("no item begins with 0x{first:02x}") }),
        };
        let argument = self.take(width.1)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        Ok(Head { at, major, argument: Some((width.0, argument)) })
    }

    fn item(&mut self, depth: usize) -> Read<Item> {
        let head = self.head()?;
        if depth > MAX_DEPTH {
            return Err(ItemError { at: head.at, what: format!("nested deeper than {MAX_DEPTH} levels") });
        }
        self.rest_of(head, depth)
    }

    fn rest_of(&mut self, head: Head, depth: usize) -> Read<Item> {
        match (head.major, head.argument) {
            (0, Some((width, number))) => Ok(Item::Unsigned(width, number)),
            (1, Some((width, number))) => Ok(Item::Negative(width, number)),
            (2, argument) => {
                let (bytes, cut) = self.string(2, argument)?;
                Ok(Item::Bytes(bytes, cut))
            }
            (3, argument) => self.text(head.at, argument),
            (4, argument) => self.array(argument, depth),
            (5, argument) => self.map(argument, depth),
            (6, Some((width, tag))) => Ok(Item::Tag(width, tag, Box::new(self.item(depth + 1)?))),
            (7, Some((width, argument))) => self.simple(head.at, width, argument),
            _ => Err(ItemError { at: head.at, what: "a break where an item is due".to_owned() }),
        }
    }

    /// A string of a major type: in one piece, or definite pieces of its own kind up to a break.
    fn string(&mut self, major: u8, argument: Option<(Width, u64)>) -> Read<(Vec<u8>, CutItem)> {
        if let Some((width, length)) = argument {
            let bytes = self.take(self.count(length)?)?.to_vec();
            return Ok((bytes, CutItem::Whole(width)));
        }
        let (mut all, mut chunks) = (Vec::new(), Vec::new());
        while !self.breaks() {
            let head = self.head()?;
            let Some((width, length)) = head.argument.filter(|_| head.major == major) else {
                return Err(ItemError { at: head.at, what: "no chunk of the string around it".to_owned() });
            };
            let start = self.at;
            let chunk = self.take(self.count(length)?)?.to_vec();
            // RFC 8949, section 3.2.3: no character may stand in two chunks.
            if major == 3 && std::str::from_utf8(&chunk).is_err() {
                return Err(ItemError { at: start, what: "text that is not UTF-8".to_owned() });
            }
            chunks.push((width, chunk.len()));
            all.extend_from_slice(&chunk);
        }
        Ok((all, CutItem::Chunks(chunks)))
    }

    fn text(&mut self, at: usize, argument: Option<(Width, u64)>) -> Read<Item> {
        let (bytes, cut) = self.string(3, argument)?;
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Item::Text(text, cut)),
            Err(_) => Err(ItemError { at, what: "text that is not UTF-8".to_owned() }),
        }
    }

    fn array(&mut self, argument: Option<(Width, u64)>, depth: usize) -> Read<Item> {
        let mut items = Vec::new();
        match argument {
            Some((width, count)) => {
                for _ in 0..self.count(count)? {
                    items.push(self.item(depth + 1)?);
                }
                Ok(Item::Array(items, Length::Definite(width)))
            }
            None => {
                while !self.breaks() {
                    items.push(self.item(depth + 1)?);
                }
                Ok(Item::Array(items, Length::Indefinite))
            }
        }
    }

    fn map(&mut self, argument: Option<(Width, u64)>, depth: usize) -> Read<Item> {
        let mut entries = Vec::new();
        match argument {
            Some((width, count)) => {
                for _ in 0..self.count(count)? {
                    entries.push((self.item(depth + 1)?, self.item(depth + 1)?));
                }
                Ok(Item::Map(entries, Length::Definite(width)))
            }
            None => {
                while !self.breaks() {
                    entries.push((self.item(depth + 1)?, self.item(depth + 1)?));
                }
                Ok(Item::Map(entries, Length::Indefinite))
            }
        }
    }

    /// A count of bytes, items or entries: each takes a byte at least, so that no count can ask for more than there is.
    fn count(&self, count: u64) -> Read<usize> {
        let rest = self.bytes.len() - self.at;
        usize::try_from(count)
            .ok()
            .filter(|count| *count <= rest)
            .ok_or_else(|| self.error(format!("cut: {count} are due, {rest} bytes are left")))
    }

    /// Whether a break stands here; it is passed over.
    fn breaks(&mut self) -> bool {
        let here = self.bytes.get(self.at) == Some(&0xFF);
        self.at += usize::from(here);
        here
    }

    fn simple(&self, at: usize, width: Width, argument: u64) -> Read<Item> {
        let byte = u8::try_from(argument).unwrap_or_default();
        match width {
            Width::Inline => Ok(Item::Simple(byte)),
            Width::One if argument >= 32 => Ok(Item::Simple(byte)),
            Width::One => Err(ItemError { at, what: format!("the simple value {argument} in two bytes") }),
            Width::Two => Ok(Item::Half(argument as u16)),
            Width::Four => Ok(Item::Single(argument as u32)),
            Width::Eight => Ok(Item::Double(argument)),
        }
    }
}
