//! The stand-in's Security Token Service: who somebody is, and as whom they may come into an account.

use std::collections::BTreeMap;

use super::state::{Assumed, Session, Shared};
use super::wire::{Dialect, Problem, STS, denied, xml};
use super::{Caller, random};
use crate::core::credentials::Secret;
use crate::core::time::Span;

/// Answers a query.
pub(super) fn answer(shared: &Shared, caller: &Caller, query: &Query, request_id: &str) -> Result<String, Problem> {
    match query.action() {
        "GetCallerIdentity" => Ok(wrapped("GetCallerIdentity", request_id, &identity(caller))),
        "AssumeRole" => Ok(wrapped("AssumeRole", request_id, &assume(shared, caller, query)?)),
        other => {
            let message = format!("Could not find operation {other} for version 2011-06-15");
            Err(Problem::new("InvalidAction", message))
        }
    }
}

fn wrapped(action: &str, request_id: &str, result: &str) -> String {
    format!(
        "<{action}Response xmlns=\"{STS}\"><{action}Result>{result}</{action}Result><ResponseMetadata><RequestId>\
         {request_id}</RequestId></ResponseMetadata></{action}Response>"
    )
}

fn identity(caller: &Caller) -> String {
    let Caller { arn, user_id, account, .. } = caller;
    format!("<Arn>{}</Arn><UserId>{}</UserId><Account>{account}</Account>", xml(arn), xml(user_id))
}

fn assume(shared: &Shared, caller: &Caller, query: &Query) -> Result<String, Problem> {
    let arn = query.get("RoleArn").unwrap_or_default();
    let name = query.get("RoleSessionName").unwrap_or_default();
    text("roleArn", arn, 20..=2_048, |c| !c.is_control())?;
    text("roleSessionName", name, 2..=64, |c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c))?;
    let external_id = query.get("ExternalId");
    if let Some(id) = external_id {
        text("externalId", id, 2..=1_224, |c| c.is_ascii_alphanumeric() || "_+=,.@:/\\-".contains(c))?;
    }
    let tags = tags(query)?;
    let seconds = match query.get("DurationSeconds") {
        None => 3_600,
        Some(text) => text.parse().map_err(|_| constraint("durationSeconds", text, "be a number"))?,
    };
    for (wrong, must) in [
        (seconds < 900, "have value greater than or equal to 900"),
        (seconds > 43_200, "have value less than or equal to 43200"),
    ] {
        if wrong {
            return Err(constraint("durationSeconds", &seconds.to_string(), must));
        }
    }
    let refused = |operation| Problem {
        status: 403,
        code: "AccessDenied",
        message: denied(&caller.arn, "sts", operation, Some(arn)),
    };
    // Whether there is no such role, or it does not trust us, or the external id is wrong: AWS says the same.
    let (account, role) = shared
        .world
        .role(arn)
        .filter(|(_, role)| caller.is_base && role.external_id.as_deref().is_none_or(|id| external_id == Some(id)))
        .ok_or_else(|| refused("AssumeRole"))?;
    if !tags.is_empty() && !role.tags {
        return Err(refused("TagSession"));
    }
    if seconds > role.longest {
        let message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
        return Err(Problem::new("ValidationError", message));
    }
    let expires_at = shared.now() + Span(i64::from(seconds) * Span::SECOND.0);
    let session = Session {
        secret: Secret::new(random(20)),
        token: Secret::new(random(64)),
        account: account.id.clone(),
        role: role.name.clone(),
        name: name.into(),
        expires_at,
    };
    let access_key = format!("ASIA{}", random(8).to_uppercase());
    let result = format!(
        "<AssumedRoleUser><AssumedRoleId>{ROLE_ID}:{name}</AssumedRoleId><Arn>{}</Arn></AssumedRoleUser><Credentials>\
         <AccessKeyId>{access_key}</AccessKeyId><SecretAccessKey>{}</SecretAccessKey><SessionToken>{}</SessionToken>\
         <Expiration>{expires_at}</Expiration></Credentials>",
        xml(&session.arn()),
        session.secret.expose(),
        session.token.expose(),
    );
    let mut state = shared.state();
    state.sessions.insert(access_key, session);
    state.assumed.push(Assumed { role_arn: arn.into(), session_name: name.into(), tags, seconds });
    Ok(result)
}

/// The part of a session's user id that is the role's.
pub(super) const ROLE_ID: &str = "AROASTANDIN0000000000";

impl Session {
    /// As whom its holder comes.
    pub fn arn(&self) -> String {
        format!("arn:aws:sts::{}:assumed-role/{}/{}", self.account, self.role, self.name)
    }
}

fn tags(query: &Query) -> Result<BTreeMap<String, String>, Problem> {
    let mut tags = BTreeMap::new();
    for n in 1.. {
        let Some(key) = query.get(&format!("Tags.member.{n}.Key")) else { break };
        let value = query.get(&format!("Tags.member.{n}.Value")).unwrap_or_default();
        let may = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c);
        text(&format!("tags.{n}.member.key"), key, 1..=128, may)?;
        text(&format!("tags.{n}.member.value"), value, 0..=256, may)?;
        if tags.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(Problem::new("InvalidParameterValue", "Duplicate tag keys found. (AWS stand-in)"));
        }
    }
    if tags.len() > 50 {
        return Err(constraint("tags", "[…]", "have length less than or equal to 50"));
    }
    Ok(tags)
}

fn text(
    field: &str,
    value: &str,
    lengths: std::ops::RangeInclusive<usize>,
    may: impl Fn(char) -> bool,
) -> Result<(), Problem> {
    let length = value.chars().count();
    if length < *lengths.start() {
        let must = format!("have length greater than or equal to {}", lengths.start());
        return Err(constraint(field, value, &must));
    }
    if length > *lengths.end() {
        let must = format!("have length less than or equal to {}", lengths.end());
        return Err(constraint(field, value, &must));
    }
    if !value.chars().all(may) {
        return Err(constraint(field, value, "satisfy regular expression pattern: [\\w+=,.@-]*"));
    }
    Ok(())
}

fn constraint(field: &str, value: &str, must: &str) -> Problem {
    Problem::constraint(Dialect::Xml, field, value, must)
}

/// A form as the query protocol sends it.
#[derive(Debug, Default)]
pub(super) struct Query(BTreeMap<String, String>);

impl Query {
    pub fn read(body: &[u8]) -> Self {
        let pairs = body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
        let text = |bytes: &[u8]| String::from_utf8_lossy(&unescaped(bytes)).into_owned();
        let pair = |pair: &[u8]| {
            let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            (text(&pair[..at]), text(pair.get(at + 1..).unwrap_or_default()))
        };
        Self(pairs.map(pair).collect())
    }

    pub fn action(&self) -> &str {
        self.get("Action").unwrap_or_default()
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// `a%2Bb+c` as `a+b c`.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next().unwrap_or(0), rest.next().unwrap_or(0)];
                let mut one = [b'%'];
                // What is no escape stays a percent sign; nobody who signs sends one.
                let _ = hex::decode_to_slice(digits, &mut one);
                one[0]
            }
            other => other,
        });
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read() {
        let query = Query::read(b"Action=AssumeRole&RoleSessionName=aw-kim%2B1&Tags.member.1.Value=a+b%26");
        assert_eq!(query.action(), "AssumeRole");
        assert_eq!(query.get("RoleSessionName"), Some("aw-kim+1"));
        assert_eq!(query.get("Tags.member.1.Value"), Some("a b&"));
    }
}
