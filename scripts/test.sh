#!/bin/sh
# The tests of `make test`: real calls first, which have the machine to themselves; then what waits for the line, beside what
# waits for another clock, beside what only computes; the sound itself computes too, in the part that is the shortest.
# Each part ends with pytest's summary.
set -u
cd "$(dirname "$0")/.."
pytest=".venv/bin/python -m pytest -p no:cacheprovider"
chosen="not interop and not bench and not voice"
line="tests/telephony tests/testing"
clocked="tests/bench tests/doctor tests/engines tests/host tests/media tests/serve tests/setup"
computed=$(ls -d tests/*/ | sed 's|/$||')
for room in $line $clocked tests/call tests/interop tests/__pycache__; do
    computed=$(echo "$computed" | grep -v "^$room\$")
done

echo "== real calls"
$pytest tests/call -m "$chosen"
status=$?
told=$(mktemp -d)
trap 'rm -rf "$told"' EXIT
# shellcheck disable=SC2086 # a list of folders
nice -n 10 $pytest $computed -m "$chosen" > "$told/computed" 2>&1 &
computing=$!
# shellcheck disable=SC2086
$pytest $clocked -m "$chosen" > "$told/clocked" 2>&1 &
waiting=$!
echo "== what waits for the line"
# shellcheck disable=SC2086
$pytest $line -m "$chosen" || status=1
echo "== what waits for another clock"
wait "$waiting" || status=1
cat "$told/clocked"
echo "== what only computes"
wait "$computing" || status=1
cat "$told/computed"
exit "$status"
