//! The id of a finding, in its parts. It is written in reports and read back from them; nothing else takes it apart.

use std::cmp::Ordering;
use std::fmt::{Display, Formatter, Result as Written};

use super::{Kind, OracleName};

/// What stands before the id of a finding that is a known deviation.
const KNOWN: &str = "known:";

/// What differs, whichever client shows it and whether it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DifferenceId {
    /// Which oracle found it.
    pub oracle: OracleName,
    /// The variant.
    pub variant: String,
    /// What kind of difference.
    pub kind: Kind,
    /// What kind of place, and in what manner it differs there.
    pub sort: String,
    /// The shape and member; `None` where the defect shows everywhere.
    pub shape: Option<String>,
}

impl DifferenceId {
    /// Whether it is the same defect, which may show everywhere in one run and at a single member in the other.
    pub fn is_same(&self, other: &DifferenceId) -> bool {
        let everywhere = |id: &DifferenceId| DifferenceId { shape: None, ..id.clone() };
        let either = self.shape.is_none() || other.shape.is_none() || self.shape == other.shape;
        either && everywhere(self) == everywhere(other)
    }
}

impl Display for DifferenceId {
    fn fmt(&self, out: &mut Formatter<'_>) -> Written {
        let DifferenceId { oracle, variant, kind, sort, shape } = self;
        write!(out, "{oracle}/{variant}/{kind}/{sort}")?;
        shape.iter().try_for_each(|shape| write!(out, "/{shape}"))
    }
}

/// They are listed as they are written.
impl Ord for DifferenceId {
    fn cmp(&self, other: &DifferenceId) -> Ordering {
        self.to_string().cmp(&other.to_string())
    }
}

impl PartialOrd for DifferenceId {
    fn partial_cmp(&self, other: &DifferenceId) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The id of a finding: stable from run to run and from seed to seed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingId {
    /// Which client.
    pub client: String,
    /// What differs.
    pub difference: DifferenceId,
    /// Whether it is a known deviation.
    pub known: bool,
}

impl FindingId {
    /// The id of the same defect where it shows everywhere.
    pub fn everywhere(&self) -> FindingId {
        let difference = DifferenceId { shape: None, ..self.difference.clone() };
        FindingId { difference, ..self.clone() }
    }

    /// Reads an id from a report, which tells its other parts, too: this one has all of them but the sort, and the shape
    /// where the finding is of a single member. `None` where the text is no id of such a finding.
    pub fn read(text: &str, parts: &FindingId) -> Option<FindingId> {
        let any = FindingId {
            difference: DifferenceId { sort: String::new(), shape: None, ..parts.difference.clone() },
            ..parts.clone()
        };
        let rest = text.strip_prefix(&any.to_string())?;
        let of_member = parts.difference.shape.as_ref().and_then(|shape| {
            Some((rest.strip_suffix(shape.as_str())?.strip_suffix('/')?.to_owned(), Some(shape.clone())))
        });
        let (sort, shape) = of_member.unwrap_or_else(|| (rest.to_owned(), None));
        Some(FindingId { difference: DifferenceId { sort, shape, ..any.difference }, ..any })
    }
}

impl Display for FindingId {
    fn fmt(&self, out: &mut Formatter<'_>) -> Written {
        let FindingId { client, difference, known } = self;
        write!(out, "{}{client}/{difference}", if *known { KNOWN } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_as_it_was_written_whatever_its_parts_hold() {
        for (client, sort, shape, known, text) in [
            ("js-v3", "timestamp", Some("Tag.Key"), false, "js-v3/never/TS2/hung/timestamp/Tag.Key"),
            ("a/b", "text/plain, odd", None, true, "known:a/b/never/TS2/hung/text/plain, odd"),
            ("known:", "", Some("A"), false, "known:/never/TS2/hung//A"),
        ] {
            let difference = DifferenceId {
                oracle: OracleName::Never,
                variant: "TS2".to_owned(),
                kind: Kind::Hung,
                sort: sort.to_owned(),
                shape: shape.map(str::to_owned),
            };
            let id = FindingId { client: client.to_owned(), difference, known };
            assert_eq!(id.to_string(), text);
            let mut parts = id.clone();
            parts.difference.sort = "unknown".to_owned();
            assert_eq!(FindingId::read(text, &parts), Some(id.clone()));
            assert_eq!(FindingId::read("other/never/TS2/hung/", &parts), None);
            assert!(id.difference.is_same(&id.everywhere().difference));
        }
        assert!(OracleName::words().is_sorted());
    }
}
