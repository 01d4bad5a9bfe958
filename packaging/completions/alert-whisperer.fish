# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_alert_whisperer_global_optspecs
    string join \n config= data-dir= listen= log= color= ascii read-only wall plain v json h/help V/version
end

function __fish_alert_whisperer_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_alert_whisperer_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_alert_whisperer_using_subcommand
    set -l cmd (__fish_alert_whisperer_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -s V -l version -d 'Print version'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "tui" -d 'The screen: on the engine that runs on this host, else with one of its own; what runs without a command'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "serve" -d 'The engine without a screen'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "attach" -d 'The screen, on an engine that runs: somewhere else, or on this host'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "demo" -d 'A night at a made-up MSP, in a data folder of its own; nothing leaves this machine'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "tenant" -d 'Clients: add, list, settings, keys and secrets, copies, remove'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "source" -d 'Who posts for a client: keys, kinds, what to paste into a tool, what a body becomes'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "send" -d 'Post a correctly signed alert'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "incidents" -d 'Incidents, the highest score first'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "alerts" -d 'Alerts, the latest first'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "tail" -d 'What happens, line by line'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "runbooks" -d 'Runbooks: what may be run, on what, and exactly how'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "run" -d 'Run a runbook or a command on an incident\'s machine; without --yes, show what would run'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "executions" -d 'What was run, the latest first'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "execution" -d 'One execution, with what it wrote'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "cancel" -d 'End an execution, begun or not'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "approvals" -d 'What waits for somebody\'s approval'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "approve" -d 'Say yes to what somebody else asked for'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "reject" -d 'Say no to it'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "nodes" -d 'A client\'s managed machines'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "user" -d 'People: who may come, with which role, for which clients; their tokens'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "audit" -d 'A client\'s audit log, or the engine\'s own: show, verify, export'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "session" -d 'Shells, commands and ports on clients\' machines, and their recordings'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "check" -d 'What is wrong with the setup, and how to mend it'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "completions" -d 'Completions for a shell'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "man" -d 'The manual page'
complete -c alert-whisperer -n "__fish_alert_whisperer_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tui" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tui" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tui" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tui" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tui" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tui" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tui" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tui" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tui" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tui" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tui" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tui" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand serve" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand serve" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand serve" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand serve" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand serve" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand serve" -l apart -d 'Leave the terminal that it is begun at'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand serve" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand serve" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand serve" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand serve" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand serve" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand serve" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand serve" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand attach" -l token-file -d 'A file with the token that `user token` printed; read again each time the seat comes back. Without it, ALERT_WHISPERER_TOKEN, or it is asked for' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand attach" -l ca-file -d 'Certificates of an authority of your own, in PEM' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand attach" -l client-cert -d 'Our own certificate and its key in one PEM file, for an engine that asks for one' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand attach" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand attach" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand attach" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand attach" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand attach" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand attach" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand attach" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand attach" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand attach" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand attach" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand attach" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand attach" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand demo" -l speed -d 'So many times as fast; a night takes 11 minutes at speed 1' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand demo" -l seed -d 'Another number, another night; the same number, the same night' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand demo" -l port -d 'Where its tools post, on 127.0.0.1; a free one without it' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand demo" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand demo" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand demo" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand demo" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand demo" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand demo" -l no-seat -d 'Print what happens as lines, as `tail` does; so it is too without a terminal'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand demo" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand demo" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand demo" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand demo" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand demo" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand demo" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand demo" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -f -a "add" -d 'Add a client; prints its keys and secret, this once'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -f -a "list" -d 'List them'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -f -a "show" -d 'Show one with its settings'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -f -a "set" -d 'Change settings'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -f -a "rotate-key" -d 'A new key; the old one is refused at once'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -f -a "rotate-secret" -d 'A new signing secret'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -f -a "signing" -d 'Turn the signature check on or off'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -f -a "verify" -d 'Whether its AWS account lets us in, and the policies that it must grant'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -f -a "activate" -d 'Prepare a machine outside of AWS to be managed; prints its activation, this once'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -f -a "backup" -d 'Write a copy of a client, from which it can be restored; its keys and secrets are in it'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -f -a "restore" -d 'Take a client in from a copy, on this host or another, exactly as it was'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -f -a "export" -d 'Write everything down that is kept of a client, one JSON value a line; without keys and secrets'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -f -a "erase" -d 'Remove a client, its audit log too, and leave no trace of it'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -f -a "remove" -d 'Remove a client with everything that is kept of it, but for its audit log'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret signing verify activate backup restore export erase remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from add" -l name -d 'As people call it' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from add" -l critical-asset -d 'An asset that counts more, for example "payment-*"; may be given again' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from add" -l aws-account-id -d 'Its AWS account' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from add" -l aws-role-arn -d 'The role that it grants' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from add" -l aws-external-id -d 'What the role\'s trust policy asks for' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from add" -l aws-region -d 'For example us-east-1' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from add" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from add" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from add" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from add" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from add" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from add" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from add" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from add" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from add" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from add" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from add" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from list" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from list" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from list" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from list" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from list" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from list" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from list" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from list" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from list" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from list" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from list" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from show" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from show" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from show" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from show" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from show" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from show" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from show" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from show" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from show" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from show" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from show" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from set" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from set" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from set" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from set" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from set" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from set" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from set" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from set" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from set" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from set" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from set" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-key" -l source -d 'Which sender\'s' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-key" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-key" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-key" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-key" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-key" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-key" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-key" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-key" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-key" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-key" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-key" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-key" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-secret" -l grace -d 'How long the old one stays valid, for example 1h' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-secret" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-secret" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-secret" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-secret" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-secret" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-secret" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-secret" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-secret" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-secret" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-secret" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-secret" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from rotate-secret" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from signing" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from signing" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from signing" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from signing" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from signing" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from signing" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from signing" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from signing" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from signing" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from signing" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from signing" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from signing" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from verify" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from verify" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from verify" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from verify" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from verify" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from verify" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from verify" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from verify" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from verify" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from verify" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from verify" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from activate" -l name -d 'What the machine is called' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from activate" -l platform -d 'What it runs' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from activate" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from activate" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from activate" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from activate" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from activate" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from activate" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from activate" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from activate" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from activate" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from activate" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from activate" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from activate" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from backup" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from backup" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from backup" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from backup" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from backup" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from backup" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from backup" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from backup" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from backup" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from backup" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from backup" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from backup" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from restore" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from restore" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from restore" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from restore" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from restore" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from restore" -l replace -d 'Instead of the client that is there, which is then gone'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from restore" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from restore" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from restore" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from restore" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from restore" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from restore" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from restore" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from export" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from export" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from export" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from export" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from export" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from export" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from export" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from export" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from export" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from export" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from export" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from erase" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from erase" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from erase" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from erase" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from erase" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from erase" -l yes -d 'Yes, all of it'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from erase" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from erase" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from erase" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from erase" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from erase" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from erase" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from erase" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from remove" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from remove" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from remove" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from remove" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from remove" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from remove" -l yes -d 'Yes, all of it'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from remove" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from remove" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from remove" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from remove" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from remove" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from remove" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from help" -f -a "add" -d 'Add a client; prints its keys and secret, this once'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from help" -f -a "list" -d 'List them'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one with its settings'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change settings'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from help" -f -a "rotate-key" -d 'A new key; the old one is refused at once'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from help" -f -a "rotate-secret" -d 'A new signing secret'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from help" -f -a "signing" -d 'Turn the signature check on or off'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Whether its AWS account lets us in, and the policies that it must grant'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from help" -f -a "activate" -d 'Prepare a machine outside of AWS to be managed; prints its activation, this once'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from help" -f -a "backup" -d 'Write a copy of a client, from which it can be restored; its keys and secrets are in it'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from help" -f -a "restore" -d 'Take a client in from a copy, on this host or another, exactly as it was'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write everything down that is kept of a client, one JSON value a line; without keys and secrets'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from help" -f -a "erase" -d 'Remove a client, its audit log too, and leave no trace of it'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove a client with everything that is kept of it, but for its audit log'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tenant; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -f -a "add" -d 'Add one; prints its key and secret, this once, and what to paste into the tool'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -f -a "list" -d 'List them, with when they last sent and what was refused'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -f -a "show" -d 'Show one, with how it is'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -f -a "set" -d 'Change how one proves itself, or its mapping'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -f -a "rotate-key" -d 'A new key; the old one is refused at once'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -f -a "rotate-secret" -d 'A new signing secret'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -f -a "remove" -d 'Take one away; what it sent stays'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -f -a "kinds" -d 'The tools that a source can be'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -f -a "preset" -d 'Print the mapping table of a kind, to copy and change'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -f -a "paste" -d 'Print again what to paste into the tool, without key and secret'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -f -a "test" -d 'What a saved body becomes, field by field; nothing is stored'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -f -a "unread" -d 'Bodies that could not be read, the latest first'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -f -a "replay" -d 'Take bodies that could not be read as if they came now, if they can be read by now'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -f -a "discard" -d 'Forget bodies that could not be read'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -f -a "topics" -d 'SNS topics that send here or want to; let one in, or refuse it'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and not __fish_seen_subcommand_from add list show set rotate-key rotate-secret remove kinds preset paste test unread replay discard topics help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l kind -d 'Which tool it is; `source kinds` lists them' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l auth -d 'A known way: key, basic, bearer, sns, native, standard-webhooks, github, slack, stripe, grafana' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l hmac-header -d 'The header with the signature' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l hmac-timestamp-header -d 'The header with the time of signing' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l hmac-template -d 'What is signed, with {timestamp}, {body} and {header:NAME} in it' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l hmac-prefix -d 'What stands before the signature, for example sha256=' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l hmac-encoding -d 'How the signature is written' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l hmac-separator -d 'What stands between several signatures' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l hmac-key -d 'How the secret becomes the key' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l hmac-tolerance -d 'How far the sender\'s clock may be off, for example 5m' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l mapping -d 'A mapping table of its own; `source preset` prints one to begin with' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l secret-file -d 'The secret that the tool has made; - reads standard input. Without it, one is made where one is needed' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l wait -d 'Wait for its first message, and show how it was understood'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from list" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from list" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from list" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from list" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from list" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from list" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from list" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from list" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from list" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from list" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from list" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from show" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from show" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from show" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from show" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from show" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from show" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from show" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from show" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from show" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from show" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from show" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l auth -d 'A known way: key, basic, bearer, sns, native, standard-webhooks, github, slack, stripe, grafana' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l hmac-header -d 'The header with the signature' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l hmac-timestamp-header -d 'The header with the time of signing' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l hmac-template -d 'What is signed, with {timestamp}, {body} and {header:NAME} in it' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l hmac-prefix -d 'What stands before the signature, for example sha256=' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l hmac-encoding -d 'How the signature is written' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l hmac-separator -d 'What stands between several signatures' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l hmac-key -d 'How the secret becomes the key' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l hmac-tolerance -d 'How far the sender\'s clock may be off, for example 5m' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l mapping -d 'A mapping table of its own' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l no-mapping -d 'That of the kind again'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-key" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-key" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-key" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-key" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-key" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-key" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-key" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-key" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-key" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-key" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-key" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-key" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-secret" -l grace -d 'How long the old one stays valid, for example 1h' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-secret" -l secret-file -d 'The secret that the tool has made; - reads standard input' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-secret" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-secret" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-secret" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-secret" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-secret" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-secret" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-secret" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-secret" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-secret" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-secret" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-secret" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from rotate-secret" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from remove" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from remove" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from remove" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from remove" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from remove" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from remove" -l yes -d 'Yes, its key is refused from then on'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from remove" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from remove" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from remove" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from remove" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from remove" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from remove" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from kinds" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from kinds" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from kinds" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from kinds" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from kinds" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from kinds" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from kinds" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from kinds" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from kinds" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from kinds" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from kinds" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from kinds" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from preset" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from preset" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from preset" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from preset" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from preset" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from preset" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from preset" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from preset" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from preset" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from preset" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from preset" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from preset" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from paste" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from paste" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from paste" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from paste" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from paste" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from paste" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from paste" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from paste" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from paste" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from paste" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from paste" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from paste" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from test" -l tenant -d 'A source of this client; without it a kind is meant, or the one source of any client that is called so' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from test" -l mapping -d 'By this mapping table' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from test" -l content-type -d 'The Content-Type that it came with, if that was a form' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from test" -l path -d 'What followed the source\'s name in the path' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from test" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from test" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from test" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from test" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from test" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from test" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from test" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from test" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from test" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from test" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from test" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from unread" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from unread" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from unread" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from unread" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from unread" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from unread" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from unread" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from unread" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from unread" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from unread" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from unread" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from unread" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from replay" -l number -d 'Only this one; `source unread` lists them; may be given again' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from replay" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from replay" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from replay" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from replay" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from replay" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from replay" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from replay" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from replay" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from replay" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from replay" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from replay" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from replay" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from discard" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from discard" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from discard" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from discard" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from discard" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from discard" -l yes -d 'Yes, for good'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from discard" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from discard" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from discard" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from discard" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from discard" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from discard" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from discard" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from topics" -l approve -d 'Let this topic in: its subscription is confirmed at AWS' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from topics" -l refuse -d 'Forget this topic' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from topics" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from topics" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from topics" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from topics" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from topics" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from topics" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from topics" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from topics" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from topics" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from topics" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from topics" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from topics" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "add" -d 'Add one; prints its key and secret, this once, and what to paste into the tool'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "list" -d 'List them, with when they last sent and what was refused'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one, with how it is'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change how one proves itself, or its mapping'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "rotate-key" -d 'A new key; the old one is refused at once'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "rotate-secret" -d 'A new signing secret'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Take one away; what it sent stays'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "kinds" -d 'The tools that a source can be'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "preset" -d 'Print the mapping table of a kind, to copy and change'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "paste" -d 'Print again what to paste into the tool, without key and secret'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "test" -d 'What a saved body becomes, field by field; nothing is stored'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "unread" -d 'Bodies that could not be read, the latest first'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "replay" -d 'Take bodies that could not be read as if they came now, if they can be read by now'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "discard" -d 'Forget bodies that could not be read'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "topics" -d 'SNS topics that send here or want to; let one in, or refuse it'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l url -d 'The webhook, or only http://HOST:PORT' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l key -d 'The tenant\'s API key; better in the environment, which other users can\'t read' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l secret -d 'The tenant\'s signing secret; likewise' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l asset -d 'What is ill' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l signature -d 'The kind of trouble, for example high_cpu_usage' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l severity -d 'low, medium, high, critical' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l message -d 'What a person should read' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l tool -d 'Who says so' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l ca-file -d 'More authorities whose certificates are believed, as PEM' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l client-cert -d 'Our own certificate and its key in one PEM file, for a receiver that asks for one' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l count -d 'So many, one after the other' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l resolved -d 'It is over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand send" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand incidents" -l tenant -d 'One client only' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand incidents" -l query -d 'Words, and fields such as sev>=high, age<2h, asset:web-*, !noise; docs/filter.md has all of them' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand incidents" -l limit -d 'At most so many' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand incidents" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand incidents" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand incidents" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand incidents" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand incidents" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand incidents" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand incidents" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand incidents" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand incidents" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand incidents" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand incidents" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand incidents" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand alerts" -l tenant -d 'One client only' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand alerts" -l query -d 'Words, and fields such as sev>=high, age<2h, asset:web-*, !noise; docs/filter.md has all of them' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand alerts" -l limit -d 'At most so many' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand alerts" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand alerts" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand alerts" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand alerts" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand alerts" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand alerts" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand alerts" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand alerts" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand alerts" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand alerts" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand alerts" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand alerts" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tail" -l tenant -d 'One client only' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tail" -l query -d 'Words, and fields such as sev>=high, age<2h, asset:web-*, !noise' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tail" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tail" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tail" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tail" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tail" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tail" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tail" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tail" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tail" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tail" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tail" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand tail" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand runbooks" -l tenant -d 'With those of one client' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand runbooks" -l incident -d 'As they are offered for one incident, those that are meant for it first' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand runbooks" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand runbooks" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand runbooks" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand runbooks" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand runbooks" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand runbooks" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand runbooks" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand runbooks" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand runbooks" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand runbooks" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand runbooks" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand runbooks" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand run" -l command -d 'In its place, a command for the machine\'s shell, or for PowerShell' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand run" -l input -d 'An input of the runbook; may be given again' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand run" -l instance -d 'On this machine; the incident\'s own without it' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand run" -l timeout -d 'Ended after so long' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand run" -l word -d 'What has to be typed for it, where something has to be' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand run" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand run" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand run" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand run" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand run" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand run" -l yes -d 'Run exactly what is shown without it'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand run" -l wait -d 'Wait for its end and print what it wrote; ends with code 1 unless it succeeded'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand run" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand run" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand run" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand run" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand run" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand run" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand run" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand executions" -l tenant -d 'One client only' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand executions" -l incident -d 'One incident only' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand executions" -l limit -d 'At most so many' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand executions" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand executions" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand executions" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand executions" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand executions" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand executions" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand executions" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand executions" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand executions" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand executions" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand executions" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand executions" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand execution" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand execution" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand execution" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand execution" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand execution" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand execution" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand execution" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand execution" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand execution" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand execution" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand execution" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand execution" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand cancel" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand cancel" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand cancel" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand cancel" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand cancel" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand cancel" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand cancel" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand cancel" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand cancel" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand cancel" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand cancel" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand cancel" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approvals" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approvals" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approvals" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approvals" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approvals" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approvals" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approvals" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approvals" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approvals" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approvals" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approvals" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approvals" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approve" -l why -d 'Why; the one who asked will read it' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approve" -l digest -d 'Only what has this digest; `execution ID --json` and the screen show it' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approve" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approve" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approve" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approve" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approve" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approve" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approve" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approve" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approve" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approve" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approve" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand approve" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand reject" -l why -d 'Why; the one who asked will read it' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand reject" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand reject" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand reject" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand reject" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand reject" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand reject" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand reject" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand reject" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand reject" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand reject" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand reject" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand reject" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand nodes" -l tenant -d 'For example comp_acme' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand nodes" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand nodes" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand nodes" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand nodes" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand nodes" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand nodes" -l cached -d 'What AWS said a moment ago will do'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand nodes" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand nodes" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand nodes" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand nodes" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand nodes" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand nodes" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand nodes" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -f -a "add" -d 'Add somebody to the book of people'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -f -a "list" -d 'Who is in it'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -f -a "show" -d 'Somebody, with their tokens'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -f -a "set" -d 'Change somebody\'s role or clients'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -f -a "remove" -d 'Take somebody out; their tokens are good no more, and their seats close'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -f -a "token" -d 'A token for seats and programs over the network; printed this once'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -f -a "revoke" -d 'Take tokens back'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -f -a "rotate-keys" -d 'Sign tokens with a new key from now on; those of the old one stay good until they expire'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and not __fish_seen_subcommand_from add list show set remove token revoke rotate-keys help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from add" -l role -d 'What they may do; each may do what those before may' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from add" -l tenant -d 'For this client only; may be given again, and \'*\' is all of them, as without it' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from add" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from add" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from add" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from add" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from add" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from add" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from add" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from add" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from add" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from add" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from add" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from list" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from list" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from list" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from list" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from list" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from list" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from list" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from list" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from list" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from list" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from list" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from show" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from show" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from show" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from show" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from show" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from show" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from show" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from show" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from show" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from show" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from show" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from set" -l role -d 'What they may do from now on' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from set" -l tenant -d 'For these clients and no others from now on; may be given again, and \'*\' is all of them' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from set" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from set" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from set" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from set" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from set" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from set" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from set" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from set" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from set" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from set" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from set" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from remove" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from remove" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from remove" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from remove" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from remove" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from remove" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from remove" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from remove" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from remove" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from remove" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from remove" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from token" -l ttl -d 'How long it is good, at most 24h' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from token" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from token" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from token" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from token" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from token" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from token" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from token" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from token" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from token" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from token" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from token" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from token" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from revoke" -l token -d 'Only this one; `user show` lists them' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from revoke" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from revoke" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from revoke" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from revoke" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from revoke" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from revoke" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from revoke" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from revoke" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from revoke" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from revoke" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from revoke" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from rotate-keys" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from rotate-keys" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from rotate-keys" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from rotate-keys" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from rotate-keys" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from rotate-keys" -l revoke -d 'They do not: everybody needs a new token at once'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from rotate-keys" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from rotate-keys" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from rotate-keys" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from rotate-keys" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from rotate-keys" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from rotate-keys" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from rotate-keys" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "add" -d 'Add somebody to the book of people'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "list" -d 'Who is in it'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "show" -d 'Somebody, with their tokens'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change somebody\'s role or clients'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Take somebody out; their tokens are good no more, and their seats close'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "token" -d 'A token for seats and programs over the network; printed this once'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "revoke" -d 'Take tokens back'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "rotate-keys" -d 'Sign tokens with a new key from now on; those of the old one stay good until they expire'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -f -a "show" -d 'Its entries, the oldest first'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -f -a "verify" -d 'Whether it is whole; says where it is not'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -f -a "export" -d 'All of it, as JSON lines'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and not __fish_seen_subcommand_from show verify export help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from show" -l tenant -d 'For example comp_acme' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from show" -l from -d 'From this entry on; the last ones without it' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from show" -l limit -d 'At most so many' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from show" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from show" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from show" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from show" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from show" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from show" -l engine -d 'The engine\'s own: people, sign-ins, and which clients came and went'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from show" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from show" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from show" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from show" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from show" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from show" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from verify" -l tenant -d 'For example comp_acme' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from verify" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from verify" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from verify" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from verify" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from verify" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from verify" -l engine -d 'The engine\'s own: people, sign-ins, and which clients came and went'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from verify" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from verify" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from verify" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from verify" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from verify" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from verify" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from export" -l tenant -d 'For example comp_acme' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from export" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from export" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from export" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from export" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from export" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from export" -l engine -d 'The engine\'s own: people, sign-ins, and which clients came and went'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from export" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from export" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from export" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from export" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from export" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from export" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "show" -d 'Its entries, the oldest first'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Whether it is whole; says where it is not'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "export" -d 'All of it, as JSON lines'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -f -a "list" -d 'Sessions, the latest first'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -f -a "show" -d 'One session'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -f -a "replay" -d 'Play what a session showed'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -f -a "export" -d 'What a session showed, as an asciicast'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -f -a "end" -d 'End one'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -f -a "verify" -d 'Whether recordings are what the audit log says'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -f -a "run" -d 'Run a command on a machine, see what it writes, end with its exit code'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -f -a "forward" -d 'Let a local port lead to a machine\'s, until ctrl-c'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and not __fish_seen_subcommand_from list show replay export end verify run forward help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from list" -l tenant -d 'One client only' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from list" -l incident -d 'One incident only' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from list" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from list" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from list" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from list" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from list" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from list" -l open -d 'Only those that are not over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from list" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from list" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from list" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from list" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from list" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from list" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from show" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from show" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from show" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from show" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from show" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from show" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from show" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from show" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from show" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from show" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from show" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from replay" -l speed -d '2 is twice as fast as it was' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from replay" -l idle-limit -d 'Wait for nothing longer than this; 0: as long as it was' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from replay" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from replay" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from replay" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from replay" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from replay" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from replay" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from replay" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from replay" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from replay" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from replay" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from replay" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from replay" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from export" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from export" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from export" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from export" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from export" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from export" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from export" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from export" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from export" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from export" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from export" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from end" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from end" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from end" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from end" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from end" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from end" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from end" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from end" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from end" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from end" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from end" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from end" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from verify" -l tenant -d 'All of a client\'s' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from verify" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from verify" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from verify" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from verify" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from verify" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from verify" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from verify" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from verify" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from verify" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from verify" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from verify" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from run" -l tenant -d 'Whose machine; with --incident, the client is the incident\'s' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from run" -l incident -d 'The machine of this incident, and on account of it' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from run" -l instance -d 'This machine' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from run" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from run" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from run" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from run" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from run" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from run" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from run" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from run" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from run" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from run" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from run" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from forward" -l tenant -d 'Whose machine; with --incident, the client is the incident\'s' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from forward" -l incident -d 'The machine of this incident, and on account of it' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from forward" -l instance -d 'This machine' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from forward" -l port -d 'The port there' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from forward" -l host -d 'A host that the machine reaches; without it, the machine itself' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from forward" -l local -d 'The local port; 0: any that is free' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from forward" -l preset -d 'A port by its name: rdp, https, postgresql, mysql, redis, ...' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from forward" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from forward" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from forward" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from forward" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from forward" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from forward" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from forward" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from forward" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from forward" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from forward" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from forward" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from forward" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "list" -d 'Sessions, the latest first'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "show" -d 'One session'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "replay" -d 'Play what a session showed'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "export" -d 'What a session showed, as an asciicast'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "end" -d 'End one'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Whether recordings are what the audit log says'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "run" -d 'Run a command on a machine, see what it writes, end with its exit code'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "forward" -d 'Let a local port lead to a machine\'s, until ctrl-c'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand check" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand check" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand check" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand check" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand check" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand check" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand check" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand check" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand check" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand check" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand check" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand check" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand completions" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand completions" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand completions" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand completions" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand completions" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand completions" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand completions" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand completions" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand completions" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand completions" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand completions" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand completions" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand man" -l config -d 'The configuration file (~/.config/alert-whisperer/config.toml without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand man" -l data-dir -d 'Where everything is kept (~/.local/share/alert-whisperer without it)' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand man" -l listen -d 'Where senders post (127.0.0.1:8001 without it)' -r
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand man" -l log -d 'Write a log here; `serve` logs to standard error without it' -r -F
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand man" -l color -d 'Colours of the screen' -r -f -a "auto\t''
never\t''
16\t''
256\t''
rgb\t''"
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand man" -l ascii -d 'Draw with ASCII only'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand man" -l read-only -d 'Refuse everything that changes something'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand man" -l wall -d 'The screen as a wall: large, read-only, for somebody far away'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand man" -l plain -d 'The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand man" -s v -d 'Log more; twice for everything'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand man" -l json -d 'Print JSON'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand man" -s h -l help -d 'Print help'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "tui" -d 'The screen: on the engine that runs on this host, else with one of its own; what runs without a command'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "serve" -d 'The engine without a screen'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "attach" -d 'The screen, on an engine that runs: somewhere else, or on this host'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "demo" -d 'A night at a made-up MSP, in a data folder of its own; nothing leaves this machine'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "tenant" -d 'Clients: add, list, settings, keys and secrets, copies, remove'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "source" -d 'Who posts for a client: keys, kinds, what to paste into a tool, what a body becomes'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "send" -d 'Post a correctly signed alert'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "incidents" -d 'Incidents, the highest score first'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "alerts" -d 'Alerts, the latest first'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "tail" -d 'What happens, line by line'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "runbooks" -d 'Runbooks: what may be run, on what, and exactly how'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "run" -d 'Run a runbook or a command on an incident\'s machine; without --yes, show what would run'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "executions" -d 'What was run, the latest first'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "execution" -d 'One execution, with what it wrote'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "cancel" -d 'End an execution, begun or not'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "approvals" -d 'What waits for somebody\'s approval'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "approve" -d 'Say yes to what somebody else asked for'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "reject" -d 'Say no to it'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "nodes" -d 'A client\'s managed machines'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "user" -d 'People: who may come, with which role, for which clients; their tokens'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "audit" -d 'A client\'s audit log, or the engine\'s own: show, verify, export'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "session" -d 'Shells, commands and ports on clients\' machines, and their recordings'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "check" -d 'What is wrong with the setup, and how to mend it'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "completions" -d 'Completions for a shell'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "man" -d 'The manual page'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and not __fish_seen_subcommand_from tui serve attach demo tenant source send incidents alerts tail runbooks run executions execution cancel approvals approve reject nodes user audit session check completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from tenant" -f -a "add" -d 'Add a client; prints its keys and secret, this once'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from tenant" -f -a "list" -d 'List them'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from tenant" -f -a "show" -d 'Show one with its settings'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from tenant" -f -a "set" -d 'Change settings'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from tenant" -f -a "rotate-key" -d 'A new key; the old one is refused at once'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from tenant" -f -a "rotate-secret" -d 'A new signing secret'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from tenant" -f -a "signing" -d 'Turn the signature check on or off'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from tenant" -f -a "verify" -d 'Whether its AWS account lets us in, and the policies that it must grant'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from tenant" -f -a "activate" -d 'Prepare a machine outside of AWS to be managed; prints its activation, this once'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from tenant" -f -a "backup" -d 'Write a copy of a client, from which it can be restored; its keys and secrets are in it'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from tenant" -f -a "restore" -d 'Take a client in from a copy, on this host or another, exactly as it was'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from tenant" -f -a "export" -d 'Write everything down that is kept of a client, one JSON value a line; without keys and secrets'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from tenant" -f -a "erase" -d 'Remove a client, its audit log too, and leave no trace of it'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from tenant" -f -a "remove" -d 'Remove a client with everything that is kept of it, but for its audit log'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from source" -f -a "add" -d 'Add one; prints its key and secret, this once, and what to paste into the tool'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from source" -f -a "list" -d 'List them, with when they last sent and what was refused'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from source" -f -a "show" -d 'Show one, with how it is'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from source" -f -a "set" -d 'Change how one proves itself, or its mapping'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from source" -f -a "rotate-key" -d 'A new key; the old one is refused at once'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from source" -f -a "rotate-secret" -d 'A new signing secret'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from source" -f -a "remove" -d 'Take one away; what it sent stays'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from source" -f -a "kinds" -d 'The tools that a source can be'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from source" -f -a "preset" -d 'Print the mapping table of a kind, to copy and change'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from source" -f -a "paste" -d 'Print again what to paste into the tool, without key and secret'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from source" -f -a "test" -d 'What a saved body becomes, field by field; nothing is stored'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from source" -f -a "unread" -d 'Bodies that could not be read, the latest first'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from source" -f -a "replay" -d 'Take bodies that could not be read as if they came now, if they can be read by now'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from source" -f -a "discard" -d 'Forget bodies that could not be read'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from source" -f -a "topics" -d 'SNS topics that send here or want to; let one in, or refuse it'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "add" -d 'Add somebody to the book of people'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "list" -d 'Who is in it'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "show" -d 'Somebody, with their tokens'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "set" -d 'Change somebody\'s role or clients'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "remove" -d 'Take somebody out; their tokens are good no more, and their seats close'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "token" -d 'A token for seats and programs over the network; printed this once'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "revoke" -d 'Take tokens back'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "rotate-keys" -d 'Sign tokens with a new key from now on; those of the old one stay good until they expire'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "show" -d 'Its entries, the oldest first'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "verify" -d 'Whether it is whole; says where it is not'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "export" -d 'All of it, as JSON lines'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "list" -d 'Sessions, the latest first'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "show" -d 'One session'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "replay" -d 'Play what a session showed'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "export" -d 'What a session showed, as an asciicast'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "end" -d 'End one'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "verify" -d 'Whether recordings are what the audit log says'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "run" -d 'Run a command on a machine, see what it writes, end with its exit code'
complete -c alert-whisperer -n "__fish_alert_whisperer_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "forward" -d 'Let a local port lead to a machine\'s, until ctrl-c'
