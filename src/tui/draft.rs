//! A note as it stands in the operator's editor: what it says above, and what of it is meant. Running the editor is `editor`'s.

use crate::core::id::IncidentId;
use crate::core::incident::Incident;
use crate::core::safe_text::SafeText;

/// As long as a note may be, in bytes.
pub const LONGEST: usize = 8_192;
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
pub fn blank(about: &[String]) -> String {
    let mut text = String::from("\n");
    for line in about {
        text.push_str(&format!("# {line}\n"));
    }
    text.push_str("# The note goes above. Lines that begin with # are left out; an empty note is none.\n");
    text
}

/// What of the file is meant.
pub fn note(text: &str) -> String {
    let meant: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.starts_with('#')).collect();
    meant.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_above_is_no_part_of_the_note() {
        let about = vec!["comp_acme-i1  critical  db-01  lag".to_owned()];
        assert_eq!(note(&blank(&about)), "");
        assert_eq!(
            note(&format!("first\r\n\n  second # not a comment{}", blank(&about))),
            "first\n\n  second # not a comment"
        );
        assert_eq!(note("# only\n#comments\n \n"), "");
    }
}
