//! What senders say, one file per dialect: a body goes in, reports come out. Who the sender is and whether it may post has
//! been settled before; what becomes of the reports is the engine's.

pub mod alertmanager;
mod field;
pub mod json;
pub mod native;

use crate::core::alert::Report;
use crate::core::input::Rejected;
use crate::core::time::{Moment, Span};
use json::{Json, Unread};

/// Who speaks how.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dialect {
    /// Our own schema, signed.
    Native,
    /// Alertmanager's webhook, version 4, and Grafana's, which grew out of it. Neither can sign as we ask: a key of its own.
    Alertmanager,
}

/// What a body said.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Parsed {
    /// The good alerts, in the sender's order; at least one.
    pub reports: Vec<Report>,
    /// Where each of them stood; empty when all was good.
    pub indices: Vec<u32>,
    /// The bad ones.
    pub rejected: Vec<Rejected>,
    /// It was an array or a batch, perhaps of one.
    pub batch: bool,
    /// How many alerts the sender says it left out.
    pub truncated: u64,
}

/// A body with no good alert in it. Fixed words and field names only, never a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unreadable {
    /// It is no JSON.
    NotJson {
        /// What is wrong.
        reason: &'static str,
    },
    /// It is JSON, but no alert.
    NoAlert {
        /// What is wrong.
        reason: &'static str,
        /// JSON pointers to the fields at fault.
        fields: Vec<String>,
    },
}

/// What a parser must know besides the body.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// When the request came.
    pub now: Moment,
    /// How far the sender's clock may be ahead.
    pub skew: Span,
    /// The sender's `User-Agent`.
    pub user_agent: Option<&'a str>,
}

impl Dialect {
    /// The source's name in the URL and in the tenant's credentials.
    pub const fn source(self) -> &'static str {
        match self {
            Self::Native => "alerts",
            Self::Alertmanager => "alertmanager",
        }
    }

    /// Whether its senders sign. The key alone lets the others in.
    pub const fn signs(self) -> bool {
        match self {
            Self::Native => true,
            Self::Alertmanager => false,
        }
    }

    /// Whether its senders give up on a 429, so that they must be told 503 to come again.
    pub const fn drops_on_429(self) -> bool {
        match self {
            Self::Native => false,
            Self::Alertmanager => true,
        }
    }

    /// Reads a body. A byte order mark before it is none of it: Windows senders put one there.
    ///
    /// # Errors
    /// When there is no good alert in it.
    pub fn parse(self, body: &[u8], context: Context<'_>) -> Result<Parsed, Unreadable> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let text =
            std::str::from_utf8(body).map_err(|_| Unreadable::NotJson { reason: "The body is not valid UTF-8." })?;
        let json = json::read(text).map_err(|unread| match unread {
            Unread::NotJson => Unreadable::NotJson { reason: "The body is not valid JSON." },
            Unread::TooMany => no_alert("The body has more values than a request may have."),
        })?;
        match self {
            Self::Native => native::parse(&json, context),
            Self::Alertmanager => alertmanager::parse(&json, context),
        }
    }
}

fn no_alert(reason: &'static str) -> Unreadable {
    Unreadable::NoAlert { reason, fields: Vec::new() }
}

/// Sorts the alerts of a batch into good and bad ones. `at` is the pointer to the array.
fn sort_out<'a>(
    alerts: &[Json<'a>],
    at: &str,
    mut one: impl FnMut(&Json<'a>) -> Result<Report, field::Fault>,
) -> Result<Parsed, Unreadable> {
    let mut parsed = Parsed { batch: true, reports: Vec::with_capacity(alerts.len()), ..Parsed::default() };
    let mut first_reason = "There is no alert in the array.";
    for (index, alert) in (0u32..).zip(alerts) {
        match one(alert) {
            Ok(report) => {
                parsed.reports.push(report);
                parsed.indices.push(index);
            }
            Err(fault) => {
                if parsed.rejected.is_empty() {
                    first_reason = fault.reason;
                }
                let fields = fault.fields.iter().map(|field| format!("{at}/{index}{field}")).collect();
                parsed.rejected.push(Rejected { index, reason: fault.reason.into(), fields });
            }
        }
    }
    if parsed.reports.is_empty() {
        let fields = parsed.rejected.into_iter().flat_map(|rejected| rejected.fields).collect();
        return Err(Unreadable::NoAlert { reason: first_reason, fields });
    }
    if parsed.rejected.is_empty() {
        parsed.indices.clear();
    }
    Ok(parsed)
}
