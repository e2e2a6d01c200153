//! An item as a neutral tree and back: what `protocol/view` says of byte strings and tags.
//!
//! A float that is no whole number is a number with its digits, a whole one keeps `.0`; what has no number is
//! `{"$float": "NaN"}`. A map whose keys are not all text is `{"$map": [[key, value], …]}`, a simple value without a
//! name `{"$simple": 32}`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::item::Item;
use crate::ground::json::{Json, Text};

/// The tree of an item. The form is lost: widths, chunks, definite or not.
pub(super) fn to_node(item: &Item) -> Json {
    match item {
        Item::Unsigned(..) | Item::Negative(..) => Json::number(item.whole().unwrap_or_default()),
        Item::Bytes(bytes, _) => marked("$blob", Json::string(STANDARD.encode(bytes))),
        Item::Text(text, _) => Json::string(text.as_str()),
        Item::Array(items, _) => Json::Array(items.iter().map(to_node).collect()),
        Item::Map(entries, _) => map_node(entries),
        Item::Tag(_, tag, inner) => Json::object([("$tag", Json::number(*tag)), ("$item", to_node(inner))]),
        Item::Simple(20) => Json::Bool(false),
        Item::Simple(21) => Json::Bool(true),
        Item::Simple(22) => Json::Null,
        Item::Simple(number) => marked("$simple", Json::number(*number)),
        Item::Single(bits) => float_node(f32::from_bits(*bits)),
        Item::Half(_) | Item::Double(_) => float_node(item.float().unwrap_or_default()),
    }
}

fn marked(mark: &str, node: Json) -> Json {
    Json::object([(mark, node)])
}

fn map_node(entries: &[(Item, Item)]) -> Json {
    let named: Option<Vec<(Text, Json)>> = entries
        .iter()
        .map(|(key, item)| match key {
            Item::Text(name, _) => Some((Text::from(name), to_node(item))),
            _ => None,
        })
        .collect();
    named.map_or_else(
        || {
            let pairs = entries.iter().map(|(key, item)| Json::Array(vec![to_node(key), to_node(item)]));
            marked("$map", Json::Array(pairs.collect()))
        },
        Json::Object,
    )
}

fn float_node(number: impl Into<f64> + std::fmt::Debug + Copy) -> Json {
    match number.into() {
        wide if wide.is_finite() => Json::Number(format!("{number:?}")),
        wide => marked("$float", Json::string(wide.to_string())),
    }
}

/// The item of a tree, in the shortest definite form; a number with a point or an exponent is a double.
pub(super) fn from_node(node: &Json) -> Item {
    match node {
        Json::Null => Item::NULL,
        Json::Bool(flag) => Item::boolean(*flag),
        Json::Number(text) => number(text),
        Json::String(text) => Item::text(text.to_lossy()),
        Json::Array(items) => Item::array(items.iter().map(from_node).collect()),
        Json::Object(members) => special(members).unwrap_or_else(|| {
            Item::map(
                members.iter().map(|(name, node)| (Item::text(name.to_lossy()), from_node(node))).collect(),
            )
        }),
    }
}

fn number(text: &str) -> Item {
    if let Ok(number) = text.parse() {
        return Item::integer(number);
    }
    match text.parse::<u64>() {
        Ok(number) => Item::Unsigned(super::item::Width::Eight, number),
        Err(_) => Item::double(text.parse().unwrap_or_default()),
    }
}

/// What stands for an item that a tree has no node for.
fn special(members: &[(Text, Json)]) -> Option<Item> {
    let (name, node) = members.first()?;
    match (name.as_str()?, node, members.get(1)) {
        ("$blob", Json::String(text), None) => STANDARD.decode(text.as_str()?).ok().map(Item::bytes),
        ("$float", Json::String(text), None) => text.as_str()?.parse().ok().map(Item::double),
        ("$simple", Json::Number(text), None) => {
            text.parse().ok().filter(|n| !(24..32).contains(n)).map(Item::Simple)
        }
        ("$tag", Json::Number(text), Some((item, inner))) if *item == "$item" => {
            text.parse().ok().map(|tag| Item::tagged(tag, from_node(inner)))
        }
        ("$map", Json::Array(pairs), None) => {
            let pair = |node: &Json| match node {
                Json::Array(pair) if pair.len() == 2 => Some((from_node(&pair[0]), from_node(&pair[1]))),
                _ => None,
            };
            pairs.iter().map(pair).collect::<Option<_>>().map(Item::map)
        }
        _ => None,
    }
}
