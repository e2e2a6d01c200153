//! JSON number text to numbers, exactly: integers never pass through floating point.
//!
//! The judges read decimals by code of their own, on purpose: they must not share a bug with the built-in client.

use crate::api::model::{Shape, ShapeKind};

/// What number text is when an integer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// A whole number of 64 bits.
    Fits(i64),
    /// A whole number beyond 64 bits.
    TooLarge,
    /// A number with a fraction.
    Fraction,
    /// Not a number at all.
    NotANumber,
}

/// Reads a whole number however it is written: `25`, `25.0` and `2.5E1` are the same (RFC 8259, section 6,
/// gives number text no other meaning than its value).
pub(super) fn whole(text: &str) -> Whole {
    match text.parse() {
        Ok(number) => Whole::Fits(number),
        Err(_) => Decimal::read(text).map_or(Whole::NotANumber, Decimal::whole),
    }
}

/// Whether text is a number of the kind: a big integer is whole, a big decimal is any.
pub(super) fn is_big(kind: &ShapeKind, text: &str) -> bool {
    match whole(text) {
        Whole::Fits(_) | Whole::TooLarge => true,
        Whole::Fraction => *kind == ShapeKind::BigDecimal,
        Whole::NotANumber => false,
    }
}

/// Reads a 64-bit float, rounded to the nearest; `None` where the text is no number or beyond the range.
pub(super) fn double(text: &str) -> Option<f64> {
    let number: f64 = numeric(text)?.parse().ok()?;
    number.is_finite().then_some(number)
}

/// Reads a 32-bit float straight from the text, so that it is rounded once.
pub(super) fn float(text: &str) -> Option<f64> {
    let number: f32 = numeric(text)?.parse().ok()?;
    number.is_finite().then_some(f64::from(number))
}

/// Rust also reads `inf` and `nan` as floats; JSON numbers end in a digit.
fn numeric(text: &str) -> Option<&str> {
    text.ends_with(|last: char| last.is_ascii_digit()).then_some(text)
}

/// The least and greatest number of an integer shape, and what it is called.
pub(super) fn width(shape: &Shape) -> (i64, i64, &'static str) {
    match shape.kind {
        ShapeKind::Byte => (i64::from(i8::MIN), i64::from(i8::MAX), "an 8-bit integer"),
        ShapeKind::Short => (i64::from(i16::MIN), i64::from(i16::MAX), "a 16-bit integer"),
        ShapeKind::Integer => (i64::from(i32::MIN), i64::from(i32::MAX), "a 32-bit integer"),
        _ => (i64::MIN, i64::MAX, "a 64-bit integer"),
    }
}

/// ± digits × 10^exponent, without zeros at either end of the digits; no digits at all for zero.
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    fn read(text: &str) -> Option<Decimal> {
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let digits = all.trim_end_matches('0');
        let zeros = all.len() - digits.len();
        let exponent = exponent
            .saturating_sub(i64::try_from(fraction.len()).ok()?)
            .saturating_add(i64::try_from(zeros).ok()?);
        Some(Decimal { negative, digits: digits.trim_start_matches('0').to_owned(), exponent })
    }

    fn whole(self) -> Whole {
        let Decimal { negative, digits, exponent } = self;
        if digits.is_empty() {
            return Whole::Fits(0);
        }
        let Ok(zeros) = usize::try_from(exponent) else { return Whole::Fraction };
        if digits.len().saturating_add(zeros) > 19 {
            return Whole::TooLarge;
        }
        let sign = if negative { "-" } else { "" };
        format!("{sign}{digits}{}", "0".repeat(zeros)).parse().map_or(Whole::TooLarge, Whole::Fits)
    }
}

/// An exponent; one beyond 64 bits becomes the end of its side.
fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let end = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    Some(text.parse().unwrap_or(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_is_read_exactly_however_it_is_written() {
        for (text, number) in [
            ("25", Whole::Fits(25)),
            ("25.0", Whole::Fits(25)),
            ("2.5E1", Whole::Fits(25)),
            ("2500e-2", Whole::Fits(25)),
            ("-0", Whole::Fits(0)),
            ("-0.0e-7", Whole::Fits(0)),
            ("0e99999999999999999999", Whole::Fits(0)),
            ("9007199254740993", Whole::Fits(9_007_199_254_740_993)),
            ("9007199254740993.000", Whole::Fits(9_007_199_254_740_993)),
            ("9223372036854775807", Whole::Fits(i64::MAX)),
            ("-9223372036854775808", Whole::Fits(i64::MIN)),
            ("-9.223372036854775808e18", Whole::Fits(i64::MIN)),
            ("9223372036854775808", Whole::TooLarge),
            ("9.3e18", Whole::TooLarge),
            ("1e400", Whole::TooLarge),
            ("1e99999999999999999999", Whole::TooLarge),
            ("25.5", Whole::Fraction),
            ("1e-99999999999999999999", Whole::Fraction),
            ("1.5e-9223372036854775808", Whole::Fraction),
            ("NaN", Whole::NotANumber),
            ("", Whole::NotANumber),
            ("1e", Whole::NotANumber),
        ] {
            assert_eq!(whole(text), number, "{text}");
        }
    }

    #[test]
    fn floats_are_rounded_once_and_stay_in_range() {
        assert_eq!(double("0.1"), Some(0.1));
        assert_eq!(double("1e400"), None);
        assert_eq!(float("16777217"), Some(16_777_216.0));
        // Rounded to 64 bits first, this lies halfway and would fall to the even neighbour below.
        assert_eq!(float("1.00000017881393432617187499"), Some(f64::from(1.000_000_1_f32)));
        assert_eq!(float("1e39"), None);
        assert_eq!(double("-0.0").map(f64::is_sign_negative), Some(true));
        assert_eq!((double("NaN"), double("inf"), float("-infinity")), (None, None, None));
    }
}
