//! The scenes of a night. All times are milliseconds from its beginning.

use super::companies::{ACME, BLUEFIN, CEDAR, COMPANIES, Company, DELTA, EMBER, FJORD, Tool};
use super::post::{Alert, Post};
use super::script::{NIGHT, Night, Place, Scene};
use super::troubles::{TROUBLES, Trouble};
use crate::core::severity::Severity;

const SECOND: u32 = 1_000;
const MINUTE: u32 = 60 * SECOND;

/// Two small troubles at each company within half a second, so that the board is never empty.
pub fn opening(night: &mut Night) {
    for company in COMPANIES.into_iter().chain(COMPANIES) {
        let at = night.chance.between(0, 500);
        let lasts = night.chance.between(40 * SECOND, 3 * MINUTE);
        small_trouble(night, Scene::Opening, company, at, lasts, |trouble| trouble.severity < Severity::Critical);
    }
}

/// A hospital's records database is gone, and three tools say so. It is the first critical of the night.
pub fn several_tools(night: &mut Night) {
    let place = |tool| Place { scene: Scene::SeveralTools, company: &CEDAR, tool };
    let asset = format!("ehr-db-{:02}", 1 + night.number % 4);
    let down = |at, message: &str| alert(&asset, "database_down", Severity::Critical, message, at);
    let probe = down(1_200, "Connection refused on 5432; 3 of 3 probes failed");
    let target = down(3 * SECOND, "Target is down; replication has stopped");
    let agent = down(6 * SECOND, "postgres.service has failed");
    for (tool, alert, every) in [
        (Tool::Datadog, &probe, 45 * SECOND),
        (Tool::Prometheus, &target, 30 * SECOND),
        (Tool::Zabbix, &agent, 70 * SECOND),
    ] {
        for n in 0..6 {
            night.fires(place(tool), alert.since + n * every, alert);
        }
        let jitter = night.chance.between(0, 20 * SECOND);
        night.resolves(place(tool), 7 * MINUTE + 30 * SECOND + jitter, alert);
    }
}

/// A core switch dies. Within six seconds everything behind it is gone, seen by three tools; Prometheus reports its part as
/// one group. It comes back after three minutes, machine by machine.
pub fn storm(night: &mut Night) {
    const BEGINS: u32 = 14 * SECOND;
    let place = |tool| Place { scene: Scene::Storm, company: &BLUEFIN, tool };
    let rack = 1 + night.number % 9;
    let switch = alert(&format!("dc2-core-sw{rack}"), "link_down", Severity::Critical, "All uplinks are down", BEGINS);
    let mut gone = vec![(Tool::Zabbix, switch)];
    for n in 1..=24 {
        let at = BEGINS + SECOND + night.chance.between(0, 5 * SECOND);
        let host = format!("dc2-r{rack}-esx-{n:02}");
        gone.push((Tool::Zabbix, alert(&host, "host_unreachable", Severity::High, "No answer to ping for 30 s", at)));
    }
    for n in 1..=8 {
        let at = BEGINS + SECOND + night.chance.between(0, 5 * SECOND);
        let host = format!("wms-{n:02}");
        gone.push((Tool::UptimeKuma, alert(&host, "http_check_failed", Severity::High, "Connection timed out", at)));
    }
    for (tool, alert) in &gone {
        night.fires(place(*tool), alert.since, alert);
        let again = alert.since + 40 * SECOND + night.chance.between(0, 15 * SECOND);
        night.fires(place(*tool), again, alert);
        let over = 3 * MINUTE + 30 * SECOND + night.chance.between(0, 90 * SECOND);
        night.resolves(place(*tool), over, alert);
    }
    let at = BEGINS + 2 * SECOND;
    let group: Vec<Alert> = (1..=12)
        .map(|n| {
            alert(
                &format!("dc2-r{rack}-node-{n:02}"),
                "target_down",
                Severity::High,
                "Scrape fails: no route to host",
                at,
            )
        })
        .collect();
    group_fires_and_resolves(night, place(Tool::Prometheus), &group, MINUTE, 4 * MINUTE);
}

