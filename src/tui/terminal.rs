//! The terminal itself: taking it, sending frames to it, and giving it back as it was, whatever ends the seat.
//!
//! Nothing is asked of the terminal: an answer costs a round trip, and the first frame must not wait for one.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::app::App;
use super::clipboard;
use super::mouse::Click;
use super::paint::Painter;
use super::view::{self, Shown};
use crate::core::safe_text::SafeText;

/// Alternate screen, bracketed paste, and no wrapping: a character that is wider than we think then can't move the screen.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?2004h\x1b[?7l\x1b[?25l";
/// The same in reverse, and no mouse, whether it was taken or not.
const LEAVE: &[u8] = b"\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?2026l\x1b[0m\x1b[?7h\x1b[?2004l\x1b[?25h\x1b[?1049l";
/// Before a machine has the terminal: what the title was is kept, and the screen is empty.
const LEND: &[u8] = b"\x1b[22;0t\x1b[0m\x1b[H\x1b[2J";
/// After it: whatever a machine can have set is as it was. First what may be unfinished; then screens, keys, the mouse, pastes,
/// wrapping, the cursor, margins and characters; nothing of it stays to be seen.
const RETURN: &[u8] = b"\x18\x1b\\\x1b[?2026l\x1b[!p\x1b[?1049l\x1b[?47l\x1b[?1l\x1b>\x1b[<8u\x1b[>4;0m\x1b[?9l\x1b[?1000l\x1b[?1001l\x1b[?1002l\
    \x1b[?1003l\x1b[?1004l\x1b[?2031l\x1b[?2048l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?1016l\x1b[?2004l\x1b[?5l\x1b[?6l\x1b[?7h\x1b[?25h\x1b[0 q\
    \x1b[r\x1b[4l\x1b[20l\x1b(B\x0f\x1b[0m\x1b[H\x1b[2J\x1b[23;0t";
/// The terminal's own colours again.
const COLOURS: &[u8] = b"\x1b]104\x1b\\\x1b]110\x1b\\\x1b]111\x1b\\\x1b]112\x1b\\";
/// A question that every terminal answers after all that it was asked before, and its answer.
const ASK: &[u8] = b"\x1b[5n";
pub(super) const ANSWER: &[u8] = b"\x1b[0n";
/// Presses, the wheel, and movements while a button is held.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l\x1b[?1000l";
/// A synchronized update: terminals that know it show a frame at once or not at all.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";
/// Room for a frame, so that it goes out in one write.
const FRAME: usize = 64 * 1024;

/// A terminal that shows a seat.
#[derive(Debug)]
pub struct Terminal {
    /// Unbuffered: the standard library's would flush in the middle of a frame.
    out: File,
    mouse: bool,
    painter: Painter,
    buffer: Buffer,
    frame: Vec<u8>,
    taken: Arc<AtomicBool>,
    /// A machine has it.
    lent: Arc<AtomicBool>,
    /// What of our own is to be sent as soon as the machine's bytes leave room for it.
    aside: Vec<u8>,
}

