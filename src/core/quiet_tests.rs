use super::*;
use crate::core::testing::report;

fn start() -> Moment {
    Moment::parse("2026-01-31T10:00:00Z").unwrap()
}

/// A sender that was heard at these minutes.
fn heard(minutes: impl IntoIterator<Item = i64>) -> Sender {
    let mut sender = Sender::new(" Zabbix ", start());
    for minute in minutes {
        sender.heard(start() + Span::minutes(minute), Moment(0));
    }
    sender
}

#[test]
fn a_day_and_a_dozen_gaps_make_a_sender_known() {
    let rules = Senders::default();
    let every_two_hours = |count: i64| heard((1..=count).map(|n| n * 120));
    assert_eq!(every_two_hours(11).patience(&rules), None, "too few gaps");
    assert_eq!(every_two_hours(12).patience(&rules), Some(Span::hours(6)));
    assert_eq!(heard(1..=600).patience(&rules), None, "one storm");
    assert_eq!(heard((1..=600).chain([1_441])).patience(&rules), Some(Span::minutes(3 * 841)));
    let set = Senders { quiet_after: Limit::minutes(45), ..rules };
    assert_eq!(heard([]).patience(&set), Some(Span::minutes(45)), "what is set needs no learning");
}

#[test]
fn patience_has_a_least_and_a_most() {
    let rules = Senders::default();
    let steady = heard((1..=20_000).step_by(1));
    assert_eq!(steady.patience(&rules), Some(Span::minutes(15)));
    let rare = heard((1..=20).map(|n| n * 4 * 1_440));
    assert_eq!(rare.patience(&rules), Some(Span(7 * Span::DAY.0)));
}

#[test]
fn a_storm_does_not_make_it_forget_its_nights_but_a_week_does() {
    let nights: Vec<i64> = (1..=13).map(|day| day * 720).collect();
    let storm = (1..=200).map(|n| 13 * 720 + n);
    let sender = heard(nights.clone().into_iter().chain(storm));
    assert_eq!(sender.gaps.len(), GAPS);
    assert_eq!(sender.longest_gap(), Some(Span::minutes(720)));
    let week = (1..=10_200).map(|n| 13 * 720 + n);
    assert_eq!(heard(nights.into_iter().chain(week)).longest_gap(), Some(Span::MINUTE));
}

#[test]
fn arrivals_within_a_minute_are_one_burst() {
    let mut sender = heard([]);
    assert!(!sender.heard(start() + Span(59_999), Moment(0)));
    assert!(sender.heard(start() + Span::MINUTE, Moment(0)));
    assert_eq!(sender.gaps, [Gap { ended_at: start() + Span::MINUTE, lasted: Span::MINUTE }]);
}

#[test]
fn a_silence_while_nobody_could_listen_teaches_nothing_and_is_no_alarm() {
    let rules = Senders { quiet_after: Limit::minutes(30), ..Senders::default() };
    let mut sender = heard([]);
    let back = start() + Span::hours(5);
    assert_eq!(sender.next(&rules, Moment(0)), Next::MissingAt(start() + Span::minutes(31)));
    assert_eq!(sender.next(&rules, back), Next::MissingAt(back + Span::minutes(31)));
    sender.heard(back + Span::MINUTE, back);
    assert_eq!(sender.gaps, []);
    let weekly = Senders { quiet_after: Limit::minutes(7 * 1_440), ..rules };
    let next = sender.next(&weekly, sender.last_at + Span(6 * Span::DAY.0 + Span::hours(12).0));
    assert_eq!(next, Next::MissingAt(sender.last_at + Span(7 * Span::DAY.0 + Span::hours(12).0)), "a day at most");
}

#[test]
fn heartbeats_of_two_tools_assets_or_names_are_different() {
    let one = report("cluster", "Watchdog");
    let keys = [
        Beat::key(&one),
        Beat::key(&report("cluster-2", "Watchdog")),
        Beat::key(&report("cluster", "heartbeat")),
        Beat::key(&Report { tool_source: "Prometheus".into(), ..one.clone() }),
    ];
    let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
    assert_eq!(distinct.len(), keys.len());
    assert_eq!(Beat::key(&report(" CLUSTER", "watchdog ")), keys[0]);
}

#[test]
fn what_is_reported_says_who_how_long_and_what_to_check() {
    let sender = heard((1..=12).map(|n| n * 120));
    let now = sender.last_at + Span::hours(7);
    let firing = sender.report(now, AlertStatus::Firing);
    assert!(is_ours(&firing));
    assert_eq!((&*firing.asset_name, &*firing.signature, firing.severity), ("Zabbix", "sender_quiet", Severity::High));
    assert!(firing.message.starts_with("Zabbix has sent nothing for 7h (since 2026-02-01T10:00:00.000Z)."));
    assert!(firing.message.contains("longer than 2h before") && firing.message.contains("Check that"));
    assert!(!is_ours(&report("a", "b")));
    assert!(!is_ours(&Report { signature: "disk_full".into(), ..firing.clone() }));
}
