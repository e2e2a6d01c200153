//! A connection's socket with the bytes read ahead of the request at hand, and the face of it hyper sees.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A stream that can be broken off as well as closed.
pub trait Transport: AsyncRead + AsyncWrite + Unpin + Send {
    /// Makes the coming drop break the connection (RST) instead of closing it (FIN).
    fn break_on_drop(&self);
}

impl Transport for TcpStream {
    fn break_on_drop(&self) {
        // Fails only where the peer is gone already, and then there is nothing to break.
        let _ = self.set_zero_linger();
    }
}

/// The socket and what was read from it beyond the requests answered so far.
pub(super) struct Wire<T> {
    pub(super) socket: T,
    ahead: Bytes,
}

impl<T: Transport> Wire<T> {
    pub(super) fn new(socket: T) -> Wire<T> {
        Wire { socket, ahead: Bytes::new() }
    }

    /// Waits for the first bytes of a request; false when the client is gone. Loses nothing if dropped.
    pub(super) async fn begins(&mut self) -> bool {
        if self.ahead.is_empty() {
            let mut buffer = BytesMut::with_capacity(8 << 10);
            if !matches!(self.socket.read_buf(&mut buffer).await, Ok(1..)) {
                return false;
            }
            self.ahead = buffer.freeze();
        }
        true
    }

    /// Puts back what hyper read and did not use.
    pub(super) fn put_back(&mut self, unused: &[u8]) {
        if !unused.is_empty() {
            self.ahead = [unused, &self.ahead].concat().into();
        }
    }
}

/// What hyper sees of a wire: all bytes to read, and a pen that writes `100 Continue` and nothing else.
pub(super) struct Hearing<'a, T> {
    wire: &'a mut Wire<T>,
    interim: &'a AtomicBool,
}

impl<'a, T> Hearing<'a, T> {
    /// What hyper writes gets through only while `interim` is true; refusals of its own are ours to word.
    pub(super) fn new(wire: &'a mut Wire<T>, interim: &'a AtomicBool) -> Hearing<'a, T> {
        Hearing { wire, interim }
    }
}

impl<T: Transport> AsyncRead for Hearing<'_, T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let ahead = &mut self.wire.ahead;
        if ahead.is_empty() {
            return Pin::new(&mut self.wire.socket).poll_read(context, buffer);
        }
        let length = ahead.len().min(buffer.remaining());
        buffer.put_slice(&ahead[..length]);
        ahead.advance(length);
        Poll::Ready(Ok(()))
    }
}

impl<T: Transport> AsyncWrite for Hearing<'_, T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.interim.load(Ordering::Relaxed) {
            Pin::new(&mut self.wire.socket).poll_write(context, bytes)
        } else {
            Poll::Ready(Ok(bytes.len()))
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire.socket).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
