//! What a newcomer types next: the commands that the empty screen and `tenant add` show. Words only; nothing is run here.

/// Where a tenant's senders post, below the base URL.
pub const ALERTS_PATH: &str = "/api/webhooks/alerts";

/// Adds the first tenant.
pub const ADD_TENANT: &str = "alert-whisperer tenant add comp_acme --name \"Acme Corp\"";

/// Sends one correctly signed alert, for `sh`. As lines of at most 76 columns that can be pasted as they stand; joined by spaces
/// they are the same command in one line. `$KEY` and `$SECRET` are for the reader to set: a seat does not know them.
pub fn curl(base_url: &str) -> [String; 7] {
    [
        format!("URL={}{ALERTS_PATH};", base_url.trim_end_matches('/')),
        r#"TS=$(date +%s);"#.into(),
        r#"BODY='{"asset_name":"web-01","signature":"high_cpu_usage","severity":"high","#.into(),
        r#""message":"CPU at 97%","tool_source":"curl"}';"#.into(),
        r#"SIG="X-Signature: sha256=$(printf '%s.%s' "$TS" "$BODY" |"#.into(),
        r#"openssl dgst -sha256 -hmac "$SECRET" -r | cut -d' ' -f1)";"#.into(),
        r#"curl -sS "$URL?api_key=$KEY" -H "X-Timestamp: $TS" -H "$SIG" -d "$BODY""#.into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_are_short_and_make_one_command_that_signs_the_body_it_sends() {
        let lines = curl("http://127.0.0.1:8001/");
        assert!(lines.iter().all(|line| line.len() <= 76));
        for command in [lines.join(" "), lines.join("\n")] {
            assert!(command.starts_with("URL=http://127.0.0.1:8001/api/webhooks/alerts;"));
            let (_, rest) = command.split_once("BODY='").unwrap();
            let (body, rest) = rest.split_once("';").unwrap();
            assert!(serde_json::from_str::<serde_json::Value>(body).unwrap().is_object());
            assert!(rest.contains(r#"'%s.%s' "$TS" "$BODY" |"#) && rest.ends_with(r#"-d "$BODY""#));
        }
    }
}
