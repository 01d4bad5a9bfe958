use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::core::person::{Person, Scope};
use crate::core::role::Role;
use crate::core::testing::tenant_id;

const NOW: Moment = Moment(1_700_000_000_000);

fn some(ids: &[&str]) -> Scope {
    Scope::Some(ids.iter().map(|id| tenant_id(id)).collect())
}

fn person(name: &str, role: Role, tenants: Scope) -> Person {
    Person { name: name.into(), role, tenants, added_at: NOW }
}

fn add(people: &People, name: &str, role: Role, tenants: Scope) {
    people.change(NOW, |book| book.add(person(name, role, tenants))).unwrap();
}

fn make(people: &People, name: &str) -> NewToken {
    people.token(name, TTL, NOW, |_| Ok(())).unwrap()
}

/// A book with priya in it, and a token of hers.
fn priya() -> (People, NewToken) {
    let people = People::default();
    add(&people, "priya", Role::Lead, some(&["a", "b"]));
    let made = make(&people, "priya");
    (people, made)
}

fn rights(people: &People, token: &str, now: Moment) -> Result<Rights, Refused> {
    let claims = people.verify(token, now)?;
    people.rights(&Standing::Bearer(Arc::new(claims)), now)
}

#[test]
fn a_token_gives_what_it_says_and_the_book_still_says() {
    let (people, made) = priya();
    let now = |people: &People| rights(people, &made.token, NOW).unwrap();
    assert_eq!(now(&people), Rights { who: "priya".into(), role: Role::Lead, tenants: some(&["a", "b"]) });
    let set = |role, tenants| people.change(NOW, |book| book.set("priya", role, tenants)).unwrap();
    set(Some(Role::Viewer), Some(some(&["b", "c"])));
    assert_eq!(now(&people), Rights { who: "priya".into(), role: Role::Viewer, tenants: some(&["b"]) });
    set(Some(Role::Admin), Some(Scope::All));
    assert_eq!(now(&people).role, Role::Lead, "a token never gives more than when it was made");
    assert_eq!(now(&people).tenants, some(&["a", "b"]));
    people.change(NOW, |book| book.remove("priya")).unwrap();
    assert_eq!(rights(&people, &made.token, NOW), Err(Refused::Revoked));
    add(&people, "priya", Role::Admin, Scope::All);
    assert_eq!(rights(&people, &made.token, NOW), Err(Refused::Revoked), "another of the name is somebody else");
}

#[test]
fn a_token_ends_when_it_says_give_or_take_a_minute_and_never_after_a_day() {
    let (people, made) = priya();
    assert_eq!(made.expires_at, NOW + TTL);
    let at = |now| people.verify(&made.token, now).map(drop);
    assert_eq!(at(made.expires_at + Span::MINUTE), Ok(()));
    assert_eq!(at(made.expires_at + Span::MINUTE + Span(1)), Err(Refused::Expired));
    let ask = |ttl| people.token("priya", ttl, NOW, |_| Ok(())).map(drop).map_err(|error| error.code());
    assert_eq!(ask(Span::DAY), Ok(()));
    assert_eq!(ask(Span::DAY + Span(1)), Err("bad_setting"));
    assert_eq!(ask(Span(-1)), Err("bad_setting"));
    assert_eq!(ask(Span(i64::MAX)), Err("bad_setting"));
    // Whoever tidies up later forgets it, and that is said as what it is: it has expired.
    people.change(NOW + Span::hours(48), |_| Ok::<_, Senseless>(())).unwrap();
    assert_eq!(at(NOW + Span::hours(48)), Err(Refused::Expired));
}

#[test]
fn tokens_are_taken_back_one_by_one_or_all() {
    let (people, first) = priya();
    let (second, third) = (make(&people, "priya"), make(&people, "priya"));
    let revoke = |token: Option<&str>| people.change(NOW, |book| book.revoke("priya", token)).map_err(|e| e.code());
    let good = || [&first, &second, &third].map(|made| people.verify(&made.token, NOW).is_ok());
    assert_eq!(revoke(Some(&second.id)), Ok(1));
    assert_eq!(good(), [true, false, true]);
    assert_eq!(revoke(Some(&second.id)), Err("no_such_token"));
    add(&people, "sam", Role::Viewer, Scope::All);
    let theirs = people.change(NOW, |book| book.revoke("sam", Some(&first.id))).map_err(|error| error.code());
    assert_eq!(theirs, Err("no_such_token"), "it is somebody else's");
    assert_eq!(revoke(None), Ok(2));
    assert_eq!(good(), [false; 3]);
}

