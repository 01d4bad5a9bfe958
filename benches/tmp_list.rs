#![allow(clippy::all, missing_docs, clippy::unwrap_used, clippy::print_stdout)]
use alert_whisperer::core::board::{Snapshot, TenantPart};
use alert_whisperer::core::change::{Change, Published};
use alert_whisperer::core::incident::Incident;
use alert_whisperer::core::time::Moment;
use alert_whisperer::link::Feed;
use alert_whisperer::tui::app::{App, Start};
use alert_whisperer::tui::theme::Look;
use alert_whisperer::tui::view;
use ratatui::{buffer::Buffer, layout::Rect};
use std::sync::Arc;
use std::time::Instant;

fn incident(t: usize, n: usize) -> Incident {
    let sig = ["disk_full", "high_cpu_usage", "host_down", "certificate_expires", "replication_lag"][n % 5];
    let sev = ["medium", "high", "critical", "low", "high"][n % 5];
    let score = [30, 60, 90, 10, 60][n % 5];
    serde_json::from_value(serde_json::json!({
        "id": format!("comp_{t:03}-i{}", n+1), "company_id": format!("comp_{t:03}"), "asset_name": format!("web-{n:05}.site-{}", n%7),
        "signature": sig, "severity": sev, "status": "new", "priority_score": score,
        "score_terms": {"severity": score, "critical_asset":0,"duplicates":0,"tools":0,"age":0},
        "alert_count": 1, "episode_count": 1, "tool_sources": ["Zabbix"], "category": "Server", "assigned_to": null, "acknowledged_by": null,
        "opened_at": Moment(1_769_829_160_000 + (t*500+n) as i64), "last_alert_at": Moment(1_769_829_160_000), "resolved_at": null, "resolved_by": null, "recurrences": 0,
        "flaps": 0, "flapping": false, "follows": null, "instance_id": null
    })).unwrap()
}

fn main() {
    let now = Moment(1_769_829_460_000);
    let mut order: Vec<(usize, usize)> = (0..200).flat_map(|t| (0..500).map(move |n| (t, n))).collect();
    // As they would be allocated by a parse.
    let mut tenants: Vec<TenantPart> =
        (0..200).map(|t| TenantPart::of(format!("comp_{t:03}").parse().unwrap())).collect();
    for (t, n) in order.drain(..) {
        tenants[t].incidents.push(Arc::new(incident(t, n)));
    }
    let snapshot = Snapshot { tenants, ..Snapshot::default() };
    let t0 = Instant::now();
    let text = serde_json::to_vec(&Feed::Snapshot(Box::new(snapshot.clone()))).unwrap();
    println!("snapshot {} MB in {:?}", text.len() / 1_000_000, t0.elapsed());
    let t0 = Instant::now();
    let read: Feed = serde_json::from_slice(&text).unwrap();
    println!("read in {:?}", t0.elapsed());
    drop(snapshot);
    let look = Look::new("default", alert_whisperer::tui::colour::Depth::Rgb, false).unwrap();
    let mut app = App::new(start(look, now));
    let area = Rect::new(0, 0, 200, 60);
    let mut buffer = Buffer::empty(area);
    let t0 = Instant::now();
    app.changed(read);
    println!("changed {:?}", t0.elapsed());
    let mut step = |app: &mut App, what: &str| {
        let t0 = Instant::now();
        let effects = app.settle(area, true);
        let t1 = t0.elapsed();
        let t0 = Instant::now();
        view::draw(app, &mut buffer);
        println!(
            "{what:>12}: settle {t1:>10.1?} draw {:>10.1?} rows {} effects {}",
            t0.elapsed(),
            app.incidents.rows.len(),
            effects.len()
        );
    };
    step(&mut app, "first");
    for keys in [
        "j",
        "j",
        "k",
        "G",
        "g",
        "g",
        "/",
        "d",
        "i",
        "s",
        "k",
        "backspace",
        "backspace",
        "d",
        "esc",
        "/",
        "w",
        "e",
        "b",
        "-",
        "0",
        "3",
        "esc",
        "j",
        ",",
        "a",
        ",",
        "s",
        ",",
        "t",
        ",",
        "v",
        "*",
        "U",
        "j",
    ] {
        let t0 = Instant::now();
        app.press(crokey::parse(keys).unwrap());
        let took = t0.elapsed();
        print!("press {took:>10.1?} ");
        step(&mut app, keys);
    }
    let mut revision = 0;
    for round in 0..3 {
        let changes: Vec<Published> = (0..1000)
            .map(|i| {
                let (t, n) = ((i * 7) % 200, (i * 31 + round * 13) % 500);
                let mut new =
                    (**app.board.incident(&format!("comp_{t:03}-i{}", n + 1).parse().unwrap()).unwrap()).clone();
                new.alert_count += 1;
                new.priority_score += 2;
                revision += 1;
                Published {
                    revision,
                    company_id: new.company_id.clone(),
                    change: Change::IncidentUpdated(Arc::new(new)),
                }
            })
            .collect();
        let json = serde_json::to_vec(&changes).unwrap();
        let t0 = Instant::now();
        let changes: Vec<Published> = serde_json::from_slice(&json).unwrap();
        println!("parse 1000 ({} B) {:?}", json.len(), t0.elapsed());
        let t0 = Instant::now();
        app.changed(Feed::Changes(Arc::new(changes)));
        println!("apply 1000 {:?}", t0.elapsed());
        step(&mut app, "frame");
        step(&mut app, "frame");
        app.press(crokey::parse("j").unwrap());
        step(&mut app, "join");
        step(&mut app, "after");
    }
}
fn start(look: Look, now: Moment) -> Start {
    Start {
        operator: "priya".into(),
        read_only: false,
        embedded: false,
        rings_from: None,
        base_url: None,
        utc_offset: |_| alert_whisperer::core::time::Span(0),
        look,
        keys: Vec::new(),
        memory: Default::default(),
        now,
    }
}
