//! The shelf: folders, what replaces what, and what is offered for an incident.

use std::fs;

use super::{facts, inputs};
use crate::action::runbook::{BUILT_IN, Facts, Shelf};
use crate::core::execution::order::Platform;
use crate::core::testing::{report, tenant_id};
use crate::link::remote::Offer;

fn text(name: &str, doc: &str) -> String {
    format!("name = \"{name}\"\ndoc = \"{doc}\"\nrisk = \"low\"\ncommands = \"true\"\n")
}

#[test]
fn a_tenant_s_file_replaces_the_user_s_and_that_the_one_that_comes_with_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir_all(folder.path().join("comp_acme")).unwrap();
    write("a.toml", text("disk-usage", "Ours"));
    write("b.toml", text("own", "Own"));
    write("notes.txt", "no runbook".into());
    write("comp_acme/x.toml", text("disk-usage", "Acme's"));
    write("comp_acme/y.toml", text("acme-only", "Only Acme's"));
    let (shelf, mistakes) = Shelf::load(Some(folder.path()));
    assert_eq!(mistakes, []);
    let (acme, other) = (tenant_id("comp_acme"), tenant_id("comp_other"));
    let from = |tenant, name| shelf.named(tenant, name).map(|one| (one.doc.as_str(), one.from.as_str()));
    assert_eq!(from(&acme, "disk-usage"), Some(("Acme's", "comp_acme/x.toml")));
    assert_eq!(from(&other, "disk-usage"), Some(("Ours", "a.toml")));
    assert_eq!(from(&other, "own"), Some(("Own", "b.toml")));
    assert_eq!(from(&other, "acme-only"), None);
    assert_eq!(shelf.named(&other, "reboot").map(|one| one.from.as_str()), Some(BUILT_IN));
    let names = |tenant| shelf.all(tenant).iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(Some(&acme)).len(), names(None).len() + 1);
    assert!(!names(Some(&other)).contains(&"acme-only".into()));
    assert!(shelf.offers(&other, &facts()).iter().all(|offer| offer.name != "acme-only"));
}

#[test]
fn a_broken_file_is_told_and_takes_no_other_away() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
    write("a.toml", b"name = ");
    write("b.toml", &[0xff, 0xfe]);
    write("c.toml", text("own", "Own").as_bytes());
    write("d.toml", text("own", "Again").as_bytes());
    write("e.toml", &vec![b'#'; 300 * 1024]);
    fs::create_dir_all(folder.path().join("f.toml")).unwrap();
    fs::create_dir_all(folder.path().join("Acme Corp")).unwrap();
    fs::create_dir_all(folder.path().join(".git")).unwrap();
    let (shelf, mistakes) = Shelf::load(Some(folder.path()));
    let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 7, "{told:#?}");
    for (told, begins) in told.iter().zip([
        "a.toml:1: ",
        "b.toml: cannot be read: ",
        "d.toml: c.toml has the name `own` already",
        "e.toml: has more than 262144 bytes",
        "f.toml: is no file",
        "Acme Corp: a folder of runbooks is named after its tenant's id",
        "f.toml: a folder of runbooks is named after its tenant's id",
    ]) {
        assert!(told.starts_with(begins), "{told}");
    }
    assert_eq!(shelf.named(&tenant_id("t"), "own").unwrap().doc, "Own");
    let (none, mistakes) = Shelf::load(Some(&folder.path().join("absent")));
    assert!(mistakes.is_empty() && none.named(&tenant_id("t"), "disk-usage").is_some());
}

fn offers(facts: &Facts) -> Vec<Offer> {
    Shelf::load(None).0.offers(&tenant_id("comp_acme"), facts)
}

fn first(signature: &str, category: &str, platform: Option<Platform>) -> Vec<String> {
    let facts = Facts { signature: signature.into(), category: category.into(), platform, ..facts() };
    offers(&facts).into_iter().filter(|offer| offer.fits).map(|offer| offer.name).collect()
}

