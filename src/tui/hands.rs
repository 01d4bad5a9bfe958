//! Carries out what the app wants from the world: questions to the engine, the bell, giving the terminal to the shell.

use std::time::{Duration, Instant};

use crossterm::event::EventStream;
use rustix::process::{Signal, kill_current_process_group};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use super::effect::{Effect, Purpose};
use super::running::Running;
use super::seat::{Ended, TuiError};
use super::terminal::Terminal;
use crate::core::input::Actor;
use crate::link::session::Talk;
use crate::link::{Caller, Refusal, Reply, Request};

/// The bell rings at most once in this time: a storm is one reason to look.
const BETWEEN_RINGS: Duration = Duration::from_secs(5);

/// A question on its way.
pub(super) type Told = (Purpose, Request);
/// Where answers go.
pub(super) type Answering = UnboundedSender<(Purpose, Result<Reply, Refusal>)>;

impl Running {
    /// Carries one effect out.
    pub(super) async fn carry_out(&mut self, effect: Effect) -> Result<(), TuiError> {
        match effect {
            Effect::Quit => self.ended = Some(Ended::Quit),
            Effect::LeaveEngine => self.ended = Some(Ended::LeaveEngine),
            Effect::Redraw => self.terminal.forget(),
            Effect::Ring(why) => self.ring(&why)?,
            Effect::WriteFile { name, text } => self.write_file(&name, &text),
            Effect::TakeMouse(on) => self.terminal.set_mouse(on)?,
            Effect::Reload => self.look_at_configuration(true)?,
            Effect::Copy(text) => self.terminal.copy(&text)?,
            Effect::CopySecret(secret) => self.terminal.copy(secret.expose())?,
            Effect::Remember(memory) => self.keeping.remember(*memory),
            Effect::Suspend => self.suspend().await?,
            Effect::Edit { paper, about } => self.edit(paper, &about).await?,
            Effect::Keep { text, why } => self.keep(&text, &why),
            Effect::FullScreen(session) => self.begin_full_screen(session).await?,
            Effect::Ask(purpose, request @ Request::Session(_)) if in_order(&request) => {
                self.acting += usize::from(purpose.is_change());
                // The seat ends before the other end does.
                let _ = self.telling.send((purpose, request));
            }
            Effect::Ask(purpose, request) => {
                let (caller, by) = (self.link.caller.clone(), self.operator.clone());
                let answering = self.answering.clone();
                self.acting += usize::from(purpose.is_change());
                tokio::spawn(async move {
                    let answer = caller.ask(&by, request).await;
                    // Nobody waits for it when the seat has ended.
                    let _ = answering.send((purpose, answer));
                });
            }
        }
        Ok(())
    }

    fn ring(&mut self, why: &str) -> Result<(), TuiError> {
        let now = Instant::now();
        let quiet = self.rang.is_none_or(|rang| now - rang >= BETWEEN_RINGS);
        if quiet {
            self.rang = Some(now);
            self.terminal.ring(why)?;
        }
        Ok(())
    }

    /// Stops the whole process group, as ctrl-z does outside of raw mode, and comes back when the shell says so.
    async fn suspend(&mut self) -> Result<(), TuiError> {
        let mut continued = signal(SignalKind::from_raw(Signal::CONT.as_raw()))?;
        self.put_events_away().await;
        self.terminal.give_back();
        let stopped = kill_current_process_group(Signal::TSTP);
        // The stop may take effect a moment after the call. Where nobody could continue us, the system ignores the signal: then
        // the wait ends by itself.
        let _ = tokio::time::timeout(Duration::from_millis(250), continued.recv()).await;
        self.terminal.retake()?;
        self.events = Some(EventStream::new());
        self.area = Terminal::size();
        if stopped.is_err() {
            self.app.mistake("the system would not suspend this seat".into());
        }
        Ok(())
    }

    /// Lets go of the terminal's input. The stream reads it on a thread of its own, which must have ended before anybody else
    /// gets the terminal, or keys are lost in between.
    pub(super) async fn put_events_away(&mut self) {
        self.events = None;
        tokio::time::sleep(Duration::from_millis(5)).await;
        // Takes in what that thread left behind; whether there was anything does not matter.
        let _ = crossterm::event::poll(Duration::ZERO);
    }
}

/// Whether a question has to arrive in the order in which it was asked: all that is done to a session. What is only read from it
/// waits for as long as there is nothing new, and holds nobody up.
fn in_order(request: &Request) -> bool {
    matches!(request, Request::Session(talk) if !matches!(talk, Talk::Read { .. } | Talk::Recording { .. }))
}

/// Brings what has to arrive in order to the engine, one after the other, until the seat ends. The answers come when they come.
pub(super) async fn tell(caller: Caller, by: Actor, mut told: UnboundedReceiver<Told>, answering: Answering) {
    while let Some((purpose, request)) = told.recv().await {
        let asked = caller.put(&by, request).await;
        let answering = answering.clone();
        tokio::spawn(async move {
            let answer = match asked {
                Ok(answer) => answer.await,
                Err(gone) => Err(gone),
            };
            // Nobody waits for it when the seat has ended.
            let _ = answering.send((purpose, answer));
        });
    }
}
