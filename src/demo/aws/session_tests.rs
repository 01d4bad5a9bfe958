//! Sessions as AWS' own clients see them, and the gateway as one that signs its upgrade does.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sdk_kms::types::DataKeySpec;
use aws_sdk_ssm::operation::start_session::StartSessionOutput;
use aws_sdk_ssm::operation::start_session::builders::StartSessionFluentBuilder;
use aws_sdk_ssm::types::{SessionFilter, SessionFilterKey, SessionState};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::channels::Opened;
use super::faults::{Break, Fault};
use super::tests::*;
use super::world::{Account, Encryption, Fate, KmsKey, Node, World};
use super::*;
use crate::aws::session::frame::{Frame, MessageType};

type Socket = WebSocketStream<TcpStream>;

fn begin(ssm: &aws_sdk_ssm::Client) -> StartSessionFluentBuilder {
    ssm.start_session().target(WEB).reason("why not")
}

async fn begun(ssm: &aws_sdk_ssm::Client) -> StartSessionOutput {
    begin(ssm).send().await.map_err(said).unwrap()
}

/// Asks for the upgrade of a channel, signed as whoever has the credentials would.
async fn dial(url: &str, credentials: &Credentials) -> Result<Socket, Error> {
    let identity = credentials.clone().into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
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
    client_async(request, stream).await.map(|(socket, _)| socket)
}

fn opening(token: &str, client: &str, request: &str) -> Message {
    let open = serde_json::json!({
        "MessageSchemaVersion": "1.0", "RequestId": request, "TokenValue": token, "ClientId": client,
        "ClientVersion": "1.2.764.0",
    });
    Message::Text(open.to_string().into())
}

/// The next frame of the gateway's own.
async fn notice(socket: &mut Socket) -> Option<(MessageType, Bytes)> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Binary(bytes))) => {
                let frame = Frame::decode(&bytes).unwrap();
                if frame.kind != MessageType::Output && frame.kind != MessageType::Acknowledge {
                    return Some((frame.kind, frame.payload));
                }
            }
            Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
            Some(Ok(_)) => {}
        }
    }
}

/// A client of a session that acme began, let in.
async fn open(stand_in: &StandIn) -> (aws_sdk_ssm::Client, StartSessionOutput, Credentials, Socket) {
    let credentials = assume(stand_in, ACME, "acme-1").await.unwrap();
    let ssm = ssm_as(stand_in, credentials.clone());
    let started = begun(&ssm).await;
    let mut socket = dial(started.stream_url().unwrap(), &credentials).await.unwrap();
    socket.send(opening(started.token_value().unwrap(), "c", "1")).await.unwrap();
    assert_eq!(notice(&mut socket).await.unwrap().0, MessageType::StartPublication);
    (ssm, started, credentials, socket)
}

#[tokio::test]
async fn a_session_is_begun_listed_and_ended() {
    let stand_in = start().await;
    let ssm = acme(&stand_in).await;
    let started = begun(&ssm).await;
    let id = started.session_id().unwrap();
    assert!(id.starts_with("aw-kim-inc-1-0"), "{id}");
    let list = async |state: SessionState| {
        let active = ssm.describe_sessions().state(state).send().await.map_err(said).unwrap();
        active.sessions().to_vec()
    };
    let active = list(SessionState::Active).await;
    assert_eq!((active.len(), active[0].session_id(), active[0].target()), (1, Some(id), Some(WEB)));
    assert_eq!(active[0].reason(), Some("why not"));
    let theirs = other(&stand_in).await;
    assert!(theirs.describe_sessions().state(SessionState::Active).send().await.unwrap().sessions().is_empty());
    let refused = said(theirs.terminate_session().session_id(id).send().await.unwrap_err());
    assert!(refused.starts_with("DoesNotExistException"), "{refused}");
    ssm.terminate_session().session_id(id).send().await.map_err(said).unwrap();
    ssm.terminate_session().session_id(id).send().await.map_err(said).unwrap();
    assert!(list(SessionState::Active).await.is_empty());
    let history = list(SessionState::History).await;
    assert_eq!(history[0].status().unwrap().as_str(), "Terminated");
    assert!(history[0].end_date().is_some());
    let resumed = ssm.resume_session().session_id(id).send().await.map_err(said).unwrap();
    assert_eq!(resumed.token_value(), None, "there is nothing to come back to");
}

