//! Every address of the API, once. The router, the isolation trials and `docs/openapi.yaml` are held to this table.

use std::sync::Arc;

use axum::Router;
use axum::extract::{RawPathParams, Request, State};
use axum::routing::{MethodFilter, on};

use crate::receiver::desk::Desk;

/// What is answered at an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Endpoint {
    /// The companies that are theirs.
    Companies,
    /// One.
    Company,
    /// How its alerts become incidents.
    Correlation,
    /// Sets that.
    SetCorrelation,
    /// How its senders prove themselves.
    Security,
    /// Signatures are asked for, or not.
    Sign(bool),
    /// A new secret.
    RegenerateSecret,
    /// Who posts for it.
    Sources,
    /// What its incidents come to.
    Kpis,
    /// How its machines are patched.
    Patches,
    /// Alerts.
    Alerts,
    /// Incidents.
    Incidents,
    /// One.
    Incident,
    /// Its alerts.
    IncidentAlerts,
    /// Its history.
    Timeline,
    /// Something is done to it.
    Act(Deed),
    /// Something is run for it.
    Execute,
    /// An execution with what it wrote.
    Execution,
    /// It is ended.
    Cancel,
    /// What waits for somebody's word.
    Approvals,
    /// Yes.
    Approve,
    /// No.
    Reject,
    /// A company's audit log, or the engine's own.
    Audit,
    /// Whoever asks, with their tokens.
    Me,
    /// The book of people.
    Users,
    /// Somebody is added to it.
    AddUser,
    /// One of them with their tokens.
    User,
    /// Somebody's role or companies change.
    SetUser,
    /// Somebody is taken out of it.
    RemoveUser,
    /// A token is made.
    MakeToken,
    /// All of somebody's tokens are taken back.
    RevokeTokens,
    /// One of them is.
    RevokeToken,
}

impl Endpoint {
    /// Whether it changes something.
    pub fn changes(self) -> bool {
        ROUTES.iter().any(|route| route.endpoint == self && route.method != "GET")
    }

    /// The parameters that its query may have.
    pub const fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::Companies | Self::Sources | Self::Users => &["limit", "cursor"],
            Self::Alerts | Self::Incidents => &["company_id", "status", "q", "limit", "cursor"],
            Self::Audit => &["company_id", "limit", "cursor"],
            Self::Kpis => &["days"],
            Self::Approvals => &["company_id"],
            _ => &[],
        }
    }
}

/// What is done to an incident.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deed {
    /// Seen.
    Acknowledge,
    /// Given to somebody.
    Assign,
    /// Over.
    Resolve,
    /// Not over.
    Reopen,
    /// Left alone for a while.
    Snooze,
    /// Something is written down.
    Note,
}

/// A row: a method, an address, and what is answered there.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// `GET`, `POST`, `PUT`, `DELETE`.
    pub method: &'static str,
    /// With `{id}` and `{name}` for what varies.
    pub path: &'static str,
    /// What is answered.
    pub endpoint: Endpoint,
}

const fn row(method: &'static str, path: &'static str, endpoint: Endpoint) -> Route {
    Route { method, path, endpoint }
}

/// The table.
pub const ROUTES: &[Route] = &[
    row("GET", "/api/companies", Endpoint::Companies),
    row("GET", "/api/companies/{id}", Endpoint::Company),
    row("GET", "/api/companies/{id}/correlation-config", Endpoint::Correlation),
    row("PUT", "/api/companies/{id}/correlation-config", Endpoint::SetCorrelation),
    row("GET", "/api/companies/{id}/webhook-security", Endpoint::Security),
    row("POST", "/api/companies/{id}/webhook-security/enable", Endpoint::Sign(true)),
    row("POST", "/api/companies/{id}/webhook-security/disable", Endpoint::Sign(false)),
    row("POST", "/api/companies/{id}/webhook-security/regenerate-secret", Endpoint::RegenerateSecret),
    row("GET", "/api/companies/{id}/sources", Endpoint::Sources),
    row("GET", "/api/companies/{id}/kpis", Endpoint::Kpis),
    row("GET", "/api/companies/{id}/patch-compliance", Endpoint::Patches),
    row("GET", "/api/alerts", Endpoint::Alerts),
    row("GET", "/api/incidents", Endpoint::Incidents),
    row("GET", "/api/incidents/{id}", Endpoint::Incident),
    row("GET", "/api/incidents/{id}/alerts", Endpoint::IncidentAlerts),
    row("GET", "/api/incidents/{id}/timeline", Endpoint::Timeline),
    row("POST", "/api/incidents/{id}/acknowledge", Endpoint::Act(Deed::Acknowledge)),
    row("POST", "/api/incidents/{id}/assign", Endpoint::Act(Deed::Assign)),
    row("POST", "/api/incidents/{id}/resolve", Endpoint::Act(Deed::Resolve)),
    row("POST", "/api/incidents/{id}/reopen", Endpoint::Act(Deed::Reopen)),
    row("POST", "/api/incidents/{id}/snooze", Endpoint::Act(Deed::Snooze)),
    row("POST", "/api/incidents/{id}/notes", Endpoint::Act(Deed::Note)),
    row("POST", "/api/incidents/{id}/executions", Endpoint::Execute),
    row("GET", "/api/executions/{id}", Endpoint::Execution),
    row("POST", "/api/executions/{id}/cancel", Endpoint::Cancel),
    row("GET", "/api/approvals", Endpoint::Approvals),
    row("POST", "/api/approvals/{id}/approve", Endpoint::Approve),
    row("POST", "/api/approvals/{id}/reject", Endpoint::Reject),
    row("GET", "/api/audit", Endpoint::Audit),
    row("GET", "/api/me", Endpoint::Me),
    row("GET", "/api/users", Endpoint::Users),
    row("POST", "/api/users", Endpoint::AddUser),
    row("GET", "/api/users/{name}", Endpoint::User),
    row("PUT", "/api/users/{name}", Endpoint::SetUser),
    row("DELETE", "/api/users/{name}", Endpoint::RemoveUser),
    row("POST", "/api/users/{name}/tokens", Endpoint::MakeToken),
    row("DELETE", "/api/users/{name}/tokens", Endpoint::RevokeTokens),
    row("DELETE", "/api/users/{name}/tokens/{token}", Endpoint::RevokeToken),
];

/// The same as a router.
pub fn router() -> Router<Arc<Desk>> {
    ROUTES.iter().fold(Router::new(), |router, route| {
        let filter = match route.method {
            "GET" => MethodFilter::GET,
            "PUT" => MethodFilter::PUT,
            "DELETE" => MethodFilter::DELETE,
            _ => MethodFilter::POST,
        };
        let endpoint = route.endpoint;
        let answer = move |State(desk): State<Arc<Desk>>, named: RawPathParams, request: Request| async move {
            super::call(&desk, endpoint, &named, request).await
        };
        router.route(route.path, on(filter, answer))
    })
}
