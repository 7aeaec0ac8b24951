#!/bin/sh
# Writes requirements/*.txt from pyproject.toml: exact versions with hashes, for every platform and Python >= 3.11.
# Names no index, so that everybody's own configuration counts. Run it after changing dependencies: make lock
set -eu
cd "$(dirname "$0")/.."
compile() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
        --no-emit-index-url --no-emit-find-links "$@"
}
compile --group build --group dev pyproject.toml -o requirements/dev.txt
compile --constraint requirements/dev.txt pyproject.toml -o requirements/run.txt
compile --constraint requirements/dev.txt --group build -o requirements/build.txt
