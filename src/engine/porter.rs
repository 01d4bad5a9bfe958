//! The thread that carries tenants out and in: copies and exports are made here, and wait to be fetched; copies that are brought are
//! judged here. The task, which must not wait for a disk that long, only says when.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::follow::Progress;
use super::handle::{Handle, Message};
use crate::core::audit::Record;
use crate::core::id::TenantId;
use crate::core::input::Actor;
use crate::core::time::Moment;
use crate::link::house::{House, Housed, Made, PART};
use crate::link::session::Blob;
use crate::link::{Refusal, Reply};
use crate::store::bundle::member;
use crate::store::{Copies, StoreError};

/// How long a copy waits for the archive to know what was just applied.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a file waits for somebody to ask for it, or to go on with it.
const KEPT_FOR: Duration = Duration::from_secs(600);
/// How often files that nobody wants any more are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// Files on their way, at most.
const FILES: usize = 8;
/// Of one tenant: its people leave room for others'.
const FILES_OF_ONE: usize = 2;

/// Where the answer to a call goes.
pub(super) type Answer = oneshot::Sender<Result<Reply, Refusal>>;

/// The thread, from outside.
#[derive(Debug)]
pub(super) struct Porter {
    jobs: Sender<Job>,
}

/// What it is to do.
#[derive(Debug)]
pub(super) struct Job {
    /// Whose.
    pub(super) tenant: TenantId,
    /// For whom.
    pub(super) by: Actor,
    /// What.
    pub(super) what: What,
    /// Where the answer goes.
    pub(super) answer: Answer,
}

/// What is to be done with a tenant.
#[derive(Debug)]
pub(super) enum What {
    /// Write down all that there is up to an input, as a copy or as an export.
    Make {
        /// As an export.
        export: bool,
        /// The last input that is to be in it.
        after: u64,
        /// When.
        at: Moment,
    },
    /// Something with a file on its way.
    Carry(House),
    /// It is not there any more: remove its files.
    Clear,
}

/// A copy that was found good is to become the tenant: the task does it, and nothing else meanwhile.
#[derive(Debug)]
pub struct TakeIn {
    pub(super) tenant: TenantId,
    pub(super) by: Actor,
    pub(super) replace: bool,
    /// The SHA-256 of its export.
    pub(super) digest: String,
    pub(super) answer: oneshot::Sender<Result<(), Refusal>>,
}

impl Porter {
    /// Starts the thread; it ends when this end is gone.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub(super) fn start(copies: Arc<dyn Copies>, progress: Progress, engine: Handle) -> std::io::Result<Self> {
        let (jobs, given) = channel();
        let mut thread = Carrying { copies, progress, engine, files: BTreeMap::new(), last: 0 };
        std::thread::Builder::new().name("porter".into()).spawn(move || thread.run(&given))?;
        Ok(Self { jobs })
    }

    /// Gives it something to do; the answer goes where the job says.
    pub(super) fn give(&self, job: Job) {
        // The thread lives as long as this does.
        let _ = self.jobs.send(job);
    }
}

/// The thread, from inside.
struct Carrying {
    copies: Arc<dyn Copies>,
    progress: Progress,
    engine: Handle,
    files: BTreeMap<u64, OnItsWay>,
    last: u64,
}

/// A file on its way out or in.
struct OnItsWay {
    tenant: TenantId,
    path: PathBuf,
    /// It was made here; else it is being brought.
    made: bool,
    bytes: u64,
    touched: Instant,
}

