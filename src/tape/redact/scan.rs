//! The scanner: what looks like a secret though no rule named it.
//!
//! It would rather cry wolf: whatever it finds becomes a `suspect` placeholder and is reported with its place.

use std::ops::Range;

use super::SecretKind;
use super::find::runs;

/// How STS session tokens begin: base64 of a fixed head.
const TOKEN_HEADS: [&str; 3] = ["IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz"];

/// Ranges of a text that look like secrets.
pub(super) fn scan(text: &str) -> impl Iterator<Item = Range<usize>> {
    let words = runs(text, |byte| byte.is_ascii_alphanumeric() || b"+/_-.".contains(&byte)).filter(|run| {
        let word = &text[run.clone()];
        is_web_token(word)
            || is_session_token(word)
            || is_secret_key(word)
            || SecretKind::Suspect.is_placeholder(word)
    });
    private_key(text).into_iter().chain(words)
}

/// A PEM private key, RFC 7468.
fn private_key(text: &str) -> Option<Range<usize>> {
    let start = text.find("-----BEGIN ")?;
    let label = text[start + 11..].split("-----").next()?;
    label.ends_with("PRIVATE KEY").then(|| {
        let end = format!("-----END {label}-----");
        start..text[start..].find(&end).map_or(text.len(), |length| start + length + end.len())
    })
}

/// A JSON Web Token, RFC 7519: three base64url parts, the first one an object.
fn is_web_token(word: &str) -> bool {
    let parts: Vec<_> = word.split('.').collect();
    parts.len() == 3 && parts[0].starts_with("eyJ") && parts[1].starts_with("eyJ") && parts[0].len() > 10
}

fn is_session_token(word: &str) -> bool {
    word.len() > 100 && TOKEN_HEADS.iter().any(|head| word.starts_with(head))
}

/// Forty characters of base64 with all sorts of them, as secret access keys are; hexadecimal digests and
/// paths of plain words are not.
fn is_secret_key(word: &str) -> bool {
    let has = |sort: fn(&u8) -> bool| word.bytes().filter(sort).count() >= 3;
    word.len() == 40
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/')
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
        && distinct(word) >= 20
}

fn distinct(word: &str) -> usize {
    let mut bytes: Vec<_> = word.bytes().collect();
    bytes.sort_unstable();
    bytes.dedup();
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::scan;

    #[test]
    fn secrets_that_no_rule_names_are_suspects() {
        let token = format!("IQoJb3JpZ2lu{}", "Ab1+".repeat(40));
        for (text, found) in [
            ("export KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiC7EXAMPLEK3Y", true),
            ("wJalrXUtnFEMI/K7MDENG/bPxRfi7YEXAMPLEK3Y", true),
            ("da39a3ee5e6b4b0d3255bfef95601890afd80709", false),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", true),
            ("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----", true),
            ("-----BEGIN CERTIFICATE-----", false),
            (token.as_str(), true),
            ("training-job-with-a-long-name-of-40-chars", false),
        ] {
            assert_eq!(scan(text).next().is_some(), found, "{text}");
        }
    }
}
