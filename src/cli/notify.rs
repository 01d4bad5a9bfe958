//! What systemd is told of `serve`: that it is ready, reads its configuration again, ends; how it is, in a line; and that its
//! engine is alive. Without systemd nobody is told. What is done about it is the unit's.

use std::time::Duration;

use sd_notify::NotifyState;
use tokio::time::{interval, timeout};

use super::out::Failure;
use super::place::actor;
use crate::core::pulse::Pulse;
use crate::core::safe_text::SafeText;
use crate::engine::handle::Handle;
use crate::link::{Caller, Reply, Request};

/// How often the line is looked at, at least.
const LOOK: Duration = Duration::from_secs(10);
/// Of a status, as `systemctl status` shows it.
const COLUMNS: usize = 200;

/// It is at this, for whoever reads `systemctl status`.
pub fn status(words: &str) {
    tell(&[NotifyState::Status(&SafeText::fit(words, COLUMNS))]);
}

/// It takes what comes.
pub fn ready(words: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(&SafeText::fit(words, COLUMNS))]);
}

/// It reads its configuration again, until [`ready`].
pub fn reloading() {
    let Ok(since) = NotifyState::monotonic_usec_now() else { return };
    tell(&[NotifyState::Reloading, since]);
}

/// It finishes what it has taken.
pub fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("ending: finishing what was taken")]);
}

/// Tells how the engine is for as long as there is one, and, when that is wanted, that it is alive: only when its task has
/// answered in time. One that hangs is then ended and started again by systemd. Ends when the engine is gone, and says so.
pub async fn accompany(engine: &Handle) -> Failure {
    watch(engine.caller(), sd_notify::watchdog_enabled(), tell).await
}

async fn watch(engine: &Caller, wanted: Option<Duration>, tell: impl Fn(&[NotifyState<'_>])) -> Failure {
    let every = wanted.map_or(LOOK, |within| (within / 3).clamp(Duration::from_millis(1), LOOK));
    let mut looks = interval(every);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (by, mut told) = (actor(), String::new());
    loop {
        looks.tick().await;
        let asking = engine.ask(&by, Request::Pulse);
        let pulse = match timeout(every, asking).await {
            Ok(Ok(Reply::Pulse(pulse))) => pulse,
            Ok(Err(gone)) => return gone.into(),
            Ok(Ok(_)) | Err(_) => {
                tracing::warn!("the engine does not answer");
                continue;
            }
        };
        if wanted.is_some() {
            tell(&[NotifyState::Watchdog]);
        }
        let words = words(&pulse);
        if words != told {
            tell(&[NotifyState::Status(&SafeText::fit(&words, COLUMNS))]);
            told = words;
        }
    }
}

/// How the engine is.
pub fn words(pulse: &Pulse) -> String {
    let listens = match (&pulse.listen, &pulse.listen_error) {
        (Some(at), _) => format!("listening on {at}"),
        (None, Some(error)) => format!("NOT LISTENING: {error}"),
        (None, None) => "not listening".into(),
    };
    let trouble = [("STORE", &pulse.store_error), ("CONFIGURATION", &pulse.config_error)];
    let trouble = trouble.into_iter().filter_map(|(of, what)| Some(format!("; {of}: {}", what.as_ref()?)));
    let stopped = (pulse.tenants_stopped > 0).then(|| format!("; {} tenants are stopped", pulse.tenants_stopped));
    format!("{listens}{}", trouble.chain(stopped).collect::<String>())
}

fn tell(what: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(what) {
        tracing::debug!(%error, "systemd cannot be told");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[tokio::test]
    async fn an_engine_that_does_not_answer_is_not_said_to_be_alive_and_one_that_is_gone_is_an_end() {
        let (caller, mut calls) = Caller::new(4);
        let told = Mutex::new(Vec::new());
        let tell = |what: &[NotifyState<'_>]| told.lock().unwrap().extend(what.iter().map(ToString::to_string));
        let engine = async {
            for stopped in [0, 2] {
                let call = calls.recv().await.unwrap();
                let pulse = Pulse { tenants_stopped: stopped, listen: Some("here\nX=1".into()), ..Pulse::default() };
                call.answer.send(Ok(Reply::Pulse(Box::new(pulse)))).unwrap();
            }
            let hung = calls.recv().await.unwrap();
            // It has been given up when there is a next one.
            let next = calls.recv().await.unwrap();
            drop((hung, next, calls));
        };
        let watched = watch(&caller, Some(Duration::from_millis(60)), tell);
        let (gone, ()) = tokio::join!(watched, engine);
        assert!(gone.words().contains("the engine has stopped"), "{}", gone.words());
        let told = told.into_inner().unwrap();
        assert_eq!(told.iter().filter(|told| *told == "WATCHDOG=1").count(), 2, "{told:?}");
        let said: Vec<_> = told.iter().filter(|told| told.starts_with("STATUS=")).collect();
        assert_eq!(said, ["STATUS=listening on here⏎X=1", "STATUS=listening on here⏎X=1; 2 tenants are stopped"]);
    }
}
