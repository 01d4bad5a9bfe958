//! `completions` and `man`, made from the same table of arguments.

use std::io::{self, Write};

use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::Arguments;
use super::out::Failure;

/// For which shell.
#[derive(Debug, Args)]
pub struct Completions {
    /// bash, elvish, fish, powershell or zsh
    shell: Shell,
}

/// Prints completions.
///
/// # Errors
/// When standard output can't be written.
pub fn completions(completions: &Completions) -> Result<(), Failure> {
    Ok(io::stdout().write_all(&completing(completions.shell))?)
}

/// Prints the manual page.
///
/// # Errors
/// When standard output can't be written.
pub fn page() -> Result<(), Failure> {
    Ok(io::stdout().write_all(&manual()?)?)
}

fn completing(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "alert-whisperer", &mut script);
    script
}

fn manual() -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    // What every command takes is said once.
    let mut root = Arguments::command();
    root.build();
    let man = Man::new(Arguments::command()).title("ALERT-WHISPERER").manual("Alert Whisperer");
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    page.extend_from_slice(b".SH COMMANDS\n");
    for command in root.get_subcommands().filter(|command| command.get_name() != "help") {
        describe(command, "alert\\-whisperer", &mut page)?;
    }
    page.extend_from_slice(REST.as_bytes());
    Ok(page)
}

/// A command with its own arguments, and those below it.
fn describe(command: &Command, above: &str, page: &mut Vec<u8>) -> io::Result<()> {
    let name = format!("{above} {}", command.get_name().replace('-', "\\-"));
    let below: Vec<_> = command.get_subcommands().filter(|command| command.get_name() != "help").collect();
    for command in &below {
        describe(command, &name, page)?;
    }
    if below.is_empty() {
        let mut own = Command::new("own");
        let arguments = command.get_arguments().filter(|argument| !argument.is_global_set());
        own = own.disable_help_flag(true).disable_version_flag(true);
        own = own.args(arguments.filter(|argument| argument.get_id() != "help").cloned());
        let mut options = Vec::new();
        Man::new(own).render_options_section(&mut options)?;
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        writeln!(page, ".SS \"{name}\"\n{}", about.replace('\\', "\\\\").replace('-', "\\-"))?;
        page.extend_from_slice(String::from_utf8_lossy(&options).replace(".SH OPTIONS\n", "").as_bytes());
    }
    Ok(())
}

/// What no argument says.
const REST: &str = r#".SH "EXIT STATUS"
.TP
\fB0\fR
done
.TP
\fB1\fR
it failed: refused, no answer, not found; for \fBcheck\fR, something is wrong
.TP
\fB2\fR
the command or the configuration is wrong
.SH SIGNALS
For \fBserve\fR:
.TP
\fBSIGTERM\fR, \fBSIGINT\fR
end: nothing more is taken, what was taken is finished, for ten seconds at most; once more: at once
.TP
\fBSIGHUP\fR
read the configuration again; one that is wrong changes nothing
.SH ENVIRONMENT
.TP
\fBALERT_WHISPERER_\fISECTION\fB__\fIKEY\fR
overrides a key of the configuration
.TP
\fBALERT_WHISPERER_TOKEN\fR
the token of \fBattach\fR
.TP
\fBNO_COLOR\fR
no colours on the screen
.TP
\fBNOTIFY_SOCKET\fR, \fBWATCHDOG_USEC\fR, \fBLISTEN_FDS\fR, \fBJOURNAL_STREAM\fR
set by systemd for \fBserve\fR
.SH FILES
.TP
\fI~/.config/alert\-whisperer/config.toml\fR, \fI/etc/alert\-whisperer/config.toml\fR
the configuration; the second is that of the packaged service
.TP
\fI~/.local/share/alert\-whisperer\fR, \fI/var/lib/alert\-whisperer\fR
everything that is kept, and \fIengine.sock\fR of the engine that runs
"#;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Compares a packaged file with what it should hold, or writes it when `UPDATE` is set.
    fn assert_document(path: &str, should: &[u8]) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging").join(path);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, should).unwrap();
        }
        let is = std::fs::read(&path).unwrap_or_default();
        assert!(is == should, "{} is out of date; `UPDATE=1 cargo test --lib documents` writes it", path.display());
    }

    #[test]
    fn the_packaged_documents_are_those_of_this_program() {
        assert_document("man/alert-whisperer.1", &manual().unwrap());
        assert_document("completions/alert-whisperer.bash", &completing(Shell::Bash));
        assert_document("completions/_alert-whisperer", &completing(Shell::Zsh));
        assert_document("completions/alert-whisperer.fish", &completing(Shell::Fish));
    }

    #[test]
    fn the_manual_has_every_command_and_each_option_once() {
        let page = String::from_utf8(manual().unwrap()).unwrap();
        for command in ["serve", "tenant add", "audit verify", "user token"] {
            assert!(page.contains(&format!(".SS \"alert\\-whisperer {command}\"\n")), "{command}");
        }
        assert_eq!(page.matches("\\-\\-data\\-dir").count(), 2, "in the synopsis and among the options");
        assert!(!page.contains("#[") && !page.contains("help of the given"));
    }
}
