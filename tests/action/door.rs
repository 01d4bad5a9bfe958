//! A way to an address that can be shut and opened again: connections that are there break, others are refused.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

pub struct Door {
    pub address: SocketAddr,
    to: SocketAddr,
    serving: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Door {
    pub async fn open(to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let door = Self { address, to, serving: Arc::default() };
        door.serve(listener);
        door
    }

    /// Nobody answers there any more.
    pub async fn shut(&self) {
        let serving = self.serving.lock().unwrap().take();
        if let Some(serving) = serving {
            serving.abort();
            // Its end closes what it held.
            let _ = serving.await;
        }
    }

    pub fn reopen(&self) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(self.address).unwrap();
        self.serve(socket.listen(64).unwrap());
    }

    fn serve(&self, listener: TcpListener) {
        let to = self.to;
        let serving = tokio::spawn(async move {
            let mut through = JoinSet::new();
            while let Ok((mut from, _)) = listener.accept().await {
                through.spawn(async move {
                    if let Ok(mut on) = TcpStream::connect(to).await {
                        // Either end may close it at any time.
                        let _ = tokio::io::copy_bidirectional(&mut from, &mut on).await;
                    }
                });
            }
        });
        *self.serving.lock().unwrap() = Some(serving);
    }
}