#[tokio::test]
async fn sessions_are_listed_by_what_is_asked_for() {
    let stand_in = start().await;
    let ssm = acme(&stand_in).await;
    for target in [WEB, WEB, PREMISES] {
        begin(&ssm).target(target).send().await.map_err(said).unwrap();
    }
    let filter = SessionFilter::builder().key(SessionFilterKey::TargetId).value(WEB).build().unwrap();
    let found = ssm.describe_sessions().state(SessionState::Active).filters(filter);
    let page = found.clone().max_results(1).send().await.map_err(said).unwrap();
    assert_eq!((page.sessions().len(), page.next_token().is_some()), (1, true));
    assert_eq!(found.send().await.map_err(said).unwrap().sessions().len(), 2);
}

#[tokio::test]
async fn what_aws_would_not_begin_is_refused() {
    let mut world = small_world();
    world.accounts[0].roles[0].denied = vec![
        "ssm:StartSession/AWS-StartNonInteractiveCommand".into(),
        format!("ssm:StartSession/{PREMISES}"),
        "ssm:ResumeSession".into(),
    ];
    let stand_in = StandIn::start(world).await.unwrap();
    let ssm = acme(&stand_in).await;
    let port = || begin(&ssm).document_name("AWS-StartPortForwardingSession");
    let refusals = [
        (begin(&ssm).target(THEIRS), "TargetNotConnected: i-0fedcba9876543210 is not connected."),
        (begin(&ssm).document_name("AWS-StartTelnet"), "InvalidDocument: Document with name AWS-StartTelnet"),
        (begin(&ssm).reason("x".repeat(257)), "ValidationException"),
        (
            begin(&ssm).document_name("AWS-StartNonInteractiveCommand"),
            "AccessDeniedException: User: arn:aws:sts::111122223333",
        ),
        (begin(&ssm).target(PREMISES), "AccessDeniedException: User: arn:aws:sts::111122223333"),
        (port().parameters("portNumber", vec!["0".into()]), "ValidationException"),
        (port().parameters("host", vec!["db".into()]), "ValidationException"),
        (begin(&ssm).document_name("AWS-StartPortForwardingSessionToRemoteHost"), "ValidationException"),
    ];
    for (begin, words) in refusals {
        let refused = said(begin.send().await.unwrap_err());
        assert!(refused.starts_with(words), "{refused}");
    }
    stand_in.faults().fate(WEB, Fate::Offline);
    let refused = said(begin(&ssm).send().await.unwrap_err());
    assert!(refused.starts_with("TargetNotConnected"), "{refused}");
    assert!(stand_in.sessions().is_empty());
    stand_in.faults().fate(WEB, Fate::Runs);
    stand_in.faults().next("StartSession", Fault::DroppedAfter);
    assert!(begin(&ssm).send().await.is_err());
    assert_eq!(stand_in.sessions().len(), 1, "it began, and whoever began it does not know");
    let id = stand_in.sessions()[0].id.clone();
    let refused = said(ssm.resume_session().session_id(id).send().await.unwrap_err());
    assert!(refused.starts_with("AccessDeniedException"), "{refused}");
}

#[tokio::test]
async fn only_who_signs_gets_to_the_gateway_and_only_the_token_opens() {
    let stand_in = start().await;
    let credentials = assume(&stand_in, ACME, "acme-1").await.unwrap();
    let started = begun(&ssm_as(&stand_in, credentials.clone())).await;
    let (url, token) = (started.stream_url().unwrap(), started.token_value().unwrap());
    let theirs = assume(&stand_in, OTHER, "other-1").await.unwrap();
    let wrong = keys(credentials.access_key_id(), "wrong", credentials.session_token().map(Into::into));
    for nobody in [&theirs, &wrong, &base(&stand_in)] {
        let Err(Error::Http(answer)) = dial(url, nobody).await else { panic!("let in") };
        assert_eq!(answer.status(), 403);
    }
    let openings =
        [("guessed", "c", "1", false), (token, "c", "1", true), (token, "c", "1", false), (token, "d", "2", false)];
    for (token, client, request, right) in openings {
        let mut socket = dial(url, &credentials).await.unwrap();
        socket.send(opening(token, client, request)).await.unwrap();
        assert_eq!(notice(&mut socket).await.is_some(), right, "{token} {client} {request}");
    }
    assert_eq!(stand_in.sessions()[0].sockets, 1);
    assert!(stand_in.secrets().iter().any(|secret| secret.expose() == token));
}

