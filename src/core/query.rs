//! The filter language: words that must occur, and fields. `disk tenant:acme sev>=high status:open`.
//!
//! The same query filters a board's incidents and a store's history; the store translates it for itself.

use super::alert::Alert;
use super::incident::{Incident, Status};
use super::severity::Severity;
use super::time::Moment;

/// What must be true of an incident or an alert, all of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Query {
    /// Occur somewhere in asset, signature, tools, tenant, owner or message; lower case.
    pub words: Vec<String>,
    /// Occurs in the tenant's id; lower case.
    pub tenant: Option<String>,
    /// Occurs in the asset; lower case.
    pub asset: Option<String>,
    /// Occurs in the signature; lower case.
    pub signature: Option<String>,
    /// Occurs in a tool's name; lower case.
    pub tool: Option<String>,
    /// How bad.
    pub severity: Option<(Comparison, Severity)>,
    /// Where it stands.
    pub status: Option<StatusIs>,
}

/// Who asks, and when: what `me` and ages are about.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// The operator.
    pub who: &'a str,
    /// The time.
    pub now: Moment,
}

/// How a severity compares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparison {
    /// `sev>=high`
    AtLeast,
    /// `sev<=high`
    AtMost,
    /// `sev:high` or `sev=high`
    Exactly,
}

/// What `status:` asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StatusIs {
    /// Anything but resolved.
    Open,
    /// Just this one.
    Just(Status),
}

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadQuery {
    /// A field that does not exist.
    #[error("no field of that name; fields are tenant: asset: sig: tool: sev>= sev<= sev: status:")]
    Field,
    /// A severity that does not exist.
    #[error("severity is low, medium, high or critical")]
    Severity,
    /// A status that does not exist.
    #[error("status is open, new, acknowledged, in_progress or resolved")]
    Status,
    /// A field without a value.
    #[error("a field needs a value, for example tenant:acme")]
    Empty,
}

impl Query {
    /// Reads a query. The empty text is the query that everything matches.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, BadQuery> {
        let mut query = Self::default();
        for term in text.split_whitespace() {
            let term = term.to_lowercase();
            let Some(at) = term.find([':', '>', '<', '=']).filter(|at| *at > 0) else {
                query.words.push(term);
                continue;
            };
            let (field, rest) = term.split_at(at);
            let (comparison, value) = if let Some(value) = rest.strip_prefix(">=").or(rest.strip_prefix(":>=")) {
                (Comparison::AtLeast, value)
            } else if let Some(value) = rest.strip_prefix("<=").or(rest.strip_prefix(":<=")) {
                (Comparison::AtMost, value)
            } else {
                (Comparison::Exactly, rest.trim_start_matches([':', '=']))
            };
            if value.is_empty() {
                return Err(BadQuery::Empty);
            }
            let text = || Some(value.to_owned());
            match field {
                "tenant" | "company" => query.tenant = text(),
                "asset" => query.asset = text(),
                "sig" | "signature" => query.signature = text(),
                "tool" => query.tool = text(),
                "sev" | "severity" => {
                    query.severity = Some((comparison, severity(value).ok_or(BadQuery::Severity)?));
                }
                "status" => query.status = Some(status(value).ok_or(BadQuery::Status)?),
                _ => return Err(BadQuery::Field),
            }
        }
        Ok(query)
    }

    /// Whether everything matches.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an incident matches.
    pub fn matches(&self, incident: &Incident, _viewer: Viewer<'_>) -> bool {
        let tools = || incident.tool_sources.iter().map(String::as_str);
        let anywhere = |word: &String| {
            let places =
                [&*incident.asset_name, &*incident.signature, incident.company_id.as_str(), &*incident.category];
            let owner = incident.assigned_to.as_deref();
            places.into_iter().chain(owner).chain(tools()).any(|place| contains(place, word))
        };
        self.tenant.as_ref().is_none_or(|part| contains(incident.company_id.as_str(), part))
            && self.asset.as_ref().is_none_or(|part| contains(&incident.asset_name, part))
            && self.signature.as_ref().is_none_or(|part| contains(&incident.signature, part))
            && self.tool.as_ref().is_none_or(|part| tools().any(|tool| contains(tool, part)))
            && self.severity_matches(incident.severity)
            && self.status.is_none_or(|status| status.allows(incident.status))
            && self.words.iter().all(anywhere)
    }

    /// Whether an alert matches. `status:open` and its kin ask for incidents and match no alert but by firing or resolved.
    pub fn matches_alert(&self, alert: &Alert, _viewer: Viewer<'_>) -> bool {
        let report = &alert.report;
        let anywhere = |word: &String| {
            let places = [&*report.asset_name, &*report.signature, &*report.tool_source, &*report.message];
            places.into_iter().chain([alert.company_id.as_str()]).any(|place| contains(place, word))
        };
        self.tenant.as_ref().is_none_or(|part| contains(alert.company_id.as_str(), part))
            && self.asset.as_ref().is_none_or(|part| contains(&report.asset_name, part))
            && self.signature.as_ref().is_none_or(|part| contains(&report.signature, part))
            && self.tool.as_ref().is_none_or(|part| contains(&report.tool_source, part))
            && self.severity_matches(report.severity)
            && self.status.is_none_or(|status| {
                let over = report.status == super::alert::AlertStatus::Resolved;
                over == (status == StatusIs::Just(Status::Resolved))
            })
            && self.words.iter().all(anywhere)
    }

    fn severity_matches(&self, is: Severity) -> bool {
        self.severity.is_none_or(|(comparison, wanted)| match comparison {
            Comparison::AtLeast => is >= wanted,
            Comparison::AtMost => is <= wanted,
            Comparison::Exactly => is == wanted,
        })
    }
}