impl Carrying {
    fn run(&mut self, jobs: &Receiver<Job>) {
        loop {
            match jobs.recv_timeout(SWEEP_EVERY) {
                Ok(Job { tenant, by, what, answer }) => {
                    let reply = self.done(&tenant, &by, what);
                    let made = match &reply {
                        Ok(Housed::Made(made)) => Some(made.file),
                        _ => None,
                    };
                    // Whoever asked may have gone, and nobody else knows of the file then.
                    if answer.send(reply.map(Reply::Housed)).is_err() {
                        made.into_iter().for_each(|file| self.let_go(file));
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            let old = |file: &OnItsWay| file.touched.elapsed() > KEPT_FOR;
            let old: Vec<u64> = self.files.iter().filter(|(_, file)| old(file)).map(|(number, _)| *number).collect();
            old.into_iter().for_each(|number| self.let_go(number));
        }
    }

    fn done(&mut self, tenant: &TenantId, by: &Actor, what: What) -> Result<Housed, Refusal> {
        match what {
            What::Make { export, after, at } => self.make(tenant, by, export, after, at),
            What::Carry(House::Fetch { file, from }) => self.fetch(tenant, file, from),
            What::Carry(House::Bring { .. }) => {
                let (number, path) = self.place(tenant)?;
                let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
                made.map_err(|error| unwritten(&error))?;
                self.files.insert(number, OnItsWay::new(tenant, path, false, 0));
                Ok(Housed::Brought(number))
            }
            What::Carry(House::Put { file, from, part }) => self.put(tenant, file, from, &part),
            What::Carry(House::Restore { file, replace }) => {
                self.of(tenant, file)?;
                let restored = self.restore(tenant, by, file, replace);
                self.let_go(file);
                restored
            }
            What::Carry(House::Drop { file }) => {
                self.of(tenant, file)?;
                self.let_go(file);
                Ok(Housed::Done)
            }
            What::Carry(House::Backup | House::Export | House::Erase) => Err(no_file()),
            What::Clear => {
                let theirs: Vec<u64> =
                    self.files.iter().filter(|(_, file)| file.tenant == *tenant).map(|(number, _)| *number).collect();
                theirs.into_iter().for_each(|number| self.let_go(number));
                self.copies.clear_away(tenant).map_err(refusal)?;
                Ok(Housed::Done)
            }
        }
    }

    /// A copy or an export; on the engine's own record before anybody gets any of it, since the questions that fetch it come
    /// through the engine's task behind it. On the tenant's record, a tenant that was restored would not be what it was.
    fn make(&mut self, tenant: &TenantId, by: &Actor, export: bool, after: u64, at: Moment) -> Result<Housed, Refusal> {
        if !self.progress.reach(after, PATIENCE) {
            let say = "the latest alerts cannot be copied yet; `alert-whisperer check` says why";
            return Err(Refusal::new("behind", say));
        }
        let (number, path) = self.place(tenant)?;
        self.files.insert(number, OnItsWay::new(tenant, path.clone(), true, 0));
        let made = (|| {
            let what = if export { "tenant.export" } else { "tenant.backup" };
            let digest = match export {
                true => self.copies.export(tenant, &path),
                false => self.copies.backup(tenant, at, &path),
            };
            let digest = digest.map_err(refusal)?;
            let file = member(String::new(), &path).map_err(|error| unwritten(&error))?;
            let with = serde_json::json!({ "bytes": file.bytes, "sha256": file.sha256 });
            self.engine.note_own(Record::of(by, at, what, tenant.as_str()).with(with));
            Ok(Made { file: number, bytes: file.bytes, sha256: file.sha256, digest })
        })();
        match &made {
            Ok(made) => drop(self.files.get_mut(&number).map(|file| file.bytes = made.bytes)),
            Err(_) => self.let_go(number),
        }
        made.map(Housed::Made)
    }

    fn fetch(&mut self, tenant: &TenantId, file: u64, from: u64) -> Result<Housed, Refusal> {
        let found = self.of(tenant, file).and_then(|found| if found.made { Ok(found) } else { Err(no_file()) })?;
        let read = || {
            let mut part = Vec::new();
            let mut open = File::open(&found.path)?;
            open.seek(SeekFrom::Start(from))?;
            open.take(PART).read_to_end(&mut part)?;
            Ok(part)
        };
        read().map(|part| Housed::Part(Blob(part))).map_err(|error: std::io::Error| unwritten(&error))
    }

    fn put(&mut self, tenant: &TenantId, file: u64, from: u64, part: &Blob) -> Result<Housed, Refusal> {
        let copies = self.copies.clone();
        let found = self.of(tenant, file)?;
        if found.made || found.bytes != from {
            return Err(Refusal::new("out_of_turn", "a part of the file is missing; begin again"));
        }
        let length = part.0.len() as u64;
        copies.has_room(length).map_err(refusal)?;
        let put = OpenOptions::new().append(true).open(&found.path).and_then(|mut open| open.write_all(&part.0));
        put.map_err(|error| unwritten(&error))?;
        found.bytes += length;
        Ok(Housed::Done)
    }

    fn restore(&mut self, tenant: &TenantId, by: &Actor, file: u64, replace: bool) -> Result<Housed, Refusal> {
        let path = self.of(tenant, file)?.path.clone();
        let digest = self.copies.stage(tenant, &path).map_err(refusal)?;
        let (answer, answered) = oneshot::channel();
        let take_in = TakeIn { tenant: tenant.clone(), by: by.clone(), replace, digest: digest.clone(), answer };
        let sent = self.engine.messages.send(Message::TakeIn(Box::new(take_in)));
        let taken =
            sent.map_err(|_| Refusal::gone()).and_then(|()| answered.blocking_recv().map_err(|_| Refusal::gone())?);
        if let Err(error) = self.copies.unstage(tenant).map(drop).and_then(|()| self.copies.clear_away(tenant)) {
            tracing::warn!(%tenant, %error, "what is left of a restore is removed at the next start");
        }
        taken.map(|()| Housed::Restored { digest })
    }

    /// A file of a tenant's, which somebody wants.
    fn of(&mut self, tenant: &TenantId, file: u64) -> Result<&mut OnItsWay, Refusal> {
        let found = self.files.get_mut(&file).filter(|found| found.tenant == *tenant).ok_or_else(no_file)?;
        found.touched = Instant::now();
        Ok(found)
    }

    /// A number and a place for another file of a tenant's.
    fn place(&mut self, tenant: &TenantId) -> Result<(u64, PathBuf), Refusal> {
        let theirs = self.files.values().filter(|file| file.tenant == *tenant).count();
        if theirs >= FILES_OF_ONE || self.files.len() >= FILES {
            let say = "too many copies are on their way; wait for one of them, or ten minutes";
            return Err(Refusal::new("unavailable", say));
        }
        self.last += 1;
        Ok((self.last, self.copies.place().join(format!("{}.file", self.last))))
    }

    fn let_go(&mut self, number: u64) {
        if let Some(file) = self.files.remove(&number) {
            // Swept at the next start otherwise.
            let _ = fs::remove_file(file.path);
        }
    }
}

impl OnItsWay {
    fn new(tenant: &TenantId, path: PathBuf, made: bool, bytes: u64) -> Self {
        Self { tenant: tenant.clone(), path, made, bytes, touched: Instant::now() }
    }
}

fn no_file() -> Refusal {
    Refusal::new("no_such_file", "that file is not there any more; begin again")
}

fn unwritten(error: &std::io::Error) -> Refusal {
    Refusal::new("store_error", format!("a file in the data folder cannot be used: {error}"))
}

pub(super) fn refusal(error: StoreError) -> Refusal {
    match error {
        StoreError::NoTenant => Refusal::no_tenant(),
        StoreError::Unfit { .. } => Refusal::new("unfit", error.to_string()),
        error => Refusal::new("store_error", error.to_string()),
    }
}
