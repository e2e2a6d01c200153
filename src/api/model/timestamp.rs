//! Moments exact to the nanosecond, and the three ways to write them.
//!
//! Source of the formats: Smithy 2.0, `timestampFormat` trait,
//! <https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait>.

use crate::ground::clock::{civil, days_from_civil};

/// Seconds since 1970-01-01T00:00:00Z and nanoseconds after them; before the epoch `seconds` is the floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Whole seconds, rounded down.
    pub seconds: i64,
    /// Nanoseconds after them, below 1,000,000,000.
    pub nanos: u32,
}

const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Timestamp {
    /// A moment of whole seconds.
    pub fn from_seconds(seconds: i64) -> Timestamp {
        Timestamp { seconds, nanos: 0 }
    }

    /// Decimal epoch seconds without trailing zeros: `1700000000.123`, `-0.5`.
    pub fn to_epoch_text(self) -> String {
        let total = i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanos);
        let sign = if total < 0 { "-" } else { "" };
        let (whole, fraction) = (total.unsigned_abs() / 1_000_000_000, total.unsigned_abs() % 1_000_000_000);
        if fraction == 0 {
            return format!("{sign}{whole}");
        }
        format!("{sign}{whole}.{}", format!("{fraction:09}").trim_end_matches('0'))
    }

    /// Reads a decimal number, exponent allowed, without going through floating point. Digits beyond the
    /// nanosecond are cut off; `None` where it is no number or out of range.
    pub fn from_epoch_text(text: &str) -> Option<Timestamp> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, i64::from(exponent.parse::<i32>().ok()?)),
            None => (text, 0),
        };
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let significant = all.trim_start_matches('0');
        // Nanoseconds = significant digits × 10^shift.
        let shift = exponent - i64::try_from(fraction.len()).ok()? + 9;
        let nanos: i128 = if significant.is_empty() {
            0
        } else if shift >= 0 {
            if significant.len() + usize::try_from(shift).ok()? > 30 {
                return None;
            }
            significant.parse::<i128>().ok()?.checked_mul(10i128.checked_pow(u32::try_from(shift).ok()?)?)?
        } else {
            let cut = usize::try_from(-shift).ok()?;
            let kept = significant.get(..significant.len().saturating_sub(cut)).unwrap_or_default();
            if kept.len() > 30 {
                return None;
            }
            if kept.is_empty() { 0 } else { kept.parse().ok()? }
        };
        Timestamp::from_nanos(if negative { -nanos } else { nanos })
    }

    /// A moment of nanoseconds since the epoch.
    pub fn from_nanos(nanos: i128) -> Option<Timestamp> {
        let seconds = i64::try_from(nanos.div_euclid(1_000_000_000)).ok()?;
        let nanos = u32::try_from(nanos.rem_euclid(1_000_000_000)).ok()?;
        Some(Timestamp { seconds, nanos })
    }

    /// RFC 3339 in UTC with as many decimals as needed: `2023-11-14T22:13:20.5Z`.
    pub fn to_date_time(self) -> String {
        let (year, month, day) = civil(self.seconds.div_euclid(86_400));
        let rest = self.seconds.rem_euclid(86_400);
        let fraction = match self.nanos {
            0 => String::new(),
            nanos => format!(".{}", format!("{nanos:09}").trim_end_matches('0')),
        };
        format!(
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}{fraction}Z",
            rest / 3600,
            rest / 60 % 60,
            rest % 60
        )
    }

    /// Reads RFC 3339 with any offset, fraction and letter case.
    pub fn from_date_time(text: &str) -> Option<Timestamp> {
        let bytes = text.as_bytes();
        if bytes.len() < 20
            || bytes[4] != b'-'
            || bytes[7] != b'-'
            || !matches!(bytes[10], b'T' | b't' | b' ')
        {
            return None;
        }
        let (year, month, day) = (digits(text, 0, 4)?, digits(text, 5, 7)?, digits(text, 8, 10)?);
        let of_day = clock_time(text.get(11..19)?)?;
        let (nanos, zone) = fraction(text.get(19..)?)?;
        let seconds = day_number(year, month, day)? * 86_400 + of_day - zone_seconds(zone)?;
        Some(Timestamp { seconds, nanos })
    }

    /// RFC 9110 IMF-fixdate, with decimals where there are any (Smithy allows them).
    pub fn to_http_date(self) -> String {
        let days = self.seconds.div_euclid(86_400);
        let (year, month, day) = civil(days);
        let rest = self.seconds.rem_euclid(86_400);
        let weekday = WEEKDAYS[usize::try_from(days.rem_euclid(7)).unwrap_or_default()];
        let month = MONTHS[usize::try_from(month - 1).unwrap_or_default()];
        let fraction = match self.nanos {
            0 => String::new(),
            nanos => format!(".{}", format!("{nanos:09}").trim_end_matches('0')),
        };
        format!(
            "{weekday}, {day:02} {month} {year:04} {:02}:{:02}:{:02}{fraction} GMT",
            rest / 3600,
            rest / 60 % 60,
            rest % 60
        )
    }

    /// Reads IMF-fixdate, fraction allowed.
    pub fn from_http_date(text: &str) -> Option<Timestamp> {
        let (_, rest) = text.split_once(", ")?;
        let mut parts = rest.split(' ');
        let day = all_digits(parts.next()?, 2)?;
        let month_name = parts.next()?;
        let month = MONTHS.iter().position(|name| *name == month_name)? as i64 + 1;
        let year = all_digits(parts.next()?, 4)?;
        let time = parts.next()?;
        if parts.next() != Some("GMT") || parts.next().is_some() {
            return None;
        }
        let (nanos, tail) = fraction(time.get(8..)?)?;
        if !tail.is_empty() {
            return None;
        }
        Some(Timestamp {
            seconds: day_number(year, month, day)? * 86_400 + clock_time(time.get(..8)?)?,
            nanos,
        })
    }
}

