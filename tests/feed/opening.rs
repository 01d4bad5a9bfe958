//! Who is let in, and what the others are told.

use alert_whisperer::core::role::Role;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::rig::House;

const HANDSHAKE: &str = "Host: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n\
                         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// The head of the answer to a request, and the beginning of what follows.
async fn answer(house: &House, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(house.address).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\n{headers}\r\n").as_bytes()).await.unwrap();
    let mut read = Vec::new();
    while !String::from_utf8_lossy(&read).contains("\r\n\r\n") {
        let mut some = [0; 4_096];
        let n = stream.read(&mut some).await.unwrap();
        assert!(n > 0, "{}", String::from_utf8_lossy(&read));
        read.extend_from_slice(&some[..n]);
    }
    // A body comes with its head or right after it.
    let mut some = [0; 4_096];
    if String::from_utf8_lossy(&read).ends_with("\r\n\r\n") && !read.starts_with(b"HTTP/1.1 101") {
        let n = stream.read(&mut some).await.unwrap();
        read.extend_from_slice(&some[..n]);
    }
    String::from_utf8_lossy(&read).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_websocket_with_a_good_token_of_this_version_is_let_in() {
    let house = House::of(&["acme"]).await;
    let token = house.person("sam", Role::Viewer, &["acme"]).await;
    let with = |token: &str| format!("/ws?token={token}");
    let good = answer(&house, &with(&token), HANDSHAKE).await;
    assert!(good.starts_with("HTTP/1.1 101 "), "{good}");
    assert!(good.contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "the RFC's own example: {good}");
    assert!(!good.contains("sec-websocket-protocol"), "{good}");
    let bearer = format!("{HANDSHAKE}Authorization: Bearer {token}\r\n");
    assert!(answer(&house, "/ws", &bearer).await.starts_with("HTTP/1.1 101 "));

    let old = "Sec-WebSocket-Protocol: alert-whisperer.0.deflate\r\n";
    let both = "Sec-WebSocket-Protocol: graphql-ws, alert-whisperer.0.deflate, alert-whisperer.1.deflate\r\n";
    let both = answer(&house, &with(&token), &format!("{HANDSHAKE}{both}")).await;
    assert!(both.contains("sec-websocket-protocol: alert-whisperer.1.deflate"), "{both}");
    let cases = [
        // Which version speaks comes before who it is.
        ("/ws".to_owned(), format!("{HANDSHAKE}{old}"), 426, "wrong_version"),
        ("/ws".to_owned(), HANDSHAKE.to_owned(), 401, "token_missing"),
        (with("x.y.z"), HANDSHAKE.to_owned(), 401, "token_refused"),
        (with("x.y.z"), bearer.clone(), 401, "api_keys_differ"),
        (with(&token), "Host: x\r\n".to_owned(), 426, "websocket_required"),
        (with(&token), HANDSHAKE.replace("13", "8"), 426, "websocket_required"),
        (with(&token), HANDSHAKE.replace("ZQ==", ""), 426, "websocket_required"),
        (with(&token), format!("{HANDSHAKE}Content-Length: 5\r\n"), 426, "websocket_required"),
        (format!("{}&since=yesterday", with(&token)), HANDSHAKE.to_owned(), 400, "bad_since"),
    ];
    for (path, headers, status, code) in cases {
        let said = answer(&house, &path, &headers).await;
        assert!(said.starts_with(&format!("HTTP/1.1 {status} ")) && said.contains(code), "{code}: {said}");
        assert!(!said.contains(&token) && !said.contains("x.y.z"), "{said}");
        if code == "wrong_version" {
            assert!(said.contains(&format!("alert-whisperer {}; install", env!("CARGO_PKG_VERSION"))), "{said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenants_feeds_are_counted_and_who_guesses_has_to_wait() {
    let house = House::of(&["acme", "bolt"]).await;
    let token = house.person("sam", Role::Viewer, &["acme"]).await;
    let mut open = Vec::new();
    for _ in 0..100 {
        open.push(house.open(&token, "").await);
    }
    let full = answer(&house, &format!("/ws?token={token}"), HANDSHAKE).await;
    assert!(full.starts_with("HTTP/1.1 429 ") && full.contains("too_many_feeds"), "{full}");
    let other = house.person("ines", Role::Viewer, &["bolt"]).await;
    drop(house.open(&other, "").await);

    let mut last = String::new();
    for _ in 0..50 {
        last = answer(&house, "/ws?token=x.y.z", HANDSHAKE).await;
    }
    assert!(last.starts_with("HTTP/1.1 429 ") && last.contains("retry-after"), "{last}");
}
