//! SIGHUP: the configuration is read again. What can change while the engine runs does; of the rest is said that it holds until
//! the next start. One that is wrong changes nothing.

use super::log::Log;
use super::notify;
use super::out::Failure;
use super::place::{Place, actor};
use crate::config;
use crate::engine::handle::Handle;
use crate::link::{Reply, Request};
use crate::receiver::Limit;

/// Reads the configuration of `place` again.
pub async fn again(place: &Place, log: &Log, engine: &Handle, max_body: &Limit) {
    let Some(again) = &place.again else { return };
    notify::reloading();
    let read = again.find();
    engine.declare(read.as_ref().map(Place::declaration).map_err(Failure::words));
    match &read {
        Ok(read) => {
            log.level(read.log_level());
            max_body.set(read.config.receiver.max_body.0);
            let held = held(place, read);
            if held.is_empty() {
                tracing::info!("the configuration was read again");
            } else {
                let held = held.join(", ");
                tracing::warn!(%held, "the configuration was read again; this holds as it was until the next start");
            }
        }
        Err(failure) => tracing::error!(error = %failure.words(), "the configuration is wrong; what held before holds"),
    }
    // Answered after what was declared has been taken, or refused.
    let words = match engine.caller().ask(&actor(), Request::Pulse).await {
        Ok(Reply::Pulse(pulse)) => notify::words(&pulse),
        _ => String::new(),
    };
    notify::ready(&words);
}

/// What has changed and can't while the engine runs.
fn held(before: &Place, now: &Place) -> Vec<&'static str> {
    let (old, new) = (&before.config, &now.config);
    let receiver = config::Receiver { max_body: old.receiver.max_body, ..new.receiver.clone() };
    let changed = [
        ("[receiver]", before.listen != now.listen || old.receiver != receiver),
        ("[aws]", old.aws != new.aws),
        ("[sessions]", old.sessions != new.sessions),
        ("[seats]", old.seats != new.seats),
        ("[log] format", old.log.format != new.log.format),
    ];
    changed.into_iter().filter(|(_, changed)| *changed).map(|(what, _)| what).collect()
}
