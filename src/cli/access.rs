//! The part of `check` that asks AWS: as whom we come, and whether each tenant's role lets us in. What the running engine says
//! counts, for it may come as somebody else than whoever calls this; if none runs, we ask ourselves.

use std::sync::Arc;

use super::check::{Finding, good, wrong};
use super::place::{Place, actor};
use super::reach::{Reached, runtime};
use crate::aws::{Aws, Purpose};
use crate::core::tenant::Tenant;
use crate::link::remote::{self, Remote, Verified};
use crate::link::{Reply, Request};

/// Asks about these tenants: those that have AWS settings.
pub fn look(place: &Place, reached: &Reached, tenants: &[Arc<Tenant>]) -> Vec<Finding> {
    let with_role: Vec<_> = tenants.iter().filter(|tenant| tenant.settings.aws.is_some()).collect();
    if with_role.is_empty() {
        return vec![good("aws", "not asked: no tenant has AWS settings")];
    }
    let aws = Aws::new(place.aws.clone());
    let mut findings = Vec::new();
    for tenant in with_role {
        let verified = match if reached.is_running() { ask(reached, tenant) } else { find_out(&aws, tenant) } {
            Ok(verified) => verified,
            Err(why) => {
                findings.push(wrong("aws", format!("{}: {why}", tenant.id)));
                continue;
            }
        };
        if findings.is_empty() {
            findings.push(match &verified.base {
                Ok(arn) => good("aws", format!("we come as {arn}")),
                Err(why) => wrong("aws", why),
            });
        }
        findings.push(of_tenant(tenant, &verified));
    }
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

fn ask(reached: &Reached, tenant: &Tenant) -> Result<Verified, String> {
    match reached.ask(Request::Remote(Remote::Verify { tenant: tenant.id.clone() })) {
        Ok(Reply::Reached(remote::Reached::Verified(verified))) => Ok(*verified),
        Ok(_) => Err("the engine gave an answer to another question; is it of another version?".into()),
        Err(failure) => Err(failure.words()),
    }
}

fn find_out(aws: &Aws, tenant: &Tenant) -> Result<Verified, String> {
    let runtime = runtime(1).map_err(|failure| failure.words())?;
    let purpose = Purpose { operator: actor().who, incident: None };
    let found = runtime.block_on(aws.verify(tenant, &purpose));
    Ok(Verified {
        base: found.base,
        role: found.role,
        nodes: found.nodes,
        trust_policy: found.trust_policy,
        permission_policy: found.permission_policy,
    })
}
