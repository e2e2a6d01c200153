//! Where in a text secret values stand: the rules.

use std::ops::Range;

use super::SecretKind;
use super::scan::scan;

/// A secret value inside a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The bytes of it.
    pub range: Range<usize>,
    /// What it is.
    pub kind: SecretKind,
}

/// Members that hold credentials, whatever the service: those of STS, IAM, SSO and Cognito.
const CREDENTIAL_MEMBERS: [(&str, SecretKind); 4] = [
    ("SecretAccessKey", SecretKind::SecretAccessKey),
    ("SecretKey", SecretKind::SecretAccessKey),
    ("SessionToken", SecretKind::SessionToken),
    ("Token", SecretKind::SessionToken),
];

/// Query parameters that make a URL a key.
const URL_SECRETS: [&str; 6] =
    ["x-amz-signature=", "x-amz-security-token=", "authtoken=", "signature=", "token=", "x-amz-credential="];

/// Finds secret values in a text that stands as the member `name`. Spans do not overlap and come in order.
pub fn find(text: &str, name: Option<&str>, sensitive: bool) -> Vec<Span> {
    let whole = |kind| vec![Span { range: 0..text.len(), kind }];
    if text.is_empty() {
        return Vec::new();
    }
    if sensitive {
        return whole(SecretKind::Sensitive);
    }
    if let Some(kind) = name.and_then(credential_member) {
        // A pagination `Token` is no secret: session tokens are long.
        if kind != SecretKind::SessionToken || name != Some("Token") || text.len() > 200 {
            return whole(kind);
        }
    }
    if is_presigned(text) || SecretKind::PresignedUrl.is_placeholder(text) {
        return whole(SecretKind::PresignedUrl);
    }
    let mut spans = named_in_markup(text);
    spans.extend(
        runs(text, |byte| byte.is_ascii_digit())
            .filter(|run| is_account(text, run))
            .map(|range| Span { range, kind: SecretKind::AccountId }),
    );
    spans.extend(
        runs(text, |byte| byte.is_ascii_alphanumeric())
            .filter(|run| is_access_key(&text[run.clone()]))
            .map(|range| Span { range, kind: SecretKind::AccessKeyId }),
    );
    spans.extend(scan(text).map(|range| Span { range, kind: SecretKind::Suspect }));
    spans.sort_by_key(|span| (span.range.start, std::cmp::Reverse(span.range.end)));
    let mut end = 0;
    spans.retain(|span| {
        let apart = span.range.start >= end;
        end = end.max(span.range.end);
        apart
    });
    spans
}

fn credential_member(name: &str) -> Option<SecretKind> {
    CREDENTIAL_MEMBERS.iter().find(|(member, _)| member.eq_ignore_ascii_case(name)).map(|(_, kind)| *kind)
}

fn is_presigned(text: &str) -> bool {
    let Some((_, query)) = text.split_once('?') else { return false };
    let lower = query.to_ascii_lowercase();
    (text.starts_with("https://") || text.starts_with("http://"))
        && URL_SECRETS.iter().any(|secret| lower.starts_with(secret) || lower.contains(&format!("&{secret}")))
}

/// Runs of bytes of one sort.
pub(super) fn runs(text: &str, sort: impl Fn(u8) -> bool) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && !sort(bytes[at]) {
            at += 1;
        }
        let start = at;
        while at < bytes.len() && sort(bytes[at]) {
            at += 1;
        }
        (start < at).then_some(start..at)
    })
}

/// Twelve digits that stand alone: not in a word, not after a decimal point, not the tail of a UUID.
fn is_account(text: &str, run: &Range<usize>) -> bool {
    let (before, after) = (&text.as_bytes()[..run.start], &text.as_bytes()[run.end..]);
    let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    let decimal = before.last() == Some(&b'.') && digit(before.iter().rev().nth(1));
    let fraction = after.first() == Some(&b'.') && digit(after.get(1));
    run.len() == 12
        && !word(before.last())
        && !word(after.first())
        && !decimal
        && !fraction
        && !ends_uuid(before)
}

/// Whether bytes end in the first four groups of a UUID.
fn ends_uuid(before: &[u8]) -> bool {
    let Some(start) = before.len().checked_sub(24) else { return false };
    before[start..].iter().enumerate().all(|(index, byte)| match index {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    })
}

/// Access key ids: 20 characters, four of them a known prefix (IAM's "Unique identifiers" page).
fn is_access_key(run: &str) -> bool {
    run.len() == 20
        && ["AKIA", "ASIA"].iter().any(|prefix| run.starts_with(prefix))
        && run.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Credentials named inside text that is itself a document: XML elements and JSON members.
fn named_in_markup(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    for (name, kind) in CREDENTIAL_MEMBERS.into_iter().filter(|(name, _)| *name != "Token") {
        for (open, close) in [(format!("<{name}>"), "<"), (format!("\"{name}\":"), "\"")] {
            let mut from = 0;
            while let Some(found) = text[from..].find(&open) {
                let mut start = from + found + open.len();
                if close == "\"" {
                    start += text[start..].len() - text[start..].trim_start_matches([' ', '"']).len();
                }
                let end = text[start..].find(close).map_or(text.len(), |length| start + length);
                if start < end {
                    spans.push(Span { range: start..end, kind });
                }
                from = end;
            }
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_and_look_alikes_are_left() {
        for (name, text, found) in [
            ("RoleArn", "arn:aws:iam::123456789012:role/x", vec![("123456789012", SecretKind::AccountId)]),
            (
                "Image",
                "123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1",
                vec![("123456789012", SecretKind::AccountId)],
            ),
            (
                "S3Uri",
                "s3://sagemaker-us-east-1-123456789012/a",
                vec![("123456789012", SecretKind::AccountId)],
            ),
            ("Name", "1234567890123", vec![]),
            ("Name", "job123456789012", vec![]),
            ("Value", "0.123456789012", vec![]),
            ("Value", "123456789012.5", vec![]),
            ("Id", "0b1c2d3e-0b1c-0b1c-0b1c-123456789012", vec![]),
            ("Note", "key AKIAIOSFODNN7EXAMPLE.", vec![("AKIAIOSFODNN7EXAMPLE", SecretKind::AccessKeyId)]),
            ("SecretAccessKey", "abc", vec![("abc", SecretKind::SecretAccessKey)]),
            ("Token", "page-2", vec![]),
            ("Url", "https://h/?authToken=x", vec![("https://h/?authToken=x", SecretKind::PresignedUrl)]),
            ("Url", "https://h/?a=token", vec![]),
            ("body", "<SessionToken>abc</SessionToken>", vec![("abc", SecretKind::SessionToken)]),
            (
                "body",
                "{\"SecretAccessKey\" :1, \"SecretAccessKey\": \"s/3\" }",
                vec![("s/3", SecretKind::SecretAccessKey)],
            ),
        ] {
            let spans = find(text, Some(name), false);
            let spans: Vec<_> = spans.into_iter().map(|span| (&text[span.range], span.kind)).collect();
            assert_eq!(spans, found, "{name}: {text}");
        }
        assert_eq!(find("x", None, true)[0].kind, SecretKind::Sensitive);
    }
}
