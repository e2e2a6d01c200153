//! Text that may hold lone surrogates, which JSON can write (`"\ud800"`) and a Rust `String` cannot hold.
//!
//! Inside it is WTF-8: UTF-8 with surrogates as three bytes, pairs always joined, so that equal text has
//! equal bytes. Source: the WTF-8 encoding, <https://simonsapin.github.io/wtf-8/>.

use std::fmt;

/// A string of Unicode code points, lone surrogates included.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Text(Vec<u8>);

impl Text {
    /// The text as a `str`, unless it holds a lone surrogate.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The text with each lone surrogate shown as U+FFFD.
    pub fn to_lossy(&self) -> String {
        self.code_points().map(|point| char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    }

    /// The text as WTF-8.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// True for `""`.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The code points, lone surrogates as their own value.
    pub fn code_points(&self) -> impl Iterator<Item = u32> + '_ {
        let mut rest = self.0.as_slice();
        std::iter::from_fn(move || {
            let (point, length) = decode(rest)?;
            rest = &rest[length..];
            Some(point)
        })
    }

    /// How many code points there are: what `length` traits count.
    pub fn length(&self) -> usize {
        self.code_points().count()
    }

    /// Appends one code point; a low surrogate after a high one joins it.
    pub fn push(&mut self, point: u32) {
        if (0xDC00..=0xDFFF).contains(&point)
            && let Some(high) = self.trailing_high_surrogate()
        {
            self.0.truncate(self.0.len() - 3);
            self.encode(0x10000 + ((high - 0xD800) << 10) + (point - 0xDC00));
        } else {
            self.encode(point);
        }
    }

    /// Appends valid text.
    pub fn push_str(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    /// The text as UTF-16 code units.
    pub fn to_utf16(&self) -> Vec<u16> {
        let mut units = Vec::with_capacity(self.0.len());
        for point in self.code_points() {
            if point < 0x10000 {
                units.push(point as u16);
            } else {
                let offset = point - 0x10000;
                units.push(0xD800 + (offset >> 10) as u16);
                units.push(0xDC00 + (offset & 0x3FF) as u16);
            }
        }
        units
    }

    /// Text of UTF-16 code units, pairs joined.
    pub fn from_utf16(units: &[u16]) -> Text {
        let mut text = Text::default();
        for unit in units {
            text.push(u32::from(*unit));
        }
        text
    }

    fn trailing_high_surrogate(&self) -> Option<u32> {
        let tail = self.0.len().checked_sub(3).map(|start| &self.0[start..])?;
        match decode(tail) {
            Some((point, 3)) if (0xD800..=0xDBFF).contains(&point) => Some(point),
            _ => None,
        }
    }

    fn encode(&mut self, point: u32) {
        let low = |shift: u32| 0x80 | ((point >> shift) & 0x3F) as u8;
        match point {
            0..=0x7F => self.0.push(point as u8),
            0x80..=0x7FF => self.0.extend([0xC0 | (point >> 6) as u8, low(0)]),
            0x800..=0xFFFF => self.0.extend([0xE0 | (point >> 12) as u8, low(6), low(0)]),
            _ => self.0.extend([0xF0 | (point >> 18) as u8, low(12), low(6), low(0)]),
        }
    }
}

/// The first code point of WTF-8 bytes and how many bytes it takes.
pub(super) fn decode(bytes: &[u8]) -> Option<(u32, usize)> {
    let first = u32::from(*bytes.first()?);
    let tail = |index: usize| bytes.get(index).map(|byte| u32::from(*byte) & 0x3F);
    Some(match first {
        0..=0x7F => (first, 1),
        0xC0..=0xDF => ((first & 0x1F) << 6 | tail(1)?, 2),
        0xE0..=0xEF => ((first & 0x0F) << 12 | tail(1)? << 6 | tail(2)?, 3),
        _ => ((first & 0x07) << 18 | tail(1)? << 12 | tail(2)? << 6 | tail(3)?, 4),
    })
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text(text.as_bytes().to_vec())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text(text.into_bytes())
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Text {
        Text::from(text.as_str())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.to_lossy())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut literal = Vec::new();
        super::string_literal(self, super::Style::Compact, &mut literal);
        out.write_str(&String::from_utf8_lossy(&literal))
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn surrogates_stay_alone_or_join_whatever_the_way_in() {
        for units in
            [&[0xD800u16][..], &[0xDC00], &[0xDC00, 0xD800], &[0xD83D, 0xDE00], &[0x41, 0xD83D, 0x42]]
        {
            assert_eq!(Text::from_utf16(units).to_utf16(), units);
        }
        assert_eq!(Text::from_utf16(&[0xD83D, 0xDE00]), "😀");
        assert_eq!(Text::from("é😀").length(), 2);
        assert_eq!(Text::from_utf16(&[0xD800]).as_str(), None);
    }
}
