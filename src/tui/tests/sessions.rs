//! A session in its pane: what is typed and what comes, who types, what is looked back at, and that nothing of a machine's gets
//! anywhere but into its frame.

use super::fixture::{World, draw, in_front_of, night, press, seat_with, settled, show, text, type_in, with_styles};
use crate::core::id::SessionId;
use crate::core::input::Actor;
use crate::core::session::End;
use crate::core::session::step::Step;
use crate::link::session::{Blob, Line, Live, Piece, Size, Talk, Talked};
use crate::link::{Refusal, Reply, Request};
use crate::tui::app::App;
use crate::tui::colour::Depth;
use crate::tui::conflicts::KeyLine;
use crate::tui::effect::{Effect, Purpose};
use crate::tui::panes::Pane;
use crate::tui::sessions::{Mode, Question};
use crate::tui::theme::Look;
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::style::{Color, Modifier};

const SIZE: (u16, u16) = (80, 24);

fn me() -> Actor {
    Actor { who: "priya".into(), seat: "jump-1 pts/4".into() }
}

fn sam() -> Actor {
    Actor { who: "sam".into(), seat: "sam-laptop pts/1".into() }
}

/// What is asked of the engine about sessions, and nothing else.
fn talks(effects: &[Effect]) -> Vec<Talk> {
    let talk = |effect: &Effect| match effect {
        Effect::Ask(Purpose::Session(_), Request::Session(talk)) => Some(talk.clone()),
        _ => None,
    };
    effects.iter().filter_map(talk).collect()
}

/// What is typed to a machine.
fn typed(effects: &[Effect]) -> String {
    let bytes = talks(effects).into_iter().filter_map(|talk| match talk {
        Talk::Type { bytes, .. } => Some(bytes.0),
        _ => None,
    });
    String::from_utf8(bytes.flatten().collect()).unwrap()
}

/// Presses keys, and gives back what is typed by all of them.
fn press_all(app: &mut App, keys: &str) -> String {
    keys.split(' ').map(|key| typed(&press(app, key))).collect()
}

/// The machine shows something.
fn shows(app: &mut App, id: &SessionId, output: &str) {
    piece(app, id, output, |_| {});
}

fn piece(app: &mut App, id: &SessionId, output: &str, how: impl FnOnce(&mut Piece)) {
    let mut piece = Piece { upto: 1_000, bytes: Blob(output.into()), ..Piece::default() };
    how(&mut piece);
    app.talked(Question::Read(id.clone()), Ok(Reply::Talked(Talked::Piece(Box::new(piece)))));
}

fn done(app: &mut App, question: Question) {
    app.talked(question, Ok(Reply::Talked(Talked::Done)));
}

/// A seat that types into a shell on payment-gw, on a screen of some size.
fn driving_at((width, height): (u16, u16)) -> (World, App, SessionId) {
    let mut world = night();
    let id = world.shell("comp_acme", 1, &me());
    let mut app = in_front_of(&world, width, height);
    app.tab_opened(id.clone());
    settled(&mut app, &world, width, height);
    (world, app, id)
}

fn driving() -> (World, App, SessionId) {
    driving_at(SIZE)
}

/// A seat that looks on while sam types.
fn watching() -> (World, App, SessionId) {
    let mut world = night();
    let id = world.shell("comp_acme", 1, &sam());
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    app.watch_session(id.clone());
    let changes = world.step_session("comp_acme", 1, &me(), Step::Watch);
    super::fixture::happened(&mut app, changes);
    done(&mut app, Question::Watch(id.clone()));
    settled(&mut app, &world, SIZE.0, SIZE.1);
    (world, app, id)
}

/// A prompt below what a command wrote.
fn listing(app: &mut App, id: &SessionId) {
    let lines: String = (1..=40).map(|n| format!("-rw-r--r-- 1 root root {n:>5} app-{n}.log\r\n")).collect();
    shows(app, id, &format!("{lines}\x1b[1;32mroot@payment-gw\x1b[m:\x1b[34m/var/log\x1b[m# "));
}

