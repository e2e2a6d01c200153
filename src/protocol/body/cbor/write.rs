//! An item to bytes, in the form that it has.

use super::item::{CutItem, Item, Length, Width};

const BREAK: u8 = 0xFF;

/// The bytes of an item. What was read is written as it was; of an item that was edited, a width too small for
/// its argument grows.
pub(crate) fn write(item: &Item) -> Vec<u8> {
    let mut out = Vec::new();
    put(item, &mut out);
    out
}

fn put(item: &Item, out: &mut Vec<u8>) {
    match item {
        Item::Unsigned(width, number) => head(0, *width, *number, out),
        Item::Negative(width, below) => head(1, *width, *below, out),
        Item::Bytes(bytes, cut) => string(2, bytes, cut, out),
        Item::Text(text, cut) => string(3, text.as_bytes(), cut, out),
        Item::Array(items, length) => {
            open(4, *length, items.len(), out);
            items.iter().for_each(|item| put(item, out));
            close(*length, out);
        }
        Item::Map(entries, length) => {
            open(5, *length, entries.len(), out);
            for (key, value) in entries {
                put(key, out);
                put(value, out);
            }
            close(*length, out);
        }
        Item::Tag(width, tag, inner) => {
            head(6, *width, *tag, out);
            put(inner, out);
        }
        Item::Simple(number) => head(7, Width::of(u64::from(*number)), u64::from(*number), out),
        Item::Half(bits) => head(7, Width::Two, u64::from(*bits), out),
        Item::Single(bits) => head(7, Width::Four, u64::from(*bits), out),
        Item::Double(bits) => head(7, Width::Eight, *bits, out),
    }
}

fn head(major: u8, width: Width, argument: u64, out: &mut Vec<u8>) {
    let bytes = argument.to_be_bytes();
    let (low, count) = match width.max(Width::of(argument)) {
        Width::Inline => (bytes[7], 0),
        Width::One => (24, 1),
        Width::Two => (25, 2),
        Width::Four => (26, 4),
        Width::Eight => (27, 8),
    };
    out.push(major << 5 | low);
    out.extend_from_slice(&bytes[8 - count..]);
}

fn open(major: u8, length: Length, count: usize, out: &mut Vec<u8>) {
    match length {
        Length::Definite(width) => head(major, width, count as u64, out),
        Length::Indefinite => out.push(major << 5 | 31),
    }
}

fn close(length: Length, out: &mut Vec<u8>) {
    if length == Length::Indefinite {
        out.push(BREAK);
    }
}

/// A string in its chunks; where their lengths no longer add up, in one piece.
fn string(major: u8, bytes: &[u8], cut: &CutItem, out: &mut Vec<u8>) {
    let whole = |width: Width, bytes: &[u8], out: &mut Vec<u8>| {
        head(major, width, bytes.len() as u64, out);
        out.extend_from_slice(bytes);
    };
    match cut {
        CutItem::Whole(width) => whole(*width, bytes, out),
        CutItem::Chunks(chunks) => {
            let Some(pieces) = pieces(major, bytes, chunks) else { return whole(Width::Inline, bytes, out) };
            out.push(major << 5 | 31);
            pieces.into_iter().for_each(|(width, piece)| whole(width, piece, out));
            out.push(BREAK);
        }
    }
}

/// The string in pieces of these lengths, if it is as long as they are and no character would be cut.
fn pieces<'b>(major: u8, bytes: &'b [u8], chunks: &[(Width, usize)]) -> Option<Vec<(Width, &'b [u8])>> {
    let mut rest = bytes;
    let mut pieces = Vec::with_capacity(chunks.len());
    for (width, length) in chunks {
        let (piece, after) = rest.split_at_checked(*length)?;
        if major == 3 && std::str::from_utf8(piece).is_err() {
            return None;
        }
        pieces.push((*width, piece));
        rest = after;
    }
    rest.is_empty().then_some(pieces)
}
