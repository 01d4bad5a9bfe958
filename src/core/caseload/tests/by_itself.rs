//! What runs though nobody asked for it: where it may, how often, and when it stops.

use super::executions::{ask, ended, night_of, reachable, run, sent};
use super::*;
use crate::core::execution::BY_ITSELF;
use crate::core::execution::order::Order;
use crate::core::execution::step::{Barred, Step};
use crate::core::input::{OnWindow, WindowAct};
use crate::core::role::Risk;
use crate::core::silence::{Matcher, Repeat, Window};
use crate::core::testing::order;

fn willing() -> Settings {
    let mut settings = reachable();
    settings.actions.auto = vec!["other".into(), " Disk-* ".into()];
    settings.actions.auto_per_hour = 4;
    settings
}

/// For the incident of this number.
fn unasked(number: usize) -> Order {
    let mut order = Order { auto: true, ..order("comp_acme", number) };
    order.targets.drain(..number - 1);
    order
}

impl Night {
    /// Why not, if not.
    fn barred(&mut self, minutes: f64, order: &Order) -> Option<String> {
        self.until(minutes);
        match self.try_step(minutes, BY_ITSELF, 0, ask(order, None)) {
            Ok(()) => None,
            Err(Barred::NotByItself(why)) => Some(why),
            Err(other) => Some(other.to_string()),
        }
    }

    /// It begins, and ends like this.
    fn runs(&mut self, minutes: f64, who: &str, order: &Order, status: &str) {
        let number = self.engine.next_execution(&tenant_id("comp_acme"));
        self.step(minutes, who, 0, ask(order, None));
        self.step(minutes, "alert-whisperer", number, Step::Sending);
        self.step(minutes, "alert-whisperer", number, sent());
        let instance = order.targets[0].instance.clone();
        let runs =
            vec![crate::core::execution::Run { instance, ..run(0, status, Some(i32::from(status != "Success"))) }];
        self.step(minutes, "alert-whisperer", number, ended(runs));
    }

    fn cheaply(&self, minutes: f64, incident: u64) -> Option<Barred> {
        let id = IncidentId { tenant: tenant_id("comp_acme"), number: incident };
        self.engine.check_by_itself(at(minutes), &id, "disk-usage").err()
    }
}

#[test]
fn only_what_is_harmless_and_asked_for_in_the_settings_runs_by_itself_and_says_so_loudly() {
    let mut night = night_of(reachable());
    assert_eq!(night.barred(1.0, &unasked(1)).unwrap(), "disk-usage is not in this tenant's actions.auto");
    night.set(1.0, willing());
    let table = [
        (Order { risk: Risk::Medium, ..unasked(1) }, "its risk is medium, and only what is of low risk does"),
        (Order { runbook: Some("restart".into()), ..unasked(1) }, "restart is not in this tenant's actions.auto"),
        (Order { auto: false, ..unasked(1) }, "auto-remediation is nobody's name; ask under your own"),
    ];
    for (order, why) in table {
        assert_eq!(night.barred(1.0, &order).as_deref(), Some(why));
    }
    let mut free = willing();
    free.actions.command_risk = Risk::Low;
    night.set(1.0, free);
    let command = Order { runbook: None, ..unasked(1) };
    assert_eq!(night.barred(1.0, &command).unwrap(), "a command that comes from no runbook never does");
    let by_priya = night.try_step(1.0, "priya", 0, ask(&unasked(1), None));
    assert_eq!(by_priya, Err(Barred::NotByItself("only auto-remediation asks for that".into())));
    assert_eq!(night.cheaply(1.0, 1), None);
    assert_eq!(night.cheaply(1.0, 9), Some(Barred::NoIncident));
    assert_eq!(night.barred(1.0, &unasked(1)), None);
    let (who, what) = night.lines().pop().unwrap();
    let words = what.words(|_| String::new());
    assert_eq!(who.as_deref(), Some(BY_ITSELF));
    assert!(words.starts_with("RUNS BY ITSELF: disk-usage on i-") && words.contains("comp_acme-x1"), "{words}");
}

