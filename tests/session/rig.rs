//! A tenant with an account in the stand-in, and somebody who has a session open there.

use std::sync::Arc;
use std::time::Duration;

use alert_whisperer::aws::session::{Channel, Ending, Event, Input};
use alert_whisperer::aws::{Account, Aws, Keys, Options, Purpose};
use alert_whisperer::core::credentials::Credentials;
use alert_whisperer::core::execution::order::Platform;
use alert_whisperer::core::session::Kind;
use alert_whisperer::core::tenant::{AwsAccount, Settings, Tenant};
use alert_whisperer::core::time::Moment;
use alert_whisperer::demo::aws::StandIn;
use alert_whisperer::demo::aws::world::{self, Node, World};
use bytes::Bytes;

pub const ACME: &str = "111122223333";
pub const REGION: &str = "us-east-1";
pub const WEB: &str = "i-0123456789abcdef0";
pub const FILES: &str = "i-0123456789abcdef1";
pub const PROMPT: &str = "sh-5.2$ ";

/// Longer than anything here takes: what takes so long hangs.
const HANGS: Duration = Duration::from_secs(60);

pub fn world() -> World {
    let windows = Node { platform: Platform::Windows, ..Node::new(FILES, "files-01") };
    let account = world::Account::new(ACME, REGION, "acme-external", vec![Node::new(WEB, "web-03"), windows]);
    World::of(vec![account])
}

pub async fn stand_in() -> StandIn {
    StandIn::start(world()).await.unwrap()
}

/// Priya's way into Acme's account. Whatever the environment of the tests is, nothing of it is used.
pub async fn inside(stand_in: &StandIn) -> Account {
    let key = stand_in.base();
    let options = Options {
        region: Some(REGION.into()),
        endpoint_url: Some(stand_in.url()),
        keys: Some(Keys { id: key.access_key.clone(), secret: key.secret.expose().to_owned().into() }),
        ..Options::default()
    };
    let aws = AwsAccount {
        account_id: ACME.into(),
        role_arn: format!("arn:aws:iam::{ACME}:role/AlertWhisperer"),
        external_id: "acme-external".into(),
        region: REGION.into(),
    };
    let tenant = Tenant {
        id: "comp_acme".parse().unwrap(),
        name: "Acme".into(),
        created_at: Moment(0),
        settings: Settings { aws: Some(aws), ..Settings::default() },
        sources: Default::default(),
        credentials: Arc::new(Credentials::default()),
    };
    let purpose = Purpose { operator: "priya".into(), incident: None };
    Aws::new(options).account(&tenant, &purpose).await.unwrap()
}

/// A session, and what has come of it.
pub struct Open {
    pub account: Account,
    pub id: String,
    pub channel: Channel,
    /// All output so far.
    pub output: Vec<u8>,
    /// A command's errors so far.
    pub errors: Vec<u8>,
    /// All other events so far.
    pub events: Vec<Event>,
    /// Up to where somebody has looked.
    seen: usize,
}

pub async fn open(stand_in: &StandIn, kind: Kind) -> Open {
    on(inside(stand_in).await, WEB, kind).await
}

pub async fn on(account: Account, instance: &str, kind: Kind) -> Open {
    let started = account.start_session(&instance.parse().unwrap(), &kind, "trial").await.unwrap();
    let id = started.aws_id.clone();
    let channel = Channel::open(account.clone(), started, &kind, 100, 40);
    Open::of(account, id, channel)
}

impl Open {
    pub fn of(account: Account, id: String, channel: Channel) -> Self {
        Self { account, id, channel, output: Vec::new(), errors: Vec::new(), events: Vec::new(), seen: 0 }
    }

    pub async fn types(&self, text: &str) {
        self.sends(text.as_bytes()).await;
    }

    pub async fn sends(&self, bytes: &[u8]) {
        self.channel.input.send(Input::Bytes(Bytes::copy_from_slice(bytes))).await.unwrap();
    }

    /// A prompt of a shell that does not repeat what is typed.
    pub async fn quiet(&mut self) {
        self.until(PROMPT).await;
        self.types("stty -echo; echo qui''et\r").await;
        self.until("quiet\r\n").await;
        self.until(PROMPT).await;
    }

    /// The next thing that happens; none after the end.
    pub async fn next(&mut self) -> Option<Event> {
        let next = tokio::time::timeout(HANGS, self.channel.events.recv()).await;
        let event = next.unwrap_or_else(|_| panic!("nothing more than {:?} and {}", self.events, self.text()))?;
        match &event {
            Event::Output(bytes) => self.output.extend_from_slice(bytes),
            Event::Errors(bytes) => self.errors.extend_from_slice(bytes),
            other => self.events.push(other.clone()),
        }
        Some(event)
    }

    /// Waits until there is such output after what was waited for last, and says what came up to its end.
    pub async fn until(&mut self, text: &str) -> String {
        loop {
            let new = &self.output[self.seen..];
            if let Some(at) = new.windows(text.len()).position(|part| part == text.as_bytes()) {
                let upto = at + text.len();
                let found = String::from_utf8_lossy(&new[..upto]).into_owned();
                self.seen += upto;
                return found;
            }
            if self.next().await.is_none() {
                panic!("it ended with {:?}, without {text:?}: {}", self.events, self.text());
            }
        }
    }

    pub async fn until_ready(&mut self) -> String {
        loop {
            match self.next().await {
                Some(Event::Ready { message }) => return message,
                Some(_) => {}
                None => panic!("it never was: {:?}", self.events),
            }
        }
    }

    /// Waits for its end, and says how that was.
    pub async fn ended(&mut self) -> Ending {
        while self.next().await.is_some() {}
        match self.events.last() {
            Some(Event::Ended(ending)) => ending.clone(),
            _ => panic!("it ended without a word: {:?}", self.events),
        }
    }

    /// How much of the output was looked at.
    pub fn seen(&self) -> usize {
        self.seen
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.output).into_owned()
    }

    /// Another connection took the place of one that was lost.
    pub fn came_back(&self) -> usize {
        self.events.iter().filter(|event| **event == Event::Back).count()
    }
}
