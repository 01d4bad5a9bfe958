//! The thread that answers questions about the past, so that a long search holds up neither the senders nor the board.

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use tokio::sync::oneshot;

use super::again::Work;
use super::follow::Progress;
use super::interpreter::Interpreter;
use crate::core::aside::KeptHead;
use crate::core::id::IncidentId;
use crate::core::incident::Incident;
use crate::core::query::{BadQuery, Query, Viewer};
use crate::core::source::Source;
use crate::core::tenant::Tenant;
use crate::core::time::{Moment, Span};
use crate::link::need::Thing;
use crate::link::session::Sessions;
use crate::link::source::{Ask, Body, Told};
use crate::link::{Detail, Listing, Past, Quarantined, Refusal, Reply, Request, Similar};
use crate::store::{History, StoreError};

/// An incident's alerts that are shown, at most.
const ALERTS_OF_AN_INCIDENT: usize = 500;
/// How long a question waits for the archive to know what was just applied.
const PATIENCE: Duration = Duration::from_secs(10);
/// Rows of any list, at most.
const MOST: usize = 10_000;

/// The thread, from outside.
#[derive(Debug)]
pub(super) struct Reader {
    questions: Sender<Question>,
}

/// A question, with what the engine knows that the past may not know yet.
pub(super) struct Question {
    /// What is asked.
    pub(super) request: Request,
    /// The tenants to look at, for a listing.
    pub(super) tenants: Vec<Arc<Tenant>>,
    /// The last input that the answer should know of.
    pub(super) after: u64,
    /// The incident as it is now.
    pub(super) incident: Option<Arc<Incident>>,
    /// Who asks.
    pub(super) who: String,
    /// When.
    pub(super) now: Moment,
    /// How a body is read, when one is to be.
    pub(super) how: Option<HowToRead>,
    /// What is to be read again, if anything is.
    pub(super) again: Option<Work>,
    /// Where the answer goes.
    pub(super) answer: oneshot::Sender<Result<Reply, Refusal>>,
}

/// By which rules a source's bodies are read, and who does.
#[derive(Clone, Debug)]
pub(super) struct HowToRead {
    /// The source.
    pub(super) source: Source,
    /// The SNS topics that somebody let send to it.
    pub(super) topics: Vec<String>,
    /// How far its clock may be ahead.
    pub(super) skew: Span,
    /// Who reads.
    pub(super) interpreter: Arc<dyn Interpreter>,
}

impl Reader {
    /// Starts the thread; it ends when this end is gone.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub(super) fn start(history: Arc<dyn History>, progress: Progress) -> std::io::Result<Self> {
        let (questions, asked) = channel::<Question>();
        std::thread::Builder::new().name("reader".into()).spawn(move || {
            for question in asked {
                let up_to_date = progress.reach(question.after, PATIENCE);
                let reply = if up_to_date || question.incident.is_some() {
                    answer(&*history, &question)
                } else {
                    // A list with the latest missing would look like all there is.
                    Err(Refusal::new(
                        "behind",
                        "the latest alerts cannot be listed yet; `alert-whisperer check` says why",
                    ))
                };
                // Whoever asked may have gone.
                let _ = question.answer.send(reply);
            }
        })?;
        Ok(Self { questions })
    }

    /// Asks; the answer goes where the question says.
    pub(super) fn ask(&self, question: Question) {
        // The thread lives as long as this does.
        let _ = self.questions.send(question);
    }
}

