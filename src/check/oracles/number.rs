//! Numbers by value, whatever the way they are written: `25`, `25.0` and `2.5E1` are one number.
//!
//! The protocol reads decimals by code of its own, on purpose: the judge must not share a bug with the built-in client.

/// A decimal number in its one normal form: no zeros at either end of the digits; zero has no digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    /// Reads the text of a JSON number; `None` where it is none.
    pub(super) fn parse(text: &str) -> Option<Decimal> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        if whole.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let kept = all.trim_end_matches('0');
        let zeros = i64::try_from(all.len() - kept.len()).ok()?;
        let exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?.checked_add(zeros)?;
        let digits = kept.trim_start_matches('0').to_owned();
        Some(match digits.is_empty() {
            true => Decimal { negative: false, digits, exponent: 0 },
            false => Decimal { negative, digits, exponent },
        })
    }

    /// The whole number it is, where it is one that fits.
    pub(super) fn integer(&self) -> Option<i128> {
        let digits: i128 = if self.digits.is_empty() { 0 } else { self.digits.parse().ok()? };
        let scale = 10i128.checked_pow(u32::try_from(self.exponent).ok()?)?;
        let number = digits.checked_mul(scale)?;
        Some(if self.negative { -number } else { number })
    }
}

/// Whether two texts are the same number.
pub(super) fn same(left: &str, right: &str) -> bool {
    match (Decimal::parse(left), Decimal::parse(right)) {
        (Some(left), Some(right)) => left == right,
        _ => left == right,
    }
}

/// Whether a JSON number is written as an integer: no fraction, no exponent.
pub(super) fn is_plain_integer(text: &str) -> bool {
    !text.contains(['.', 'e', 'E'])
}

#[cfg(test)]
mod tests {
    use super::{Decimal, same};

    #[test]
    fn numbers_are_equal_by_value() {
        for (left, right, equal) in [
            ("25", "2.5E1", true),
            ("25.0", "25", true),
            ("-0", "0.00", true),
            ("1e400", "10e399", true),
            ("9007199254740993", "9007199254740992", false),
            ("0.1", "0.10000000000000001", false),
        ] {
            assert_eq!(same(left, right), equal, "{left} {right}");
        }
        assert_eq!(Decimal::parse("-1.2e3").and_then(|number| number.integer()), Some(-1200));
        assert_eq!(Decimal::parse("1.5").and_then(|number| number.integer()), None);
        assert_eq!(Decimal::parse("x"), None);
    }
}
