#!/bin/sh
# The tests of `make test`: real calls first, which have the machine to themselves, then what waits for a clock beside what
# only computes. Each part ends with pytest's summary.
set -u
cd "$(dirname "$0")/.."
pytest=".venv/bin/python -m pytest -p no:cacheprovider"
chosen="not interop and not bench and not voice"
clocked="tests/bench tests/doctor tests/engines tests/host tests/serve tests/setup tests/telephony tests/testing"
computed=$(ls -d tests/*/ | sed 's|/$||')
for room in $clocked tests/call tests/interop tests/__pycache__; do
    computed=$(echo "$computed" | grep -v "^$room\$")
done

echo "== real calls"
$pytest tests/call -m "$chosen"
status=$?
told=$(mktemp)
trap 'rm -f "$told"' EXIT
# shellcheck disable=SC2086 # a list of folders
nice -n 10 $pytest $computed -m "$chosen" > "$told" 2>&1 &
computing=$!
echo "== what waits for a clock"
# shellcheck disable=SC2086
$pytest $clocked -m "$chosen" || status=1
echo "== what only computes"
wait "$computing" || status=1
cat "$told"
exit "$status"
