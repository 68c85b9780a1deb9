# One truth for commands: what CI runs, what the pre-commit hook runs, what you run.
#   make run            set up and start on http://127.0.0.1:8000 (PORT=8123 for another port)
#   make history        fill the demo shop with three months of made-up traffic
#   make test           set up and run everything: lint, types, contracts, unit, service, browser

PORT ?= 8000
HOST ?= 127.0.0.1
PY := .venv/bin/python
SHELL := /bin/bash
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
APT := $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300
PYTEST := $(PY) -m pytest

.PHONY: \
  abuse \
  axe \
  bench \
  bench-delivery \
  bench-reports \
  bench-search \
  browser \
  build \
  calibrate \
  callback-faults \
  callback-latency \
  clean \
  contracts \
  faults \
  flood \
  format \
  help \
  history \
  hooks \
  js \
  lint \
  lock \
  number-matrix \
  pbx \
  postgres \
  run \
  screenshots \
  setup \
  setup-test \
  sleep \
  test \
  test-pbx \
  test-pbx-short \
  torture \
  torture-redis \
  types \
  unit \
  verdicts \
  widget-fresh \
  workbench

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
	command -v firefox-esr >/dev/null || missing="$$missing firefox-esr"; \
	command -v WebKitWebDriver >/dev/null || missing="$$missing webkit2gtk-driver"; \
	command -v Xvfb >/dev/null || missing="$$missing xvfb"; \
	command -v redis-server >/dev/null || missing="$$missing redis-server"; \
	ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$$missing postgresql"; \
	[ -z "$$missing" ] || { $(APT) update && $(APT) install -y --no-install-recommends $$missing fonts-dejavu-core; }

# --- using ------------------------------------------------------------------------------------------------------

run: setup
	.venv/bin/widget-server run --demo --host $(HOST) --port $(PORT)

# Three months of made-up traffic at the demo shop; `widget-server demo --clear` takes them away.
history: setup
	.venv/bin/widget-server demo --history

# --- checking ---------------------------------------------------------------------------------------------------

test: setup-test lint types contracts widget-fresh js unit postgres faults test-pbx-short browser
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
	$(PYTEST) -n 2 tests --ignore tests/browser --ignore tests/faults --ignore tests/torture --ignore tests/pbx
	$(PYTEST) --doctest-modules widget_server experiments --ignore widget_server/migrations --ignore widget_server/server.py -p no:xdist

# The service tests again, on PostgreSQL: a server of its own on a socket, gone afterwards.
postgres: .venv/.test-ready
	bash tests/with_postgres.sh $(PYTEST) -n 2 tests --ignore tests/browser --ignore tests/faults --ignore tests/torture --ignore tests/pbx --ignore tests/experiments --ignore tests/js --ignore tests/demo/test_truth.py

faults: .venv/.test-ready node_modules/.ready bench/node_modules/.ready
	$(PYTEST) -s tests/faults tests/torture --ignore tests/torture/test_short_shared.py
	bash tests/with_postgres.sh $(PYTEST) -s tests/torture/test_short_shared.py

# 800 callbacks while workers are killed 400 times and the provider now and then calls and then times out.
callback-faults: .venv/.test-ready
	$(PY) -m bench.callback_faults --requests 800 --kills 400

# Our share of the time from a request to the provider's order, beside a bare RQ job that gives the same order.
callback-latency: .venv/.test-ready
	$(PY) -m bench.callback_latency

# Which numbers are dialled: an example of every country and kind, under four policies.
number-matrix: .venv/.test-ready
	$(PY) -m bench.number_matrix

# 10,000 requests from 1,000 addresses over neighbouring numbers.
abuse: .venv/.test-ready
	$(PY) -m bench.abuse

# Half an hour of the chat with its server killed, frozen and its connections cut.
torture: .venv/.test-ready node_modules/.ready
	$(PY) -m tests.torture.run

# Delivery over 1,000 open sockets beside a Node socket.io server and a stock Flask-SocketIO one, in turns.
bench-delivery: .venv/.test-ready bench/node_modules/.ready
	$(PY) -m bench.delivery

# One visitor sends 1,000 messages a second; the others must not feel it.
flood: .venv/.test-ready bench/node_modules/.ready
	$(PY) -m bench.flood

