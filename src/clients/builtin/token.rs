//! Random numbers of the built-in client: idempotency tokens, invocation ids, jitter.

use crate::api::model::{Model, Operation, Value};

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014), seeded by the
/// system or by the caller.
#[derive(Debug)]
pub(super) struct Tokens(u64);

impl Tokens {
    /// The same numbers for the same seed.
    pub(super) fn seeded(seed: u64) -> Tokens {
        Tokens(seed)
    }

    /// Numbers that nobody can foretell.
    pub(super) fn random() -> Result<Tokens, getrandom::Error> {
        getrandom::u64().map(Tokens)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A UUID of version 4 (RFC 9562, section 5.4).
    pub(super) fn uuid(&mut self) -> String {
        let bits = u128::from(self.next()) << 64 | u128::from(self.next());
        let bits = bits & !(0xF << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
        let hex = format!("{bits:032x}");
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }

    /// A fraction from 0 to 1.
    pub(super) fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// The input with every idempotency token that the caller left out (Smithy 2.0, `idempotencyToken` trait).
    pub(super) fn fill(&mut self, model: &Model, operation: &Operation, input: &Value) -> Value {
        let mut filled = input.clone();
        let members = operation.input.and_then(|shape| model.shape(shape).members());
        if let (Some(members), Value::Structure(fields)) = (members, &mut filled) {
            for member in members.values().filter(|member| member.idempotency_token) {
                let given = fields.get(&member.name).is_some_and(|value| *value != Value::Null);
                if !given {
                    fields.insert(member.name.clone(), Value::string(self.uuid()));
                }
            }
        }
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::Tokens;

    #[test]
    fn uuids_have_their_version_and_differ() {
        let mut tokens = Tokens::seeded(1);
        let mut seen: Vec<String> = (0..1000).map(|_| tokens.uuid()).collect();
        for uuid in &seen {
            assert_eq!((uuid.len(), &uuid[14..15]), (36, "4"), "{uuid}");
            assert!("89ab".contains(&uuid[19..20]), "{uuid}");
        }
        assert_eq!(seen[0], Tokens::seeded(1).uuid());
        assert_ne!(Tokens::random().unwrap().uuid(), Tokens::random().unwrap().uuid());
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 1000);
        assert!((0..1000).map(|_| tokens.fraction()).all(|fraction| (0.0..1.0).contains(&fraction)));
    }
}
