//! What there is in the stand-in's AWS, as data: accounts, the roles that let us in, managed nodes.

use crate::core::credentials::Secret;
use crate::core::execution::order::Platform;
use crate::core::time::Span;
use std::time::Duration;

/// Everything there is.
#[derive(Clone, Debug)]
pub struct World {
    /// The account of whoever comes: the MSP's.
    pub base_account: String,
    /// The name of the user that it comes as.
    pub base_user: String,
    /// The clients' accounts.
    pub accounts: Vec<Account>,
    /// What answers at a port that a machine reaches, instead of what is there on this one.
    pub services: Vec<Service>,
    /// How it behaves as long as nobody says otherwise.
    pub manner: Manner,
}

/// How the stand-in behaves.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Manner {
    /// How long one second of a command's timeouts takes.
    pub second: Duration,
    /// How long a command takes to a machine.
    pub delivery: Duration,
    /// So many times a new command's invocations are asked for and do not exist yet.
    pub unseen: u32,
    /// So many times commands are listed without a new one.
    pub unlisted: u32,
    /// At most so many things on a page.
    pub page: usize,
    /// How long an agent takes over each message of output. Real ones take a millisecond.
    pub pace: Duration,
    /// How long a shell's first output takes. Real ones sleep a second before.
    pub first_output: Duration,
    /// Agents connect to this machine's own ports. Otherwise a small page answers at 80 and 8080, and nothing elsewhere.
    pub loopback: bool,
    /// Agents are of old: a port session of theirs carries one connection at a time, as it is.
    pub raw_ports: bool,
    /// Output can be read while it is written. AWS hands it over when a machine's part has ended.
    pub early_output: bool,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            second: Duration::from_secs(1),
            delivery: Duration::ZERO,
            unseen: 0,
            unlisted: 0,
            page: 50,
            pace: Duration::ZERO,
            first_output: Duration::ZERO,
            loopback: true,
            raw_ports: false,
            early_output: false,
        }
    }
}

/// A client's account.
#[derive(Clone, PartialEq, Debug)]
pub struct Account {
    /// Twelve digits.
    pub id: String,
    /// Where its machines are; elsewhere it has none.
    pub region: String,
    /// Who may be in it.
    pub roles: Vec<Role>,
    /// Its machines.
    pub nodes: Vec<Node>,
    /// How its sessions are encrypted, if they are.
    pub encryption: Option<Encryption>,
}

/// How an account's sessions are encrypted, and what there is of the key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Encryption {
    /// The key that its preferences name, as an ARN.
    pub key_id: String,
    /// What KMS has under that name.
    pub key: KmsKey,
    /// Its machines' agents are recent enough to want a challenge in the context.
    pub challenge: bool,
    /// They refuse a client that leaves it out.
    pub require_challenge: bool,
    /// Its machines' own role may decrypt with the key.
    pub agent_may: bool,
}

/// What KMS has under a key's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KmsKey {
    /// A key that works.
    Enabled,
    /// One that was disabled.
    Disabled,
    /// None: the preferences name another one than there is.
    Missing,
}

/// A role that the base identity may assume.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Role {
    /// Its name, the last part of its ARN.
    pub name: String,
    /// What its trust policy asks for.
    pub external_id: Option<String>,
    /// The longest session, in seconds.
    pub longest: u32,
    /// Its trust policy allows `sts:TagSession`.
    pub tags: bool,
    /// Actions that its policy does not allow: `ssm:SendCommand`; or not with a document or a machine:
    /// `ssm:StartSession/AWS-StartPortForwardingSession`, `ssm:StartSession/i-0123456789abcdef0`.
    pub denied: Vec<String>,
}

/// What answers at a port that machines reach.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Service {
    /// As a client calls the host; `localhost` is the machine itself.
    pub host: String,
    /// The port there.
    pub port: u16,
    /// Where it is in truth: on this machine.
    pub at: std::net::SocketAddr,
}

