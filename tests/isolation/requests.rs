//! Every request there is, about one tenant's things. A new kind of request does not compile before it is here.

use alert_whisperer::core::execution::order::Platform;
use alert_whisperer::core::id::{AlertId, ExecutionId, IncidentId, SessionId};
use alert_whisperer::core::input::{Act, WindowAct};
use alert_whisperer::core::person::Scope;
use alert_whisperer::core::role::Role;
use alert_whisperer::core::session::{Kind, Wish};
use alert_whisperer::core::source::auth::Auth;
use alert_whisperer::core::source::kind::Kind as SourceKind;
use alert_whisperer::link::house::House;
use alert_whisperer::link::people::Ask;
use alert_whisperer::link::remote::{Draft, Remote, Wanted};
use alert_whisperer::link::session::{Blob, Sessions, Size, Talk};
use alert_whisperer::link::source;
use alert_whisperer::link::{Listing, NewTenant, Request};

use crate::house::tenant;

/// Every kind of request that names something, with the name that `docs/rights.md` has for it.
pub fn about(id: &str) -> Vec<(&'static str, Request)> {
    let of = || tenant(id);
    let incident = || IncidentId { tenant: of(), number: 1 };
    let execution = || ExecutionId { tenant: of(), number: 1 };
    let session = || SessionId { tenant: of(), number: 1 };
    let instance = || "i-0123456789abcdef0".parse().unwrap();
    let listing = || Listing { tenant: Some(of()), ..Listing::default() };
    let draft = || Draft {
        targets: vec![(incident(), instance())],
        what: Wanted::Command { text: "true".into() },
        timeout_seconds: None,
        again: None,
    };
    let wish = || Wish { incident: Some(incident()), instance: instance(), asset: "db-01".into(), kind: Kind::Shell };
    let act = || Request::Act { incident: incident(), act: Act::ACKNOWLEDGE };
    let source_of = |about| Request::Source { tenant: of(), about };
    let house = |house| Request::House { tenant: of(), house };
    vec![
        ("acknowledge, assign, snooze, merge, resolve, note, …", act()),
        ("the same, if it is still as it was", Request::IfStill { tags: vec!["x".into()], request: Box::new(act()) }),
        (
            "silence, maintenance window",
            Request::Window { tenant: of(), act: WindowAct::End { number: 1 }, sure: true },
        ),
        ("move alerts by hand", Request::Gather { tenant: of(), from: Some(1), into: None, alerts: vec![1] }),
        ("an incident's past", Request::Similar { incident: incident() }),
        ("an incident", Request::Detail { incident: incident() }),
        ("an alert's body", Request::Raw { alert: AlertId { tenant: of(), number: 1 } }),
        ("incidents of a client", Request::Incidents(listing())),
        ("alerts of a client", Request::Alerts(listing())),
        ("unreadable requests", Request::Quarantine { tenant: of() }),
        ("a client", Request::Tenant { id: of() }),
        ("change settings", Request::TenantSet { id: of(), settings: vec![("name".into(), "x".into())] }),
        ("a new key", Request::RotateKey { id: of(), source: "alerts".into() }),
        ("a new signing secret", Request::RotateSecret { id: of(), grace_seconds: 0 }),
        ("a client's sources", source_of(source::Ask::List)),
        (
            "what a body would become",
            source_of(source::Ask::Read { name: "alerts".into(), body: source::Body::Bytes(Blob(b"{}".to_vec())) }),
        ),
        (
            "a source's mapping",
            source_of(source::Ask::Set { name: "alertmanager".into(), auth: None, mapping: Some(String::new()) }),
        ),
        (
            "how a source proves itself",
            source_of(source::Ask::Set { name: "alertmanager".into(), auth: Some(Box::new(Auth::Key)), mapping: None }),
        ),
        (
            "add a source",
            source_of(source::Ask::Add {
                name: "site".into(),
                kind: SourceKind::NATIVE,
                auth: None,
                mapping: None,
                secret: None,
            }),
        ),
        ("a source's new key", source_of(source::Ask::RotateKey { name: "alertmanager".into() })),
        (
            "a source's new secret",
            source_of(source::Ask::RotateSecret { name: "alerts".into(), grace_seconds: 0, secret: None }),
        ),
        ("remove a source", source_of(source::Ask::Remove { name: "nobody".into() })),
        ("an SNS topic", source_of(source::Ask::Topic { name: "alerts".into(), topic: "x".into(), approve: true })),
        ("take unread bodies again", source_of(source::Ask::Replay { name: None, numbers: vec![1] })),
        ("forget unread bodies", source_of(source::Ask::Discard { numbers: vec![1] })),
        ("runbooks", Request::Remote(Remote::Runbooks { incident: incident() })),
        ("machines behind incidents", Request::Remote(Remote::Locate { incidents: vec![incident()] })),
        ("machines", Request::Remote(Remote::Nodes { tenant: of(), fresh: false })),
        ("how machines are patched", Request::Remote(Remote::Patches { tenant: of() })),
        ("what would run", Request::Remote(Remote::Prepare(draft()))),
        ("run", Request::Remote(Remote::Run { draft: draft(), digest: String::new(), typed: None })),
        (
            "what a machine wrote",
            Request::Remote(Remote::Output { execution: execution(), instance: instance(), seen: 0 }),
        ),
        ("whether AWS lets us in", Request::Remote(Remote::Verify { tenant: of() })),
        (
            "prepare a machine for AWS",
            Request::Remote(Remote::Activate { tenant: of(), name: "x".into(), platform: Platform::Linux }),
        ),
        (
            "open a session",
            Request::Session(Talk::Open { tenant: of(), wish: Box::new(wish()), size: Size::default() }),
        ),
        ("read a session", Request::Session(Talk::Read { session: session(), seen: 0, version: 0 })),
        ("type in it", Request::Session(Talk::Type { session: session(), bytes: Blob::default() })),
        ("its size", Request::Session(Talk::Resize { session: session(), size: Size::default() })),
        ("show it raw", Request::Session(Talk::HandOver { session: session(), raw: true })),
        ("drive it", Request::Session(Talk::Drive { session: session() })),
        ("watch it", Request::Session(Talk::Watch { session: session() })),
        ("leave it", Request::Session(Talk::Leave { session: session() })),
        ("detach it", Request::Session(Talk::Detach { session: session() })),
        ("end it", Request::Session(Talk::End { session: session() })),
        ("mark its recording", Request::Session(Talk::Mark { session: session(), text: "x".into() })),
        ("its recording", Request::Session(Talk::Recording { session: session(), from: 0 })),
        ("sessions", Request::Sessions(Sessions { tenant: of(), incident: Some(incident()), limit: 0 })),
        ("approve", Request::Approve { execution: execution(), digest: String::new(), why: None }),
        ("reject", Request::Reject { execution: execution(), why: "no".into() }),
        ("cancel", Request::Cancel { execution: execution() }),
        ("an execution", Request::Execution { execution: execution() }),
        ("executions", Request::Executions { tenant: of(), incident: None, limit: 0 }),
        ("the audit log", Request::Audit { tenant: of(), from: 0, limit: 0 }),
        ("look at an incident", Request::Look { incident: Some(incident()) }),
        ("back up", house(House::Backup)),
        ("export", house(House::Export)),
        ("fetch a copy", house(House::Fetch { file: 1, from: 0 })),
        ("bring a copy", house(House::Bring { replace: true })),
        ("a part of it", house(House::Put { file: 1, from: 0, part: Blob::default() })),
        ("restore", house(House::Restore { file: 1, replace: true })),
        ("drop a copy", house(House::Drop { file: 1 })),
        ("erase", house(House::Erase)),
        ("remove", Request::TenantRemove { id: of() }),
    ]
}