impl Terminal {
    /// Takes the terminal. It is given back when this is dropped, and before a panic of this thread is told.
    ///
    /// # Errors
    /// When standard input and output are no terminal, or it can't be set.
    pub fn take(mouse: bool) -> io::Result<Self> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "a seat needs a terminal on standard input and output",
            ));
        }
        let out = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        let taken = Arc::new(AtomicBool::new(false));
        let lent = Arc::new(AtomicBool::new(false));
        restore_on_panic(out.try_clone()?, taken.clone(), lent.clone());
        let mut terminal = Self {
            out,
            mouse,
            painter: Painter::new(),
            buffer: Buffer::empty(Rect::default()),
            frame: Vec::with_capacity(FRAME),
            taken,
            lent,
            aside: Vec::new(),
        };
        terminal.retake()?;
        Ok(terminal)
    }

    /// Takes it again after [`Self::give_back`].
    ///
    /// # Errors
    /// When it can't be set.
    pub fn retake(&mut self) -> io::Result<()> {
        crossterm::terminal::enable_raw_mode()?;
        self.taken.store(true, Ordering::Release);
        self.painter.forget();
        self.out.write_all(ENTER)?;
        if self.mouse { self.out.write_all(MOUSE_ON) } else { Ok(()) }
    }

    /// Gives it back as it was.
    pub fn give_back(&mut self) {
        if self.taken.swap(false, Ordering::AcqRel) {
            restore(&mut self.out, self.lent.swap(false, Ordering::AcqRel));
        }
    }

    /// Leaves the screen to a machine. Keys come as bytes from here on; [`Self::return_from_machine`] ends it.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn lend_to_machine(&mut self) -> io::Result<()> {
        self.lent.store(true, Ordering::Release);
        self.out.write_all(LEAVE)?;
        self.out.write_all(LEND)
    }

    /// Shows what a machine wrote; with `room`, followed by whatever of our own waits for that.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn show_of_machine(&mut self, bytes: &[u8], room: bool) -> io::Result<()> {
        self.out.write_all(bytes)?;
        if room && !self.aside.is_empty() {
            self.out.write_all(&std::mem::take(&mut self.aside))?;
        }
        Ok(())
    }

    /// Empties the screen before a machine's is drawn on it anew.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn empty_for_machine(&mut self) -> io::Result<()> {
        self.out.write_all(b"\x18\x1b\\\x1b[!p\x1b[?1049l\x1b[?25h\x1b[r\x1b[0m\x1b[H\x1b[2J")
    }

    /// Names what the terminal shows.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn set_title(&mut self, title: &str) -> io::Result<()> {
        self.say(format!("\x1b]2;{}\x1b\\", SafeText::fit(title, 200)).as_bytes())
    }

    /// Sets everything back that a machine can have set, and asks the terminal something if `fence`: [`ANSWER`] comes when it has
    /// answered all that the machine asked.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn return_from_machine(&mut self, recoloured: bool, fence: bool) -> io::Result<()> {
        self.aside.clear();
        self.out.write_all(RETURN)?;
        if recoloured {
            self.out.write_all(COLOURS)?;
        }
        if fence {
            self.out.write_all(ASK)?;
        }
        Ok(())
    }

    /// Takes the screen again after [`Self::return_from_machine`].
    ///
    /// # Errors
    /// When it can't be set.
    pub fn take_from_machine(&mut self) -> io::Result<()> {
        self.lent.store(false, Ordering::Release);
        self.retake()
    }

    /// Sends something that is no frame: at once, or as soon as a machine's bytes leave room for it.
    fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.lent.load(Ordering::Acquire) {
            // A machine that stops within a character leaves no room: what waits for it is bounded.
            if self.aside.len() + bytes.len() <= FRAME {
                self.aside.extend_from_slice(bytes);
            }
            return Ok(());
        }
        self.out.write_all(bytes)
    }

    /// The next frame is sent whole.
    pub fn forget(&mut self) {
        self.painter.forget();
    }

    /// Has input that waits announced again. Whoever reads it is told once of what has come, reads 1 KiB of it, and would hear of
    /// the rest with the next key only; with a full queue there is no next key. Setting the terminal to what it is wakes them.
    pub fn announce_input() {
        let input = io::stdin();
        let waits = rustix::io::ioctl_fionread(&input).is_ok_and(|waiting| waiting > 0);
        if waits && let Ok(settings) = rustix::termios::tcgetattr(&input) {
            let _ = rustix::termios::tcsetattr(&input, rustix::termios::OptionalActions::Now, &settings);
        }
    }

    /// How large it is.
    pub fn size() -> Rect {
        match crossterm::terminal::size() {
            Ok((width, height)) if width > 0 && height > 0 => Rect::new(0, 0, width, height),
            _ => Rect::new(0, 0, 80, 24),
        }
    }

    /// Takes clicks and the wheel from now on, or leaves them to the terminal.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        // A machine has set it as it wants it.
        let lent = self.lent.load(Ordering::Acquire);
        if lent { Ok(()) } else { self.out.write_all(if on { MOUSE_ON } else { MOUSE_OFF }) }
    }

    /// Shows what the app looks like in `area`; how many bytes that took, and what a click does where.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn draw(&mut self, app: &App, area: Rect) -> io::Result<(usize, Vec<(Rect, Click)>)> {
        let mut clicked = Vec::new();
        let sent = self.show(area, |buffer| {
            let Shown { caret, clicks } = view::draw(app, buffer);
            clicked = clicks;
            caret
        })?;
        Ok((sent, clicked))
    }

    /// Shows what `draw` makes of an area, with the cursor where it says; how many bytes that took.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn show(&mut self, area: Rect, draw: impl FnOnce(&mut Buffer) -> Option<Position>) -> io::Result<usize> {
        if *self.buffer.area() != area {
            self.buffer = Buffer::empty(area);
        }
        let caret = draw(&mut self.buffer);
        self.frame.clear();
        self.frame.extend_from_slice(BEGIN);
        self.painter.paint(&self.buffer, caret, &mut self.frame);
        if self.frame.len() == BEGIN.len() {
            return Ok(0);
        }
        self.frame.extend_from_slice(END);
        self.out.write_all(&self.frame)?;
        Ok(self.frame.len())
    }

    /// Brings a text to its clipboard.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        let in_tmux = std::env::var_os("TMUX").is_some_and(|tmux| !tmux.is_empty());
        self.say(&clipboard::sequence(text, in_tmux))
    }

    /// Sounds the bell, and tells terminals that show notifications why.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn ring(&mut self, why: &str) -> io::Result<()> {
        let notification = format!("\x1b]9;{}\x07\x07", SafeText::fit(why, 120));
        self.say(notification.as_bytes())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.give_back();
    }
}

fn restore(out: &mut File, lent: bool) {
    // A terminal that is gone needs nothing back.
    let _ = if lent { out.write_all(RETURN) } else { Ok(()) };
    let _ = out.write_all(LEAVE);
    let _ = crossterm::terminal::disable_raw_mode();
}

/// A panic of the seat's thread gives the terminal back before it is told. One of another thread must not write over the
/// screen: it goes to the log, and the thread's owner deals with it.
fn restore_on_panic(mut out: File, taken: Arc<AtomicBool>, lent: Arc<AtomicBool>) {
    let seat = std::thread::current().id();
    let before = std::panic::take_hook();
    let out = std::sync::Mutex::new(move || restore(&mut out, lent.load(Ordering::Acquire)));
    std::panic::set_hook(Box::new(move |panic| {
        if !taken.load(Ordering::Acquire) {
            before(panic);
        } else if std::thread::current().id() == seat {
            taken.store(false, Ordering::Release);
            let mut restore = out.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            restore();
            before(panic);
        } else {
            tracing::error!(%panic, "a thread panicked");
        }
    }));
}