#[test]
fn an_old_key_is_good_until_its_last_token_has_expired() {
    let (people, old) = priya();
    assert_eq!(people.rotate(false, NOW, |_| Ok(())).unwrap(), 0);
    let new = people.token("priya", Span::DAY, NOW, |_| Ok(())).unwrap();
    let kid = |made: &NewToken| jsonwebtoken::decode_header(&made.token).unwrap().kid.unwrap();
    assert_ne!(kid(&old), kid(&new));
    assert!(people.verify(&old.token, NOW).is_ok() && people.verify(&new.token, NOW).is_ok());
    people.change(old.expires_at + Span::minutes(2), |book| book.revoke("priya", Some(&new.id))).unwrap();
    assert_eq!(people.book().keys.len(), 1, "nothing needs the old one any more");
    let last = make(&people, "priya");
    assert_eq!(kid(&last), kid(&new));
    assert_eq!(people.rotate(true, NOW, |_| Ok(())).unwrap(), 1);
    assert_eq!(people.verify(&last.token, NOW), Err(Refused::Bad), "its key is gone");
}

#[test]
fn who_is_known_on_this_host_needs_no_token_and_must_be_in_the_book() {
    let (people, _) = priya();
    let known = |name: &str| people.rights(&Standing::Known(name.into()), NOW);
    assert_eq!(known("priya").unwrap().role, Role::Lead);
    assert_eq!(known("sam"), Err(Refused::Unknown));
    assert_eq!(people.rights(&Standing::Owner, NOW).unwrap().tenants, Scope::All);
}

/// A token of somebody's own making.
fn forged(header: &Value, payload: &Value, secret: &str) -> String {
    use hmac::{KeyInit as _, Mac as _};
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(payload));
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

#[test]
fn a_token_that_is_not_wholly_ours_is_none() {
    let (people, made) = priya();
    let key = people.book().keys[0].clone();
    let header = json!({ "alg": "HS256", "typ": "JWT", "kid": key.id });
    let payload = json!({
        "aud": "alert-whisperer", "sub": "priya", "jti": made.id, "iat": NOW.unix_seconds(),
        "exp": made.expires_at.unix_seconds(), "role": "lead", "tenants": ["a", "b"],
    });
    let with = |value: &Value, field: &str, to: Value| {
        let mut value = value.clone();
        value[field] = to;
        value
    };
    let without = |field: &str| {
        let mut payload = payload.clone();
        payload.as_object_mut().unwrap().remove(field);
        payload
    };
    let say = |token: &str| people.verify(token, NOW).map(drop);
    let sign = |header: &Value, payload: &Value| forged(header, payload, key.secret.expose());
    assert_eq!(say(&sign(&header, &payload)), Ok(()), "this is how ours are made");
    assert_eq!(say(&forged(&header, &payload, "guess")), Err(Refused::Bad));
    for (field, to) in [("alg", "none"), ("alg", "HS384"), ("alg", "RS256"), ("kid", "no such"), ("kid", "")] {
        assert_eq!(say(&sign(&with(&header, field, to.into()), &payload)), Err(Refused::Bad), "{field} {to}");
    }
    for field in ["aud", "sub", "jti", "exp", "role", "tenants", "iat"] {
        assert_eq!(say(&sign(&header, &without(field))), Err(Refused::Bad), "{field}");
    }
    assert_eq!(say(&sign(&header, &with(&payload, "aud", "other".into()))), Err(Refused::Bad));
    assert_eq!(say(&sign(&header, &with(&payload, "role", "root".into()))), Err(Refused::Bad));
    // Signed by us, and never issued: by a key that was stolen, or for somebody else.
    assert_eq!(say(&sign(&header, &with(&payload, "jti", "0123".into()))), Err(Refused::Revoked));
    assert_eq!(say(&sign(&header, &with(&payload, "sub", "ann".into()))), Err(Refused::Revoked));
    assert_eq!(say(&"x".repeat(100_000)), Err(Refused::Bad));
}

