//! One connection of a local program: its bytes to the pump, the machine's bytes to it. It ends whole when it is said to be whole,
//! and is reset however else it ends: a program that reads to the end of what came must not take a part for all of it.

use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use rustix::net::sockopt::set_socket_linger;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::mpsc;

use crate::aws::session::smux::PART;

/// How long after the last byte to a program its own last bytes are still taken from it. Closing a socket that holds bytes resets
/// it, and with that what the program has not read yet may be gone.
const AFTERWARDS: Duration = Duration::from_secs(2);

/// What goes to a program.
#[derive(Debug)]
pub(super) enum Outward {
    /// Bytes of the machine.
    Bytes(Bytes),
    /// Those were all.
    Whole,
}

/// What comes from a program: bytes, or none when it sends no more.
pub(super) type Inward = (u32, Option<Bytes>);

/// What has become of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Told {
    /// The program has taken so many bytes.
    Took(u32, usize),
    /// The connection is over.
    Gone(u32),
}

/// Where a connection's task hears and says what.
pub(super) struct Ears {
    pub(super) outward: mpsc::UnboundedReceiver<Outward>,
    pub(super) inward: mpsc::Sender<Inward>,
    pub(super) told: mpsc::UnboundedSender<Told>,
}

/// Makes a connection one that is reset when it is dropped.
pub(super) fn reset_unless_whole(stream: &TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    Ok(set_socket_linger(stream, Some(Duration::ZERO))?)
}

/// Carries one connection to its end. Dropped before, the connection is reset.
pub(super) async fn carry(mut stream: TcpStream, id: u32, mut ears: Ears) {
    let (from, to) = stream.split();
    let reading = async {
        if read(from, id, &ears.inward).await.is_err() {
            let _nobody = ears.told.send(Told::Gone(id));
        }
        // Whoever sends no more may still read.
        std::future::pending::<()>().await;
    };
    let whole = tokio::select! {
        whole = write(to, id, &mut ears.outward, &ears.told) => whole.unwrap_or(false),
        () = reading => false,
    };
    if whole && set_socket_linger(&stream, None).is_ok() && stream.shutdown().await.is_ok() {
        let mut rest = BytesMut::with_capacity(PART);
        let to_its_end = async {
            while stream.read_buf(&mut rest).await.is_ok_and(|read| read > 0) {
                rest.clear();
            }
        };
        let _in_time = tokio::time::timeout(AFTERWARDS, to_its_end).await;
    }
    let _nobody = ears.told.send(Told::Gone(id));
}

/// What the program sends, in parts that fit a message: the next is read when the one before was taken.
async fn read(mut from: ReadHalf<'_>, id: u32, inward: &mpsc::Sender<Inward>) -> std::io::Result<()> {
    loop {
        let mut part = BytesMut::with_capacity(PART);
        let read = from.read_buf(&mut part).await?;
        let bytes = (read > 0).then(|| part.freeze());
        if inward.send((id, bytes)).await.is_err() || read == 0 {
            return Ok(());
        }
    }
}

/// What the program is sent; whether that was all there is.
async fn write(
    mut to: WriteHalf<'_>,
    id: u32,
    outward: &mut mpsc::UnboundedReceiver<Outward>,
    told: &mpsc::UnboundedSender<Told>,
) -> std::io::Result<bool> {
    loop {
        let mut bytes = match outward.recv().await {
            Some(Outward::Bytes(bytes)) => bytes,
            Some(Outward::Whole) => return Ok(true),
            // Nobody is left to say so: what came is not known to be all.
            None => return Ok(false),
        };
        while bytes.has_remaining() {
            let took = to.write(&bytes).await?;
            bytes.advance(took);
            let _nobody = told.send(Told::Took(id, took));
        }
    }
}
