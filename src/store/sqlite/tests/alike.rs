//! Earlier incidents of the same trouble, what was merged, and files that an older version wrote.

use super::*;
use crate::core::change::Change;
use crate::core::incident::Incident;
use crate::core::query::Query;
use crate::core::testing::ANYBODY;
use crate::core::time::Span;
use crate::core::timeline::{Event, TimelineEntry};

/// A tenant whose incidents are written as they are, whatever the core would make of them.
struct Written {
    rig: Rig,
    template: Incident,
}

const NOW: Moment = Moment(100 * Span::DAY.0);

impl Written {
    fn new() -> Self {
        let mut rig = Rig::new(&["comp_a"]);
        rig.keep(vec![(NOW, tenant_id("comp_a"), posted(vec![report("web-01", "disk_full")]), Bytes::new())]);
        let template = rig.store.history.incident(&incident_id("comp_a", 1)).unwrap().unwrap();
        Self { rig, template }
    }

    fn write(&mut self, changes: Vec<Change>) {
        let batch = Batch { up_to: self.rig.seq, changes, ..Batch::default() };
        self.rig.store.archive.write(&batch).unwrap();
    }

    fn incident(&mut self, number: u64, ago: Span, change: impl FnOnce(&mut Incident)) -> Incident {
        let id = incident_id("comp_a", number);
        let mut incident = Incident { id, opened_at: NOW - ago, ..self.template.clone() };
        change(&mut incident);
        self.write(vec![Change::IncidentUpdated(Arc::new(incident.clone()))]);
        incident
    }

    fn line(&mut self, number: u64, at: i64, what: Event) {
        let id = incident_id("comp_a", number);
        let entry = TimelineEntry { incident_id: id, at: Moment(at), who: Some("priya".into()), seat: None, what };
        self.write(vec![Change::Timeline(Arc::new(entry))]);
    }
}

fn resolved(note: Option<&str>) -> Event {
    Event::Resolved { note: note.map(str::to_owned) }
}

fn noted(text: &str) -> Event {
    Event::Note { text: text.into() }
}

fn days(n: i64) -> Span {
    Span(n * Span::DAY.0)
}

#[test]
fn earlier_incidents_of_the_same_trouble_are_counted_and_told_with_their_ends() {
    let mut written = Written::new();
    written.incident(1, days(60), |_| {});
    written.incident(2, days(20), |incident| incident.asset_name = "WEB-01 ".into());
    written.incident(3, days(10), |incident| incident.signature = "cpu".into());
    written.incident(4, days(9), |incident| incident.merged_into = Some(incident_id("comp_a", 2)));
    written.incident(5, days(8), |_| {});
    written.incident(6, days(7), |_| {});
    let now = written.incident(7, days(0), |_| {});
    written.incident(8, days(0), |_| {});
    for (at, what) in [(1, noted("looked")), (2, resolved(Some("restarted nginx"))), (3, noted("well done"))] {
        written.line(2, at, what);
    }
    for (at, what) in [(1, noted("swept the disk")), (2, resolved(None)), (3, noted("later"))] {
        written.line(5, at, what);
    }
    let alike = written.rig.store.history.similar(&now).unwrap();
    assert_eq!(alike.within_30_days, 3);
    let told: Vec<_> = alike.incidents.iter().map(|(one, note)| (one.id.number, note.as_deref())).collect();
    assert_eq!(told, [(6, None), (5, Some("swept the disk")), (2, Some("restarted nginx")), (1, None)]);
    let part = Incident { id: incident_id("comp_a", 9), merged_into: Some(now.id.clone()), ..now };
    assert_eq!(written.rig.store.history.similar(&part).unwrap().incidents.len(), 6, "a part has its own past");
}

#[test]
fn what_was_merged_is_read_with_what_it_was_merged_into() {
    let mut written = Written::new();
    let a = tenant_id("comp_a");
    for (at, asset) in [(1, "db"), (2, "cache")] {
        let input = posted(vec![report(asset, "slow")]);
        written.rig.keep(vec![(NOW + Span(at), a.clone(), input, Bytes::new())]);
    }
    let history = written.rig.store.history.clone();
    let read = |number| {
        let id = incident_id("comp_a", number);
        let alerts: Vec<u64> = history.alerts_of(&id, 10).unwrap().iter().map(|alert| alert.id.number).collect();
        let lines: Vec<u64> = history.timeline(&id).unwrap().iter().map(|line| line.incident_id.number).collect();
        (alerts, lines)
    };
    assert_eq!(read(1), (vec![1], vec![1]));
    written.incident(2, days(0), |incident| incident.merged = vec![3]);
    written.incident(1, days(0), |incident| incident.merged = vec![2, 7]);
    written.line(2, NOW.0 + 5, noted("same cable"));
    assert_eq!(read(1), (vec![3, 2, 1], vec![1, 2, 3, 2]));
    assert_eq!(history.alerts_of(&incident_id("comp_a", 1), 2).unwrap().len(), 2);
    written.incident(3, days(0), |incident| incident.merged = vec![1]);
    assert_eq!(read(1).0, [3, 2, 1], "not even a ring leads astray");
}

#[test]
fn a_file_of_the_version_before_is_filled_in_when_it_is_opened() {
    let mut written = Written::new();
    let now = written.incident(2, days(0), |_| {});
    let file = written.rig.file("comp_a");
    let dir = written.rig.dir;
    drop(written.rig.store);
    let db = rusqlite::Connection::open(&file).unwrap();
    db.execute_batch(BEFORE_ASIDE).unwrap();
    db.execute_batch(
        "DROP TABLE sessions; DROP TABLE executions; DROP TABLE outputs; DROP TABLE audit; DROP INDEX incidents_alike; DROP INDEX incidents_to_fill; ALTER TABLE incidents DROP COLUMN texts;
         ALTER TABLE incidents DROP COLUMN alike; ALTER TABLE incidents DROP COLUMN opened_at; PRAGMA user_version = 2;",
    )
    .unwrap();
    drop(db);
    let mut store = open(dir.path()).unwrap();
    store.archive.load(&tenant_id("comp_a")).unwrap();
    let alike = store.history.similar(&now).unwrap();
    assert_eq!(alike.incidents.iter().map(|(one, _)| one.id.number).collect::<Vec<_>>(), [1]);
    let found = |text: &str| {
        let query = Query::parse(text).unwrap();
        store.history.incidents(&tenant_id("comp_a"), &query, ANYBODY, 10).unwrap().len()
    };
    assert_eq!((found("disk status:any"), found("cpu status:any")), (2, 0));
}
