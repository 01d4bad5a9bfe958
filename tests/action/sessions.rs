//! Sessions, from a wish to their ends: an engine, the hands at its side, and machines of the stand-in with real shells.

use alert_whisperer::core::id::SessionId;
use alert_whisperer::core::input::Actor;
use alert_whisperer::core::session::{End, Kind, Session, Stage, Wish};
use alert_whisperer::demo::aws::faults::Fault;
use alert_whisperer::link::session::{Blob, Piece, Sessions, Size, Talk, Talked};
use alert_whisperer::link::{Refusal, Reply, Request};

use crate::rig::{ACME, BOLT, PATIENCE, Rig, THEIRS, WEB, instance, tenant};

pub const PROMPT: &str = "sh-5.2$ ";

pub fn wish(kind: Kind) -> Box<Wish> {
    Box::new(Wish { incident: None, instance: instance(WEB), asset: "web-03".into(), kind })
}

pub fn open(kind: Kind) -> Talk {
    Talk::Open { tenant: tenant(ACME), wish: wish(kind), size: Size { cols: 100, rows: 40 } }
}

/// Somebody at a session, and what they have seen of it.
pub struct Seat<'a> {
    pub rig: &'a Rig,
    pub by: Actor,
    pub session: SessionId,
    pub last: Piece,
    pub text: String,
}

impl<'a> Seat<'a> {
    pub async fn open(rig: &'a Rig, kind: Kind) -> Self {
        let by = Actor { who: "priya".into(), seat: "pts/1".into() };
        match talk(rig, &by, open(kind)).await.unwrap() {
            Talked::Opening(session) => Self { rig, by, session, last: Piece::default(), text: String::new() },
            other => panic!("{other:?}"),
        }
    }

    pub async fn read(&mut self) {
        let version = self.last.live.as_ref().map_or(0, |live| live.version);
        let read = Talk::Read { session: self.session.clone(), seen: self.last.upto, version };
        let read = tokio::time::timeout(PATIENCE, talk(self.rig, &self.by, read)).await.unwrap();
        let Ok(Talked::Piece(piece)) = read else { panic!("{read:?}") };
        assert!(!piece.fresh);
        self.text.push_str(&String::from_utf8_lossy(&piece.bytes.0));
        let live = piece.live.clone().or(self.last.live.take());
        self.last = Piece { live, ..*piece };
    }

    pub async fn until(&mut self, text: &str) {
        while !self.text.contains(text) {
            assert!(!self.last.over, "it ended without {text:?}: {:?}", self.text);
            self.read().await;
        }
    }

    pub async fn types(&self, keys: &str) {
        let bytes = Blob(keys.as_bytes().to_vec());
        talk(self.rig, &self.by, Talk::Type { session: self.session.clone(), bytes }).await.unwrap();
    }

    pub async fn shell(rig: &'a Rig) -> Self {
        let mut seat = Self::open(rig, Kind::Shell).await;
        seat.until(PROMPT).await;
        seat
    }
}

pub async fn talk(rig: &Rig, by: &Actor, talk: Talk) -> Result<Talked, Refusal> {
    match rig.engine().handle().caller().ask(by, Request::Session(talk)).await? {
        Reply::Talked(talked) => Ok(talked),
        other => panic!("{other:?}"),
    }
}

/// Waits until a session is as wanted.
pub async fn until(rig: &Rig, id: &SessionId, wanted: impl Fn(&Session) -> bool) -> Session {
    let mut seat = rig.seat().await;
    let by = tokio::time::Instant::now() + PATIENCE;
    loop {
        match seat.board.session(id) {
            Some(session) if wanted(session) => return Session::clone(session),
            known => {
                let shown = format!("{known:#?}");
                assert!(tokio::time::timeout_at(by, seat.hear()).await.is_ok(), "it never came to that: {shown}");
            }
        }
    }
}

pub async fn over(rig: &Rig, id: &SessionId) -> (End, Option<String>, Session) {
    let session = until(rig, id, Session::is_over).await;
    match &session.stage {
        Stage::Ended { how, why } => (*how, why.clone(), session.clone()),
        other => panic!("{other:?}"),
    }
}

/// How the stand-in has the sessions that it began.
pub fn statuses(rig: &Rig) -> Vec<&'static str> {
    rig.stand_in.sessions().iter().map(|session| session.status).collect()
}

