//! The pipes of a driver's process: lines of bounded length, and the tail of what it says besides.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};

/// What came of waiting for a line.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::clients) enum PipeLine {
    /// A line without its line feed.
    Whole(Vec<u8>),
    /// More bytes than a line may have.
    TooLong,
    /// The pipe ended; what stood after the last line feed is dropped.
    End,
}

/// Reads lines and holds no more than one of them.
pub(super) struct Lines<R> {
    pipe: BufReader<R>,
    most: usize,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(super) fn new(pipe: R, most: usize) -> Lines<R> {
        Lines { pipe: BufReader::with_capacity(64 * 1024, pipe), most }
    }

    pub(super) async fn next(&mut self) -> PipeLine {
        let mut line = Vec::new();
        let limit = u64::try_from(self.most).unwrap_or(u64::MAX).saturating_add(1);
        match (&mut self.pipe).take(limit).read_until(b'\n', &mut line).await {
            Ok(_) if line.last() == Some(&b'\n') => {
                line.pop();
                PipeLine::Whole(line)
            }
            Ok(length) if length > self.most => PipeLine::TooLong,
            _ => PipeLine::End,
        }
    }
}

/// The last bytes of a stream that may be endless.
#[derive(Clone)]
pub(super) struct Tail {
    bytes: Arc<Mutex<VecDeque<u8>>>,
    most: usize,
}

impl Tail {
    pub(super) fn new(most: usize) -> Tail {
        Tail { bytes: Arc::default(), most }
    }

    /// Reads the stream to its end, so that its writer never blocks.
    pub(super) async fn drain(self, mut pipe: impl AsyncRead + Unpin) {
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(length @ 1..) = pipe.read(&mut buffer).await {
            self.push(&buffer[..length]);
        }
    }

    fn push(&self, new: &[u8]) {
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        bytes.extend(&new[new.len().saturating_sub(self.most)..]);
        let excess = bytes.len().saturating_sub(self.most);
        bytes.drain(..excess);
    }

    pub(super) fn text(&self) -> String {
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(bytes.make_contiguous()).trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_are_whole_or_refused() {
        let mut lines = Lines::new(&b"one\n\n12345\n123456\nrest"[..], 5);
        for expected in [
            PipeLine::Whole(b"one".to_vec()),
            PipeLine::Whole(Vec::new()),
            PipeLine::Whole(b"12345".to_vec()),
            PipeLine::TooLong,
        ] {
            assert_eq!(lines.next().await, expected);
        }
        let mut lines = Lines::new(&b"cut"[..], 5);
        assert_eq!(lines.next().await, PipeLine::End);
    }

    #[tokio::test]
    async fn a_flood_leaves_its_tail() {
        let tail = Tail::new(8);
        let flood: Vec<u8> = (0..100_000u32).flat_map(|number| format!("{number}\n").into_bytes()).collect();
        tail.clone().drain(&flood[..]).await;
        assert_eq!(tail.text(), "8\n99999");
    }
}
