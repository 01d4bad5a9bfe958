//! The book of people as calls. Whether somebody may ask is found out before; here it is done, put on the engine's own record
//! before it holds, and told to the tenants concerned.

use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::scribe::Scribe;
use super::task::Task;
use crate::core::audit::{Record, TENANT_REMOVED, refused};
use crate::core::id::TenantId;
use crate::core::input::Actor;
use crate::core::person::{Person, Scope};
use crate::core::time::{Moment, Span};
use crate::link::people::{Ask, Told};
use crate::link::{Refusal, Reply, Standing};
use crate::people::{Book, ChangeError, Senseless};

/// Where the answer to a call goes.
type Answer = oneshot::Sender<Result<Reply, Refusal>>;

impl Task {
    /// Answers a question about people, or makes a change.
    pub(super) fn about_people(&mut self, by: &Actor, standing: &Standing, ask: Ask, answer: Answer) {
        if let Ask::Log { from, limit } = ask {
            return self.read_own_log(from, limit, answer);
        }
        let (own, what, whom) = (ask.is_own(&by.who), ask.on_record(), ask.whom(&by.who).to_owned());
        let reply = self.people_reply(by, standing, ask);
        if let (Err(refusal), Some(what), false) = (&reply, what, own) {
            let mut record = Record::of(by, self.now(), what, whom);
            record.outcome = refused(refusal);
            self.note_own(record);
        }
        // Whoever asked may have gone.
        let _ = answer.send(reply);
    }

    fn people_reply(&mut self, by: &Actor, standing: &Standing, ask: Ask) -> Result<Reply, Refusal> {
        let now = self.now();
        let told = match ask {
            Ask::List => Told::List(self.people.book().people().cloned().collect()),
            Ask::Show { name } => self.show_person(by, standing, name, now)?,
            Ask::Add { name, role, tenants } => {
                self.are_tenants(&tenants)?;
                let with = json!({ "role": role, "tenants": tenants });
                let person = Person { name: name.clone(), role, tenants, added_at: now };
                self.change_book(by, standing, now, ("person.add", &name, with), |book| book.add(person))?;
                return Ok(Reply::Done);
            }
            Ask::Set { name, role, tenants } => {
                tenants.as_ref().map_or(Ok(()), |tenants| self.are_tenants(tenants))?;
                let with = json!({ "role": role, "tenants": tenants });
                self.change_book(by, standing, now, ("person.set", &name, with), |book| {
                    book.set(&name, role, tenants)
                })?;
                return Ok(Reply::Done);
            }
            Ask::Remove { name } => {
                self.change_book(by, standing, now, ("person.remove", &name, Value::Null), |book| book.remove(&name))?;
                return Ok(Reply::Done);
            }
            Ask::Token { name, ttl_seconds } => {
                if matches!(standing, Standing::Bearer(claims) if claims.name == name) {
                    // One that was stolen would live for ever.
                    let say = "a token makes no other for its own holder; ask on the engine's host, or another admin";
                    return Err(Refusal::new("refused", say));
                }
                let ttl = Span(i64::try_from(ttl_seconds.saturating_mul(1_000)).unwrap_or(i64::MAX));
                let log = &self.own_log;
                let made = self.people.token(&name, ttl, now, |claims| {
                    let with = json!({ "id": claims.id, "expires_at": claims.expires_at });
                    on_record(log, &Record::of(by, now, "token.make", &name).with(with))
                });
                Told::Token(made?)
            }
            Ask::Revoke { name, token } => {
                let with = json!({ "id": token });
                let tokens = self.change_book(by, standing, now, ("token.revoke", &name, with), |book| {
                    book.revoke(&name, token.as_deref())
                })?;
                Told::Revoked { tokens }
            }
            Ask::Rotate { revoke } => {
                let log = &self.own_log;
                let tokens = self.people.rotate(revoke, now, |id| {
                    let with = json!({ "id": id, "revoke": revoke });
                    on_record(log, &Record::of(by, now, "keys.rotate", "keys").with(with))
                })?;
                self.people_changed()?;
                Told::Revoked { tokens }
            }
            Ask::Log { .. } => return Err(Refusal::new("not_here", "this is a question about the past")),
        };
        Ok(Reply::People(told))
    }

