//! What is thrown at the listener: nonsense, and good requests of every kind with something wrong in them.

use crate::dice::Dice;

/// What whoever wants to annoy a parser writes.
pub const NASTY: &[&[u8]] = &[
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\0",
    b"\r",
    b" ",
    b":",
    b"\xff\xfe",
    b"Content-Length: 0\r\n",
    b"Content-Length: 18446744073709551615\r\n",
    b"Content-Length: -1\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: chunked, identity\r\n",
    b"Expect: 100-continue\r\n",
    b"Connection: close, upgrade\r\n",
    b"Upgrade: websocket\r\n",
    b"X-Forwarded-For: 1.2.3.4, ::1, unknown\r\n",
    b"Authorization: Bearer a.b.c\r\n",
    b"ffffffffffffffff\r\n",
    b"0\r\n\r\n",
    b"HTTP/1.1",
    b"HTTP/1.0",
    b"HTTP/9.9",
    b"%00%ff%",
    b"?since=99999999999999999999&token=",
    b"GET / HTTP/1.1\r\n\r\n",
    b"[[[[[[[[[[[[[[[[",
    b"{\"a\":",
    b"\\ud800",
    b"1e999",
    b"\xf0\x9f\x92\xa9",
    b"\x16\x03\x01\x02\x00",
    b"\x81\xfe\xff\xff",
    b"\x89\x80\0\0\0\0",
    b"\x88\x82\0\0\0\0\x03\xe8",
];

/// What is known of the engine that is thrown at.
pub struct Known {
    /// A key, a signed request with it, a token that lets in.
    pub key: String,
    pub alertmanager_key: String,
    pub signed: Vec<u8>,
    pub token: Option<String>,
}

const PATHS: &[&str] = &[
    "/",
    "/api/health",
    "/metrics",
    "/api/webhooks/alerts",
    "/api/webhooks/alertmanager",
    "/api/companies",
    "/api/companies/comp_acme",
    "/api/companies/comp_acme/kpis",
    "/api/companies/comp_acme/correlation-config",
    "/api/companies/comp_acme/webhook-security",
    "/api/alerts?limit=1&cursor=abc",
    "/api/incidents?company_id=comp_acme&q=severity:high&limit=2",
    "/api/incidents/comp_acme-i1",
    "/api/incidents/comp_acme-i1/acknowledge",
    "/api/executions/comp_acme-x1",
    "/api/audit?company_id=comp_acme",
    "/ws",
    "/ws?since=1",
];

/// A request, as it should be.
pub fn request(dice: &mut Dice, known: &Known) -> Vec<u8> {
    let path = dice.pick(PATHS);
    let method = dice.pick(&["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "BREW"]);
    match dice.below(6) {
        0 => known.signed.clone(),
        1 => {
            let body = r#"{"version":"4","alerts":[{"status":"firing","labels":{"alertname":"a","instance":"i"},"startsAt":"2026-01-01T00:00:00Z"}]}"#;
            let key = &known.alertmanager_key;
            format!(
                "POST /api/webhooks/alertmanager?api_key={key} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )
            .into_bytes()
        }
        2 => {
            let key = &known.key;
            format!(
                "POST /api/webhooks/alerts HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\nTransfer-Encoding: chunked\r\n\r\n\
                 5\r\n{{\"a\":\r\n2\r\n1}}\r\n0\r\n\r\n"
            )
            .into_bytes()
        }
        3 => upgrade(dice, known),
        _ => {
            let body = if dice.one_in(2) { "" } else { r#"{"time_window_minutes":5,"note":"x"}"# };
            let authorization = match &known.token {
                Some(token) if dice.one_in(2) => format!("Authorization: Bearer {token}\r\n"),
                _ => String::new(),
            };
            format!(
                "{method} {path} HTTP/1.1\r\nHost: x\r\n{authorization}Content-Type: application/json\r\n\
                 Idempotency-Key: k\r\nIf-Match: \"1\"\r\nX-Request-Id: abc\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )
            .into_bytes()
        }
    }
}

/// The way into the live feed.
pub fn upgrade(dice: &mut Dice, known: &Known) -> Vec<u8> {
    let token = known.token.as_deref().unwrap_or("a.b.c");
    let protocol = dice.pick(&["", "Sec-WebSocket-Protocol: alert-whisperer.1.deflate\r\n"]);
    // Whoever fails to sign in is slowed down by address, and those who would not fail with them.
    let from = format!("2001:db8:{:x}::1", dice.below(1 << 16));
    format!(
        "GET /ws?since=0 HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {from}\r\nAuthorization: Bearer {token}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{protocol}\r\n"
    )
    .into_bytes()
}

/// Frames as a client sends them: RFC 6455, 5.2; the mask is of zeroes.
pub fn frames(dice: &mut Dice) -> Vec<u8> {
    let mut all = Vec::new();
    for _ in 0..=dice.below(4) {
        let payload = match dice.below(4) {
            0 => br#"{"type":"ask","id":1,"seat":null,"request":"pulse"}"#.to_vec(),
            1 => br#"{"type":"ask","id":2,"request":{"incidents":{"limit":1}}}"#.to_vec(),
            2 => {
                let length = dice.below(300);
                dice.bytes(length)
            }
            _ => "[".repeat(dice.below(5_000)).into_bytes(),
        };
        let kinds: [u8; 8] = [0x81, 0x82, 0x01, 0x00, 0x80, 0x89, 0x8a, 0x88];
        all.push(kinds[dice.below(kinds.len())]);
        match u8::try_from(payload.len()) {
            Ok(length) if length < 126 => all.push(0x80 | length),
            _ => {
                all.push(0x80 | 126);
                all.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
            }
        }
        all.extend([0; 4]);
        all.extend(payload);
    }
    all
}
