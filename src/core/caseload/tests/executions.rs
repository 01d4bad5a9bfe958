//! The life of an execution: who may take which step when, what is refused in which words, and what stays in the histories of
//! its incidents.

use super::*;
use crate::core::execution::order::{Expect, OnSuccess, Order};
use crate::core::execution::step::{Barred, OnExecution, Step};
use crate::core::execution::{Execution, Outcome, Output, Run, Stage};
use crate::core::id::ExecutionId;
use crate::core::role::Risk;
use crate::core::tenant::AwsAccount;
use crate::core::testing::{account, instance, order, technician};

/// Settings of a tenant with an account.
pub(super) fn reachable() -> Settings {
    Settings { aws: Some(account()), ..Settings::default() }
}

/// Three incidents, on `web-1` to `web-3`; tomas is a lead, priya and kim are none.
pub(super) fn night() -> Night {
    night_of(reachable())
}

pub(super) fn night_of(settings: Settings) -> Night {
    let mut night = Night::with(settings);
    let technicians = vec![technician("priya", false), technician("kim", false), technician("tomas", true)];
    night.input(start(), Input::Roster { technicians, staffed: true, people: Default::default() });
    for n in 1..=3 {
        night.alert(0.0, report(&format!("web-{n}"), "disk_full"));
    }
    night
}

pub(super) fn ask(order: &Order, typed: Option<&str>) -> Step {
    Step::Ask { order: Box::new(order.clone()), digest: order.digest(), typed: typed.map(Into::into) }
}

pub(super) fn approve(order: &Order) -> Step {
    Step::Approve { digest: order.digest(), why: None }
}

pub(super) fn sent() -> Step {
    Step::Sent { command_id: "cmd-1".into(), request_id: Some("req-1".into()) }
}

pub(super) fn run(at: usize, status: &str, exit_code: Option<i32>) -> Run {
    let (detail, started_at, ended_at) = (status.into(), None, None);
    Run { instance: instance(at), status: status.into(), detail, exit_code, started_at, ended_at }
}

pub(super) fn ended(runs: Vec<Run>) -> Step {
    Step::Ended { runs, outputs: Vec::new() }
}

fn medium() -> Order {
    Order { risk: Risk::Medium, ..order("comp_acme", 1) }
}

fn why() -> String {
    "because".into()
}

impl Night {
    pub(super) fn try_step(&mut self, minutes: f64, who: &str, execution: u64, step: Step) -> Result<(), Barred> {
        let on = OnExecution { execution, by: Actor { who: who.into(), seat: "pts/1".into() }, step };
        let checked = self.engine.check_execution(at(minutes), &tenant_id("comp_acme"), &on);
        let before = self.changes.len();
        self.input(at(minutes), Input::Execution(on));
        if checked.is_err() {
            let changed = self.changes[before..].iter().filter(|change| matches!(change, Change::ExecutionChanged(_)));
            let by_time = |change: &&Change| matches!(change, Change::ExecutionChanged(one) if one.outcome() == Some(Outcome::Expired));
            assert_eq!(changed.filter(|change| !by_time(change)).count(), 0, "{checked:?}");
        }
        checked
    }

    pub(super) fn step(&mut self, minutes: f64, who: &str, execution: u64, step: Step) {
        self.try_step(minutes, who, execution, step).unwrap();
    }

    pub(super) fn execution(&self, number: u64) -> &Execution {
        self.engine.execution(&ExecutionId { tenant: tenant_id("comp_acme"), number }).unwrap()
    }

    /// Takes it from being asked for to running.
    pub(super) fn set_off(&mut self, minutes: f64, number: u64) {
        self.step(minutes, "alert-whisperer", number, Step::Sending);
        self.step(minutes, "alert-whisperer", number, sent());
    }

    /// What an incident's history says of executions, and who did it.
    fn said(&self, incident: u64) -> Vec<String> {
        let line = |change: &Change| match change {
            Change::Timeline(entry) if entry.incident_id.number == incident => {
                let words = entry.what.words(|_| String::new());
                Some(format!("{}: {words}", entry.who.as_deref().unwrap_or("-")))
            }
            _ => None,
        };
        self.changes.iter().filter_map(line).filter(|line| line.contains("-x") || line.contains("resolved")).collect()
    }
}

