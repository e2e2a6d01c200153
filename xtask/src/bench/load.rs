//! Load: a few connections, each of which sends one request over and over and reads the whole answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use shapetape::ground::clock::Stopwatch;
use shapetape::ground::exchange::Request;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Connections at once.
const CONNECTIONS: usize = 4;
/// How long one measurement takes.
const TIME: Duration = Duration::from_secs(3);

/// Answers a second to a request.
pub(super) async fn rate(address: SocketAddr, request: &Request) -> Result<f64> {
    let bytes: Arc<[u8]> = wire(request).into();
    let watch = Stopwatch::start();
    let tasks: Vec<_> =
        (0..CONNECTIONS).map(|_| tokio::spawn(connection(address, Arc::clone(&bytes), watch))).collect();
    let mut count = 0;
    for task in tasks {
        count += task.await??;
    }
    Ok(f64::from(count) / watch.elapsed().as_secs_f64())
}

async fn connection(address: SocketAddr, request: Arc<[u8]>, watch: Stopwatch) -> Result<u32> {
    let mut socket = TcpStream::connect(address).await?;
    socket.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(1 << 16);
    let mut count = 0;
    while watch.elapsed() < TIME {
        socket.write_all(&request).await?;
        answer(&mut socket, &mut buffer).await?;
        count += 1;
    }
    Ok(count)
}

/// Reads one answer with a length; anything but a success ends the measurement.
async fn answer(socket: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<()> {
    buffer.clear();
    loop {
        ensure!(socket.read_buf(buffer).await? > 0, "the connection ended");
        let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&buffer[..end])?.to_ascii_lowercase();
        if !head.starts_with("http/1.1 200") {
            bail!("not a success: {}", String::from_utf8_lossy(buffer));
        }
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.context("an answer without a length")?.trim().parse()?;
        while buffer.len() < end + 4 + length {
            ensure!(socket.read_buf(buffer).await? > 0, "the connection ended");
        }
        return Ok(());
    }
}

fn wire(request: &Request) -> Vec<u8> {
    let mut out = format!("{} {} HTTP/1.1\r\n", request.method, request.target).into_bytes();
    for (name, value) in request.headers.iter() {
        out.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(&request.body);
    out
}
