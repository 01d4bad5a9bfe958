//! What the demo's companies have in AWS: an account each, and a managed node for every machine that runs a system of its own.

use super::world::{Account, Fate, Node, Patching, World};
use crate::core::execution::order::Platform;
use crate::core::tenant::AwsAccount;
use crate::core::time::Span;
use crate::demo::companies::{ACME, BLUEFIN, CEDAR, COMPANIES, Company, DELTA, EMBER, FJORD, Kind};

/// Where their machines are.
pub const REGION: &str = "eu-central-1";

/// All their accounts.
pub fn world() -> World {
    let mut world = World::of(COMPANIES.into_iter().map(account).collect());
    // As a good line to a good account: a second or so from the key to the output.
    world.manner.delivery = std::time::Duration::from_millis(400);
    world.manner.unseen = 1;
    world.manner.early_output = true;
    // Real agents sleep for a second, and take a millisecond for each message.
    world.manner.first_output = std::time::Duration::from_millis(300);
    world.manner.pace = std::time::Duration::from_millis(1);
    // Nobody should reach this machine's own services by forwarding a made-up one's ports.
    world.manner.loopback = false;
    world
}

/// What a company tells us to reach its account.
pub fn access(company: &Company) -> AwsAccount {
    let account = Account::new(account_id(company), REGION, &external_id(company), Vec::new());
    let role_arn = account.roles.first().map(|role| account.role_arn(role)).unwrap_or_default();
    AwsAccount { role_arn, account_id: account.id, external_id: external_id(company), region: account.region }
}

fn account(company: &'static Company) -> Account {
    let fleet = company.fleet.iter().filter(|machines| machines.kind != Kind::Network);
    let fleet = fleet.flat_map(|machines| (1..=machines.count).map(move |n| format!("{}{n:02}", machines.prefix)));
    let mut nodes: Vec<Node> = fleet.map(|name| node(company, &name)).collect();
    nodes.extend(besides(company).into_iter().map(|name| node(company, &name)));
    for name in twins(company) {
        // The one that was replaced and never went away.
        let id = instance_id("i", company, &format!("{name} before"));
        nodes.push(Node { id, ip: address(company, &format!("{name} before")), ..node(company, name) });
    }
    let account = Account::new(account_id(company), REGION, &external_id(company), nodes);
    // Banks and hospitals want their sessions encrypted by their own keys.
    if [BLUEFIN.id, CEDAR.id].contains(&company.id) { account.encrypted() } else { account }
}

/// Machines that its scenes are about and that are no part of its fleet.
fn besides(company: &Company) -> Vec<String> {
    let numbered = |prefix: &str, count: u32| (1..=count).map(|n| format!("{prefix}{n:02}")).collect();
    match company.id {
        id if id == ACME.id => ["web-01", "web-02", "web-03", "db-01"].map(Into::into).into(),
        id if id == EMBER.id => numbered("lobby-eu-", 16),
        id if id == FJORD.id => vec!["historian-01".into()],
        _ => Vec::new(),
    }
}

/// Names that two of its machines have.
fn twins(company: &Company) -> &'static [&'static str] {
    if company.id == ACME.id { &["shop-web-07", "pay-api-02"] } else { &[] }
}

fn node(company: &Company, name: &str) -> Node {
    // Fjord's plants are not in AWS; neither are the wards' gateways.
    let hybrid = company.id == FJORD.id || name.starts_with("ward-gw-");
    let windows = name.starts_with("pacs-") || name.starts_with("batch-1");
    let offline = ["store-srv-13", "pacs-02", "meter-gw-05", "batch-07"].contains(&name);
    let id = instance_id(if hybrid { "mi" } else { "i" }, company, name);
    let patching = patching(hash(company, name));
    let mut node = Node { ip: address(company, name), patching, ..Node::new(&id, name) };
    if windows {
        node.platform = Platform::Windows;
        node.system = ("Microsoft Windows Server 2022 Standard".into(), "10.0.20348".into());
    } else if hybrid {
        node.system = ("Debian GNU/Linux".into(), "12".into());
    }
    if offline {
        node.fate = Fate::Offline;
    }
    node
}

