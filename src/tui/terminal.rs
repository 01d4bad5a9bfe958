//! The terminal itself: taking it, sending frames to it, and giving it back as it was, whatever ends the seat.
//!
//! Nothing is asked of the terminal: an answer costs a round trip, and the first frame must not wait for one.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::app::App;
use super::paint::Painter;
use super::view;
use crate::core::safe_text::SafeText;

/// Alternate screen, bracketed paste, and no wrapping: a character that is wider than we think then can't move the screen.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?2004h\x1b[?7l\x1b[?25l";
/// The same in reverse.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[0m\x1b[?7h\x1b[?2004l\x1b[?25h\x1b[?1049l";
/// Presses and the wheel; no movements.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";
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
    mouse: Arc<AtomicBool>,
    painter: Painter,
    buffer: Buffer,
    frame: Vec<u8>,
    taken: Arc<AtomicBool>,
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
        let mouse = Arc::new(AtomicBool::new(mouse));
        restore_on_panic(out.try_clone()?, mouse.clone(), taken.clone());
        let mut terminal = Self {
            out,
            mouse,
            painter: Painter::new(),
            buffer: Buffer::empty(Rect::default()),
            frame: Vec::with_capacity(FRAME),
            taken,
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
        if self.mouse.load(Ordering::Acquire) { self.out.write_all(MOUSE_ON) } else { Ok(()) }
    }

    /// Takes clicks and the wheel, or leaves them to the terminal.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse.store(on, Ordering::Release);
        self.out.write_all(if on { MOUSE_ON } else { MOUSE_OFF })
    }

    /// Gives it back as it was.
    pub fn give_back(&mut self) {
        if self.taken.swap(false, Ordering::AcqRel) {
            restore(&mut self.out, &self.mouse);
        }
    }

    /// The next frame is sent whole.
    pub fn forget(&mut self) {
        self.painter.forget();
    }

    /// How large it is.
    pub fn size() -> Rect {
        match crossterm::terminal::size() {
            Ok((width, height)) if width > 0 && height > 0 => Rect::new(0, 0, width, height),
            _ => Rect::new(0, 0, 80, 24),
        }
    }

    /// Shows what the app looks like in `area`; how many bytes that took.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn draw(&mut self, app: &App, area: Rect) -> io::Result<usize> {
        if *self.buffer.area() != area {
            self.buffer = Buffer::empty(area);
        }
        let caret = view::draw(app, &mut self.buffer);
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

    /// Puts text on the clipboard of terminals that take it (OSC 52).
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        let copy = format!("\x1b]52;c;{}\x07", base64(text.as_bytes()));
        self.out.write_all(copy.as_bytes())
    }

    /// Sounds the bell, and tells terminals that show notifications why.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn ring(&mut self, why: &str) -> io::Result<()> {
        let notification = format!("\x1b]9;{}\x07\x07", SafeText::fit(why, 120));
        self.out.write_all(notification.as_bytes())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.give_back();
    }
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |bits: u32| char::from(LETTERS[(bits & 63) as usize]);
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let bits = part.iter().chain(&[0, 0]).take(3).fold(0, |bits, byte| bits << 8 | u32::from(*byte));
        let four = [letter(bits >> 18), letter(bits >> 12), letter(bits >> 6), letter(bits)];
        text.extend(four.into_iter().take(part.len() + 1));
        text.extend(std::iter::repeat_n('=', 3 - part.len()));
    }
    text
}

fn restore(out: &mut File, mouse: &AtomicBool) {
    // A terminal that is gone needs nothing back.
    let off: &[u8] = if mouse.load(Ordering::Acquire) { MOUSE_OFF } else { b"" };
    let _ = out.write_all(off).and_then(|()| out.write_all(LEAVE));
    let _ = crossterm::terminal::disable_raw_mode();
}

/// A panic of the seat's thread gives the terminal back before it is told. One of another thread must not write over the
/// screen: it goes to the log, and the thread's owner deals with it.
fn restore_on_panic(mut out: File, mouse: Arc<AtomicBool>, taken: Arc<AtomicBool>) {
    let seat = std::thread::current().id();
    let before = std::panic::take_hook();
    let out = std::sync::Mutex::new(move || restore(&mut out, &mouse));
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