#[test]
fn a_harmless_one_goes_its_way_and_every_incident_tells_it() {
    let mut night = night();
    let order = order("comp_acme", 2);
    night.step(1.0, "priya", 0, ask(&order, None));
    assert_eq!((night.execution(1).stage.clone(), &night.execution(1).approval), (Stage::Ready, &None));
    night.step(1.0, "alert-whisperer", 1, Step::Sending);
    assert_eq!(night.execution(1).sent_at, Some(at(1.0)));
    night.step(1.1, "alert-whisperer", 1, Step::Waits { for_what: Some("AWS is slow".into()) });
    night.step(1.2, "alert-whisperer", 1, sent());
    assert_eq!((night.execution(1).stage.clone(), &night.execution(1).waits_for), (Stage::Running, &None));
    let half = vec![run(1, "Success", Some(0)), run(0, "InProgress", None)];
    night.step(1.5, "alert-whisperer", 1, Step::Progress { runs: half });
    let runs: Vec<_> = night.execution(1).runs.iter().map(|run| run.status.as_str()).collect();
    assert_eq!(runs, ["InProgress", "Success"], "in the order of the targets");
    night.step(3.0, "alert-whisperer", 1, ended(vec![run(0, "Success", Some(0)), run(1, "Success", Some(0))]));
    assert_eq!((night.execution(1).outcome(), night.execution(1).ended_at), (Some(Outcome::Success), Some(at(3.0))));
    for (incident, machine) in [(1, instance(0)), (2, instance(1))] {
        let told = [
            format!("priya: wants disk-usage run on {machine} and 1 more: comp_acme-x1, low risk"),
            "-: comp_acme-x1 was sent: AWS calls it cmd-1".into(),
            "-: disk-usage succeeded after 2 min 0 s, exit code 0: comp_acme-x1".into(),
        ];
        assert_eq!(night.said(incident), told);
    }
    assert!(night.said(3).is_empty());
    assert!(night.incident(1).is_open(), "success is written down, and nothing else");
    night.until(3.0 + 24.0 * 60.0);
    assert!(matches!(night.changes.last(), Some(Change::ExecutionForgotten { id }) if id.number == 1));
    assert_eq!(night.try_step(3_000.0, "kim", 1, Step::Cancel), Err(Barred::NoExecution));
}

#[test]
fn what_is_of_some_risk_waits_for_a_second_person_who_sees_the_same() {
    let mut night = night();
    let order = medium();
    assert_eq!(night.try_step(1.0, "priya", 0, ask(&order, None)), Err(Barred::NotTyped("web-1".into())));
    assert_eq!(night.try_step(1.0, "priya", 0, ask(&order, Some("web-2"))), Err(Barred::NotTyped("web-1".into())));
    night.step(1.0, "priya", 0, ask(&order, Some(" web-1 ")));
    assert!(night.execution(1).awaits_approval());
    let table = [
        ("priya", approve(&order), Barred::OwnRequest),
        ("priya", Step::Reject { why: why() }, Barred::OwnRequest),
        ("kim", approve(&order), Barred::Role("technician")),
        ("auto-remediation", approve(&order), Barred::Role("auto-remediation")),
        ("tomas", Step::Approve { digest: "another".into(), why: None }, Barred::Changed),
        ("tomas", Step::Reject { why: " \n".into() }, Barred::NoReason),
        ("tomas", Step::Reject { why: "x".repeat(1_025) }, Barred::TooLong("a reason has at most 1024 bytes")),
        ("alert-whisperer", Step::Sending, Barred::OutOfTurn),
        ("alert-whisperer", sent(), Barred::OutOfTurn),
        ("alert-whisperer", ended(Vec::new()), Barred::OutOfTurn),
        ("alert-whisperer", Step::NotSent { why: why() }, Barred::OutOfTurn),
    ];
    for (who, step, refusal) in table {
        assert_eq!(night.try_step(2.0, who, 1, step.clone()), Err(refusal), "{who} {step:?}");
    }
    night.step(2.0, "tomas", 1, Step::Approve { digest: order.digest(), why: Some("go on".into()) });
    let decided = night.execution(1).approval.clone().unwrap().decided.unwrap();
    assert_eq!((decided.by.who.as_str(), decided.at, decided.approved), ("tomas", at(2.0), true));
    assert_eq!(night.try_step(2.0, "tomas", 1, approve(&order)), Err(Barred::NotWaiting));
    night.set_off(2.0, 1);
    assert_eq!(night.try_step(2.0, "tomas", 1, Step::Reject { why: why() }), Err(Barred::NotWaiting));
    assert_eq!(
        night.said(1)[..2],
        [
            format!("priya: wants disk-usage run on {}: comp_acme-x1, medium risk, waits for approval", instance(0)),
            "tomas: approved comp_acme-x1: go on".into()
        ]
    );
}

