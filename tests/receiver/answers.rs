//! The table of answers, row by row.

use serde_json::{Value, json};

use crate::support::{Receiver, alert, from_alertmanager, signed};

#[test]
fn a_signed_alert_is_stored_and_answered() {
    let receiver = Receiver::start();
    let answer = receiver.ask(&signed(alert("db-01")));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        answer.text,
        r#"{"message":"Alert received","alert_id":"comp_acme-a1","incident_id":"comp_acme-i1","duplicate":false}"#
    );
}

#[test]
fn an_alertmanager_batch_is_stored_and_answered() {
    let receiver = Receiver::start();
    let body = include_bytes!("../data/alertmanager-0.25/two_firing.json");
    let answer = receiver.ask(&from_alertmanager(body));
    assert_eq!(answer.status, 200, "{answer:?}");
    let expected: Value = json!({
        "message": "2 alerts received", "alert_id": "comp_acme-a1", "incident_id": "comp_acme-i1", "duplicate": false,
        "accepted": 2, "rejected": [],
        "alerts": [
            {"index": 0, "alert_id": "comp_acme-a1", "incident_id": "comp_acme-i1"},
            {"index": 1, "alert_id": "comp_acme-a2", "incident_id": "comp_acme-i2"},
        ],
    });
    assert_eq!(answer.json(), expected);
}