bench/node_modules/.ready: bench/package.json bench/package-lock.json
	cd bench && npm ci --silent --no-audit --no-fund
	@touch $@

# The same with two web processes behind one port, and their Redis killed 100 times and flushed 20 times.
torture-redis: .venv/.test-ready node_modules/.ready
	bash tests/with_postgres.sh $(PY) -m tests.torture.run --shared

# A real Asterisk for tests, unpacked once from Debian's packages (tests/pbx/README.md).
pbx:
	@bash tests/pbx/install.sh

# Callbacks and calls through it, in short.
# Elsewhere than on Debian it needs to be told a mirror of Debian, and says so instead.
PBX_SHORT := tests/pbx/test_bed.py tests/pbx/test_docs.py tests/pbx/test_callbacks.py tests/pbx/test_inbound.py
test-pbx-short: .venv/.test-ready
	@if [ -n "$$WIDGET_PBX_MIRROR" ] || grep -q '^ID=debian' /etc/os-release; then \
	bash tests/pbx/install.sh && $(PYTEST) -n 2 --dist loadfile $(PBX_SHORT); \
	else echo "NOT RUN: the tests on a real Asterisk. Set WIDGET_PBX_MIRROR to a mirror of Debian"; fi

# All that must hold on it; the last line holds the figures of 100 callbacks, 100 calls and as many at once as the machine
# can bear.
PBX_MEASURED := tests/pbx/test_callbacks.py tests/pbx/test_inbound.py tests/pbx/test_ramp.py
test-pbx: .venv/.test-ready pbx
	$(PYTEST) -n 2 --dist loadfile tests/pbx $(PBX_MEASURED:%=--ignore %)
	$(PYTEST) --whole $(PBX_MEASURED)

# Ratios, ours against a named reference, in one run.
bench: .venv/.test-ready .venv/bench/.ready
	$(PY) -m bench.front
	PYTHONPATH=. .venv/bench/bin/python -m bench.comparisons
	PYTHONPATH=. .venv/bench/bin/python -m bench.event_rows

# What ours is measured against, in an environment of its own.
.venv/bench/.ready: bench/references.txt
	python3 -m venv .venv/bench
	.venv/bench/bin/python -m pip install -q --disable-pip-version-check -r $<
	@touch $@

# Searching a million messages: the whole request of the console against the bare full-text query, on both databases.
bench-search: .venv/.test-ready
	bash tests/with_postgres.sh $(PY) -m bench.search

# Ten million events, a million calls, a thousand experiments: each report against its bare query, and what it reads.
bench-reports: .venv/.test-ready
	bash tests/with_postgres.sh $(PY) -m bench.reports

# How well the statistics are calibrated: the table of docs/experiments.md.
calibrate: .venv/.ready
	$(PY) -m experiments calibrate

# What the product says of 200 experiments whose truth is known, read every hour as an impatient owner would.
verdicts: .venv/.test-ready
	$(PY) -m bench.verdicts --experiments 200

# What axe-core says of every page of widget and console: both languages, light and dark, phone and desktop.
axe: setup-test
	$(PY) -m tests.browser.axe

# Three visitors away for ten minutes (frozen, offline, the machine asleep): whole within 3 s of waking.
sleep: setup-test
	$(PY) -m tests.browser.sleep --minutes 10

browser: setup-test
	$(PYTEST) tests/browser

# --- making -----------------------------------------------------------------------------------------------------

build: node_modules/.ready
	npm run --silent build

# The committed widget must be what its sources give.
BUILT := widget.js panel.js callback.js chat_kit.js numbers.js extras.js identity.js phone_codes.json console/phone.js
widget-fresh: node_modules/.ready
	@kept=$$(mktemp -d) && cp $(BUILT:%=static/%) $$kept && npm run --silent build && \
	( for name in $(BUILT); do cmp static/$$name $$kept/$$(basename $$name) || exit 1; done ); status=$$?; \
	rm -rf $$kept; \
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

# From the login to a running experiment of two things: how many clicks and fields.
workbench: setup-test
	$(PY) -m pytest -q -s tests/browser/test_workbench.py -k running_test

screenshots: setup-test
	$(PY) -m tests.browser.screenshots

clean:
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache
