//! Whoever reaches AWS, reduced to what a seat sees of them: some runbooks, a machine behind every incident but a few, orders
//! that the real core takes, and what a disk looks like.

use std::collections::BTreeMap;

use super::fixture::{NOW, World};
use crate::core::change::Published;
use crate::core::execution::order::{InstanceId, OnSuccess, Order, Platform, Target};
use crate::core::execution::step::{OnExecution, Step};
use crate::core::execution::{Output, Run};
use crate::core::id::{ExecutionId, IncidentId};
use crate::core::input::{Actor, Input};
use crate::core::node::Node;
use crate::core::role::{Risk, Role};
use crate::core::session::port::Preset;
use crate::core::testing::account;
use crate::core::time::Span;
use crate::link::remote::{Blank, BlankKind, Draft, Followed, Located, Offer, Plan, Reached, Wanted};
use crate::link::{Refusal, Reply};
use crate::tui::run::Question;

pub const DF: &str = "\x1b[1mFilesystem      Size  Used Avail Use% Mounted on\x1b[0m\n\
    /dev/nvme0n1p1   40G   39G  \x1b[31m612M  99%\x1b[0m /\ntmpfs           1.9G     0  1.9G   0% /dev/shm\n";

fn blank(name: &str, doc: &str, kind: BlankKind, value: &str) -> Blank {
    Blank { name: name.into(), doc: doc.into(), kind, value: value.into() }
}

fn offer(name: &str, doc: &str, risk: Risk, commands: &str, inputs: Vec<Blank>) -> Offer {
    Offer {
        name: name.into(),
        doc: doc.into(),
        risk,
        platform: Platform::Linux,
        document: "AWS-RunShellScript".into(),
        commands: commands.into(),
        timeout_seconds: 300,
        inputs,
        forwards: Vec::new(),
        fits: true,
        auto: false,
        from: "built in".into(),
    }
}

pub fn offers() -> Vec<Offer> {
    let path = blank("path", "where the disk is mounted", BlankKind::Path, "/");
    let service = blank("service", "the unit that is restarted", BlankKind::Service, "");
    let grace = blank("grace", "seconds between stop and start", BlankKind::Integer { min: 0, max: 60 }, "5");
    let restart = "set -eu\nsystemctl status --no-pager {service} || true\nsystemctl stop {service}\n\
        sleep {grace}\nsystemctl start {service}";
    vec![
        offer(
            "disk-evidence",
            "What fills a disk: usage, the largest directories, deleted files still open",
            Risk::Low,
            "df -h {path}\ndu -xh --max-depth=2 {path} | sort -h | tail -n 20\nlsof +L1 | head -n 20",
            vec![path],
        ),
        Offer {
            forwards: vec![Preset {
                name: "payments-db".into(),
                doc: "the payments' database".into(),
                host: Some("db.internal".into()),
                port: 5432,
                local: 15_432,
            }],
            ..offer(
                "service-restart",
                "Restart a service, with its state before and after",
                Risk::Medium,
                restart,
                vec![service, grace],
            )
        },
        offer("docker-prune", "Remove what no container uses", Risk::High, "docker system prune --force", Vec::new()),
        Offer {
            fits: false,
            ..offer("certificate-expiry", "When certificates end", Risk::Low, "openssl x509 -enddate", Vec::new())
        },
    ]
}

/// An instance's id by a number.
pub fn instance(number: u64) -> InstanceId {
    format!("i-{number:017x}").parse().unwrap()
}

fn node(number: u64, name: &str, online: bool) -> Node {
    Node {
        instance: instance(number),
        name: name.into(),
        platform: Platform::Linux,
        system: "Ubuntu 24.04".into(),
        ip: format!("10.0.0.{}", number % 250),
        agent_version: "3.3.1".into(),
        online,
        last_ping_at: Some(NOW - Span::minutes(if online { 1 } else { 190 })),
    }
}

fn located(world: &World, id: &IncidentId) -> Located {
    let asset = world.engine.incident(id).map_or_else(String::new, |incident| incident.asset_name.clone());
    let (nodes, how) = match &*asset {
        "router-hub" => (
            vec![node(41, "router-hub-a", true), node(42, "router-hub-b", false), node(43, "router-hub-c", true)],
            "3 managed nodes begin with that name",
        ),
        "pos-17" => (Vec::new(), "no managed node has that name; the tenant's asset_map can name one"),
        "scanner-7" => (vec![node(id.number, &asset, false)], "by its name"),
        _ => (vec![node(id.number, &asset, true)], "by its name"),
    };
    Located { incident: id.clone(), asset, nodes, how: how.into() }
}

