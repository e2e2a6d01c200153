//! The listener, spoken to over raw sockets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use shapetape::ground::exchange::{Answer, Framing, Handler, Headers, Pending, Request, Response, WireStep};
use shapetape::wire::serve::{ServeError, Server, ServerHandle, ServerOptions, SessionError, Sessions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Answers by the path, and echoes what it got.
struct Echo;

impl Handler for Echo {
    fn handle<'a>(&'a self, request: Request) -> Pending<'a, Answer> {
        Box::pin(async move {
            match request.path() {
                "/steps" => Answer::Raw(vec![
                    WireStep::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab".to_vec()),
                    WireStep::Pause(30),
                    WireStep::Bytes(b"cd".to_vec()),
                ]),
                "/garbage" => {
                    Answer::Raw(vec![WireStep::Bytes(b"\x00\xFFnot http".to_vec()), WireStep::Close])
                }
                "/reset" => {
                    Answer::Raw(vec![WireStep::Bytes(b"HTTP/1.1 200 OK\r\n".to_vec()), WireStep::Reset])
                }
                "/reset-at-once" => Answer::Raw(vec![WireStep::Reset]),
                "/chunked" => framed(Framing::Chunked),
                "/close" => framed(Framing::Close),
                "/cut" => framed(Framing::Cut(9)),
                "/head" => Response { framing: Framing::HeadOnly(1234), ..Response::new(200, "") }.into(),
                "/unchanged" => {
                    Response { framing: Framing::HeadOnly(1234), ..Response::new(304, "") }.into()
                }
                "/checksum" => Response::new(
                    200,
                    request
                        .headers
                        .iter()
                        .map(|(name, value)| format!("{name}={value};"))
                        .collect::<String>(),
                )
                .into(),
                "/stuck" => Answer::Raw(vec![
                    WireStep::Bytes(b"HTTP/1.1 200 OK\r\n".to_vec()),
                    WireStep::Pause(60_000),
                ]),
                "/large" => Response::new(200, vec![b'x'; 64 << 20]).into(),
                "/panic" => panic!("a handler's own fault"),
                "/fields" => Response::new(200, "")
                    .with("x-AMZN-RequestId", "1")
                    .with("content-length", "7")
                    .with("X-Twice", "a")
                    .with("x-between", "\u{e9}")
                    .with("X-Twice", "b")
                    .into(),
                _ => Response::new(200, echo(&request)).into(),
            }
        })
    }
}

fn framed(framing: Framing) -> Answer {
    Response { status: 200, headers: Headers::new(), body: b"hello".to_vec(), framing }.into()
}

fn echo(request: &Request) -> String {
    let body = String::from_utf8_lossy(&request.body);
    format!("{} {} prefix={} body={body}", request.method, request.target, request.prefix)
}

async fn server(options: ServerOptions) -> ServerHandle {
    Server::bind(options).await.unwrap().run(Arc::new(Echo))
}

/// All that comes back for these bytes until the server closes, and how the connection ended.
async fn say(address: SocketAddr, bytes: &[u8]) -> (String, Option<std::io::ErrorKind>) {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(bytes).await.unwrap();
    listen(&mut socket).await
}

async fn listen(socket: &mut TcpStream) -> (String, Option<std::io::ErrorKind>) {
    let mut seen = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(20), socket.read_to_end(&mut seen)).await;
    (Headers::text(&seen), ended.expect("the server ends the connection").err().map(|error| error.kind()))
}

