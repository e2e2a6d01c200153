//! Ranges of client versions: `>=1.40, <2`.

use std::cmp::Ordering;

/// A set of versions, as comparisons that must all hold; without any, every version is in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VersionRange {
    comparisons: Vec<(Comparison, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    AtLeast,
    AtMost,
    Above,
    Below,
    Equal,
}

const SIGNS: [(&str, Comparison); 5] = [
    (">=", Comparison::AtLeast),
    ("<=", Comparison::AtMost),
    (">", Comparison::Above),
    ("<", Comparison::Below),
    ("=", Comparison::Equal),
];

impl VersionRange {
    /// Reads `>=1.40, <2`; `None` where it is none.
    pub fn parse(text: &str) -> Option<VersionRange> {
        let comparisons = text.split(',').map(|part| {
            let part = part.trim();
            let (sign, comparison) = SIGNS.iter().find(|(sign, _)| part.starts_with(sign))?;
            let version = part[sign.len()..].trim();
            let is_version = version.starts_with(|first: char| first.is_ascii_digit())
                && !version.contains(char::is_whitespace);
            is_version.then(|| (*comparison, version.to_owned()))
        });
        Some(VersionRange { comparisons: comparisons.collect::<Option<_>>()? })
    }

    /// Whether a version is in it.
    pub fn contains(&self, version: &str) -> bool {
        self.comparisons.iter().all(|(comparison, bound)| {
            let order = compare(version, bound);
            match comparison {
                Comparison::AtLeast => order != Ordering::Less,
                Comparison::AtMost => order != Ordering::Greater,
                Comparison::Above => order == Ordering::Greater,
                Comparison::Below => order == Ordering::Less,
                Comparison::Equal => order == Ordering::Equal,
            }
        })
    }
}

impl std::fmt::Display for VersionRange {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, (comparison, bound)) in self.comparisons.iter().enumerate() {
            let sign = SIGNS.iter().find(|(_, known)| known == comparison).map_or("", |(sign, _)| sign);
            write!(out, "{}{sign}{bound}", if index > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

/// Dotted numbers compare as numbers, missing ones as 0; a pre-release (`2.0.0rc1`, `2.0.0-beta.1`) is below
/// its release.
fn compare(left: &str, right: &str) -> Ordering {
    let (left, right) = (parts(left), parts(right));
    let length = left.0.len().max(right.0.len());
    let number = |numbers: &[u64], index: usize| numbers.get(index).copied().unwrap_or(0);
    (0..length)
        .map(|index| number(&left.0, index).cmp(&number(&right.0, index)))
        .find(|order| order.is_ne())
        .unwrap_or_else(|| match (left.1.is_empty(), right.1.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => left.1.cmp(right.1),
        })
}

/// The leading dotted numbers and the rest; build metadata after `+` does not count.
fn parts(version: &str) -> (Vec<u64>, &str) {
    let version = version.split('+').next().unwrap_or_default();
    let end = version.find(|mark: char| !mark.is_ascii_digit() && mark != '.').unwrap_or(version.len());
    let numbers = version[..end].split('.').filter_map(|number| number.parse().ok()).collect();
    (numbers, &version[end..])
}

#[cfg(test)]
mod tests {
    use super::VersionRange;

    #[test]
    fn ranges_hold_versions_by_number() {
        for (range, version, held) in [
            (">=1.40, <2", "1.44.5", true),
            (">=1.40, <2", "1.9.9", false),
            (">=1.40, <2", "2.0.0", false),
            ("<2", "2.0.0rc1", true),
            ("=3.1142", "3.1142.0", true),
            (">3.1141.0,<=3.1142.0", "3.1142.0", true),
            (">=2.0.0-beta.1", "2.0.0", true),
            (">=1", "1.0.0+build5", true),
        ] {
            let parsed = VersionRange::parse(range).unwrap();
            assert_eq!(parsed.contains(version), held, "{version} in {range}");
        }
        assert!(VersionRange::default().contains("0"));
        for wrong in ["", "1.0", ">= x", ">=1 <2"] {
            assert_eq!(VersionRange::parse(wrong), None, "{wrong}");
        }
        assert_eq!(VersionRange::parse(" >= 1.0,<2 ").unwrap().to_string(), ">=1.0, <2");
    }
}
