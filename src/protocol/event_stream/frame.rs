//! Messages of the event-stream encoding and their bytes: prelude, headers, payload, both checksums.
//!
//! Source: <https://smithy.io/2.0/aws/amazon-eventstream.html>. `aws-smithy-eventstream` reads the same frames, but
//! tells neither the place nor which of the checksums is wrong, and both are what a test must know.

use super::header::{self, EventHeader};
use crate::protocol::body::checksum::crc32;

/// Total length, length of the headers, checksum of both.
const PRELUDE: usize = 12;
/// A message without headers and payload.
const LEAST: usize = PRELUDE + 4;
/// The limits of the encoding: 128 KiB of headers, 24 MiB of payload, as botocore has them.
const MOST_HEADERS: usize = 128 << 10;
const MOST_PAYLOAD: usize = 24 << 20;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// The headers in their order.
    pub headers: Vec<EventHeader>,
    /// The payload.
    pub payload: Vec<u8>,
}

/// Why bytes are no message, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameError {
    /// The number of the message, from 0.
    pub message: usize,
    /// The offset in the whole stream.
    pub at: usize,
    /// What is wrong there.
    pub what: String,
}

impl Message {
    /// The text of a header.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.name == name).and_then(EventHeader::as_text)
    }

    /// The bytes of the message, its checksums true.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut headers = Vec::new();
        self.headers.iter().for_each(|header| header::write(header, &mut headers));
        let total = LEAST + headers.len() + self.payload.len();
        let mut out = Vec::with_capacity(total);
        out.extend_from_slice(&(total as u32).to_be_bytes());
        out.extend_from_slice(&(headers.len() as u32).to_be_bytes());
        out.extend_from_slice(&crc32(&out).to_be_bytes());
        out.extend_from_slice(&headers);
        out.extend_from_slice(&self.payload);
        out.extend_from_slice(&crc32(&out).to_be_bytes());
        out
    }
}

/// The messages of a stream up to its end, or up to what is no message.
pub fn messages(stream: &[u8]) -> (Vec<Message>, Option<FrameError>) {
    let (mut messages, mut at) = (Vec::new(), 0);
    while at < stream.len() {
        match message(&stream[at..]) {
            Ok((message, length)) => {
                messages.push(message);
                at += length;
            }
            Err((offset, what)) => {
                let error = FrameError { message: messages.len(), at: at + offset, what };
                return (messages, Some(error));
            }
        }
    }
    (messages, None)
}

/// The message at the start of these bytes and its length.
pub(super) fn message(bytes: &[u8]) -> Result<(Message, usize), (usize, String)> {
    let number =
        |at: usize| -> Option<u32> { bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes) };
    let cut = |due: usize| {
        (bytes.len(), format!("the stream is cut: {due} bytes are due, {} are there", bytes.len()))
    };
    let (Some(total), Some(headers), Some(sum)) = (number(0), number(4), number(8)) else {
        return Err(cut(PRELUDE));
    };
    same_sum("the prelude", 8, sum, &bytes[..8])?;
    let (total, headers) = (total as usize, headers as usize);
    if headers > MOST_HEADERS || total > LEAST + headers + MOST_PAYLOAD {
        return Err((
            0,
            format!("a message of {total} bytes with {headers} bytes of headers, beyond the limits"),
        ));
    }
    if total < LEAST + headers {
        return Err((0, format!("a message of {total} bytes cannot hold {headers} bytes of headers")));
    }
    let end = total - 4;
    let (Some(sum), Some(body)) = (number(end), bytes.get(..end)) else { return Err(cut(total)) };
    same_sum("the message", end, sum, body)?;
    let payload = PRELUDE + headers;
    let headers = header::read(&body[PRELUDE..payload]).map_err(|(at, what)| (PRELUDE + at, what))?;
    Ok((Message { headers, payload: body[payload..].to_vec() }, total))
}

fn same_sum(what: &str, at: usize, written: u32, bytes: &[u8]) -> Result<(), (usize, String)> {
    let true_sum = crc32(bytes);
    if written == true_sum {
        return Ok(());
    }
    Err((at, format!("the checksum of {what} is {written:08x}, its bytes make {true_sum:08x}")))
}