fn digits(text: &str, from: usize, to: usize) -> Option<i64> {
    all_digits(text.get(from..to)?, to - from)
}

/// The number that text of exactly so many digits stands for.
fn all_digits(text: &str, length: usize) -> Option<i64> {
    if text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

fn day_number(year: i64, month: i64, day: i64) -> Option<i64> {
    let days = days_from_civil(year, month, day);
    ((1..=12).contains(&month) && civil(days) == (year, month, day)).then_some(days)
}

/// Seconds of the day of `HH:MM:SS`.
fn clock_time(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let (hour, minute, second) = (digits(text, 0, 2)?, digits(text, 3, 5)?, digits(text, 6, 8)?);
    (bytes[2] == b':' && bytes[5] == b':' && hour < 24 && minute < 60 && second <= 60)
        .then_some(hour * 3600 + minute * 60 + second)
}

/// Nanoseconds of a leading `.digits`, and what follows them.
fn fraction(text: &str) -> Option<(u32, &str)> {
    let Some(rest) = text.strip_prefix('.') else { return Some((0, text)) };
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 {
        return None;
    }
    let kept = &rest[..length.min(9)];
    let nanos = kept.parse::<u32>().ok()? * 10u32.pow(9 - u32::try_from(kept.len()).ok()?);
    Some((nanos, &rest[length..]))
}

fn zone_seconds(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    if zone.len() != 6 || zone.as_bytes()[3] != b':' {
        return None;
    }
    Some(sign * (digits(zone, 1, 3)? * 3600 + digits(zone, 4, 6)? * 60))
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn epoch_text_is_exact_both_ways() {
        for (text, seconds, nanos) in [
            ("1700000000.123456789", 1_700_000_000, 123_456_789),
            ("0", 0, 0),
            ("-0.5", -1, 500_000_000),
            ("-62135596800", -62_135_596_800, 0),
            ("9223372036854775807", i64::MAX, 0),
        ] {
            let time = Timestamp { seconds, nanos };
            assert_eq!(Timestamp::from_epoch_text(text), Some(time), "{text}");
            assert_eq!(time.to_epoch_text(), text);
        }
        assert_eq!(
            Timestamp::from_epoch_text("1.611248009879E9"),
            Timestamp::from_epoch_text("1611248009.879")
        );
        assert_eq!(Timestamp::from_epoch_text("1e30"), None);
        assert_eq!(Timestamp::from_epoch_text("NaN"), None);
        assert_eq!(Timestamp::from_epoch_text("1e-12"), Some(Timestamp::from_seconds(0)));
        for far in ["1.5e-2147483648", "1.5e2147483647", "1e99999999999999999999"] {
            assert!(
                Timestamp::from_epoch_text(far).is_none_or(|time| time == Timestamp::from_seconds(0)),
                "{far}"
            );
        }
    }

    #[test]
    fn dates_go_both_ways() {
        let time = Timestamp { seconds: 1_700_000_000, nanos: 500_000_000 };
        assert_eq!(time.to_date_time(), "2023-11-14T22:13:20.5Z");
        assert_eq!(time.to_http_date(), "Tue, 14 Nov 2023 22:13:20.5 GMT");
        assert_eq!(Timestamp::from_date_time(&time.to_date_time()), Some(time));
        assert_eq!(Timestamp::from_http_date(&time.to_http_date()), Some(time));
        assert_eq!(
            Timestamp::from_date_time("2019-12-16T22:48:18-01:00"),
            Some(Timestamp::from_seconds(1_576_540_098))
        );
        assert_eq!(Timestamp::from_date_time("2023-02-30T00:00:00Z"), None);
        for date in ["Tue, 14 Nov 9223372036854775807 22:13:20 GMT", "Tue, +4 Nov 2023 22:13:20 GMT"] {
            assert_eq!(Timestamp::from_http_date(date), None, "{date}");
        }
    }
}