/// Reads exactly the bytes that are expected next.
async fn expect(socket: &mut TcpStream, text: &str) {
    let mut seen = vec![0; text.len()];
    socket.read_exact(&mut seen).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&seen), text);
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn requests_of_one_connection_are_answered_in_order() {
    let server = server(ServerOptions::default()).await;
    let mut socket = TcpStream::connect(server.local_addr()).await.unwrap();
    for turn in 0..3 {
        socket
            .write_all(format!("GET /{turn}?q=%20 HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes())
            .await
            .unwrap();
        expect(&mut socket, &ok(&format!("GET /{turn}?q=%20 prefix=0 body="))).await;
    }
    let pipelined = "POST /steps HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc\
                     GET /b HTTP/1.1\r\nHost: localhost\r\n\r\n\
                     HEAD /c HTTP/1.1\r\nHost: localhost\r\n\r\n\
                     POST http://127.0.0.1/d HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\
                     Connection: close\r\n\r\n2;x=y\r\nhi\r\n1\r\n!\r\n0\r\nTrailer: t\r\n\r\n";
    socket.write_all(pipelined.as_bytes()).await.unwrap();
    let (seen, error) = listen(&mut socket).await;
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n";
    let expected = [&*ok("abcd"), &ok("GET /b prefix=0 body="), head, &ok("POST /d prefix=0 body=hi!")];
    assert_eq!((seen, error), (expected.concat(), None));
}

#[tokio::test]
async fn each_answer_reaches_the_socket_as_it_is_written() {
    let server = server(ServerOptions::default()).await;
    let address = server.local_addr();
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let reset = Some(std::io::ErrorKind::ConnectionReset);
    let hello = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    let fields = "HTTP/1.1 200 OK\r\nx-AMZN-RequestId: 1\r\ncontent-length: 0\r\nX-Twice: a\r\n\
                  x-between: \u{e9}\r\nX-Twice: b\r\n\r\n";
    for (path, expected, error) in [
        ("/fields", fields, None),
        ("/chunked", hello, None),
        ("/close", "HTTP/1.1 200 OK\r\n\r\nhello", None),
        ("/cut", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", None),
        ("/garbage", "\0\u{ff}not http", None),
        ("/reset", "HTTP/1.1 200 OK\r\n", reset),
        ("/reset-at-once", "", reset),
        ("/panic", "", None),
    ] {
        let (seen, ended) = say(address, get(path).as_bytes()).await;
        assert_eq!((seen.as_str(), ended), (expected, error), "{path}");
    }
    let old = say(address, b"GET /chunked HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").await;
    assert_eq!(old, ("HTTP/1.1 200 OK\r\n\r\nhello".to_owned(), None));
}

#[tokio::test]
async fn a_body_is_asked_for_with_100_continue() {
    let server = server(ServerOptions { max_body: 10, ..ServerOptions::default() }).await;
    let mut socket = TcpStream::connect(server.local_addr()).await.unwrap();
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: ";
    socket.write_all(format!("{head}2\r\n\r\n").as_bytes()).await.unwrap();
    expect(&mut socket, "HTTP/1.1 100 Continue\r\n\r\n").await;
    socket.write_all(b"hi").await.unwrap();
    expect(&mut socket, &ok("POST / prefix=0 body=hi")).await;
    // Once for a body in chunks too, and not at all for HTTP/1.0, which does not know it.
    let chunked =
        "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n";
    socket.write_all(chunked.as_bytes()).await.unwrap();
    expect(&mut socket, "HTTP/1.1 100 Continue\r\n\r\n").await;
    for chunk in ["1\r\nh\r\n", "1\r\ni\r\n0\r\n\r\n"] {
        socket.write_all(chunk.as_bytes()).await.unwrap();
    }
    expect(&mut socket, &ok("POST / prefix=0 body=hi")).await;
    let old = b"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi";
    assert!(say(server.local_addr(), old).await.0.starts_with("HTTP/1.1 200 "));
    // Too long a body is refused without asking for it.
    socket.write_all(format!("{head}11\r\n\r\n").as_bytes()).await.unwrap();
    assert!(listen(&mut socket).await.0.starts_with("HTTP/1.1 413 "));
}

#[tokio::test]
async fn an_answer_to_head_tells_the_length_of_a_body_that_does_not_follow() {
    let server = server(ServerOptions::default()).await;
    let of = |method: &str, path: &str| {
        format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    };
    for (method, path, expected) in [
        ("HEAD", "/head", "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n"),
        ("GET", "/unchanged", "HTTP/1.1 304 Not Modified\r\nContent-Length: 1234\r\n\r\n"),
        // A client that asked for the body is not made to wait for it.
        ("GET", "/head", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    ] {
        let (seen, _) = say(server.local_addr(), of(method, path).as_bytes()).await;
        assert_eq!(seen, expected, "{method} {path}");
    }
}

#[tokio::test]
async fn a_checksum_that_follows_its_body_is_a_field_and_other_trailers_are_not() {
    let server = server(ServerOptions::default()).await;
    let request = "PUT /checksum HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n\
                   2\r\nhi\r\n0\r\nX-Amz-Checksum-Crc32: AAAA\r\nAuthorization: late\r\n\r\n";
    let (seen, _) = say(server.local_addr(), request.as_bytes()).await;
    assert!(seen.contains("x-amz-checksum-crc32=AAAA;") && !seen.contains("late"), "{seen}");
}

#[tokio::test]
async fn http_2_is_told_in_its_own_frames_that_it_is_not_spoken() {
    let server = server(ServerOptions::default()).await;
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    for rest in [&[][..], &settings] {
        let preface = [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], rest].concat();
        let (seen, error) = say(server.local_addr(), &preface).await;
        let seen = Headers::octets(&seen);
        let (first, goaway) = seen.split_at(9);
        assert_eq!((first, error), (&settings[..], None));
        // Length, type and flags, stream 0; then the last stream, HTTP_1_1_REQUIRED, and the text.
        let length = goaway.len() - 9;
        assert_eq!(goaway[..9], [0, 0, u8::try_from(length).unwrap(), 7, 0, 0, 0, 0, 0]);
        assert_eq!(goaway[9..17], [0, 0, 0, 0, 0, 0, 0, 0xd]);
        let text = String::from_utf8_lossy(&goaway[17..]);
        assert!(text.starts_with("shapetape: this endpoint speaks HTTP/1.1 only."), "{text}");
    }
}

#[tokio::test]
async fn bad_requests_get_a_reason_and_the_end_of_the_connection() {
    let server = server(ServerOptions {
        max_body: 1000,
        patience: Duration::from_secs(1),
        ..ServerOptions::default()
    })
    .await;
    let address = server.local_addr();
    let host = "Host: localhost\r\n";
    let wide = format!("GET / HTTP/1.1\r\n{host}X-Wide: {}\r\n\r\n", "w".repeat(70_000));
    let many = format!("GET / HTTP/1.1\r\n{host}{}\r\n", "X-Many: 1\r\n".repeat(600));
    let long = format!("GET /{} HTTP/1.1\r\n{host}\r\n", "l".repeat(65_535));
    let chunks = format!("{:x}\r\n{}\r\n", 600, "c".repeat(600)).repeat(2);
    let cases: &[(&str, String, &str)] = &[
        ("garbage", "\u{1}\u{2}\r\n\r\n".to_owned(), "400 "),
        ("TLS", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}".to_owned(), "400 "),
        ("bad field", format!("GET / HTTP/1.1\r\n{host}no colon\r\n\r\n"), "400 "),
        ("bad length", format!("POST / HTTP/1.1\r\n{host}Content-Length: ten\r\n\r\n"), "400 "),
        (
            "two lengths",
            format!("POST / HTTP/1.1\r\n{host}Content-Length: 1\r\nContent-Length: 2\r\n\r\n"),
            "400 ",
        ),
        ("bad chunk", format!("POST / HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\nxyz\r\n"), "400 "),
        ("no host", "GET / HTTP/1.1\r\n\r\n".to_owned(), "400 "),
        ("two hosts", format!("GET / HTTP/1.1\r\n{host}{host}\r\n"), "400 "),
        ("stalled head", "GET / HTTP/1.1\r\nHo".to_owned(), "408 "),
        ("stalled body", format!("POST / HTTP/1.1\r\n{host}Content-Length: 9\r\n\r\nabc"), "408 "),
        (
            "long chunked",
            format!("POST / HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n"),
            "413 ",
        ),
        (
            "long body",
            format!("POST / HTTP/1.1\r\n{host}Content-Length: 1001\r\n\r\n{}", "b".repeat(1001)),
            "413 ",
        ),
        ("foreign host", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n".to_owned(), "421 "),
        ("foreign target", format!("GET http://evil.example/ HTTP/1.1\r\n{host}\r\n"), "421 "),
        ("wide field", wide, "431 "),
        ("many fields", many, "431 "),
        ("long target", long, "431 "),
        ("tunnel", format!("CONNECT api.example:443 HTTP/1.1\r\n{host}\r\n"), "501 "),
    ];
    for (name, request, status) in cases {
        let (seen, error) = say(address, &Headers::octets(request)).await;
        assert!(seen.starts_with(&format!("HTTP/1.1 {status}")), "{name}: {seen}");
        assert!(seen.contains("\r\n\r\nshapetape: ") && !seen.contains("Date:"), "{name}: {seen}");
        assert_eq!(error, None, "{name}");
    }
}

#[tokio::test]
async fn a_server_that_leaves_hosts_to_others_serves_any_none_and_two() {
    let server = server(ServerOptions { any_host: true, ..ServerOptions::default() }).await;
    for hosts in ["", "Host: evil.example\r\n", "Host: localhost\r\nHost: localhost\r\n"] {
        let request = format!("GET /a HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
        let (answer, _) = say(server.local_addr(), request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{hosts:?}: {answer}");
    }
}

#[tokio::test]
async fn a_body_cut_by_the_client_is_refused_and_the_next_connection_served() {
    let server = server(ServerOptions::default()).await;
    let mut socket = TcpStream::connect(server.local_addr()).await.unwrap();
    socket.write_all(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc").await.unwrap();
    socket.shutdown().await.unwrap();
    assert!(listen(&mut socket).await.0.starts_with("HTTP/1.1 400 "));
    // A client that only closed its sending side still gets its answer.
    let mut socket = TcpStream::connect(server.local_addr()).await.unwrap();
    socket.write_all(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc").await.unwrap();
    socket.shutdown().await.unwrap();
    assert_eq!(listen(&mut socket).await.0, ok("POST / prefix=0 body=abc"));
}

#[tokio::test]
async fn connections_over_the_limit_are_turned_away() {
    let server = server(ServerOptions { max_connections: 2, ..ServerOptions::default() }).await;
    let mut kept = Vec::new();
    for _ in 0..2 {
        let mut socket = TcpStream::connect(server.local_addr()).await.unwrap();
        socket.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
        expect(&mut socket, &ok("GET / prefix=0 body=")).await;
        kept.push(socket);
    }
    let mut third = TcpStream::connect(server.local_addr()).await.unwrap();
    assert!(listen(&mut third).await.0.starts_with("HTTP/1.1 503 "));
    kept[0].write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    expect(&mut kept[0], &ok("GET / prefix=0 body=")).await;
}

#[tokio::test]
async fn stopping_ends_idle_connections_and_lets_answers_finish() {
    let server = server(ServerOptions::default()).await;
    let address = server.local_addr();
    let mut idle = TcpStream::connect(address).await.unwrap();
    let mut busy = TcpStream::connect(address).await.unwrap();
    busy.write_all(b"GET /steps HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    expect(&mut busy, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab").await;
    let taken =
        Server::bind(ServerOptions { listen: address, ..ServerOptions::default() }).await.unwrap_err();
    assert!(matches!(taken, ServeError::Taken { .. }), "{taken}");
    server.stop().await;
    assert_eq!(listen(&mut busy).await, ("cd".to_owned(), None));
    assert_eq!(listen(&mut idle).await.0, "");
    assert!(TcpStream::connect(address).await.is_err());
    // The port is free for the next one.
    let next = Server::bind(ServerOptions { listen: address, ..ServerOptions::default() }).await.unwrap();
    assert_eq!(next.endpoint(), format!("http://{address}"));
}

#[tokio::test]
async fn a_client_that_takes_nothing_in_is_given_up() {
    let patience = Duration::from_millis(200);
    let server = server(ServerOptions { patience, max_connections: 1, ..ServerOptions::default() }).await;
    let mut socket = TcpStream::connect(server.local_addr()).await.unwrap();
    socket.write_all(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    expect(&mut socket, "HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n").await;
    // The one place is taken until then.
    let request = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let served = async { while !say(server.local_addr(), request).await.0.starts_with("HTTP/1.1 200 ") {} };
    tokio::time::timeout(Duration::from_secs(20), served).await.expect("the place is given back");
    assert!(listen(&mut socket).await.0.len() < 64 << 20);
}

#[tokio::test]
async fn dropping_the_handle_breaks_all_connections() {
    let server = server(ServerOptions::default()).await;
    let address = server.local_addr();
    let mut busy = TcpStream::connect(address).await.unwrap();
    busy.write_all(b"GET /stuck HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    expect(&mut busy, "HTTP/1.1 200 OK\r\n").await;
    drop(server);
    assert_eq!(listen(&mut busy).await.0, "");
    assert!(TcpStream::connect(address).await.is_err());
}

/// Tells its name and what it saw.
struct Named(&'static str);

impl Handler for Named {
    fn handle<'a>(&'a self, request: Request) -> Pending<'a, Answer> {
        Box::pin(async move {
            let body = format!("{} {} {}", self.0, request.session_prefix(), request.resource());
            Response::new(200, body).into()
        })
    }
}

async fn ask(address: SocketAddr, path: &str, key: &str) -> String {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/x/aws4_request, Signature=0\r\n\r\n"
    );
    let (seen, _) = say(address, request.as_bytes()).await;
    seen.split_once("\r\n\r\n").unwrap_or_default().1.to_owned()
}

#[tokio::test]
async fn a_request_finds_its_session_by_prefix_then_key_then_default() {
    let sessions = Arc::new(Sessions::new(|request| {
        Response::new(404, format!("no session for {}", request.target)).into()
    }));
    let server = Server::bind(ServerOptions::default()).await.unwrap().run(sessions.clone());
    let address = server.local_addr();
    assert_eq!(ask(address, "/s1/", "A").await, "no session for /s1/");
    sessions.open("s1", Arc::new(Named("one"))).unwrap();
    sessions.open("s11", Arc::new(Named("eleven"))).unwrap();
    sessions.give_key("KEY11", "s11").unwrap();
    for (path, key, answer) in [
        ("/s1", "A", "one /s1 "),
        ("/s1/a/b?c=d", "KEY11", "one /s1 /a/b?c=d"),
        ("/s1?c=d", "A", "one /s1 ?c=d"),
        ("/s11/", "A", "eleven /s11 /"),
        ("/s111/", "A", "no session for /s111/"),
        ("/s111/", "KEY11", "eleven  /s111/"),
        ("/?X-Amz-Credential=KEY11%2F20260101", "", "no session for /?X-Amz-Credential=KEY11%2F20260101"),
    ] {
        assert_eq!(ask(address, path, key).await, answer, "{path} {key}");
    }
    assert_eq!(sessions.open("s1", Arc::new(Named("two"))), Err(SessionError::NameTaken("s1".to_owned())));
    assert_eq!(sessions.open("a/b", Arc::new(Named("two"))), Err(SessionError::BadName("a/b".to_owned())));
    assert_eq!(sessions.give_key("K", "s2"), Err(SessionError::Unknown("s2".to_owned())));
    assert!(sessions.give_key("KEY11", "s1").is_err());
    sessions.set_default(Arc::new(Named("default")));
    sessions.close("s11").unwrap();
    assert_eq!(ask(address, "/", "KEY11").await, "default  /");
    assert_eq!(sessions.names(), ["s1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_sessions_on_one_port_do_not_disturb_each_other() {
    let sessions = Arc::new(Sessions::new(|_| Response::new(404, "none").into()));
    let server = Server::bind(ServerOptions::default()).await.unwrap().run(sessions.clone());
    let address = server.local_addr();
    let asked: Vec<_> = (0..20)
        .map(|number| {
            let sessions = sessions.clone();
            tokio::spawn(async move {
                let (name, own): (String, &'static str) =
                    (format!("s{number}"), Box::leak(number.to_string().into()));
                for turn in 0..10 {
                    sessions.open(&name, Arc::new(Named(own))).unwrap();
                    let answer = ask(address, &format!("/{name}/{turn}"), "A").await;
                    assert_eq!(answer, format!("{number} /{name} /{turn}"));
                    sessions.close(&name).unwrap();
                }
            })
        })
        .collect();
    for task in asked {
        task.await.unwrap();
    }
}