#[test]
fn a_lead_s_own_dangerous_wish_needs_anybody_else() {
    let mut night = night();
    let order = Order { risk: Risk::High, ..order("comp_acme", 3) };
    assert_eq!(night.try_step(1.0, "tomas", 0, ask(&order, None)), Err(Barred::NotTyped("3 machines".into())));
    night.step(1.0, "tomas", 0, ask(&order, Some("3 machines")));
    assert_eq!(night.try_step(1.0, "tomas", 1, approve(&order)), Err(Barred::OwnRequest));
    night.step(1.0, "kim", 1, approve(&order));
    night.step(1.0, "tomas", 0, ask(&medium(), Some("web-1")));
    assert_eq!(night.execution(2).stage, Stage::Ready, "a lead decides that alone");
}

#[test]
fn a_request_that_nobody_decides_on_expires_and_that_is_said_to_who_is_too_late() {
    let mut night = night();
    let order = medium();
    night.step(1.0, "priya", 0, ask(&order, Some("web-1")));
    night.step(1.0, "kim", 0, ask(&order, Some("web-1")));
    night.step(2.0, "tomas", 2, Step::Reject { why: "not now".into() });
    assert_eq!(night.try_step(2.0, "tomas", 2, approve(&order)), Err(Barred::Over));
    // Its time has come, and nobody has told the engine yet.
    assert_eq!(night.try_step(61.0, "tomas", 1, approve(&order)), Err(Barred::Expired));
    assert_eq!(night.execution(1).outcome(), Some(Outcome::Expired));
    assert_eq!(night.execution(1).ended_at, Some(at(61.0)));
    assert_eq!(night.try_step(62.0, "tomas", 1, approve(&order)), Err(Barred::Expired));
    assert_eq!(night.try_step(62.0, "priya", 1, Step::Cancel), Err(Barred::Over));
    assert_eq!(
        night.said(1)[2..],
        ["tomas: rejected comp_acme-x2: not now", "-: comp_acme-x1 was not approved in time"]
    );
}

#[test]
fn cancelling_ends_what_was_not_sent_and_is_a_wish_about_what_was() {
    let mut night = night();
    let order = order("comp_acme", 1);
    night.step(1.0, "priya", 0, ask(&order, None));
    night.step(1.0, "kim", 1, Step::Cancel);
    assert_eq!(night.execution(1).outcome(), Some(Outcome::Cancelled));
    assert_eq!(night.try_step(1.0, "alert-whisperer", 1, Step::Sending), Err(Barred::Over));
    night.step(1.0, "priya", 0, ask(&order, None));
    night.step(1.0, "alert-whisperer", 2, Step::Sending);
    night.step(1.0, "kim", 2, Step::Cancel);
    assert_eq!(night.execution(2).stage, Stage::Sending, "AWS may have it");
    assert_eq!(night.try_step(1.0, "tomas", 2, Step::Cancel), Err(Barred::CancelAsked("kim".into())));
    night.step(1.0, "alert-whisperer", 2, sent());
    night.step(2.0, "alert-whisperer", 2, ended(vec![run(0, "Cancelled", None)]));
    assert_eq!(night.execution(2).outcome(), Some(Outcome::Cancelled));
    assert_eq!(night.try_step(2.0, "tomas", 2, Step::Cancel), Err(Barred::Over));
    let said = night.said(1);
    assert_eq!(said[1], "kim: cancelled comp_acme-x1 before it was sent");
    assert_eq!(said[3], "kim: wants comp_acme-x2 cancelled");
    assert_eq!(
        said[5],
        format!("-: disk-usage cancelled after 1 min 0 s: comp_acme-x2: {}: cancelled before it was done", instance(0))
    );
}

