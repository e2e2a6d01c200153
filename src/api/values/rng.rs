//! A small generator of random numbers whose sequence never changes: SplitMix64.
//!
//! Case ids promise the same case for ever, so the sequence must not depend on the release of a library.
//! Source of the algorithm: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.

/// Random numbers from a seed.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Rng {
        Rng(seed)
    }

    /// The sequence of a seed for one purpose: different labels give unrelated sequences.
    pub fn labelled(seed: u64, label: &str) -> Rng {
        // FNV-1a over the label, then mixed with the seed.
        let hash = label.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        Rng(mix(hash ^ seed.rotate_left(32)))
    }

    /// Any number.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number below `bound`; 0 where the bound is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        // The high half of a wide product: unbiased enough for test data, without a loop.
        ((u128::from(self.next_u64()) * u128::from(bound)) >> 64) as u64
    }

    /// An index below `length`.
    pub fn index(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }

    /// A number from `least` to `most`, both included.
    pub fn between(&mut self, least: i128, most: i128) -> i128 {
        let span = u64::try_from(most.saturating_sub(least)).unwrap_or(u64::MAX - 1);
        least + i128::from(self.below(span.saturating_add(1)))
    }

    /// True once in `odds` times.
    pub fn one_in(&mut self, odds: u64) -> bool {
        self.below(odds) == 0
    }

    /// One of the items, unless there is none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.index(items.len()))
    }
}

fn mix(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn the_sequence_is_the_published_one_and_stays_so() {
        let mut rng = Rng::new(0);
        assert_eq!([rng.next_u64(), rng.next_u64()], [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4]);
        assert_ne!(Rng::labelled(1, "a").next_u64(), Rng::labelled(1, "b").next_u64());
        assert_ne!(Rng::labelled(1, "a").next_u64(), Rng::labelled(2, "a").next_u64());
        assert!((0..1_000).all(|_| (-3..=5).contains(&rng.between(-3, 5))));
    }
}