impl StatusIs {
    /// Whether a status is what was asked for.
    pub fn allows(self, status: Status) -> bool {
        match self {
            Self::Open => status != Status::Resolved,
            Self::Just(wanted) => status == wanted,
        }
    }
}

fn severity(word: &str) -> Option<Severity> {
    word.parse().ok().or_else(|| Severity::ALL.into_iter().find(|severity| severity.word().starts_with(word)))
}

fn status(word: &str) -> Option<StatusIs> {
    Some(match word {
        "open" | "unresolved" | "firing" => StatusIs::Open,
        "new" => StatusIs::Just(Status::New),
        "acknowledged" | "ack" | "acked" => StatusIs::Just(Status::Acknowledged),
        "in_progress" | "progress" => StatusIs::Just(Status::InProgress),
        "resolved" | "closed" => StatusIs::Just(Status::Resolved),
        _ => return None,
    })
}

/// Whether `part`, in lower case, occurs in `text` written in any case. No allocation for ASCII, which nearly all names are.
pub fn contains(text: &str, part: &str) -> bool {
    if text.is_ascii() {
        let part = part.as_bytes();
        part.is_empty() || text.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
    } else {
        text.to_lowercase().contains(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_fields_are_read_in_any_case_and_order() {
        let query = Query::parse("Disk tenant:ACME sev>=high status:open web-01").unwrap();
        assert_eq!(query.words, ["disk", "web-01"]);
        assert_eq!(query.tenant.as_deref(), Some("acme"));
        assert_eq!(query.severity, Some((Comparison::AtLeast, Severity::High)));
        assert_eq!(query.status, Some(StatusIs::Open));
        assert!(Query::parse("  ").unwrap().is_empty());
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(Query::parse("colour:red"), Err(BadQuery::Field));
        assert_eq!(Query::parse("sev>=bad"), Err(BadQuery::Severity));
        assert_eq!(Query::parse("status:gone"), Err(BadQuery::Status));
        assert_eq!(Query::parse("tenant:"), Err(BadQuery::Empty));
    }

    #[test]
    fn containing_is_without_case_beyond_ascii_too() {
        assert!(contains("Übertragung", "über"));
        assert!(contains("WEB-01", "web"));
        assert!(!contains("w", "web"));
    }
}
