//! The bare copy loop: what comes is acknowledged and handed on, unchecked, in the order in which it comes. No line loses anything
//! here, so that is right; no client could be like it.

use std::time::SystemTime;

use alert_whisperer::aws::session::frame::{Frame, MessageType, PayloadType};
use alert_whisperer::aws::session::payload::acknowledge;
use alert_whisperer::core::session::Kind;
use alert_whisperer::core::time::Moment;
use alert_whisperer::demo::aws::StandIn;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::{WebSocketStream, client_async};
use uuid::Uuid;

use super::place::{self, ACME, EXTERNAL, REGION, WEB};
use super::sides::Side;

pub struct Bare {
    socket: WebSocketStream<TcpStream>,
    next: i64,
}

impl Bare {
    pub async fn open(stand_in: &StandIn) -> Self {
        let account = place::account(stand_in).await;
        let started = account.start_session(&WEB.parse().unwrap(), &Kind::Shell, "bench").await.unwrap();
        let mut socket = dial(&started.url, &credentials(stand_in).await).await;
        let open = serde_json::json!({
            "MessageSchemaVersion": "1.0", "RequestId": Uuid::new_v4().to_string(), "TokenValue": *started.token.0,
            "ClientId": Uuid::new_v4().to_string(), "ClientVersion": "1.2.764.0",
        });
        socket.send(Message::Text(open.to_string().into())).await.unwrap();
        Self { socket, next: 0 }
    }
}

impl Side for Bare {
    async fn types(&mut self, bytes: &[u8]) {
        let frame = Frame {
            kind: MessageType::Input,
            created: now(),
            sequence: self.next,
            flags: 0,
            id: Uuid::new_v4(),
            payload_type: PayloadType::OUTPUT,
            payload: Bytes::copy_from_slice(bytes),
        };
        self.next += 1;
        self.socket.send(Message::Binary(frame.encode())).await.unwrap();
    }

    async fn output(&mut self) -> Bytes {
        loop {
            let Message::Binary(message) = self.socket.next().await.unwrap().unwrap() else { continue };
            if message[4..].starts_with(b"output_stream_data") {
                let number = |at: usize| u64::from_be_bytes(message[at..at + 8].try_into().unwrap());
                let id = Uuid::from_u64_pair(number(72), number(64));
                let said = acknowledge(MessageType::Output, id, number(48) as i64, Uuid::new_v4(), now());
                self.socket.send(Message::Binary(said.encode())).await.unwrap();
                return message.slice(120..);
            }
        }
    }
}

fn now() -> Moment {
    Moment(place::seconds() * 1_000)
}

async fn credentials(stand_in: &StandIn) -> Credentials {
    let key = stand_in.base();
    let config = aws_sdk_sts::Config::builder()
        .behavior_version_latest()
        .region(aws_sdk_sts::config::Region::new(REGION))
        .endpoint_url(stand_in.url())
        .credentials_provider(Credentials::new(&key.access_key, key.secret.expose(), None, None, "bench"));
    let assumed = aws_sdk_sts::Client::from_conf(config.build())
        .assume_role()
        .role_arn(format!("arn:aws:iam::{ACME}:role/AlertWhisperer"))
        .role_session_name("bench")
        .external_id(EXTERNAL)
        .send()
        .await
        .unwrap();
    let given = assumed.credentials().unwrap();
    let token = Some(given.session_token().to_owned());
    Credentials::new(given.access_key_id(), given.secret_access_key(), token, None, "bench")
}

async fn dial(url: &str, credentials: &Credentials) -> WebSocketStream<TcpStream> {
    let identity = credentials.clone().into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(REGION)
        .name("ssmmessages")
        .time(SystemTime::now())
        .settings(SigningSettings::default());
    let parameters = parameters.build().unwrap().into();
    let address = url.strip_prefix("ws://").unwrap().split('/').next().unwrap();
    let unsigned = SignableRequest::new("GET", url, std::iter::empty(), SignableBody::Bytes(b"")).unwrap();
    let (instructions, _) = sign(unsigned, &parameters).unwrap().into_parts();
    let mut request = hyper::Request::get(url)
        .header("host", address)
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", generate_key())
        .body(())
        .unwrap();
    instructions.apply_to_request_http1x(&mut request);
    let stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    client_async(request, stream).await.unwrap().0
}