#[test]
fn it_leaves_alone_what_people_want_left_alone() {
    let mut night = night_of(willing());
    night.act(1.0, 1, Act::Snooze { until: at(30.0), why: None });
    assert_eq!(night.barred(1.0, &unasked(1)).unwrap(), "the incident is snoozed");
    night.act(2.0, 1, Act::RESOLVE);
    assert_eq!(night.barred(2.0, &unasked(1)).unwrap(), "the incident is resolved");
    night.act(3.0, 2, Act::Merge { into: 3 });
    assert_eq!(night.barred(3.0, &unasked(2)).unwrap(), "the incident was merged into comp_acme-i3");
    let window = Window {
        number: 0,
        matches: Matcher { asset: Some("web-3".into()), ..Matcher::default() },
        begins_at: at(3.0),
        lasts: Span::HOUR,
        repeats: Repeat::Once,
        zone: Default::default(),
        until: None,
        author: String::new(),
        reason: "patch day".into(),
        created_at: at(3.0),
    };
    let act = WindowAct::Put { window: Box::new(window) };
    night.input(at(3.0), Input::Window(OnWindow { by: Actor::named("priya"), act }));
    assert_eq!(night.barred(3.0, &unasked(3)).unwrap(), "the incident is silenced by window 1");
    assert_eq!(night.barred(64.0, &unasked(3)), None);
}

#[test]
fn it_never_runs_beside_another_nor_too_often() {
    let mut night = night_of(willing());
    night.step(1.0, "priya", 0, ask(&order("comp_acme", 1), None));
    assert_eq!(night.barred(1.0, &unasked(1)).unwrap(), "comp_acme-x1 runs there");
    assert_eq!(night.cheaply(1.0, 2), None, "elsewhere nothing does");
    night.step(1.0, "priya", 1, Step::Cancel);
    let dangerous = Order { risk: Risk::High, ..order("comp_acme", 1) };
    night.step(1.0, "priya", 0, ask(&dangerous, Some("web-1")));
    for minute in [2.0, 10.0, 20.0, 30.0] {
        night.runs(minute, BY_ITSELF, &unasked(1), "Success");
    }
    // Another incident of the same asset, in another case, is the same asset.
    night.alert(40.0, report("WEB-1", "cpu"));
    let mut same = unasked(1);
    same.targets[0].incident.number = 4;
    same.targets[0].asset = "WEB-1".into();
    let why = "4 runs within the hour there; actions.auto_per_hour allows no more";
    assert_eq!(night.barred(40.0, &same).unwrap(), why);
    assert_eq!(night.barred(61.9, &unasked(1)).unwrap(), why);
    assert_eq!(night.cheaply(61.9, 2), None, "each asset counts for itself");
    assert_eq!(night.barred(62.0, &unasked(1)), None);
}

/// For the incident of this number, on the machine of the first.
fn on_the_first(number: usize) -> Order {
    let mut order = unasked(number);
    order.targets[0].instance = unasked(1).targets[0].instance.clone();
    order
}

#[test]
fn a_machine_with_many_names_is_one() {
    let mut night = night_of(willing());
    night.step(1.0, "priya", 0, ask(&order("comp_acme", 1), None));
    assert_eq!(night.barred(1.0, &on_the_first(2)).unwrap(), "comp_acme-x1 runs there");
    night.step(1.0, "priya", 1, Step::Cancel);
    for (minute, number) in [(2.0, 1), (3.0, 2), (4.0, 3), (5.0, 1)] {
        night.runs(minute, BY_ITSELF, &on_the_first(number), "Success");
    }
    let why = "4 runs within the hour there; actions.auto_per_hour allows no more";
    assert_eq!(night.barred(6.0, &on_the_first(2)).unwrap(), why);
    night.runs(7.0, BY_ITSELF, &unasked(2), "Success");

    let mut night = night_of(willing());
    night.runs(1.0, BY_ITSELF, &on_the_first(1), "Failed");
    night.runs(2.0, BY_ITSELF, &on_the_first(2), "Failed");
    let why = "it has failed 2 times there; run disk-usage there yourself, and if that succeeds it may again";
    assert_eq!(night.barred(3.0, &on_the_first(3)).unwrap(), why);
    assert_eq!(night.barred(3.0, &unasked(3)), None, "elsewhere it did not");
    night.runs(4.0, "priya", &Order { auto: false, ..on_the_first(1) }, "Success");
    assert_eq!(night.barred(5.0, &on_the_first(2)), None);
}