#[test]
fn a_token_never_prints_and_neither_does_a_key() {
    let (people, made) = priya();
    let key = people.book().keys[0].secret.expose().to_owned();
    let shown = format!("{made:?} {people:?} {:?} {:?}", people.book(), people.verify(&made.token, NOW));
    assert!(!shown.contains(&made.token) && !shown.contains(&key), "{shown}");
}

#[test]
fn somebody_has_so_many_tokens_and_no_more() {
    let (people, _) = priya();
    let more: Vec<_> = (0..60).map(|_| people.token("priya", TTL, NOW, |_| Ok(())).is_ok()).collect();
    assert_eq!(more.iter().filter(|made| **made).count(), 49);
    let later = people.token("priya", TTL, NOW + TTL, |_| Ok(()));
    assert!(later.is_ok(), "the others have expired");
}

#[test]
fn the_book_survives_for_its_owner_only_and_what_is_no_book_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let open = || People::open(dir.path()).map(|people| people.book());
    let people = People::open(dir.path()).unwrap();
    let path = dir.path().join("people.json");
    assert!(!path.exists(), "nothing was changed");
    add(&people, "priya", Role::Lead, some(&["a"]));
    let made = make(&people, "priya");
    let again = People::open(dir.path()).unwrap();
    assert_eq!((again.book(), again.verify(&made.token, NOW).is_ok()), (people.book(), true));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(open().unwrap(), people.book());
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);

    let text = std::fs::read_to_string(&path).unwrap();
    let key = people.book().keys[0].secret.expose().to_owned();
    for (broken, says) in [
        (text.replace("\"version\": 1", "\"version\": 2"), "of a newer version"),
        (text.replace("\"role\": \"lead\"", "\"role\": \"boss\""), "is no book of people (line 6)"),
        (text.replace(&key, &format!("{key}\",")), "is no book of people"),
        (text[..text.len() / 2].to_owned(), "is no book of people"),
        (String::new(), "is no book of people"),
    ] {
        std::fs::write(&path, broken).unwrap();
        let said = open().unwrap_err().to_string();
        assert!(said.contains(says) && !said.contains(&key), "{said}");
    }
}

#[test]
fn a_change_that_cannot_be_kept_or_put_on_record_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let people = People::open(dir.path()).unwrap();
    add(&people, "priya", Role::Lead, Scope::All);
    let before = people.book();
    let refused = people.token("priya", TTL, NOW, |_| Err(ChangeError::Record("the disk is full".into())));
    assert_eq!(refused.unwrap_err().code(), "unavailable");
    let nobody = people.change(NOW, |book| book.remove("sam"));
    assert_eq!(nobody.unwrap_err().code(), "no_such_person");
    std::fs::create_dir(dir.path().join("people.part")).unwrap();
    let full = people.change(NOW, |book| book.remove("priya"));
    assert_eq!(full.unwrap_err().code(), "unavailable");
    assert_eq!(people.book(), before);
    assert_eq!(*People::open(dir.path()).unwrap().book(), *before);
}

#[test]
fn names_are_login_names() {
    let long = "x".repeat(64);
    for good in ["p", "priya", "0day", "j.doe", "svc_wall-2", &long] {
        assert!(is_name(good), "{good}");
    }
    for bad in ["", "Priya", ".p", "-p", "_p", "p q", "p/q", "p\n", "prïya", "(unknown)", &format!("{long}x")] {
        assert!(!is_name(bad), "{bad}");
    }
}

#[test]
fn who_guesses_waits_and_who_shares_the_address_of_a_forgotten_script_does_not() {
    let (people, made) = priya();
    let (home, away): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
    let why = |token: &str, from, now| people.sign_in(token, from, now).map(drop).map_err(|failed| failed.why);
    for _ in 0..5 {
        assert_eq!(why("guess", home, NOW), Err(Refused::Bad));
    }
    assert_eq!(why("guess", home, NOW), Err(Refused::Wait(Span::SECOND)));
    assert_eq!(why(&made.token, home, NOW), Ok(()), "whoever guesses there shuts nobody out who has a good one");
    assert_eq!(why(&made.token, away, NOW), Ok(()));
    assert_eq!(why("guess", home, NOW + Span::SECOND), Err(Refused::Bad));
    assert_eq!(why("guess", home, NOW + Span::SECOND), Err(Refused::Wait(Span(2_000))), "a sign-in clears nothing");

    let late = NOW + Span::hours(16);
    let good = people.token("priya", TTL, late, |_| Ok(())).unwrap();
    for _ in 0..5 {
        assert_eq!(why(&made.token, away, late), Err(Refused::Expired));
    }
    assert_eq!(why(&made.token, away, late), Err(Refused::Wait(Span::SECOND)));
    assert_eq!(why(&good.token, away, late), Ok(()));
    let failed = people.sign_in(&made.token, home, late + Span::MINUTE).unwrap_err();
    assert_eq!((failed.lately, failed.who.unwrap().0), (6, "priya".into()));
}

