//! Whether a step of an execution's life may be taken: by whom, when, and exactly for what was shown.

use crate::core::caseload::Caseload;
use crate::core::execution::order::{MOST_TARGETS, Order, Target};
use crate::core::execution::step::{Barred, OnExecution, Step};
use crate::core::execution::{BY_ITSELF, Execution, Outcome, Stage};
use crate::core::input::Actor;
use crate::core::role::{Gate, Role};
use crate::core::tenant::AwsAccount;
use crate::core::time::Moment;

/// Bytes of a name, of a reason or an expected text, and of all parameters together: SSM takes no more of those.
const NAME: usize = 512;
const REASON: usize = 1_024;
const PARAMETERS: usize = 64 << 10;
/// Other good exit codes of one order.
const EXIT_CODES: usize = 64;

impl Caseload {
    /// Whether a step may be taken.
    ///
    /// # Errors
    /// Why not.
    pub fn check_execution(&self, now: Moment, on: &OnExecution) -> Result<(), Barred> {
        if let Step::Ask { order, digest, typed } = &on.step {
            let new = if on.execution == 0 { Ok(()) } else { Err(Barred::OutOfTurn) };
            return new.and_then(|()| self.check_ask(now, &on.by, order, digest, typed.as_deref()));
        }
        let execution = self.execution(on.execution).ok_or(Barred::NoExecution)?;
        let decides = matches!(on.step, Step::Approve { .. } | Step::Reject { .. });
        match execution.outcome() {
            Some(Outcome::Expired) if decides => return Err(Barred::Expired),
            Some(_) => return Err(Barred::Over),
            None => {}
        }
        match (&on.step, &execution.stage) {
            (Step::Approve { digest, why }, Stage::Waiting) => {
                self.check_decision(now, execution, &on.by)?;
                reason(why.as_deref().unwrap_or_default())?;
                if *digest == execution.digest { self.check_account(&execution.order) } else { Err(Barred::Changed) }
            }
            (Step::Reject { why }, Stage::Waiting) => {
                self.check_decision(now, execution, &on.by)?;
                if why.trim().is_empty() { Err(Barred::NoReason) } else { reason(why) }
            }
            (Step::Approve { .. } | Step::Reject { .. }, _) => Err(Barred::NotWaiting),
            (Step::Cancel, _) => self.check_cancel(execution, &on.by),
            (Step::Sending, Stage::Ready) => {
                self.check_account(&execution.order)?;
                // What lay on a disk in the meantime is still what was let pass.
                if execution.order.digest() == execution.digest { Ok(()) } else { Err(Barred::Changed) }
            }
            (Step::Sent { .. }, Stage::Sending)
            | (Step::Lost { .. }, Stage::Sending | Stage::Running)
            | (Step::NotSent { .. }, Stage::Ready | Stage::Sending)
            | (Step::Progress { .. } | Step::Ended { .. }, Stage::Running)
            | (Step::Waits { .. }, _) => Ok(()),
            _ => Err(Barred::OutOfTurn),
        }
    }

    /// What stands before an order of somebody's.
    pub fn gate(&self, by: &Actor, order: &Order) -> Gate {
        order.risk.gate(self.role_of(&by.who))
    }

    fn check_ask(
        &self,
        now: Moment,
        by: &Actor,
        order: &Order,
        digest: &str,
        typed: Option<&str>,
    ) -> Result<(), Barred> {
        if order.targets.is_empty() || order.targets.len() > MOST_TARGETS {
            return Err(Barred::Targets);
        }
        check_lengths(order)?;
        if order.again.as_ref().is_some_and(|again| again.tenant != self.tenant.id) {
            return Err(Barred::NoExecution);
        }
        for target in &order.targets {
            self.check_target_of(target)?;
        }
        self.check_account(order)?;
        if !(30..=172_800).contains(&order.timeout_seconds) {
            return Err(Barred::Timeout);
        }
        if order.digest() != digest {
            return Err(Barred::Changed);
        }
        let least = self.tenant.settings.actions.command_risk;
        if order.runbook.is_none() && order.risk < least {
            return Err(Barred::RiskTooLow(least.word()));
        }
        if order.auto || by.who == BY_ITSELF {
            return self.check_unasked(now, by, order);
        }
        if self.role_of(&by.who) < Role::Technician {
            return Err(Barred::OnlyLooks);
        }
        let word = order.word();
        if self.gate(by, order).typed && typed.map(str::trim) != Some(word.trim()) {
            return Err(Barred::NotTyped(word));
        }
        Ok(())
    }

