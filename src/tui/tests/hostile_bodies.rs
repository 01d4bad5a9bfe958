//! The hostile corpus in every text of every body under `tests/data/senders`: as far as it is still taken it goes through the
//! core to the screens, else to those of what could not be read. Nothing of it does anything to the terminal, and no field is
//! longer than it may be.

use std::fs;
use std::path::Path;

use ratatui::buffer::Buffer;
use serde_json::{Map, Value};

use super::corpus::{self, CORPUS, SHORT};
use super::fixture::{NOW, World, draw, in_front_of, press, settled, text};
use super::hostile::assert_harmless;
use crate::core::id::TenantId;
use crate::core::reading::{Context, Head, Parsed, Unreadable};
use crate::core::source::Source;
use crate::core::source::kind::Kind;
use crate::core::testing::{delivery, tenant_id};
use crate::core::time::{Moment, Span};
use crate::engine::interpreter::Interpreter;
use crate::link::source::{Ask, Body, Health, Shown, Told};
use crate::link::{Quarantined, Reply};
use crate::receiver::sources::Sources;
use crate::tui::app::App;
use crate::tui::effect::Purpose;

const SIZE: (u16, u16) = (140, 60);

/// A sender's body, taken apart, and what its request's head said.
struct Sent {
    file: String,
    source: Source,
    reading: Value,
    wrap: Wrap,
    said: Value,
}

/// How a body comes.
#[derive(Clone, Copy, PartialEq)]
enum Wrap {
    Json,
    Wide,
    Text,
    Form,
    Parts,
}

/// What is done with a text of the body, or with an object: there, one pair more.
#[derive(Clone, Copy, PartialEq)]
enum Turn {
    Left,
    Replaced,
    ReplacedShortly,
    Followed,
    FollowedShortly,
}

impl Turn {
    fn of(self, was: &str, evil: &str) -> String {
        let evil =
            if matches!(self, Self::ReplacedShortly | Self::FollowedShortly) && evil.len() > 50 { SHORT } else { evil };
        match self {
            Self::Left => was.into(),
            Self::Replaced | Self::ReplacedShortly => evil.into(),
            Self::Followed | Self::FollowedShortly => format!("{was}{evil}"),
        }
    }
}

impl Sent {
    fn read(&self, body: &[u8], explain: bool) -> Result<Parsed, Unreadable> {
        let word = |name: &str| self.reading[name].as_str();
        let attributes = self.reading["attributes"].as_object().cloned().unwrap_or_default();
        let attributes: Vec<_> = attributes.iter().map(|(name, value)| (&**name, value.as_str().unwrap())).collect();
        let now = Moment::parse(word("now").unwrap_or("2038-01-01T00:00:00Z")).unwrap();
        let head = Head {
            user_agent: word("user_agent"),
            content_type: word("content_type"),
            path: word("path").unwrap_or_default(),
            attributes: &attributes,
        };
        Sources.read(&self.source, body, Context { now, skew: Span::minutes(5), head, explain })
    }

    fn body(&self, turns: &[Turn], evil: &str) -> Vec<u8> {
        let said = turned(&self.said, &mut turns.iter().copied().chain(std::iter::repeat(Turn::Left)), evil);
        wrapped(&said, self.wrap)
    }

    /// What can be done with each text so that as many alerts are still in the body.
    fn turns(&self) -> Vec<Turn> {
        let mut count = 0;
        let _ = turned(
            &self.said,
            &mut std::iter::from_fn(|| {
                count += 1;
                Some(Turn::Left)
            }),
            "",
        );
        let mut turns = vec![Turn::Left; count];
        let alerts =
            |turns: &[Turn]| self.read(&self.body(turns, &corpus::all()), false).ok().map(|read| read.reports.len());
        let wanted = alerts(&turns);
        for at in 0..count {
            for turn in [Turn::Replaced, Turn::ReplacedShortly, Turn::Followed, Turn::FollowedShortly, Turn::Left] {
                turns[at] = turn;
                if alerts(&turns) == wanted {
                    break;
                }
            }
        }
        turns
    }
}

/// The value with its turns taken, one for each text and each object; JSON in a text is gone into.
fn turned(value: &Value, turns: &mut dyn Iterator<Item = Turn>, evil: &str) -> Value {
    match value {
        Value::String(text) => {
            let inside =
                serde_json::from_str(text).ok().filter(|inside: &Value| inside.is_object() || inside.is_array());
            match inside {
                Some(inside) => turned(&inside, turns, evil).to_string().into(),
                None => match turns.next().unwrap() {
                    // Else no link would be left.
                    Turn::Replaced if text.starts_with("http") => format!("{text}{evil}").into(),
                    turn => turn.of(text, evil).into(),
                },
            }
        }
        Value::Array(all) => all.iter().map(|value| turned(value, turns, evil)).collect(),
        Value::Object(pairs) => {
            let turn = turns.next().unwrap();
            let mut all: Map<String, Value> =
                pairs.iter().map(|(name, value)| (name.clone(), turned(value, turns, evil))).collect();
            if turn != Turn::Left {
                all.insert(turn.of("", evil), turn.of("", evil).into());
            }
            all.into()
        }
        plain => plain.clone(),
    }
}

