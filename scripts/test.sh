#!/bin/sh
# The tests of `make test`, in two halves side by side: real calls, which take their time whatever the machine does, and
# everything else, which has what they leave of it. Each half ends with pytest's summary; the calls' is printed last.
set -u
cd "$(dirname "$0")/.."
calls=$(mktemp)
trap 'rm -f "$calls"' EXIT
.venv/bin/python -m pytest -m call -p no:cacheprovider > "$calls" 2>&1 &
half=$!
nice -n 10 .venv/bin/python -m pytest -m "not call and not interop and not bench and not voice"
status=$?
echo "== real calls"
wait "$half" || status=1
cat "$calls"
exit "$status"