/// Those that name nothing of one tenant's.
pub fn at_large() -> Vec<(&'static str, Request)> {
    let name = || "somebody".to_owned();
    let new = NewTenant { id: tenant("comp_new"), name: None, critical_assets: Vec::new(), aws: None };
    let scope = || Scope::All;
    vec![
        ("clients", Request::Tenants),
        ("incidents", Request::Incidents(Listing::default())),
        ("alerts", Request::Alerts(Listing::default())),
        ("how the engine is", Request::Pulse),
        ("undo", Request::Undo),
        ("add a client", Request::TenantAdd(new)),
        ("people", Request::People(Ask::List)),
        ("somebody", Request::People(Ask::Show { name: Some(name()) })),
        ("add somebody", Request::People(Ask::Add { name: name(), role: Role::Admin, tenants: scope() })),
        ("change somebody", Request::People(Ask::Set { name: name(), role: Some(Role::Admin), tenants: None })),
        ("remove somebody", Request::People(Ask::Remove { name: name() })),
        ("a token for somebody", Request::People(Ask::Token { name: name(), ttl_seconds: 60 })),
        ("take somebody's tokens back", Request::People(Ask::Revoke { name: name(), token: None })),
        ("new signing keys", Request::People(Ask::Rotate { revoke: false })),
        ("the engine's own log", Request::People(Ask::Log { from: 0, limit: 0 })),
    ]
}

