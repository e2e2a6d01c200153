//! S3's `aws-chunked` bodies as they are written: chunks, their signatures, and the trailer; nothing is verified here.
//!
//! The form: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html> and
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html>.

use super::failure::SignatureFailure;
use crate::ground::exchange::{Headers, Request};

/// What `x-amz-content-sha256` says of a body in chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChunkForm {
    /// Each chunk carries a signature, and so does the trailer.
    pub(super) signed: bool,
    /// Fields follow the last chunk.
    pub(super) trailer: bool,
}

impl ChunkForm {
    /// The form of a request's body; `None` for a body that is not in chunks. Signed event streams
    /// (`STREAMING-AWS4-HMAC-SHA256-EVENTS`) have frames of their own and stay as they are.
    pub(super) fn of(request: &Request) -> Option<ChunkForm> {
        match request.headers.get("x-amz-content-sha256")? {
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" | "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD" => {
                Some(ChunkForm { signed: true, trailer: false })
            }
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
            | "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER" => {
                Some(ChunkForm { signed: true, trailer: true })
            }
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => Some(ChunkForm { signed: false, trailer: true }),
            _ => None,
        }
    }
}

/// One chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chunk<'a> {
    pub(super) data: &'a [u8],
    /// Empty in a form without signatures.
    pub(super) signature: &'a str,
}

/// A body taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chunks<'a> {
    /// In order; the last one is empty.
    pub(super) chunks: Vec<Chunk<'a>>,
    /// The fields after the last chunk, without the signature over them.
    pub(super) trailer: Headers,
    pub(super) trailer_signature: Option<String>,
}

const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature";

impl<'a> Chunks<'a> {
    /// Takes the request's body apart and holds it against what the fields say of it.
    pub(super) fn read(request: &'a Request, form: ChunkForm) -> Result<Chunks<'a>, SignatureFailure> {
        let mut rest = request.body.as_slice();
        let mut chunks = Vec::new();
        loop {
            let (chunk, after) = next(rest, chunks.len() + 1, form)?;
            let last = chunk.data.is_empty();
            chunks.push(chunk);
            rest = after;
            if last {
                break;
            }
        }
        let mut read = Chunks { chunks, trailer: Headers::new(), trailer_signature: None };
        read.fields(rest, form)?;
        read.check(request, form)?;
        Ok(read)
    }

    /// How many bytes the chunks hold.
    pub(super) fn decoded_length(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.data.len()).sum()
    }

    /// What follows the last chunk. Clients differ in where they put empty lines, so these do not count.
    fn fields(&mut self, rest: &[u8], form: ChunkForm) -> Result<(), SignatureFailure> {
        for line in rest.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
        {
            let text = Headers::text(line);
            let field = text.split_once(':').filter(|_| form.trailer);
            let (name, value) = field.ok_or_else(|| {
                SignatureFailure::broken_body(format!("{} follow the last chunk", shown(line)))
            })?;
            match name.trim().to_ascii_lowercase() {
                name if name == TRAILER_SIGNATURE => self.trailer_signature = Some(value.trim().to_owned()),
                name => self.trailer.push(name, value.trim()),
            }
        }
        Ok(())
    }

    fn check(&self, request: &Request, form: ChunkForm) -> Result<(), SignatureFailure> {
        let told = request.headers.get("x-amz-decoded-content-length").unwrap_or_default();
        let held = self.decoded_length();
        if told.trim().parse() != Ok(held) {
            let told = if told.is_empty() { "is missing".to_owned() } else { format!("says {told}") };
            return Err(SignatureFailure::broken_body(format!(
                "the chunks hold {held} bytes together, but x-amz-decoded-content-length {told}"
            )));
        }
        let named = request.headers.all("x-amz-trailer").flat_map(|names| names.split(',')).map(str::trim);
        if let Some(name) = named.filter(|_| form.trailer).find(|name| !self.trailer.contains(name)) {
            return Err(SignatureFailure::broken_body(format!(
                "the trailer lacks {name}, which x-amz-trailer names"
            )));
        }
        if form == (ChunkForm { signed: true, trailer: true }) && self.trailer_signature.is_none() {
            return Err(SignatureFailure::broken_body(format!("the trailer lacks {TRAILER_SIGNATURE}")));
        }
        Ok(())
    }
}