/// Where a command of the pane does something, so that it can be told from its doing nothing.
pub fn where_it_works(name: &str) -> App {
    let (mut world, mut app, id) = driving_at((120, 40));
    listing(&mut app, &id);
    let number = name.rsplit_once('-').and_then(|(_, number)| number.parse::<u64>().ok());
    for more in 2..=number.unwrap_or(2) {
        let other = world.shell("comp_cobalt", 1, &me());
        show(&mut app, &world);
        app.tab_opened(other);
        assert_eq!(app.sessions.tabs().len() as u64, more);
    }
    let at = if number == Some(1) { 1 } else { 0 };
    app.show_session(at);
    settled(&mut app, &world, 120, 40);
    let way = match name {
        "session-commands" => "i",
        "to-session" => "esc",
        "newer-match" => "n",
        "older-match" => "n",
        _ => "",
    };
    if name.ends_with("-match") {
        app.search_session("log");
        app.seek_session(true);
    }
    if name == "take-session" {
        let changes = world.step_session("comp_acme", 1, &sam(), Step::Drive);
        super::fixture::happened(&mut app, changes);
    }
    way.split_whitespace().for_each(|key| drop(press(&mut app, key)));
    app.take_effects();
    settled(&mut app, &world, 120, 40);
    app.toast = None;
    app
}

/// A seat that has looked at what fills a disk, with a second session at another client beside it.
pub fn worked_in(size: (u16, u16)) -> App {
    let (mut world, mut app, id) = driving_at(size);
    let other = world.shell("comp_cobalt", 1, &me());
    show(&mut app, &world);
    app.tab_opened(other);
    app.show_session(0);
    app.type_on();
    app.toast = None;
    let prompt = "\x1b[1;32mroot@payment-gw\x1b[m:\x1b[1;34m/var/log\x1b[m# ";
    shows(
        &mut app,
        &id,
        &format!(
            "{prompt}df -h /\r\nFilesystem      Size  Used Avail Use% Mounted on\r\n\
             /dev/nvme0n1p1   40G   40G     0 \x1b[1;31m100%\x1b[m /\r\n\
             {prompt}du -sh * | sort -h | tail -3\r\n84M\tjournal\r\n610M\tnginx\r\n31G\tpayments\r\n{prompt}"
        ),
    );
    settled(&mut app, &world, size.0, size.1);
    app
}

#[test]
fn what_is_typed_goes_to_the_machine_and_none_of_it_to_the_board() {
    let (_, mut app, id) = driving();
    assert_eq!(press_all(&mut app, "l s space - l a enter"), "ls -la\r");
    assert_eq!(press_all(&mut app, "ctrl-c ctrl-z ctrl-\\ ctrl-l ctrl-d esc tab"), "\x03\x1a\x1c\x0c\x04\x1b\t");
    assert_eq!(press_all(&mut app, "up q ? : x"), "\x1b[Aq?:x");
    shows(&mut app, &id, "\x1b[?1h\x1b=");
    assert_eq!(press_all(&mut app, "up home f1 ctrl-up"), "\x1bOA\x1bOH\x1bOP\x1b[1;5A");
    assert!(app.popups.is_empty() && app.focus == Pane::Session);
    let bytes = talks(&press(&mut app, "x"));
    assert_eq!(bytes, vec![Talk::Type { session: id, bytes: Blob(b"x".to_vec()) }]);
}

#[test]
fn one_key_leads_out_and_in_again_and_can_be_typed_too() {
    let (world, mut app, id) = driving();
    assert_eq!(press_all(&mut app, "ctrl-]"), "");
    assert_eq!(app.sessions.mode(), Mode::Commanding);
    assert_eq!(press_all(&mut app, "ctrl-]"), "\x1d", "twice: the key itself");
    assert_eq!(app.sessions.mode(), Mode::Typing);
    press_all(&mut app, "ctrl-] esc");
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert_eq!((app.focus, app.plan.session.is_some()), (Pane::Incidents, true), "it stays in sight");
    assert_eq!(press_all(&mut app, "ctrl-] a"), "a");
    press_all(&mut app, "ctrl-] esc enter");
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert!(app.plan.detail.is_some() && app.plan.session.is_none(), "the detail takes its place back");
    press(&mut app, "tab");
    press(&mut app, "tab");
    assert_eq!(app.focus, Pane::Session, "it is among the panes");
    assert!(talks(&app.settle(ratatui::layout::Rect::new(0, 0, 80, 24), true)).is_empty());
    assert!(app.drives(&id));
}

