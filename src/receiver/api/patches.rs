//! How a company's machines are patched, as far as that is known.

use serde::Serialize;

use super::companies::company;
use super::problem::{AWS_AWAY, AWS_REFUSED, BROKEN, BUSY, NO_ACCOUNT, Problem, TOO_LONG, UNAVAILABLE};
use super::visit::{Answer, Visit};
use crate::core::execution::order::InstanceId;
use crate::core::patch::{Patched, Patches};
use crate::core::time::Moment;
use crate::link::remote::{Reached, Remote};

/// It is known.
#[derive(Serialize)]
struct Known<'a> {
    known: bool,
    as_of: Moment,
    nodes: usize,
    compliant: usize,
    non_compliant: usize,
    never_scanned: usize,
    instances: Vec<Shown<'a>>,
}

/// A machine. The figures are `null` where it was never scanned.
#[derive(Serialize)]
struct Shown<'a> {
    instance_id: &'a InstanceId,
    name: &'a str,
    status: &'static str,
    baseline_id: Option<&'a str>,
    missing: Option<u32>,
    failed: Option<u32>,
    installed: Option<u32>,
    pending_reboot: Option<u32>,
    operation_ended_at: Option<Moment>,
}

/// It is not known.
#[derive(Serialize)]
struct Unknown<'a> {
    known: bool,
    code: &'a str,
    why: &'a str,
}

/// What is known of it.
pub async fn compliance(visit: &Visit) -> Result<Answer, Problem> {
    let company = company(visit).await?;
    let asked = visit.reach(&company.id, Remote::Patches { tenant: company.id.clone() });
    // What takes longer is finished nevertheless, and kept for the next call.
    let answered = tokio::time::timeout(visit.desk.options.patches_timeout, asked).await;
    match answered.unwrap_or_else(|_| Err((&AWS_AWAY).into())) {
        Ok(Reached::Patches(patches)) => Answer::of(&known(&patches)),
        Ok(_) => Err((&BROKEN).into()),
        Err(problem) if is_about_aws(&problem) => {
            Answer::of(&Unknown { known: false, code: problem.code, why: &problem.message })
        }
        Err(problem) => Err(problem),
    }
}

/// The company is there and theirs, and AWS does not say, or not now.
fn is_about_aws(problem: &Problem) -> bool {
    let rows = [&NO_ACCOUNT, &AWS_REFUSED, &AWS_AWAY, &UNAVAILABLE, &BUSY, &TOO_LONG];
    rows.into_iter().any(|row| Problem::from(row).code == problem.code)
}

fn known(patches: &Patches) -> Known<'_> {
    Known {
        known: true,
        as_of: patches.at,
        nodes: patches.instances.len(),
        compliant: patches.compliant,
        non_compliant: patches.non_compliant,
        never_scanned: patches.never_scanned,
        instances: patches.instances.iter().map(shown).collect(),
    }
}

fn shown(one: &Patched) -> Shown<'_> {
    let state = one.state.as_ref();
    Shown {
        instance_id: &one.instance,
        name: &one.name,
        status: match state.map(|state| state.compliant) {
            Some(true) => "compliant",
            Some(false) => "non_compliant",
            None => "never_scanned",
        },
        baseline_id: state.map(|state| &*state.baseline),
        missing: state.map(|state| state.missing),
        failed: state.map(|state| state.failed),
        installed: state.map(|state| state.installed),
        pending_reboot: state.map(|state| state.pending_reboot),
        operation_ended_at: state.and_then(|state| state.ended_at),
    }
}
