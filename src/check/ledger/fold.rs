//! Folding: one finding per distinct defect.
//!
//! Differences of one client, oracle, variant, kind and sort of place are one group. Where the group shows at
//! [`EVERYWHERE`] members or more it is one defect of the client and one finding; below that, each member is a
//! finding of its own, so that a defect of one shape's one member is not lost in company. The order in which
//! differences come in does not matter: lanes and shards fold to the same findings.

use std::collections::BTreeMap;

use crate::check::case::Case;
use crate::check::verdict::{Excuse, Finding, Judgement, Kind, Occurrence, OracleName};

/// From so many different members on, a defect is taken to show everywhere.
const EVERYWHERE: usize = 3;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    client: String,
    oracle: OracleName,
    variant: String,
    kind: Kind,
    sort: String,
    excuse: Option<Excuse>,
}

/// The differences of one key, by shape and member.
#[derive(Debug, Clone, Default)]
struct Group {
    /// A shard has already found it everywhere.
    everywhere: bool,
    piles: BTreeMap<String, Pile>,
}

/// The differences of one key at one member: the lowest one and all places.
#[derive(Debug, Clone)]
struct Pile {
    lowest: Finding,
    /// By operation and path without indices and keys.
    places: BTreeMap<(String, String), Occurrence>,
}

/// Differences on their way to be findings.
#[derive(Debug, Clone, Default)]
pub struct Fold {
    groups: BTreeMap<Key, Group>,
}

impl Fold {
    /// Adds one difference of one client on one case.
    pub fn add(&mut self, client: &str, case: &Case, judgement: Judgement, excuse: Option<Excuse>) {
        let key = Key {
            client: client.to_owned(),
            oracle: judgement.oracle,
            variant: case.variant.0.clone(),
            kind: judgement.kind,
            sort: judgement.sort.clone(),
            excuse,
        };
        let place = Occurrence {
            operation: case.operation.clone(),
            path: judgement.path.clone(),
            case: case.id.clone(),
        };
        let finding = Finding {
            client: key.client.clone(),
            operation: case.operation.clone(),
            variant: key.variant.clone(),
            class: judgement.class,
            oracle: key.oracle,
            kind: judgement.kind,
            sort: key.sort.clone(),
            everywhere: false,
            path: judgement.path,
            shape: judgement.shape,
            operations: Vec::new(),
            places: Vec::new(),
            expected: judgement.expected,
            actual: judgement.actual,
            message: judgement.message,
            rule: judgement.rule,
            case: case.id.clone(),
            seed: case.seed,
            unstable: None,
            minimal: None,
            reproduce: String::new(),
            deviation: key.excuse.clone(),
        };
        self.pile(key, finding, [place]);
    }

    /// Adds a finding that another shard has folded.
    pub fn add_folded(&mut self, finding: Finding) {
        let (key, everywhere) = (key_of(&finding), finding.everywhere);
        let places = finding.places.clone();
        self.groups.entry(key.clone()).or_default().everywhere |= everywhere;
        self.pile(key, finding, places);
    }

    fn pile(&mut self, key: Key, finding: Finding, places: impl IntoIterator<Item = Occurrence>) {
        let group = self.groups.entry(key).or_default();
        let shape = finding.shape.clone();
        let pile = group
            .piles
            .entry(shape)
            .and_modify(|pile| pile.lower(&finding))
            .or_insert_with(|| Pile { lowest: finding, places: BTreeMap::new() });
        places.into_iter().for_each(|place| pile.place(place));
    }

    /// The findings, by client, oracle, variant, kind and place.
    pub fn findings(self) -> Vec<Finding> {
        self.groups.into_values().flat_map(Group::findings).collect()
    }
}

/// The key of a folded finding.
fn key_of(finding: &Finding) -> Key {
    Key {
        client: finding.client.clone(),
        oracle: finding.oracle,
        variant: finding.variant.clone(),
        kind: finding.kind,
        sort: finding.sort.clone(),
        excuse: finding.deviation.clone(),
    }
}

impl Group {
    fn findings(self) -> Vec<Finding> {
        if self.everywhere || self.piles.len() >= EVERYWHERE {
            let mut piles = self.piles.into_values();
            let Some(first) = piles.next() else { return Vec::new() };
            return vec![piles.fold(first, Pile::join).finding(true)];
        }
        self.piles.into_values().map(|pile| pile.finding(false)).collect()
    }
}

impl Pile {
    /// Takes over the representative if it is the lower case, and the firmer class.
    fn lower(&mut self, other: &Finding) {
        let class = self.lowest.class.min(other.class);
        if (&other.case, &other.path, &other.shape)
            < (&self.lowest.case, &self.lowest.path, &self.lowest.shape)
        {
            self.lowest = other.clone();
        }
        self.lowest.class = class;
    }

