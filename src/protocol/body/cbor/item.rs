//! One CBOR item as it was written: widths, definite or not, order, chunks, the bits of floats.
//!
//! Crates for CBOR give an item's meaning and lose its form: `ciborium` and `minicbor` write the shortest head and
//! forget chunks and non-finite bits. A recorded body must be edited in one place and be the same bytes in every
//! other, so the items are our own; RFC 8949 is small.

/// How many bytes follow an item's first byte to hold its argument (RFC 8949, section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Width {
    /// None: the argument is in the first byte.
    Inline,
    /// One byte.
    One,
    /// Two bytes.
    Two,
    /// Four bytes.
    Four,
    /// Eight bytes.
    Eight,
}

impl Width {
    /// The least width that holds an argument.
    pub(crate) fn of(argument: u64) -> Width {
        match argument {
            0..24 => Width::Inline,
            24..=0xFF => Width::One,
            0x100..=0xFFFF => Width::Two,
            0x1_0000..=0xFFFF_FFFF => Width::Four,
            _ => Width::Eight,
        }
    }
}

/// How the end of a list or map is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// By a count in front, of that width.
    Definite(Width),
    /// By a break at the end.
    Indefinite,
}

/// How a string is cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CutItem {
    /// In one piece, its length of that width.
    Whole(Width),
    /// In chunks with a break at the end: width and length of each.
    Chunks(Vec<(Width, usize)>),
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// 0 or above.
    Unsigned(Width, u64),
    /// Below 0: -1 less the argument.
    Negative(Width, u64),
    /// Bytes.
    Bytes(Vec<u8>, CutItem),
    /// Text.
    Text(String, CutItem),
    /// A list.
    Array(Vec<Item>, Length),
    /// A map, doubled keys kept.
    Map(Vec<(Item, Item)>, Length),
    /// A tag and what it is about.
    Tag(Width, u64, Box<Item>),
    /// A simple value: 20 is false, 21 true, 22 null, 23 undefined.
    Simple(u8),
    /// The bits of a 16-bit float.
    Half(u16),
    /// The bits of a 32-bit float.
    Single(u32),
    /// The bits of a 64-bit float.
    Double(u64),
}

/// The tag of epoch seconds (RFC 8949, section 3.4.2).
pub(crate) const EPOCH_SECONDS: u64 = 1;

impl Item {
    pub(crate) const NULL: Item = Item::Simple(22);

    /// A whole number in the shortest form.
    pub(crate) fn integer(number: i64) -> Item {
        match u64::try_from(number) {
            Ok(number) => Item::Unsigned(Width::of(number), number),
            Err(_) => {
                let below = !number as u64;
                Item::Negative(Width::of(below), below)
            }
        }
    }

    /// A truth value.
    pub(crate) fn boolean(flag: bool) -> Item {
        Item::Simple(if flag { 21 } else { 20 })
    }

    /// Text in one piece.
    pub(crate) fn text(text: impl Into<String>) -> Item {
        let text = text.into();
        let width = Width::of(text.len() as u64);
        Item::Text(text, CutItem::Whole(width))
    }

    /// Bytes in one piece.
    pub(crate) fn bytes(bytes: Vec<u8>) -> Item {
        let width = Width::of(bytes.len() as u64);
        Item::Bytes(bytes, CutItem::Whole(width))
    }

    /// A list of definite length.
    pub(crate) fn array(items: Vec<Item>) -> Item {
        let width = Width::of(items.len() as u64);
        Item::Array(items, Length::Definite(width))
    }

    /// A map of definite length.
    pub(crate) fn map(entries: Vec<(Item, Item)>) -> Item {
        let width = Width::of(entries.len() as u64);
        Item::Map(entries, Length::Definite(width))
    }

    /// A tagged item.
    pub(crate) fn tagged(tag: u64, item: Item) -> Item {
        Item::Tag(Width::of(tag), tag, Box::new(item))
    }

    /// A 64-bit float.
    pub(crate) fn double(number: f64) -> Item {
        Item::Double(number.to_bits())
    }

    /// Null, or undefined, which every reader takes for null (RFC 8949, section 5.7).
    pub(crate) fn is_null(&self) -> bool {
        matches!(self.bare(), Item::Simple(22 | 23))
    }

    /// The item without the tags around it.
    pub(crate) fn bare(&self) -> &Item {
        let mut item = self;
        while let Item::Tag(_, _, inner) = item {
            item = inner;
        }
        item
    }

    /// The value of a whole number.
    pub(crate) fn whole(&self) -> Option<i128> {
        match self {
            Item::Unsigned(_, number) => Some(i128::from(*number)),
            Item::Negative(_, below) => Some(-1 - i128::from(*below)),
            _ => None,
        }
    }

    /// The value of a float of any width.
    pub(crate) fn float(&self) -> Option<f64> {
        match self {
            Item::Half(bits) => Some(half(*bits)),
            Item::Single(bits) => Some(f64::from(f32::from_bits(*bits))),
            Item::Double(bits) => Some(f64::from_bits(*bits)),
            _ => None,
        }
    }

    /// The text of a text item.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self.bare() {
            Item::Text(text, _) => Some(text),
            _ => None,
        }
    }

    /// The entry of a map under a text key, the last one where it is doubled.
    pub(crate) fn get(&self, key: &str) -> Option<&Item> {
        match self.bare() {
            Item::Map(entries, _) => {
                entries.iter().rev().find(|(name, _)| name.as_text() == Some(key)).map(|(_, item)| item)
            }
            _ => None,
        }
    }

    /// What stands here, short enough for a message.
    pub(crate) fn shown(&self) -> String {
        match self {
            Item::Unsigned(..) | Item::Negative(..) => {
                self.whole().map(|number| number.to_string()).unwrap_or_default()
            }
            Item::Bytes(bytes, _) => format!("a byte string of {}", bytes.len()),
            Item::Text(text, _) => format!("text of {} bytes", text.len()),
            Item::Array(items, _) => format!("a list of {}", items.len()),
            Item::Map(entries, _) => format!("a map of {}", entries.len()),
            Item::Tag(_, tag, inner) => format!("tag {tag} on {}", inner.bare().shown()),
            Item::Simple(20) => "false".to_owned(),
            Item::Simple(21) => "true".to_owned(),
            Item::Simple(22) => "null".to_owned(),
            Item::Simple(23) => "undefined".to_owned(),
            Item::Simple(number) => format!("the simple value {number}"),
            Item::Half(_) | Item::Single(_) | Item::Double(_) => {
                self.float().map(|number| format!("the float {number:?}")).unwrap_or_default()
            }
        }
    }
}

/// A 16-bit float widened (RFC 8949, appendix D).
fn half(bits: u16) -> f64 {
    let exponent = i32::from(bits >> 10 & 0x1F);
    let fraction = f64::from(bits & 0x3FF);
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (fraction + 1024.0) * 2f64.powi(exponent - 25),
    };
    if bits & 0x8000 == 0 { size } else { -size }
}
