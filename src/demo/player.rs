//! Plays a script: the demo's tools, each a client of its own, post at their times, and its crew does what it does.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::aws;
use super::companies::{COMPANIES, Company, Tool};
use super::crew::{self, Deed, Does, What};
use super::post::Post;
use super::script::{NIGHT, Step, script};
use crate::core::execution::Execution;
use crate::core::id::TenantId;
use crate::core::input::{Act, Actor};
use crate::core::time::{Moment, Span};
use crate::core::tour::ALERTS_PATH;
use crate::link::{Caller, Issued, Listing, NewTenant, Refusal, Reply, Request};
use crate::sender::Sender;

/// Where Alertmanager posts, below the base URL.
const ALERTMANAGER_PATH: &str = "/api/webhooks/alertmanager";
/// What the sender that nobody told about the new secret signs with.
const OLD_SECRET: &str = "the-secret-before-the-last-rotation";

/// How often somebody looks for what waits for approval.
const LOOKS_EVERY: Duration = Duration::from_secs(2);

/// Reads the time.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;

/// The tools of all companies, ready to post.
pub struct Player {
    companies: HashMap<&'static str, Doorways>,
    caller: Caller,
    speed: f64,
    clock: Clock,
}

/// How one company's tools reach the receiver.
struct Doorways {
    signed: Sender,
    alertmanager: Sender,
    forged: Sender,
}