#[test]
fn an_order_that_cannot_be_given_is_refused_with_what_would_help() {
    let mut night = night();
    night.act(0.5, 3, Act::Merge { into: 2 });
    let good = order("comp_acme", 1);
    let with = |change: &dyn Fn(&mut Order)| {
        let mut order = good.clone();
        change(&mut order);
        order
    };
    let long = |bytes: usize| "x".repeat(bytes);
    let name = "a title, a runbook's or a document's name has at most 512 bytes";
    let table: Vec<(Order, Option<Barred>)> = vec![
        (good.clone(), None),
        (with(&|o| o.targets.clear()), Some(Barred::Targets)),
        (with(&|o| o.targets = vec![o.targets[0].clone(); 51]), Some(Barred::Targets)),
        (with(&|o| o.targets = vec![o.targets[0].clone(); 50]), None),
        (with(&|o| o.targets[0].incident.number = 9), Some(Barred::NoIncident)),
        (with(&|o| o.targets[0].incident.tenant = tenant_id("comp_other")), Some(Barred::NoIncident)),
        (with(&|o| o.targets[0].asset = "web-2".into()), Some(Barred::Changed)),
        (with(&|o| o.targets = order("comp_acme", 3).targets), None),
        (with(&|o| o.account_id = "999988887777".into()), Some(Barred::Account)),
        (with(&|o| o.region = "us-east-1".into()), Some(Barred::Account)),
        (with(&|o| o.timeout_seconds = 0), Some(Barred::Timeout)),
        (with(&|o| o.timeout_seconds = 29), Some(Barred::Timeout)),
        (with(&|o| o.timeout_seconds = 172_801), Some(Barred::Timeout)),
        (with(&|o| o.runbook = None), Some(Barred::RiskTooLow("medium"))),
        (with(&|o| o.title = long(513)), Some(Barred::TooLong(name))),
        (with(&|o| o.runbook = Some(long(513))), Some(Barred::TooLong(name))),
        (with(&|o| o.document = long(513)), Some(Barred::TooLong(name))),
        (
            with(&|o| o.expect = Expect { output_lacks: Some(long(1_025)), ..Expect::default() }),
            Some(Barred::TooLong("what the output must hold or lack has at most 1024 bytes")),
        ),
        (
            with(&|o| o.expect.exit_codes = vec![1; 65]),
            Some(Barred::TooLong("at most 64 other exit codes can be good")),
        ),
        (
            with(&|o| drop(o.parameters.insert("commands".into(), vec![long(65_536)]))),
            Some(Barred::TooLong("all parameters together have at most 64 KiB")),
        ),
        (with(&|o| drop(o.parameters.insert("commands".into(), vec![long(65_528)]))), None),
        (
            with(&|o| o.again = Some(ExecutionId { tenant: tenant_id("comp_other"), number: 1 })),
            Some(Barred::NoExecution),
        ),
        (with(&|o| o.again = Some(ExecutionId { tenant: tenant_id("comp_acme"), number: 99 })), None),
    ];
    for (order, refusal) in table {
        assert_eq!(night.try_step(1.0, "priya", 0, ask(&order, None)).err(), refusal, "{:?}", order.title.get(..20));
    }
    let other = Step::Ask { order: Box::new(good.clone()), digest: "another".into(), typed: None };
    assert_eq!(night.try_step(1.0, "priya", 0, other), Err(Barred::Changed));
    assert_eq!(night.try_step(1.0, "priya", 1, ask(&good, None)), Err(Barred::OutOfTurn));
    assert_eq!(
        night.try_step(1.0, "auto-remediation", 0, ask(&good, None)).unwrap_err().to_string(),
        "it does not run by itself: auto-remediation is nobody's name; ask under your own"
    );
}

#[test]
fn a_free_command_is_as_dangerous_as_the_tenant_says() {
    for (least, asked, refused) in [
        (Risk::Low, Risk::Low, false),
        (Risk::Medium, Risk::Low, true),
        (Risk::Medium, Risk::Medium, false),
        (Risk::High, Risk::Medium, true),
        (Risk::Medium, Risk::High, false),
    ] {
        let mut settings = reachable();
        settings.actions.command_risk = least;
        let mut night = night_of(settings);
        let order = Order { runbook: None, risk: asked, ..order("comp_acme", 1) };
        let refusal = night.try_step(1.0, "tomas", 0, ask(&order, Some("web-1"))).err();
        assert_eq!(refusal, refused.then(|| Barred::RiskTooLow(least.word())), "{least:?} {asked:?}");
    }
}

