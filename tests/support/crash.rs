//! Crash trials: senders post over many connections, the engine is killed at a random moment, started again on the same
//! data folder, and what it keeps is compared with what it told them.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc::{self, Sender};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use alert_whisperer::sender::signature;
use serde_json::{Value, json};

use crate::program::{self, Connection, Serve};

const CONNECTIONS: usize = 32;
const TENANTS: usize = 3;
/// A listing has no more rows; a round stays below.
const MOST_ROWS: usize = 10_000;

/// What the trials found.
#[derive(Debug, Default)]
pub struct Tally {
    pub rounds: usize,
    pub kills: usize,
    /// Alerts that were answered with 200.
    pub acknowledged: usize,
    /// Requests that got no answer and were sent again.
    pub retried: usize,
    /// Requests sent again although they had been answered.
    pub repeated: usize,
    pub lost: usize,
    pub doubled: usize,
    /// Requests of which some alerts were kept and some not.
    pub partial: usize,
    /// Answers that do not agree with what is kept, or with the first answer.
    pub untrue: usize,
    /// Incidents that count other alerts than theirs.
    pub miscounted: usize,
}

impl Tally {
    pub fn faults(&self) -> usize {
        self.lost + self.doubled + self.partial + self.untrue + self.miscounted
    }
}

/// Kills on one data folder, one round after the other.
pub struct Trials<'a> {
    data_dir: &'a Path,
    dice: Dice,
    serve: Option<Serve>,
    pub tally: Tally,
}

/// One request, as it is sent every time.
struct Post {
    tenant: usize,
    /// What tells its alerts from all others.
    marks: Vec<String>,
    body: String,
    delivery_id: Option<String>,
    /// Sent as it was signed first: the same bytes.
    request: Vec<u8>,
    /// The alerts as they were answered for; absent while there was no answer.
    told: Option<Vec<Value>>,
}

struct Tenant {
    id: String,
    key: String,
    secret: String,
}

impl<'a> Trials<'a> {
    pub fn new(data_dir: &'a Path, seed: u64) -> Self {
        Self { data_dir, dice: Dice(seed), serve: None, tally: Tally::default() }
    }

    /// Posts, kills, looks, posts again what was not answered, kills, and looks again when everything was answered. The first
    /// kill comes after some hundred answers, or, in a long round, after some seconds: around the time when what was taken
    /// leaves the inbox.
    pub fn round(&mut self, long: bool) {
        let round = self.tally.rounds;
        let serve = self.serve.take().unwrap_or_else(|| Serve::start(self.data_dir));
        let tenants: Vec<Tenant> = (0..TENANTS).map(|n| self.add_tenant(&format!("r{round}-{n}"))).collect();

        let (answered, answers) = mpsc::channel();
        let seeds: Vec<u64> = (0..CONNECTIONS).map(|_| self.dice.roll()).collect();
        let pause = Duration::from_millis(if long { 80 } else { 0 });
        let mut posts: Vec<Post> = std::thread::scope(|scope| {
            let one = |(number, seed): (usize, &u64)| {
                let (tenants, answered, address) = (&tenants, answered.clone(), serve.address);
                let (name, dice) = (format!("{round}.{number}"), Dice(*seed));
                scope.spawn(move || post_until_it_is_gone(address, tenants, &name, dice, pause, &answered))
            };
            let senders: Vec<_> = seeds.iter().enumerate().map(one).collect();
            if long {
                std::thread::sleep(Duration::from_millis(4_000 + self.dice.up_to(2_500) as u64));
            } else {
                answers.iter().take(self.dice.up_to(900)).for_each(drop);
            }
            self.kill(serve);
            senders.into_iter().flat_map(|sender| sender.join().unwrap()).collect()
        });

        // Either the next engine finds it, or a command that opens the store itself.
        let mut serve = None;
        if self.dice.up_to(2) == 0 {
            serve = Some(Serve::start(self.data_dir));
        }
        self.look(&tenants, &posts);

        let serve = serve.unwrap_or_else(|| Serve::start(self.data_dir));
        let again: Vec<usize> =
            (0..posts.len()).filter(|n| posts[*n].told.is_none() || self.dice.up_to(10) == 0).collect();
        self.tally.retried += posts.iter().filter(|post| post.told.is_none()).count();
        self.tally.repeated += posts.iter().filter(|post| post.told.is_some()).count().min(again.len());
        let enough = self.dice.up_to(again.len().max(1));
        self.post_again(serve.address, &mut posts, &again[..enough], &tenants);
        self.kill(serve);

        let serve = Serve::start(self.data_dir);
        self.post_again(serve.address, &mut posts, &again, &tenants);
        assert!(posts.iter().all(|post| post.told.is_some()), "a request was not answered by a running engine");
        self.look(&tenants, &posts);
        self.tally.acknowledged += posts.iter().map(|post| post.marks.len()).sum::<usize>();
        self.tally.rounds += 1;
        self.serve = Some(serve);
    }

