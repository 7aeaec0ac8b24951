# Every target does the set-up it needs, once; `make run` and `make test` are all that anybody has to know.
# Arguments go through: make test PYTEST="tests/reply -x"    make run ARGS="--sip-port 5070"    make PYTHON=python3.12 run

PYTEST ?=
ARGS ?=
FUZZ_STEPS ?= 500000
FUZZ_SEED ?= random
export PYTHON
offhook := .venv/bin/offhook
pytest := .venv/bin/python -m pytest

.DEFAULT_GOAL := help
.PHONY: run demo test test-interop test-voice fuzz test-bench bench soak check format lock setup clean help

help:
	@echo "make run           answer calls here, after one demo call; stays until Ctrl-C"
	@echo "make demo          the same demo call, then exit with 0 or 1"
	@echo "make test          every test that needs no other program than offhook"
	@echo "make test-interop  calls with a real Asterisk in a chroot (as root) and other peers, and what test-voice has"
	@echo "make test-voice    all tests of the shipped dialplans by voice, over SIP: 20 minutes at most"
	@echo "make fuzz          the cancellation cascade for 500,000 steps; FUZZ_STEPS=N for N of them, FUZZ_SEED=N the same ones again"
	@echo "make test-bench    the benches themselves, small: every turn of theirs is judged"
	@echo "make bench         time to ready, greeting, replies and turn-taking as a caller hears them: 2.5 hours"
	@echo "make soak          200 calls in a row, 4 at once for 10 minutes, and 100 reloads under 4 calls"
	@echo "make check         ruff, mypy --strict, import arrows"
	@echo "make lock          write requirements/ anew after changing pyproject.toml (needs uv)"

setup: ; @scripts/setup.sh test

run:
	@scripts/setup.sh run
	@$(offhook) serve --demo-call $(ARGS)

demo:
	@scripts/setup.sh run
	@$(offhook) demo $(ARGS)

test:
	@scripts/setup.sh test
	@$(if $(PYTEST),$(pytest) -m "not interop and not bench and not voice" $(PYTEST),scripts/test.sh)

test-interop:
	@scripts/setup.sh interop
	@$(pytest) -m "interop or voice" $(PYTEST)

test-voice:
	@scripts/setup.sh test
	@$(pytest) -m voice $(PYTEST)

fuzz:
	@scripts/setup.sh test
	@OFFHOOK_FUZZ_STEPS=$(FUZZ_STEPS) OFFHOOK_FUZZ_SEED=$(FUZZ_SEED) $(pytest) tests/fuzz $(PYTEST)

test-bench:
	@scripts/setup.sh test
	@$(pytest) -m bench $(PYTEST)

bench:
	@scripts/setup.sh test
	@missed=0; for suite in start line latency turns bargein echo understanding; do $(offhook) bench $$suite $(ARGS) || missed=1; done; exit $$missed

soak:
	@scripts/setup.sh test
	@$(offhook) bench calls $(ARGS)
	@$(offhook) bench soak $(ARGS)
	@$(offhook) bench reloads $(ARGS)

check:
	@scripts/setup.sh test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/mypy scripts/setup
	.venv/bin/lint-imports

format:
	@scripts/setup.sh test
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

lock: ; @scripts/lock.sh

clean:
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