pub async fn on_record(rig: &Rig, of: &str) -> Vec<String> {
    let entries = rig.audit(of).await;
    let what = |entry: &String| serde_json::from_str::<serde_json::Value>(entry).unwrap();
    let about = entries.iter().map(what).filter(|entry| entry["what"].as_str().unwrap().starts_with("session."));
    about.map(|entry| format!("{} {} {}", entry["who"], entry["what"], entry["outcome"]).replace('"', "")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shell_is_opened_typed_into_recorded_and_ends() {
    let rig = Rig::start().await;
    let mut seat = Seat::shell(&rig).await;
    let begun = until(&rig, &seat.session, |session| session.stage == Stage::Open).await;
    assert!(begun.aws_id.is_some() && begun.driver.as_ref() == Some(&seat.by));
    let reason = rig.stand_in.sessions()[0].reason.clone();
    let words: Vec<_> = reason.split(' ').collect();
    assert_eq!((words[0], words[2], words[3]), ("alert-whisperer", "comp_acme-s1", "priya"));
    seat.types("stty size; echo $((6 * 7)) an''swers\r").await;
    seat.until("40 100\r\n42 answers\r\n").await;
    seat.types("exit\r").await;
    while !seat.last.over {
        seat.read().await;
    }
    let (how, why, session) = over(&rig, &seat.session).await;
    assert_eq!((how, why), (End::Exited, None));
    let recording = session.recording.unwrap();
    let Ok(Talked::Recording { part, of }) =
        talk(&rig, &seat.by, Talk::Recording { session: seat.session.clone(), from: 0 }).await
    else {
        panic!()
    };
    assert_eq!((of, recording.bytes, &*recording.file), (part.0.len() as u64, of, "comp_acme-s1.cast"));
    assert!(String::from_utf8(part.0).unwrap().contains("42 answers"));
    let expected = [
        "priya session.open done",
        "alert-whisperer session.start done",
        "alert-whisperer session.opened done",
        "alert-whisperer session.end done",
        "priya session.recording done",
    ];
    assert_eq!(on_record(&rig, ACME).await, expected);
    let listed =
        rig.ask("priya", Request::Sessions(Sessions { tenant: tenant(ACME), incident: None, limit: 10 })).await;
    let Ok(Reply::Sessions(listed)) = listed else { panic!("{listed:?}") };
    assert_eq!(listed.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seat_comes_back_to_what_another_left() {
    let rig = Rig::start().await;
    let seat = Seat::shell(&rig).await;
    seat.types("kept=yes\r").await;
    talk(&rig, &seat.by, Talk::Detach { session: seat.session.clone() }).await.unwrap();
    let left = until(&rig, &seat.session, |session| session.detached).await;
    assert_eq!(left.driver, None);
    let by = Actor { who: "bob".into(), seat: "pts/2".into() };
    talk(&rig, &by, Talk::Drive { session: seat.session.clone() }).await.unwrap();
    let mut other = Seat { rig: &rig, by, session: seat.session.clone(), last: Piece::default(), text: String::new() };
    other.types("echo it is $kept\r").await;
    other.until("it is yes\r\n").await;
    talk(&rig, &other.by, Talk::End { session: other.session.clone() }).await.unwrap();
    let (how, _, session) = over(&rig, &other.session).await;
    assert_eq!((how, session.detached), (End::Closed, false));
    assert_eq!(statuses(&rig), ["Terminated"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commands_output_and_exit_code_are_told() {
    let rig = Rig::start().await;
    let mut seat = Seat::open(&rig, Kind::Command { text: "echo out; echo err >&2; exit 7".into() }).await;
    while !seat.last.over {
        seat.read().await;
    }
    assert!(seat.text.contains("out\r\n") && seat.text.contains("err\r\n"), "{:?}", seat.text);
    let (how, _, session) = over(&rig, &seat.session).await;
    assert_eq!((how, session.exit_code), (End::Exited, Some(7)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_aws_does_not_begin_did_not_open_and_says_why() {
    let rig = Rig::start().await;
    rig.stand_in.faults().always("StartSession", Fault::Denied);
    let mut seat = Seat::open(&rig, Kind::Shell).await;
    while !seat.last.over {
        seat.read().await;
    }
    let (how, why, session) = over(&rig, &seat.session).await;
    assert_eq!((how, session.aws_id), (End::NotOpened, None));
    assert!(why.as_ref().unwrap().contains("StartSession"), "{why:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_tenants_machine_is_out_of_reach() {
    let rig = Rig::start().await;
    let by = Actor::named("priya");
    let theirs = Wish { instance: instance(THEIRS), ..*wish(Kind::Shell) };
    let asked = Talk::Open { tenant: tenant(ACME), wish: theirs.into(), size: Size::default() };
    let Ok(Talked::Opening(id)) = talk(&rig, &by, asked).await else { panic!() };
    assert_eq!(over(&rig, &id).await.0, End::NotOpened);
    let seat = Seat::shell(&rig).await;
    let number = seat.session.number;
    let foreign = SessionId { tenant: tenant(BOLT), number };
    let refused = talk(&rig, &by, Talk::Drive { session: foreign }).await.unwrap_err();
    assert_eq!(refused.code, "no_such_session");
    assert_eq!(on_record(&rig, BOLT).await, [format!("priya session.look refused: {refused}")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_asked_of_another_tenants_session_is_refused_as_for_what_is_not_there_and_on_record() {
    let rig = Rig::start().await;
    let seat = Seat::shell(&rig).await;
    let of = |number| SessionId { tenant: tenant(BOLT), number };
    let size = Size { cols: 80, rows: 24 };
    let all: [fn(SessionId, Size) -> Talk; 11] = [
        |session, _| Talk::Read { session, seen: 0, version: 0 },
        |session, _| Talk::Type { session, bytes: Blob(b"id\r".to_vec()) },
        |session, size| Talk::Resize { session, size },
        |session, _| Talk::HandOver { session, raw: true },
        |session, _| Talk::Drive { session },
        |session, _| Talk::Watch { session },
        |session, _| Talk::Leave { session },
        |session, _| Talk::Detach { session },
        |session, _| Talk::End { session },
        |session, _| Talk::Mark { session, text: "here".into() },
        |session, _| Talk::Recording { session, from: 0 },
    ];
    for ask in all {
        let theirs = talk(&rig, &seat.by, ask(of(seat.session.number), size)).await.unwrap_err();
        let nobodys = talk(&rig, &seat.by, ask(of(4_711), size)).await.unwrap_err();
        assert_eq!(theirs, nobodys);
    }
    let record = on_record(&rig, BOLT).await;
    assert!(record.iter().any(|entry| entry.starts_with("priya session.look refused")), "{record:?}");
    assert!(record.iter().any(|entry| entry.starts_with("priya session.recording refused")), "{record:?}");
    assert!(!until(&rig, &seat.session, |_| true).await.is_over());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_a_recording_is_on_record_wherever_they_begin() {
    let rig = Rig::start().await;
    let seat = Seat::shell(&rig).await;
    talk(&rig, &seat.by, Talk::End { session: seat.session.clone() }).await.unwrap();
    over(&rig, &seat.session).await;
    let by = Actor { who: "bob".into(), seat: "pts/2".into() };
    for from in [7, 9, 0] {
        talk(&rig, &by, Talk::Recording { session: seat.session.clone(), from }).await.unwrap();
    }
    let record = on_record(&rig, ACME).await;
    let read = record.iter().filter(|entry| *entry == "bob session.recording done").count();
    assert_eq!(read, 2, "{record:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_session_outlives_its_engine() {
    let mut rig = Rig::start().await;
    let (first, second) = (Seat::shell(&rig).await.session, Seat::shell(&rig).await.session);
    rig.close().await;
    assert_eq!(statuses(&rig), ["Terminated", "Terminated"]);
    rig.sleep().await;
    rig.wake();
    for id in [first, second] {
        let (how, why, session) = over(&rig, &id).await;
        assert_eq!((how, why.as_deref()), (End::Stopped, Some("the engine stopped")));
        assert!(session.recording.is_some());
    }
    assert_eq!(statuses(&rig), ["Terminated", "Terminated"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_engine_left_is_ended_by_the_next_and_only_that() {
    let mut rig = Rig::start().await;
    let known = Seat::shell(&rig).await.session;
    // Another one that nobody was told the id of, and one that is somebody else's.
    rig.stand_in.faults().next("StartSession", Fault::SilentAfter);
    let unknown = Seat::open(&rig, Kind::Shell).await.session;
    while rig.stand_in.sessions().len() < 2 {
        tokio::task::yield_now().await;
    }
    rig.let_go();
    rig.wake_again();
    let mine = Seat::shell(&rig).await;
    let (how, why, _) = over(&rig, &known).await;
    assert_eq!((how, why.as_deref()), (End::Stopped, Some("the engine that held it had stopped")));
    // The first engine may have had the time to say that nothing came of it.
    assert!(matches!(over(&rig, &unknown).await.0, End::Stopped | End::NotOpened));
    let left: Vec<_> = rig.stand_in.sessions().into_iter().filter(|session| session.status != "Terminated").collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(left[0].reason.contains(&mine.session.to_string()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_cannot_be_ended_at_aws_is_not_over_until_it_is() {
    let rig = Rig::start().await;
    let seat = Seat::shell(&rig).await;
    rig.stand_in.faults().always("TerminateSession", Fault::Throttled);
    talk(&rig, &seat.by, Talk::End { session: seat.session.clone() }).await.unwrap();
    while rig.count("TerminateSession") < 3 {
        tokio::task::yield_now().await;
    }
    let session = until(&rig, &seat.session, |_| true).await;
    assert!(!session.is_over());
    rig.stand_in.faults().mend();
    assert_eq!(over(&rig, &seat.session).await.0, End::Closed);
    assert_eq!(statuses(&rig), ["Terminated"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_with_open_sessions_is_not_removed() {
    let rig = Rig::start().await;
    let seat = Seat::shell(&rig).await;
    let remove = || Request::TenantRemove { id: tenant(ACME) };
    assert_eq!(rig.ask("priya", remove()).await.unwrap_err().code, "sessions_open");
    talk(&rig, &seat.by, Talk::End { session: seat.session.clone() }).await.unwrap();
    over(&rig, &seat.session).await;
    rig.ask("priya", remove()).await.unwrap();
}
