//! Several connections through one session's stream, as agents carry them: no window for each, no half that closes alone.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::port::{TERMINATE, Target};
use super::shell::say;
use super::{Hear, Place, Say};
use crate::aws::session::smux::{End, Happens, Mux, PART};

/// Pieces that wait for one connection. More, and all wait.
const WAITING: usize = 64;

/// Something that happens on a connection.
enum Event {
    Data(u32, Bytes),
    Over(u32),
    /// It never was.
    Refused(u32),
}

/// Carries connections until the client wants no more.
pub(super) async fn run(place: &Place, target: &Target, mut heard: mpsc::Receiver<Hear>, says: &mpsc::Sender<Say>) {
    let mux = Mutex::new(Mux::new(End::Takes));
    let (happen, mut happened) = mpsc::channel(WAITING);
    // Apart, since a connection that takes nothing holds up all that comes from the client, and nothing that goes to it.
    let hears = async {
        let mut ways: HashMap<u32, mpsc::Sender<Bytes>> = HashMap::new();
        let mut connections = JoinSet::new();
        while let Some(what) = heard.recv().await {
            while connections.try_join_next().is_some() {}
            let bytes = match what {
                Hear::Bytes(bytes) => bytes,
                Hear::Flag(TERMINATE) => return,
                Hear::Flag(_) | Hear::Size { .. } => continue,
            };
            let Ok(events) = lock(&mux).receive(&bytes) else { return };
            for event in events {
                match event {
                    Happens::Opened(id) => {
                        let (way, from_client) = mpsc::channel(WAITING);
                        ways.insert(id, way);
                        connections.spawn(connect(id, target.clone(), from_client, happen.clone()));
                    }
                    Happens::Data(id, bytes) => {
                        if let Some(way) = ways.get(&id)
                            && way.send(bytes).await.is_err()
                        {
                            ways.remove(&id);
                        }
                    }
                    Happens::Closed(id) => drop(ways.remove(&id)),
                }
            }
        }
    };
    let speaks = async {
        while let Some(event) = happened.recv().await {
            let refused = matches!(event, Event::Refused(_));
            match event {
                Event::Data(id, bytes) => lock(&mux).send(id, &bytes),
                Event::Over(id) | Event::Refused(id) => lock(&mux).close(id),
            }
            if refused {
                let _ = says.send(Say::NoConnection).await;
            }
            while let Some(message) = next(&mux) {
                say(says, Say::Output, message, place.pace).await;
            }
        }
    };
    tokio::select! {
        () = hears => {}
        () = speaks => {}
    }
}

fn lock(mux: &Mutex<Mux>) -> MutexGuard<'_, Mux> {
    mux.lock().unwrap_or_else(PoisonError::into_inner)
}

fn next(mux: &Mutex<Mux>) -> Option<Bytes> {
    lock(mux).next_message()
}

/// One connection, until either end is done with it.
async fn connect(id: u32, target: Target, mut from_client: mpsc::Receiver<Bytes>, happen: mpsc::Sender<Event>) {
    let Ok(wire) = target.dial().await else {
        // Whoever carries them may be gone; so below.
        let _ = happen.send(Event::Refused(id)).await;
        return;
    };
    let (mut from, mut to) = tokio::io::split(wire);
    let sends = async {
        while let Some(bytes) = from_client.recv().await {
            if to.write_all(&bytes).await.is_err() {
                return;
            }
        }
    };
    let reads = async {
        let mut buffer = [0; PART];
        while let Ok(read @ 1..) = from.read(&mut buffer).await {
            let _ = happen.send(Event::Data(id, Bytes::copy_from_slice(&buffer[..read]))).await;
        }
    };
    tokio::select! {
        () = sends => {}
        () = reads => {}
    }
    let _ = happen.send(Event::Over(id)).await;
}
