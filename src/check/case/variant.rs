//! The id of a variant in its parts: what family it is of, and where it stands in it.

/// The parts of a variant's id. In their order `OK2` stands before `OK10`, and `ER1b` between `ER1` and `ER2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct VariantName<'a> {
    /// The letters before the number: what its variants are about.
    pub family: Family<'a>,
    /// The number in the family.
    pub number: u32,
    /// What follows the number.
    pub tail: &'a str,
}

/// The letters of a variant's id: `OK`, `ER`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Family<'a>(pub &'a str);

impl Family<'_> {
    /// Variants about pages.
    pub const PAGES: Family<'static> = Family("PG");
    /// Variants about what is sent.
    pub const REQUESTS: Family<'static> = Family("RQ");
    /// Variants about throttling.
    pub const THROTTLING: Family<'static> = Family("TH");
    /// Variants about connections and transport.
    pub const TRANSPORT: Family<'static> = Family("TR");
}

impl<'a> VariantName<'a> {
    /// The parts of an id.
    pub fn of(id: &'a str) -> VariantName<'a> {
        let digit = |letter: char| letter.is_ascii_digit();
        let (family, rest) = id.split_at(id.find(digit).unwrap_or(id.len()));
        let (number, tail) = rest.split_at(rest.find(|letter| !digit(letter)).unwrap_or(rest.len()));
        VariantName { family: Family(family), number: number.parse().unwrap_or(0), tail }
    }
}

#[cfg(test)]
mod tests {
    use super::VariantName;

    #[test]
    fn variants_stand_by_family_and_number() {
        let ids = ["ER1", "ER1b", "ER2", "ER10", "OK2", "OK10", "RQ1"];
        assert!(ids.map(VariantName::of).is_sorted());
        assert_eq!(ids.map(|id| VariantName::of(id).family.0)[3..5], ["ER", "OK"]);
    }
}
