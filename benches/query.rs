//! How long the filter language takes: for each of a hundred thousand incidents on a board, and over a tenant's alerts in a store.
//!
//! `cargo bench --bench query` prints nanoseconds for one incident, and milliseconds for all of them.
//! `cargo bench --bench query -- --alerts 1000000` also fills a store with so many alerts of one tenant and searches it.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use alert_whisperer::core::alert::{Alert, AlertStatus, Report};
use alert_whisperer::core::change::Change;
use alert_whisperer::core::id::{AlertId, IncidentId, TenantId};
use alert_whisperer::core::incident::{Incident, Status};
use alert_whisperer::core::query::{Query, Viewer};
use alert_whisperer::core::severity::Severity;
use alert_whisperer::core::tenant::Tenant;
use alert_whisperer::core::time::{Moment, Span};
use alert_whisperer::store::sqlite;
use alert_whisperer::store::{Batch, Opened};

const INCIDENTS: u64 = 100_000;
const NOW: Moment = Moment(1_769_829_160_000);
const VIEWER: Viewer<'static> = Viewer { who: "priya", now: NOW };

/// Typed at a board.
const QUERIES: [&str; 18] = [
    "",
    "p",
    "payment",
    "paygw",
    "nothing-like-it",
    "\"nothing-like-it\"",
    "disk|inode",
    "!heartbeat",
    "client 042",
    "tenant:042",
    "asset:web-*",
    "sig:disk",
    "tool:zabbix",
    "sev>=high",
    "status:new assignee:none",
    "sla:breached|warned",
    "score>90 age<2h",
    "disk tenant:comp sev>=high status:open tool:zabbix asset:web-* age<2h ack:no !noise",
];

/// Asked of the history.
const SEARCHES: [&str; 14] = [
    "",
    "disk",
    "host-04211",
    "nothing-like-it",
    "4711",
    "asset:host-042*",
    "sev:critical disk",
    "tool:zabbix status:resolved",
    "!disk",
    "since:1d disk",
    "before:6d host-04211",
    "host-04211 latency",
    "host-0421? timeout|refused",
    "disk tool:nagios",
];

const ASSETS: [&str; 6] = ["web", "payment-gw", "db-replica", "file-server", "core-switch", "host"];
const SIGNATURES: [&str; 7] = [
    "high_cpu_usage",
    "disk_full",
    "replication_lag",
    "heartbeat_missing",
    "p99_latency",
    "tunnel_down",
    "inode_usage",
];
const TOOLS: [&str; 4] = ["Zabbix", "Datadog", "Prometheus", "CloudWatch"];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let alerts = arguments.iter().position(|argument| argument == "--alerts");
    board();
    if let Some(alerts) = alerts.and_then(|at| arguments.get(at + 1)) {
        history(alerts.parse().unwrap());
    }
}

/// How long the processor has worked for this thread: others may want it too.
fn worked() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(told.split(' ').next().unwrap().parse().unwrap())
}

fn pick<'a>(from: &[&'a str], chance: u64) -> &'a str {
    from[usize::try_from(chance % from.len() as u64).unwrap()]
}

/// Numbers without an order, always the same ones.
fn chance(number: u64, what: u64) -> u64 {
    let mixed = (number * 32 + what).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB) >> 32
}

fn tenant(number: u64) -> TenantId {
    format!("comp_client-{:03}", number % 200).parse().unwrap()
}

fn incident(number: u64) -> Incident {
    let id = IncidentId { tenant: tenant(chance(number, 3)), number };
    let opened_at = NOW - Span(i64::try_from(chance(number, 2) % 86_400_000).unwrap());
    let first = Report {
        asset_name: format!("{}-{:05}.lan", pick(&ASSETS, chance(number, 4)), chance(number, 5) % 20_000),
        signature: pick(&SIGNATURES, chance(number, 6)).into(),
        severity: Severity::ALL[usize::try_from(chance(number, 1) % 4).unwrap()],
        status: AlertStatus::Firing,
        message: String::new(),
        message_cut: false,
        tool_source: pick(&TOOLS, chance(number, 10)).into(),
        occurred_at: None,
        instance_id: None,
        links: Vec::new(),
        labels: Default::default(),
        fingerprint: None,
        identity: Default::default(),
    };
    Incident {
        status: if chance(number, 7).is_multiple_of(3) { Status::Acknowledged } else { Status::New },
        priority_score: i32::try_from(chance(number, 8) % 130).unwrap(),
        alert_count: 1 + chance(number, 9) % 20,
        tool_sources: vec![first.tool_source.clone(), pick(&TOOLS, chance(number, 11)).into()],
        assigned_to: (chance(number, 12).is_multiple_of(4)).then(|| "priya".into()),
        ..Incident::opening(id, &first, opened_at)
    }
}