#[test]
fn the_key_that_leads_out_can_be_another_one_and_what_it_begins_with_still_reaches_the_machine() {
    let mut world = night();
    let id = world.shell("comp_acme", 1, &me());
    let line = |keys: &str, line: &str| KeyLine { keys: keys.into(), line: line.into(), place: String::new() };
    let keys = vec![line("ctrl-a d", "session-commands"), line("ctrl-]", "")];
    let mut app = seat_with(|start| start.keys = keys);
    show(&mut app, &world);
    app.tab_opened(id);
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert!(text(&draw(&app, SIZE.0, SIZE.1)).contains("ctrl-a d commands"), "the frame says which");
    assert_eq!(press_all(&mut app, "ctrl-] ctrl-a x ctrl-a esc ctrl-a ctrl-a"), "\x1d\x01x\x01\x1b\x01\x01");
    assert_eq!(press_all(&mut app, "ctrl-a d"), "");
    assert_eq!(app.sessions.mode(), Mode::Commanding);
}

#[test]
fn a_tab_reads_on_from_where_it_is_and_tells_the_machine_its_size() {
    let mut world = night();
    let id = world.shell("comp_acme", 1, &me());
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    app.tab_opened(id.clone());
    let asked = talks(&app.settle(ratatui::layout::Rect::new(0, 0, 80, 24), true));
    let read = |seen, version| Talk::Read { session: id.clone(), seen, version };
    let resize = |cols, rows| Talk::Resize { session: id.clone(), size: Size { cols, rows } };
    assert_eq!(asked, vec![read(0, 0), resize(78, 11)]);
    assert!(talks(&app.settle(ratatui::layout::Rect::new(0, 0, 80, 24), true)).is_empty(), "one question at a time");
    piece(&mut app, &id, "$ ", |piece| {
        piece.upto = 2;
        piece.live = Some(Live { version: 7, ..Live::default() });
    });
    assert_eq!(talks(&app.take_effects()), vec![read(2, 7)]);
    let wider = talks(&app.settle(ratatui::layout::Rect::new(0, 0, 100, 24), true));
    assert_eq!(wider, vec![resize(98, 11)]);
    // After a gap the terminal begins anew, at the machine's size; then it is told ours again.
    piece(&mut app, &id, "\x1b[2;1Hafter", |piece| {
        (piece.upto, piece.fresh) = (900, true);
        piece.live = Some(Live { version: 8, size: Size { cols: 40, rows: 5 }, ..Live::default() });
    });
    assert_eq!(talks(&app.take_effects()), vec![read(900, 8)]);
    assert_eq!(talks(&app.settle(ratatui::layout::Rect::new(0, 0, 100, 24), true)), vec![resize(98, 11)]);
    let shown = text(&draw(&app, 100, 24));
    assert!(shown.contains("after") && !shown.contains("$ "), "{shown}");
    piece(&mut app, &id, "", |piece| piece.over = true);
    assert!(talks(&app.settle(ratatui::layout::Rect::new(0, 0, 100, 24), true)).is_empty(), "no more is no more");
}

#[test]
fn what_the_engine_refuses_is_said_and_asked_again_when_the_link_is_back() {
    let (world, mut app, id) = driving();
    app.talked(Question::Read(id.clone()), Err(Refusal::gone()));
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert!(text(&draw(&app, SIZE.0, SIZE.1)).contains("the engine has stopped"));
    assert!(talks(&app.settle(ratatui::layout::Rect::new(0, 0, 80, 24), true)).is_empty());
    show(&mut app, &world);
    let asked = talks(&app.settle(ratatui::layout::Rect::new(0, 0, 80, 24), true));
    assert!(matches!(asked[..], [Talk::Read { .. }]), "{asked:?}");
}

