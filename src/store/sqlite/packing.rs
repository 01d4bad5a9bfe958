//! Texts and bodies as they lie on disk: LZ4 against a fixed dictionary of what nearly all of them have in common.
//!
//! Most are a few hundred bytes of JSON, of which the field names are the larger part; with the dictionary a third is left,
//! and with it a third of the pages that a write has to touch.

use rusqlite::Row;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::file::unreadable;

/// Part of the schema: what was packed with it needs this very text. Another one takes another schema version.
const DICTIONARY: &[u8] = concat!(
    r#"{"alerts":[{"status":"firing","labels":{"alertname":"","instance":"","job":"","severity":"critical"},"#,
    r#""annotations":{"description":"","summary":""},"startsAt":"2026-01-01T00:00:00.000Z","#,
    r#""endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://","fingerprint":""}],"batch":true}"#,
    r#"{"index":0,"alert_id":"comp_","incident_id":"comp_"},"#,
    r#"{"asset_name": "", "signature": "", "severity": "", "message": "", "tool_source": "", "status": "firing", "#,
    r#""occurred_at": "2026-", "instance_id": "i-0", "links": ["https://"], "labels": {"#,
    r#"{"asset_name":"","signature":"","severity":"warning","message":"","tool_source":"Prometheus","status":"resolved"}"#,
    r#"{"key":"as:10:","incident":1,"active_at":"2026-01-01T00:00:00.000Z","episode":{"last_at":"2026-01-01T00:00:00.000Z","#,
    r#""count":1},"waiting":[],"slots":{"n:7:10:datadog|":{"alert":1,"since":null,"seen":1}}}"#,
    r#"{"key":"as:8:","incident":null,"active_at":"2026-","slots":{"f:10:prometheus|"#,
    r#"{"id":"comp_","company_id":"comp_","asset_name":"","signature":"high_cpu_usage","severity":"critical","#,
    r#""status":"acknowledged","priority_score":90,"score_terms":{"severity":90,"critical_asset":20,"duplicates":20,"#,
    r#""tools":10,"age":-10},"alert_count":2,"episode_count":2,"tool_sources":["Datadog","Zabbix","CloudWatch"],"#,
    r#""category":"Application","assigned_to":"","acknowledged_by":"","opened_at":"2026-01-01T00:00:00.000Z","#,
    r#""last_alert_at":"2026-01-01T00:00:00.000Z","resolved_at":"2026-01-01T00:00:00.000Z","resolved_by":"","#,
    r#""severity":"medium","status":"resolved","priority_score":30,"score_terms":{"severity":30,"#,
    r#""severity":"low","status":"new","priority_score":10,"score_terms":{"severity":10,"critical_asset":0,"duplicates":0,"#,
    r#""tools":0,"age":0},"alert_count":1,"episode_count":1,"tool_sources":["Prometheus"],"category":"Server","#,
    r#""severity":"high","status":"new","priority_score":60,"score_terms":{"severity":60,"critical_asset":0,"duplicates":0,"#,
    r#""tools":0,"age":-1},"alert_count":1,"episode_count":1,"tool_sources":["Grafana"],"category":"Database","#,
    r#""assigned_to":null,"acknowledged_by":null,"opened_at":"2026-01-01T00:00:00.000Z","#,
    r#""last_alert_at":"2026-01-01T00:00:00.000Z","resolved_at":null,"resolved_by":null,"recurrences":0,"flaps":0,"#,
    r#""flapping":false,"reopened_at":[],"follows":null,"instance_id":null}"#,
)
.as_bytes();

/// No body is larger; what claims to be is no text of ours.
const LARGEST: usize = 256 << 20;

/// A body, packed. Nothing stays nothing.
pub(super) fn packed(body: &[u8]) -> Vec<u8> {
    if body.is_empty() { Vec::new() } else { lz4_flex::block::compress_prepend_size_with_dict(body, DICTIONARY) }
}

/// A value as packed JSON.
pub(super) fn packed_json<T: Serialize + ?Sized>(value: &T) -> rusqlite::Result<Vec<u8>> {
    // Our own values always have a JSON. The cause is left out: it might quote a secret.
    let unspoken = |_| rusqlite::Error::ToSqlConversionFailure("a value has no JSON".into());
    serde_json::to_vec(value).map(|json| packed(&json)).map_err(unspoken)
}

/// A body as it was.
pub(super) fn unpacked(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<u8>> {
    let packed = row.get_ref(column)?.as_bytes()?;
    if packed.is_empty() {
        return Ok(Vec::new());
    }
    let (size, packed) = lz4_flex::block::uncompressed_size(packed).map_err(|_| unreadable(column))?;
    if size > LARGEST {
        return Err(unreadable(column));
    }
    lz4_flex::block::decompress_with_dict(packed, size, DICTIONARY).map_err(|_| unreadable(column))
}

/// A column that holds packed JSON.
pub(super) fn unpacked_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    serde_json::from_slice(&unpacked(row, column)?).map_err(|_| unreadable(column))
}
