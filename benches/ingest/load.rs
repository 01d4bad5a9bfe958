//! The load: keep-alive connections, each with one signed request under way at a time. Every request is made before the clock
//! starts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use alert_whisperer::sender::signature;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Server;

/// What a run showed.
#[derive(Clone, Copy)]
pub struct Figures {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub cpu_micros: f64,
    pub errors: usize,
}

pub struct Load {
    address: String,
    connections: usize,
    requests: Arc<Vec<Vec<u8>>>,
}

impl Load {
    pub fn new(server: &Server, connections: usize, requests: usize, round: usize) -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let now = i64::try_from(now).unwrap();
        let request = |number: usize| {
            let (key, secret) = &server.tenants[number % server.tenants.len()];
            // A thousand assets, five kinds of trouble: a storm as monitoring makes it.
            let body = format!(
                "{{\"asset_name\":\"web-{:04}\",\"signature\":\"high_cpu_usage_{}\",\"severity\":\"high\",\"message\":\
                 \"CPU has been above 97 % for five minutes (sample {round}/{number})\",\"tool_source\":\"Zabbix\",\
                 \"labels\":{{\"site\":\"berlin-2\",\"role\":\"frontend\"}},\"links\":[\"https://zabbix.example.com/e/{number}\"]}}",
                number % 1_000,
                number % 5,
            );
            let head = format!(
                "POST /api/webhooks/alerts HTTP/1.1\r\nHost: bench\r\nX-API-Key: {key}\r\nX-Timestamp: {now}\r\n\
                 X-Signature: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                signature(secret, now, body.as_bytes()),
                body.len(),
            );
            (head + &body).into_bytes()
        };
        let requests = Arc::new((0..requests).map(request).collect());
        Self { address: server.address.clone(), connections, requests }
    }

    pub fn run(self) -> Figures {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let next = Arc::new(AtomicUsize::new(0));
            let mut streams = Vec::new();
            for _ in 0..self.connections {
                let stream = TcpStream::connect(&self.address).await.unwrap();
                stream.set_nodelay(true).unwrap();
                streams.push(stream);
            }
            let begun = Instant::now();
            let tasks: Vec<_> = streams
                .into_iter()
                .map(|stream| tokio::spawn(converse(stream, self.requests.clone(), next.clone())))
                .collect();
            let (mut times, mut errors) = (Vec::with_capacity(self.requests.len()), 0);
            for task in tasks {
                let (took, wrong) = task.await.unwrap();
                times.extend(took);
                errors += wrong;
            }
            let elapsed = begun.elapsed().as_secs_f64();
            times.sort_unstable();
            let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
            let per_second = times.len() as f64 / elapsed;
            Figures { per_second, p50_ms: at(0.5), p99_ms: at(0.99), cpu_micros: 0.0, errors }
        })
    }
}

/// One connection: sends whatever request is next until there is none. Gives the times and the answers that were not 200.
async fn converse(
    mut stream: TcpStream,
    requests: Arc<Vec<Vec<u8>>>,
    next: Arc<AtomicUsize>,
) -> (Vec<Duration>, usize) {
    let (mut times, mut errors) = (Vec::new(), 0);
    let mut answer = Vec::with_capacity(4_096);
    while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
        let begun = Instant::now();
        stream.write_all(request).await.unwrap();
        answer.clear();
        while !is_whole(&answer) {
            assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0, "the server hung up");
        }
        times.push(begun.elapsed());
        if !answer.starts_with(b"HTTP/1.1 200") {
            errors += 1;
        }
    }
    (times, errors)
}

/// Whether an answer with a Content-Length is all there.
fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let head = std::str::from_utf8(&answer[..end]).unwrap();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
    });
    answer.len() >= end + 4 + length.unwrap_or(0)
}
