//! A command that posts a saved body to a source as its tool would, for `sh`. Words only; nothing is run here.

use super::auth::{Auth, Encoding, Hmac, KeyDecoding};

/// The command; absent when nobody but the sender can sign, or the secret is not known here. Its first line sets what is the reader's to change.
pub fn command(url: &str, key: &str, secret: Option<&str>, auth: &Auth) -> Option<String> {
    let how = match auth {
        Auth::Sns => return None,
        Auth::Key => format!("\"{url}?api_key=$KEY\""),
        Auth::Bearer => format!("{url} -H \"Authorization: Bearer $KEY\""),
        Auth::Basic => format!("{url} -u \"alerts:$KEY\""),
        Auth::Hmac(hmac) => return Some(signed(url, key, secret?, hmac)),
    };
    Some(format!("KEY={key}; FILE=body.json\ncurl -sS {how} --data-binary @$FILE"))
}

fn signed(url: &str, key: &str, secret: &str, hmac: &Hmac) -> String {
    let mut lines = vec![format!("KEY={key}; SECRET={secret}; FILE=body.json"), "TS=$(date +%s)".into()];
    let (mut format, mut values, mut headers) = (String::new(), String::new(), String::new());
    let mut rest = hmac.template.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        format.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        match name {
            // The body goes through a pipe: a variable would lose the line ends at its end.
            "body" => format.push('\u{0}'),
            "timestamp" => {
                format.push_str("%s");
                values.push_str(" \"$TS\"");
            }
            name => {
                format.push_str("%s");
                values.push_str(" \"$ID\"");
                let header = name.strip_prefix("header:").unwrap_or(name);
                headers.push_str(&format!(" -H \"{header}: $ID\""));
                lines[1] = "TS=$(date +%s); ID=test-$TS".into();
            }
        }
        rest = after;
    }
    format.push_str(rest);
    let (before, after) = format.split_once('\u{0}').unwrap_or((&format, ""));
    let mut parts = Vec::new();
    if !before.is_empty() {
        parts.push(format!("printf '{before}'{values}"));
    }
    parts.push("cat $FILE".into());
    if !after.is_empty() {
        parts.push(format!("printf '{after}'"));
    }
    let with = match hmac.key {
        KeyDecoding::Raw => "-hmac \"$SECRET\"",
        KeyDecoding::Hex => "-mac HMAC -macopt hexkey:$SECRET",
        KeyDecoding::Base64 => {
            lines.push("HEX=$(printf %s \"${SECRET#whsec_}\" | base64 -d | od -An -vtx1 | tr -d ' \\n')".into());
            "-mac HMAC -macopt hexkey:$HEX"
        }
    };
    let out = match hmac.encoding {
        Encoding::Hex => format!("openssl dgst -sha256 {with} -r | cut -d' ' -f1"),
        Encoding::Base64 => format!("openssl dgst -sha256 {with} -binary | base64"),
    };
    lines.push(format!("SIG=$({{ {}; }} | {out})", parts.join("; ")));
    let signature = match (&hmac.timestamp_header, hmac.separator) {
        (None, Some(separator)) if hmac.template.contains("{timestamp}") => {
            format!("t=$TS{separator}{}$SIG", hmac.prefix)
        }
        _ => format!("{}$SIG", hmac.prefix),
    };
    if let Some(header) = &hmac.timestamp_header {
        headers.push_str(&format!(" -H \"{header}: $TS\""));
    }
    lines.push(format!(
        "curl -sS \"{url}?api_key=$KEY\"{headers} -H \"{}: {signature}\" --data-binary @$FILE",
        hmac.header
    ));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::auth::Preset;
    use super::*;

    fn of(preset: Preset) -> Option<String> {
        command("http://h/api/webhooks/s", "awk_k", Some("whsec_c2VjcmV0"), &preset.into())
    }

    #[test]
    fn what_is_signed_goes_through_a_pipe_byte_for_byte() {
        let native = of(Preset::Native).unwrap();
        assert!(
            native.contains(r#"SIG=$({ printf '%s.' "$TS"; cat $FILE; } | openssl dgst -sha256 -hmac "$SECRET" -r"#)
        );
        assert!(native.ends_with(r#"-H "X-Timestamp: $TS" -H "X-Signature: sha256=$SIG" --data-binary @$FILE"#));
        let stripe = of(Preset::Stripe).unwrap();
        assert!(stripe.contains(r#"-H "Stripe-Signature: t=$TS,v1=$SIG""#), "{stripe}");
        let standard = of(Preset::StandardWebhooks).unwrap();
        assert!(standard.contains(r#"printf '%s.%s.' "$ID" "$TS"; cat $FILE"#), "{standard}");
        assert!(standard.contains(r#"-H "webhook-id: $ID""#) && standard.contains("hexkey:$HEX -binary | base64"));
        assert!(of(Preset::Slack).unwrap().contains("printf 'v0:%s:' \"$TS\"; cat $FILE"));
    }

    #[test]
    fn a_key_is_where_the_source_looks_for_it() {
        assert!(of(Preset::Key).unwrap().contains("?api_key=$KEY"));
        assert!(of(Preset::Bearer).unwrap().contains("Authorization: Bearer $KEY"));
        assert!(of(Preset::Basic).unwrap().contains("-u \"alerts:$KEY\""));
        assert_eq!(of(Preset::Sns), None);
        assert_eq!(command("u", "k", None, &Preset::Github.into()), None);
    }
}
