use std::collections::{BTreeSet, HashMap, HashSet};

use super::*;
use crate::core::severity::Severity;
use crate::demo::companies::{ACME, BLUEFIN, CEDAR, COMPANIES, DELTA, EMBER, FJORD};

fn of(scene: Scene) -> Vec<Step> {
    script(1, 0).into_iter().filter(|step| step.scene == scene).collect()
}

fn alerts(step: &Step) -> &[Alert] {
    match &step.post {
        Post::Alerts(alerts) => alerts,
        Post::Forged(_) | Post::Unreadable(_) => &[],
    }
}

fn seconds(step: &Step) -> i64 {
    step.at.0 / 1_000
}

#[test]
fn a_seed_is_a_night() {
    assert_eq!(script(1, 0), script(1, 0));
    assert_ne!(script(1, 0), script(2, 0));
    assert_ne!(script(1, 0), script(1, 1));
}

#[test]
fn time_goes_forward_and_ends_with_the_night() {
    for number in 0..20 {
        let steps = script(7, number);
        assert!(steps.is_sorted_by_key(|step| step.at));
        assert!(steps.iter().all(|step| step.at < NIGHT), "night {number}");
    }
}

#[test]
fn no_two_signed_requests_are_the_same_bytes() {
    let mut seen = HashSet::new();
    for number in 0..3 {
        for step in script(1, number).iter().filter(|step| step.tool != Tool::Prometheus) {
            assert!(seen.insert((step.company.id, step.body(|_| crate::core::time::Moment(0)))), "{step:?}");
        }
    }
}

#[test]
fn whatever_begins_in_the_noise_is_over_by_morning() {
    let mut firing: HashMap<_, i32> = HashMap::new();
    for step in script(3, 0).iter().filter(|step| matches!(step.scene, Scene::Noise | Scene::Opening)) {
        for alert in alerts(step) {
            let open = firing.entry((step.company.id, step.tool, alert.asset.clone(), alert.signature)).or_default();
            *open = i32::from(alert.firing);
        }
    }
    assert!(firing.len() > 100 && firing.values().all(|open| *open == 0));
}

#[test]
fn the_noise_reaches_everybody_through_every_tool() {
    let noise = of(Scene::Noise);
    assert_eq!(noise.iter().map(|step| step.company.id).collect::<BTreeSet<_>>().len(), COMPANIES.len());
    assert_eq!(noise.iter().map(|step| step.tool).collect::<BTreeSet<_>>().len(), 5);
}

#[test]
fn the_board_is_full_within_two_seconds_and_has_its_critical() {
    let steps = script(1, 0);
    let early = |step: &&Step| step.at.0 <= 2_000;
    assert!(steps.iter().filter(early).flat_map(alerts).filter(|alert| alert.firing).count() >= 12);
    assert!(steps.iter().filter(early).flat_map(alerts).any(|alert| alert.severity == Severity::Critical));
}

#[test]
fn the_storm_is_dozens_of_assets_of_one_company_within_twenty_seconds() {
    let storm = of(Scene::Storm);
    assert!(storm.iter().all(|step| *step.company == BLUEFIN));
    let early = storm.iter().filter(|step| seconds(step) <= 20).flat_map(alerts);
    assert!(early.map(|alert| &alert.asset).collect::<HashSet<_>>().len() >= 36);
    let last = storm.iter().flat_map(alerts).fold(HashMap::new(), |mut last, alert| {
        last.insert((&alert.asset, alert.signature), alert.firing);
        last
    });
    assert!(last.values().all(|firing| !firing));
}

#[test]
fn the_flapping_check_comes_back_often_enough() {
    let flapping = of(Scene::Flapping);
    assert!(flapping.iter().all(|step| *step.company == EMBER));
    let firing: Vec<bool> = flapping.iter().flat_map(alerts).map(|alert| alert.firing).collect();
    let comes_back = firing.windows(2).filter(|pair| *pair == [false, true]).count();
    assert!(comes_back >= crate::core::correlate::FLAP_COUNT);
}

#[test]
fn three_tools_agree_on_one_critical_asset() {
    let agree = of(Scene::SeveralTools);
    assert!(agree.iter().all(|step| *step.company == CEDAR));
    assert_eq!(agree.iter().map(|step| step.tool).collect::<BTreeSet<_>>().len(), 3);
    let keys: HashSet<_> = agree.iter().flat_map(alerts).map(|alert| (&alert.asset, alert.signature)).collect();
    assert_eq!(keys.len(), 1);
}