/// A managed node.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// `i-…` or `mi-…`.
    pub id: String,
    /// Its computer's name.
    pub name: String,
    /// What it runs.
    pub platform: Platform,
    /// The system's name and version.
    pub system: (String, String),
    /// Its address.
    pub ip: String,
    /// What becomes of commands for it.
    pub fate: Fate,
    /// What Patch Manager found on it; absent when it was never scanned.
    pub patching: Option<Patching>,
}

/// What Patch Manager found on a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Patching {
    /// Patches that are there.
    pub installed: u32,
    /// Patches that are not.
    pub missing: u32,
    /// Patches that could not be installed.
    pub failed: u32,
    /// Patches that wait for a reboot.
    pub pending_reboot: u32,
    /// How long ago it looked.
    pub ago: Span,
}

/// What becomes of a command for a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Fate {
    /// It runs.
    #[default]
    Runs,
    /// The node's agent is silent: the command waits until its delivery times out.
    Offline,
    /// It can't be delivered.
    Undeliverable,
    /// The command was ended by too many errors elsewhere.
    Terminated,
    /// The document is for another platform.
    InvalidPlatform,
    /// The node's own role does not allow it.
    AccessDenied,
}

/// What a request is signed with.
#[derive(Clone, PartialEq, Debug)]
pub struct Key {
    /// The part that is no secret.
    pub access_key: String,
    /// The part that is.
    pub secret: Secret,
}

impl World {
    /// These accounts, and an MSP that may come into them.
    pub fn of(accounts: Vec<Account>) -> Self {
        Self {
            base_account: "999900009999".into(),
            base_user: "alert-whisperer".into(),
            accounts,
            services: Vec::new(),
            manner: Manner::default(),
        }
    }

    /// The ARN of whoever comes.
    pub fn base_arn(&self) -> String {
        format!("arn:aws:iam::{}:user/{}", self.base_account, self.base_user)
    }

    /// The account and the role behind a role's ARN.
    pub(super) fn role(&self, arn: &str) -> Option<(&Account, &Role)> {
        self.accounts
            .iter()
            .flat_map(|account| account.roles.iter().map(move |role| (account, role)))
            .find(|(account, role)| account.role_arn(role) == arn)
    }

    /// The account with an id, if it has anything in the region.
    pub(super) fn account(&self, id: &str, region: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id && account.region == region)
    }
}

impl Account {
    /// An account with a role that asks for an external id, and machines.
    pub fn new(id: &str, region: &str, external_id: &str, nodes: Vec<Node>) -> Self {
        let roles = vec![Role::new("AlertWhisperer", external_id)];
        Self { id: id.into(), region: region.into(), roles, nodes, encryption: None }
    }

    /// The same with sessions that are encrypted, with a challenge, by a key that works.
    pub fn encrypted(self) -> Self {
        let key_id = format!("arn:aws:kms:{}:{}:key/1234abcd-12ab-34cd-56ef-{}", self.region, self.id, self.id);
        let encryption =
            Encryption { key_id, key: KmsKey::Enabled, challenge: true, require_challenge: true, agent_may: true };
        Self { encryption: Some(encryption), ..self }
    }

    /// The ARN of one of its roles.
    pub fn role_arn(&self, role: &Role) -> String {
        format!("arn:aws:iam::{}:role/{}", self.id, role.name)
    }
}

impl Role {
    /// A role as we ask clients to grant it.
    pub fn new(name: &str, external_id: &str) -> Self {
        Self {
            name: name.into(),
            external_id: Some(external_id.into()),
            longest: 3_600,
            tags: true,
            denied: Vec::new(),
        }
    }
}

impl Node {
    /// A Linux machine that is online.
    pub fn new(id: &str, name: &str) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            platform: Platform::Linux,
            system: ("Ubuntu".into(), "24.04".into()),
            ip: "10.0.0.10".into(),
            fate: Fate::Runs,
            patching: None,
        }
    }

    /// It is on-premises, through a hybrid activation.
    pub fn is_hybrid(&self) -> bool {
        self.id.starts_with("mi-")
    }

    /// As SSM calls its platform.
    pub(super) fn platform_type(&self) -> &'static str {
        match self.platform {
            Platform::Linux => "Linux",
            Platform::Windows => "Windows",
            Platform::MacOs => "MacOS",
        }
    }
}