fn order(world: &World, draft: &Draft) -> Result<Order, Refusal> {
    let target = |(incident, instance): &(IncidentId, InstanceId)| Target {
        incident: incident.clone(),
        instance: instance.clone(),
        asset: world.engine.incident(incident).map_or_else(String::new, |incident| incident.asset_name.clone()),
    };
    let (runbook, title, risk, text, resolves) = match &draft.what {
        Wanted::Runbook { name, inputs } => {
            let known = offers().into_iter().find(|offer| offer.name == *name);
            let offer = known.ok_or_else(|| Refusal::new("no_such_runbook", "no such runbook"))?;
            let fill = |text: String, (name, value): (&String, &String)| text.replace(&format!("{{{name}}}"), value);
            let text = inputs.iter().fold(offer.commands, fill);
            (Some(name.clone()), name.clone(), offer.risk, text, name == "service-restart")
        }
        Wanted::Command { text } => {
            (None, text.lines().next().unwrap_or_default().to_owned(), Risk::Medium, text.clone(), false)
        }
    };
    let commands = text.lines().map(str::to_owned).collect();
    Ok(Order {
        runbook,
        title,
        risk,
        account_id: account().account_id,
        region: account().region,
        platform: Platform::Linux,
        document: "AWS-RunShellScript".into(),
        document_version: None,
        parameters: BTreeMap::from([("commands".into(), commands)]),
        targets: draft.targets.iter().map(target).collect(),
        timeout_seconds: draft.timeout_seconds.unwrap_or(300),
        expect: Default::default(),
        on_success: if resolves { OnSuccess::Resolve } else { OnSuccess::Note },
        auto: false,
        again: draft.again.clone(),
    })
}

/// What would be answered.
pub fn reached(world: &World, question: &Question) -> Option<Result<Reply, Refusal>> {
    let reached = match question {
        Question::Runbooks(_) => Reached::Runbooks(offers()),
        Question::Locate(aim) => Reached::Located(aim.iter().map(|id| located(world, id)).collect()),
        Question::Prepare(draft) => {
            let order = match order(world, draft) {
                Ok(order) => order,
                Err(refusal) => return Some(Err(refusal)),
            };
            let offline =
                order.targets.iter().any(|target| target.asset == "scanner-7" || target.instance == instance(42));
            let warnings = if offline { vec!["its agent has not answered for 3h10m".into()] } else { Vec::new() };
            let (digest, gate) = (order.digest(), order.risk.gate(Role::Lead));
            Reached::Plan(Box::new(Plan { order, digest, gate, warnings }))
        }
        // Nobody presses a key meanwhile.
        Question::Output { .. } => return None,
        Question::Run(_) => return Some(Err(Refusal::new("unavailable", "this engine does not reach AWS"))),
        Question::Kept(id) => {
            let execution = world.engine.execution(id)?;
            let output = Output { stdout: DF.into(), ..Output::default() };
            let outputs = execution.runs.iter().map(|run| (run.instance.clone(), output.clone())).collect();
            return Some(Ok(Reply::Execution(Box::new((execution.as_ref().clone(), outputs)))));
        }
    };
    Some(Ok(Reply::Reached(reached)))
}

/// An answer to a question about output.
pub fn wrote(version: u64, stdout: &str, stderr: &str, over: bool) -> Result<Reply, Refusal> {
    let output = Output { stdout: stdout.into(), stderr: stderr.into(), truncated: false, kept_at: None };
    Ok(Reply::Reached(Reached::Output(Box::new(Followed { version, output, over }))))
}

/// A machine's part of an execution.
pub fn ran(instance: InstanceId, status: &str, detail: &str, exit_code: Option<i32>) -> Run {
    Run {
        instance,
        status: status.into(),
        detail: detail.into(),
        exit_code,
        started_at: Some(NOW),
        ended_at: exit_code.map(|_| NOW),
    }
}

impl World {
    /// Yes was said: the core takes it, and lets it run if nobody has to approve.
    pub fn ask_to_run(
        &mut self,
        draft: &Draft,
        digest: &str,
        typed: Option<String>,
    ) -> Result<(ExecutionId, Vec<Published>), Refusal> {
        let order = order(self, draft)?;
        let tenant = draft.targets[0].0.tenant.clone();
        let step = Step::Ask { order: Box::new(order), digest: digest.into(), typed };
        let by = Actor { who: "priya".into(), seat: "jump-1 pts/4".into() };
        let on = OnExecution { execution: 0, by, step };
        let checked = self.engine.check_execution(NOW, &tenant, &on);
        checked.map_err(|why| Refusal::new("refused", why.to_string()))?;
        let id = ExecutionId { number: self.engine.next_execution(&tenant), tenant };
        let mut changes = self.apply(NOW, id.tenant.as_str(), &Input::Execution(on));
        if self.engine.execution(&id).is_some_and(|execution| !execution.awaits_approval()) {
            changes.extend(self.comes_to(&id, Step::Sending));
            let sent = Step::Sent { command_id: "8f1c".into(), request_id: Some("r-1".into()) };
            changes.extend(self.comes_to(&id, sent));
        }
        Ok((id, changes))
    }

    /// A step of an execution's life.
    pub fn comes_to(&mut self, id: &ExecutionId, step: Step) -> Vec<Published> {
        let on = OnExecution { execution: id.number, by: Actor::named("engine"), step };
        self.apply(NOW, id.tenant.as_str(), &Input::Execution(on))
    }
}