/// How many kinds there are. Whoever adds one adds it here and above.
pub fn kind(request: &Request) -> String {
    let word = match request {
        Request::Act { .. } => "act",
        Request::IfStill { .. } => "if_still",
        Request::Undo => "undo",
        Request::Window { .. } => "window",
        Request::Gather { .. } => "gather",
        Request::Similar { .. } => "similar",
        Request::Detail { .. } => "detail",
        Request::Raw { .. } => "raw",
        Request::Incidents(_) => "incidents",
        Request::Alerts(_) => "alerts",
        Request::Quarantine { .. } => "quarantine",
        Request::Tenants => "tenants",
        Request::Tenant { .. } => "tenant",
        Request::TenantAdd(_) => "tenant_add",
        Request::TenantSet { .. } => "tenant_set",
        Request::RotateKey { .. } => "rotate_key",
        Request::RotateSecret { .. } => "rotate_secret",
        Request::TenantRemove { .. } => "tenant_remove",
        Request::Sessions(_) => "sessions",
        Request::Approve { .. } => "approve",
        Request::Reject { .. } => "reject",
        Request::Cancel { .. } => "cancel",
        Request::Execution { .. } => "execution",
        Request::Executions { .. } => "executions",
        Request::Audit { .. } => "audit",
        Request::Look { .. } => "look",
        Request::Pulse => "pulse",
        Request::House { house, .. } => match house {
            House::Backup => "backup",
            House::Export => "export",
            House::Fetch { .. } => "fetch",
            House::Bring { .. } => "bring",
            House::Put { .. } => "put",
            House::Restore { .. } => "restore",
            House::Drop { .. } => "drop",
            House::Erase => "erase",
        },
        Request::Source { about, .. } => match about {
            source::Ask::List => "sources",
            source::Ask::Add { .. } => "source_add",
            source::Ask::Set { .. } => "source_set",
            source::Ask::RotateKey { .. } => "source_rotate_key",
            source::Ask::RotateSecret { .. } => "source_rotate_secret",
            source::Ask::Remove { .. } => "source_remove",
            source::Ask::Read { .. } => "source_read",
            source::Ask::Replay { .. } => "source_replay",
            source::Ask::Discard { .. } => "source_discard",
            source::Ask::Topic { .. } => "source_topic",
        },
        Request::People(ask) => match ask {
            Ask::List => "people",
            Ask::Show { .. } => "show",
            Ask::Add { .. } => "add",
            Ask::Set { .. } => "set",
            Ask::Remove { .. } => "remove",
            Ask::Token { .. } => "token",
            Ask::Revoke { .. } => "revoke",
            Ask::Rotate { .. } => "rotate",
            Ask::Log { .. } => "log",
        },
        Request::Remote(remote) => match remote {
            Remote::Runbooks { .. } => "runbooks",
            Remote::Locate { .. } => "locate",
            Remote::Nodes { .. } => "nodes",
            Remote::Patches { .. } => "patches",
            Remote::Prepare(_) => "prepare",
            Remote::Run { .. } => "run",
            Remote::Output { .. } => "output",
            Remote::Verify { .. } => "verify",
            Remote::Activate { .. } => "activate",
        },
        Request::Session(talk) => match talk {
            Talk::Open { .. } => "open",
            Talk::Read { .. } => "read",
            Talk::Type { .. } => "type",
            Talk::Resize { .. } => "resize",
            Talk::HandOver { .. } => "hand_over",
            Talk::Drive { .. } => "drive",
            Talk::Watch { .. } => "watch",
            Talk::Leave { .. } => "leave",
            Talk::Detach { .. } => "detach",
            Talk::End { .. } => "end",
            Talk::Mark { .. } => "mark",
            Talk::Recording { .. } => "recording",
        },
    };
    word.into()
}

/// The kinds that [`kind`] knows.
pub const KINDS: usize = 75;
