//! The terminal is lent to an editor and taken back: nothing that was typed or written is lost, and nothing else stops.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::Terminal;

/// Runs a shell script as the editor until its first words are on the terminal. It finds a folder of ours in `$OUT`.
fn edit(folder: &Path, script: &str, more: &[(&str, &str)]) -> Terminal {
    let path = folder.join("editor.sh");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    let (editor, out) = (format!("{} --wait", path.display()), folder.to_str().unwrap());
    let mut vars = vec![("EDITOR", &*editor), ("VISUAL", ""), ("XDG_RUNTIME_DIR", out), ("OUT", out)];
    vars.extend(more);
    let mut terminal = Terminal::open("board 5", &vars);
    terminal.until_shows("Acme Corp");
    terminal.press("N");
    terminal
}

fn until_up(terminal: &mut Terminal) {
    terminal.until("the editor", |terminal| terminal.text().contains("the editor is up"));
    assert!(!terminal.screen.screen().alternate_screen());
}

fn notes(folder: &Path) -> Vec<std::path::PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|end| end == "txt")).collect()
}

fn leave(mut terminal: Terminal) {
    terminal.press("\x03");
    terminal.until_ended();
    terminal.assert_clean();
}

#[test]
fn a_note_is_written_in_an_editor_and_no_key_is_lost_on_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let script = "[ \"$1\" = --wait ] || exit 9; shift; cp \"$1\" $OUT/before; stat -c %a \"$1\" > $OUT/mode
        echo the editor is up; read line; echo \"$line\" | cat - \"$1\" > $OUT/after; cat $OUT/after > \"$1\"";
    let mut terminal = edit(folder.path(), script, &[]);
    until_up(&mut terminal);
    terminal.press("restarted the pool\n");
    terminal.until_shows("noted on comp_");
    terminal.press("?");
    terminal.until_shows("Keys that work here");
    terminal.press("\x1b");
    terminal.until("the board", |terminal| !terminal.text().contains("Keys that work here"));
    let before = std::fs::read_to_string(folder.path().join("before")).unwrap();
    assert!(before.starts_with("\n# comp_") && before.contains("host-"), "{before}");
    assert_eq!(std::fs::read_to_string(folder.path().join("mode")).unwrap(), "600\n");
    assert_eq!(notes(folder.path()), Vec::<std::path::PathBuf>::new());
    leave(terminal);
}

#[test]
fn ctrl_c_is_the_editors_and_an_empty_note_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let script = "trap 'exit 0' INT; echo the editor is up; while :; do read line; done";
    let mut terminal = edit(folder.path(), script, &[]);
    until_up(&mut terminal);
    terminal.press("\x03");
    terminal.until_shows("nothing was written");
    leave(terminal);
}

#[test]
fn what_was_written_before_an_editor_failed_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = edit(folder.path(), "echo half a note > \"$2\"; exit 1", &[]);
    terminal.until_shows("the editor failed; text kept in");
    let [path] = &notes(folder.path())[..] else { panic!("{:?}", notes(folder.path())) };
    assert_eq!(std::fs::read_to_string(path).unwrap(), "half a note\n");
    leave(terminal);
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = edit(folder.path(), "", &[("VISUAL", "/no/such/editor")]);
    terminal.until_shows("no such editor: set VISUAL or EDITOR");
    assert_eq!(notes(folder.path()), Vec::<std::path::PathBuf>::new());
    leave(terminal);
}

#[test]
fn an_editor_that_stops_itself_can_not_leave_the_receiver_behind_a_stopped_screen() {
    let folder = tempfile::tempdir().unwrap();
    let script = "echo the editor is up; kill -TSTP 0; kill -STOP $$; echo it went on > \"$2\"";
    let mut terminal = edit(folder.path(), script, &[("SEAT_EMBEDDED", "1")]);
    terminal.until_shows("noted on comp_");
    leave(terminal);
}

#[test]
fn a_signal_ends_the_seat_with_the_editor() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = edit(folder.path(), "echo the editor is up; exec sleep 1000", &[]);
    until_up(&mut terminal);
    terminal.signal(rustix::process::Signal::TERM);
    terminal.until_ended();
    assert!(terminal.text().contains("ended: Ok(Ok(Signal))"), "{}", terminal.text());
    terminal.assert_clean();
}
