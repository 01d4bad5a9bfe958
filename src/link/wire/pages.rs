//! A snapshot in pages that each fit into a message, and whole again. A tenant that does not fit goes on on the next page: there
//! it has nothing but its id and the rest of its lists.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Garbled, LONGEST};
use crate::core::alert::Alert;
use crate::core::board::{Snapshot, TenantPart};
use crate::core::pulse::Pulse;

/// Bytes that a page's own words take.
const FRAME: usize = 256;

/// What is on one page.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Sheet {
    /// Tenants, or what goes on of one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tenants: Vec<TenantPart>,
    /// The latest alerts, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stream: Vec<Arc<Alert>>,
    /// How the engine is: on the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pulse: Option<Pulse>,
}

/// A page with its place.
#[derive(Debug, Serialize, Deserialize)]
pub struct Page {
    /// The last change that is in the snapshot.
    pub revision: u64,
    /// Which page, from 1 on.
    pub page: usize,
    /// Of how many.
    pub pages: usize,
    /// What is on it.
    pub data: Sheet,
}

/// A snapshot, page by page. What is in it is shared, so this costs little more than the list of it.
pub fn split(snapshot: Snapshot) -> Vec<Page> {
    let revision = snapshot.revision;
    let mut cutter = Cutter::default();
    cutter.make_room(size(&snapshot.pulse));
    cutter.sheet.pulse = Some(snapshot.pulse);
    for part in snapshot.tenants {
        cutter.tenant(part);
    }
    for alert in snapshot.stream {
        cutter.make_room(size(&alert));
        cutter.sheet.stream.push(alert);
    }
    cutter.sheets.push(cutter.sheet);
    let pages = cutter.sheets.len();
    let numbered = cutter.sheets.into_iter().zip(1..);
    numbered.map(|(data, page)| Page { revision, page, pages, data }).collect()
}

/// Fills one sheet after the other.
#[derive(Default)]
struct Cutter {
    sheets: Vec<Sheet>,
    sheet: Sheet,
    /// Bytes on the sheet.
    filled: usize,
}

impl Cutter {
    /// Begins a new sheet when so many bytes do not fit on this one; says whether it did.
    fn make_room(&mut self, bytes: usize) -> bool {
        let full = self.filled > 0 && FRAME + self.filled + bytes > LONGEST;
        if full {
            self.sheets.push(std::mem::take(&mut self.sheet));
            self.filled = 0;
        }
        // And a comma.
        self.filled += bytes + 1;
        full
    }

    fn tenant(&mut self, mut part: TenantPart) {
        let (incidents, windows) = (std::mem::take(&mut part.incidents), std::mem::take(&mut part.windows));
        let (executions, sessions) = (std::mem::take(&mut part.executions), std::mem::take(&mut part.sessions));
        let id = part.id.clone();
        self.make_room(size(&part));
        self.sheet.tenants.push(part);
        let rest = TenantPart::of(id);
        let header = size(&rest);
        self.list(incidents, &rest, header, |part| &mut part.incidents);
        self.list(windows, &rest, header, |part| &mut part.windows);
        self.list(executions, &rest, header, |part| &mut part.executions);
        self.list(sessions, &rest, header, |part| &mut part.sessions);
    }

    fn list<T: Serialize>(
        &mut self,
        items: Vec<Arc<T>>,
        rest: &TenantPart,
        header: usize,
        of: impl Fn(&mut TenantPart) -> &mut Vec<Arc<T>>,
    ) {
        for item in items {
            if self.make_room(size(&item)) {
                self.filled += header;
                self.sheet.tenants.push(rest.clone());
            }
            if let Some(part) = self.sheet.tenants.last_mut() {
                of(part).push(item);
            }
        }
    }
}

/// Bytes of a value's JSON.
fn size(value: &impl Serialize) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    // What has no JSON is found out where it is written.
    let _ = serde_json::to_writer(&mut count, value);
    count.0
}

/// Pages that make a snapshot, as they come.
#[derive(Debug, Default)]
pub struct Joiner {
    snapshot: Snapshot,
    /// Pages that are in it.
    pages: usize,
}

impl Joiner {
    /// Takes the next page in; the snapshot, when it was the last one.
    ///
    /// # Errors
    /// It is not the next page.
    pub fn take(&mut self, page: Page) -> Result<Option<Snapshot>, Garbled> {
        if page.page == 1 {
            *self = Self { snapshot: Snapshot { revision: page.revision, ..Snapshot::default() }, pages: 0 };
        }
        if page.page != self.pages + 1 || page.page > page.pages || page.revision != self.snapshot.revision {
            return Err(Garbled("a page of a snapshot that is not the next one"));
        }
        self.pages = page.page;
        for part in page.data.tenants {
            match self.snapshot.tenants.last_mut() {
                Some(whole) if whole.id == part.id => {
                    whole.incidents.extend(part.incidents);
                    whole.windows.extend(part.windows);
                    whole.executions.extend(part.executions);
                    whole.sessions.extend(part.sessions);
                }
                _ => self.snapshot.tenants.push(part),
            }
        }
        self.snapshot.stream.extend(page.data.stream);
        if let Some(pulse) = page.data.pulse {
            self.snapshot.pulse = pulse;
        }
        Ok((page.page == page.pages).then(|| std::mem::take(self).snapshot))
    }
}
