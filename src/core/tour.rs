//! What a newcomer types next: the commands that the empty screen and `tenant add` show. Words only; nothing is run here.

/// Where a tenant's senders post, below the base URL.
pub const ALERTS_PATH: &str = "/api/webhooks/alerts";

/// Adds the first tenant.
pub const ADD_TENANT: &str = "alert-whisperer tenant add comp_acme --name \"Acme Corp\"";

/// Sends one correctly signed alert, for `sh`; one line each. `$KEY` and `$SECRET` are for the reader to fill in: a seat does
/// not know them.
pub fn curl(base_url: &str) -> [String; 4] {
    [
        format!("URL={}{ALERTS_PATH}", base_url.trim_end_matches('/')),
        concat!(
            r#"TS=$(date +%s); BODY='{"asset_name":"web-01","signature":"high_cpu_usage","severity":"high","#,
            r#""message":"CPU at 97%","tool_source":"curl"}'"#
        )
        .into(),
        r#"SIG=$(printf '%s.%s' "$TS" "$BODY" | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d' ' -f1)"#.into(),
        r#"curl -sS "$URL?api_key=$KEY" -H "X-Timestamp: $TS" -H "X-Signature: sha256=$SIG" -d "$BODY""#.into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_signs_the_body_that_it_sends() {
        let [url, body, signature, call] = curl("http://127.0.0.1:8001/");
        assert_eq!(url, "URL=http://127.0.0.1:8001/api/webhooks/alerts");
        let json = body.split_once('\'').and_then(|(_, rest)| rest.strip_suffix('\'')).unwrap();
        assert!(serde_json::from_str::<serde_json::Value>(json).unwrap().is_object());
        assert!(signature.contains("'%s.%s' \"$TS\" \"$BODY\""));
        assert!(call.contains("-d \"$BODY\"") && call.contains("sha256=$SIG"));
    }
}
