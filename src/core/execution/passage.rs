//! Where an execution stands and what it has just come to, in words: the same at every seat and on every command line.

use super::{Execution, Outcome, Stage};
use crate::core::role::Risk;

/// A point of an execution's life that somebody wants to hear of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Passage {
    /// Somebody has to approve it.
    Asked,
    /// Somebody has.
    Approved,
    /// Somebody will not.
    Rejected,
    /// Nobody did in time.
    Expired,
    /// It is not wanted any more, and has not begun.
    Withdrawn,
    /// AWS has it.
    Begun,
    /// It is over.
    Ended,
}

impl Passage {
    /// What lies between an execution as it was and as it is; absent when nobody wants to hear of it.
    pub fn between(was: Option<&Execution>, is: &Execution) -> Option<Self> {
        let before = was.map(|was| &was.stage);
        match (&is.stage, before) {
            (stage, Some(before)) if std::mem::discriminant(stage) == std::mem::discriminant(before) => None,
            (Stage::Waiting, _) => Some(Self::Asked),
            (Stage::Ready, Some(Stage::Waiting)) => Some(Self::Approved),
            (Stage::Ready | Stage::Sending, _) => None,
            (Stage::Running, _) => Some(Self::Begun),
            (Stage::Ended { outcome, .. }, _) => Some(match outcome {
                Outcome::Rejected => Self::Rejected,
                Outcome::Expired => Self::Expired,
                Outcome::Cancelled if is.command_id.is_none() => Self::Withdrawn,
                _ => Self::Ended,
            }),
        }
    }

    /// In a sentence without its end: `sam asks for approval of restart-nginx on web-01 (comp_acme-x2)`.
    pub fn words(self, of: &Execution) -> String {
        let (what, asker) = (of.headline(), &of.by.who);
        let decision = of.approval.as_ref().and_then(|approval| approval.decided.as_ref());
        let decider = decision.map_or("somebody", |decision| &decision.by.who);
        let because = |why: Option<&String>| why.map(|why| format!(": {why}")).unwrap_or_default();
        let reason = because(decision.and_then(|decision| decision.why.as_ref()));
        match self {
            Self::Asked => format!("{asker} asks for approval of {what}"),
            Self::Approved => format!("{decider} approved {what}{reason}"),
            Self::Rejected => format!("{decider} rejected {what}{reason}"),
            Self::Expired => format!("nobody approved {what} in time"),
            Self::Withdrawn => format!("{} took back {what}", of.cancelled_by.as_deref().unwrap_or(asker)),
            Self::Begun if of.order.auto => format!("{what} runs by itself"),
            Self::Begun => format!("{what} runs, asked for by {asker}"),
            Self::Ended => format!("{what} {}", of.standing()),
        }
    }
}

impl Execution {
    /// What, where, and its id: `restart-nginx on web-01 (comp_acme-x2)`. As hostile as what it is made of.
    pub fn headline(&self) -> String {
        format!("{} on {} ({})", self.order.title, self.machines(), self.id)
    }

    /// Where: the one machine's asset, or how many there are.
    pub fn machines(&self) -> String {
        self.order.word()
    }

    /// How far it is, or how it ended: `waits for approval`, `runs: 1 of 3 done`, `failed`.
    pub fn standing(&self) -> String {
        let stage = match &self.stage {
            Stage::Waiting => "waits for approval".to_owned(),
            Stage::Ready => "about to be sent".into(),
            Stage::Sending => "being sent".into(),
            Stage::Running => {
                let done = self.runs.iter().filter(|run| run.ended_at.is_some()).count();
                let word = if self.cancelled_by.is_some() { "being cancelled" } else { "runs" };
                if self.runs.len() > 1 { format!("{word}: {done} of {} done", self.runs.len()) } else { word.into() }
            }
            Stage::Ended { outcome, why } => {
                let why = why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
                format!("{}{why}", outcome.words())
            }
        };
        match &self.waits_for {
            Some(what) => format!("{stage}; waits for {what}"),
            None => stage,
        }
    }

    /// Why somebody else has to let it pass.
    pub const fn why_approval(&self) -> &'static str {
        match self.order.risk {
            Risk::High => "somebody else has to approve, whoever asks",
            Risk::Medium => "whoever is no lead needs a lead's approval",
            Risk::Low => "nobody has to approve",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::execution::{Approval, Decision};
    use crate::core::input::Actor;
    use crate::core::testing::execution;
    use crate::core::time::Moment;

    fn at(stage: Stage) -> Execution {
        Execution { stage, ..execution("comp_acme", 2) }
    }

    fn over(outcome: Outcome, why: Option<&str>) -> Stage {
        Stage::Ended { outcome, why: why.map(str::to_owned) }
    }

    #[test]
    fn each_point_that_somebody_wants_to_hear_of_is_told_once() {
        let (waiting, ready, sending, running) =
            (at(Stage::Waiting), at(Stage::Ready), at(Stage::Sending), at(Stage::Running));
        let ended = at(over(Outcome::Failed, None));
        for (was, is, passage) in [
            (None, &waiting, Some(Passage::Asked)),
            (Some(&waiting), &waiting, None),
            (Some(&waiting), &ready, Some(Passage::Approved)),
            (None, &ready, None),
            (Some(&ready), &sending, None),
            (Some(&sending), &running, Some(Passage::Begun)),
            (Some(&running), &running, None),
            (Some(&running), &ended, Some(Passage::Ended)),
            (None, &ended, Some(Passage::Ended)),
            (Some(&waiting), &at(over(Outcome::Expired, None)), Some(Passage::Expired)),
            (Some(&waiting), &at(over(Outcome::Rejected, None)), Some(Passage::Rejected)),
            (Some(&waiting), &at(over(Outcome::Cancelled, None)), Some(Passage::Withdrawn)),
        ] {
            assert_eq!(Passage::between(was, is), passage, "{was:?} {is:?}");
        }
    }

    #[test]
    fn it_is_told_who_did_what_and_why() {
        let mut one = at(Stage::Ready);
        let decided = Decision { by: Actor::named("kim"), at: Moment(1), approved: true, why: Some("go".into()) };
        one.approval = Some(Approval { expires_at: Moment(2), decided: Some(decided) });
        let what = "restart-nginx on web-01 (comp_acme-x2)";
        assert_eq!(Passage::Approved.words(&one), format!("kim approved {what}: go"));
        assert_eq!(Passage::Asked.words(&one), format!("sam asks for approval of {what}"));
        assert_eq!(Passage::Expired.words(&one), format!("nobody approved {what} in time"));
        one.stage = over(Outcome::NotSent, Some("the role is gone"));
        assert_eq!(Passage::Ended.words(&one), format!("{what} not sent: the role is gone"));
        one.stage = Stage::Running;
        one.waits_for = Some("the network".into());
        assert_eq!(one.standing(), "runs; waits for the network");
    }
}
