//! A shell on a terminal.

use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::terminal::Terminal;
use super::{Hear, Place, Say};
use crate::core::execution::order::Platform;

/// Runs it to its end.
///
/// # Errors
/// Why it never began, in the agent's words.
pub(super) async fn run(
    place: &Place,
    mut heard: mpsc::Receiver<Hear>,
    says: &mpsc::Sender<Say>,
) -> Result<(), String> {
    not_windows(place)?;
    tokio::time::sleep(place.first_output).await;
    let terminal = Terminal::open(place).await;
    let terminal = terminal.map_err(|error| format!("Unable to start shell: {error} (AWS stand-in)"))?;
    let _ = says.send(Say::Started).await;
    let Terminal { mut output, input, master, processes: _processes } = terminal;
    let hears = async move {
        while let Some(what) = heard.recv().await {
            match what {
                Hear::Bytes(bytes) => drop(input.send(bytes).await),
                Hear::Size { cols, rows } => {
                    let size = portable_pty::PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
                    // A terminal that has gone has no size.
                    let _ = master.resize(size);
                }
                // Shells don't hear them.
                Hear::Flag(_) => {}
            }
        }
        std::future::pending::<()>().await;
    };
    let speaks = async {
        while let Some(piece) = output.recv().await {
            say(says, Say::Output, piece, place.pace).await;
        }
    };
    tokio::select! {
        () = hears => {}
        () = speaks => {}
    }
    Ok(())
}

/// Says a piece, as fast as an agent does.
pub(super) async fn say(says: &mpsc::Sender<Say>, what: fn(Bytes) -> Say, piece: Bytes, pace: Duration) {
    // Whoever attends to it may be gone; then this ends, too.
    let _ = says.send(what(piece)).await;
    if !pace.is_zero() {
        tokio::time::sleep(pace).await;
    }
}

/// There is no PowerShell here.
pub(super) fn not_windows(place: &Place) -> Result<(), String> {
    if place.node.platform == Platform::Windows {
        return Err(format!(
            "(AWS stand-in) {} stands for a Windows machine, and there is no PowerShell here: nothing ran",
            place.node.id
        ));
    }
    Ok(())
}
