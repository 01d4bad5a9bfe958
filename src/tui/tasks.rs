//! What is under way behind the screen: questions that the engine has not answered yet, and whatever else takes long enough to
//! be waited for. Told in the status line and by `:tasks`.

use super::effect::Purpose;
use crate::core::time::{Moment, Span};

/// A task is shown when it takes longer than this: most are over before anybody could read of them.
const SOON: Span = Span(300);

/// Something under way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Task {
    /// Its number.
    pub id: u64,
    /// What it is, in a word or two.
    pub words: String,
    /// How much of it is done, and how much there is; absent while nobody knows.
    pub progress: Option<(u64, u64)>,
    /// When it began.
    pub since: Moment,
    /// It ends with the answer to this.
    question: Option<Purpose>,
}

impl Task {
    /// `history 40 %`.
    pub fn shown(&self) -> String {
        match self.progress {
            Some((done, total)) if total > 0 => {
                format!("{} {} %", self.words, done.min(total).saturating_mul(100) / total)
            }
            _ => self.words.clone(),
        }
    }
}

/// What is under way, the longest first.
#[derive(Debug, Default)]
pub struct Tasks {
    running: Vec<Task>,
    begun: u64,
}

impl Tasks {
    /// Something has begun; its number is for [`Self::progress`] and [`Self::end`].
    pub fn begin(&mut self, now: Moment, words: &str) -> u64 {
        self.begun += 1;
        let task = Task { id: self.begun, words: words.into(), progress: None, since: now, question: None };
        self.running.push(task);
        self.begun
    }

    /// So much of it is done.
    pub fn progress(&mut self, id: u64, done: u64, total: u64) {
        if let Some(task) = self.running.iter_mut().find(|task| task.id == id) {
            task.progress = Some((done, total));
        }
    }

    /// It is over.
    pub fn end(&mut self, id: u64) {
        self.running.retain(|task| task.id != id);
    }

    /// A question is on its way to the engine.
    pub fn ask(&mut self, now: Moment, purpose: &Purpose) {
        let id = self.begin(now, purpose.words());
        if let Some(task) = self.running.iter_mut().find(|task| task.id == id) {
            task.question = Some(purpose.clone());
        }
    }

    /// It was answered.
    pub fn answered(&mut self, purpose: &Purpose) {
        if let Some(at) = self.running.iter().position(|task| task.question.as_ref() == Some(purpose)) {
            self.running.remove(at);
        }
    }

    /// What has taken so long by now that somebody may wonder, the longest first.
    pub fn lasting(&self, now: Moment) -> impl Iterator<Item = &Task> {
        self.running.iter().filter(move |task| now - task.since >= SOON)
    }

    /// Everything under way, the longest first.
    pub fn all(&self) -> &[Task] {
        &self.running
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::tenant_id;

    #[test]
    fn only_what_lasts_is_shown_and_an_answer_ends_its_question() {
        let mut tasks = Tasks::default();
        let question = Purpose::Quarantine(tenant_id("comp_acme"));
        tasks.ask(Moment(1_000), &question);
        tasks.ask(Moment(1_000), &question);
        let id = tasks.begin(Moment(1_100), "handover");
        assert_eq!(tasks.lasting(Moment(1_299)).count(), 0);
        assert_eq!(tasks.lasting(Moment(1_300)).count(), 2);
        tasks.answered(&question);
        assert_eq!(tasks.all().len(), 2, "one answer is the end of one question");
        tasks.answered(&question);
        tasks.progress(id, 2, 5);
        assert_eq!(tasks.lasting(Moment(2_000)).map(Task::shown).collect::<Vec<_>>(), ["handover 40 %"]);
        tasks.end(id);
        assert!(tasks.all().is_empty());
    }
}