fn board() {
    let mut incidents: Vec<Arc<Incident>> = (0..INCIDENTS).map(|number| Arc::new(incident(number))).collect();
    // On a board they lie wherever there was room.
    incidents.sort_by_key(|incident| chance(incident.id.number, 13));
    let names: Vec<(TenantId, String)> =
        (0..200).map(|number| (tenant(number), format!("Client {number:03} Ltd"))).collect();
    println!("{:>9} {:>9} {:>9}  filter over {INCIDENTS} incidents", "ns each", "ms all", "matches");
    for text in QUERIES {
        let mut query = Query::parse(text).unwrap();
        query.learn_names(names.iter().map(|(id, name)| (id, &**name)));
        let mut best = f64::MAX;
        let mut matches = 0;
        for _ in 0..7 {
            let began = worked();
            let all: Vec<&Arc<Incident>> = incidents.iter().collect();
            matches = black_box(query.shown(black_box(&all), VIEWER).filter(|shown| *shown).count());
            best = best.min((worked() - began).as_secs_f64());
        }
        println!("{:>9.1} {:>9.2} {matches:>9}  {text}", best * 1e9 / INCIDENTS as f64, best * 1e3);
    }
}

fn alert(tenant: &TenantId, number: u64, of: u64) -> Alert {
    let asset = format!("{}-{:05}", pick(&ASSETS, chance(number, 4)), chance(number, 5) % 5_000);
    let signature = pick(&SIGNATURES, chance(number, 6)).to_owned();
    let word = pick(&["timeout", "refused", "slow", "gone"], chance(number, 14));
    let report = Report {
        message: format!(
            "{signature} on {asset}: {word} after {} ms, ticket {}",
            chance(number, 15) % 9_000,
            chance(number, 16) % 100_000
        ),
        asset_name: asset,
        signature,
        severity: Severity::ALL[usize::try_from(chance(number, 1) % 4).unwrap()],
        status: if chance(number, 7).is_multiple_of(2) { AlertStatus::Firing } else { AlertStatus::Resolved },
        message_cut: false,
        tool_source: pick(&TOOLS, chance(number, 10)).into(),
        occurred_at: None,
        instance_id: None,
        links: Vec::new(),
        labels: Default::default(),
        fingerprint: None,
        identity: Default::default(),
    };
    // A week of them.
    let ago = i64::try_from((of - number) * (7 * 86_400_000) / of).unwrap();
    Alert {
        id: AlertId { tenant: tenant.clone(), number },
        company_id: tenant.clone(),
        incident_id: None,
        received_at: NOW - Span(ago),
        delivery_id: None,
        silenced_by: None,
        seen: 1,
        report: Arc::new(report),
    }
}

fn fill(store: &mut Opened, tenant: &TenantId, count: u64) {
    let made = Tenant {
        id: tenant.clone(),
        name: "Client".into(),
        created_at: Moment(0),
        settings: Default::default(),
        sources: Default::default(),
        credentials: Default::default(),
    };
    let mut changes = vec![Change::TenantChanged(Arc::new(made))];
    for number in 1..=count {
        changes.push(Change::AlertReceived(Arc::new(alert(tenant, number, count))));
        if number % 8_192 == 0 || number == count {
            let changes = std::mem::take(&mut changes);
            store.archive.write(&Batch { up_to: number, changes, ..Batch::default() }).unwrap();
        }
        if number % 131_072 == 0 {
            store.archive.settle().unwrap();
        }
    }
    store.archive.settle().unwrap();
}

fn history(count: u64) {
    let dir = std::env::temp_dir().join(format!("alert-whisperer-query-{}", std::process::id()));
    let mut store = sqlite::open(&dir).unwrap();
    let tenant = tenant(42);
    let began = Instant::now();
    fill(&mut store, &tenant, count);
    println!("\nfilled a store with {count} alerts in {:.1} s", began.elapsed().as_secs_f64());
    println!("{:>9} {:>9}  the latest 500 of them that match", "ms", "found");
    for text in SEARCHES {
        let query = Query::parse(text).unwrap();
        let mut best = f64::MAX;
        let mut found = 0;
        for _ in 0..3 {
            let began = Instant::now();
            found = store.history.alerts(&tenant, &query, VIEWER, 500).unwrap().len();
            best = best.min(began.elapsed().as_secs_f64());
        }
        println!("{:>9.1} {found:>9}  {text}", best * 1e3);
    }
    drop(store);
    std::fs::remove_dir_all(dir).unwrap();
}
