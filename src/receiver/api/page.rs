//! Pages of lists: how many, and the cursor that says where the next page begins. A cursor tells its holder nothing, and is good
//! for the list that gave it only.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::problem::{BAD_CURSOR, Problem};
use crate::core::tag;

/// A page of a list.
#[derive(Debug, Serialize)]
pub struct List<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Gives the next page; `null`: this is the last one.
    pub next_cursor: Option<String>,
}

/// Where a list goes on, and which list it is.
#[derive(Serialize, Deserialize)]
struct Cursor<P> {
    of: String,
    at: P,
}

/// Which list it is: what was asked for, but for where and how much.
pub fn list(asked: &impl Serialize) -> String {
    let mut of = tag::of(asked);
    of.truncate(8);
    of
}

/// A cursor for what follows on `at`.
pub fn cursor<P: Serialize>(of: &str, at: P) -> Option<String> {
    let json = serde_json::to_vec(&Cursor { of: of.into(), at }).ok()?;
    Some(URL_SAFE_NO_PAD.encode(json))
}

/// What a cursor says.
///
/// # Errors
/// It is none, or another list's.
pub fn read<P: DeserializeOwned>(of: &str, cursor: &str) -> Result<P, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| &BAD_CURSOR)?;
    let cursor: Cursor<P> = serde_json::from_slice(&bytes).map_err(|_| &BAD_CURSOR)?;
    if cursor.of == of { Ok(cursor.at) } else { Err((&BAD_CURSOR).into()) }
}

impl<T> List<T> {
    /// All that there is.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }

    /// A page of what was asked for with one more than fits: if that came, there is another page.
    pub fn cut<P: Serialize>(mut items: Vec<T>, limit: usize, of: &str, place: impl Fn(&T) -> P) -> Self {
        if items.len() <= limit {
            return Self::whole(items);
        }
        items.truncate(limit);
        let next_cursor = items.last().and_then(|last| cursor(of, place(last)));
        Self { items, next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_good_for_its_own_list_only() {
        let (here, there) = (list(&("alerts", "acme")), list(&("alerts", "bolt")));
        let page = List::cut(vec![1, 2, 3], 2, &here, |last| *last);
        let next = page.next_cursor.unwrap();
        assert_eq!((page.items, read::<u64>(&here, &next)), (vec![1, 2], Ok(2)));
        for (of, text) in [(&there, &*next), (&here, "planted"), (&here, "é"), (&here, "")] {
            assert_eq!(read::<u64>(of, text).unwrap_err().code, "bad_cursor");
        }
        assert!(List::cut(vec![1, 2], 2, &here, |last| *last).next_cursor.is_none());
    }
}