/// Why the demo can't begin.
#[derive(Debug, thiserror::Error)]
pub enum NotBegun {
    /// The engine refused to add a company.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No HTTP client could be made.
    #[error(transparent)]
    Client(#[from] reqwest::Error),
    /// The engine gave no keys for a company.
    #[error("the engine gave no keys for {0}")]
    NoKeys(&'static str),
}

impl Player {
    /// Adds the companies as tenants, and gives their tools what they need to post. At speed 2 a night takes half its time.
    ///
    /// # Errors
    /// When the engine does not take a company, or no client can be made.
    pub async fn prepare(caller: &Caller, by: &Actor, speed: f64, clock: Clock) -> Result<Self, NotBegun> {
        let mut companies = HashMap::new();
        for company in COMPANIES {
            companies.insert(company.id, join(company, caller, by, speed).await?);
        }
        Ok(Self { companies, caller: caller.clone(), speed, clock })
    }

    /// One night of a seed after the other, for as long as it is polled.
    pub async fn play(self, seed: u64) {
        let nights = async {
            for number in 0.. {
                let ends = Instant::now() + self.real(NIGHT);
                tokio::join!(self.night(script(seed, number)), self.work(crew::deeds(number)));
                sleep_until(ends).await;
            }
        };
        tokio::join!(nights, self.approve());
    }

    /// A lead of the crew looks at what waits for approval, and approves what others have asked for once it has waited long
    /// enough to be seen waiting. However fast the night goes, people read at their own speed.
    async fn approve(&self) {
        let by = Actor { who: crew::LEAD.into(), seat: "demo".into() };
        let mut looks = tokio::time::interval(LOOKS_EVERY);
        loop {
            looks.tick().await;
            for company in COMPANIES {
                for request in self.approvals(&by, company).await {
                    if let Err(error) = self.caller.ask(&by, request).await {
                        tracing::debug!(%error, "not approved");
                    }
                }
            }
        }
    }

    /// What there is to approve for a company by now.
    pub async fn approvals(&self, by: &Actor, company: &Company) -> Vec<Request> {
        let Ok(tenant) = company.id.parse() else { return Vec::new() };
        let latest = Request::Executions { tenant, incident: None, limit: 20 };
        let Ok(Reply::Executions(found)) = self.caller.ask(by, latest).await else { return Vec::new() };
        let now = (self.clock)();
        let waits = |one: &&Arc<Execution>| {
            one.awaits_approval() && one.by.who != by.who && now - one.asked_at >= crew::APPROVES_AFTER
        };
        let approve = |one: &Arc<Execution>| Request::Approve {
            execution: one.id.clone(),
            digest: one.digest.clone(),
            why: Some(crew::APPROVES_BECAUSE.into()),
        };
        found.iter().filter(waits).map(approve).collect()
    }

    /// Posts every step at its time, and ends when all are answered. Each tool posts its own in their order and waits for
    /// every answer; the tools do not wait for each other. Dropped, it stops.
    pub async fn night(&self, steps: Vec<Step>) {
        let mut by_tool: HashMap<(&str, Tool), Vec<Step>> = HashMap::new();
        for step in steps {
            by_tool.entry((step.company.id, step.tool)).or_default().push(step);
        }
        let (began, began_at) = (Instant::now(), (self.clock)());
        let mut tools = JoinSet::new();
        for steps in by_tool.into_values() {
            let Some(doorways) = steps.first().and_then(|step| self.companies.get(step.company.id)) else { continue };
            let (signed, alertmanager, forged) =
                (doorways.signed.clone(), doorways.alertmanager.clone(), doorways.forged.clone());
            let (speed, clock) = (self.speed, self.clock.clone());
            tools.spawn(async move {
                for step in steps {
                    sleep_until(began + real(step.at, speed)).await;
                    let sender = match &step.post {
                        Post::Alerts(_) if step.tool == Tool::Prometheus => &alertmanager,
                        Post::Forged(_) => &forged,
                        Post::Alerts(_) | Post::Unreadable(_) => &signed,
                    };
                    let when = |at| began_at + Span(i64::try_from(real(at, speed).as_millis()).unwrap_or(i64::MAX));
                    let (company, tool) = (step.company.id, step.tool.name());
                    // Like many a real tool, none of them tries again.
                    match sender.post(step.body(when), clock().unix_seconds()).await {
                        Ok(said) => tracing::debug!(company, tool, status = said.status, "posted"),
                        Err(error) => tracing::debug!(company, tool, %error, "no answer"),
                    }
                }
            });
        }
        while tools.join_next().await.is_some() {}
    }

    /// What the crew does, each deed at its time. Whoever finds nothing to do it to leaves it.
    async fn work(&self, deeds: Vec<Deed>) {
        let began = Instant::now();
        for deed in deeds {
            sleep_until(began + self.real(deed.at)).await;
            let by = Actor { who: deed.who.into(), seat: "demo".into() };
            if let Some(request) = self.request(&by, &deed).await
                && let Err(error) = self.caller.ask(&by, request).await
            {
                tracing::debug!(who = deed.who, %error, "refused");
            }
        }
    }

    /// What a deed asks of the engine by now.
    async fn request(&self, by: &Actor, deed: &Deed) -> Option<Request> {
        let tenant: TenantId = deed.company.id.parse().ok()?;
        let now = (self.clock)();
        let real = |span: Span| Span(i64::try_from(self.real(span).as_millis()).unwrap_or(i64::MAX));
        let (query, does) = match &deed.what {
            What::Window(matches, lasts, reason) => {
                // Nothing shorter is a window, however fast the night goes.
                let lasts = real(*lasts).max(Span::MINUTE);
                return Some(Request::Window {
                    tenant,
                    act: crew::window(by, now, matches, lasts, reason),
                    sure: false,
                });
            }
            What::On(query, does) => (*query, does),
        };
        let listing = Listing { tenant: Some(tenant), query: query.into(), limit: 1, page: None };
        let Ok(Reply::Incidents(found)) = self.caller.ask(by, Request::Incidents(listing)).await else { return None };
        let incident = found.first()?.id.clone();
        let words = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let act = match *does {
            Does::Acknowledge(why) => Act::Acknowledge { why: words(why), until: None },
            Does::Start => Act::Start,
            Does::Note(text) => Act::Note { text: text.into() },
            Does::Snooze(span, why) => Act::Snooze { until: now + real(span), why: words(why) },
        };
        Some(Request::Act { incident, act })
    }

    fn real(&self, span: Span) -> Duration {
        real(span, self.speed)
    }
}

/// How long a span of the script takes.
fn real(span: Span, speed: f64) -> Duration {
    Duration::from_millis(span.0.unsigned_abs()).div_f64(speed)
}

/// Adds a company as a tenant.
async fn join(company: &'static Company, caller: &Caller, by: &Actor, speed: f64) -> Result<Doorways, NotBegun> {
    let no_keys = || NotBegun::NoKeys(company.id);
    let id: TenantId = company.id.parse().map_err(|_| no_keys())?;
    let new = NewTenant {
        id: id.clone(),
        name: Some(company.name.into()),
        critical_assets: company.critical_assets.iter().map(|&glob| glob.into()).collect(),
        aws: Some(aws::access(company)),
    };
    let Reply::Issued(issued) = caller.ask(by, Request::TenantAdd(new)).await? else { return Err(no_keys()) };
    let minutes = company.window_minutes;
    let window = minutes.map(|minutes| ("correlation.time_window_minutes".to_owned(), minutes.to_string()));
    let length = |(name, seconds): &(&str, u32)| {
        // However fast the night goes, nobody is missed within a minute.
        let least = if name.starts_with("senders.") { 60 } else { 1 };
        let real = real(Span::SECOND, speed).mul_f64(f64::from(*seconds)).as_secs().max(least);
        ((*name).to_owned(), format!("{real}s"))
    };
    let settings = window.into_iter().chain(company.lengths.iter().map(length)).collect();
    caller.ask(by, Request::TenantSet { id, settings }).await?;
    let Issued {
        base_url,
        api_key: Some(key),
        hmac_secret: Some(secret),
        alertmanager_key: Some(alertmanager_key),
        ..
    } = *issued
    else {
        return Err(no_keys());
    };
    let url = format!("{base_url}{ALERTS_PATH}");
    let signed = Sender::direct(&url, &key, Some(&secret))?;
    Ok(Doorways {
        alertmanager: signed.beside(&format!("{base_url}{ALERTMANAGER_PATH}"), &alertmanager_key, None),
        forged: signed.beside(&url, &key, Some(OLD_SECRET)),
        signed,
    })
}
