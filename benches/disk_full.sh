#!/bin/sh
# A disk that really is full: the engine on a small tmpfs, which is filled up and given room again. Needs root, to mount it.
#
#   benches/disk_full.sh [PROGRAM]      the built program; target/debug/alert-whisperer without it
#
# Shows what senders and `check` are told while the disk is full, and compares what is kept with what was acknowledged.
# The same fault, injected where the store begins, is in the suite: engine::tests::trouble.
set -eu

program=$(realpath "${1:-target/debug/alert-whisperer}")
[ "$(id -u)" = 0 ] || { echo "disk_full.sh: only root may mount a tmpfs" >&2; exit 2; }
disk=$(mktemp -d)
work=$(mktemp -d)
engine=
clean() {
    [ -z "$engine" ] || { kill -KILL "$engine" 2>/dev/null && wait "$engine" 2>/dev/null; } || true
    umount "$disk"
    rmdir "$disk"
    rm -r "$work"
}
mount -t tmpfs -o size=160m,mode=0700 tmpfs "$disk"
trap clean EXIT
trap 'exit 1' INT TERM
fail() { echo "FAILED: $*" >&2; cat "$work/log" >&2; exit 1; }

aw() { HOME="$work" "$program" --data-dir "$disk/data" "$@"; }
start() {
    HOME="$work" "$program" --data-dir "$disk/data" serve --listen 127.0.0.1:0 2>"$work/log" &
    engine=$!
    until grep -qs 'listening address=' "$work/log"; do kill -0 "$engine" || fail "the engine did not start"; done
    address=$(sed -n 's/.*listening address=\([^ ]*\).*/\1/p' "$work/log")
}
stop() { kill -TERM "$engine"; wait "$engine" || fail "the engine ended with $?"; engine=; }
# Posts up to $1 alerts of 6 KiB that do not compress, and counts those that were acknowledged; ends at the first refusal.
post() {
    message=$(head -c 3072 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
    ok=0
    aw send --url "http://$address" --asset disk --signature full --severity high --message "$message" --count "$1" \
        >"$work/said" 2>"$work/refused" || ok=$?
    acknowledged=$((acknowledged + $(grep -c '^Alert received' "$work/said" || true)))
    return "$ok"
}
kept() { aw alerts --json --limit 10000 | grep -c '"received_at"'; }

acknowledged=0
head -c 134217728 /dev/zero >"$disk/ballast"
start
issued=$(aw tenant add comp_acme --json)
field() { printf '%s\n' "$issued" | sed -n "s/^ *\"$1\": \"\\(.*\\)\",*\$/\\1/p"; }
ALERT_WHISPERER_KEY=$(field api_key) ALERT_WHISPERER_SECRET=$(field hmac_secret)
export ALERT_WHISPERER_KEY ALERT_WHISPERER_SECRET
aw tenant set comp_acme rate_limit.requests_per_minute=0 >/dev/null

round=0
while post 500; do
    round=$((round + 1))
    [ "$round" -lt 40 ] || fail "the disk never became full"
done
echo "acknowledged until it was full: $acknowledged"
echo "senders are told:  $(cat "$work/refused")"
grep -q 'answered 503' "$work/refused" || fail "not with a 503"
code=0; aw check >"$work/check" 2>&1 || code=$?
echo "check says ($code): $(grep WRONG "$work/check")"
[ "$code" = 1 ] || fail "check found nothing wrong"

rm "$disk/ballast"
tries=0
until post 1; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || fail "it did not recover when there was room"
    sleep 1
done
echo "room again: taken after $tries tries more, a second apart"
post 50 || fail "refused with room to spare: $(cat "$work/refused")"

cat /dev/zero >"$disk/ballast" 2>/dev/null || true
until ! post 500; do :; done
echo "full again, and killed: $(cat "$work/refused")"
kill -KILL "$engine"; wait "$engine" 2>/dev/null || true
code=0; HOME="$work" timeout 5 "$program" --data-dir "$disk/data" serve --listen 127.0.0.1:0 2>"$work/log" || code=$?
echo "started on the full disk ($code): $(tail -n 1 "$work/log")"
rm "$disk/ballast"
start
post 50 || fail "refused with room to spare: $(cat "$work/refused")"
stop
found=$(kept)
echo "acknowledged $acknowledged, kept $found"
[ "$found" = "$acknowledged" ] || fail "what is kept is not what was acknowledged"
