#!/bin/sh
# Finds a Python that offhook can run on and hands over to the set-up program: scripts/setup.sh run|test|interop
set -eu
here=$(cd "$(dirname "$0")" && pwd)
for python in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec "$python" "$here/setup" "$@"
    fi
done
echo "error: offhook needs Python 3.11 or later; found: $(python3 --version 2>/dev/null || echo none)." >&2
echo "Debian 12, Ubuntu 23.04 and later have it: apt-get install python3. Or name one: make PYTHON=/path/to/python3.11 ..." >&2
exit 1
