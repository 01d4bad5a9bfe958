//! How fast alerts are taken, against what the same web server does without us, in the same minute and under the same load:
//!
//! (a) a bare handler that answers 200; (b) with HMAC check and JSON parse; (c) with an append and a group fdatasync to one
//! file as well; (d) Alert Whisperer: verified, correlated, stored, published to one seat.
//!
//! `cargo bench --bench ingest` runs all of them in turn, five times, each server a process of its own, and prints medians.
//! `cargo bench --bench ingest -- --rounds 1 --requests 10000` is a quick look.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod load;
mod servers;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use load::{Figures, Load};

struct Plan {
    name: &'static str,
    connections: usize,
    tenants: usize,
}

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PLANS: [Plan; 4] = [
    Plan { name: "32 connections, one tenant", connections: 32, tenants: 1 },
    Plan { name: "256 connections, one tenant", connections: 256, tenants: 1 },
    Plan { name: "32 connections, 100 tenants", connections: 32, tenants: 100 },
    Plan { name: "256 connections, 100 tenants", connections: 256, tenants: 100 },
];

const SERVERS: [&str; 4] = ["bare", "parse", "append", "ours"];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    if let Some(kind) = value("--server") {
        servers::run(&kind, Path::new(&value("--dir").unwrap()), value("--tenants").unwrap().parse().unwrap());
        return;
    }
    let rounds: usize = value("--rounds").map_or(5, |n| n.parse().unwrap());
    let requests: usize = value("--requests").map_or(40_000, |n| n.parse().unwrap());
    for plan in PLANS {
        run(&plan, rounds, requests);
    }
}

fn run(plan: &Plan, rounds: usize, requests: usize) {
    println!("\n{}: {requests} requests of one alert, median of {rounds}", plan.name);
    let mut all: Vec<Vec<Figures>> = vec![Vec::new(); SERVERS.len()];
    let mut servers: Vec<Server> = SERVERS.iter().map(|kind| Server::start(kind, plan.tenants)).collect();
    for round in 0..rounds {
        for (server, figures) in servers.iter_mut().zip(&mut all) {
            let load = Load::new(server, plan.connections, requests, round);
            let cpu = server.cpu_seconds();
            let mut taken = load.run();
            taken.cpu_micros = (server.cpu_seconds() - cpu) * 1e6 / requests as f64;
            figures.push(taken);
        }
    }
    let reference = median(&all[2], |figures| figures.per_second);
    println!(
        "{:<8} {:>10} {:>10} {:>9} {:>9} {:>12} {:>8}",
        "", "alerts/s", "× append", "p50 ms", "p99 ms", "CPU µs/alert", "errors"
    );
    for (kind, figures) in SERVERS.iter().zip(&all) {
        let per_second = median(figures, |figures| figures.per_second);
        println!(
            "{kind:<8} {per_second:>10.0} {:>10.2} {:>9.2} {:>9.2} {:>12.1} {:>8}",
            per_second / reference,
            median(figures, |figures| figures.p50_ms),
            median(figures, |figures| figures.p99_ms),
            median(figures, |figures| figures.cpu_micros),
            figures.iter().map(|figures| figures.errors).sum::<usize>(),
        );
    }
    let ours = servers.pop().unwrap();
    let (dir, alerts) = (ours.dir.clone(), requests * rounds);
    drop(ours);
    println!("ours on disk, after a clean end: {:.0} bytes an alert", bytes_in(&dir) as f64 / alerts as f64);
    drop(servers);
    // What is left behind is in the build's own folder for temporary files.
    let _ = std::fs::remove_dir_all(dir);
}

fn median(figures: &[Figures], of: impl Fn(&Figures) -> f64) -> f64 {
    let mut values: Vec<f64> = figures.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn bytes_in(dir: &Path) -> u64 {
    let mut bytes = 0;
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let kept = entry.metadata().unwrap();
        bytes += if kept.is_dir() { bytes_in(&entry.path()) } else { kept.len() };
    }
    bytes
}

/// A server in a process of its own, which ends when its standard input does.
pub struct Server {
    child: Child,
    dir: PathBuf,
    /// Where it listens.
    pub address: String,
    /// A key and a secret for each tenant.
    pub tenants: Vec<(String, String)>,
}

impl Server {
    fn start(kind: &str, tenants: usize) -> Self {
        use std::io::BufRead;
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("ingest-{}-{kind}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--server", kind, "--tenants", &tenants.to_string(), "--dir"])
            .arg(&dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
        let address = said.next().unwrap().unwrap();
        let tenants = (0..tenants)
            .map(|_| {
                let line = said.next().unwrap().unwrap();
                let (key, secret) = line.split_once(' ').unwrap();
                (key.to_owned(), secret.to_owned())
            })
            .collect();
        Self { child, dir, address, tenants }
    }

    /// Processor time that the server has used.
    fn cpu_seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
        ticks / 100.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
        if !self.dir.ends_with(format!("ingest-{}-ours", std::process::id())) {
            let _ = std::fs::remove_dir_all(&self.dir);
        }
    }
}
