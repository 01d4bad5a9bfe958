//! The mouse over a session: what it does goes to the program there when that has asked for it, as xterm reports it; else the
//! wheel looks back. Source: xterm's ctlseqs, "Mouse Tracking".

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use vt100::{MouseProtocolEncoding as Encoding, MouseProtocolMode as Tracking};

/// The report of what the mouse did at a cell of the program's screen, counted from 0; none when the program has not asked.
pub fn report(mouse: &MouseEvent, (x, y): (u16, u16), tracking: Tracking, encoding: Encoding) -> Option<Vec<u8>> {
    let button = |button: MouseButton| match button {
        MouseButton::Left => 0,
        MouseButton::Middle => 1,
        MouseButton::Right => 2,
    };
    let (code, released) = match mouse.kind {
        MouseEventKind::Down(which) => (button(which), false),
        MouseEventKind::Up(which) => (button(which), true),
        MouseEventKind::Drag(which) => (button(which) + 32, false),
        MouseEventKind::Moved => (3 + 32, false),
        MouseEventKind::ScrollUp => (64, false),
        MouseEventKind::ScrollDown => (65, false),
        MouseEventKind::ScrollLeft => (66, false),
        MouseEventKind::ScrollRight => (67, false),
    };
    let asked = match tracking {
        Tracking::None => false,
        Tracking::Press => !released && code < 32,
        Tracking::PressRelease => code & 32 == 0,
        Tracking::ButtonMotion => code & 32 == 0 || code & 3 != 3,
        Tracking::AnyMotion => true,
    };
    if !asked {
        return None;
    }
    let held = |modifier, is| if mouse.modifiers.contains(modifier) { is } else { 0 };
    let modifiers = held(KeyModifiers::SHIFT, 4) + held(KeyModifiers::ALT, 8) + held(KeyModifiers::CONTROL, 16);
    let modifiers = if tracking == Tracking::Press { 0 } else { modifiers };
    let (x, y) = (u32::from(x) + 1, u32::from(y) + 1);
    if encoding == Encoding::Sgr {
        let end = if released { 'm' } else { 'M' };
        return Some(format!("\x1b[<{};{x};{y}{end}", code + modifiers).into_bytes());
    }
    // Without SGR, what was released is not said, and there are no words for places far to the right.
    let code = if released { 3 } else { code } + modifiers;
    let most = if encoding == Encoding::Utf8 { 2_015 } else { 223 };
    if x > most || y > most {
        return None;
    }
    let mut report = b"\x1b[M".to_vec();
    for number in [code + 32, x + 32, y + 32] {
        match (encoding, u8::try_from(number)) {
            (Encoding::Utf8, _) => {
                let c = char::from_u32(number)?;
                report.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            (_, Ok(byte)) => report.push(byte),
            (_, Err(_)) => return None,
        }
    }
    Some(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn did(kind: MouseEventKind, tracking: Tracking, encoding: Encoding, at: (u16, u16)) -> Option<String> {
        let mouse = MouseEvent { kind, column: 0, row: 0, modifiers: KeyModifiers::CONTROL };
        report(&mouse, at, tracking, encoding).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    #[test]
    fn a_program_hears_what_it_asked_for_and_no_more() {
        use MouseEventKind::{Down, Drag, Moved, ScrollUp, Up};
        let left = MouseButton::Left;
        for (kind, heard) in [
            (Down(left), [false, true, true, true, true]),
            (Up(left), [false, false, true, true, true]),
            (Drag(left), [false, false, false, true, true]),
            (Moved, [false, false, false, false, true]),
            (ScrollUp, [false, false, true, true, true]),
        ] {
            let all =
                [Tracking::None, Tracking::Press, Tracking::PressRelease, Tracking::ButtonMotion, Tracking::AnyMotion];
            let is = all.map(|tracking| did(kind, tracking, Encoding::Sgr, (0, 0)).is_some());
            assert_eq!(is, heard, "{kind:?}");
        }
    }

    #[test]
    fn places_and_buttons_are_said_as_xterm_says_them() {
        let down = MouseEventKind::Down(MouseButton::Right);
        let up = MouseEventKind::Up(MouseButton::Right);
        let all = Tracking::AnyMotion;
        assert_eq!(did(down, all, Encoding::Sgr, (299, 9)).unwrap(), "\x1b[<18;300;10M");
        assert_eq!(did(up, all, Encoding::Sgr, (0, 0)).unwrap(), "\x1b[<18;1;1m");
        assert_eq!(did(down, all, Encoding::Default, (0, 1)).unwrap(), "\x1b[M2!\"");
        assert_eq!(did(up, all, Encoding::Default, (0, 1)).unwrap(), "\x1b[M3!\"");
        assert_eq!(did(down, all, Encoding::Default, (299, 9)), None);
        assert_eq!(did(down, all, Encoding::Utf8, (299, 9)).unwrap(), "\x1b[M2\u{14c}*");
        assert_eq!(did(down, Tracking::Press, Encoding::Sgr, (0, 0)).unwrap(), "\x1b[<2;1;1M");
    }
}