#[test]
fn whoever_watches_types_nowhere_until_they_take_over_on_purpose() {
    let (mut world, mut app, id) = watching();
    piece(&mut app, &id, "sam was here", |piece| {
        piece.live = Some(Live { version: 1, size: Size { cols: 132, rows: 50 }, ..Live::default() });
    });
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert_eq!(app.sessions.current().unwrap().screen().size().1.get(), 132, "the machine's size, not ours");
    assert!(text(&draw(&app, SIZE.0, SIZE.1)).contains("WATCHING: sam types"));
    assert_eq!(press_all(&mut app, "i l s enter"), "");
    assert!(app.toast.as_ref().unwrap().text.contains("sam types in comp_acme-s1"));
    press(&mut app, "T");
    assert_eq!(app.popups.len(), 1, "it is asked first");
    let asked = talks(&press(&mut app, "y"));
    assert_eq!(asked, vec![Talk::Drive { session: id.clone() }]);
    let changes = world.step_session("comp_acme", 1, &me(), Step::Drive);
    super::fixture::happened(&mut app, changes);
    done(&mut app, Question::Drive(id));
    settled(&mut app, &world, SIZE.0, SIZE.1);
    app.type_on();
    assert_eq!(press_all(&mut app, "l"), "l");
}

#[test]
fn whoever_is_taken_over_looks_on_and_what_they_still_type_is_no_command() {
    let (mut world, mut app, id) = driving();
    let changes = world.step_session("comp_acme", 1, &sam(), Step::Drive);
    super::fixture::happened(&mut app, changes);
    assert_eq!(talks(&app.take_effects()), vec![Talk::Watch { session: id.clone() }]);
    assert_eq!(press_all(&mut app, "d x T i"), "");
    assert!(app.popups.is_empty() && app.sessions.tabs().len() == 1);
    assert!(app.toast.as_ref().unwrap().text.contains("sam"));
}

#[test]
fn what_is_typed_after_the_end_is_no_command_either() {
    let (mut world, mut app, id) = driving();
    shows(&mut app, &id, "logout");
    piece(&mut app, &id, "", |piece| piece.over = true);
    let ended = Step::Ended { how: End::Exited, why: None, exit_code: None, recording: None };
    let changes = world.step_session("comp_acme", 1, &Actor::named("engine"), ended);
    super::fixture::happened(&mut app, changes);
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert_eq!(press_all(&mut app, "d x q"), "");
    assert!(app.popups.is_empty() && app.sessions.tabs().len() == 1);
    let said = app.toast.as_ref().unwrap().text.clone();
    assert!(said.contains("over; ctrl-] x closes its tab"), "{said}");
    press_all(&mut app, "ctrl-] x");
    assert!(app.sessions.tabs().is_empty());
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert_eq!((app.focus, app.plan.session), (Pane::Incidents, None));
}

#[test]
fn detaching_leaves_it_open_and_ending_asks() {
    let (_, mut app, id) = driving();
    press(&mut app, "ctrl-]");
    press(&mut app, "x");
    assert!(format!("{:?}", app.popups.last()).contains("comp_acme-s1"));
    assert!(talks(&press(&mut app, "n")).is_empty());
    assert_eq!(talks(&press(&mut app, "d")), vec![Talk::Detach { session: id }]);
    assert!(app.sessions.tabs().is_empty());
    let (_, mut app, id) = watching();
    assert_eq!(talks(&press(&mut app, "d")), vec![Talk::Leave { session: id }]);
}

#[test]
fn from_a_session_to_a_prompt_on_the_newest_criticals_machine_is_three_keys_from_its_commands() {
    let (world, mut app, _) = driving();
    press(&mut app, "ctrl-]");
    press(&mut app, "z");
    press(&mut app, ".");
    assert_eq!(app.focus, Pane::Incidents);
    settled(&mut app, &world, SIZE.0, SIZE.1);
    let newest = app.targets();
    assert_eq!(newest.len(), 1);
    let asks = press(&mut app, "s").iter().any(|effect| format!("{effect:?}").contains("Locate"));
    assert!(asks, "the machine of {newest:?} is looked for");
}