fn answer(history: &dyn History, question: &Question) -> Result<Reply, Refusal> {
    let viewer = Viewer { who: &question.who, now: question.now };
    match &question.request {
        Request::Detail { incident: id } => {
            let incident = incident(history, question, id)?;
            let alerts = history.alerts_of(id, ALERTS_OF_AN_INCIDENT).map_err(refusal)?;
            let timeline = history.timeline(id).map_err(refusal)?;
            Ok(Reply::Detail(Box::new(Detail { incident, alerts, timeline })))
        }
        Request::Similar { incident: id } => {
            let alike = history.similar(&*incident(history, question, id)?).map_err(refusal)?;
            let past = |(incident, note)| Past { incident, note };
            let incidents = alike.incidents.into_iter().map(past).collect();
            Ok(Reply::Similar(Box::new(Similar { within_30_days: alike.within_30_days, incidents })))
        }
        Request::Raw { alert } => {
            history.raw(alert).map_err(refusal)?.map(Reply::Raw).ok_or_else(|| Thing::Alert.missing())
        }
        Request::Alerts(listing) => {
            let (query, limit) = parse(listing, &question.tenants)?;
            if let Some(error) = query.not_about_alerts() {
                return Err(bad_query(&error));
            }
            let mut alerts = Vec::new();
            for tenant in &question.tenants {
                alerts.extend(history.alerts(&tenant.id, &query, viewer, limit).map_err(refusal)?);
            }
            alerts.sort_by_key(|alert| std::cmp::Reverse((alert.received_at, alert.id.number)));
            alerts.truncate(limit);
            Ok(Reply::Alerts(alerts))
        }
        Request::Quarantine { tenant } => {
            let put_aside = history.put_aside(tenant, MOST).map_err(refusal)?;
            let shown = put_aside.into_iter().map(|aside| Quarantined {
                number: aside.number,
                at: aside.at,
                source: aside.source,
                reason: aside.reason,
                fields: aside.fields,
                raw: aside.raw,
            });
            Ok(Reply::Quarantine(shown.collect()))
        }
        Request::Incidents(listing) => {
            let (query, limit) = parse(listing, &question.tenants)?;
            let mut incidents = Vec::new();
            for tenant in &question.tenants {
                let found = history.incidents(&tenant.id, &query, viewer, limit).map_err(refusal)?;
                incidents.extend(found.into_iter().map(Arc::new));
            }
            incidents.sort_by_key(|incident| std::cmp::Reverse((incident.opened_at, incident.id.number)));
            incidents.truncate(limit);
            Ok(Reply::Incidents(incidents))
        }
        Request::Execution { execution: id } => {
            let ran = history.execution(id).map_err(refusal)?.map(|ran| Reply::Execution(Box::new(ran)));
            ran.ok_or_else(|| Thing::Execution.missing())
        }
        Request::Executions { tenant, incident, limit } => {
            let limit = if *limit == 0 { 100 } else { (*limit).min(MOST) };
            let executions = history.executions(tenant, *incident, limit).map_err(refusal)?;
            Ok(Reply::Executions(executions.into_iter().map(Arc::new).collect()))
        }
        Request::Sessions(Sessions { tenant, incident, limit }) => {
            let limit = if *limit == 0 { 100 } else { (*limit).min(MOST) };
            let incident = match incident {
                Some(incident) if incident.tenant != *tenant => return Ok(Reply::Sessions(Vec::new())),
                incident => incident.as_ref().map(|incident| incident.number),
            };
            let sessions = history.sessions(tenant, incident, limit).map_err(refusal)?;
            Ok(Reply::Sessions(sessions.into_iter().map(Arc::new).collect()))
        }
        Request::Audit { tenant, from, limit } => {
            let limit = if *limit == 0 { 100 } else { (*limit).min(MOST) };
            Ok(Reply::Audit(history.audit(tenant, *from, limit).map_err(refusal)?))
        }
        Request::Source { tenant, about: Ask::Read { body, .. } } => {
            let Some(how) = &question.how else { return Err(Thing::Tenant.missing()) };
            let none = KeptHead::default();
            let found = match body {
                Body::Bytes(body) => Some((body.0.clone(), none)),
                Body::Alert(alert) if alert.tenant == *tenant => {
                    history.raw(alert).map_err(refusal)?.map(|raw| (raw, none))
                }
                Body::Alert(_) => None,
                Body::Quarantined(number) => {
                    history.one_aside(tenant, *number).map_err(refusal)?.map(|aside| (aside.raw, aside.head))
                }
            };
            let no_body = || Refusal::new("no_such_body", "no such body, or it is not written yet");
            let (body, head) = found.ok_or_else(no_body)?;
            let read = how.read(&body, &head, question.now, true);
            Ok(Reply::Source(Told::Reading(Box::new(read))))
        }
        Request::Source { tenant, about: Ask::Replay { .. } } => {
            let Some(again) = &question.again else { return Err(Thing::Tenant.missing()) };
            again.carry_out(history, tenant, question.now)
        }
        _ => Err(Refusal::new("not_a_question", "this is not a question about the past")),
    }
}

/// The query and the number of rows that are asked for, of these tenants.
pub(super) fn parse(listing: &Listing, tenants: &[Arc<Tenant>]) -> Result<(Query, usize), Refusal> {
    let limit = if listing.limit == 0 { 100 } else { listing.limit.min(MOST) };
    let mut query = Query::parse(&listing.query).map_err(|error| bad_query(&error))?.on(listing.page.clone());
    query.learn_names(tenants.iter().map(|tenant| (&tenant.id, &*tenant.name)));
    Ok((query, limit))
}

fn bad_query(error: &BadQuery) -> Refusal {
    Refusal::new("bad_query", error.to_string())
}

/// The incident as the engine knows it now, else as it was when it left the board.
fn incident(history: &dyn History, question: &Question, id: &IncidentId) -> Result<Arc<Incident>, Refusal> {
    match &question.incident {
        Some(incident) => Ok(incident.clone()),
        None => history.incident(id).map_err(refusal)?.map(Arc::new).ok_or_else(no_incident),
    }
}

fn no_incident() -> Refusal {
    Thing::Incident.missing()
}

pub(super) fn refusal(error: StoreError) -> Refusal {
    match error {
        StoreError::NoTenant => Refusal::no_tenant(),
        error => Refusal::new("store_error", error.to_string()),
    }
}
