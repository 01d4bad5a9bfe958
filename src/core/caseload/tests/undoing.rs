//! Taking changes back.

use super::*;
use crate::core::input::Gather;
use crate::core::undo::Undo;

impl Night {
    fn undo(&mut self, minutes: f64) -> Result<String, Senseless> {
        let Undo { tenant, input, what, .. } = self.engine.undo(&Actor::named("priya"))?;
        self.changes.extend(self.engine.apply(at(minutes), &tenant, &input));
        Ok(what)
    }
}

#[test]
fn the_last_change_of_mine_is_taken_back_and_then_the_one_before() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.act(1.0, 1, Act::ACKNOWLEDGE);
    night.act(2.0, 1, Act::Start);
    night.act(2.5, 1, Act::Note { text: "n".into() });
    let what = "start of work on comp_acme-i1".to_owned();
    assert_eq!(night.undo(3.0), Ok(what.clone()));
    assert_eq!((night.incident(1).status, &night.incident(1).assigned_to), (Status::Acknowledged, &None));
    assert_eq!(night.incident(1).acknowledged_until, Some(at(121.0)));
    assert_eq!(night.lines().last(), Some(&(Some("priya".into()), Event::Undone { what })));
    assert_eq!(night.undo(4.0).as_deref(), Ok("acknowledgement of comp_acme-i1"));
    assert_eq!(night.incident(1).status, Status::New);
    assert_eq!(night.undo(5.0), Err(Senseless::NothingToUndo));
}

#[test]
fn what_somebody_else_has_changed_since_is_left() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.alert(0.0, report("db-01", "disk"));
    night.act(1.0, 2, Act::ACKNOWLEDGE);
    night.act(1.0, 1, Act::ACKNOWLEDGE);
    night.act_as("tomas", 2.0, 1, Act::Start);
    assert_eq!(night.undo(3.0), Err(Senseless::ChangedSince("acknowledgement of comp_acme-i1".into())));
    assert_eq!(night.incident(1).status, Status::InProgress);
    assert_eq!(night.undo(3.0).as_deref(), Ok("acknowledgement of comp_acme-i2"));
}

#[test]
fn alerts_that_came_in_between_stay() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.act(1.0, 1, Act::ACKNOWLEDGE);
    night.alert(2.0, cpu("Datadog"));
    night.undo(3.0).unwrap();
    assert_eq!((night.incident(1).alert_count, night.incident(1).tool_sources.len()), (2, 2));
}

#[test]
fn a_resolution_taken_back_still_ends_by_its_tools() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.act(1.0, 1, Act::RESOLVE);
    night.undo(40.0).unwrap();
    assert!(night.incident(1).is_open());
    night.alert(41.0, over(cpu("Zabbix")));
    assert!(!night.incident(1).is_open());
}

#[test]
fn once_its_key_has_a_new_incident_the_old_one_comes_back_without_it() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.act(1.0, 1, Act::RESOLVE);
    night.alert(20.0, cpu("Zabbix"));
    night.undo(21.0).unwrap();
    assert!(night.incident(1).is_open() && night.incident(2).is_open());
    night.alert(22.0, cpu("Zabbix"));
    assert_eq!(night.last_home(), Some(2));
}

#[test]
fn a_merge_taken_back_leaves_two_as_they_were_but_for_what_came_since() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.alert(0.0, report("db-01", "disk"));
    let before = (night.incident(1).clone(), night.incident(2).clone());
    night.act(0.0, 1, Act::Merge { into: 2 });
    assert_eq!(night.undo(0.0).as_deref(), Ok("merge of comp_acme-i1 into comp_acme-i2"));
    assert_eq!((night.incident(1).clone(), night.incident(2).clone()), before);
    night.act(1.0, 1, Act::Merge { into: 2 });
    night.alert(2.0, cpu("Datadog"));
    night.undo(3.0).unwrap();
    assert_eq!((night.incident(1).alert_count, night.incident(2).alert_count), (1, 2));
    night.alert(4.0, cpu("Zabbix"));
    assert_eq!(night.last_home(), Some(1));
}

#[test]
fn alerts_that_were_correlated_by_hand_are_alone_again() {
    let mut settings = Settings::default();
    settings.correlation.auto_correlate = false;
    let mut night = Night::with(settings);
    night.alert(0.0, cpu("Zabbix"));
    let told = night.changes.iter().find_map(|change| match change {
        Change::AlertReceived(alert) => Some(crate::core::correlate::Waiting {
            alert: alert.id.number,
            at: alert.received_at,
            report: alert.report.clone(),
        }),
        _ => None,
    });
    let alerts = vec![told.unwrap()];
    let gather = Gather { by: Actor::named("priya"), from: None, into: None, alerts };
    night.input(at(1.0), Input::Gather(gather.clone()));
    assert!(night.incident(1).is_open());
    assert_eq!(night.undo(2.0).as_deref(), Ok("correlation of 1 alert"));
    assert_eq!((night.incident(1).status, night.incident(1).alert_count), (Status::Resolved, 0));
    assert!(night.changes.iter().any(|change| matches!(change, Change::AlertsReleased { .. })));
    // It can be correlated again.
    night.input(at(3.0), Input::Gather(gather));
    assert_eq!((night.incident(2).is_open(), &night.incident(2).follows), (true, &None));
    night.alert(4.0, over(cpu("Zabbix")));
    assert!(!night.incident(2).is_open());
}

#[test]
fn fifty_changes_are_remembered() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    for minute in 1..=60 {
        let to = format!("somebody {minute}");
        night.act(f64::from(minute), 1, Act::Assign { to });
    }
    for _ in 0..50 {
        night.undo(100.0).unwrap();
    }
    assert_eq!(night.incident(1).assigned_to.as_deref(), Some("somebody 10"));
    assert_eq!(night.undo(100.0), Err(Senseless::NothingToUndo));
}
