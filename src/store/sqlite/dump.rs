//! Everything that is kept of a tenant, one JSON value a line: the same text for two files in which the same is kept, wherever and
//! by which history they came to it. `docs/backup.md` has the lines.
//!
//! Left out is what follows from the rest (what searches look at) and what belongs to the host and not to the tenant (how far the
//! inbox has been carried over, since when the engine listens). Keys and secrets are there as their SHA-256 only.

use std::io::Write;
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::file::{self, json as json_at};
use super::packing::{unpacked, unpacked_json};
use super::rows;
use crate::core::id::TenantId;
use crate::core::time::Moment;
use crate::store::StoreError;
use crate::store::bundle::Member;

/// Which lines there are and what they say. Counted up when a file that stays the same would have another export.
const FORMAT: u32 = 1;

/// What stands over a tenant and is the engine's: since when it listens, its technicians, its book of people.
const ENGINES: [&str; 4] = ["listening_since", "people", "roster", "staffed"];

/// A file that is written down.
pub(super) struct Dump<'a> {
    /// Of whom.
    pub(super) tenant: &'a TenantId,
    /// The file, at one moment: within a transaction, or where nobody writes.
    pub(super) db: &'a Connection,
    /// Its recordings, by name.
    pub(super) recordings: &'a [Member],
    /// Where the file is, for what goes wrong.
    pub(super) path: &'a Path,
}

impl Dump<'_> {
    /// Writes all lines.
    pub(super) fn write(&self, to: &mut dyn Write) -> Result<(), StoreError> {
        self.line(to, json!({ "of": "export", "format": FORMAT, "company_id": self.tenant }))?;
        self.each(to, "tenant", "SELECT settings, last_alert_at FROM tenant, progress", |row| {
            let mut tenant: Value = json_at(row, 0)?;
            tenant["last_alert_at"] = moment(row.get(1)?);
            Ok(tenant)
        })?;
        self.each(to, "credentials", "SELECT credentials FROM tenant", |row| Ok(hidden(&json_at(row, 0)?)))?;
        self.each(to, "standing", "SELECT state FROM standing", |row| {
            let mut standing: Value = unpacked_json(row, 0)?;
            if let Some(standing) = standing.as_object_mut() {
                standing.retain(|name, _| !ENGINES.contains(&name.as_str()));
            }
            Ok(standing)
        })?;
        self.each(to, "incident", "SELECT incident FROM incidents ORDER BY number", |row| unpacked_json(row, 0))?;
        let timeline = "SELECT number, incident, at, who, event, seat FROM timeline ORDER BY number";
        self.each(to, "timeline", timeline, |row| {
            let (number, incident): (u64, u64) = (row.get(0)?, row.get(1)?);
            let (who, seat): (Option<String>, Option<String>) = (row.get(3)?, row.get(5)?);
            let (at, what) = (moment(row.get(2)?), json_at::<Value>(row, 4)?);
            Ok(json!({ "number": number, "incident": incident, "at": at, "who": who, "seat": seat, "what": what }))
        })?;
        self.each(to, "alert", &format!("SELECT {} ORDER BY number", rows::ALERT), |row| {
            let mut alert = value(&rows::alert(self.db, self.tenant, row)?)?;
            alert["delivery"] = row.get::<_, Option<i64>>(3)?.into();
            Ok(alert)
        })?;
        let deliveries = "SELECT number, delivery_id, alert, incident, receipts, raw FROM deliveries ORDER BY number";
        self.each(to, "delivery", deliveries, |row| {
            let receipts = match row.get_ref(4)? {
                ValueRef::Null => Value::Null,
                _ => unpacked_json(row, 4)?,
            };
            let (number, id): (i64, Option<String>) = (row.get(0)?, row.get(1)?);
            let (alert, incident): (Option<u64>, Option<u64>) = (row.get(2)?, row.get(3)?);
            let known = json!({ "number": number, "delivery_id": id, "alert": alert, "incident": incident, "receipts": receipts });
            Ok(with_body(known, unpacked(row, 5)?))
        })?;
        self.each(to, "answer", "SELECT key, at, delivery FROM answers ORDER BY run, key", |row| {
            let (key, delivery): (Vec<u8>, Option<i64>) = (row.get(0)?, row.get(2)?);
            Ok(json!({ "key": hex::encode(key), "at": moment(row.get(1)?), "delivery": delivery }))
        })?;
        self.each(to, "key", "SELECT state FROM keys ORDER BY key", |row| unpacked_json(row, 0))?;
        self.each(to, "execution", "SELECT execution FROM executions ORDER BY number", |row| unpacked_json(row, 0))?;
        let outputs = "SELECT execution, instance, at, output FROM outputs ORDER BY number";
        self.each(to, "output", outputs, |row| {
            let (execution, instance): (u64, String) = (row.get(0)?, row.get(1)?);
            let output: Value = unpacked_json(row, 3)?;
            Ok(json!({ "execution": execution, "instance": instance, "at": moment(row.get(2)?), "output": output }))
        })?;
        self.each(to, "session", "SELECT session FROM sessions ORDER BY number", |row| unpacked_json(row, 0))?;
        let aside = "SELECT at, source, reason, fields, raw, places FROM put_aside ORDER BY number";
        self.each(to, "put_aside", aside, |row| {
            let (source, reason): (String, String) = (row.get(1)?, row.get(2)?);
            let (at, fields) = (moment(row.get(0)?), json_at::<Value>(row, 3)?);
            let places = row.get::<_, Option<String>>(5)?.map(|_| json_at::<Value>(row, 5)).transpose()?;
            let known = json!({ "at": at, "source": source, "reason": reason, "fields": fields, "places": places });
            Ok(with_body(known, unpacked(row, 4)?))
        })?;
        // As text: it is the text that was hashed.
        self.each(to, "audit", "SELECT entry FROM audit ORDER BY number", |row| {
            row.get::<_, String>(0).map(Value::from)
        })?;
        for recording in self.recordings {
            let told = file::told(self.path);
            self.line(to, json!({ "of": "recording", "data": value(recording).map_err(told)? }))?;
        }
        to.flush().map_err(file::told_io(self.path))
    }

    fn each(
        &self,
        to: &mut dyn Write,
        of: &str,
        sql: &str,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<Value>,
    ) -> Result<(), StoreError> {
        let told = file::told(self.path);
        let mut select = self.db.prepare(sql).map_err(&told)?;
        let mut rows = select.query([]).map_err(&told)?;
        while let Some(row) = rows.next().map_err(&told)? {
            self.line(to, json!({ "of": of, "data": read(row).map_err(&told)? }))?;
        }
        Ok(())
    }

    /// The keys of an object are in the order of the alphabet.
    fn line(&self, to: &mut dyn Write, line: Value) -> Result<(), StoreError> {
        writeln!(to, "{line}").map_err(file::told_io(self.path))
    }
}

