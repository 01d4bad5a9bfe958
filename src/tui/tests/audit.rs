//! The end of a tenant's audit log, as somebody reads it at a seat.

use serde_json::json;

use super::fixture::{NOW, draw, in_front_of, night, press, text, type_in};
use super::screens::at_four_sizes;
use crate::core::audit::{Entry, Record};
use crate::core::input::Actor;
use crate::core::time::Span;
use crate::link::{Refusal, Request};
use crate::tui::effect::{Effect, Purpose};

/// What the engine has, the oldest first: one of them is damaged, one hostile.
pub fn entries() -> Vec<String> {
    let by = |who: &str| Actor { who: who.into(), seat: "jump01 pts/3".into() };
    let ask = json!({ "document": "AWS-RunShellScript", "parameters": { "commands": ["df -h"] } });
    let refused = "refused: nobody approves what they asked for themselves; ask somebody else".to_owned();
    let records = [
        Record::of(&by("sam"), NOW - Span::hours(30), "tenant.set", "comp_acme")
            .with(json!({ "name": "Acme\u{202e}" })),
        Record::of(&by("priya"), NOW - Span::minutes(9), "execution.ask", "comp_acme-x4").with(ask),
        Record {
            outcome: refused,
            ..Record::of(&by("priya"), NOW - Span::MINUTE, "execution.approve", "comp_acme-x4")
        },
        Record::of(&by("\u{1b}[31mmallory"), NOW, "incident.note", "comp_acme-i1"),
    ];
    let entry = |(number, record)| Entry { number, record, previous: "0".repeat(64), hash: "1".repeat(64) };
    let written = (1..).zip(records).map(entry).map(|entry| serde_json::to_string(&entry).unwrap());
    written.chain(["{\"number\":".into()]).collect()
}

#[test]
fn the_latest_entries_stand_first_and_one_can_be_read_whole() {
    at_four_sizes("audit", ": a u d i t space c o m p _ a c m e enter");
    at_four_sizes("audit_entry", ": a u d i t space c o m p _ a c m e enter j j j enter");
}

#[test]
fn it_asks_for_the_end_of_the_log_of_the_tenant_in_question_and_says_a_refusal() {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    press(&mut app, ":");
    type_in(&mut app, "audit comp_borealis");
    let [Effect::Ask(purpose, Request::Audit { tenant, from: 0, .. })] = &press(&mut app, "enter")[..] else {
        panic!()
    };
    assert_eq!((tenant.as_str(), purpose), ("comp_borealis", &Purpose::Audit(tenant.clone())));
    app.answered(purpose.clone(), Err(Refusal::gone()));
    assert!(text(&draw(&app, 120, 40)).contains("the engine has stopped"));
}
