//! An engine on a real store with its receiver on a loopback port, people with tokens, and a program that reads the live feed as other
//! people would write it: with nothing but a WebSocket and JSON.

use std::net::SocketAddr;
use std::time::Duration;

use alert_whisperer::audit::own::OwnLog;
use alert_whisperer::core::alert::Report;
use alert_whisperer::core::board::Board;
use alert_whisperer::core::id::TenantId;
use alert_whisperer::core::input::Actor;
use alert_whisperer::core::person::Scope;
use alert_whisperer::core::role::Role;
use alert_whisperer::engine::{self, Running};
use alert_whisperer::link::people::{Ask, Told};
use alert_whisperer::link::socket::FromEngine;
use alert_whisperer::link::wire::{Incoming, subprotocol};
use alert_whisperer::link::{Feed, NewTenant, Refusal, Reply, Request};
use alert_whisperer::people::People;
use alert_whisperer::receiver::{self, Options};
use alert_whisperer::store::sqlite;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::delivery::deliver;

/// No trial waits that long but one that fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// An engine and its receiver.
pub struct House {
    pub dir: TempDir,
    running: Option<Running>,
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    served: Option<tokio::task::JoinHandle<()>>,
}

impl House {
    /// With these tenants.
    pub async fn of(tenants: &[&str]) -> Self {
        let mut house = Self {
            dir: tempfile::tempdir().unwrap(),
            running: None,
            address: "127.0.0.1:0".parse().unwrap(),
            stop: None,
            served: None,
        };
        house.begin();
        for tenant in tenants {
            let new = NewTenant { id: id(tenant), name: None, critical_assets: Vec::new(), aws: None };
            house.ask(Request::TenantAdd(new)).await.unwrap();
        }
        house
    }

    /// Starts the engine and its receiver, at the address that it had before.
    pub fn begin(&mut self) {
        let dir = self.dir.path().to_owned();
        let options = engine::Options {
            declared: Vec::new(),
            technicians: Vec::new(),
            public_url: "http://127.0.0.1".into(),
            clock: engine::wall_clock(),
            people: People::open(&dir).unwrap(),
            own_log: OwnLog::open(&dir).unwrap(),
        };
        let running = engine::start(move || sqlite::open(&dir), options).unwrap();
        let bound = receiver::bind(self.address, running.handle().clone(), Options::default()).unwrap();
        self.address = bound.address();
        let (stop, stopped) = oneshot::channel();
        self.served = Some(tokio::spawn(async move {
            receiver::serve(bound, async { drop(stopped.await) }).await.unwrap();
        }));
        (self.running, self.stop) = (Some(running), Some(stop));
    }

    /// Ends both.
    pub async fn end(&mut self) {
        drop(self.stop.take());
        self.served.take().unwrap().await.unwrap();
        let running = self.running.take().unwrap();
        tokio::task::spawn_blocking(move || running.stop()).await.unwrap();
    }

    pub fn handle(&self) -> &engine::handle::Handle {
        self.running.as_ref().unwrap().handle()
    }

    /// Asks as the data folder's owner.
    pub async fn ask(&self, request: Request) -> Result<Reply, Refusal> {
        self.handle().caller().ask(&Actor::named("owner"), request).await
    }

    /// Somebody in the book, with a token.
    pub async fn person(&self, name: &str, role: Role, tenants: &[&str]) -> String {
        let tenants = match tenants {
            ["*"] => Scope::All,
            some => Scope::Some(some.iter().map(|tenant| id(tenant)).collect()),
        };
        self.ask(Request::People(Ask::Add { name: name.into(), role, tenants })).await.unwrap();
        self.token(name).await
    }

    pub async fn token(&self, name: &str) -> String {
        let ask = Ask::Token { name: name.into(), ttl_seconds: 3_600 };
        let Reply::People(Told::Token(made)) = self.ask(Request::People(ask)).await.unwrap() else { panic!() };
        made.token
    }

    /// An alert comes in.
    pub async fn alert(&self, tenant: &str, asset: &str) {
        let report: Report = serde_json::from_value(json!({
            "asset_name": asset, "signature": "high_cpu_usage", "severity": "high", "tool_source": "Zabbix",
            "message": format!("the processors of {asset} are busy: {} of 10000", engine::now().0 % 10_000),
        }))
        .unwrap();
        deliver(self.handle(), id(tenant), report, "{}").await;
    }

    /// What a seat beside the engine shows.
    pub async fn board(&self) -> Board {
        let mut board = Board::default();
        let Some(Feed::Snapshot(snapshot)) = self.handle().seat().feed.recv().await else { panic!() };
        board.reset(*snapshot);
        board
    }

    /// Opens the feed as other people's programs do.
    pub async fn open(&self, token: &str, query: &str) -> Program {
        Program::open(self.address, token, query).await.unwrap()
    }
}

pub fn id(tenant: &str) -> TenantId {
    tenant.parse().unwrap()
}

