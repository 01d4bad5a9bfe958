//! The load: signed alerts at a steady rate, nearly all of them about incidents that are open, one in a hundred about a new one.
//! Runs until it, or the engine, is ended.

use std::time::Duration;

use alert_whisperer::sender::Sender;

use super::place::{alert, now};

/// How many posts may be under way at a time.
const SENDING: usize = 8;

pub fn run(senders: &str, rate: usize) {
    let text = std::fs::read_to_string(senders).unwrap();
    let mut lines = text.lines();
    let url = format!("http://{}/api/webhooks/alerts", lines.next().unwrap());
    let first = Sender::direct(&url, "", None).unwrap();
    let tenants: Vec<(Sender, usize)> = lines
        .map(|line| {
            let parts: Vec<&str> = line.split(' ').collect();
            (first.beside(&url, parts[0], Some(parts[1])), parts[2].parse().unwrap())
        })
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..SENDING)
            .map(|lane| {
                let tenants = tenants.clone();
                let mut beat = tokio::time::interval(Duration::from_secs(1) * SENDING as u32 / rate as u32);
                tokio::spawn(async move {
                    for nth in (lane..).step_by(SENDING) {
                        beat.tick().await;
                        // Every tenant gets its turn, and of each, every incident.
                        let (sender, incidents) = &tenants[nth % tenants.len()];
                        let turn = nth / tenants.len();
                        let number = if nth % 101 == 100 { incidents + turn } else { turn * 31 % incidents };
                        // Without an engine there is nobody to load.
                        let Ok(said) = sender.post(alert(number), now()).await else { return };
                        assert!(said.status == 200 || said.status == 429, "{}", said.body);
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}
