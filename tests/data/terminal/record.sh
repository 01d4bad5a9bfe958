#!/bin/sh
# Records what programs write to a terminal, and what a real one shows after it: tmux, which is fed the same bytes.
#
#   ./record.sh            records everything again; needs root, unshare, tmux 3.3, vim, less, htop, mc and bash
#
# The programs see a machine of their own: no other processes, and another name.
#
# For each program: NAME.bytes is what it wrote; NAME.screen is tmux's capture of the screen, with styles; NAME.state says the
# terminal's size, where the cursor is, and which modes are on. The trials only read these files.
set -eu
cd "$(dirname "$0")"
if [ -z "${RECORDING:-}" ]; then
    exec env RECORDING=1 unshare --fork --pid --mount-proc --uts ./record.sh
fi
hostname web-01
work=$(mktemp -d /tmp/record.XXXXXX)
server="tmux -L record-$$ -f /dev/null"
trap '$server kill-server 2>/dev/null || :; tmux -L inner-$$ kill-server 2>/dev/null || :; rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 TERM=xterm-256color
unset TMUX

# The files that are looked at: nothing in them is this machine's.
mkdir "$work/home"
awk 'BEGIN { for (i = 1; i <= 300; i++) printf "%s app[%d]: %s request %d took %d ms\n",
    sprintf("12:%02d:%02d", i / 60, i % 60), 4711, i % 7 ? "info" : "ERROR", i, i * 37 % 900 }' > "$work/home/app.log"
cat > "$work/home/check.sh" <<'END'
#!/bin/bash
# Restarts a service that does not answer.
set -euo pipefail
readonly SERVICE="${1:-nginx}" TRIES=3

for try in $(seq 1 "$TRIES"); do
    if curl --silent --fail "http://localhost/health" > /dev/null; then
        echo "ok: $SERVICE answers (try $try)"
        exit 0
    fi
    sleep $((try * 2))
done
systemctl restart "$SERVICE" # größer als nötig: 日本語 ✓
END

# A session that outlives the others, so that the server does.
$server new-session -d -s keep cat
$server set-option -s escape-time 0
$server set-option -g default-terminal xterm-256color

# record NAME COLUMNSxROWS COMMAND KEYS…: each of KEYS is sent with a moment after it; `/text` is typed as it stands.
record() {
    name=$1 cols=${2%x*} rows=${2#*x} command=$3
    shift 3
    $server new-session -d -s "$name" -x "$cols" -y "$rows" \
        "cd $work/home && HOME=$work/home PS1='\$ ' ENV= sh -c 'stty -echo; read go; stty echo; exec $command'"
    $server set-option -t "$name" status off
    $server resize-window -t "$name" -x "$cols" -y "$rows"
    sleep 0.3
    $server pipe-pane -t "$name" -o "cat > $work/$name.bytes"
    $server send-keys -t "$name" Enter
    sleep 1.5
    for keys in "$@"; do
        case $keys in
            /*) $server send-keys -t "$name" -l -- "${keys#/}" ;;
            *) $server send-keys -t "$name" "$keys" ;;
        esac
        sleep 0.5
    done
    sleep 1
    # Nothing may come between the two.
    $server capture-pane -t "$name" -p -e -N \; display-message -t "$name" -p \
        "size #{pane_width} #{pane_height}
cursor #{cursor_x} #{cursor_y} #{cursor_flag}
keys #{keypad_cursor_flag} #{keypad_flag}
alternate #{alternate_on}
mouse #{mouse_any_flag}" > "$work/$name.all" \; pipe-pane -t "$name"
    tail -n 5 "$work/$name.all" > "$name.state"
    head -n -5 "$work/$name.all" > "$name.screen"
    cp "$work/$name.bytes" "$name.bytes"
    $server kill-session -t "$name"
}

vim="vim -N -u NONE -i NONE -n --cmd \"syntax on | set nu hls ruler laststatus=2 background=dark mouse=a\""
record vim 80x24 "$vim check.sh" ':sp' Enter ':e app.log' Enter '//ERROR' Enter n 'C-w' j o '/echo "grüße, 世界"' Escape V k
record vim-wide 120x40 "$vim app.log" ':set list cursorline' Enter '/50G' ':vs' Enter ':terminal' Enter '/ls' Enter
record less 80x24 "less -N -R app.log" Space Space '//ERROR' Enter n n b
record less-end 100x30 "less app.log" G '/-S' Enter Up Up Up
record htop 80x24 "htop -d 100" F2 Escape Down Down t
record htop-wide 120x40 "htop -d 100" '/u' Escape F4 '/sh'
record tmux 80x24 "tmux -L inner-$$ -f /dev/null new bash\ --norc" '/ls -l' Enter C-b '/%' '/seq 1 50' Enter C-b '/\"' '/echo lower' Enter C-b Left
record tmux-c 80x24 "env LC_ALL=C tmux -L inner-$$ -f /dev/null new bash\ --norc" C-b '/%' '/seq 1 50' Enter C-b '/\"' '/printf x' Enter
record mc-c 80x24 "env LC_ALL=C mc -u" Down Down F9
record bash 80x24 "bash --norc" '/ls --color -la' Enter '/seq 1 30' Enter '/echo some words here' C-a C-Right '/X' C-k Tab Tab C-c '/tput smacs; echo lqqk; tput rmacs' Enter