/// A check fires and resolves every 14 seconds, six times: from the third time that it comes back, its incident flaps.
pub fn flapping(night: &mut Night) {
    const BEGINS: u32 = 40 * SECOND;
    let place = Place { scene: Scene::Flapping, company: &EMBER, tool: Tool::UptimeKuma };
    let asset = format!("lobby-eu-{:02}", 1 + night.number % 16);
    for n in 0..6 {
        let at = BEGINS + n * 14 * SECOND;
        let down = alert(&asset, "http_check_failed", Severity::High, "503 from the health check", at);
        night.fires(place, at, &down);
        night.resolves(place, at + 6 * SECOND, &down);
    }
}

/// A disk fills up. Nobody clears it: every burst is another episode of one incident, this night and the next.
pub fn slow_burn(night: &mut Night) {
    let place = Place { scene: Scene::SlowBurn, company: &FJORD, tool: Tool::Zabbix };
    let half = u32::try_from(NIGHT.0 / 2).unwrap_or(u32::MAX);
    for burst in 0..2 {
        for n in 0..3 {
            let at = 30 * SECOND + burst * half + n * 4 * SECOND;
            let full = (80 + 2 * night.number + burst).min(99);
            let message = format!("/data is {full} % full");
            night.fires(place, at, &alert("historian-01", "disk_space_low", Severity::Medium, &message, at));
        }
    }
}

/// The relay before CloudWatch never got the new secret.
pub fn wrong_secret(night: &mut Night) {
    let place = Place { scene: Scene::WrongSecret, company: &DELTA, tool: Tool::CloudWatch };
    for at in [8, 10, 12, 60, 110, 160, 210, 260, 310, 360, 410, 460, 510, 560, 610].map(|at| at * SECOND) {
        let mut forged = alert("claims-queue", "queue_backlog", Severity::High, "40000 messages are waiting", at);
        forged.event = night.event();
        night.post(place, at, Post::Forged(forged));
    }
}

/// A web server's disk is full, and two tools say so until somebody might have cleared it. It is a machine that the company's
/// account has once, so that a key or two later something runs on it.
pub fn disk_full(night: &mut Night) {
    let place = |tool| Place { scene: Scene::DiskFull, company: &ACME, tool };
    let full = |at, message: &str| alert("web-03", "disk_full", Severity::High, message, at);
    let agent = full(2_500, "Disk full: / is 97 % full, 1.2 GB left");
    let target = full(5 * SECOND, "Disk full: / has been above 95 % for 5 minutes");
    for n in 0..5 {
        night.fires(place(Tool::Zabbix), agent.since + n * 75 * SECOND, &agent);
        night.fires(place(Tool::Prometheus), target.since + n * 80 * SECOND, &target);
    }
    for (tool, alert) in [(Tool::Zabbix, &agent), (Tool::Prometheus, &target)] {
        let jitter = night.chance.between(0, 20 * SECOND);
        night.resolves(place(tool), 9 * MINUTE + jitter, alert);
    }
}