#[test]
fn it_stops_after_failures_until_a_person_s_run_has_succeeded() {
    let mut night = night_of(willing());
    let other = Order { runbook: Some("other".into()), ..unasked(1) };
    night.runs(1.0, BY_ITSELF, &unasked(1), "Failed");
    // What succeeds in between is another runbook, and takes nothing off.
    night.runs(2.0, BY_ITSELF, &other, "Success");
    night.runs(3.0, BY_ITSELF, &unasked(1), "TimedOut");
    let why = "it has failed 2 times there; run disk-usage there yourself, and if that succeeds it may again";
    assert_eq!(night.barred(4.0, &unasked(1)).unwrap(), why);
    assert_eq!(night.barred(4.0, &other).unwrap(), why, "nothing runs by itself there any more");
    assert_eq!(night.cheaply(4.0, 2), None);
    // Neither time nor another incident of that asset changes it.
    let day = 24.0 * 60.0;
    night.act(5.0, 1, Act::RESOLVE);
    night.alert(3.0 * day, report("web-1", "disk_full"));
    let again = |order: Order| {
        let mut order = order;
        order.targets[0].incident.number = 4;
        order
    };
    assert_eq!(night.barred(3.0 * day, &again(unasked(1))).unwrap(), why);
    let by_hand = again(order("comp_acme", 1));
    night.runs(3.0 * day, "priya", &Order { runbook: Some("other".into()), ..by_hand.clone() }, "Success");
    assert_eq!(night.barred(3.0 * day, &again(unasked(1))).unwrap(), why);
    night.runs(3.0 * day, "priya", &by_hand, "Failed");
    assert_eq!(night.barred(3.0 * day, &again(unasked(1))).unwrap(), why, "a person's failure counts for nothing");
    night.runs(3.0 * day, "priya", &by_hand, "Success");
    assert_eq!(night.barred(3.0 * day, &again(unasked(1))), None);
}

#[test]
fn what_never_ran_and_what_somebody_cancelled_did_not_succeed_either() {
    let mut night = night_of(willing());
    night.step(1.0, BY_ITSELF, 0, ask(&unasked(1), None));
    night.step(1.0, "alert-whisperer", 1, Step::NotSent { why: "access denied".into() });
    night.step(1.0, BY_ITSELF, 0, ask(&unasked(1), None));
    night.step(1.0, "kim", 2, Step::Cancel);
    assert!(night.barred(2.0, &unasked(1)).unwrap().starts_with("it has failed 2 times there"));
    // Somebody looks at the settings.
    let mut settings = willing();
    settings.actions.auto_failures = 3;
    night.set(3.0, settings.clone());
    assert_eq!(night.cheaply(3.0, 1), None);
    assert!(night.engine.standing(&tenant_id("comp_acme")).unwrap().failed_by_itself.is_empty());
    settings.sla.high = Default::default();
    night.runs(4.0, BY_ITSELF, &unasked(2), "Failed");
    night.set(5.0, settings);
    assert_eq!(night.engine.standing(&tenant_id("comp_acme")).unwrap().failed_by_itself.len(), 2, "not at other ones");
}

#[test]
fn what_has_failed_is_known_after_a_restart() {
    let mut night = night_of(willing());
    night.runs(1.0, BY_ITSELF, &unasked(1), "Failed");
    night.runs(2.0, BY_ITSELF, &unasked(1), "Failed");
    let kept = night.engine.take_standing().pop().unwrap().1;
    assert_eq!(kept.failed_by_itself["web-1"]["disk-usage"], 2);
    let json = serde_json::to_string(&kept).unwrap();
    assert_eq!(serde_json::from_str::<crate::core::standing::Standing>(&json).unwrap(), kept);
}
