//! How many calls of one person are answered at once, so that nobody keeps the engine from everybody else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Calls of one person at once.
const OF_ONE: usize = 32;

/// Who is being answered, and how often.
#[derive(Debug, Default)]
pub struct Turns(Arc<Mutex<HashMap<String, usize>>>);

/// A call that is being answered.
#[derive(Debug)]
pub struct Turn {
    all: Arc<Mutex<HashMap<String, usize>>>,
    who: String,
}

impl Turns {
    /// A turn, if there is one for this person.
    pub fn take(&self, who: &str) -> Option<Turn> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = all.entry(who.to_owned()).or_default();
        if *count >= OF_ONE {
            return None;
        }
        *count += 1;
        Some(Turn { all: self.0.clone(), who: who.into() })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = all.get_mut(&self.who) {
            *count -= 1;
            if *count == 0 {
                all.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_all_their_turns_waits_and_keeps_nobody_else() {
        let turns = Turns::default();
        let mut taken: Vec<_> = (0..OF_ONE).map(|_| turns.take("priya").unwrap()).collect();
        assert!(turns.take("priya").is_none() && turns.take("jonas").is_some());
        taken.pop();
        assert!(turns.take("priya").is_some());
        taken.clear();
        assert!(turns.0.lock().unwrap().is_empty());
    }
}
