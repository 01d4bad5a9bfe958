//! That a session is to end: how, why, and whether AWS has to be told.

use crate::aws::session::Ending;
use crate::core::input::Actor;
use crate::core::session::End;

/// It is to end.
#[derive(Debug)]
pub(super) struct Verdict {
    /// How.
    pub(super) how: End,
    /// Why, where there is more to say.
    pub(super) why: Option<String>,
    /// Who wants it; nobody when time, the machine or the engine does.
    pub(super) by: Option<Actor>,
    /// AWS has ended it already, or never begun it.
    pub(super) there: bool,
}

impl Verdict {
    /// What it means that a channel has ended: of a session that was open before, or never; of a command that has ended, or not.
    pub(super) fn of(ending: Ending, opened: bool, exit_code: Option<i32>) -> Self {
        let how = if opened { End::Broken } else { End::NotOpened };
        let some = |why: &str| Some(why.to_owned());
        let (how, why, there) = match ending {
            Ending::Closed(why) if why.trim().is_empty() && opened => (End::Exited, None, true),
            Ending::Closed(why) if why.trim().is_empty() => {
                (how, some("the machine closed it before it was ready"), true)
            }
            // Whatever it says about it: a command that has an exit code has ended.
            Ending::Closed(why) if exit_code.is_some() => (End::Exited, Some(why), true),
            Ending::Closed(why) => (how, Some(why), true),
            Ending::TimedOut => (how, some("AWS has it no more: it lasted too long there, or nobody typed"), true),
            Ending::Failed(why) => (how, Some(why), false),
        };
        Self { how, why, by: None, there }
    }
}