    fn show_person(&self, by: &Actor, standing: &Standing, name: Option<String>, now: Moment) -> Result<Told, Refusal> {
        let book = self.people.book();
        let whom = name.as_deref().unwrap_or(&by.who);
        let person = book.person(whom).cloned();
        if person.is_none() && (name.is_some() || *standing != Standing::Owner) {
            return Err(ChangeError::from(Senseless::Nobody).into());
        }
        Ok(Told::Shown { person, tokens: book.tokens_of(whom, now) })
    }

    /// Changes the book, if the change makes sense and can be put on record.
    fn change_book<T>(
        &mut self,
        by: &Actor,
        standing: &Standing,
        now: Moment,
        (what, on, with): (&str, &str, Value),
        change: impl FnOnce(&mut Book) -> Result<T, Senseless>,
    ) -> Result<T, Refusal> {
        let log = &self.own_log;
        let done = self.people.change(now, |book| {
            let done = change(book)?;
            if *standing != Standing::Owner {
                // Who has the data folder can always add one.
                book.has_admin()?;
            }
            on_record(log, &Record::of(by, now, what, on).with(with))?;
            Ok::<_, ChangeError>(done)
        })?;
        self.people_changed()?;
        Ok(done)
    }

    /// Tells the tenants who may know of them now, and sends seats away that may not see any more what they saw.
    fn people_changed(&mut self) -> Result<(), Refusal> {
        self.judge_seats();
        self.staff().map_err(|why| {
            tracing::error!(%why, "the book of people is changed, and not all tenants have heard of it");
            let say = "the book is changed; a tenant could not be told, and will be at the next change or start";
            Refusal::new("half_done", format!("{say}: {why}"))
        })
    }

    /// A tenant was removed: nobody may know of one that is added under its id later. On record here, as its own log ends.
    pub(super) fn tenant_gone(&mut self, by: &Actor, tenant: &TenantId) {
        let now = self.now();
        if let Err(error) = self.forget_in_book(tenant) {
            tracing::error!(%tenant, %error, "a removed tenant cannot be taken out of the book of people");
        }
        self.judge_seats();
        self.note_own(Record::of(by, now, TENANT_REMOVED, tenant.as_str()));
    }

    /// Takes a tenant out of the book.
    ///
    /// # Errors
    /// Why that can't be written.
    pub(super) fn forget_in_book(&mut self, tenant: &TenantId) -> Result<(), String> {
        let now = self.now();
        if !self.people.book().names(tenant) {
            return Ok(());
        }
        let forget = |book: &mut Book| {
            book.forget_tenant(tenant);
            Ok::<_, ChangeError>(())
        };
        let forgotten = self.people.change(now, forget).map_err(|error: ChangeError| error.to_string());
        self.judge_seats();
        forgotten
    }

    /// Whether there are all of these tenants.
    fn are_tenants(&self, tenants: &Scope) -> Result<(), Refusal> {
        match tenants {
            Scope::All => Ok(()),
            Scope::Some(tenants) if tenants.iter().all(|tenant| self.board.tenants.contains_key(tenant)) => Ok(()),
            Scope::Some(_) => Err(Refusal::no_tenant()),
        }
    }

    /// Puts something on the engine's own record; nothing waits for that.
    pub(super) fn note_own(&self, record: Record) {
        self.own_log.note(record);
    }

    /// Puts on record that the engine's own log has lost what it had.
    pub(super) fn note_own_missing(&mut self) {
        let Some(last) = self.own_log.missing() else { return };
        tracing::error!(
            entry = last,
            "the engine's own log lacks an entry that it had; `audit verify --engine` says more"
        );
        let mut record = Record::of(&Actor::program(""), self.now(), "audit.broken", "engine");
        record.outcome = format!("entry {last} was in this log and is not any more");
        self.note_own(record);
    }

    /// It can be long, and is read on a thread of its own.
    fn read_own_log(&self, from: u64, limit: usize, answer: Answer) {
        let reading = self.own_log.reading();
        let read = move || {
            let entries = reading.read(from, limit);
            // Whoever asked may have gone.
            let _ = answer.send(entries.map(Reply::Audit).map_err(|error| Refusal::new("store_error", error)));
        };
        // Without one, the answer's place is dropped, and whoever waits is told that it is gone.
        let _ = std::thread::Builder::new().name("own-log".into()).spawn(read);
    }
}

fn on_record(log: &Scribe, record: &Record) -> Result<(), ChangeError> {
    log.add(record).map_err(ChangeError::Record)
}
