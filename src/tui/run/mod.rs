//! From an incident to a command on its machine: which incidents, which machine, what, with which inputs, the confirmation.
//! Each step is a popup over the one before; the engine is asked meanwhile and the seat waits for nothing.
//!
//! What the engine answers is taken in by `answers`; what becomes of an execution is followed in `watching`. What may run is decided by the engine, which is asked twice: what
//! would run, and to run exactly that.

mod answers;
mod watching;
pub mod wish;

use std::collections::BTreeMap;

use self::wish::{Found, What, Wish, wrong};
use super::app::App;
use super::effect::{Effect, Paper, Purpose};
use super::popups::Popup;
use super::popups::run::Page;
use super::popups::run::inputs::Inputs;
use super::popups::run::machines::Machines;
use super::popups::run::plan::Confirmation;
use super::popups::run::runbooks::Runbooks;
use super::popups::run::script::Script;
use crate::core::execution::order::{InstanceId, MOST_TARGETS};
use crate::core::id::{ExecutionId, IncidentId};
use crate::link::Request;
use crate::link::remote::{Draft, Located, Offer, Remote};

pub use watching::Watched;

/// A question on the way to an execution, or about one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Question {
    /// The runbooks for an incident.
    Runbooks(IncidentId),
    /// The machines behind incidents.
    Locate(Vec<IncidentId>),
    /// What would run.
    Prepare(Box<Draft>),
    /// Yes was said.
    Run(Box<Draft>),
    /// What a machine writes.
    Output {
        /// Of which execution.
        execution: ExecutionId,
        /// Which machine.
        instance: InstanceId,
        /// The number of the question.
        ask: u64,
    },
    /// An execution as it is kept.
    Kept(ExecutionId),
}

impl Question {
    /// What the status line calls it.
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Runbooks(_) => "runbooks",
            Self::Locate(_) => "machines",
            Self::Prepare(_) => "plan",
            Self::Run(_) => "run",
            Self::Output { .. } => "output",
            Self::Kept(_) => "execution",
        }
    }
}

const SOMETHING_ELSE: &str = "the engine answered something else";

impl App {
    /// Shows the runbooks for the incidents aimed at; the one called `name` is gone on with at once.
    pub fn runbooks(&mut self, name: &str) {
        let Some(wish) = self.wish() else { return };
        let Some(first) = wish.aim.first().cloned() else { return };
        let aim = wish.aim.clone();
        self.popup(Popup::Run(Box::new(Page::Runbooks(Runbooks::new(wish, name.trim())))));
        self.reach(Question::Runbooks(first.clone()), Remote::Runbooks { incident: first });
        self.reach(Question::Locate(aim.clone()), Remote::Locate { incidents: aim });
    }

    /// Lets the operator write a command; with `text`, asks what that would run.
    pub fn free_command(&mut self, text: &str) {
        let Some(wish) = self.wish() else { return };
        let aim = wish.aim.clone();
        self.popup(Popup::Run(Box::new(Page::Script(Script::new(wish, text)))));
        self.reach(Question::Locate(aim.clone()), Remote::Locate { incidents: aim });
        if !text.is_empty() {
            self.submit();
        }
    }

    /// Runs once more what was last run for the incident.
    pub fn run_again(&mut self) {
        let Some(id) = self.execution_meant() else { return };
        self.run_once_more(&id);
    }

    /// Runs an execution once more, after asking.
    pub fn run_once_more(&mut self, id: &ExecutionId) {
        if self.is_lost() {
            return;
        }
        let Some(execution) = self.execution(id) else {
            return self.mistake(format!("{id} is not on the board any more; run its runbook again"));
        };
        let wish = Wish::again(&execution, self.watched.draft_of(id));
        self.go_on(wish);
    }

    /// Goes on with what was typed or chosen.
    pub fn submit_page(&mut self, mut page: Box<Page>) {
        let mut said = None;
        let wish = match &mut *page {
            Page::Runbooks(runbooks) if runbooks.failed() => {
                // What was refused may be mended by now.
                let (aim, typed) = (runbooks.wish.aim.clone(), runbooks.finder.input.text().to_owned());
                return self.for_these(aim, |app| app.runbooks(&typed));
            }
            Page::Runbooks(runbooks) => match (runbooks.nothing(), runbooks.chosen()) {
                (None, Some(offer)) => {
                    let what = What::Runbook(Box::new(offer.clone()), usual(offer));
                    runbooks.wish.what = what;
                    runbooks.waits = runbooks.wish.found == Found::Asked;
                    (!runbooks.waits).then(|| runbooks.wish.clone())
                }
                (why, _) => {
                    said = why.map(str::to_owned);
                    None
                }
            },
            Page::Script(script) => {
                let text = script.text();
                if matches!(script.wish.found, Found::Failed(_)) {
                    // What was refused may be mended by now.
                    script.wish.found = Found::Asked;
                    let aim = script.wish.aim.clone();
                    self.reach(Question::Locate(aim.clone()), Remote::Locate { incidents: aim });
                }
                if text.is_empty() {
                    said = Some("write a command first".into());
                    None
                } else {
                    script.wish.what = What::Command(text);
                    script.waits = script.wish.found == Found::Asked;
                    (!script.waits).then(|| script.wish.clone())
                }
            }
            Page::Machines(machines) => machines.choose(),
            Page::Inputs(inputs) => inputs.read(),
            Page::Plan(_) => {
                self.popup(Popup::Run(page));
                return self.say_yes();
            }
            Page::Execution(following) => {
                following.searching = false;
                None
            }
        };
        let filled = matches!(*page, Page::Inputs(_));
        self.popup(Popup::Run(page));
        if let Some(said) = said {
            self.mistake(said);
        }
        match wish {
            Some(wish) if filled => self.prepare(wish),
            Some(wish) => self.go_on(wish),
            None => {}
        }
    }

