//! How far a recording has been played: its own time, speed, pauses, and the emulator that shows what it says. No clock and no
//! terminal: whoever plays says how long it has been.

use std::time::Duration;

use super::{Step, What};
use crate::core::emulator::Emulator;
use crate::core::time::Span;
use crate::link::session::Size;

/// How much faster or slower than it was.
const SPEEDS: std::ops::RangeInclusive<f64> = 0.125..=64.0;
/// Cells that a recording may ask for: one that is none of ours may say anything.
const LARGEST: Size = Size { cols: 500, rows: 200 };

/// What is being played.
pub(super) struct Player {
    steps: Box<dyn Iterator<Item = Step>>,
    next: Option<Step>,
    emulator: Emulator,
    /// The time of what is shown.
    at: Span,
    /// How long the next step has been waited for, in milliseconds of the recording.
    waited: f64,
    /// Nothing is waited for longer than this.
    pub(super) idle: Option<Span>,
    pub(super) speed: f64,
    pub(super) paused: bool,
    /// The last marker.
    pub(super) mark: Option<String>,
}

impl Player {
    pub(super) fn new(size: Size, mut steps: Box<dyn Iterator<Item = Step>>, speed: f64, idle: Option<Span>) -> Self {
        let size = bounded(size);
        let next = steps.next();
        Self {
            steps,
            next,
            emulator: Emulator::new(size.rows, size.cols, 0, ()),
            at: Span(0),
            waited: 0.0,
            idle,
            speed: within(speed),
            paused: false,
            mark: None,
        }
    }

    /// So much time has passed for whoever looks.
    pub(super) fn passed(&mut self, time: Duration) {
        if self.paused {
            return;
        }
        self.waited += time.as_secs_f64() * 1_000.0 * self.speed;
        while let Some(gap) = self.gap() {
            if self.waited < gap {
                return;
            }
            self.waited -= gap;
            self.step();
        }
    }

    /// How long until there is more to show; `None`: paused, or at the end.
    pub(super) fn due(&self) -> Option<Duration> {
        let gap = self.gap().filter(|_| !self.paused)?;
        Some(Duration::from_secs_f64(((gap - self.waited) / self.speed / 1_000.0).max(0.0)))
    }

    /// Milliseconds of the recording from what is shown to the next step.
    fn gap(&self) -> Option<f64> {
        let gap = Span((self.next.as_ref()?.at.0 - self.at.0).max(0));
        let gap = self.idle.map_or(gap, |idle| gap.min(idle));
        // Milliseconds of a lifetime have a place in it.
        Some(gap.0 as f64)
    }

    fn step(&mut self) {
        let Some(step) = std::mem::replace(&mut self.next, self.steps.next()) else { return };
        self.at = self.at.max(step.at);
        match step.what {
            What::Output(text) => self.emulator.process(text.as_bytes()),
            What::Size(size) => {
                let size = bounded(size);
                self.emulator.resize(size.rows, size.cols);
            }
            What::Mark(text) => self.mark = Some(text),
        }
    }

    pub(super) fn faster(&mut self) {
        self.speed = within(self.speed * 2.0);
    }

    pub(super) fn slower(&mut self) {
        self.speed = within(self.speed / 2.0);
    }

    pub(super) fn screen(&self) -> &vt100::Screen {
        self.emulator.screen()
    }

    /// The time of what is shown, since the beginning of the recording.
    pub(super) fn at(&self) -> Span {
        self.at
    }

    pub(super) fn is_over(&self) -> bool {
        self.next.is_none()
    }
}

fn within(speed: f64) -> f64 {
    if speed.is_finite() { speed.clamp(*SPEEDS.start(), *SPEEDS.end()) } else { 1.0 }
}

/// A size that a machine has room for.
pub(super) fn bounded(size: Size) -> Size {
    Size { cols: size.cols.min(LARGEST.cols), rows: size.rows.min(LARGEST.rows) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(at: i64, text: &str) -> Step {
        Step { at: Span(at), what: What::Output(text.into()) }
    }

    fn player(steps: Vec<Step>, speed: f64, idle: Option<Span>) -> Player {
        Player::new(Size { cols: 20, rows: 4 }, Box::new(steps.into_iter()), speed, idle)
    }

    fn shown(player: &Player) -> String {
        player.screen().contents()
    }

    fn cells(player: &Player) -> (u16, u16) {
        let (rows, cols) = player.screen().size();
        (rows.get(), cols.get())
    }

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn what_is_shown_is_what_was_shown_by_then() {
        let mut player = player(vec![output(0, "a"), output(1_000, "b"), output(1_500, "c")], 1.0, None);
        player.passed(ms(0));
        assert_eq!((shown(&player).as_str(), player.due()), ("a", Some(ms(1_000))));
        player.passed(ms(400));
        assert_eq!(player.due(), Some(ms(600)));
        player.passed(ms(700));
        assert_eq!((shown(&player).as_str(), player.due()), ("ab", Some(ms(400))));
        player.passed(ms(400));
        assert_eq!((shown(&player).as_str(), player.due(), player.is_over()), ("abc", None, true));
    }

    #[test]
    fn nothing_is_waited_for_longer_than_wanted_and_speed_counts() {
        let mut player = player(vec![output(0, "a"), output(60_000, "b"), output(61_000, "c")], 2.0, Some(Span(2_000)));
        player.passed(ms(0));
        assert_eq!(player.due(), Some(ms(1_000)));
        player.passed(ms(1_000));
        assert_eq!((shown(&player).as_str(), player.at()), ("ab", Span(60_000)));
        player.slower();
        assert_eq!(player.due(), Some(ms(1_000)));
    }

    #[test]
    fn while_it_is_paused_no_time_passes() {
        let mut player = player(vec![output(100, "a")], 1.0, None);
        player.paused = true;
        player.passed(ms(5_000));
        assert_eq!((shown(&player).as_str(), player.due()), ("", None));
        player.paused = false;
        player.passed(ms(100));
        assert_eq!(shown(&player), "a");
    }

    #[test]
    fn sizes_and_markers_are_played_too_and_no_size_costs_the_memory_of_the_machine() {
        let size = |cols, rows| Step { at: Span(0), what: What::Size(Size { cols, rows }) };
        let mark = Step { at: Span(0), what: What::Mark("sam watches".into()) };
        let mut player = player(vec![size(30, 5), mark, output(10, "x"), size(u16::MAX, u16::MAX)], 1.0, None);
        player.passed(ms(0));
        assert_eq!((cells(&player), player.mark.as_deref()), ((5, 30), Some("sam watches")));
        player.passed(ms(10));
        assert_eq!(cells(&player), (200, 500));
    }

    #[test]
    fn no_speed_is_none() {
        for (asked, is) in [(0.0, 0.125), (f64::NAN, 1.0), (f64::INFINITY, 1.0), (1e9, 64.0), (-1.0, 0.125)] {
            let mut player = player(vec![output(0, "a")], asked, None);
            assert!((player.speed - is).abs() < 1e-9, "{asked}: {}", player.speed);
            player.passed(ms(1));
        }
    }
}
