//! Looks whether the configuration file or the user's themes have changed, and reads them again for a seat and for the engine
//! behind it. What is wrong with them is said, and the old stays.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::out::Failure;
use super::place::Place;
use super::tui;
use crate::engine::handle::Handle;
use crate::tui::reload::{Watch, Wishes};

/// What files look like from outside.
type Looks = Vec<(PathBuf, Option<(SystemTime, u64)>)>;

/// Watches what `place` was read from. With an engine in this process, it is told too.
pub fn watch(place: &Place, engine: Option<Handle>) -> Option<Watch> {
    let again = place.again.clone()?;
    let file = again.file.clone();
    let mut taken = looks(&file);
    let mut last = taken.clone();
    let read = move || {
        let found = again.find();
        if let Some(engine) = &engine {
            engine.declare(found.as_ref().map(Place::declaration).map_err(Failure::words));
        }
        found.map(|place| tui::wishes(&place)).map_err(|failure| failure.words())
    };
    let look = move |anyway: bool| -> Option<Result<Wishes, String>> {
        let now = looks(&file);
        // A file that is still being written is read when it has kept still for one look.
        let settled = now == last;
        last.clone_from(&now);
        if !anyway && (now == taken || !settled) {
            return None;
        }
        taken = now;
        Some(read())
    };
    Some(Watch(Box::new(look)))
}

fn looks(file: &Path) -> Looks {
    let mut files = vec![file.to_owned()];
    files.extend(tui::theme_files(file));
    let look = |file: PathBuf| {
        let found = std::fs::metadata(&file).ok();
        let look = found.and_then(|found| Some((found.modified().ok()?, found.len())));
        (file, look)
    };
    files.into_iter().map(look).collect()
}