#[test]
fn the_list_of_sessions_is_one_key_from_a_session_and_hints_say_what_works() {
    let (world, mut app, _) = driving();
    press(&mut app, "ctrl-]");
    settled(&mut app, &world, SIZE.0, SIZE.1);
    let hints = |app: &App| text(&draw(app, SIZE.0, SIZE.1)).lines().rev().nth(1).unwrap().to_owned();
    assert!(hints(&app).contains("i type") && !hints(&app).contains("take over"), "{}", hints(&app));
    press(&mut app, "S");
    assert!(matches!(app.popups.last(), Some(crate::tui::popups::Popup::Sessions(_))));
    let (_, app, _) = watching();
    assert!(hints(&app).contains("T take over") && hints(&app).contains("d leave"), "{}", hints(&app));
    assert!(!hints(&app).contains("i type") && !hints(&app).contains("full screen"), "{}", hints(&app));
}

#[test]
fn tabs_are_shown_beside_what_the_agent_says_once() {
    let (mut world, mut app, id) = driving();
    let other = world.shell("comp_cobalt", 1, &me());
    show(&mut app, &world);
    app.tab_opened(other);
    app.show_session(0);
    let message = Some("This session is encrypted using AWS KMS.".to_owned());
    piece(&mut app, &id, "", |piece| {
        piece.live = Some(Live { version: 2, line: Line::Ready, message, ..Live::default() })
    });
    settled(&mut app, &world, SIZE.0, SIZE.1);
    let shown = text(&draw(&app, SIZE.0, SIZE.1));
    assert!(shown.contains("1:payment-gw  2:"), "{shown}");
}

#[test]
fn a_paste_of_one_line_is_typed_and_one_with_line_ends_is_asked_about() {
    let (_, mut app, id) = driving();
    app.pasted("ls -la");
    assert_eq!(typed(&app.take_effects()), "ls -la");
    app.pasted("systemctl stop nginx\nrm -rf /srv/cache\n");
    assert_eq!(typed(&app.take_effects()), "");
    let shown = text(&draw(&app, SIZE.0, SIZE.1));
    assert!(shown.contains("Type 2 lines, the last with its end into payment-gw of Acme Corp?"), "{shown}");
    assert!(shown.contains("rm -rf /srv/cache"), "{shown}");
    assert_eq!(press_all(&mut app, "enter n"), "", "no is the answer unless yes is said");
    assert!(app.popups.is_empty());
    shows(&mut app, &id, "\x1b[?2004h");
    app.pasted("a\nb");
    assert_eq!(press_all(&mut app, "y"), "\x1b[200~a\rb\x1b[201~");
    app.pasted("x\x1b[201~y");
    assert_eq!(typed(&app.take_effects()), "\x1b[200~x[201~y\x1b[201~");
    press(&mut app, "ctrl-]");
    app.pasted("ls");
    assert_eq!(typed(&app.take_effects()), "", "where keys are commands, nothing is typed");
}

#[test]
fn a_large_paste_goes_in_pieces_and_whole() {
    let (_, mut app, _) = driving();
    let large = "0123456789abcdef".repeat(128 * 1_024);
    app.pasted(&large);
    let effects = app.take_effects();
    assert!(talks(&effects).iter().all(|talk| matches!(talk, Talk::Type { bytes, .. } if bytes.0.len() <= 16 << 10)));
    assert_eq!(typed(&effects), large);
}

#[test]
fn nothing_of_what_a_machine_says_gets_anywhere_but_into_its_frame() {
    let (world, mut app, id) = driving();
    let evil = "\x1b]0;owned\x07\x1b]52;c;ZXZpbA==\x07\x1b]9;hello\x07\x1bP+q544e\x1b\\\x1b[6n\x1b[c\x1b[>c\x07\
                \x1b]8;;http://evil\x07link\x1b]8;;\x07 \u{202e}gpj.exe\u{200b}\u{e0041} \x1b[8;5;5t\x1b_kitty\x1b\\ok";
    shows(&mut app, &id, evil);
    let effects = app.take_effects();
    assert!(effects.iter().all(|effect| matches!(effect, Effect::Ask(..))), "{effects:?}");
    assert_eq!(typed(&effects), "", "the engine answers questions, not the seat");
    settled(&mut app, &world, SIZE.0, SIZE.1);
    let buffer = draw(&app, SIZE.0, SIZE.1);
    for cell in buffer.content() {
        let plain = |c: char| !c.is_control() && !('\u{202a}'..='\u{202e}').contains(&c) && c != '\u{200b}';
        assert!(cell.symbol().chars().all(plain), "{:?}", cell.symbol());
    }
    let shown = text(&buffer);
    assert!(shown.contains("link ") && shown.contains("gpj.exe") && !shown.contains("owned"), "{shown}");
    assert!(app.toast.is_none());
}

