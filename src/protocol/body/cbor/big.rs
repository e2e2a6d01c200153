//! Numbers of any size: bignums (tags 2 and 3) and decimal fractions (tag 4), RFC 8949, sections 3.4.3 and 3.4.4.

use super::decode::tagged;
use super::item::Item;

const POSITIVE: u64 = 2;
const NEGATIVE: u64 = 3;
const FRACTION: u64 = 4;
/// The longest bignum that is read or written: the work grows with the square of it.
const MOST_BYTES: usize = 4_096;

/// A whole number of any size from decimal text.
pub(super) fn integer(text: &str) -> Option<Item> {
    if let Ok(number) = text.parse() {
        return Some(Item::integer(number));
    }
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let mut bytes = from_decimal(digits)?;
    if negative {
        // The tag stands for -1 less the number.
        decrease(&mut bytes);
    }
    Some(Item::tagged(if negative { NEGATIVE } else { POSITIVE }, Item::bytes(bytes)))
}

/// A decimal number from text: tag 4 on exponent and digits.
pub(super) fn decimal(text: &str) -> Option<Item> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
    let digits = integer(&format!("{whole}{fraction}"))?;
    Some(Item::tagged(FRACTION, Item::array(vec![Item::integer(exponent), digits])))
}

/// The decimal text of a whole number.
pub(super) fn read_integer(item: &Item) -> Option<String> {
    if let Some(Item::Bytes(bytes, _)) = tagged(item, POSITIVE) {
        return to_decimal(bytes.clone());
    }
    if let Some(Item::Bytes(bytes, _)) = tagged(item, NEGATIVE) {
        let mut bytes = bytes.clone();
        increase(&mut bytes);
        return to_decimal(bytes).map(|digits| format!("-{digits}"));
    }
    item.bare().whole().map(|number| number.to_string())
}

/// The decimal text of a number.
pub(super) fn read_decimal(item: &Item) -> Option<String> {
    let Some(fraction) = tagged(item, FRACTION) else {
        let float = item.bare().float().filter(|number| number.is_finite());
        return float.map(|number| number.to_string()).or_else(|| read_integer(item));
    };
    let Item::Array(parts, _) = fraction else { return None };
    let [exponent, digits] = parts.as_slice() else { return None };
    let (exponent, digits) = (exponent.whole()?, read_integer(digits)?);
    Some(placed(&digits, i64::try_from(exponent).ok()?))
}

/// Digits with a decimal point where the exponent puts it; far away, the exponent itself.
fn placed(digits: &str, exponent: i64) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
    match usize::try_from(exponent.unsigned_abs()) {
        Ok(0) => format!("{sign}{digits}"),
        Ok(places) if exponent < 0 && places <= 40 => {
            let padded = format!("{digits:0>width$}", width = places + 1);
            let (whole, fraction) = padded.split_at(padded.len() - places);
            format!("{sign}{whole}.{fraction}")
        }
        _ => format!("{sign}{digits}E{exponent}"),
    }
}

/// Decimal digits to bytes, the most telling first.
fn from_decimal(digits: &str) -> Option<Vec<u8>> {
    if digits.is_empty() || digits.len() > MOST_BYTES || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut bytes = Vec::new();
    for digit in digits.bytes() {
        let mut carry = u16::from(digit - b'0');
        for byte in &mut bytes {
            let grown = u16::from(*byte) * 10 + carry;
            *byte = grown as u8;
            carry = grown >> 8;
        }
        if carry > 0 {
            bytes.push(carry as u8);
        }
    }
    bytes.reverse();
    Some(bytes)
}

fn to_decimal(mut bytes: Vec<u8>) -> Option<String> {
    if bytes.len() > MOST_BYTES {
        return None;
    }
    let mut digits = Vec::new();
    while bytes.iter().any(|byte| *byte > 0) {
        let mut rest = 0;
        for byte in &mut bytes {
            let shrunk = rest << 8 | u16::from(*byte);
            *byte = (shrunk / 10) as u8;
            rest = shrunk % 10;
        }
        digits.push(char::from(b'0' + rest as u8));
    }
    if digits.is_empty() {
        digits.push('0');
    }
    Some(digits.into_iter().rev().collect())
}

fn decrease(bytes: &mut [u8]) {
    for byte in bytes.iter_mut().rev() {
        let (less, borrowed) = byte.overflowing_sub(1);
        *byte = less;
        if !borrowed {
            return;
        }
    }
}

fn increase(bytes: &mut Vec<u8>) {
    for byte in bytes.iter_mut().rev() {
        let (more, carried) = byte.overflowing_add(1);
        *byte = more;
        if !carried {
            return;
        }
    }
    bytes.insert(0, 1);
}
