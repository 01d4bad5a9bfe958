//! The user's keys: bound over the table's, and every way told in which one of them can't do what it says. A key that hides
//! another one still works: what is told is for its owner to judge.

use std::fmt;

use crokey::{KeyCombination, OneToThree};
use crossterm::event::{KeyCode, KeyModifiers};

use super::command::Command;
use super::keymap::{Keymap, Scope, read, shown};

/// Keys with what they are to do, as the configuration has them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct KeyLine {
    /// As people write them: `g g`, `ctrl-t`.
    pub keys: String,
    /// A palette line; empty: the keys mean nothing.
    pub line: String,
    /// `config.toml:12`; empty when it is not known.
    pub place: String,
}

/// What is wrong with one of the user's keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Complaint {
    place: String,
    what: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.as_str() {
            "" => f.write_str(&self.what),
            place => write!(f, "{place}: {}", self.what),
        }
    }
}

/// One that could be bound.
struct Bound<'a> {
    line: &'a KeyLine,
    sequence: Vec<KeyCombination>,
    command: &'static Command,
}

/// The table's keys with the user's over them, and what is wrong with those.
pub fn bind(lines: &[KeyLine]) -> (Keymap, Vec<Complaint>) {
    let mut keymap = Keymap::standard();
    let mut complaints = Vec::new();
    let mut bound: Vec<Bound<'_>> = Vec::new();
    for line in lines {
        let mut complain = |what: String| complaints.push(Complaint { place: line.place.clone(), what });
        let sequence = read(&line.keys).unwrap_or_default();
        let meant = keymap.bound().any(|(_, keys, _)| keys == sequence);
        if let Err(error) = keymap.bind(&line.keys, &line.line) {
            complain(error.to_string());
            continue;
        }
        if let Some(why) = sequence.iter().find_map(|key| unsendable(*key)) {
            complain(format!("[keys] \"{}\": {why}", line.keys));
        }
        let Some(command) = super::command::named(line.line.split_whitespace().next().unwrap_or_default()) else {
            if !meant {
                complain(format!("[keys] \"{}\" meant nothing anyway", line.keys));
            }
            continue;
        };
        if let Some(earlier) =
            bound.iter().find(|earlier| earlier.sequence == sequence && earlier.command.scope.meets(command.scope))
        {
            let (is, was) = (&line.line, &earlier.line.line);
            complain(format!("[keys] \"{}\" is both \"{was}\" and \"{is}\"; it does \"{is}\"", shown(&sequence)));
        }
        bound.push(Bound { line, sequence, command });
    }
    for one in &bound {
        let hidden = [types(one), gives_up(one), hides(&keymap, one), is_hidden(&keymap, one)];
        let whats = hidden.into_iter().flatten();
        complaints.extend(whats.map(|what| Complaint { place: one.line.place.clone(), what }));
    }
    (keymap, complaints)
}

/// It is the beginning of other sequences, which are then never finished.
fn hides(keymap: &Keymap, one: &Bound<'_>) -> Option<String> {
    let mut hidden: Vec<_> = keymap
        .bound()
        .filter(|(scope, keys, _)| scope.meets(one.command.scope) && keys.len() > one.sequence.len())
        .filter(|(_, keys, _)| keys.starts_with(&one.sequence))
        .map(|(_, keys, binding)| format!("{} ({})", shown(keys), binding.command.name))
        .collect();
    hidden.sort();
    let first = hidden.first()?;
    let more = if hidden.len() > 1 { format!(" and {} more", hidden.len() - 1) } else { String::new() };
    Some(format!("[keys] \"{}\" hides {first}{more}", one.line.keys))
}

/// It begins with something that has a meaning by itself.
fn is_hidden(keymap: &Keymap, one: &Bound<'_>) -> Option<String> {
    let hides = |(scope, keys, _): &(Scope, &[KeyCombination], _)| {
        scope.meets(one.command.scope) && keys.len() < one.sequence.len() && one.sequence.starts_with(keys)
    };
    let (_, keys, binding) = keymap.bound().find(hides)?;
    let (keys, name) = (shown(keys), binding.command.name);
    Some(format!("[keys] \"{}\" is never reached: {keys} is {name} already; \"{keys}\" = \"\" frees it", one.line.keys))
}

/// It is a letter, for a command that works only while text is typed: the letter is typed.
fn types(one: &Bound<'_>) -> Option<String> {
    let first = one.sequence.first()?;
    let plain = first.modifiers.difference(KeyModifiers::SHIFT).is_empty();
    let types = match first.codes {
        OneToThree::One(KeyCode::Char(_) | KeyCode::Backspace | KeyCode::Delete) => plain,
        OneToThree::One(KeyCode::Left | KeyCode::Right | KeyCode::Home | KeyCode::End) => plain,
        _ => false,
    };
    let typing = matches!(one.command.scope, Scope::Typing | Scope::Palette);
    (types && typing).then(|| {
        let (keys, name) = (&one.line.keys, one.command.name);
        format!("[keys] \"{keys}\" does nothing: {name} works while text is typed, and this is typed")
    })
}

/// Esc gives a begun sequence up.
fn gives_up(one: &Bound<'_>) -> Option<String> {
    let esc = KeyCombination::one_key(KeyCode::Esc, KeyModifiers::NONE);
    let within = one.sequence.iter().skip(1).any(|key| *key == esc);
    within.then(|| format!("[keys] \"{}\" is never reached: esc gives a begun sequence up", one.line.keys))
}

