//! All pairs of choices in few rows.
//!
//! For `n` members that are there or not, as many rows as the smallest `N` with C(N−1, ⌈N/2⌉) ≥ n hold every
//! pair of members in all four ways. Source: Kleitman and Spencer, "Families of k-independent sets", Discrete
//! Mathematics 6 (1973); Katona, Periodica Mathematica Hungarica 3 (1973).

/// Rows of names; for each two names there are rows with both, with neither, and with either one alone.
pub(super) fn rows(names: &[String]) -> Vec<Vec<String>> {
    if names.len() < 2 {
        return Vec::new();
    }
    let size = (2u32..).find(|size| choose(size - 1, size.div_ceil(2)) >= names.len() as u64).unwrap_or(2);
    let columns = subsets(size - 1, size.div_ceil(2));
    // The first row has no name: it is the minimal message.
    (0..size - 1)
        .map(|row| {
            let held = names.iter().zip(&columns).filter(|(_, column)| *column >> row & 1 == 1);
            held.map(|(name, _)| name.clone()).collect()
        })
        .collect()
}

fn choose(from: u32, count: u32) -> u64 {
    (0..count)
        .fold(1, |product, index| product * u64::from(from.saturating_sub(index)) / u64::from(index + 1))
}

/// All subsets of so many bits with exactly `count` set, in ascending order.
fn subsets(bits: u32, count: u32) -> Vec<u32> {
    (0..1u32 << bits).filter(|set| set.count_ones() == count).collect()
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn every_pair_is_there_in_all_four_ways() {
        for count in [2, 3, 4, 10, 57, 120] {
            let names: Vec<String> = (0..count).map(|index| format!("m{index}")).collect();
            let mut rows = rows(&names);
            rows.push(Vec::new());
            for (index, a) in names.iter().enumerate() {
                for b in &names[index + 1..] {
                    let mut ways: Vec<_> =
                        rows.iter().map(|row| (row.contains(a), row.contains(b))).collect();
                    ways.sort();
                    ways.dedup();
                    assert_eq!(ways.len(), 4, "{count}: {a} {b}");
                }
            }
            assert!(rows.len() <= 12, "{count}: {}", rows.len());
        }
    }
}