    /// It is for an incident of this tenant, by its own name: that name is what has to be typed.
    fn check_target_of(&self, target: &Target) -> Result<(), Barred> {
        let ours = target.incident.tenant == self.tenant.id;
        let incident = self.incident(target.incident.number).filter(|_| ours).ok_or(Barred::NoIncident)?;
        if incident.asset_name == target.asset { Ok(()) } else { Err(Barred::Changed) }
    }

    /// It is for the account that the tenant has now. What is not set is not known, and so is no other.
    pub(super) fn check_account(&self, order: &Order) -> Result<(), Barred> {
        let account = self.tenant.settings.aws.as_ref().ok_or(Barred::Account)?;
        let same = |set: &str, ordered: &str| set.is_empty() || set == ordered;
        let ours = same(account_of(account), &order.account_id) && same(&account.region, &order.region);
        if ours { Ok(()) } else { Err(Barred::Account) }
    }

    fn check_decision(&self, now: Moment, execution: &Execution, by: &Actor) -> Result<(), Barred> {
        if by.who == execution.by.who {
            return Err(Barred::OwnRequest);
        }
        let approval = execution.approval.as_ref().ok_or(Barred::NotWaiting)?;
        if approval.expires_at <= now {
            return Err(Barred::Expired);
        }
        if by.who == BY_ITSELF {
            return Err(Barred::Role(BY_ITSELF));
        }
        let (role, asker) = (self.role_of(&by.who), self.role_of(&execution.by.who));
        if role.may_approve(asker) { Ok(()) } else { Err(Barred::Role(role.word())) }
    }

    fn check_cancel(&self, execution: &Execution, by: &Actor) -> Result<(), Barred> {
        if self.role_of(&by.who) < Role::Technician {
            return Err(Barred::OnlyLooks);
        }
        execution.cancelled_by.as_ref().map_or(Ok(()), |who| Err(Barred::CancelAsked(who.clone())))
    }
}

/// The account's number; the role's, where only that is set.
fn account_of(account: &AwsAccount) -> &str {
    match account.account_id.as_str() {
        "" => account.role_arn.split(':').nth(4).unwrap_or_default(),
        number => number,
    }
}

fn check_lengths(order: &Order) -> Result<(), Barred> {
    let names = [Some(&order.title), order.runbook.as_ref(), Some(&order.document), order.document_version.as_ref()];
    let names = names.into_iter().flatten().chain([&order.account_id, &order.region]);
    let texts = [&order.expect.output_contains, &order.expect.output_lacks].into_iter().flatten();
    let parameter =
        |(name, values): (&String, &Vec<String>)| name.len() + values.iter().map(String::len).sum::<usize>();
    let rules = [
        (names.map(String::len).max() <= Some(NAME), "a title, a runbook's or a document's name has at most 512 bytes"),
        (texts.map(String::len).max() <= Some(REASON), "what the output must hold or lack has at most 1024 bytes"),
        (order.expect.exit_codes.len() <= EXIT_CODES, "at most 64 other exit codes can be good"),
        (
            order.parameters.iter().map(parameter).sum::<usize>() <= PARAMETERS,
            "all parameters together have at most 64 KiB",
        ),
    ];
    rules.into_iter().find(|(kept, _)| !kept).map_or(Ok(()), |(_, rule)| Err(Barred::TooLong(rule)))
}

fn reason(text: &str) -> Result<(), Barred> {
    if text.len() > REASON { Err(Barred::TooLong("a reason has at most 1024 bytes")) } else { Ok(()) }
}
