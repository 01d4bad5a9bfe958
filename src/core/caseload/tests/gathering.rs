//! Splitting, and correlating by hand.

use super::*;
use crate::core::correlate::Waiting;
use crate::core::input::Gather;

impl Night {
    /// Alerts by their numbers, as they were told.
    fn gathered(&self, from: Option<u64>, into: Option<u64>, numbers: &[u64]) -> Gather {
        let told = |change: &Change| match change {
            Change::AlertReceived(alert) if numbers.contains(&alert.id.number) => {
                Some(Waiting { alert: alert.id.number, at: alert.received_at, report: alert.report.clone() })
            }
            _ => None,
        };
        Gather { by: Actor::named("priya"), from, into, alerts: self.changes.iter().filter_map(told).collect() }
    }

    fn gather(&mut self, minutes: f64, from: Option<u64>, into: Option<u64>, numbers: &[u64]) -> Result<(), Senseless> {
        let gather = self.gathered(from, into, numbers);
        let checked = self.engine.check_gather(&tenant_id("comp_acme"), &gather);
        let before = self.changes.len();
        self.input(at(minutes), Input::Gather(gather));
        assert_eq!(self.changes.len() > before, checked.is_ok());
        checked
    }

    fn moved(&self) -> Vec<(u64, Vec<u64>)> {
        let moved = |change: &Change| match change {
            Change::AlertsCorrelated { incident_id, alerts } => {
                Some((incident_id.number, alerts.iter().map(|id| id.number).collect()))
            }
            _ => None,
        };
        self.changes.iter().filter_map(moved).collect()
    }
}

fn by_hand() -> Night {
    let mut settings = Settings::default();
    settings.correlation.auto_correlate = false;
    Night::with(settings)
}

#[test]
fn a_part_of_an_incident_becomes_one_of_its_own() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.alert(1.0, Report { severity: Severity::Critical, ..cpu("Datadog") });
    night.alert(2.0, cpu("Zabbix"));
    night.gather(3.0, Some(1), None, &[2]).unwrap();
    let (old, new) = (night.incident(1), night.incident(2));
    assert_eq!((old.alert_count, old.severity, old.episode_count), (2, Severity::High, 2));
    assert_eq!(old.tool_sources, ["Zabbix"]);
    assert_eq!((new.alert_count, new.severity, new.opened_at), (1, Severity::Critical, at(3.0)));
    assert_eq!((new.tool_sources.as_slice(), new.last_alert_at), (&["Datadog".to_owned()][..], at(1.0)));
    assert_eq!(night.moved(), [(2, vec![2])]);
    let said = night.lines();
    assert!(said.contains(&(Some("priya".into()), Event::SplitOff { other: new.id.clone(), alerts: 1 })));
    // The key stays where it was.
    night.alert(4.0, cpu("Datadog"));
    assert_eq!((night.last_home(), night.incident(1).episode_count), (Some(1), 3));
}

#[test]
fn alerts_go_from_one_incident_to_another() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.alert(0.0, cpu("Datadog"));
    night.alert(1.0, report("db-01", "disk"));
    night.gather(2.0, Some(1), Some(2), &[2]).unwrap();
    assert_eq!((night.incident(1).alert_count, night.incident(2).alert_count), (1, 2));
    assert_eq!(night.incident(2).tool_sources, ["Zabbix", "Datadog"]);
}

#[test]
fn what_nobody_correlated_opens_an_incident_that_its_tools_can_end() {
    let mut night = by_hand();
    night.alert(0.0, cpu("Zabbix"));
    night.alert(1.0, cpu("Datadog"));
    night.alert(1.0, report("db-01", "disk"));
    assert_eq!(night.count(), 0);
    night.gather(2.0, None, None, &[1, 2]).unwrap();
    assert_eq!((night.incident(1).alert_count, night.incident(1).episode_count), (2, 2));
    // The next one waits for somebody all the same.
    night.alert(3.0, cpu("Zabbix"));
    assert_eq!((night.last_home(), night.incident(1).alert_count), (None, 2));
    night.gather(4.0, None, Some(1), &[3]).unwrap();
    assert_eq!(night.incident(1).alert_count, 3);
    night.alert(5.0, over(cpu("Zabbix")));
    night.alert(5.0, over(cpu("Datadog")));
    assert!(night.incident(1).is_open());
    night.alert(6.0, over(report("db-01", "disk")));
    assert!(!night.incident(1).is_open());
}

#[test]
fn what_waited_for_company_waits_no_more() {
    let mut settings = Settings::default();
    settings.correlation.min_alerts_for_incident = 3;
    let mut night = Night::with(settings);
    night.alert(0.0, cpu("Zabbix"));
    night.alert(1.0, cpu("Zabbix"));
    night.gather(2.0, None, None, &[1]).unwrap();
    // The second one still waits, so the next does not join what it is not part of.
    night.alert(3.0, cpu("Zabbix"));
    assert_eq!(night.last_home(), None);
    night.gather(3.5, None, Some(1), &[2, 3]).unwrap();
    night.alert(4.0, cpu("Zabbix"));
    assert_eq!((night.last_home(), night.incident(1).alert_count), (Some(1), 4));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.alert(0.0, cpu("Datadog"));
    night.alert(1.0, over(cpu("Grafana")));
    night.alert(1.0, report("db-01", "disk"));
    night.act(1.0, 2, Act::RESOLVE);
    let id = |number| IncidentId { tenant: tenant_id("comp_acme"), number };
    let table = [
        (Some(1), None, vec![1, 2], Senseless::NothingLeft),
        (Some(1), None, vec![], Senseless::NoAlerts),
        (Some(1), None, vec![3], Senseless::NoAlerts),
        (Some(1), Some(1), vec![1], Senseless::Itself),
        (Some(1), Some(2), vec![1], Senseless::TargetResolved(id(2))),
        (Some(1), Some(7), vec![1], Senseless::NoTarget(id(7))),
        (Some(7), None, vec![1], Senseless::NoIncident),
    ];
    for (from, into, alerts, refusal) in table {
        assert_eq!(night.gather(2.0, from, into, &alerts), Err(refusal), "{from:?} {into:?}");
    }
}