#[test]
fn a_machine_sets_the_clipboard_only_where_that_was_allowed_and_while_one_types_there() {
    let copied = |effects: &[Effect]| {
        let text = |effect: &Effect| match effect {
            Effect::Copy(text) => Some(text.clone()),
            _ => None,
        };
        effects.iter().find_map(text)
    };
    let (_, mut app, id) = driving();
    app.sessions.clipboard = true;
    shows(&mut app, &id, "\x1b]52;c;aGVsbG8bWzMxbQ==\x07");
    assert_eq!(copied(&app.take_effects()).as_deref(), Some("hello[31m"));
    assert!(app.toast.as_ref().unwrap().text.contains("clipboard"));
    shows(&mut app, &id, "\x1b]52;c;?\x07");
    assert_eq!(copied(&app.take_effects()), None, "nobody reads it");
    piece(&mut app, &id, "\x1b]52;c;aGVsbG8=\x07", |piece| piece.fresh = true);
    assert_eq!(copied(&app.take_effects()), None, "what is shown again is not done again");
    let (_, mut app, id) = watching();
    app.sessions.clipboard = true;
    shows(&mut app, &id, "\x1b]52;c;aGVsbG8=\x07");
    assert_eq!(copied(&app.take_effects()), None);
}

#[test]
fn what_a_machine_erases_keeps_the_ground_of_then_and_nothing_else() {
    let (world, mut app, id) = driving();
    shows(&mut app, &id, "\x1b[4;7;44mab\x1b[K\x1b[m\r\n\x1b[1;35;48;2;1;2;3mcd");
    settled(&mut app, &world, SIZE.0, SIZE.1);
    let area = app.plan.session.unwrap();
    let buffer = draw(&app, SIZE.0, SIZE.1);
    let look = |x: u16, y: u16| {
        let cell = &buffer[(area.x + 1 + x, area.y + 1 + y)];
        (cell.symbol().to_owned(), cell.fg, cell.bg, cell.modifier)
    };
    let marked = Modifier::UNDERLINED | Modifier::REVERSED;
    assert_eq!(look(1, 0), ("b".into(), Color::Reset, Color::Blue, marked));
    assert_eq!(look(2, 0), (" ".into(), Color::Reset, Color::Blue, Modifier::empty()));
    assert_eq!(look(0, 1), ("c".into(), Color::Magenta, Color::Rgb(1, 2, 3), Modifier::BOLD));
    assert_eq!(look(2, 1), (" ".into(), Color::Reset, Color::Reset, Modifier::empty()));
    app.look = Look::new("dark", Depth::None, false).unwrap();
    assert!(draw(&app, SIZE.0, SIZE.1).content().iter().all(|cell| cell.bg == Color::Reset && cell.fg == Color::Reset));
}

#[test]
fn one_looks_back_searches_and_copies_while_output_comes() {
    let (world, mut app, id) = driving_at((80, 24));
    listing(&mut app, &id);
    press(&mut app, "ctrl-]");
    press(&mut app, "pageup");
    assert_eq!(app.sessions.mode(), Mode::Scrolling);
    settled(&mut app, &world, 80, 24);
    let hints = text(&draw(&app, 80, 24));
    let hints = hints.lines().rev().nth(1).unwrap().to_owned();
    assert!(hints.contains("esc now") && hints.contains("n older") && !hints.contains("board"), "{hints}");
    shows(&mut app, &id, "\r\nmore comes\r\n");
    settled(&mut app, &world, 80, 24);
    let shown = text(&draw(&app, 80, 24));
    assert!(!shown.contains("more comes") && shown.contains("BACK"), "{shown}");
    press(&mut app, "/");
    type_in(&mut app, "APP-7");
    press(&mut app, "enter");
    assert!(app.toast.as_ref().unwrap().text.contains("no APP-7"));
    press(&mut app, "/");
    type_in(&mut app, "app-7.");
    press(&mut app, "enter");
    settled(&mut app, &world, 80, 24);
    assert!(text(&draw(&app, 80, 24)).contains("app-7.log"));
    press(&mut app, "v");
    press(&mut app, "j");
    let copied = press(&mut app, "y").into_iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text),
        _ => None,
    });
    let line = |n| format!("-rw-r--r-- 1 root root {n:>5} app-{n}.log");
    assert_eq!(copied, Some(format!("{}\n{}", line(7), line(8))));
    assert_eq!(press_all(&mut app, "i a"), "a", "typing goes on where the machine is");
    settled(&mut app, &world, 80, 24);
    assert!(text(&draw(&app, 80, 24)).contains("more comes"));
}

