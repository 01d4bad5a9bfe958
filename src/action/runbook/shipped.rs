//! The runbooks that come with the program: the files of `runbooks/`.

/// Each file with its text.
#[rustfmt::skip]
pub(super) const FILES: &[(&str, &str)] = &[
    ("certificate-expiry.toml", include_str!("../../../runbooks/certificate-expiry.toml")),
    ("clock-check.toml", include_str!("../../../runbooks/clock-check.toml")),
    ("cpu-usage.toml", include_str!("../../../runbooks/cpu-usage.toml")),
    ("database-status.toml", include_str!("../../../runbooks/database-status.toml")),
    ("disk-usage.toml", include_str!("../../../runbooks/disk-usage.toml")),
    ("dns-check.toml", include_str!("../../../runbooks/dns-check.toml")),
    ("docker-prune.toml", include_str!("../../../runbooks/docker-prune.toml")),
    ("http-check.toml", include_str!("../../../runbooks/http-check.toml")),
    ("log-cleanup.toml", include_str!("../../../runbooks/log-cleanup.toml")),
    ("memory-usage.toml", include_str!("../../../runbooks/memory-usage.toml")),
    ("network-status.toml", include_str!("../../../runbooks/network-status.toml")),
    ("patch-scan.toml", include_str!("../../../runbooks/patch-scan.toml")),
    ("reboot.toml", include_str!("../../../runbooks/reboot.toml")),
    ("service-restart.toml", include_str!("../../../runbooks/service-restart.toml")),
    ("service-status.toml", include_str!("../../../runbooks/service-status.toml")),
    ("windows-disk-usage.toml", include_str!("../../../runbooks/windows-disk-usage.toml")),
    ("windows-performance.toml", include_str!("../../../runbooks/windows-performance.toml")),
    ("windows-service-restart.toml", include_str!("../../../runbooks/windows-service-restart.toml")),
];