/// A change to the book.
#[derive(Clone, Debug)]
enum Change {
    Add(u8, Role, Scope),
    Set(u8, Role, Scope),
    Remove(u8),
    Token(u8, i64),
    Revoke(u8),
    Rotate(bool),
    Forget(u8),
    Wait(i64),
}

fn change() -> impl Strategy<Value = Change> {
    let who = 0..3_u8;
    let role = prop::sample::select(vec![Role::Viewer, Role::Technician, Role::Lead, Role::Admin]);
    let scope = prop::sample::select(vec![Scope::All, some(&["a"]), some(&["a", "b"]), some(&["c"])]);
    prop_oneof![
        3 => (who.clone(), role.clone(), scope.clone()).prop_map(|(n, r, s)| Change::Add(n, r, s)),
        2 => (who.clone(), role, scope).prop_map(|(n, r, s)| Change::Set(n, r, s)),
        1 => who.clone().prop_map(Change::Remove),
        5 => (who.clone(), 1..=24_i64).prop_map(|(n, hours)| Change::Token(n, hours)),
        1 => who.prop_map(Change::Revoke),
        1 => any::<bool>().prop_map(Change::Rotate),
        1 => (0..3_u8).prop_map(Change::Forget),
        2 => (1..30_i64).prop_map(Change::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever happens to the book: a token never gives more than it was made with, nor more than its person may, nor
    /// anything once it was taken back or has expired.
    #[test]
    fn no_token_ever_gives_too_much(changes in prop::collection::vec(change(), 1..40)) {
        let people = People::default();
        let name = |n: u8| format!("p{n}");
        let mut now = NOW;
        let mut made: Vec<(NewToken, bool)> = Vec::new();
        for change in changes {
            // What makes no sense changes nothing.
            match change {
                Change::Add(n, role, tenants) => drop(people.change(now, |b| b.add(person(&name(n), role, tenants)))),
                Change::Set(n, role, tenants) => {
                    drop(people.change(now, |b| b.set(&name(n), Some(role), Some(tenants))));
                }
                Change::Remove(n) => {
                    if people.change(now, |b| b.remove(&name(n))).is_ok() {
                        made.iter_mut().filter(|(token, _)| token.name == name(n)).for_each(|(_, back)| *back = true);
                    }
                }
                Change::Token(n, hours) => {
                    if let Ok(token) = people.token(&name(n), Span::hours(hours), now, |_| Ok(())) {
                        made.push((token, false));
                    }
                }
                Change::Revoke(n) => {
                    if people.change(now, |b| b.revoke(&name(n), None)).is_ok() {
                        made.iter_mut().filter(|(token, _)| token.name == name(n)).for_each(|(_, back)| *back = true);
                    }
                }
                Change::Rotate(revoke) => {
                    people.rotate(revoke, now, |_| Ok(())).unwrap();
                    made.iter_mut().for_each(|(_, back)| *back |= revoke);
                }
                Change::Forget(n) => {
                    let tenant = tenant_id(["a", "b", "c"][usize::from(n)]);
                    people.change(now, |b| {
                        b.forget_tenant(&tenant);
                        Ok::<_, Senseless>(())
                    })
                    .unwrap();
                    prop_assert!(!people.book().names(&tenant));
                }
                Change::Wait(hours) => now = now + Span::hours(hours),
            }
            for (token, taken_back) in &made {
                let over = now > token.expires_at + Span::MINUTE;
                match rights(&people, &token.token, now) {
                    Ok(rights) => {
                        prop_assert!(!taken_back && !over);
                        let book = people.book().rights(&token.name).unwrap();
                        prop_assert!(rights.role <= token.role && rights.role <= book.role);
                        prop_assert_eq!(&rights.tenants, &token.tenants.and(&book.tenants));
                    }
                    Err(why) => prop_assert!(*taken_back || over, "{why}"),
                }
            }
        }
    }
}
