//! Checksums of bodies: MD5, CRCs and SHAs, as `Content-MD5` and `x-amz-checksum-*` carry them.
//!
//! Source: <https://smithy.io/2.0/aws/aws-core.html#aws-protocols-httpchecksum-trait>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crc::{CRC_32_ISCSI, CRC_32_ISO_HDLC, CRC_64_NVME, Crc};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use crate::api::model::{Operation, Value};
use crate::ground::exchange::{Headers, Request};
use crate::protocol::contract::ProtocolError;

static CRC32: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);
static CRC32C: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);
static CRC64NVME: Crc<u64> = Crc::<u64>::new(&CRC_64_NVME);

/// The header of the one checksum that is older than the trait.
const CONTENT_MD5: &str = "Content-MD5";
const PREFIX: &str = "x-amz-checksum-";

/// The CRC-32 of gzip and of event streams.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    CRC32.checksum(bytes)
}

/// An algorithm of body checksums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Checksum {
    /// CRC-32.
    Crc32,
    /// CRC-32C.
    Crc32c,
    /// CRC-64/NVME.
    Crc64Nvme,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// MD5, in `Content-MD5`.
    Md5,
}

/// By their names in the models.
const NAMES: [(&str, Checksum); 6] = [
    ("CRC32", Checksum::Crc32),
    ("CRC32C", Checksum::Crc32c),
    ("CRC64NVME", Checksum::Crc64Nvme),
    ("SHA1", Checksum::Sha1),
    ("SHA256", Checksum::Sha256),
    ("MD5", Checksum::Md5),
];

impl Checksum {
    /// The algorithm of a name such as `CRC32`.
    pub fn named(name: &str) -> Option<Checksum> {
        NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, checksum)| *checksum)
    }

    /// The header that carries it.
    pub fn header(self) -> String {
        let name = NAMES.iter().find(|(_, checksum)| *checksum == self).map_or("", |(name, _)| name);
        if self == Checksum::Md5 {
            CONTENT_MD5.to_owned()
        } else {
            format!("{PREFIX}{}", name.to_lowercase())
        }
    }

    /// The checksum of a body, in base64 as headers carry it.
    pub fn of(self, body: &[u8]) -> String {
        match self {
            Checksum::Crc32 => STANDARD.encode(CRC32.checksum(body).to_be_bytes()),
            Checksum::Crc32c => STANDARD.encode(CRC32C.checksum(body).to_be_bytes()),
            Checksum::Crc64Nvme => STANDARD.encode(CRC64NVME.checksum(body).to_be_bytes()),
            Checksum::Sha1 => STANDARD.encode(Sha1::digest(body)),
            Checksum::Sha256 => STANDARD.encode(Sha256::digest(body)),
            Checksum::Md5 => STANDARD.encode(Md5::digest(body)),
        }
    }
}

/// Adds the checksum that the operation requires of its requests: the algorithm that the input names, MD5 where the
/// operation knows no other, CRC-32 else. A checksum that the request already has stays the only one.
pub fn add_checksum(operation: &Operation, input: &Value, request: &mut Request) {
    let named =
        operation.checksum_member.as_ref().and_then(|member| input.get(member)).and_then(Value::as_str);
    let chosen = named.and_then(Checksum::named).or_else(|| {
        let usual = if operation.checksum_member.is_some() { Checksum::Crc32 } else { Checksum::Md5 };
        operation.checksum_required.then_some(usual)
    });
    if let Some(checksum) = chosen.filter(|_| written(&request.headers).next().is_none()) {
        request.headers.push(checksum.header(), checksum.of(&request.body));
    }
}

/// The checksums that a message carries. One of an algorithm that is not known here is passed over, as is one of parts (`…-3`).
fn written(headers: &Headers) -> impl Iterator<Item = (Checksum, &str)> {
    headers.iter().filter_map(|(name, value)| {
        let name = name.to_ascii_lowercase();
        let checksum = match name.strip_prefix(PREFIX) {
            Some(algorithm) => Checksum::named(algorithm),
            None => name.eq_ignore_ascii_case(CONTENT_MD5).then_some(Checksum::Md5),
        };
        checksum.filter(|_| !value.contains('-')).map(|checksum| (checksum, value))
    })
}

/// Compares a body with the checksums that its message carries; gives those that hold.
pub fn verify_checksums(headers: &Headers, body: &[u8]) -> Result<Vec<Checksum>, ProtocolError> {
    let mut held = Vec::new();
    for (checksum, value) in written(headers) {
        let computed = checksum.of(body);
        if computed != value.trim() {
            let expected = format!("`{computed}`, the checksum of the body");
            return Err(ProtocolError::new(expected, format!("`{value}`"))
                .within(&format!("header {}", checksum.header())));
        }
        held.push(checksum);
    }
    Ok(held)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::kinds::kinds;

    #[test]
    fn checksums_are_those_of_the_algorithms_check_values() {
        // "123456789" is the check input of the CRC catalogue; the digests are those of RFC 1321 and FIPS 180.
        for (name, check) in [
            ("CRC32", "y/Q5Jg=="),
            ("crc32c", "4waSgw=="),
            ("CRC64NVME", "rosUhgp5mIg="),
            ("SHA1", "98O8HYCOBHMq32eZZczDTKeuNEE="),
            ("SHA256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="),
            ("MD5", "JfnnlDI7RTiF9RgfG2JNCw=="),
        ] {
            assert_eq!(Checksum::named(name).unwrap().of(b"123456789"), check, "{name}");
        }
        assert_eq!(Checksum::named("BLAKE3"), None);
    }

    #[test]
    fn a_required_checksum_is_added_once_and_holds_until_the_body_changes() {
        let model = kinds();
        let input = Value::structure([("ChecksumAlgorithm", Value::string("SHA256"))]);
        let member = Some("ChecksumAlgorithm".to_owned());
        for (required, algorithm_member, input, header) in [
            (true, None, Value::default(), Some("Content-MD5")),
            (true, member.clone(), Value::default(), Some("x-amz-checksum-crc32")),
            (true, member.clone(), input.clone(), Some("x-amz-checksum-sha256")),
            (false, member.clone(), input, Some("x-amz-checksum-sha256")),
            (false, member, Value::default(), None),
        ] {
            let mut operation = model.operations["Echo"].clone();
            (operation.checksum_required, operation.checksum_member) = (required, algorithm_member);
            let mut request = Request { body: b"body".to_vec(), ..Request::default() };
            add_checksum(&operation, &input, &mut request);
            add_checksum(&operation, &input, &mut request);
            let names: Vec<&str> = request.headers.iter().map(|(name, _)| name).collect();
            assert_eq!(names, header.into_iter().collect::<Vec<_>>());
            assert_eq!(verify_checksums(&request.headers, b"body").unwrap().len(), names.len());
            assert_eq!(verify_checksums(&request.headers, b"bodY").is_err(), header.is_some());
        }
        let parts = [("x-amz-checksum-crc32", "AAAA-3"), ("x-amz-checksum-type", "COMPOSITE")];
        assert_eq!(verify_checksums(&parts.into_iter().collect(), b""), Ok(Vec::new()));
    }
}
