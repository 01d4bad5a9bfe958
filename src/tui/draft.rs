//! A note or a command as it stands in the operator's editor: what is said around it, and what of it is meant. Running the
//! editor is `editor`'s.

use crate::core::id::IncidentId;
use crate::core::incident::Incident;
use crate::core::safe_text::SafeText;
use crate::tui::effect::Paper;

/// As long as a note may be, in bytes.
const LONGEST_NOTE: usize = 8_192;
/// The same of a command.
const LONGEST_COMMAND: usize = 65_536;
/// Below this line nothing is meant: in a command, any line may begin with #.
const SCISSORS: &str = "# ------------------------ >8 ------------------------";
/// Columns of a line above the note.
const WIDTH: usize = 100;

/// One line about an incident, safe to write into a file that an editor shows.
pub fn headline(id: &IncidentId, incident: Option<&Incident>) -> String {
    let Some(incident) = incident else { return id.to_string() };
    let Incident { severity, asset_name, signature, .. } = incident;
    let line = format!("{id}  {severity}  {asset_name}  {signature}");
    SafeText::fit(&line, WIDTH).to_string()
}

/// The file that the editor gets.
pub fn blank(paper: &Paper, about: &[String]) -> String {
    if let Paper::Command(command) = paper {
        let about: String = about.iter().map(|line| format!("# {line}\n")).collect();
        let below = "# The command goes above. This line and all below it are left out; an empty command is none.\n";
        return format!("{command}\n{SCISSORS}\n{below}{about}");
    }
    let mut text = String::from("\n");
    for line in about {
        text.push_str(&format!("# {line}\n"));
    }
    text.push_str("# The note goes above. Lines that begin with # are left out; an empty note is none.\n");
    text
}

/// What of the file is meant; else why it can't be.
pub fn meant(paper: &Paper, text: &str) -> Result<String, &'static str> {
    let (meant, longest, why) = match paper {
        Paper::Note(_) => (note(text), LONGEST_NOTE, "a note has at most 8 KiB"),
        Paper::Command(_) => (command(text), LONGEST_COMMAND, "a command has at most 64 KiB"),
    };
    if meant.len() > longest { Err(why) } else { Ok(meant) }
}

fn command(text: &str) -> String {
    text.lines().take_while(|line| *line != SCISSORS).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

fn note(text: &str) -> String {
    let meant: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.starts_with('#')).collect();
    meant.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_above_is_no_part_of_the_note() {
        let about = vec!["comp_acme-i1  critical  db-01  lag".to_owned()];
        let blank = |about: &[String]| blank(&Paper::Note(Vec::new()), about);
        assert_eq!(note(&blank(&about)), "");
        assert_eq!(
            note(&format!("first\r\n\n  second # not a comment{}", blank(&about))),
            "first\n\n  second # not a comment"
        );
        assert_eq!(note("# only\n#comments\n \n"), "");
    }

    #[test]
    fn a_command_keeps_its_comments_and_its_indents() {
        let command = "#!/bin/sh\n# why\n  df -h";
        let paper = Paper::Command(command.into());
        let file = blank(&paper, &["comp_acme-i1  critical  db-01  lag".into()]);
        assert_eq!(meant(&paper, &file).as_deref(), Ok(command));
        assert_eq!(meant(&paper, "\n\n").as_deref(), Ok(""));
        assert!(meant(&paper, &"x".repeat(LONGEST_COMMAND + 1)).is_err());
        assert!(meant(&Paper::Note(Vec::new()), &"x".repeat(LONGEST_NOTE + 1)).is_err());
    }
}
