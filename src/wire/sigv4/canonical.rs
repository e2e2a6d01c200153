//! The two texts of a signature, made for people to read: canonical request and string to sign, line by line.
//!
//! The form is that of the rules named in the room's head; the test suite holds it to what `aws-sigv4` signs.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::claim::{ALGORITHM, Claim};
use super::covered::{Covered, PathForm, Payload, decode_query};
use super::failure::SignatureFailure;
use crate::ground::exchange::Request;

/// Which of the two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedText {
    /// Method, path, query, headers and payload.
    CanonicalRequest,
    /// Algorithm, time, scope and the hash of the canonical request.
    StringToSign,
}

/// What a line of the texts holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// The HTTP method.
    Method,
    /// The path, encoded.
    Path,
    /// The query, sorted and encoded.
    Query,
    /// The header field of that name.
    Header(String),
    /// The list of signed headers.
    SignedHeaders,
    /// The hash of the body, or what stands for it.
    Payload,
    /// The name of the algorithm.
    Algorithm,
    /// The time of signing.
    Time,
    /// Date, region and service.
    Scope,
    /// The hash of the canonical request.
    Hash,
}

impl std::fmt::Display for Part {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Part::Header(name) => return write!(out, "header {name}"),
            Part::Method => "method",
            Part::Path => "path",
            Part::Query => "query",
            Part::SignedHeaders => "list of signed headers",
            Part::Payload => "hash of the body",
            Part::Algorithm => "algorithm",
            Part::Time => "time",
            Part::Scope => "scope",
            Part::Hash => "hash of the canonical request",
        })
    }
}

/// One line in which what was signed and what arrived are not the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineDifference {
    /// The text it stands in.
    pub text: SignedText,
    /// The number of the line, from 1, in the text of what arrived; of what was signed if it has no such line.
    pub line: usize,
    /// What the line holds.
    pub part: Part,
    /// The line as signed; `None` if it was not there.
    pub signed: Option<String>,
    /// The line as it arrived; `None` if it is not there.
    pub arrived: Option<String>,
}

impl std::fmt::Display for LineDifference {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = match self.text {
            SignedText::CanonicalRequest => "canonical request",
            SignedText::StringToSign => "string to sign",
        };
        let shown = |side: &Option<String>| side.clone().unwrap_or_else(|| "(no such line)".to_owned());
        writeln!(out, "{text}, line {}, {}:", self.line, self.part)?;
        write!(out, "  signed:  {}\n  arrived: {}", shown(&self.signed), shown(&self.arrived))
    }
}

/// What differs between a request as it was signed and as it arrived, line by line.
pub fn explain(signed: &Request, arrived: &Request) -> Result<Vec<LineDifference>, SignatureFailure> {
    let canonical = |request| {
        let claim = Claim::read(request)?;
        Ok(Canonical::new(&Covered::of(request, &claim), Some(&claim)))
    };
    Ok(canonical(signed)?.differences(&canonical(arrived)?))
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Line {
    pub(super) part: Part,
    pub(super) text: String,
}

impl Line {
    /// The line with a session token hidden.
    fn shown(&self) -> String {
        match &self.part {
            Part::Header(name) if TOKENS.contains(&name.as_str()) => format!("{name}:(hidden)"),
            Part::Query => hide_token(&self.text),
            _ => self.text.clone(),
        }
    }
}

const TOKENS: [&str; 2] = ["x-amz-security-token", "x-amz-s3session-token"];

fn hide_token(query: &str) -> String {
    let hide = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if TOKENS.iter().any(|token| name.eq_ignore_ascii_case(token)) => {
            format!("{name}=(hidden)")
        }
        _ => pair.to_owned(),
    };
    query.split('&').map(hide).collect::<Vec<_>>().join("&")
}

/// Both texts as lines that know what they hold.
#[derive(Debug, Clone)]
pub(super) struct Canonical {
    request: Vec<Line>,
    string_to_sign: Vec<Line>,
}

impl Canonical {
    /// The texts of what is covered; with a claim, its list of headers and its date stand as the client wrote
    /// them.
    pub(super) fn new(covered: &Covered, claim: Option<&Claim>) -> Canonical {
        let mut names: Vec<&str> = covered.headers.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let request = request_lines(covered, &names);
        let time = covered.time.amz_date();
        let date = claim.map_or(&time[..8], |claim| &claim.date);
        let hash = sha256(join(&request, |line| line.text.clone()).as_bytes());
        let string_to_sign = vec![
            Line { part: Part::Algorithm, text: ALGORITHM.to_owned() },
            Line { part: Part::Time, text: time.clone() },
            Line {
                part: Part::Scope,
                text: format!("{date}/{}/{}/aws4_request", covered.region, covered.service),
            },
            Line { part: Part::Hash, text: hash },
        ];
        Canonical { request, string_to_sign }
    }