#[tokio::test]
async fn upgrades_can_be_refused_and_broken_off() {
    let stand_in = start().await;
    let credentials = assume(&stand_in, ACME, "acme-1").await.unwrap();
    let started = begun(&ssm_as(&stand_in, credentials.clone())).await;
    for (fault, status) in [(Fault::Denied, 403), (Fault::Expired, 403), (Fault::Broken, 500)] {
        stand_in.faults().next(gateway::OPERATION, fault);
        let Err(Error::Http(answer)) = dial(started.stream_url().unwrap(), &credentials).await else {
            panic!("let in")
        };
        assert_eq!(answer.status(), status);
    }
    stand_in.faults().next(gateway::OPERATION, Fault::DroppedBefore);
    assert!(!matches!(dial(started.stream_url().unwrap(), &credentials).await, Ok(_) | Err(Error::Http(_))));
    assert!(dial(started.stream_url().unwrap(), &credentials).await.is_ok());
}

#[tokio::test]
async fn a_connection_ends_and_the_session_goes_on() {
    let stand_in = start().await;
    let (ssm, started, credentials, mut socket) = open(&stand_in).await;
    let id = started.session_id().unwrap();
    for (how, n) in [(Break::Bye, 2), (Break::Cut, 3), (Break::Mute, 4)] {
        stand_in.faults().break_off(how);
        match how {
            Break::Bye => {
                let closed = loop {
                    match socket.next().await {
                        Some(Ok(Message::Close(frame))) => break frame,
                        Some(Ok(_)) => {}
                        other => panic!("{other:?}"),
                    }
                };
                let frame = closed.unwrap();
                assert_eq!((u16::from(frame.code), frame.reason.as_str()), (1000, "Bye"));
            }
            Break::Cut => assert!(notice(&mut socket).await.is_none()),
            Break::Mute => {
                let silent = tokio::time::timeout(Duration::from_millis(20), notice(&mut socket)).await;
                assert!(silent.is_err());
            }
        }
        let resumed = ssm.resume_session().session_id(id).send().await.map_err(said).unwrap();
        let again = dial(resumed.stream_url().unwrap(), &credentials).await.unwrap();
        let mut again = again;
        again.send(opening(started.token_value().unwrap(), "c", "0")).await.unwrap();
        assert!(notice(&mut again).await.is_none(), "the old token is of no use any more");
        let mut again = dial(resumed.stream_url().unwrap(), &credentials).await.unwrap();
        again.send(opening(resumed.token_value().unwrap(), "c", &n.to_string())).await.unwrap();
        assert_eq!(notice(&mut again).await.unwrap().0, MessageType::StartPublication);
        assert_eq!(stand_in.sessions()[0].sockets, n);
        socket = again;
    }
    ssm.terminate_session().session_id(id).send().await.map_err(said).unwrap();
    let (kind, payload) = notice(&mut socket).await.unwrap();
    let words: serde_json::Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(
        (kind, words["Output"].as_str(), words["SessionId"].as_str()),
        (MessageType::ChannelClosed, Some(""), Some(id))
    );
    assert!(notice(&mut socket).await.is_none());
}

#[tokio::test]
async fn the_latest_connection_has_the_channel() {
    let stand_in = start().await;
    let (_, started, credentials, mut first) = open(&stand_in).await;
    let mut second = dial(started.stream_url().unwrap(), &credentials).await.unwrap();
    second.send(opening(started.token_value().unwrap(), "c", "2")).await.unwrap();
    assert_eq!(notice(&mut second).await.unwrap().0, MessageType::StartPublication);
    assert!(notice(&mut first).await.is_none());
}

#[tokio::test]
async fn the_gateway_says_when_the_agent_is_away() {
    let stand_in = start().await;
    let (.., mut socket) = open(&stand_in).await;
    stand_in.faults().pause(WEB);
    assert_eq!(notice(&mut socket).await.unwrap().0, MessageType::PausePublication);
    stand_in.faults().go_on(WEB);
    assert_eq!(notice(&mut socket).await.unwrap().0, MessageType::StartPublication);
    let id = stand_in.sessions()[0].id.clone();
    stand_in.faults().time_out(&id);
    assert_eq!(notice(&mut socket).await.unwrap().0, MessageType::ChannelClosed);
    assert!(matches!(&stand_in.sessions()[..], [Opened { status: "TimedOut", .. }]));
}

