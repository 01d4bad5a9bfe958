//! Managed nodes, and letting a machine outside of AWS become one.

use alert_whisperer::aws::Kind;
use alert_whisperer::core::execution::order::Platform;
use alert_whisperer::demo::aws::faults::Fault;
use alert_whisperer::demo::aws::world::Fate;

use super::fixture::*;

#[tokio::test]
async fn all_pages_of_one_accounts_nodes_are_read() {
    let stand_in = stand_in().await;
    stand_in.faults().manner(|manner| manner.page = 1);
    stand_in.faults().fate(TILL, Fate::Offline);
    let nodes = inside(&stand_in).await.nodes().await.unwrap();
    assert_eq!(asked(&stand_in, "DescribeInstanceInformation"), 3);
    let shown: Vec<_> = nodes.iter().map(|node| (node.name.as_str(), node.instance.as_str(), node.online)).collect();
    assert_eq!(shown, [("files-01", FILES, true), ("till-07", TILL, false), ("web-03", WEB, true)]);
    assert_eq!(nodes[0].platform, Platform::Windows);
    assert_eq!((nodes[2].system.as_str(), nodes[2].ip.as_str()), ("Ubuntu 24.04", "10.0.0.10"));
    assert!(nodes[1].last_ping_at < nodes[2].last_ping_at);
}

#[tokio::test]
async fn a_machine_outside_of_aws_gets_a_command_to_register_with() {
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    for (platform, part) in [(Platform::Linux, "sudo"), (Platform::Windows, "Invoke-WebRequest")] {
        let activation = account.activate("till-08", platform).await.unwrap();
        let (code, command) = (activation.code.0.expose(), activation.command.0.expose());
        assert!(!code.is_empty() && command.contains(code) && command.contains(&activation.id), "{command}");
        assert!(command.contains(part) && command.contains(REGION), "{command}");
    }
    assert_eq!(account.activate("till-08", Platform::MacOs).await.unwrap_err().kind, Kind::Invalid);
    assert_eq!(account.activate("till 08; rm", Platform::Linux).await.unwrap_err().kind, Kind::Invalid);
    assert_eq!(asked(&stand_in, "CreateActivation"), 2);
}

#[tokio::test]
async fn an_activation_is_asked_for_once() {
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    stand_in.faults().next("CreateActivation", Fault::DroppedAfter);
    assert_eq!(account.activate("till-08", Platform::Linux).await.unwrap_err().kind, Kind::Silent);
    assert_eq!(asked(&stand_in, "CreateActivation"), 1);
}
