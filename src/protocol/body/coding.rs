//! Content coding: gzip off what was received, gzip on large requests of operations that ask for it.

use std::borrow::Cow;
use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use crate::api::model::Operation;
use crate::ground::exchange::{Headers, Request};
use crate::protocol::contract::ProtocolError;

/// How large a body may grow when it is unpacked.
const UNPACKED_LIMIT: u64 = 64 << 20;

/// The SDKs' default for the smallest request body they compress ("min compression size" of the settings
/// reference, <https://docs.aws.amazon.com/sdkref/latest/guide/feature-compression.html>).
const COMPRESSED_FROM: usize = 10_240;

/// The body without its content codings (RFC 9110, section 8.4).
pub(crate) fn unpacked<'b>(headers: &Headers, body: &'b [u8]) -> Result<Cow<'b, [u8]>, ProtocolError> {
    let codings: Vec<String> = headers
        .all("content-encoding")
        .flat_map(|value| value.split(','))
        .map(|coding| coding.trim().to_ascii_lowercase())
        .filter(|coding| !coding.is_empty() && coding != "identity")
        .collect();
    if body.is_empty() {
        return Ok(Cow::Borrowed(body));
    }
    codings.iter().rev().try_fold(Cow::Borrowed(body), |body, coding| match coding.as_str() {
        "gzip" | "x-gzip" => gunzip(&body).map(Cow::Owned),
        other => Err(ProtocolError::new("no content coding but gzip", format!("`{other}`"))
            .within("header Content-Encoding")),
    })
}

fn gunzip(body: &[u8]) -> Result<Vec<u8>, ProtocolError> {
    let mut plain = Vec::new();
    let read = MultiGzDecoder::new(body).take(UNPACKED_LIMIT + 1).read_to_end(&mut plain);
    let error =
        |found: String| ProtocolError::new("a gzip body, as Content-Encoding says", found).within("body");
    match read {
        Err(cause) => Err(error(cause.to_string())),
        Ok(_) if plain.len() as u64 > UNPACKED_LIMIT => {
            Err(error(format!("one that unpacks to more than {UNPACKED_LIMIT} bytes")))
        }
        Ok(_) => Ok(plain),
    }
}

/// Compresses a request as SDKs do: operations with the trait, bodies that are not small.
pub(crate) fn compress(operation: &Operation, request: &mut Request) -> Result<(), ProtocolError> {
    let wanted = operation.request_codings.iter().any(|coding| coding == "gzip");
    if !wanted || request.body.len() < COMPRESSED_FROM {
        return Ok(());
    }
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    let packed = packer.write_all(&request.body).and_then(|()| packer.finish());
    request.body = packed.map_err(|cause| ProtocolError::new("a body that gzip takes", cause.to_string()))?;
    const FIELD: &str = "Content-Encoding";
    match request.headers.get(FIELD).map(|codings| format!("{codings}, gzip")) {
        Some(codings) => request.headers.set(FIELD, codings),
        None => request.headers.push(FIELD, "gzip"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gzip(body: &[u8]) -> Vec<u8> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(body).unwrap();
        packer.finish().unwrap()
    }

    #[test]
    fn codings_are_taken_off_in_turn_and_broken_ones_told() {
        let twice = gzip(&gzip(b"{}"));
        let bomb = gzip(&vec![0; UNPACKED_LIMIT as usize + 1]);
        for (coding, body, wanted) in [
            ("", &b"{}"[..], Some(&b"{}"[..])),
            ("identity", b"{}", Some(b"{}")),
            ("GZIP", &gzip(b"{}"), Some(b"{}")),
            ("gzip, identity, x-gzip", &twice, Some(b"{}")),
            ("gzip", b"", Some(b"")),
            ("gzip", b"{}", None),
            ("gzip", &twice[..twice.len() - 9], None),
            ("gzip", &bomb, None),
            ("br", b"{}", None),
        ] {
            let headers = [("content-encoding", coding)].into_iter().collect();
            assert_eq!(unpacked(&headers, body).ok().as_deref(), wanted, "{coding}");
        }
    }
}
