//! A session to record.

use crate::core::input::Actor;
use crate::core::session::{Kind, Session, Stage, Wish};
use crate::core::time::Moment;

/// A shell that is open.
pub fn shell() -> Session {
    let by = Actor { who: "priya".into(), seat: "jump-1 pts/3".into() };
    Session {
        id: "comp_acme-s3".parse().unwrap(),
        wish: Wish {
            incident: Some("comp_acme-i7".parse().unwrap()),
            instance: "i-0123456789abcdef0".parse().unwrap(),
            asset: "web-01".into(),
            kind: Kind::Shell,
        },
        by: by.clone(),
        asked_at: Moment(1_700_000_000_000),
        stage: Stage::Open,
        aws_id: Some("priya-0123456789abcdef0".into()),
        opened_at: Some(Moment(1_700_000_002_000)),
        ended_at: None,
        driver: Some(by),
        watchers: Vec::new(),
        detached: false,
        local_port: None,
        exit_code: None,
        recording: None,
    }
}
