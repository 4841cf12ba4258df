# Everything a person does with this checkout. `make` alone lists it.
#
# All that is installed goes into .venv, all that is cached into .venv or .cache; nothing is written
# outside the checkout but pip's own download cache. Stamp files in .venv make a second run free.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
.NOTPARALLEL:   # two pips in one .venv get in each other's way
MAKEFLAGS += --no-builtin-rules --no-print-directory
SHELL := /bin/sh
# Images for containers often tell Python to keep no compiled files: then every process here compiles
# all of ours again.
export PYTHONDONTWRITEBYTECODE :=

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input

# Tests run on all cores, a file on one of them, in the order of their names: those in the browser,
# which take longest, come first so. In one process: make test JOBS=
JOBS ?= --numprocesses auto --dist loadfile --no-loadscope-reorder

# What `make demo DATE=10/1-2025 ARGS=--json` sets.
DATE ?= 2025-04-15
ARGS ?=

# The Python that makes .venv: the first of these that is 3.11 or newer, or what PYTHON= names.
PYTHON ?=
PYTHONS := $(if $(PYTHON),$(PYTHON),python3.13 python3.12 python3.11 python3)

##@ Try it

.PHONY: setup
setup: $(VENV)/.runtime $(VENV)/.project ## Install what the program needs into .venv (a new one: PYTHON=… picks the Python)

.PHONY: demo
demo: setup ## Play three real cases up to DATE=2025-04-15, then serve the pages (not: ARGS=--no-serve)
	$(BIN)/udmelding demo --date $(DATE) $(ARGS)

##@ Work on it

.PHONY: dev
dev: setup-dev ## Serve the pages on made-up cases in .cache/dev, anew when a file changes
	@$(IN_DEV) $(PY) -m udmelding.cli.demo.dev

.PHONY: seed
seed: setup-dev ## Play those cases anew, or on to a later day: DATE=1/6-2025
	@$(IN_DEV) $(PY) -m udmelding.cli.demo.dev seed $(if $(filter command,$(origin DATE)),$(DATE))

.PHONY: setup-dev
setup-dev: $(VENV)/.dev $(VENV)/.project ## The same, with the tools for tests and checks

# What makes CI too slow for everyday use is marked `long`, with what it holds, and is run by hand when
# that is touched.
.PHONY: test
test: setup-dev ## Run every test but the long ones (one of them: ARGS="-k rykker"; in one process: JOBS=)
	@.ci/needs --say
	env $(TEST_ENV) $(BIN)/pytest $(JOBS) -m "not long" $(ARGS)

.PHONY: test-fast
test-fast: setup-dev ## Run the tests of words, rules and config in half a minute, without the slow ones
	env $(TEST_ENV) $(BIN)/pytest $(JOBS) -m "not slow and not long" tests/rules tests/config $(ARGS)

# Only the journal speaks SQL. On PostgreSQL run its tests and those of the use cases that lock, race
# and are killed; what only reads is run there seldom.
SPEAKING_SQL := tests/journal tests/casework/test_records.py tests/casework/test_summaries.py \
  $(addprefix tests/casework/,access due exchange inbox mail recording webhooks)
READING := tests/cli tests/flows tests/rules tests/stories tests/web \
  $(addprefix tests/casework/,case desk forms launch parties plan report)

.PHONY: test-long
test-long: setup-dev ## Run what takes too long to run always: README says when
	env $(TEST_ENV) $(BIN)/pytest $(JOBS) -m long $(ARGS)
	$(ON_POSTGRES) env $(TEST_ENV) $(BIN)/pytest $(JOBS) -m database $(READING) $(ARGS)

.PHONY: screenshots
screenshots: setup-dev ## Take the pictures of README and of the guide anew, from the demonstration (a home with it: ARGS)
	$(PY) tests/browser/screenshots.py $(ARGS)

.PHONY: test-postgres
# On a server of your own, if UDMELDING_TEST_DATABASE_URL names one: it will be wiped.
test-postgres: setup-dev ## Run the database's tests again, on a throw-away PostgreSQL (pages, commands, stories: test-long)
	$(ON_POSTGRES) env $(TEST_ENV) $(BIN)/pytest $(JOBS) -m "database and not long" $(SPEAKING_SQL) $(ARGS)

.PHONY: check
check: lint types imports lock-check docs-check ## All that CI checks besides the tests

.PHONY: lint
lint: setup-dev ## Style: ruff's rules and its formatting, djLint's rules for the pages' templates
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/djlint --lint --quiet templates/web

.PHONY: format
format: setup-dev ## Let ruff repair what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: types
types: setup-dev ## Types: mypy, strict
	$(BIN)/mypy

.PHONY: imports
imports: setup-dev ## Which floor and room may import which: import-linter
	$(BIN)/lint-imports --cache-dir .cache/import-linter

.PHONY: docs
docs: setup-dev ## Write the generated parts of docs/ anew
	$(PY) -m udmelding.cli.service.reference docs

