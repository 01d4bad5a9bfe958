//! Where a forwarded port leads, as it is written: `5432`, `db.internal:5432`, `15432:db.internal:5432`; and the ports that people
//! want most.

use serde::{Deserialize, Serialize};

use super::Kind;

/// A port with a name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Preset {
    /// What it is called.
    pub name: String,
    /// What answers there. As hostile as any text from outside.
    pub doc: String,
    /// The host; absent: the machine itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The port there.
    pub port: u16,
    /// The local port; 0: any that is free.
    #[serde(default)]
    pub local: u16,
}

/// What comes with the program: on the machine itself, at any free local port.
const BUILT_IN: &[(&str, &str, u16)] = &[
    ("rdp", "Remote Desktop", 3389),
    ("https", "web console", 443),
    ("http", "web console", 80),
    ("web-8080", "web console", 8080),
    ("web-8443", "web console", 8443),
    ("ssh", "SSH", 22),
    ("winrm", "WinRM", 5985),
    ("vnc", "VNC", 5900),
    ("postgresql", "PostgreSQL", 5432),
    ("mysql", "MySQL, MariaDB", 3306),
    ("sqlserver", "SQL Server", 1433),
    ("oracle", "Oracle", 1521),
    ("redis", "Redis", 6379),
    ("mongodb", "MongoDB", 27_017),
    ("elasticsearch", "Elasticsearch, OpenSearch", 9200),
    ("rabbitmq", "RabbitMQ's console", 15_672),
    ("grafana", "Grafana", 3000),
    ("prometheus", "Prometheus", 9090),
];

/// The ports that come with the program.
pub fn built_in() -> impl Iterator<Item = Preset> {
    let preset = |&(name, doc, port): &(&str, &str, u16)| Preset {
        name: name.into(),
        doc: doc.into(),
        host: None,
        port,
        local: 0,
    };
    BUILT_IN.iter().map(preset)
}

impl Preset {
    /// Where it leads.
    pub fn kind(&self) -> Kind {
        Kind::Forward { host: self.host.clone(), port: self.port, local: self.local }
    }
}

/// Reads `PORT`, `HOST:PORT`, `LOCAL:PORT` or `LOCAL:HOST:PORT`. An IPv6 address stands in brackets.
///
/// # Errors
/// What is wrong with it.
pub fn read(text: &str) -> Result<Kind, &'static str> {
    let (before, port) = text.trim().rsplit_once(':').unwrap_or(("", text.trim()));
    let port = number(port).filter(|port| *port > 0).ok_or("a port is from 1 to 65535: 5432, db.internal:5432")?;
    if before.is_empty() {
        let bare = !text.contains(':');
        return bare.then_some(Kind::Forward { host: None, port, local: 0 }).ok_or("there is no host before the colon");
    }
    if let Some(local) = number(before) {
        return Ok(Kind::Forward { host: None, port, local });
    }
    let (local, host) = match before.split_once(':') {
        Some((local, host)) if !before.starts_with('[') => {
            (number(local).ok_or("a local port is from 0 to 65535; an IPv6 address stands in brackets")?, host)
        }
        _ => (0, before),
    };
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let host = bracketed.unwrap_or(host).to_owned();
    check_host(&host, bracketed.is_some())?;
    Ok(Kind::Forward { host: Some(host), port, local })
}

/// Whether it can be a host's name or address.
///
/// # Errors
/// What is wrong with it.
pub fn check_host(host: &str, is_address: bool) -> Result<(), &'static str> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c) || (is_address && ":%".contains(c));
    if (1..=253).contains(&host.len()) && host.chars().all(fits) && !host.starts_with('-') {
        Ok(())
    } else {
        Err("a host is a name or an address: db.internal, 10.0.0.7")
    }
}

/// The same as it would be written. Empty of what is no forward.
pub fn written(kind: &Kind) -> String {
    let Kind::Forward { host, port, local } = kind else { return String::new() };
    let local = if *local == 0 { String::new() } else { format!("{local}:") };
    match host {
        None => format!("{local}{port}"),
        Some(host) if host.contains(':') => format!("{local}[{host}]:{port}"),
        Some(host) => format!("{local}{host}:{port}"),
    }
}

/// The other end, for people: `db.internal:5432`. The machine's name for what is no forward.
pub fn target(kind: &Kind, asset: &str) -> String {
    match kind {
        Kind::Forward { host: Some(host), port, .. } if host.contains(':') => format!("[{host}]:{port}"),
        Kind::Forward { host: Some(host), port, .. } => format!("{host}:{port}"),
        Kind::Forward { host: None, port, .. } => format!("{asset}:{port}"),
        Kind::Shell | Kind::Command { .. } => asset.to_owned(),
    }
}

fn number(text: &str) -> Option<u16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forward(local: u16, host: Option<&str>, port: u16) -> Kind {
        Kind::Forward { host: host.map(Into::into), port, local }
    }

    #[test]
    fn it_is_written_as_it_is_read() {
        for (text, kind) in [
            ("5432", forward(0, None, 5432)),
            ("15432:5432", forward(15_432, None, 5432)),
            ("db.internal:5432", forward(0, Some("db.internal"), 5432)),
            ("15432:10.0.0.7:5432", forward(15_432, Some("10.0.0.7"), 5432)),
            ("[fd00::7]:443", forward(0, Some("fd00::7"), 443)),
            ("8443:[fd00::7]:443", forward(8443, Some("fd00::7"), 443)),
        ] {
            assert_eq!(read(text), Ok(kind.clone()), "{text}");
            assert_eq!(written(&kind), text);
        }
        assert_eq!(read(" 80 "), Ok(forward(0, None, 80)));
    }

    #[test]
    fn what_leads_nowhere_is_refused() {
        let wrong =
            ["", "0", "65536", "+80", "db", "db:", ":80", "a b:80", "x:db:80", "fd00::7:80", "[]:80", "$(id):80"];
        for text in wrong.into_iter().chain(["-h:80", "db:80:", "1:2:3:4", "[fd00::7:80", "a\u{1b}[2J:80"]) {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_comes_with_the_program_can_be_read() {
        let mut names: Vec<_> = built_in().map(|preset| preset.name).collect();
        assert!(built_in().all(|preset| read(&written(&preset.kind())) == Ok(preset.kind())));
        names.sort();
        names.dedup();
        assert_eq!(names.len(), BUILT_IN.len());
    }
}
