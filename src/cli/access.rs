//! The part of `check` that asks AWS: as whom we come, and whether each tenant's role lets us in. What the running engine says
//! counts, for it may come as somebody else than whoever calls this; if none runs, we ask ourselves.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use tokio::time::{Instant, timeout_at};

use super::check::{Finding, good, wrong};
use super::out;
use super::place::{Place, actor};
use super::reach::Reached;
use crate::aws::{Aws, Purpose};
use crate::core::input::Actor;
use crate::core::tenant::Tenant;
use crate::link::remote::{self, Remote, Verified};
use crate::link::{Caller, Reply, Request};

/// What an account is that has not answered in time.
const SILENT: &str = "AWS has not answered; see the network, then `tenant verify ID`";

/// How long AWS may take to say as whom we come, and again for all tenants together.
const PATIENCE: Duration = Duration::from_secs(45);
/// Tenants that are asked about at a time.
const AT_A_TIME: usize = 8;

/// Asks about these tenants: those that have AWS settings.
pub fn look(place: &Place, reached: &Reached, tenants: &[Arc<Tenant>]) -> Vec<Finding> {
    let with_role: Vec<_> = tenants.iter().filter(|tenant| tenant.settings.aws.is_some()).collect();
    let Some((first, others)) = with_role.split_first() else {
        return vec![good("aws", "not asked: no tenant has AWS settings")];
    };
    let aws = Aws::new(place.aws.clone());
    let mut answers = verify(&aws, reached, &[*first]);
    // As whom we come is the same for all of them: without that there is nothing more to ask.
    let base = match &answers[..] {
        [Ok(verified)] => verified.base.clone(),
        [Err(why)] => Err(why.clone()),
        _ => Err(SILENT.into()),
    };
    let mut findings = match base {
        Ok(arn) => vec![good("aws", format!("we come as {arn}"))],
        Err(why) => return vec![wrong("aws", why)],
    };
    answers.extend(verify(&aws, reached, others));
    findings.extend(with_role.iter().zip(answers).map(|(tenant, answer)| match answer {
        Ok(verified) => of_tenant(tenant, &verified),
        Err(why) => wrong("aws", format!("{}: {why}", tenant.id)),
    }));
    findings
}

/// What there is to say of a tenant's account; with the policies if it has to mend something.
fn of_tenant(tenant: &Tenant, verified: &Verified) -> Finding {
    let why = match (&verified.role, &verified.nodes) {
        (Ok(role), Ok((all, online))) => {
            let says = format!("{}: in as {role}; {all} managed nodes, {online} online", tenant.id);
            return good("aws", says);
        }
        (Err(why), _) | (Ok(_), Err(why)) => why,
    };
    let Verified { trust_policy, permission_policy, .. } = verified;
    let detail =
        format!("the role's trust policy:\n{trust_policy}\nthe role's permission policy:\n{permission_policy}");
    let mut finding = wrong("aws", format!("{}: {why}", tenant.id));
    finding.detail = Some(detail);
    finding
}

/// Each tenant's answer, in their order.
fn verify(aws: &Aws, reached: &Reached, tenants: &[&Arc<Tenant>]) -> Vec<Result<Verified, String>> {
    let by = actor();
    let until = Instant::now() + PATIENCE;
    let one = |tenant: &Arc<Tenant>| {
        let (tenant, caller, by) = (Arc::clone(tenant), reached.link.caller.clone(), by.clone());
        let running = reached.is_running();
        async move {
            let found = async {
                if running { ask(&caller, &by, &tenant).await } else { Ok(find_out(aws, &by, &tenant).await) }
            };
            timeout_at(until, found).await.unwrap_or_else(|_| Err(SILENT.into()))
        }
    };
    let all = stream::iter(tenants.iter().map(|tenant| one(tenant))).buffered(AT_A_TIME).collect();
    reached.block_on(all)
}

async fn ask(caller: &Caller, by: &Actor, tenant: &Tenant) -> Result<Verified, String> {
    match caller.ask(by, Request::Remote(Remote::Verify { tenant: tenant.id.clone() })).await {
        Ok(Reply::Reached(remote::Reached::Verified(verified))) => Ok(*verified),
        Ok(_) => Err(out::unexpected().words()),
        Err(refusal) => Err(refusal.message),
    }
}

async fn find_out(aws: &Aws, by: &Actor, tenant: &Tenant) -> Verified {
    let found = aws.verify(tenant, &Purpose { operator: by.who.clone(), incident: None }).await;
    Verified {
        base: found.base,
        role: found.role,
        nodes: found.nodes,
        trust_policy: found.trust_policy,
        permission_policy: found.permission_policy,
    }
}