    /// Ends the engine as a machine that is shut down does.
    pub fn end(self) -> Tally {
        if let Some(serve) = self.serve {
            serve.terminate();
            let (status, log) = serve.wait();
            assert!(status.success(), "{log}");
        }
        self.tally
    }

    fn add_tenant(&self, id: &str) -> Tenant {
        let issued = program::json(self.data_dir, &["tenant", "add", id]);
        program::run(self.data_dir, &["tenant", "set", id, "rate_limit.requests_per_minute=0"]);
        let text = |name: &str| issued[name].as_str().unwrap().to_owned();
        Tenant { id: id.into(), key: text("api_key"), secret: text("hmac_secret") }
    }

    /// At once, or a moment after it was asked to end: then it is in the middle of carrying everything over.
    fn kill(&mut self, serve: Serve) {
        if self.dice.up_to(3) == 0 {
            serve.terminate();
            std::thread::sleep(Duration::from_micros(self.dice.up_to(30_000) as u64));
        } else {
            std::thread::sleep(Duration::from_micros(self.dice.up_to(5_000) as u64));
        }
        serve.kill();
        self.tally.kills += 1;
    }

    fn post_again(&mut self, address: SocketAddr, posts: &mut [Post], which: &[usize], tenants: &[Tenant]) {
        let mut connection = Connection::open(address).unwrap();
        for number in which {
            let post = &mut posts[*number];
            // A sender with a delivery id may sign anew: the id is what it is known by.
            if post.delivery_id.is_some() && self.dice.up_to(2) == 0 {
                post.sign(tenants);
            }
            let (status, body) = connection.ask(&post.request).unwrap();
            assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
            let (told, duplicate) = told(&body);
            match &post.told {
                Some(first) => self.tally.untrue += usize::from(*first != told || !duplicate),
                None => post.told = Some(told),
            }
        }
    }

    /// Compares what is kept with what was told.
    fn look(&mut self, tenants: &[Tenant], posts: &[Post]) {
        for (number, tenant) in tenants.iter().enumerate() {
            let list = |what: &str| {
                let listed = program::json(self.data_dir, &[what, "--tenant", &tenant.id, "--limit", "10000"]);
                let Value::Array(rows) = listed else { panic!("{listed}") };
                assert!(rows.len() < MOST_ROWS, "too much for one listing");
                rows
            };
            let (alerts, incidents) = (list("alerts"), list("incidents"));
            let mut kept: HashMap<&str, &Value> = HashMap::new();
            let mut of_incident: HashMap<&str, u64> = HashMap::new();
            for alert in &alerts {
                self.tally.doubled += usize::from(kept.insert(alert["message"].as_str().unwrap(), alert).is_some());
                *of_incident.entry(alert["incident_id"].as_str().unwrap()).or_default() += 1;
            }
            for post in posts.iter().filter(|post| post.tenant == number) {
                let found = post.marks.iter().filter(|mark| kept.contains_key(mark.as_str())).count();
                self.tally.partial += usize::from(found != 0 && found != post.marks.len());
                let Some(told) = &post.told else { continue };
                self.tally.lost += post.marks.len() - found;
                for (mark, told) in post.marks.iter().zip(told) {
                    let Some(kept) = kept.get(mark.as_str()) else { continue };
                    let same = told["alert_id"] == kept["id"] && told["incident_id"] == kept["incident_id"];
                    self.tally.untrue += usize::from(!same);
                }
            }
            for incident in &incidents {
                let counted = of_incident.remove(incident["id"].as_str().unwrap()).unwrap_or(0);
                self.tally.miscounted += usize::from(incident["alert_count"] != counted);
            }
            self.tally.miscounted += of_incident.len();
        }
    }
}