#[test]
fn what_is_meant_for_an_incident_comes_first_and_what_only_looks_before_what_changes() {
    let linux = Some(Platform::Linux);
    assert_eq!(first("disk_full", "Storage", linux), ["disk-usage", "docker-prune", "log-cleanup"]);
    assert_eq!(first("Disk_Full", "Storage", Some(Platform::Windows)), ["windows-disk-usage"]);
    assert_eq!(first("disk_full", "Storage", Some(Platform::MacOs)).len(), 3);
    assert_eq!(first("service_down", "Application", linux)[..2], ["service-status", "service-restart"]);
    assert_eq!(first("raid_degraded", "Storage", linux), ["disk-usage"]);
    assert_eq!(first("certificate_expires", "Security", linux), ["certificate-expiry"]);
    assert_eq!(first("high_cpu_usage", "Server", linux), ["cpu-usage"]);
    assert_eq!(first("replica_lag", "Database", linux), ["database-status"]);
    assert_eq!(first("reboot_required", "Server", linux)[..2], ["patch-scan", "reboot"]);
    assert!(first("strange", "Other", linux).is_empty());
    let all = offers(&Facts { platform: linux, ..facts() });
    let rest: Vec<&str> = all.iter().filter(|offer| !offer.fits).map(|offer| &*offer.name).collect();
    assert!(rest.is_sorted() && rest.contains(&"reboot") && !rest.contains(&"windows-performance"));
    assert!(offers(&facts()).iter().any(|offer| offer.name == "windows-performance"));
}

#[test]
fn what_runs_by_itself_does_so_for_its_signatures_only() {
    let auto = |signature: &str| {
        let facts = Facts { signature: signature.into(), category: "Storage".into(), ..facts() };
        offers(&facts).into_iter().filter(|offer| offer.auto).map(|offer| offer.name).collect::<Vec<_>>()
    };
    assert_eq!(auto("disk_full"), ["disk-usage", "windows-disk-usage"]);
    assert!(auto("raid_degraded").is_empty());
}

#[test]
fn blanks_are_filled_in_from_the_incident_where_it_has_what_they_take() {
    let offers = offers(&facts());
    let blank = |name: &str, at: usize| {
        let offer = offers.iter().find(|offer| offer.name == name).unwrap();
        offer.inputs[at].value.clone()
    };
    assert_eq!(blank("disk-usage", 0), "/var/lib");
    assert_eq!(blank("service-restart", 0), "nginx.service");
    assert_eq!(blank("windows-disk-usage", 0), "C:\\");
    assert_eq!(blank("log-cleanup", 0), "/var/log");
    let mut labelled = facts();
    labelled.labels = inputs([("mountpoint", "/srv"), ("service", "$(id)"), ("target", "http://10.0.0.1/$(id)")]);
    let (shelf, _) = Shelf::load(None);
    let offers = shelf.offers(&tenant_id("comp_acme"), &labelled);
    let blank = |name: &str| offers.iter().find(|offer| offer.name == name).unwrap().inputs[0].value.clone();
    assert_eq!(blank("disk-usage"), "/srv");
    assert_eq!(blank("service-restart"), "nginx.service");
    assert_eq!(blank("http-check"), "http://10.0.0.1/$(id)");
}

#[test]
fn facts_are_those_of_the_incident_and_its_latest_report() {
    use crate::core::id::IncidentId;
    use crate::core::incident::Incident;
    use crate::core::time::Moment;
    let mut latest = report("web-03", "disk_full");
    latest.instance_id = Some("i-0123456789abcdef0".into());
    latest.labels = inputs([("unit", "nginx")]);
    let mut incident = Incident::opening(IncidentId { tenant: tenant_id("t"), number: 1 }, &latest, Moment(0));
    incident.take_in(&latest);
    let facts = Facts::of(&incident, Some(&latest));
    assert_eq!((&*facts.asset, &*facts.category, &*facts.message), ("web-03", "Storage", "disk_full on web-03"));
    assert_eq!(facts.tools, ["Zabbix"]);
    assert_eq!(facts.labels["unit"], "nginx");
    assert_eq!(facts.instance.unwrap().as_str(), "i-0123456789abcdef0");
    assert_eq!(Facts::of(&incident, None).message, "");
}