fn value<T: Serialize>(from: &T) -> rusqlite::Result<Value> {
    serde_json::to_value(from).map_err(|_| rusqlite::Error::ToSqlConversionFailure("a value has no JSON".into()))
}

fn moment(at: Option<i64>) -> Value {
    at.and_then(|at| serde_json::to_value(Moment(at)).ok()).unwrap_or_default()
}

/// A body as the text that it nearly always is, else in hex.
fn with_body(mut known: Value, body: Vec<u8>) -> Value {
    match String::from_utf8(body) {
        Ok(text) => known["body"] = text.into(),
        Err(error) => known["body_hex"] = hex::encode(error.as_bytes()).into(),
    }
    known
}

/// Credentials as the store keeps them, with every secret as its SHA-256. Keys are kept as theirs anyway.
fn hidden(stored: &Value) -> Value {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let source = |pair: Value| json!({ "source": pair[0], "key_sha256": pair[1] });
    let secret = |pair: Value| {
        let digest = Sha256::digest(pair[0].as_str().unwrap_or_default());
        json!({ "hmac_sha256": hex::encode(digest), "expires_at": pair[1] })
    };
    let secrets = |pairs: &Value| list(pairs).into_iter().map(secret).collect::<Vec<_>>();
    // Whoever has the address that confirms a topic's wish can do so.
    let topic = |topic: Value| json!({ "arn": topic["arn"], "approved": topic["approved"], "since": topic["since"] });
    let more = |of: Value| {
        let topics: Vec<_> = list(&of["topics"]).into_iter().map(topic).collect();
        json!({ "source": of["source"], "hmac": secrets(&of["hmac"]), "topics": topics })
    };
    let sources: Vec<_> = list(&stored["sources"]).into_iter().map(source).collect();
    let more: Vec<_> = list(&stored["more"]).into_iter().map(more).collect();
    json!({ "sources": sources, "hmac": secrets(&stored["hmac"]), "more": more })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::credentials::{Confirmation, Credentials, HmacSecret, Secret, Source, StoredCredentials, Topic};

    #[test]
    fn no_secret_of_any_source_is_in_an_export() {
        let secret = |text: &str| HmacSecret { secret: Secret::new(text), expires_at: None };
        let confirm_at = Some(Confirmation("https://sns.example/?Token=planted-token".into()));
        let topic = Topic { arn: "arn:aws:sns:a:1:t".into(), approved: false, since: Moment(1), confirm_at };
        let credentials = Credentials {
            sources: vec![Source {
                secrets: vec![secret("planted-one")],
                topics: vec![topic],
                ..Source::new("zabbix", [8; 32])
            }],
            hmac: vec![secret("planted-two")],
        };
        let stored = serde_json::to_value(StoredCredentials::from(&credentials)).unwrap();
        assert_eq!(stored.to_string().matches("planted").count(), 3);
        let hidden = hidden(&stored);
        assert!(!hidden.to_string().contains("planted"), "{hidden}");
        assert_eq!(hidden["more"][0]["topics"][0]["arn"], "arn:aws:sns:a:1:t");
        assert_eq!(hidden["more"][0]["hmac"][0]["hmac_sha256"].as_str().map(str::len), Some(64));
    }
}
