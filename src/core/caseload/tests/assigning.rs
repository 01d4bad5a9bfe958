//! Who is given what, by rule and by escalation.

use super::*;
use crate::core::assign::Technician;

fn somebody(name: &str, on_call: &str) -> Technician {
    Technician {
        name: name.into(),
        skills: Vec::new(),
        tenants: vec!["*".into()],
        on_call: on_call.into(),
        at_most: None,
        lead: false,
    }
}

fn lead(name: &str, on_call: &str) -> Technician {
    Technician { lead: true, ..somebody(name, on_call) }
}

fn roster(technicians: Vec<Technician>) -> Input {
    Input::Roster { technicians, staffed: true, people: Default::default() }
}

fn staffed(technicians: Vec<Technician>) -> Night {
    let mut night = Night::new();
    night.input(start(), roster(technicians));
    night
}

fn holder_of(night: &Night, number: u64) -> Option<&str> {
    night.incident(number).assigned_to.as_deref()
}

#[test]
fn incidents_go_round_to_those_who_have_the_fewest_over_all_tenants() {
    let mut night = staffed(vec![somebody("tomas", "always"), somebody("priya", "always")]);
    let other = tenant("comp_borealis");
    let credentials = (&*other.credentials).into();
    night.engine.apply(
        start(),
        &other.id.clone(),
        &Input::Tenant { tenant: Box::new(other.clone()), credentials, by: Default::default() },
    );
    night.engine.apply(start(), &other.id, &roster(vec![somebody("priya", "always")]));
    for asset in ["a", "b"] {
        night.engine.apply(start(), &other.id, &delivery(vec![report(asset, "disk")]));
    }
    for asset in ["a", "b", "c", "d"] {
        night.alert(1.0, report(asset, "disk"));
    }
    let who: Vec<_> = (1..=4).map(|number| holder_of(&night, number)).collect();
    assert_eq!(who, [Some("tomas"), Some("tomas"), Some("priya"), Some("tomas")]);
    assert_eq!((night.engine.loads().of("priya"), night.engine.loads().of("tomas")), (3, 3));
    night.engine.apply(at(2.0), &other.id, &Input::TenantRemoved { by: Default::default() });
    assert_eq!(night.engine.loads().of("priya"), 1);
    night.act(2.0, 3, Act::RESOLVE);
    assert_eq!(night.engine.loads().of("priya"), 0);
}

#[test]
fn it_is_told_like_any_assignment_and_is_new_all_the_same() {
    let mut night = staffed(vec![somebody("tomas", "always")]);
    night.alert(1.0, cpu("Zabbix"));
    assert_eq!(night.incident(1).status, Status::New);
    assert_eq!(night.lines().last(), Some(&(None, Event::Assigned { to: "tomas".into() })));
}

#[test]
fn what_does_not_matter_much_or_is_quiet_is_left() {
    let mut night = staffed(vec![somebody("tomas", "always")]);
    night.alert(0.0, Report { severity: Severity::Medium, ..cpu("Zabbix") });
    assert_eq!((holder_of(&night, 1), &night.incident(1).unassigned_because), (None, &None));
    night.act(0.5, 1, Act::Snooze { until: at(20.0), why: None });
    for minute in 1..=9 {
        night.alert(f64::from(minute), Report { severity: Severity::Medium, ..cpu("Datadog") });
    }
    assert_eq!((holder_of(&night, 1), night.incident(1).priority_score), (None, 60));
    night.until(20.0);
    assert_eq!(holder_of(&night, 1), Some("tomas"));
}

#[test]
fn who_takes_an_incident_back_is_not_given_it_at_once() {
    let mut night = staffed(vec![somebody("tomas", "always")]);
    night.alert(0.0, cpu("Zabbix"));
    night.act_as("tomas", 1.0, 1, Act::Release);
    assert_eq!(holder_of(&night, 1), None);
    night.alert(2.0, cpu("Zabbix"));
    assert_eq!(holder_of(&night, 1), Some("tomas"));
}

#[test]
fn what_is_taken_back_leaves_it_unassigned_as_it_was() {
    let mut night = staffed(vec![somebody("tomas", "always")]);
    night.alert(0.0, cpu("Zabbix"));
    night.act_as("tomas", 1.0, 1, Act::Release);
    night.act(2.0, 1, Act::ACKNOWLEDGE);
    let undo = night.engine.undo(&Actor::named("priya")).unwrap();
    night.input(at(3.0), undo.input);
    assert_eq!((night.incident(1).status, holder_of(&night, 1)), (Status::New, None));
}