/// Somebody else's program.
pub struct Program {
    socket: WebSocketStream<TcpStream>,
}

impl Program {
    pub async fn open(address: SocketAddr, token: &str, query: &str) -> Result<Self, Error> {
        let request = format!("ws://{address}/ws?token={token}{query}").into_client_request()?;
        let stream = TcpStream::connect(address).await?;
        let (socket, _) = tokio_tungstenite::client_async(request, stream).await?;
        Ok(Self { socket })
    }

    /// The next message; absent: the feed has ended.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("nothing came");
            match next? {
                Ok(Message::Text(text)) => {
                    assert!(text.len() <= 32 << 10, "{} bytes", text.len());
                    return Some(serde_json::from_str(&text).unwrap());
                }
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(Message::Binary(_)) => panic!("nobody asked for that"),
                Ok(_) => {}
            }
        }
    }

    /// The next message of a type, and those before it.
    pub async fn until(&mut self, kind: &str) -> Value {
        loop {
            let message = self.next().await.unwrap_or_else(|| panic!("the feed ended before {kind}"));
            if message["type"] == kind {
                return message;
            }
        }
    }

    /// The revision of the snapshot that comes, and its text.
    pub async fn snapshot(&mut self) -> (u64, String) {
        let mut text = String::new();
        loop {
            let page = self.until("snapshot").await;
            text.push_str(&page["data"].to_string());
            if page["page"] == page["pages"] {
                return (page["revision"].as_u64().unwrap(), text);
            }
        }
    }

    pub async fn say(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// Asks, and waits for the answer.
    pub async fn ask(&mut self, id: u64, request: &Request) -> Value {
        self.say(&json!({ "type": "ask", "id": id, "request": request }).to_string()).await;
        let answer = self.until("answer").await;
        assert_eq!(answer["id"], id);
        answer
    }
}

/// A seat of ours: the deflated stream, and a replica.
pub struct Seat {
    socket: WebSocketStream<TcpStream>,
    incoming: Incoming,
    pub board: Board,
    /// Pieces of the feed, by what they are.
    pub snapshots: usize,
    pub resumed: usize,
    /// Bytes of frames.
    pub bytes: usize,
}

impl Seat {
    pub async fn sit(address: SocketAddr, token: &str, since: Option<u64>) -> Result<Self, Error> {
        let since = since.map(|since| format!("?since={since}")).unwrap_or_default();
        let mut request = format!("ws://{address}/ws{since}").into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
        headers.insert("sec-websocket-protocol", subprotocol().parse().unwrap());
        headers.insert("x-seat", "jump01 pts/3".parse().unwrap());
        let stream = TcpStream::connect(address).await?;
        let (socket, answer) = tokio_tungstenite::client_async(request, stream).await?;
        assert_eq!(answer.headers()["sec-websocket-protocol"], subprotocol().as_str());
        let (incoming, board) = (Incoming::default(), Board::default());
        Ok(Self { socket, incoming, board, snapshots: 0, resumed: 0, bytes: 0 })
    }

    /// The next frame taken in; what came besides changes of the board. Absent: the feed has ended.
    pub async fn next(&mut self) -> Option<Vec<FromEngine>> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("nothing came");
            let said = match next? {
                Ok(Message::Binary(frame)) => {
                    self.bytes += frame.len();
                    self.incoming.deflated(&frame).unwrap()
                }
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(Message::Text(_)) => panic!("all of it is deflated"),
                Ok(_) => continue,
            };
            return Some(said.into_iter().filter_map(|one| self.take(one)).collect());
        }
    }

    fn take(&mut self, said: FromEngine) -> Option<FromEngine> {
        match said {
            FromEngine::Feed { feed: Feed::Snapshot(snapshot) } => {
                self.snapshots += 1;
                self.board.reset(*snapshot);
            }
            FromEngine::Feed { feed: Feed::Changes(changes) } => {
                self.resumed += usize::from(changes.is_empty());
                for change in changes.iter() {
                    assert!(change.revision > self.board.revision, "told twice");
                    self.board.apply(change);
                }
            }
            FromEngine::Feed { feed: Feed::Pulse(pulse) } => self.board.pulse = *pulse,
            FromEngine::Feed { feed: Feed::Present(present) } => self.board.present = present,
            other => return Some(other),
        }
        None
    }

    /// Reads until the replica shows that.
    pub async fn until(&mut self, shows: impl Fn(&Board) -> bool) {
        while !shows(&self.board) {
            self.next().await.expect("the feed ended");
        }
    }

    /// Asks, and waits for the answer; what comes meanwhile is taken in.
    pub async fn ask(&mut self, request: &Request) -> Result<Reply, Refusal> {
        let text = json!({ "type": "ask", "id": 1, "seat": "", "request": request }).to_string();
        self.socket.send(Message::text(text)).await.unwrap();
        loop {
            for said in self.next().await.expect("the feed ended") {
                if let FromEngine::Answer { answer, .. } = said {
                    return answer;
                }
            }
        }
    }
}
