//! Two incidents that are one, and two again.

use super::*;
use crate::core::correlate::REMEMBERED_FOR;

fn disk(tool: &str) -> Report {
    Report { tool_source: tool.into(), severity: Severity::Critical, ..report("web-01", "disk_full") }
}

/// Incident 1 is about the processor, 2 about the disk; 2 was merged into 1.
fn merged() -> Night {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.alert(1.0, disk("Datadog"));
    night.alert(2.0, disk("Zabbix"));
    night.act(2.5, 1, Act::Assign { to: "priya".into() });
    night.act(3.0, 2, Act::Merge { into: 1 });
    night
}

#[test]
fn what_it_had_goes_over_and_whoever_has_the_other_keeps_it() {
    let night = merged();
    let (whole, part) = (night.incident(1), night.incident(2));
    assert_eq!((whole.alert_count, whole.episode_count, whole.severity), (3, 3, Severity::Critical));
    assert_eq!(whole.tool_sources, ["Zabbix", "Datadog"]);
    assert_eq!((&whole.merged, whole.assigned_to.as_deref()), (&vec![2], Some("priya")));
    assert_eq!((whole.last_alert_at, whole.status), (at(2.0), Status::Acknowledged));
    assert_eq!((part.status, part.resolved_by.as_deref()), (Status::Resolved, Some("priya")));
    assert_eq!(part.merged_into.as_ref(), Some(&whole.id));
    let lines = night.lines();
    assert!(lines.contains(&(Some("priya".into()), Event::MergedInto { other: whole.id.clone() })));
    assert!(lines.contains(&(Some("priya".into()), Event::Merged { other: part.id.clone() })));
}

#[test]
fn an_older_one_makes_it_older_until_it_is_taken_out() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.alert(60.0, disk("Datadog"));
    night.act(61.0, 1, Act::Merge { into: 2 });
    assert_eq!((night.incident(2).opened_at, night.incident(2).score_terms.age), (at(0.0), -1));
    night.act(62.0, 2, Act::Unmerge { part: 1 });
    assert_eq!((night.incident(2).opened_at, night.incident(2).own_opened_at), (at(60.0), None));
}

#[test]
fn later_alerts_and_ends_of_both_reach_the_one_that_goes_on() {
    let mut night = merged();
    night.alert(4.0, disk("Datadog"));
    assert_eq!((night.last_home(), night.incident(1).alert_count, night.incident(1).episode_count), (Some(1), 4, 4));
    night.alert(5.0, over(disk("Datadog")));
    night.alert(5.0, over(disk("Zabbix")));
    assert!(night.incident(1).is_open());
    night.alert(6.0, over(cpu("Zabbix")));
    assert!(!night.incident(1).is_open());
    // Back within the window, it is the whole that comes back.
    night.alert(7.0, disk("Datadog"));
    assert_eq!((night.last_home(), night.incident(1).flaps, night.count()), (Some(1), 1, 2));
}

#[test]
fn a_burst_by_one_key_is_no_recurrence_while_the_other_goes_on() {
    let mut night = merged();
    night.alert(9.0, cpu("Zabbix"));
    night.alert(15.0, disk("Zabbix"));
    assert_eq!((night.incident(1).recurrences, night.incident(1).episode_count), (0, 3));
    night.alert(26.0, disk("Zabbix"));
    assert_eq!((night.incident(1).recurrences, night.incident(1).episode_count), (1, 1));
}

#[test]
fn what_was_merged_stays_as_long_as_the_other_and_nothing_is_done_to_it() {
    let mut night = merged();
    let into = Senseless::MergedInto(night.incident(1).id.clone());
    for act in [Act::Reopen, Act::ACKNOWLEDGE, Act::Start, Act::RESOLVE, Act::Merge { into: 1 }] {
        assert_eq!(night.refusal(4.0, 2, &act), Some(into.clone()), "{act:?}");
    }
    night.alert(4.0, report("db-01", "lag"));
    assert_eq!(night.refusal(4.0, 3, &Act::Merge { into: 2 }), Some(into));
    night.until(3.0 * 24.0 * 60.0);
    assert_eq!(night.count(), 3);
    night.act(3.0 * 24.0 * 60.0, 1, Act::RESOLVE);
    night.changes.extend(night.engine.advance(at(3.0 * 24.0 * 60.0) + REMEMBERED_FOR));
    assert_eq!(night.count(), 1);
}

#[test]
fn taken_out_it_has_its_own_again_and_what_came_since_stays() {
    let mut night = merged();
    night.alert(4.0, disk("Grafana"));
    night.act(5.0, 1, Act::Unmerge { part: 2 });
    let (whole, part) = (night.incident(1), night.incident(2));
    assert_eq!((whole.alert_count, whole.tool_sources.as_slice()), (2, &["Zabbix".to_owned(), "Grafana".into()][..]));
    assert_eq!((part.alert_count, part.status, &part.merged_into), (2, Status::New, &None));
    assert!(whole.merged.is_empty());
    night.alert(6.0, disk("Datadog"));
    assert_eq!((night.last_home(), night.incident(2).alert_count), (Some(2), 3));
    for tool in ["Datadog", "Zabbix", "Grafana"] {
        night.alert(7.0, over(disk(tool)));
    }
    assert!(!night.incident(2).is_open() && night.incident(1).is_open());
}

#[test]
fn what_was_merged_twice_comes_out_as_it_went_in() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.alert(0.0, disk("Zabbix"));
    night.alert(0.0, report("db-01", "lag"));
    night.act(1.0, 1, Act::Merge { into: 2 });
    night.act(2.0, 2, Act::Merge { into: 3 });
    assert_eq!(night.incident(3).alert_count, 3);
    night.alert(3.0, cpu("Zabbix"));
    assert_eq!(night.last_home(), Some(3));
    night.act(4.0, 3, Act::Unmerge { part: 2 });
    night.alert(5.0, cpu("Zabbix"));
    assert_eq!((night.last_home(), &night.incident(2).merged), (Some(2), &vec![1]));
    night.act(6.0, 2, Act::Unmerge { part: 1 });
    night.alert(7.0, cpu("Zabbix"));
    assert_eq!(night.last_home(), Some(1));
    assert_eq!((1..=3).map(|number| night.incident(number).alert_count).collect::<Vec<_>>(), [2, 2, 2]);
}
