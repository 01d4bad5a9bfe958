//! Sources that are refused, that nobody let in, or from which nothing came.

use super::{Finding, good, wrong};
use crate::cli::reach::Reached;
use crate::core::id::TenantId;
use crate::core::source::BUILT_IN;
use crate::link::source::{Ask, Shown, Told};
use crate::link::{Reply, Request};

/// What is worth a line about a tenant's sources, as the running engine knows them since it started.
pub(super) fn sources(reached: &Reached, tenant: &TenantId) -> Vec<Finding> {
    let asked = reached.ask(Request::Source { tenant: tenant.clone(), about: Ask::List });
    let Ok(Reply::Source(Told::List(all))) = asked else { return Vec::new() };
    all.iter().filter_map(|source| judge(tenant, source)).collect()
}

fn judge(tenant: &TenantId, Shown { name, topics, health, .. }: &Shown) -> Option<Finding> {
    let it = format!("{tenant} {name}");
    let waiting = topics.iter().filter(|topic| !topic.approved).count();
    if waiting > 0 {
        let says =
            format!("{it}: {waiting} SNS topics wait for a yes; `alert-whisperer source topics {tenant} {name}`");
        return Some(wrong("source", says));
    }
    if let Some((at, why)) = &health.last_refused
        && health.seen_at.is_none_or(|seen| seen < *at)
    {
        return Some(wrong("source", format!("{it}: the last request was refused at {at}, {why}")));
    }
    if health.unreadable > 0 {
        let says = format!("{it}: {} requests could not be read; they are kept, Q shows them", health.unreadable);
        return Some(wrong("source", says));
    }
    match (health.seen_at, BUILT_IN.contains(&&**name)) {
        (Some(at), _) => Some(good("source", format!("{it}: seen at {at}, {} in the last hour", health.in_last_hour))),
        (None, false) => {
            let mend = format!("`alert-whisperer source paste {tenant} {name}` says what its tool needs");
            Some(good("source", format!("{it}: nothing came since the engine started; {mend}")))
        }
        // Nobody need use what every tenant has.
        (None, true) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::source::Source;
    use crate::core::testing::tenant_id;
    use crate::core::time::Moment;
    use crate::link::source::{Health, TopicShown};

    fn judged(name: &str, health: Health, topics: Vec<TopicShown>) -> Option<(bool, String)> {
        let source = Source::of("zabbix".parse().unwrap());
        let shown = Shown { name: name.into(), source, url: String::new(), secrets: Vec::new(), topics, health };
        judge(&tenant_id("acme"), &shown).map(|finding| (finding.good, finding.says))
    }

    #[test]
    fn a_source_that_is_refused_waits_or_is_not_understood_is_wrong() {
        let seen = Health { seen_at: Some(Moment(5)), in_last_hour: 3, ..Health::default() };
        let refused = |at| Health { last_refused: Some((Moment(at), "signature_wrong: No.".into())), ..seen.clone() };
        let is = |health: Health| judged("zabbix", health, Vec::new()).unwrap();
        assert!(is(seen.clone()).0 && is(refused(4)).0);
        let (good, says) = is(refused(6));
        assert!(!good && says.contains("acme zabbix") && says.contains("signature_wrong: No."), "{says}");
        assert!(!is(Health { unreadable: 1, ..seen.clone() }).0);
        let topic = TopicShown { arn: "arn:aws:sns:x".into(), approved: false, since: Moment(0) };
        assert!(!judged("sns", seen, vec![topic]).unwrap().0);
    }

    #[test]
    fn silence_is_told_of_a_source_that_somebody_added() {
        let (good, says) = judged("zabbix", Health::default(), Vec::new()).unwrap();
        assert!(good && says.contains("nothing came since the engine started"), "{says}");
        assert_eq!(judged("alerts", Health::default(), Vec::new()), None);
    }
}