/// Posts one after the other; ends with the first request that gets no answer.
fn post_until_it_is_gone(
    address: SocketAddr,
    tenants: &[Tenant],
    name: &str,
    mut dice: Dice,
    pause: Duration,
    answered: &Sender<()>,
) -> Vec<Post> {
    let mut posts = Vec::new();
    let Ok(mut connection) = Connection::open(address) else { return posts };
    loop {
        let mut post = Post::random(tenants, &format!("{name}.{}", posts.len()), &mut dice);
        match connection.ask(&post.request) {
            Ok((200, body)) => {
                post.told = Some(told(&body).0);
                posts.push(post);
                // Enough answers were counted once nobody listens.
                let _ = answered.send(());
            }
            // Refused because it ends: as good as no answer.
            Ok((503, _)) | Err(_) => {
                posts.push(post);
                return posts;
            }
            Ok((status, body)) => panic!("{status}: {}", String::from_utf8_lossy(&body)),
        }
        std::thread::sleep(pause);
    }
}

impl Post {
    fn random(tenants: &[Tenant], name: &str, dice: &mut Dice) -> Self {
        let tenant = dice.up_to(tenants.len());
        let size = if dice.up_to(4) == 0 { Some(1 + dice.up_to(30)) } else { None };
        let marks: Vec<String> = (0..size.unwrap_or(1)).map(|n| format!("{name}.{n}")).collect();
        let mut alert = |mark: &String| {
            json!({
                "asset_name": format!("web-{:02}", dice.up_to(20)),
                "signature": dice.one_of(&["disk_full", "high_cpu_usage"]),
                "severity": dice.one_of(&["low", "medium", "high", "critical"]),
                "message": mark,
                "tool_source": dice.one_of(&["Zabbix", "Datadog"]),
            })
        };
        let alerts: Vec<Value> = marks.iter().map(&mut alert).collect();
        let body = if size.is_some() { json!(alerts).to_string() } else { alerts[0].to_string() };
        let delivery_id = (dice.up_to(3) == 0).then(|| format!("id-{name}"));
        let mut post = Self { tenant, marks, body, delivery_id, request: Vec::new(), told: None };
        post.sign(tenants);
        post
    }

    fn sign(&mut self, tenants: &[Tenant]) {
        let Tenant { key, secret, .. } = &tenants[self.tenant];
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap();
        let id = self.delivery_id.iter().map(|id| format!("X-Delivery-ID: {id}\r\n")).collect::<String>();
        let (length, signature) = (self.body.len(), signature(secret, now, self.body.as_bytes()));
        self.request = format!(
            "POST /api/webhooks/alerts HTTP/1.1\r\nHost: trial\r\nX-API-Key: {key}\r\nX-Timestamp: {now}\r\n\
             X-Signature: {signature}\r\n{id}Content-Length: {length}\r\n\r\n{}",
            self.body
        )
        .into_bytes();
    }
}

/// Every alert of an answer, and whether it says that it was given before.
fn told(body: &[u8]) -> (Vec<Value>, bool) {
    let answer: Value = serde_json::from_slice(body).unwrap();
    let duplicate = answer["duplicate"].as_bool().unwrap();
    let each = |told: &Value| json!({ "alert_id": told["alert_id"], "incident_id": told["incident_id"] });
    let alerts = match answer["alerts"].as_array() {
        Some(alerts) => alerts.iter().map(each).collect(),
        None => vec![each(&answer)],
    };
    (alerts, duplicate)
}

/// Chance that can be had again: SplitMix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn one_of(&mut self, words: &[&'static str]) -> &'static str {
        words[self.up_to(words.len())]
    }

    /// Below `end`.
    fn up_to(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % end as u64).unwrap()
    }
}
