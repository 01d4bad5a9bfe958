//! What skill an incident wants, read off its signature and asset.

#[rustfmt::skip]
const WORDS: &[(&str, &[&str])] = &[
    ("Security",    &["auth", "login", "guardduty", "malware", "intrusion", "cert", "tls", "ssl", "security"]),
    ("Database",    &["database", "replica", "sql", "postgres", "mongo", "redis", "oracle", "deadlock", "slow_query", "db-", "db_"]),
    ("Backup",      &["backup", "snapshot", "restore"]),
    ("Network",     &["network", "latency", "packet", "dns", "bgp", "vpn", "switch", "router", "unreachable", "ping", "link"]),
    ("Storage",     &["disk", "storage", "volume", "inode", "filesystem", "raid"]),
    ("Application", &["http", "5xx", "error_rate", "queue", "service", "payment", "api"]),
    ("Server",      &["cpu", "memory", "load", "swap", "oom", "reboot", "host", "instance", "node", "server", "down"]),
];
/// What fits no row.
const OTHER: &str = "Other";

/// Every category.
pub fn all() -> impl Iterator<Item = &'static str> + Clone {
    WORDS.iter().map(|(category, _)| *category).chain([OTHER])
}

/// The category for a signature on an asset: the first row whose word occurs in the signature, then in the asset.
pub fn of(signature: &str, asset: &str) -> &'static str {
    let within = |text: &str| {
        let text = text.to_lowercase();
        WORDS.iter().find(|(_, words)| words.iter().any(|word| text.contains(word))).map(|(category, _)| *category)
    };
    within(signature).or_else(|| within(asset)).unwrap_or(OTHER)
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn the_signature_speaks_before_the_asset() {
        assert_eq!(of("high_cpu_usage", "db-01"), "Server");
        assert_eq!(of("Replication lag", "db-01"), "Database");
        assert_eq!(of("strange", "DB-01"), "Database");
        assert_eq!(of("strange", "thing"), "Other");
    }
}