fn wrapped(said: &Value, wrap: Wrap) -> Vec<u8> {
    let field = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let fields = || said.as_object().unwrap().iter().map(|(name, value)| (name, field(value)));
    match wrap {
        Wrap::Json => serde_json::to_vec(said).unwrap(),
        Wrap::Text => serde_json::to_vec(&said.to_string()).unwrap(),
        Wrap::Wide => [0xfeff].into_iter().chain(said.to_string().encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        Wrap::Form => form_urlencoded::Serializer::new(String::new()).extend_pairs(fields()).finish().into_bytes(),
        Wrap::Parts => {
            let part = |(name, value): (&String, String)| {
                let name = name.replace(['"', '\r', '\n'], "_");
                format!("--between\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            };
            (fields().map(part).collect::<String>() + "--between--\r\n").into_bytes()
        }
    }
}

fn sent_by(kind: Kind) -> Vec<Sent> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("tests/data/senders").join(kind.name());
    let mut all = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some((case, end)) = name.rsplit_once('.').filter(|(case, _)| !case.ends_with(".reading")) else { continue };
        let Ok(reading) = fs::read(folder.join(format!("{case}.reading.json"))) else { continue };
        let reading: Value = serde_json::from_slice(&reading).unwrap();
        let bytes = fs::read(&path).unwrap();
        let pairs =
            |bytes: &[u8]| form_urlencoded::parse(bytes).map(|(name, text)| (name.into(), text.into())).collect();
        let (said, wraps): (_, &[_]) = match (end, serde_json::from_slice(&bytes)) {
            ("form", _) => (Value::Object(pairs(bytes.trim_ascii())), &[Wrap::Form, Wrap::Parts]),
            (_, Ok(said)) if kind == Kind::NATIVE => (said, &[Wrap::Json, Wrap::Wide, Wrap::Text]),
            (_, Ok(said)) => (said, &[Wrap::Json]),
            _ => continue,
        };
        let mapping = match reading["mapping"].as_str() {
            Some(own) => fs::read_to_string(folder.join(own)).ok(),
            None => Source::of(kind).mapping,
        };
        all.extend(wraps.iter().map(|wrap| Sent {
            file: format!("{kind}/{name}"),
            source: Source { mapping: mapping.clone(), ..Source::of(kind) },
            reading: reading.clone(),
            wrap: *wrap,
            said: said.clone(),
        }));
    }
    assert!(!all.is_empty(), "{kind} has no body");
    all
}

/// No field is longer than it may be.
fn assert_bounded(parsed: &Parsed, what: &str) {
    for report in &parsed.reports {
        for (name, longest) in [(&report.asset_name, 256), (&report.signature, 256), (&report.tool_source, 64)] {
            assert!(name.chars().count() <= longest, "{what}: {} of {longest}", name.chars().count());
        }
        assert!(report.message.len() <= 8 << 10, "{what}: a message of {}", report.message.len());
        assert!(
            report.links.len() <= 8 && report.links.iter().all(|link| link.chars().count() <= 2_048),
            "{what}: links"
        );
        let label = |(name, text): (&String, &String)| name.len() <= 1_024 && text.len() <= 1_024;
        assert!(report.labels.len() <= 64 && report.labels.iter().all(label), "{what}: labels");
        let others = [&report.fingerprint, &report.instance_id];
        assert!(others.into_iter().flatten().all(|text| text.len() <= 512), "{what}: an id");
    }
    for origin in parsed.origins.iter().flatten() {
        let texts = [Some(&origin.field), Some(&origin.from), origin.found.as_ref()];
        let longest = texts.into_iter().flatten().map(String::len).max();
        assert!(longest <= Some(4_096), "{what}: {longest:?} bytes say where {:.40} is from", origin.field);
    }
    for rejected in &parsed.rejected {
        assert!(rejected.reason.len() + rejected.fields.concat().len() < 4_096, "{what}: {:.80}", rejected.reason);
    }
}

#[test]
fn no_text_of_any_sender_does_anything_to_a_screen() {
    for kind in Kind::all() {
        let mut evil = Evil::of(kind);
        let mut hidden = 0;
        for sent in sent_by(kind) {
            let turns = sent.turns();
            hidden += turns.iter().filter(|turn| **turn != Turn::Left).count();
            evil.comes(&sent, &sent.body(&turns, &corpus::all()), "all of it");
            for (class, text) in CORPUS {
                evil.comes(&sent, &sent.body(&turns, text), class);
            }
            // Without its end: nobody can read it, and it is shown as it came.
            let whole = sent.body(&turns, &corpus::all());
            evil.comes(&sent, &whole[..whole.len() - 1], "cut");
        }
        assert!(hidden > 3, "{kind}: the corpus stands in {hidden} places");
        evil.look();
    }
}

/// A seat in front of all that one source was sent.
struct Evil {
    kind: Kind,
    tenant: TenantId,
    world: World,
    read: Vec<Result<Parsed, Unreadable>>,
    unread: Vec<Quarantined>,
}

impl Evil {
    fn of(kind: Kind) -> Self {
        let mut world = World::default();
        world.tenant("comp_evil", "Evil", |_| {});
        Self { kind, tenant: tenant_id("comp_evil"), world, read: Vec::new(), unread: Vec::new() }
    }

    fn comes(&mut self, sent: &Sent, body: &[u8], class: &str) {
        let read = sent.read(body, true);
        let ago = Span::minutes(1);
        if let Ok(parsed) = &read {
            assert_bounded(parsed, &format!("{}, {class}", sent.file));
            let mut input = delivery(parsed.reports.clone());
            if let crate::core::input::Input::Delivery(delivery) = &mut input {
                delivery.rejected = parsed.rejected.clone();
            }
            self.world.apply(NOW - ago, "comp_evil", &input);
        }
        if read.as_ref().map_or(true, |parsed| !parsed.rejected.is_empty()) {
            let (reason, fields) = match &read {
                Err(Unreadable::NotJson { reason }) => (reason.clone(), Vec::new()),
                Err(Unreadable::NoAlert { reason, fields }) => (reason.clone(), fields.clone()),
                Ok(parsed) => (parsed.rejected[0].reason.clone(), parsed.rejected[0].fields.clone()),
            };
            assert_eq!(corpus::hostile_in(&reason), None, "{}", sent.file);
            let number = self.unread.len() as u64 + 1;
            let (at, source) = (NOW - ago, self.kind.name().to_owned());
            self.unread.push(Quarantined { number, at, source, reason, fields, raw: body.to_vec() });
        }
        self.read.push(read);
    }

    fn drawn(&self, app: &mut App, what: &str) -> Buffer {
        settled(app, &self.world, SIZE.0, SIZE.1);
        let buffer = draw(app, SIZE.0, SIZE.1);
        assert_harmless(&buffer, &format!("{} {what}", self.kind));
        buffer
    }

    fn look(&self) {
        let mut app = in_front_of(&self.world, SIZE.0, SIZE.1);
        let listed = text(&self.drawn(&mut app, "the stream"));
        let shown = |screen: &str| screen.contains(['\u{fffd}', '␛', '⏎']);
        assert!(shown(&listed), "{}: {listed}", self.kind);
        for keys in ["g i", "g d", "g d l", "g d l l", "g d l l l", "g d z"] {
            let mut app = in_front_of(&self.world, SIZE.0, SIZE.1);
            press(&mut app, keys);
            self.drawn(&mut app, keys);
        }
        let mut app = in_front_of(&self.world, SIZE.0, SIZE.1);
        let shown = Shown {
            name: self.kind.name().into(),
            source: Source::of(self.kind),
            url: "http://127.0.0.1:8001/".into(),
            secrets: Vec::new(),
            topics: Vec::new(),
            health: Health { unreadable: self.unread.len() as u64, ..Health::default() },
        };
        press(&mut app, "g o");
        app.source_answered(&self.tenant, Ask::List, Ok(Reply::Source(Told::List(vec![shown]))));
        self.drawn(&mut app, "sources");
        press(&mut app, "enter");
        self.drawn(&mut app, "a source");
        press(&mut app, "esc esc g q");
        app.answered(Purpose::Quarantine(self.tenant.clone()), Ok(Reply::Quarantine(self.unread.clone())));
        self.drawn(&mut app, "unread");
        press(&mut app, "enter");
        self.drawn(&mut app, "an unread one");
        press(&mut app, "e");
        let about = Ask::Read { name: self.kind.name().into(), body: Body::Quarantined(self.unread[0].number) };
        for read in self.read.iter().take(4) {
            let told = Reply::Source(Told::Reading(Box::new(read.clone())));
            app.source_answered(&self.tenant, about.clone(), Ok(told));
            self.drawn(&mut app, "how it is read");
        }
    }
}

#[test]
fn a_line_of_a_million_characters_costs_no_more_than_it_should() {
    for kind in Kind::all() {
        for sent in sent_by(kind).into_iter().take(2) {
            let turns = sent.turns();
            for at in (0..turns.len()).filter(|at| turns[*at] != Turn::Left) {
                let mut one = vec![Turn::Left; turns.len()];
                one[at] = if turns[at] == Turn::Replaced { Turn::Replaced } else { Turn::Followed };
                // One is as long as the issue has it; with the others it is enough to be longer than anything that is kept.
                let bytes = if at == 0 { 1 << 20 } else { 16 << 10 };
                let body = sent.body(&one, &corpus::long(SHORT, bytes));
                if let Ok(parsed) = sent.read(&body, true) {
                    assert_bounded(&parsed, &format!("{}, text {at}", sent.file));
                }
            }
        }
    }
}
