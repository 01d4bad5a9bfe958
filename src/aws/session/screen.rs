//! When a machine is told the terminal's size.

use super::payload::Size;
use crate::core::time::{Moment, Span};

/// Between two sizes: dragging a window is many of them.
const APART: Span = Span(75);

/// The size that is wanted, and the one the machine knows.
#[derive(Debug)]
pub struct Screen {
    wanted: Option<Size>,
    told: Option<(Size, Moment)>,
}

impl Screen {
    /// A terminal of this size; none where there is no terminal.
    pub fn of(wanted: Option<Size>) -> Self {
        Self { wanted, told: None }
    }

    /// It has another size. What has no terminal gets none.
    pub fn resize(&mut self, size: Size) {
        if self.wanted.is_some() {
            self.wanted = Some(size);
        }
    }

    /// It may have been told too early: a shell that starts late has not heard it.
    pub fn tell_again(&mut self) {
        self.told = None;
    }

    /// When there is something to tell.
    pub fn due(&self) -> Option<Moment> {
        let wanted = self.wanted?;
        match self.told {
            Some((told, _)) if told == wanted => None,
            Some((_, at)) => Some(at + APART),
            None => Some(Moment(i64::MIN)),
        }
    }

    /// What is to be told now.
    pub fn tell(&mut self, now: Moment) -> Option<Size> {
        let wanted = self.wanted.filter(|_| self.due().is_some_and(|due| due <= now))?;
        self.told = Some((wanted, now));
        Some(wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_told_once_and_changes_at_most_every_75_ms_the_last_one_always() {
        let (small, big, bigger) =
            (Size { cols: 80, rows: 24 }, Size { cols: 100, rows: 30 }, Size { cols: 120, rows: 40 });
        let mut screen = Screen::of(Some(small));
        assert_eq!(screen.tell(Moment(1_000)), Some(small));
        assert_eq!((screen.tell(Moment(2_000)), screen.due()), (None, None));
        screen.resize(big);
        assert_eq!(screen.tell(Moment(2_000)), Some(big));
        screen.resize(bigger);
        assert_eq!((screen.tell(Moment(2_074)), screen.due()), (None, Some(Moment(2_075))));
        assert_eq!(screen.tell(Moment(2_075)), Some(bigger));
        screen.tell_again();
        assert_eq!(screen.tell(Moment(2_076)), Some(bigger));
        let mut none = Screen::of(None);
        none.resize(big);
        assert_eq!(none.tell(Moment(0)), None);
    }
}