/// Somebody is trying out a notification template: a text, an object that is no alert, half an object.
pub fn unreadable(night: &mut Night) {
    let place = Place { scene: Scene::Unreadable, company: &ACME, tool: Tool::UptimeKuma };
    for (at, template) in [
        (5 * SECOND, "[shop-web] Testing {event}"),
        (3 * MINUTE, r#"{"monitor":"shop-web","up":false,"event":{event}}"#),
        (7 * MINUTE, r#"{"event":{event},"asset_name":"shop-web-01","signature":"http_"#),
    ] {
        let event = night.event().to_string();
        night.post(place, at, Post::Unreadable(template.replace("{event}", &event)));
    }
}

/// A group that fires for five minutes. Alertmanager says so every 20 seconds; it is the same four alerts every time.
pub fn repeats(night: &mut Night) {
    let place = Place { scene: Scene::Repeats, company: &DELTA, tool: Tool::Prometheus };
    let at = 18 * SECOND;
    let first = 1 + 4 * (night.number % 4);
    let group: Vec<Alert> = (first..first + 4)
        .map(|n| alert(&format!("batch-{n:02}"), "job_overdue", Severity::Medium, "The nightly run has not ended", at))
        .collect();
    group_fires_and_resolves(night, place, &group, 20 * SECOND, 5 * MINUTE);
}

/// The hospital's Prometheus says every half minute that it lives, but for five minutes in the middle of the night; the largest
/// company's tools do so every minute, so that only the one that falls silent is missed.
pub fn heartbeats(night: &mut Night) {
    let end = u32::try_from(NIGHT.0).unwrap_or(u32::MAX);
    let place = Place { scene: Scene::Heartbeat, company: &CEDAR, tool: Tool::Prometheus };
    let beat = alert("prometheus", "watchdog", Severity::Low, "This alert always fires", 0);
    for at in (SECOND..end).step_by(30 * 1_000).filter(|at| !(3 * MINUTE..8 * MINUTE).contains(at)) {
        night.post(place, at, Post::Alerts(vec![beat.clone()]));
    }
    for tool in [Tool::Datadog, Tool::Zabbix, Tool::Prometheus, Tool::CloudWatch, Tool::UptimeKuma] {
        let place = Place { scene: Scene::Heartbeat, company: &ACME, tool };
        let beat = alert("shop", "heartbeat", Severity::Low, "The monitoring works", 0);
        for at in (10 * SECOND..end).step_by(60 * 1_000).filter(|at| !is_silent(&ACME, tool, *at, *at)) {
            night.fires(place, at, &beat);
        }
    }
}

/// From now and then, everywhere: somebody notices something, says it a few times, and it passes.
pub fn noise(night: &mut Night) {
    let ends = u32::try_from(NIGHT.0).unwrap_or(u32::MAX) - 10 * SECOND;
    let shares: u32 = COMPANIES.iter().map(|company| company.share).sum();
    let mut at = 2 * SECOND;
    while at < ends - 30 * SECOND {
        let mut drawn = night.chance.between(1, shares);
        let company = COMPANIES.into_iter().find(|company| {
            let here = drawn <= company.share;
            drawn = drawn.saturating_sub(company.share);
            here
        });
        let lasts = night.chance.between(20 * SECOND, 4 * MINUTE).min(ends - at);
        small_trouble(night, Scene::Noise, company.unwrap_or(&ACME), at, lasts, |_| true);
        at += night.chance.between(1_500, 6_000);
    }
}

/// Something goes wrong with one of a company's machines: it is told up to four times, and then over.
fn small_trouble(
    night: &mut Night,
    scene: Scene,
    company: &'static Company,
    at: u32,
    lasts: u32,
    fits: impl Fn(&Trouble) -> bool,
) {
    let machines = night.chance.pick(company.fleet);
    let speaks = |tool: &&Tool| !is_silent(company, **tool, at, at + lasts);
    let possible: Vec<&Trouble> = TROUBLES
        .iter()
        .filter(|trouble| {
            trouble.kind == machines.kind && trouble.tools.iter().any(|tool| speaks(&tool)) && fits(trouble)
        })
        .collect();
    let trouble = *night.chance.pick(&possible);
    let tools: Vec<Tool> = trouble.tools.iter().filter(speaks).copied().collect();
    let tool = *night.chance.pick(&tools);
    let asset = format!("{}{:02}", machines.prefix, night.chance.between(1, machines.count));
    let mut alert = alert(&asset, trouble.signature, trouble.severity, "", at);
    let place = Place { scene, company, tool };
    let told = night.chance.between(1, 4);
    for n in 0..told {
        alert.message = trouble.message(&mut night.chance);
        night.fires(place, at + n * (lasts / (told + 1)), &alert);
    }
    night.resolves(place, at + lasts, &alert);
}

/// The largest company's CloudWatch says nothing for five minutes: somebody has taken its topic away.
pub fn is_silent(company: &Company, tool: Tool, from: u32, to: u32) -> bool {
    let silent = 3 * MINUTE + 30 * SECOND..8 * MINUTE + 30 * SECOND;
    company.id == ACME.id && tool == Tool::CloudWatch && from < silent.end && to >= silent.start
}

fn group_fires_and_resolves(night: &mut Night, place: Place, group: &[Alert], every: u32, lasts: u32) {
    let begins = group.first().map_or(0, |alert| alert.since);
    for n in 0..lasts / every {
        night.post(place, begins + n * every, Post::Alerts(group.to_vec()));
    }
    let over = group.iter().map(|alert| Alert { firing: false, ..alert.clone() }).collect();
    night.post(place, begins + lasts, Post::Alerts(over));
}

fn alert(asset: &str, signature: &'static str, severity: Severity, message: &str, since: u32) -> Alert {
    Alert { asset: asset.into(), signature, severity, message: message.into(), firing: true, since, event: 0 }
}