/// The next chunk and what follows it.
fn next(body: &[u8], number: usize, form: ChunkForm) -> Result<(Chunk<'_>, &[u8]), SignatureFailure> {
    let broken = |what: String| SignatureFailure::broken_body(format!("chunk {number}: {what}"));
    if body.is_empty() {
        return Err(broken("the body ends before it, without the empty chunk that closes a body".to_owned()));
    }
    let end = find(body, b"\r\n").ok_or_else(|| broken("its size line does not end".to_owned()))?;
    let line = body[..end].trim_ascii();
    let (size, extension) = split_once(line, b';').unwrap_or((line, b""));
    let size = std::str::from_utf8(size).ok().and_then(|text| usize::from_str_radix(text.trim(), 16).ok());
    let size = size.ok_or_else(|| broken(format!("{} is no size line", shown(line))))?;
    let signature =
        std::str::from_utf8(extension).ok().and_then(|text| text.strip_prefix("chunk-signature="));
    if form.signed && signature.is_none() {
        return Err(broken("it has no chunk-signature".to_owned()));
    }
    let chunk = |data| Chunk { data, signature: signature.unwrap_or_default() };
    let rest = &body[end + 2..];
    if size == 0 {
        return Ok((chunk(&[]), rest));
    }
    let data = rest
        .get(..size)
        .ok_or_else(|| broken(format!("its size line says {size} bytes, and {} follow", rest.len())))?;
    let after = rest[size..].strip_prefix(b"\r\n").ok_or_else(|| {
        broken(format!("its data does not end after the {size} bytes that its size line says"))
    })?;
    Ok((chunk(data), after))
}

/// Request bodies are as large as they are, error messages are not.
fn shown(bytes: &[u8]) -> String {
    let more = if bytes.len() > 40 { "…" } else { "" };
    format!("{:?}{more}", String::from_utf8_lossy(&bytes[..bytes.len().min(40)]))
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}

fn split_once(bytes: &[u8], mark: u8) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|byte| *byte == mark)?;
    Some((&bytes[..at], &bytes[at + 1..]))
}

/// The request as a client would have sent it that does not chunk: the decoded body, no `aws-chunked` among its
/// codings, and the fields of the trailer among its headers. `None` where the body is not in chunks.
///
/// Signatures are not looked at; [`verify`](super::verify) does that.
pub fn unchunked(request: &Request) -> Result<Option<Request>, SignatureFailure> {
    let Some(form) = ChunkForm::of(request) else { return Ok(None) };
    let chunks = Chunks::read(request, form)?;
    let mut body = Vec::with_capacity(chunks.decoded_length());
    chunks.chunks.iter().for_each(|chunk| body.extend_from_slice(chunk.data));
    let mut headers = Headers::new();
    for (name, value) in request.headers.iter() {
        match name.to_ascii_lowercase().as_str() {
            "x-amz-content-sha256" | "x-amz-decoded-content-length" | "x-amz-trailer" => {}
            "content-length" => headers.push(name, body.len().to_string()),
            "content-encoding" => {
                let codings: Vec<&str> = value.split(',').map(str::trim).filter(is_real_coding).collect();
                if !codings.is_empty() {
                    headers.push(name, codings.join(","));
                }
            }
            _ => headers.push(name, value),
        }
    }
    chunks.trailer.iter().for_each(|(name, value)| headers.push(name, value));
    let (method, target) = (request.method.clone(), request.target.clone());
    Ok(Some(Request { method, target, prefix: request.prefix, headers, body }))
}

fn is_real_coding(coding: &&str) -> bool {
    !coding.is_empty() && !coding.eq_ignore_ascii_case("aws-chunked")
}