    /// What was typed is not meant: back to the page before, or out of a search.
    pub fn cancel_page(&mut self, mut page: Box<Page>) {
        if let Page::Execution(following) = &mut *page {
            following.end_search();
            self.popup(Popup::Run(page));
        }
    }

    /// Yes to the confirmation.
    pub fn say_yes(&mut self) {
        let Some(Page::Plan(plan)) = self.page() else { return };
        match plan.yes() {
            Ok((digest, typed)) => {
                let draft = plan.draft.clone();
                let request = Remote::Run { draft: draft.clone(), digest, typed };
                self.reach(Question::Run(Box::new(draft)), request);
            }
            Err(why) => self.mistake(why),
        }
    }

    /// Changes what the confirmation is about.
    pub fn edit_inputs(&mut self) {
        let Some(Page::Plan(plan)) = self.page() else { return };
        let wish = plan.wish.clone();
        let page = match &wish.what {
            What::Command(text) => Some(Page::Script(Script::new(wish.clone(), text))),
            What::Runbook(..) => Inputs::new(wish).map(Page::Inputs),
            What::Open | What::Again(_) => None,
        };
        let Some(page) = page else {
            return self.mistake("what is repeated has no inputs here; choose its runbook to change them".into());
        };
        self.popups.pop();
        // Where it was filled in or written is right below, unless that was not needed before.
        let below = self.page().is_some_and(|below| std::mem::discriminant(below) == std::mem::discriminant(&page));
        if below {
            self.popups.pop();
        }
        self.popup(Popup::Run(Box::new(page)));
    }

    /// Breaks the line that is being written.
    pub fn in_script(&mut self, how: impl FnOnce(&mut Script)) {
        if let Some(Page::Script(script)) = self.page() {
            how(script);
        }
    }

    /// Lets the operator write the command in an editor of theirs.
    pub fn edit_outside(&mut self) {
        let Some(Page::Script(script)) = self.page() else { return };
        let (aim, text) = (script.wish.aim.clone(), script.text());
        let about = aim.iter().map(|id| super::draft::headline(id, self.board.incident(id).map(|it| &**it))).collect();
        self.effect(Effect::Edit { paper: Paper::Command(text), about });
    }

    /// A command has come back from the editor: it stands where it was being written.
    pub fn command_written(&mut self, text: &str) {
        match self.page() {
            Some(Page::Script(script)) => script.set(text),
            _ => self.mistake("the command has no place to go to any more".into()),
        }
    }

    /// The page that has the keys.
    pub(super) fn page(&mut self) -> Option<&mut Page> {
        match self.popups.last_mut() {
            Some(Popup::Run(page)) => Some(page),
            _ => None,
        }
    }

    /// All pages, from the bottom up.
    pub(super) fn pages(&mut self) -> impl DoubleEndedIterator<Item = &mut Page> {
        self.popups.iter_mut().filter_map(|popup| match popup {
            Popup::Run(page) => Some(&mut **page),
            _ => None,
        })
    }

    pub(super) fn reach(&mut self, question: Question, remote: Remote) {
        self.effect(Effect::Ask(Purpose::Run(question), Request::Remote(remote)));
    }

    /// The incidents aimed at, as something to run for; says why when it can't be.
    fn wish(&mut self) -> Option<Wish> {
        let aim = self.targets();
        if aim.is_empty() || self.is_lost() {
            return None;
        }
        let tenants: std::collections::BTreeSet<_> = aim.iter().map(|id| &id.tenant).collect();
        if tenants.len() > 1 {
            let count = tenants.len();
            self.mistake(format!("the marked incidents are of {count} tenants; a command runs for one: mark its only"));
            return None;
        }
        if aim.len() > MOST_TARGETS {
            self.mistake(format!(
                "{} incidents are marked; a command runs on {MOST_TARGETS} machines at most",
                aim.len()
            ));
            return None;
        }
        Some(Wish::new(aim))
    }

    /// To the next thing that is not settled.
    fn go_on(&mut self, wish: Wish) {
        if let Found::Failed(why) = &wish.found {
            return self.mistake(why.clone());
        }
        if let Some(located) = wish.unclear().cloned() {
            return self.ask_machine(wish, located);
        }
        if wish.targets().is_empty() {
            let why = wish.left_out();
            let why = why.first().map_or("no machine is known", String::as_str);
            return self.mistake(format!("nothing can run: {why}"));
        }
        let open = match &wish.what {
            What::Runbook(offer, filled) => {
                let text = |name: &str| filled.get(name).map_or("", String::as_str);
                offer.inputs.iter().any(|blank| wrong(blank, text(&blank.name)).is_some())
            }
            _ => false,
        };
        match Inputs::new(wish.clone()).filter(|_| open) {
            Some(inputs) => self.popup(Popup::Run(Box::new(Page::Inputs(inputs)))),
            None => self.prepare(wish),
        }
    }

    fn ask_machine(&mut self, wish: Wish, located: Located) {
        let machines = Machines::new(self, wish, located);
        self.popup(Popup::Run(Box::new(Page::Machines(machines))));
    }

    /// Asks what would run, and opens the confirmation.
    fn prepare(&mut self, wish: Wish) {
        let Some(draft) = wish.draft() else { return };
        self.popup(Popup::Run(Box::new(Page::Plan(Confirmation::new(wish, draft.clone())))));
        self.reach(Question::Prepare(Box::new(draft.clone())), Remote::Prepare(draft));
    }
}

/// A runbook's inputs as they usually are.
fn usual(offer: &Offer) -> BTreeMap<String, String> {
    offer.inputs.iter().map(|blank| (blank.name.clone(), blank.value.clone())).collect()
}