/// Of twelve machines, one was never scanned, one lacks patches, one waits for a reboot, one could not install something.
fn patching(hash: u64) -> Option<Patching> {
    let some = |of: u64| u32::try_from((hash >> 16) % of).unwrap_or(0) + 1;
    let good = Patching {
        installed: 40 + some(60),
        missing: 0,
        failed: 0,
        pending_reboot: 0,
        ago: Span::hours(i64::from(some(30))),
    };
    match hash % 12 {
        0 => None,
        1 => Some(Patching { missing: some(15), ..good }),
        2 => Some(Patching { pending_reboot: some(3), ..good }),
        3 => Some(Patching { missing: some(4), failed: some(2), ..good }),
        _ => Some(good),
    }
}

fn account_id(company: &Company) -> &'static str {
    match company.id {
        id if id == ACME.id => "111122223333",
        id if id == BLUEFIN.id => "222233334444",
        id if id == CEDAR.id => "333344445555",
        id if id == DELTA.id => "444455556666",
        id if id == EMBER.id => "555566667777",
        _ => "666677778888",
    }
}

fn external_id(company: &Company) -> String {
    format!("aw-{}-demo", company.id)
}

fn instance_id(kind: &str, company: &Company, name: &str) -> String {
    format!("{kind}-0{:016x}", hash(company, name))
}

fn address(company: &Company, name: &str) -> String {
    let [a, b, c, ..] = hash(company, name).to_be_bytes();
    format!("10.{}.{}.{}", a % 64, b, c.clamp(4, 250))
}

/// FNV-1a: the same machine has the same id in every demo.
fn hash(company: &Company, name: &str) -> u64 {
    let bytes = [company.id, name].into_iter().flat_map(|part| part.bytes().chain([0xff]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::core::execution::order::InstanceId;

    #[test]
    fn every_company_has_an_account_that_its_access_opens() {
        let world = world();
        let ids: BTreeSet<&str> = world.accounts.iter().map(|account| account.id.as_str()).collect();
        assert_eq!(ids.len(), COMPANIES.len());
        for company in COMPANIES {
            let access = access(company);
            let (account, role) = world.role(&access.role_arn).unwrap();
            assert_eq!(role.external_id, Some(access.external_id));
            assert_eq!((account.id.as_str(), account.region.as_str()), (access.account_id.as_str(), REGION));
        }
    }

    #[test]
    fn there_is_a_machine_of_every_sort() {
        let world = world();
        let nodes = || world.accounts.iter().flat_map(|account| &account.nodes);
        let ids: BTreeSet<InstanceId> = nodes().map(|node| node.id.parse().unwrap()).collect();
        assert_eq!((ids.len(), nodes().count()), (400, 400), "as docs/demo.md says, and no two have one id");
        assert!(world.accounts.iter().any(|account| account.encryption.is_some()));
        assert!(world.accounts[0].encryption.is_none());
        assert!(nodes().any(|node| node.is_hybrid() && node.name == "historian-01"));
        assert!(nodes().any(|node| node.fate == Fate::Offline));
        assert!(nodes().any(|node| node.platform == Platform::Windows));
        let patched = |is: fn(&Patching) -> bool| nodes().any(|node| node.patching.as_ref().is_some_and(is));
        assert!(patched(|found| found.missing > 0) && patched(|found| found.failed > 0));
        assert!(patched(|found| found.pending_reboot > 0) && nodes().any(|node| node.patching.is_none()));
        let acme = &world.accounts[0];
        let mut named: BTreeMap<&str, u32> = BTreeMap::new();
        acme.nodes.iter().for_each(|node| *named.entry(&node.name).or_default() += 1);
        assert_eq!((named["web-03"], named["shop-web-07"]), (1, 2));
    }
}
