//! A port of the machine, or of a host that it reaches.

use tokio::sync::mpsc;

use super::{Hear, Place, Say};

/// Carries connections until the client wants no more.
///
/// # Errors
/// Why it is refused, in the agent's words.
pub(super) async fn run(
    _place: &Place,
    host: Option<String>,
    port: u16,
    _raw: bool,
    _heard: mpsc::Receiver<Hear>,
    _says: &mpsc::Sender<Say>,
) -> Result<(), String> {
    Err(format!("{host:?} {port}"))
}