#[test]
fn the_mouse_reaches_a_program_that_asked_for_it_and_nothing_else() {
    let (world, mut app, id) = driving();
    app.pointer.on = true;
    let area = app.plan.session.unwrap();
    let at = |kind, x: u16, y: u16| MouseEvent {
        kind,
        column: area.x + 1 + x,
        row: area.y + 1 + y,
        modifiers: KeyModifiers::NONE,
    };
    let press = MouseEventKind::Down(MouseButton::Left);
    app.mouse(at(press, 3, 2));
    assert_eq!(typed(&app.take_effects()), "");
    shows(&mut app, &id, "\x1b[?1002h\x1b[?1006h");
    app.mouse(at(press, 3, 2));
    app.mouse(at(MouseEventKind::Up(MouseButton::Left), 3, 2));
    app.mouse(at(MouseEventKind::ScrollDown, 0, 0));
    assert_eq!(typed(&app.take_effects()), "\x1b[<0;4;3M\x1b[<0;4;3m\x1b[<65;1;1M");
    shows(&mut app, &id, "\x1b[?1002l");
    listing(&mut app, &id);
    app.mouse(at(MouseEventKind::ScrollUp, 0, 0));
    assert_eq!(typed(&app.take_effects()), "");
    assert_eq!(app.sessions.mode(), Mode::Scrolling, "else the wheel looks back");
    let (above, _) = app.sessions.current().unwrap().back.as_ref().unwrap().above();
    assert_eq!(above, 3, "at its first turn");
    app.mouse(MouseEvent { kind: press, column: 3, row: 3, modifiers: KeyModifiers::NONE });
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert_ne!(app.focus, Pane::Session);
}

#[test]
fn sessions_in_their_pane() {
    for size in [(40, 12), (80, 24), (120, 40), (200, 60)] {
        let snapshot = |name: &str, world: &World, app: &mut App| {
            settled(app, world, size.0, size.1);
            let shown = with_styles(&draw(app, size.0, size.1));
            insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), shown);
        };
        let (mut world, mut app, id) = driving_at(size);
        listing(&mut app, &id);
        snapshot("session_typing", &world, &mut app);
        let live = Live {
            version: 2,
            line: Line::Away { why: "connection reset".into(), tries: 3, held: 2 },
            warning: Some("ends in 2 minutes, since nobody types".into()),
            ..Live::default()
        };
        piece(&mut app, &id, "", |piece| piece.live = Some(live));
        snapshot("session_away", &world, &mut app);
        piece(&mut app, &id, "", |piece| piece.live = Some(Live { version: 3, line: Line::Ready, ..Live::default() }));
        let changes = world.step_session("comp_acme", 1, &sam(), Step::Watch);
        super::fixture::happened(&mut app, changes);
        app.toast = None;
        let other = world.shell("comp_cobalt", 1, &me());
        show(&mut app, &world);
        app.tab_opened(other.clone());
        shows(&mut app, &other, "C:\\> ");
        press(&mut app, "ctrl-]");
        press(&mut app, "1");
        press(&mut app, "z");
        app.search_session("app-3");
        snapshot("session_back", &world, &mut app);
        press(&mut app, "tab");
        press(&mut app, "z");
        snapshot("session_commands", &world, &mut app);
    }
}