    fn place(&mut self, place: Occurrence) {
        let key = (place.operation.clone(), without_indices(&place.path));
        match self.places.get_mut(&key) {
            Some(known) if (&known.case, &known.path) <= (&place.case, &place.path) => {}
            Some(known) => *known = place,
            None => {
                self.places.insert(key, place);
            }
        }
    }

    fn join(mut self, other: Pile) -> Pile {
        self.lower(&other.lowest);
        other.places.into_values().for_each(|place| self.place(place));
        self
    }

    fn finding(self, everywhere: bool) -> Finding {
        let mut operations: Vec<String> =
            self.places.keys().map(|(operation, _)| operation.clone()).collect();
        operations.dedup();
        Finding { everywhere, operations, places: self.places.into_values().collect(), ..self.lowest }
    }
}

/// A path with the inside of its brackets taken out: `output.Tags[3].Key` as `output.Tags[].Key`.
fn without_indices(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let (mut inside, mut quoted, mut escaped) = (false, false, false);
    for character in path.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if inside => quoted = !quoted,
            '[' if !inside => {
                inside = true;
                out.push('[');
            }
            ']' if inside && !quoted => {
                inside = false;
                out.push(']');
            }
            _ if inside => {}
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::case::{Call, Class, CountRange, Expectation, Expected, Mode, VariantId};

    fn case(id: &str, operation: &str) -> Case {
        Case {
            id: id.to_owned(),
            operation: operation.to_owned(),
            variant: VariantId("TS2".to_owned()),
            class: Class::Must,
            rule: String::new(),
            place: None,
            seed: 1,
            call: Call { mode: Mode::Call, input: Default::default(), fresh: false },
            answers: Vec::new(),
            expectation: Expectation { result: Expected::Open, requests: CountRange::exactly(1) },
            repeats: 0,
            slow: false,
        }
    }

    fn judgement(path: &str, shape: &str) -> Judgement {
        Judgement {
            oracle: OracleName::Response,
            class: Class::Must,
            kind: Kind::ValueDiffers,
            path: path.to_owned(),
            shape: shape.to_owned(),
            sort: "timestamp".to_owned(),
            expected: None,
            actual: None,
            message: String::new(),
            rule: String::new(),
        }
    }

    const WIDE: [(&str, &str, &str, &str); 5] = [
        ("c5", "B", "output.Items[1].When", "Item.When"),
        ("c2", "B", "output.Items[0].When", "Item.When"),
        ("c3", "A", "output.Items[0].When", "Item.When"),
        ("c4", "A", "output.Start", "AOut.Start"),
        ("c1", "C", "output.End[\"a]\"]", "COut.End"),
    ];

    fn folded(sightings: &[(&str, &str, &str, &str)]) -> Vec<Finding> {
        let mut fold = Fold::default();
        for (id, operation, path, shape) in sightings {
            fold.add("boto3", &case(id, operation), judgement(path, shape), None);
        }
        fold.findings()
    }

    #[test]
    fn a_defect_of_one_member_stays_alone_and_one_of_many_is_folded() {
        let narrow = folded(&WIDE[..3]);
        assert_eq!(narrow.len(), 1);
        assert_eq!(narrow[0].id().to_string(), "boto3/response/TS2/value-differs/timestamp/Item.When");
        assert_eq!(narrow[0].case, "c2");
        assert_eq!(narrow[0].operations, ["A", "B"]);
        assert_eq!(narrow[0].places.len(), 2);

        let two = folded(&WIDE[..4]);
        assert_eq!(two.len(), 2);

        let wide = folded(&WIDE);
        assert_eq!(wide.len(), 1);
        assert_eq!(wide[0].id().to_string(), "boto3/response/TS2/value-differs/timestamp");
        assert_eq!((wide[0].case.as_str(), wide[0].shape.as_str()), ("c1", "COut.End"));
        assert_eq!(wide[0].operations, ["A", "B", "C"]);
        assert_eq!(wide[0].places.len(), 4);
    }

    #[test]
    fn order_and_shards_make_no_difference() {
        let mut backwards = WIDE;
        backwards.reverse();
        assert_eq!(folded(&WIDE), folded(&backwards));
        for cut in 0..WIDE.len() {
            let mut fold = Fold::default();
            for shard in [folded(&WIDE[..cut]), folded(&WIDE[cut..])] {
                shard.into_iter().for_each(|finding| fold.add_folded(finding));
            }
            assert_eq!(fold.findings(), folded(&WIDE), "cut at {cut}");
        }
    }
}