/// Why no terminal sends this key, or sends another one for it. Terminals with a richer protocol are not asked for it.
fn unsendable(key: KeyCombination) -> Option<String> {
    use KeyCode::{BackTab, Backspace, Char, Enter, Esc, F, Tab};
    let name = shown(&[key]);
    let OneToThree::One(code) = key.codes else {
        return Some(format!("a terminal can't send {name} at once; write them one after the other"));
    };
    let (shift, control) = (key.modifiers.contains(KeyModifiers::SHIFT), key.modifiers.contains(KeyModifiers::CONTROL));
    let known = KeyModifiers::SHIFT | KeyModifiers::CONTROL | KeyModifiers::ALT;
    let instead = match code {
        _ if !key.modifiers.difference(known).is_empty() => "nothing",
        Char('i' | 'I') if control => "tab",
        Char('m' | 'M') if control => "enter",
        Char('[' | '3') if control => "esc",
        Char('h' | 'H') if control && shift => "ctrl-h",
        Char(c) if control && shift && c.is_ascii_alphabetic() => "the same without shift",
        Char(c) if control && !c.is_ascii_alphabetic() && !matches!(c, ' ' | '4'..='7') => {
            "nothing, or the same without ctrl"
        }
        Enter | Tab | Esc if control || shift => "the same without ctrl and shift",
        Backspace if control || shift => "backspace or ctrl-h",
        BackTab if control => "backtab",
        F(13..) => "nothing on most keyboards",
        KeyCode::CapsLock
        | KeyCode::ScrollLock
        | KeyCode::NumLock
        | KeyCode::PrintScreen
        | KeyCode::Pause
        | KeyCode::Menu
        | KeyCode::KeypadBegin
        | KeyCode::Media(_)
        | KeyCode::Modifier(_)
        | KeyCode::Null => "nothing",
        _ => return None,
    };
    Some(format!("a terminal can't send {name}: it sends {instead}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lines: &[(&str, &str)]) -> Vec<String> {
        let of = |(at, (keys, line)): (usize, &(&str, &str))| KeyLine {
            keys: (*keys).into(),
            line: (*line).into(),
            place: format!("config.toml:{}", at + 2),
        };
        let lines: Vec<_> = lines.iter().enumerate().map(of).collect();
        bind(&lines).1.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn keys_that_do_what_they_say_are_no_matter() {
        let fine =
            [("ctrl-t", "tenant comp_acme"), ("a", "resolve"), ("T", ""), (", x", "zoom"), ("alt-enter", "open")];
        assert_eq!(told(&fine), [""; 0]);
    }

    #[test]
    fn what_cannot_be_bound_names_its_line_and_the_nearest_command() {
        assert_eq!(
            told(&[("q", "quit"), ("ctrl-nothing", "quit"), ("ctrl-q", "resolv all")]),
            [
                "config.toml:3: [keys] \"ctrl-nothing\" is no key; keys look like a, G, f2, ctrl-t, alt-x, g g, space, pageup",
                "config.toml:4: [keys] \"ctrl-q\": no command resolv; did you mean resolve?",
            ]
        );
    }

    #[test]
    fn two_lines_for_one_key_are_told() {
        let told = told(&[("shift-y", "zoom"), ("Y", "resolve"), ("ctrl-w", "erase-line")]);
        assert_eq!(told, ["config.toml:3: [keys] \"Y\" is both \"zoom\" and \"resolve\"; it does \"resolve\""]);
    }

    #[test]
    fn prefixes_that_hide_and_are_hidden_are_told_until_they_are_freed() {
        let hides = told(&[("g", "resolve")]);
        assert!(hides[0].starts_with("config.toml:2: [keys] \"g\" hides g d (detail) and "), "{hides:?}");
        assert_eq!(
            told(&[("z z", "resolve")]),
            ["config.toml:2: [keys] \"z z\" is never reached: z is zoom already; \"z\" = \"\" frees it"]
        );
        assert_eq!(told(&[("z", ""), ("z z", "resolve")]), [""; 0]);
        assert_eq!(
            told(&[("f5 f5", "redraw"), ("f5", "zoom")])[0],
            "config.toml:2: [keys] \"f5 f5\" is never reached: f5 is zoom already; \"f5\" = \"\" frees it"
        );
    }

    #[test]
    fn keys_that_do_nothing_are_told() {
        assert_eq!(told(&[("ctrl-y", "")]), ["config.toml:2: [keys] \"ctrl-y\" meant nothing anyway"]);
        assert_eq!(
            told(&[("e", "erase-line")]),
            ["config.toml:2: [keys] \"e\" does nothing: erase-line works while text is typed, and this is typed"]
        );
        assert_eq!(
            told(&[("f5 esc", "redraw")]),
            ["config.toml:2: [keys] \"f5 esc\" is never reached: esc gives a begun sequence up"]
        );
    }

    #[test]
    fn keys_that_no_terminal_sends_are_told() {
        for (keys, instead) in [
            ("ctrl-i", "tab"),
            ("ctrl-m", "enter"),
            ("ctrl-[", "esc"),
            ("shift-enter", "the same without ctrl and shift"),
            ("ctrl-shift-t", "the same without shift"),
            ("ctrl-1", "nothing, or the same without ctrl"),
            ("f13", "nothing on most keyboards"),
        ] {
            let told = told(&[(keys, "zoom")]);
            assert!(told.iter().any(|told| told.ends_with(&format!("it sends {instead}"))), "{keys}: {told:?}");
        }
        for keys in ["ctrl-t", "ctrl-space", "alt-x", "alt-X", "f12", "shift-up", "ctrl-left", "backtab", "ctrl-h"] {
            assert_eq!(told(&[(keys, "zoom")]), [""; 0], "{keys}");
        }
    }
}