#[test]
fn what_was_let_pass_for_one_account_does_not_run_in_another() {
    let mut night = night();
    let order = medium();
    for who in ["priya", "tomas", "tomas"] {
        night.step(1.0, who, 0, ask(&order, Some("web-1")));
    }
    night.set_off(1.0, 3);
    // Where only the role is set, it names the account; what is not set is any.
    let mut by_role = reachable();
    by_role.aws = Some(AwsAccount { account_id: String::new(), region: String::new(), ..account() });
    night.set(1.5, by_role);
    let stages: Vec<_> = (1..=3).map(|number| night.execution(number).stage.clone()).collect();
    assert_eq!(stages, [Stage::Waiting, Stage::Ready, Stage::Running]);
    for moved in [Some(AwsAccount { region: "us-east-1".into(), ..account() }), None] {
        let mut there = super::executions::night();
        there.step(1.0, "tomas", 0, ask(&order, Some("web-1")));
        there.set(2.0, Settings { aws: moved, ..reachable() });
        assert_eq!(there.execution(1).outcome(), Some(Outcome::NotSent));
    }
    night
        .set(2.0, Settings { aws: Some(AwsAccount { account_id: "999988887777".into(), ..account() }), ..reachable() });
    assert_eq!(night.try_step(2.0, "tomas", 1, approve(&order)), Err(Barred::Over));
    assert_eq!(night.try_step(2.0, "alert-whisperer", 2, Step::Sending), Err(Barred::Over));
    assert_eq!(night.execution(3).stage, Stage::Running, "what AWS has is followed to its end");
    assert_eq!(night.try_step(2.0, "tomas", 0, ask(&order, Some("web-1"))), Err(Barred::Account));
    let told = night.said(1);
    let words = "was not sent: the tenant's AWS account or region has been changed; look at it again, and ask anew";
    assert_eq!(told.iter().filter(|line| line.contains(words)).count(), 2, "{told:?}");
}

#[test]
fn what_did_not_reach_aws_and_what_got_lost_says_so() {
    let mut night = night();
    let order = order("comp_acme", 1);
    for _ in 0..3 {
        night.step(1.0, "priya", 0, ask(&order, None));
    }
    night.step(2.0, "alert-whisperer", 1, Step::NotSent { why: "the engine was away; run it again".into() });
    night.step(2.0, "alert-whisperer", 2, Step::Sending);
    night.step(2.0, "alert-whisperer", 2, Step::Lost { why: "é".repeat(600) });
    night.set_off(2.0, 3);
    night.step(2.0, "alert-whisperer", 3, Step::Lost { why: why() });
    let ends: Vec<_> = (1..=3).map(|number| night.execution(number).outcome()).collect();
    assert_eq!(ends, [Some(Outcome::NotSent), Some(Outcome::Unknown), Some(Outcome::Unknown)]);
    assert!(matches!(&night.execution(2).stage, Stage::Ended { why: Some(why), .. } if *why == "é".repeat(512)));
    let said = night.said(1);
    assert_eq!(said[3], "-: comp_acme-x1 was not sent: the engine was away; run it again");
    assert!(said[4].starts_with("-: nobody knows what became of comp_acme-x2: é"));
    assert_eq!(said.last().unwrap(), "-: nobody knows what became of comp_acme-x3: because");
}

#[test]
fn answers_that_come_out_of_order_undo_nothing_and_those_that_say_nothing_new_are_not_told() {
    let mut night = night();
    night.step(1.0, "priya", 0, ask(&order("comp_acme", 2), None));
    night.set_off(1.0, 1);
    let stranger = run(7, "Success", Some(0));
    let first = vec![run(0, "Failed", Some(1)), stranger];
    night.step(1.0, "alert-whisperer", 1, Step::Progress { runs: first });
    let before = night.changes.len();
    night.step(1.0, "alert-whisperer", 1, Step::Progress { runs: vec![run(0, "InProgress", None)] });
    night.step(1.0, "alert-whisperer", 1, Step::Waits { for_what: None });
    assert_eq!(night.changes.len(), before);
    assert_eq!(night.execution(1).runs, [run(0, "Failed", Some(1))]);
    night.step(2.0, "alert-whisperer", 1, ended(vec![run(1, "Success", Some(0))]));
    assert_eq!(night.execution(1).runs, [run(0, "Failed", Some(1)), run(1, "Success", Some(0))]);
    assert_eq!(night.execution(1).outcome(), Some(Outcome::Failed));
    assert_eq!(night.try_step(2.0, "alert-whisperer", 1, ended(Vec::new())), Err(Barred::Over));
}

