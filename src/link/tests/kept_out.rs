//! Seats that an engine does not let in: what they are told, and whether they may come again.

use std::path::Path;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, UnixListener};

use crate::core::credentials::Secret;
use crate::link::PROTOCOL;
use crate::link::hello::{Hello, WRONG_VERSION, wrong_version};
use crate::link::live::{self, Live, Pass};
use crate::link::reconnect::NoWay;
use crate::link::socket::{self, FromEngine, line};

/// Asks for the feed of something that answers so; how that ends, and what was asked.
async fn asked(answer: String, pass: Pass) -> (NoWay, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/alerts", listener.local_addr().unwrap());
    let answering = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        String::from_utf8(head).unwrap()
    });
    let live = Live { address: address.parse().unwrap(), pass, tls: None, seat: "jump-1 pts/4\n".into() };
    let kept_out = live::stay(live).await.unwrap_err();
    (kept_out, answering.await.unwrap())
}

fn answer(status: &str, error: &str, message: &str) -> String {
    let body = format!(r#"{{"error":"{error}","message":"{message}","request_id":"r"}}"#);
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn said() -> Pass {
    Pass::Said(Secret::new("planted"))
}

#[tokio::test]
async fn whom_an_engine_does_not_want_is_told_why_and_whoever_may_come_again_does() {
    let expired =
        || answer("401 Unauthorized", "token_expired", "The token has expired; `user token NAME` makes another.");
    let (kept_out, head) = asked(expired(), said()).await;
    assert!(head.starts_with("GET /alerts/ws HTTP/1.1\r\n"), "{head}");
    let head = head.to_lowercase();
    for header in ["authorization: bearer planted", "x-seat: jump-1 pts/4?", "sec-websocket-protocol: alert-whisperer."]
    {
        assert!(head.contains(header), "{head}");
    }
    let NoWay::Refused(refusal) = &kept_out else { panic!("{kept_out:?}") };
    assert!(refusal.message.contains("has expired") && !refusal.message.contains("planted"), "{refusal}");

    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("token");
    std::fs::write(&file, "planted").unwrap();
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let (kept_out, _) = asked(expired(), Pass::File(file)).await;
    assert!(
        matches!(&kept_out, NoWay::Away(why) if why.contains("has expired")),
        "another may be in the file: {kept_out:?}"
    );

    let (kept_out, _) = asked(answer("426 Upgrade Required", WRONG_VERSION, "install 9.1.0"), said()).await;
    assert!(matches!(&kept_out, NoWay::Refused(refusal) if refusal.code == WRONG_VERSION), "{kept_out:?}");
    let (kept_out, _) = asked(answer("404 Not Found", "not_found", "no"), said()).await;
    assert!(kept_out.to_string().contains("is no engine of Alert Whisperer"), "{kept_out}");
    let (kept_out, _) = asked(answer("429 Too Many Requests", "too_many_feeds", "close \u{1b}[31mone"), said()).await;
    assert!(matches!(&kept_out, NoWay::Away(_)) && !kept_out.to_string().contains('\u{1b}'), "{kept_out:?}");
    let (kept_out, _) = asked("SSH-2.0-OpenSSH_9.9\r\n".into(), said()).await;
    assert!(!kept_out.to_string().contains("OpenSSH"), "{kept_out}");
    let (kept_out, _) = asked("\u{15}\u{3}\u{3}\0\u{2}\u{2}F".into(), said()).await;
    assert!(kept_out.to_string().contains("https://, not http://"), "a listener for TLS: {kept_out}");
}

/// An engine on `path` that answers a hello so.
fn engine(path: &Path, answer: Vec<u8>) -> tokio::task::JoinHandle<String> {
    let listener = UnixListener::bind(path).unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let (reading, mut writing) = stream.into_split();
        let hello = BufReader::new(reading).lines().next_line().await.unwrap().unwrap();
        writing.write_all(&answer).await.unwrap();
        hello
    })
}

#[tokio::test]
async fn a_seat_of_another_version_is_told_what_to_install_before_anything_else() {
    let dir = tempfile::tempdir().unwrap();
    let newer = Hello { protocol: PROTOCOL + 1, version: "9.1.0".into() };
    let refused = line(&FromEngine::Refused(wrong_version(&newer, Some(&Hello::ours())))).unwrap();
    let greeted = engine(&dir.path().join("a"), refused);
    let kept_out = socket::stay(&dir.path().join("a"), "jump-1").await.unwrap_err();
    assert!(matches!(&kept_out, NoWay::Refused(why) if why.message.contains("install 9.1.0 here")), "{kept_out:?}");
    assert!(greeted.await.unwrap().starts_with(r#"{"to":"hello","protocol":"#));
    // One that says what nobody here has heard of, and one that says nothing.
    let greeted = engine(&dir.path().join("b"), b"{\"bienvenue\":1}\n".to_vec());
    let kept_out = socket::connect(&dir.path().join("b"), false).await.unwrap_err();
    assert!(matches!(&kept_out, NoWay::Refused(why) if why.code == WRONG_VERSION), "{kept_out:?}");
    greeted.await.unwrap();
    let greeted = engine(&dir.path().join("c"), Vec::new());
    assert!(matches!(socket::connect(&dir.path().join("c"), false).await, Err(NoWay::Away(_))));
    greeted.await.unwrap();
    let nobody = socket::connect(&dir.path().join("d"), false).await.unwrap_err();
    assert_eq!(nobody, NoWay::Away("no engine runs on this data folder".into()));
}
