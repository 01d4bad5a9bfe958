//! Which machine an incident's asset is. Four ways, the first that says anything decides: the tenant's asset map, the
//! instance that an alert named, an asset that is itself an instance id, a node of that name or address.
//!
//! Only nodes of the tenant's own account are ever found, whoever names them.

use wildmatch::WildMatch;

use crate::core::execution::order::InstanceId;
use crate::core::node::Node;

/// What an incident's asset came to.
#[derive(Clone, PartialEq, Debug)]
pub struct Found {
    /// One when it is clear, several when somebody has to choose, none when nothing was found.
    pub nodes: Vec<Node>,
    /// How, or why not.
    pub how: String,
}

/// Where an asset is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Twelve digits, for people.
    pub account_id: &'a str,
    /// For people, who may have set another than the machines are in.
    pub region: &'a str,
    /// `GLOB=INSTANCE`, in the tenant's order.
    pub map: &'a [String],
    /// The account's nodes.
    pub nodes: &'a [Node],
}

impl Place<'_> {
    /// Finds an asset; `named` is what its latest alert that names an instance says.
    pub fn find(&self, asset: &str, named: Option<&str>) -> Found {
        if let Some((glob, instance)) = self.mapped(asset) {
            let says = format!("the asset map says {instance} for {glob}");
            return match instance.parse() {
                Ok(id) => self.exactly(&id, &says),
                Err(bad) => Found { nodes: Vec::new(), how: format!("{says}: {bad}") },
            };
        }
        if let Some(id) = named.and_then(|text| text.trim().parse().ok()) {
            return self.exactly(&id, &format!("its alert names {id}"));
        }
        if let Ok(id) = asset.trim().parse() {
            return self.exactly(&id, &format!("{id} is an instance id"));
        }
        self.called(asset, named)
    }

    fn mapped(&self, asset: &str) -> Option<(&str, &str)> {
        let pairs = self.map.iter().filter_map(|line| line.rsplit_once('='));
        let mut trimmed = pairs.map(|(glob, instance)| (glob.trim(), instance.trim()));
        trimmed.find(|(glob, _)| WildMatch::new_case_insensitive(glob).matches(asset.trim()))
    }

    fn exactly(&self, id: &InstanceId, says: &str) -> Found {
        let nodes: Vec<Node> = self.nodes.iter().filter(|node| node.instance == *id).cloned().collect();
        let how = if nodes.is_empty() { format!("{says}, and {}", self.lacks(id.as_str())) } else { says.to_owned() };
        Found { nodes, how }
    }

    /// By name, by the first part of a name, or by address. A full name is no better than a part: two machines that could be
    /// meant are two.
    fn called(&self, asset: &str, named: Option<&str>) -> Found {
        let asset = asset.trim();
        let is = |text: &str| !text.is_empty() && text.eq_ignore_ascii_case(asset);
        let meant = |node: &&Node| is(&node.name) || node.name.split('.').next().is_some_and(is) || is(&node.ip);
        let nodes: Vec<Node> = self.nodes.iter().filter(meant).cloned().collect();
        let how = match (&nodes[..], named) {
            ([], None) => format!(
                "no line of the asset map matches {asset}, no alert names an instance, and {}; add a line to asset_map",
                self.lacks(asset)
            ),
            ([], Some(named)) => format!(
                "no line of the asset map matches {asset}, its alert names {named}, which is no instance id, and {}; add a \
                 line to asset_map",
                self.lacks(asset)
            ),
            ([one], _) if is(&one.ip) => format!("{} has the address {asset}", one.instance),
            ([one], _) => format!("{} is called {}", one.instance, one.name),
            (several, _) => format!("{} machines could be {asset}", several.len()),
        };
        Found { nodes, how }
    }

    fn lacks(&self, what: &str) -> String {
        let account = self.account_id;
        match self.nodes.len() {
            0 if self.region.is_empty() => format!("account {account} has no managed node at all"),
            0 => format!("account {account} has no managed node at all in {}; are its machines there?", self.region),
            1 => format!("the one managed node of account {account} is not {what}"),
            many => format!("none of the {many} managed nodes of account {account} is {what}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::execution::order::Platform;

    fn node(instance: &str, name: &str, ip: &str) -> Node {
        Node {
            instance: instance.parse().unwrap(),
            name: name.into(),
            platform: Platform::Linux,
            system: "Ubuntu 24.04".into(),
            ip: ip.into(),
            agent_version: "3.3.1".into(),
            online: true,
            last_ping_at: None,
        }
    }

    fn nodes() -> Vec<Node> {
        vec![
            node("i-00000001", "web-01", "10.0.0.1"),
            node("i-00000002", "WEB-02.acme.example", "10.0.0.2"),
            node("mi-00000003", "db-01.a.example", "10.0.0.3"),
            node("i-00000004", "db-01.b.example", "10.0.0.4"),
        ]
    }

    fn find(map: &[&str], asset: &str, named: Option<&str>) -> (Vec<String>, String) {
        let map: Vec<String> = map.iter().map(ToString::to_string).collect();
        let found =
            Place { account_id: "111122223333", region: "us-east-1", map: &map, nodes: &nodes() }.find(asset, named);
        (found.nodes.iter().map(|node| node.instance.to_string()).collect(), found.how)
    }

    #[test]
    fn the_first_way_that_says_anything_decides() {
        let map = ["db-*=i-00000004", "*=i-00000001"];
        assert_eq!(find(&map, "DB-01", Some("i-00000002")).0, ["i-00000004"]);
        assert_eq!(find(&map, "i-00000002", None).0, ["i-00000001"]);
        assert_eq!(find(&[], "web-01", Some("i-00000002")).0, ["i-00000002"]);
        assert_eq!(find(&[], "mi-00000003", None).0, ["mi-00000003"]);
        assert_eq!(find(&[], " Web-02 ", None).0, ["i-00000002"]);
        assert_eq!(find(&[], "web-02.ACME.example", None).0, ["i-00000002"]);
        assert_eq!(find(&[], "10.0.0.3", None).0, ["mi-00000003"]);
        // Words of a sender that are no instance id decide nothing.
        assert_eq!(find(&[], "web-01", Some("db-prod-1")).0, ["i-00000001"]);
    }

    #[test]
    fn what_could_be_two_is_two() {
        assert_eq!(
            find(&[], "db-01", None),
            (vec!["mi-00000003".into(), "i-00000004".into()], "2 machines could be db-01".into())
        );
    }

    #[test]
    fn an_instance_of_another_account_is_nobody_s_and_nothing_else_is_taken_for_it() {
        let (none, how) = find(&["web-01=i-0123456789abcdef0"], "web-01", None);
        assert!(none.is_empty());
        assert_eq!(
            how,
            "the asset map says i-0123456789abcdef0 for web-01, and none of the 4 managed nodes of account 111122223333 is \
             i-0123456789abcdef0"
        );
        assert!(find(&[], "web-01", Some("i-99999999")).0.is_empty());
        assert!(find(&[], "i-99999999", None).0.is_empty());
        assert!(find(&["*=web-01"], "web-01", None).1.contains("an instance id is"));
    }

    #[test]
    fn a_region_without_machines_is_named() {
        let place = Place { account_id: "111122223333", region: "eu-west-9", map: &[], nodes: &[] };
        let how = place.find("web-03", None).how;
        assert!(how.contains("account 111122223333 has no managed node at all in eu-west-9"), "{how}");
    }

    #[test]
    fn nothing_found_says_what_was_tried() {
        let (none, how) = find(&["db-*=i-00000001"], "mail-01", Some("db-prod"));
        assert!(
            none.is_empty() && how.contains("asset map") && how.contains("db-prod") && how.contains("none of the 4")
        );
        // A part of a name is no name, and no name is everybody's.
        assert!(find(&[], "web", None).0.is_empty() && find(&[], "", None).0.is_empty());
    }
}