    /// A text to sign that stands for itself, without a canonical request under it.
    pub(super) fn of_text(string_to_sign: Vec<Line>) -> Canonical {
        Canonical { request: Vec::new(), string_to_sign }
    }

    pub(super) fn request_text(&self) -> String {
        join(&self.request, Line::shown)
    }

    pub(super) fn string_to_sign_text(&self) -> String {
        join(&self.string_to_sign, Line::shown)
    }

    /// The lines that differ between this, as signed, and the other, as arrived.
    pub(super) fn differences(&self, arrived: &Canonical) -> Vec<LineDifference> {
        let mut found = compare(SignedText::CanonicalRequest, &self.request, &arrived.request);
        // The hash tells only what the lines above have told.
        let rest = compare(SignedText::StringToSign, &self.string_to_sign, &arrived.string_to_sign);
        found.extend(rest.into_iter().filter(|difference| difference.part != Part::Hash));
        found
    }
}

fn request_lines(covered: &Covered, names: &[&str]) -> Vec<Line> {
    let (path, query) = covered.target.split_once('?').unwrap_or((&covered.target, ""));
    let mut lines = vec![
        Line { part: Part::Method, text: covered.method.clone() },
        Line { part: Part::Path, text: canonical_path(path, covered.path_form) },
        Line { part: Part::Query, text: canonical_query(query) },
    ];
    lines.extend(names.iter().map(|name| {
        let values = covered.headers.iter().filter(|(field, _)| field == name);
        let values: Vec<String> = values.map(|(_, value)| squeeze(value)).collect();
        Line { part: Part::Header((*name).to_owned()), text: format!("{name}:{}", values.join(",")) }
    }));
    lines.push(Line { part: Part::SignedHeaders, text: String::new() });
    lines.push(Line { part: Part::SignedHeaders, text: names.join(";") });
    let payload = match &covered.payload {
        Payload::Bytes(bytes) => sha256(bytes),
        Payload::Stated(text) => text.clone(),
    };
    lines.push(Line { part: Part::Payload, text: payload });
    lines
}

fn join(lines: &[Line], text: impl Fn(&Line) -> String) -> String {
    lines.iter().map(text).collect::<Vec<_>>().join("\n")
}

/// Lines of one part are shown side by side, others as there on one side only.
fn compare(text: SignedText, signed: &[Line], arrived: &[Line]) -> Vec<LineDifference> {
    let mut found = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, signed, arrived) {
        if let DiffOp::Equal { .. } = operation {
            continue;
        }
        let (old, new) = (operation.old_range(), operation.new_range());
        let mut unpaired: Vec<usize> = new.collect();
        for index in old {
            let line = &signed[index];
            let pair = unpaired.iter().position(|other| arrived[*other].part == line.part);
            let pair = pair.map(|place| unpaired.remove(place));
            found.push(LineDifference {
                text,
                line: pair.unwrap_or(index) + 1,
                part: line.part.clone(),
                signed: Some(line.shown()),
                arrived: pair.map(|other| arrived[other].shown()),
            });
        }
        found.extend(unpaired.into_iter().map(|index| {
            let line = &arrived[index];
            let (part, shown) = (line.part.clone(), Some(line.shown()));
            LineDifference { text, line: index + 1, part, signed: None, arrived: shown }
        }));
    }
    found.sort_by_key(|difference| difference.line);
    found
}

fn canonical_path(path: &str, form: PathForm) -> String {
    let path = if form.normalized { normalize(path) } else { path.to_owned() };
    if form.doubled { encode(&path, b"/") } else { path }
}

/// RFC 3986, section 5.2.4, and doubled slashes made one.
fn normalize(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(kept.pop()),
            segment => kept.push(segment),
        }
    }
    let closes = ["/", "/.", "/.."].iter().any(|end| path.ends_with(end)) && !kept.is_empty();
    format!("/{}{}", kept.join("/"), if closes { "/" } else { "" })
}

fn canonical_query(query: &str) -> String {
    let mut pairs: Vec<(String, String)> = decode_query(query)
        .into_iter()
        .map(|(name, value)| (encode(&name, b""), encode(&value, b"")))
        .collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// Percent-encodes all but RFC 3986's unreserved characters and those kept.
fn encode(text: &str, kept: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || kept.contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Spaces at the ends go, runs of them become one.
fn squeeze(value: &str) -> String {
    value.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