#[test]
fn every_shift_is_a_new_try() {
    let shifts = |at_most| Technician { at_most: Some(at_most), ..somebody("tomas", "sat,sun 12:00-14:00") };
    let mut night = staffed(vec![shifts(1)]);
    // Bad enough to be so after a day too.
    night.alert(0.0, Report { severity: Severity::Critical, ..cpu("Zabbix") });
    night.alert(0.0, Report { severity: Severity::Critical, ..report("web-02", "cpu") });
    night.until(120.0);
    assert_eq!((holder_of(&night, 1), holder_of(&night, 2)), (Some("tomas"), None));
    assert_eq!(night.incident(2).unassigned_because.as_deref(), Some("everybody on call has their limit"));
    night.act(121.0, 1, Act::RESOLVE);
    night.until(24.0 * 60.0 + 120.0);
    assert_eq!(holder_of(&night, 2), Some("tomas"));
}

#[test]
fn where_nobody_is_declared_nobody_is_looked_for() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    assert_eq!((holder_of(&night, 1), &night.incident(1).unassigned_because), (None, &None));
}

#[test]
fn it_says_once_why_there_is_nobody_and_tries_again() {
    let mut night = staffed(Vec::new());
    night.alert(0.0, cpu("Zabbix"));
    night.alert(1.0, cpu("Zabbix"));
    let lacking = |night: &Night| {
        let why = |(_, what)| match what {
            Event::Unassigned { why } => Some(why),
            _ => None,
        };
        night.lines().into_iter().filter_map(why).collect::<Vec<_>>()
    };
    assert_eq!(lacking(&night), ["no technician covers comp_acme"]);
    // Saturday, 10:00.
    let shifts = vec![Technician { skills: vec!["server".into()], ..somebody("tomas", "sat 12:00-14:00") }];
    night.input(at(2.0), roster(shifts));
    night.alert(3.0, cpu("Zabbix"));
    assert_eq!(lacking(&night), ["no technician covers comp_acme", "nobody is on call"]);
    night.until(119.9);
    assert_eq!(holder_of(&night, 1), None);
    night.until(120.0);
    assert_eq!((holder_of(&night, 1), &night.incident(1).unassigned_because), (Some("tomas"), &None));
    night.alert(130.0, report("db-01", "replica_lag"));
    assert_eq!(night.incident(2).unassigned_because.as_deref(), Some("nobody with Database is on call"));
    // The next Saturday it is still there, and somebody else may have come.
    night.input(at(140.0), roster(vec![somebody("kim", "sat 12:00-14:00")]));
    assert_eq!(holder_of(&night, 2), Some("kim"));
}

#[test]
fn an_escalation_goes_to_the_lead_on_call_who_has_the_least() {
    let mut night = staffed(vec![lead("ann", "always"), lead("ben", "always"), lead("cat", "never")]);
    night.alert(0.0, Report { severity: Severity::Low, ..cpu("Zabbix") });
    night.alert(0.0, Report { severity: Severity::Low, ..report("db-01", "disk") });
    let why = Some("too big for me".to_owned());
    night.act(1.0, 1, Act::Snooze { until: at(60.0), why: None });
    night.act(1.0, 1, Act::Escalate { to: None, why: why.clone() });
    assert_eq!((holder_of(&night, 1), night.incident(1).escalations), (Some("ann"), 1));
    assert!(night.incident(1).is_loud());
    let lines = night.lines();
    assert!(lines.contains(&(Some("priya".into()), Event::Escalated { to: Some("ann".into()), why })));
    night.act(2.0, 2, Act::Escalate { to: None, why: None });
    assert_eq!(holder_of(&night, 2), Some("ben"));
    night.act(3.0, 2, Act::Escalate { to: Some("cat".into()), why: None });
    assert_eq!((holder_of(&night, 2), night.incident(2).escalations), (Some("cat"), 2));
}

#[test]
fn an_escalation_to_nobody_counts_and_says_so() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.act(1.0, 1, Act::Assign { to: "priya".into() });
    night.act(2.0, 1, Act::Escalate { to: None, why: None });
    assert_eq!((holder_of(&night, 1), night.incident(1).escalations), (Some("priya"), 1));
    assert_eq!(night.lines().last(), Some(&(Some("priya".into()), Event::Escalated { to: None, why: None })));
}
