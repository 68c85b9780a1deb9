# One truth for commands: what CI runs, what the pre-commit hook runs, what you run.
#   make run            set up and start on http://127.0.0.1:8000 (PORT=8123 for another port)
#   make test           set up and run everything: lint, types, contracts, unit, service, browser

PORT ?= 8000
HOST ?= 127.0.0.1
PY := .venv/bin/python
SHELL := /bin/bash
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
APT := $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300
PYTEST := $(PY) -m pytest

.PHONY: run test setup setup-test lint types contracts widget widget-fresh unit postgres redis-tests js browser \
        build lock screenshots faults bench hooks format clean help

help:
	@grep -E '^#   ' Makefile | sed 's/^#   //'

# --- setting up -------------------------------------------------------------------------------------------------

setup: .venv/.ready

.venv/.ready: requirements.txt pyproject.toml
	@python3 -m venv .venv 2>/dev/null || { $(APT) update && $(APT) install -y python3-venv && python3 -m venv .venv; }
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	$(PY) -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/.test-ready: .venv/.ready requirements-dev.txt
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

node_modules/.ready: package.json package-lock.json
	@command -v npm >/dev/null || { $(APT) update && $(APT) install -y --no-install-recommends nodejs npm; }
	npm ci --silent --no-audit --no-fund
	@touch $@

# Programs that the tests drive, from Debian's packages, where missing.
setup-test: .venv/.test-ready node_modules/.ready
	@missing=""; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v redis-server >/dev/null || missing="$$missing redis-server"; \
	ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$$missing postgresql"; \
	[ -z "$$missing" ] || { $(APT) update && $(APT) install -y --no-install-recommends $$missing fonts-dejavu-core; }

# --- using ------------------------------------------------------------------------------------------------------

run: setup
	.venv/bin/widget-server run --demo --host $(HOST) --port $(PORT)

# --- checking ---------------------------------------------------------------------------------------------------

test: setup-test lint types contracts widget-fresh js unit postgres faults browser
	@echo "make test: all passed"

lint: .venv/.test-ready
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

types: .venv/.test-ready
	.venv/bin/mypy

contracts: .venv/.test-ready
	.venv/bin/lint-imports

js: node_modules/.ready
	npm test --silent

unit: .venv/.test-ready
	$(PYTEST) -n 2 tests --ignore tests/browser --ignore tests/faults
	$(PYTEST) --doctest-modules widget_server experiments --ignore widget_server/migrations --ignore widget_server/server.py -p no:xdist

# The service tests again, on PostgreSQL: a server of its own on a socket, gone afterwards.
postgres: .venv/.test-ready
	bash tests/with_postgres.sh $(PYTEST) -n 2 tests --ignore tests/browser --ignore tests/faults --ignore tests/experiments --ignore tests/js

faults: .venv/.test-ready
	$(PYTEST) -s tests/faults

# Ratios, ours against a named reference, in one run.
bench: .venv/.test-ready
	$(PY) -m bench.front

browser: setup-test
	$(PYTEST) tests/browser

# --- making -----------------------------------------------------------------------------------------------------

build: node_modules/.ready
	npm run --silent build

# The committed widget must be what its sources give.
widget-fresh: node_modules/.ready
	@cp static/widget.js /tmp/widget.$$$$.js && cp static/panel.js /tmp/panel.$$$$.js && npm run --silent build && \
	cmp static/widget.js /tmp/widget.$$$$.js && cmp static/panel.js /tmp/panel.$$$$.js; status=$$?; \
	rm -f /tmp/widget.$$$$.js /tmp/panel.$$$$.js; \
	[ $$status = 0 ] || { echo "static/*.js is not what static/src gives: run make build and commit"; exit 1; }

# Lets git run the quick checks before each commit.
hooks:
	git config core.hooksPath .githooks

format: .venv/.test-ready
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

# Hashed requirements that name no host.
PIP_COMPILE := .venv/bin/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host --no-emit-options --no-header --strip-extras --allow-unsafe
lock: .venv/.test-ready
	$(PIP_COMPILE) --extra postgres -o requirements.txt pyproject.toml
	$(PIP_COMPILE) -o requirements-dev.txt -c requirements.txt requirements-dev.in

screenshots: setup-test
	$(PY) -m tests.browser.screenshots

clean:
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache
