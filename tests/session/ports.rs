//! Ports, without a listener: what goes through a session's stream.

use alert_whisperer::aws::session::smux::{End, Happens, Mux};
use alert_whisperer::aws::session::{Ending, Event, Input};
use alert_whisperer::core::session::Kind;
use alert_whisperer::demo::aws::StandIn;
use alert_whisperer::demo::aws::world::Service;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::rig::*;

fn port(host: Option<&str>, port: u16) -> Kind {
    Kind::Forward { host: host.map(Into::into), port, local: 0 }
}

/// Sends what waits, and says what happens next.
async fn turn(open: &mut Open, mux: &mut Mux) -> Vec<Happens> {
    while let Some(message) = mux.next_message() {
        open.sends(&message).await;
    }
    loop {
        match open.next().await {
            Some(Event::Output(bytes)) => return mux.receive(&bytes).unwrap(),
            Some(_) => {}
            None => panic!("it ended: {:?}", open.events),
        }
    }
}

/// Something on a port that sends everything back, in capitals, until nothing more comes.
async fn shouts() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = [0; 4_096];
                while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                    stream.write_all(&buffer[..read].to_ascii_uppercase()).await.unwrap();
                }
            });
        }
    });
    port
}

#[tokio::test]
async fn connections_go_through_a_port_side_by_side() {
    let stand_in = stand_in().await;
    let mut open = open(&stand_in, port(None, shouts().await)).await;
    open.until_ready().await;
    let mut mux = Mux::new(End::Opens);
    let ids: Vec<u32> = (0..8).map(|_| mux.open().unwrap()).collect();
    for id in &ids {
        mux.send(*id, format!("hello {id}.").as_bytes());
    }
    let mut answers = vec![String::new(); ids.len()];
    while answers.iter().any(|answer| !answer.ends_with('.')) {
        for happens in turn(&mut open, &mut mux).await {
            let Happens::Data(id, bytes) = happens else { panic!("{happens:?}") };
            let at = ids.iter().position(|one| *one == id).unwrap();
            answers[at].push_str(str::from_utf8(&bytes).unwrap());
        }
    }
    let all: Vec<String> = ids.iter().map(|id| format!("HELLO {id}.")).collect();
    assert_eq!(answers, all);
    mux.close(ids[0]);
    open.channel.input.send(Input::Terminate).await.unwrap();
}

#[tokio::test]
async fn a_dead_port_is_said_to_be_and_the_session_goes_on() {
    let stand_in = stand_in().await;
    let dead = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap().port();
    let mut open = open(&stand_in, port(None, dead)).await;
    open.until_ready().await;
    let mut mux = Mux::new(End::Opens);
    for _ in 0..2 {
        let id = mux.open().unwrap();
        assert_eq!(turn(&mut open, &mut mux).await, [Happens::Closed(id)]);
        assert_eq!(open.events.pop(), Some(Event::NoConnection));
        mux.close(id);
    }
}

#[tokio::test]
async fn a_host_is_reached_through_the_machine_by_its_name() {
    let mut world = world();
    let at = ([127, 0, 0, 1], shouts().await).into();
    world.services.push(Service { host: "db.internal".into(), port: 5432, at });
    let stand_in = StandIn::start(world).await.unwrap();
    for (host, there) in [("db.internal", true), ("nowhere.internal", false)] {
        let mut open = open(&stand_in, port(Some(host), 5432)).await;
        open.until_ready().await;
        let mut mux = Mux::new(End::Opens);
        let id = mux.open().unwrap();
        mux.send(id, b"select");
        let happens = turn(&mut open, &mut mux).await;
        assert_eq!(
            matches!(&happens[..], [Happens::Data(_, bytes)] if bytes == "SELECT"),
            there,
            "{host}: {happens:?}"
        );
    }
}

#[tokio::test]
async fn the_metadata_service_is_not_reached() {
    let stand_in = stand_in().await;
    let mut open = open(&stand_in, port(Some("169.254.169.254"), 80)).await;
    let words = "Forwarding to IP address 169.254.169.254 is forbidden.";
    assert_eq!(open.ended().await, Ending::Closed(words.into()));
}

#[tokio::test]
async fn a_machine_of_the_demo_has_a_page_of_its_own_and_not_ours() {
    let stand_in = stand_in().await;
    stand_in.faults().manner(|manner| manner.loopback = false);
    let ours = shouts().await;
    for (number, there) in [(80, true), (ours, false)] {
        let mut open = open(&stand_in, port(None, number)).await;
        open.until_ready().await;
        let mut mux = Mux::new(End::Opens);
        let id = mux.open().unwrap();
        mux.send(id, b"GET / HTTP/1.1\r\nhost: web-03\r\n\r\n");
        let happens = turn(&mut open, &mut mux).await;
        let Some(Happens::Data(_, page)) = happens.first().filter(|_| there) else {
            assert!(!there && happens == [Happens::Closed(id)], "{happens:?}");
            continue;
        };
        assert!(str::from_utf8(page).unwrap().contains("web-03"));
    }
}

#[tokio::test]
async fn an_old_agent_carries_one_connection_after_the_other() {
    let stand_in = stand_in().await;
    stand_in.faults().manner(|manner| manner.raw_ports = true);
    let mut open = open(&stand_in, port(None, shouts().await)).await;
    open.until_ready().await;
    assert_eq!(open.events[0], Event::Raw);
    for hello in ["hello", "again"] {
        open.types(hello).await;
        open.until(&hello.to_uppercase()).await;
        open.channel.input.send(Input::Disconnect).await.unwrap();
    }
    open.channel.input.send(Input::Terminate).await.unwrap();
    assert_eq!(open.ended().await, Ending::Closed(String::new()));
}