#[test]
fn success_resolves_where_the_runbook_may_and_nothing_else_does() {
    let mut night = night();
    night.alert(0.5, report("web-4", "disk_full"));
    let order = Order {
        on_success: OnSuccess::Resolve,
        expect: Expect { output_contains: Some("freed".into()), ..Expect::default() },
        ..order("comp_acme", 4)
    };
    let wrote = |text: &str| {
        let output = Output { stdout: text.into(), ..Output::default() };
        let runs = (0..4).map(|at| run(at, "Success", Some(0))).collect();
        Step::Ended { runs, outputs: (0..4).map(|at| (instance(at), output.clone())).collect() }
    };
    night.step(1.0, "priya", 0, ask(&order, None));
    night.step(1.0, "priya", 0, ask(&order, None));
    night.set_off(1.0, 1);
    night.set_off(1.0, 2);
    night.step(2.0, "alert-whisperer", 1, wrote("nothing to do"));
    assert_eq!(night.execution(1).outcome(), Some(Outcome::Failed));
    assert!(night.incident(1).is_open());
    // In the meantime one was resolved by hand, and one goes on in another.
    night.act_as("kim", 3.0, 1, Act::RESOLVE);
    night.act(3.0, 3, Act::Merge { into: 2 });
    night.step(4.0, "alert-whisperer", 2, wrote("freed 3 GB"));
    assert_eq!(night.execution(2).outcome(), Some(Outcome::Success));
    assert_eq!(night.incident(1).resolved_by.as_deref(), Some("kim"));
    assert_eq!(
        (night.incident(2).resolved_by.as_deref(), night.incident(2).resolved_at),
        (Some("priya"), Some(at(4.0)))
    );
    assert_eq!(night.incident(4).resolved_by.as_deref(), Some("priya"));
    assert_eq!(night.incident(3).resolved_at, Some(at(3.0)));
    assert_eq!(night.said(4).last().unwrap(), "priya: resolved: disk-usage succeeded: comp_acme-x2");
    assert!(night.said(3).last().unwrap().contains("disk-usage succeeded after"), "its part is told there too");
}

#[test]
fn an_execution_outlives_its_incident_and_not_its_tenant() {
    let mut night = night();
    night.step(1.0, "priya", 0, ask(&order("comp_acme", 1), None));
    night.set_off(1.0, 1);
    night.act(2.0, 1, Act::RESOLVE);
    let day = 24.0 * 60.0;
    night.step(3.0 + day, "alert-whisperer", 1, ended(vec![run(0, "Success", Some(0))]));
    assert!(night.engine.incident(&night.execution(1).incident_id).is_none());
    assert!(night.said(1).last().unwrap().contains("succeeded after 24 h"));
    assert_eq!(night.try_step(4.0 + day, "priya", 0, ask(&order("comp_acme", 1), None)), Err(Barred::NoIncident));
    night.input(at(5.0 + day), Input::TenantRemoved { by: Actor::default() });
    let gone = night.try_step(5.0 + day, "alert-whisperer", 1, Step::Cancel);
    assert_eq!(gone, Err(Barred::NoExecution));
    // Added again, it begins anew.
    night.set(6.0 + day, reachable());
    night.alert(6.0 + day, report("web-1", "disk_full"));
    night.step(6.0 + day, "priya", 0, ask(&order("comp_acme", 1), None));
    assert_eq!(night.execution(1).stage, Stage::Ready);
}

#[test]
fn taking_back_touches_no_execution() {
    let mut night = night();
    night.act(1.0, 1, Act::ACKNOWLEDGE);
    night.step(1.0, "priya", 0, ask(&Order { on_success: OnSuccess::Resolve, ..order("comp_acme", 1) }, None));
    let priya = Actor::named("priya");
    let undo = night.engine.undo(&priya).unwrap();
    night.input(at(2.0), undo.input);
    assert_eq!(night.execution(1).stage, Stage::Ready);
    assert_eq!(night.engine.undo(&priya).err(), Some(Senseless::NothingToUndo));
    night.act(3.0, 1, Act::ACKNOWLEDGE);
    night.set_off(3.0, 1);
    night.step(4.0, "alert-whisperer", 1, ended(vec![run(0, "Success", Some(0))]));
    assert!(matches!(night.engine.undo(&priya), Err(Senseless::ChangedSince(_))), "the end came after it");
}