#[test]
fn the_slow_burn_begins_a_new_episode_each_time_and_never_ends() {
    let both: Vec<Step> = (0..2)
        .flat_map(|number| {
            let later = Span(NIGHT.0 * i64::from(number));
            script(1, number).into_iter().map(move |step| Step { at: Span(step.at.0 + later.0), ..step })
        })
        .filter(|step| step.scene == Scene::SlowBurn)
        .collect();
    assert!(both.iter().all(|step| *step.company == FJORD));
    assert!(both.iter().flat_map(alerts).all(|alert| alert.firing));
    assert_eq!(
        both.iter().flat_map(alerts).map(|alert| (&alert.asset, alert.signature)).collect::<HashSet<_>>().len(),
        1
    );
    let window = Span::minutes(FJORD.window_minutes.unwrap().into());
    let apart = both.windows(2).filter(|pair| pair[1].at.0 - pair[0].at.0 > window.0).count();
    assert_eq!(apart, 3, "four bursts in two nights");
}

#[test]
fn the_wrong_secret_is_told_often_enough_to_become_an_incident() {
    let forged = of(Scene::WrongSecret);
    assert!(forged.iter().all(|step| *step.company == DELTA && matches!(step.post, Post::Forged(_))));
    assert!(forged.iter().filter(|step| seconds(step) < 15).count() >= 3);
}

#[test]
fn nobody_can_read_what_is_unreadable() {
    let unreadable = of(Scene::Unreadable);
    assert_eq!(unreadable.len(), 3);
    for step in &unreadable {
        assert_eq!(*step.company, ACME);
        let Post::Unreadable(body) = &step.post else { panic!("{step:?}") };
        let json = serde_json::from_str::<serde_json::Value>(body);
        assert!(json.is_err() || json.unwrap().get("asset_name").is_none(), "{body}");
    }
}

#[test]
fn alertmanager_repeats_the_same_alerts() {
    let repeats = of(Scene::Repeats);
    let firing: Vec<&[Alert]> = repeats.iter().map(alerts).filter(|group| group[0].firing).collect();
    assert!(firing.len() >= 10 && firing.iter().all(|group| *group == firing[0]));
    assert!(alerts(repeats.last().unwrap()).iter().all(|alert| !alert.firing));
}

#[test]
fn the_heartbeat_and_the_tool_that_falls_silent_are_missed_and_come_back() {
    let beats = of(Scene::Heartbeat);
    let beats: Vec<i64> = beats.iter().filter(|step| *step.company == CEDAR).map(seconds).collect();
    let longest = |times: &[i64]| times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
    assert!((299..=330).contains(&longest(&beats)), "{beats:?}");
    for number in 0..5 {
        let night = script(1, number);
        for tool in [Tool::Datadog, Tool::Zabbix, Tool::Prometheus, Tool::CloudWatch, Tool::UptimeKuma] {
            let of_tool = night.iter().filter(|step| *step.company == ACME && step.tool == tool);
            let times: Vec<i64> = of_tool.map(seconds).collect();
            // Missed after three minutes, and one more for that it is known to the minute only.
            assert_eq!(longest(&times) >= 240, tool == Tool::CloudWatch, "{tool:?} {times:?}");
            assert!(times[0] < 60 && *times.last().unwrap() > 600, "{tool:?} {times:?}");
        }
    }
}

#[test]
fn every_company_is_promised_something() {
    use crate::core::setting;
    use crate::core::tenant::Settings;
    for company in COMPANIES {
        let set = |settings: Settings, (name, seconds): &(&str, u32)| {
            setting::set(&settings, name, &format!("{seconds}s")).unwrap()
        };
        let settings = company.lengths.iter().fold(Settings::default(), set);
        assert!(
            settings.sla.critical.respond.0.is_some() && settings.sla.critical.resolve.0.is_some(),
            "{}",
            company.id
        );
    }
}

#[test]
fn the_full_disk_is_on_a_machine_that_can_be_reached_and_is_early() {
    let full = of(Scene::DiskFull);
    assert!(seconds(&full[0]) < 5 && full.iter().all(|step| *step.company == ACME));
    let world = crate::demo::aws::world();
    let account = crate::demo::aws::access(&ACME).account_id;
    let nodes = &world.accounts.iter().find(|one| one.id == account).unwrap().nodes;
    for alert in full.iter().flat_map(alerts) {
        assert_eq!(nodes.iter().filter(|node| node.name == alert.asset).count(), 1);
    }
}
