//! Sets of lengths, as ranges: which lengths the texts of an expression can have.

use crate::api::values::Rng;

/// Lengths in ascending, disjoint, never touching ranges, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Lengths(Vec<(u32, u32)>);

impl Lengths {
    /// No length at all: an expression without texts.
    pub(super) fn none() -> Lengths {
        Lengths::default()
    }

    /// All lengths from `least` to `most`.
    pub(super) fn range(least: u32, most: u32) -> Lengths {
        if least > most { Lengths::none() } else { Lengths(vec![(least, most)]) }
    }

    /// One length.
    pub(super) fn exactly(length: u32) -> Lengths {
        Lengths::range(length, length)
    }

    fn normal(mut ranges: Vec<(u32, u32)>) -> Lengths {
        ranges.sort_unstable();
        let mut out: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (least, most) in ranges {
            match out.last_mut() {
                Some(last) if least <= last.1.saturating_add(1) => last.1 = last.1.max(most),
                _ => out.push((least, most)),
            }
        }
        Lengths(out)
    }

    /// The lengths in either set.
    pub(super) fn or(&self, other: &Lengths) -> Lengths {
        Lengths::normal([&self.0[..], &other.0[..]].concat())
    }

    /// The lengths of a text of this set followed by one of the other, up to `limit`.
    pub(super) fn then(&self, other: &Lengths, limit: u32) -> Lengths {
        let mut sums = Vec::with_capacity(self.0.len() * other.0.len());
        for (least, most) in &self.0 {
            for (other_least, other_most) in &other.0 {
                let least = least.saturating_add(*other_least);
                if least <= limit {
                    sums.push((least, most.saturating_add(*other_most).min(limit)));
                }
            }
        }
        Lengths::normal(sums)
    }

    /// The lengths from `least` to `most`.
    pub(super) fn within(&self, least: u32, most: u32) -> Lengths {
        let clipped = self.0.iter().map(|(from, to)| ((*from).max(least), (*to).min(most)));
        Lengths(clipped.filter(|(from, to)| from <= to).collect())
    }

    /// The lengths `l` of this set for which `total - l` is in `rest`.
    pub(super) fn leaving(&self, rest: &Lengths, total: u32) -> Lengths {
        let mirrored = rest.within(0, total).0.into_iter().rev().map(|(from, to)| (total - to, total - from));
        let parts = mirrored.flat_map(|(from, to)| self.within(from, to).0);
        Lengths(parts.collect())
    }

    /// Whether a length is in the set.
    pub(super) fn contains(&self, length: u32) -> bool {
        let after = self.0.partition_point(|(least, _)| *least <= length);
        after > 0 && length <= self.0[after - 1].1
    }

    /// The shortest.
    pub(super) fn least(&self) -> Option<u32> {
        self.0.first().map(|(least, _)| *least)
    }

    /// The longest.
    pub(super) fn most(&self) -> Option<u32> {
        self.0.last().map(|(_, most)| *most)
    }

    /// The two ends, where the set is one range without gaps.
    pub(super) fn as_range(&self) -> Option<(u32, u32)> {
        match self.0[..] {
            [range] => Some(range),
            _ => None,
        }
    }

    /// One of the lengths, each as likely as the others.
    pub(super) fn pick(&self, rng: &mut Rng) -> Option<u32> {
        let count: u64 = self.0.iter().map(|(least, most)| u64::from(most - least) + 1).sum();
        let mut index = rng.below(count);
        for (least, most) in &self.0 {
            let size = u64::from(most - least) + 1;
            if index < size {
                return Some(least + index as u32);
            }
            index -= size;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Lengths;

    #[test]
    fn sums_unions_and_remainders_hold_exactly_the_lengths_they_should() {
        let three_or_ten = Lengths::exactly(3).or(&Lengths::exactly(10));
        let up_to_two = Lengths::range(0, 2);
        let both = three_or_ten.then(&up_to_two, 11);
        let held: Vec<u32> = (0..20).filter(|length| both.contains(*length)).collect();
        assert_eq!(held, [3, 4, 5, 10, 11]);
        assert_eq!(three_or_ten.leaving(&up_to_two, 5), Lengths::exactly(3));
        assert_eq!(up_to_two.leaving(&three_or_ten, 11), Lengths::exactly(1));
        assert_eq!(Lengths::range(1, 2).or(&Lengths::range(3, 4)).as_range(), Some((1, 4)));
        assert_eq!(both.within(6, 9), Lengths::none());
    }
}