fn kms_as(stand_in: &StandIn, credentials: Credentials) -> aws_sdk_kms::Client {
    let config = aws_sdk_kms::Config::builder()
        .behavior_version(aws_sdk_kms::config::BehaviorVersion::latest())
        .region(aws_sdk_kms::config::Region::new("us-east-1"))
        .endpoint_url(stand_in.url())
        .retry_config(aws_sdk_kms::config::retry::RetryConfig::disabled())
        .credentials_provider(credentials);
    aws_sdk_kms::Client::from_conf(config.build())
}

fn encrypted(key: KmsKey) -> (World, Encryption) {
    let account = Account::new(ACME, "us-east-1", "acme-1", vec![Node::new(WEB, "web-03")]).encrypted();
    let encryption = Encryption { key, ..account.encryption.clone().unwrap() };
    let account = Account { encryption: Some(encryption.clone()), ..account };
    (World::of(vec![account]), encryption)
}

#[tokio::test]
async fn a_data_key_is_the_same_to_both_ends_in_the_same_context_only() {
    let (world, encryption) = encrypted(KmsKey::Enabled);
    let stand_in = StandIn::start(world).await.unwrap();
    let credentials = assume(&stand_in, ACME, "acme-1").await.unwrap();
    let generate = kms_as(&stand_in, credentials).generate_data_key().key_id(&encryption.key_id).number_of_bytes(64);
    let key = generate.encryption_context("aws:ssm:SessionId", "s").send().await.map_err(said).unwrap();
    let wrapped = key.ciphertext_blob().unwrap().as_ref();
    let unwrap = |encryption: &Encryption, session: &str, wrapped: &[u8]| {
        let context = [("aws:ssm:SessionId".to_owned(), session.to_owned())].into();
        kms::decrypt(&stand_in.shared, "arn:node", encryption, &context, wrapped)
    };
    let plaintext = unwrap(&encryption, "s", wrapped).unwrap();
    assert_eq!((plaintext.len(), &plaintext[..]), (64, key.plaintext().unwrap().as_ref()));
    let mut tampered = wrapped.to_vec();
    tampered[20] ^= 1;
    let mute = Encryption { agent_may: false, ..encryption.clone() };
    let stranger = Encryption { key_id: "arn:aws:kms:us-east-1:1:key/other".into(), ..encryption.clone() };
    for (encryption, session, wrapped, words) in [
        (&encryption, "t", wrapped, "InvalidCiphertextException"),
        (&encryption, "s", &tampered[..], "InvalidCiphertextException"),
        (&stranger, "s", wrapped, "InvalidCiphertextException"),
        (&mute, "s", wrapped, "AccessDeniedException: User: arn:node is not authorized to perform: kms:Decrypt"),
    ] {
        let refused = unwrap(encryption, session, wrapped).unwrap_err();
        assert!(refused.contains(words), "{refused}");
    }
}

#[tokio::test]
async fn a_data_key_is_refused_by_those_who_can_not_give_it() {
    for (key, name, denied, words) in [
        (KmsKey::Disabled, None, None, "DisabledException"),
        (KmsKey::Missing, None, None, "NotFoundException"),
        (KmsKey::Enabled, Some("alias/other"), None, "NotFoundException"),
        (KmsKey::Enabled, None, Some("kms:GenerateDataKey"), "AccessDeniedException"),
    ] {
        let (mut world, encryption) = encrypted(key);
        world.accounts[0].roles[0].denied.extend(denied.map(Into::into));
        let stand_in = StandIn::start(world).await.unwrap();
        let credentials = assume(&stand_in, ACME, "acme-1").await.unwrap();
        let name = name.unwrap_or(&encryption.key_id);
        let generate = kms_as(&stand_in, credentials).generate_data_key().key_id(name).key_spec(DataKeySpec::Aes256);
        let refused = said(generate.number_of_bytes(64).send().await.unwrap_err());
        assert!(refused.starts_with(words), "{refused}");
    }
}
