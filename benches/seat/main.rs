//! What a seat costs, and how long a key takes, with 100,000 open incidents and 1,000 alerts a second.
//!
//! `PTYBENCH=…/ptybench.py cargo bench --bench seat` fills a data folder, starts `serve` on it, and has `PTYBENCH` run a seat in a
//! pseudo-terminal, first while nothing happens and then under the load. `PTYBENCH` is any program that takes
//! `--size COLSxROWS --keys KEY,… --load-cmd COMMAND … -- PROGRAM…` and prints what it measured. `-- --incidents 10000 --rate 100
//! --size 80x24 --keys down,up` changes what is asked of the seat; `--stay` leaves the engine running instead, and says how to sit
//! down at it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod load;
mod place;

use std::process::Command;

use place::Place;

/// Moves, then a filter letter by letter, then back.
const KEYS: &str = "down,down,up,pgdn,pgup,/,d,i,s,k,bs,esc";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let number = |name: &str, otherwise: usize| value(name).map_or(otherwise, |text| text.parse().unwrap());
    let rate = number("--rate", 1_000);
    if let Some(senders) = value("--load") {
        return load::run(&senders, rate);
    }
    let place = Place::fill(number("--tenants", 200), number("--incidents", 100_000));
    let program = env!("CARGO_BIN_EXE_alert-whisperer");
    let data_dir = place.dir.path().to_str().unwrap();
    let load =
        format!("{} --load {} --rate {rate}", std::env::current_exe().unwrap().display(), place.senders.display());
    if arguments.iter().any(|argument| argument == "--stay") {
        println!("{program} --data-dir {data_dir}\n{load}\nenter ends it");
        std::io::stdin().read_line(&mut String::new()).unwrap();
        return;
    }
    let Ok(measure) = std::env::var("PTYBENCH") else {
        println!("PTYBENCH names the program that measures; nothing was measured");
        return;
    };
    let mut command = Command::new("python3");
    command.arg(measure).args(["--starts", "1", "--patience", "60", "--ready", "critical"]);
    let sizes = value("--size").map_or_else(|| vec!["80x24".to_owned(), "200x60".to_owned()], |size| vec![size]);
    for size in &sizes {
        command.args(["--size", size]);
    }
    let keys = value("--keys").unwrap_or_else(|| KEYS.into());
    command.args(["--idle", "10", "--key-count", "120", "--load", "20", "--load-warmup", "5", "--keys", &keys]);
    command.args(["--load-cmd", &load, "--quit", "ctrl-c", "--", program, "--data-dir", data_dir]);
    let cpu = place.cpu_seconds();
    assert!(command.status().unwrap().success());
    let memory = place.memory() / (1 << 20);
    println!("engine  {:.1} s of processor time meanwhile, {memory} MiB", place.cpu_seconds() - cpu);
}
