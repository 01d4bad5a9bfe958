//! Seats, each with a board of its own, and how late each of them heard of each alert.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use alert_whisperer::core::board::Board;
use alert_whisperer::core::change::Change;
use alert_whisperer::core::credentials::Secret;
use alert_whisperer::core::digest::digest;
use alert_whisperer::core::input::Actor;
use alert_whisperer::core::person::Scope;
use alert_whisperer::core::role::Role;
use alert_whisperer::link::live::{self, Live, Pass};
use alert_whisperer::link::people::{Ask, Told};
use alert_whisperer::link::{Caller, Feed, Link, Reply, Request, socket};
use futures_util::future::join_all;
use tokio::time::{Instant, timeout};

use super::place::{Place, millis};

/// Of those over the network, every so many knows three tenants only.
const NARROW: usize = 5;

pub struct Seats {
    seats: Vec<Seat>,
    tokens: BTreeMap<Kind, String>,
}

/// How somebody sits down.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Kind {
    Here,
    Remote,
    Narrow,
}

struct Seat {
    kind: Kind,
    link: Link,
    board: Board,
    snapshots: usize,
    /// Milliseconds, and how many alerts were so late.
    late: BTreeMap<i64, u64>,
}

/// How late all of them were at all seats.
pub struct Late(BTreeMap<i64, u64>);

impl fmt::Display for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: u64 = self.0.values().sum();
        let at = |part: f64| {
            let mut before = (all as f64 * part) as u64;
            let found = self.0.iter().find(|(_, count)| {
                let here = before < **count;
                before = before.saturating_sub(**count);
                here
            });
            found.map_or(0, |(late, _)| *late)
        };
        let last = self.0.keys().last().copied().unwrap_or(0);
        write!(f, "{} ms p50, {} p99, {last} at most, of {all} alerts at all seats", at(0.5), at(0.99))
    }
}

impl Seats {
    /// Half of them on this host, half over the network.
    pub async fn sit_down(place: &Place, count: usize, tenants: usize) -> Self {
        let caller = place.caller().await;
        let three = (0..tenants.min(3)).map(|tenant| format!("comp_{tenant:03}").parse().unwrap()).collect();
        let remote = person(&caller, "remote", Scope::All).await;
        let narrow = person(&caller, "narrow", Scope::Some(three)).await;
        let mut seats = Self { seats: Vec::new(), tokens: [(Kind::Remote, remote), (Kind::Narrow, narrow)].into() };
        for nth in 0..count {
            let kind = match nth % 2 {
                0 => Kind::Here,
                _ if nth / 2 % NARROW == 0 => Kind::Narrow,
                _ => Kind::Remote,
            };
            let seat = Seat::sit_down(place, kind, &seats.tokens).await;
            seats.seats.push(seat);
        }
        seats
    }

    /// All of them take in what happens, for so long.
    pub async fn look_on(&mut self, long: Duration) {
        join_all(self.seats.iter_mut().map(|seat| seat.look_on(long))).await;
    }

    pub fn late(&self) -> Late {
        let mut all = BTreeMap::new();
        for (late, count) in self.seats.iter().flat_map(|seat| &seat.late) {
            *all.entry(*late).or_default() += count;
        }
        Late(all)
    }

    /// Once nothing more comes, everybody has to see what somebody sees who comes new.
    pub async fn end(&mut self, place: &Place, patience: Duration) {
        let mut wanted = BTreeMap::new();
        let until = Instant::now() + patience;
        let equal = loop {
            self.look_on(Duration::from_secs(1)).await;
            for kind in [Kind::Here, Kind::Remote, Kind::Narrow] {
                let mut new = Seat::sit_down(place, kind, &self.tokens).await;
                while new.snapshots == 0 {
                    new.look_on(Duration::from_millis(100)).await;
                }
                wanted.insert(kind, (digest(&new.board), new.board.stream.len()));
            }
            let equal = self.seats.iter().filter(|seat| {
                let (wanted, alerts) = &wanted[&seat.kind];
                // Who was there heard more of a few tenants than is among the engine's latest alerts of all.
                let mut board = seat.board.clone();
                board.stream.drain(..board.stream.len().saturating_sub(*alerts));
                digest(&board) == *wanted
            });
            let equal = equal.count();
            if equal == self.seats.len() || Instant::now() > until {
                break equal;
            }
        };
        let again = self.seats.iter().map(|seat| seat.snapshots - 1).sum::<usize>();
        println!("boards  {equal} of {} equal; {again} snapshots after the first", self.seats.len());
        assert_eq!(equal, self.seats.len(), "a seat shows something else than the engine");
    }
}

/// Where seats elsewhere sit down.
fn url(place: &Place) -> String {
    let senders = std::fs::read_to_string(&place.senders).unwrap();
    format!("http://{}", senders.lines().next().unwrap())
}

/// Somebody in the book, with a token.
async fn person(caller: &Caller, name: &str, tenants: Scope) -> String {
    let by = Actor::named("bench");
    let add = Ask::Add { name: name.into(), role: Role::Technician, tenants };
    caller.ask(&by, Request::People(add)).await.unwrap();
    let token = Ask::Token { name: name.into(), ttl_seconds: 3_600 * 8 };
    match caller.ask(&by, Request::People(token)).await.unwrap() {
        Reply::People(Told::Token(new)) => new.token,
        other => panic!("{other:?}"),
    }
}

impl Seat {
    async fn sit_down(place: &Place, kind: Kind, tokens: &BTreeMap<Kind, String>) -> Self {
        let link = match kind {
            Kind::Here => socket::stay(&place.socket(), "bench").await.unwrap(),
            Kind::Remote | Kind::Narrow => {
                let live = Live {
                    address: url(place).parse().unwrap(),
                    pass: Pass::Said(Secret::new(&tokens[&kind])),
                    tls: None,
                    seat: "bench".into(),
                };
                live::stay(live).await.unwrap()
            }
        };
        Self { kind, link, board: Board::default(), snapshots: 0, late: BTreeMap::new() }
    }

    /// Takes in the feed for so long.
    async fn look_on(&mut self, long: Duration) {
        let until = Instant::now() + long;
        while let Ok(Some(piece)) = timeout(until - Instant::now(), self.link.feed.recv()).await {
            self.hear(piece);
        }
    }

    fn hear(&mut self, piece: Feed) {
        match piece {
            Feed::Snapshot(snapshot) => {
                self.snapshots += 1;
                self.board.reset(*snapshot);
            }
            Feed::Changes(changes) => {
                let now = millis();
                for change in changes.iter() {
                    if let Change::AlertReceived(alert) = &change.change
                        && let Some((_, made)) = alert.report.message.rsplit_once(' ')
                        && let Ok(made) = made.parse::<i64>()
                    {
                        *self.late.entry(now - made).or_default() += 1;
                    }
                    self.board.apply(change);
                }
            }
            Feed::Pulse(pulse) => self.board.pulse = *pulse,
            Feed::Present(present) => self.board.present = present,
            Feed::Away(why) | Feed::Lost(why) => panic!("{:?}: {why}", self.kind),
        }
    }
}