.PHONY: docs-check
docs-check: setup-dev ## Fail if the generated parts of docs/ are out of date
	$(PY) -m udmelding.cli.service.reference docs --check

.PHONY: profile
profile: setup-dev ## Where a command or page spends its time: CMD="status CU-…", CMD=GET:/sager/CU-…
	@$(IN_DEV) $(PY) -m benchmarks.trip $(CMD)

.PHONY: benchmarks
benchmarks: setup-dev ## Measure what docs/ claims about speed
	$(PY) -m benchmarks $(ARGS)

##@ Dependencies

.PHONY: lock
lock: $(VENV)/.dev ## Fit the lock files to pyproject.toml (renew pins: UPGRADE="httpx rich", UPGRADE=all)
	@$(call compile-locks,.,$(if $(filter all,$(UPGRADE)),--upgrade,$(addprefix --upgrade-package ,$(UPGRADE))))

.PHONY: lock-check
lock-check: $(VENV)/.dev ## Fail if pyproject.toml changed and the lock files did not
	@rm -rf .cache/lock && mkdir -p .cache/lock
	@cp pyproject.toml requirements.lock requirements-dev.lock .cache/lock
	@$(call compile-locks,.cache/lock)
	@diff -u requirements.lock .cache/lock/requirements.lock \
	  && diff -u requirements-dev.lock .cache/lock/requirements-dev.lock \
	  && echo "The lock files fit pyproject.toml." \
	  || { echo "pyproject.toml and the lock files disagree: run 'make lock' and commit both." >&2; exit 1; }

.PHONY: vendor
vendor: setup-dev ## Write the vendored files of other projects again, from the npm registry
	$(PY) -m udmelding.web.service.vendoring

.PHONY: clean
clean: ## Remove .venv and every cache (never .udmelding, where cases live)
	rm -rf $(VENV) .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# ---------------------------------------------------------------------------------------------------

# Prefect keeps files in the home folder unless told otherwise.
TEST_ENV := PREFECT_HOME="$(CURDIR)/.cache/prefect" DO_NOT_TRACK=1

# A home of its own, and never the database that this machine's real cases are in.
IN_DEV := env -u UDMELDING_DATABASE_URL UDMELDING_HOME="$(CURDIR)/.cache/dev" DO_NOT_TRACK=1

ON_POSTGRES = $(if $(UDMELDING_TEST_DATABASE_URL),,.ci/with-postgres)

# One lock for every Python and system we support. The second holds the first, so that tests run on
# the versions that are shipped. $(1) = folder with pyproject.toml and the locks, $(2) = more options.
UV_COMPILE := pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --custom-compile-command "make lock" --extra postgresql --group build
define compile-locks
cd $(1) && export UV_CACHE_DIR="$(CURDIR)/.cache/uv" \
  && "$(CURDIR)/$(BIN)/uv" $(UV_COMPILE) $(2) --output-file requirements.lock pyproject.toml \
  && "$(CURDIR)/$(BIN)/uv" $(UV_COMPILE) $(2) --group dev --constraint requirements.lock \
       --output-file requirements-dev.lock pyproject.toml
endef

$(VENV)/.made:
	@for python in $(PYTHONS); do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  new="$$python"; \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || continue; \
	  echo "Making $(VENV) with $$("$$python" --version)"; \
	  rm -rf $(VENV) && "$$python" -m venv $(VENV) && touch $@; exit; \
	done; \
	if [ -n "$$new" ]; then \
	  echo "$$new cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; \
	else \
	  echo "udmelding needs Python 3.11 or newer; looked for: $(PYTHONS)." \
	       "Name yours with: make PYTHON=/path/to/python3" >&2; \
	fi; exit 1

# --no-deps: the lock names everything, and pip then skips the search; `pip check` proves it.
$(VENV)/.runtime: requirements.lock | $(VENV)/.made
	@echo "Installing $< into $(VENV) …"
	@$(PIP) install -qq --require-hashes --no-deps --requirement $<
	@touch $@

# Holds all of the above too. pip takes a minute of one processor for it, uv ten seconds of two.
$(VENV)/.dev: requirements-dev.lock | $(VENV)/.made
	@echo "Installing $< into $(VENV) …"
	@mkdir -p .cache && awk '/^[^ #]/ { ours = /^uv==/ } ours' $< >.cache/uv.lock
	@$(PIP) install -qq --require-hashes --no-deps --requirement .cache/uv.lock
	@UV_CACHE_DIR="$(CURDIR)/.cache/uv" $(BIN)/uv pip install --quiet --python $(PY) \
	  --require-hashes --no-deps --compile-bytecode --requirement $<
	@touch $@ $(VENV)/.runtime

$(VENV)/.project: pyproject.toml LICENSE $(VENV)/.runtime
	@$(PIP) install -qq --no-deps --no-build-isolation --editable .
	@$(PIP) check
	@touch $@
