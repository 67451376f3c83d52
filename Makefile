# Portal: everything a person or CI runs. `make` alone lists it.
#
# The environment in .venv is made from the lock files on first use and again whenever they change;
# a stamp per set of packages makes every later run instant.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 5000
# How many test processes; "logical" is one a processor, eight at most.
WORKERS ?= logical

CATALOGS := $(wildcard translations/*/LC_MESSAGES/*.po)
POT      := translations/messages.pot
RUNTIME  := $(VENV)/.portal-runtime
DEV      := $(VENV)/.portal-dev
COMPILED := $(VENV)/.portal-translations

.DEFAULT_GOAL := help
.PHONY: help demo setup dev test test-sqlite test-postgres check format benchmark translations lock clean

help: ## list what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' \
	  | awk -F'|' '{ printf "%-22s %s\n", $$1, $$2 }'

demo: $(RUNTIME) $(COMPILED) ## set up what is missing, fill an empty database, serve on PORT
	@exec $(BIN)/portal demo up --port $(PORT)

setup: $(RUNTIME) $(COMPILED) ## what `portal serve` needs, nothing else

dev: $(DEV) $(COMPILED) ## setup, and the tools for working on it

test: test-sqlite test-postgres ## the whole suite, on SQLite and then on PostgreSQL

test-sqlite: dev
	@echo "── tests on SQLite"
	@PORTAL_TEST_DATABASE=sqlite $(BIN)/python -m pytest -q -n $(WORKERS) --maxprocesses 8 $(ARGS)

test-postgres: dev
	@echo "── tests on PostgreSQL"
	@PORTAL_TEST_DATABASE=postgres $(BIN)/python -m pytest -q -n $(WORKERS) --maxprocesses 8 $(ARGS)

check: dev ## format, lint, types, translations, templates
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy portal
	$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_templates.py tests/test_translations.py

benchmark: dev ## speed, memory and bytes beside a bare page, and of billing beside raw SQL; needs wrk
	@$(BIN)/python -m benchmarks.web
	@$(BIN)/python -m benchmarks.billing_run

format: dev ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

translations: dev ## collect messages, bring de and fr up to date, compile
	$(BIN)/python -m tests.support.messages
	@for language in de fr; do \
	  test -e translations/$$language/LC_MESSAGES/messages.po \
	    || $(BIN)/pybabel -q init -i $(POT) -d translations -l $$language || exit 1; \
	done
	$(BIN)/pybabel -q update -i $(POT) -d translations --no-fuzzy-matching --ignore-obsolete --no-wrap --ignore-pot-creation-date
	@rm -f $(COMPILED)
	@$(MAKE) --no-print-directory $(COMPILED)

lock: $(DEV) ## resolve the packages of pyproject.toml anew
	$(BIN)/uv pip compile -q pyproject.toml --upgrade $(LOCK_STYLE) -o requirements.lock
	$(BIN)/uv pip compile -q pyproject.toml --group dev -c requirements.lock --upgrade $(LOCK_STYLE) -o requirements-dev.lock

# No name of an index may get into the lock files: people install from their own.
LOCK_STYLE := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

clean: ## remove environment, caches, compiled catalogues; never data
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage htmlcov
	rm -f translations/*/LC_MESSAGES/*.mo
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ── the environment ─────────────────────────────────────────────────────────────────────────────

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Portal needs Python 3.11 or newer; PYTHON=… chooses one.")'
	@echo "── making $(VENV)"
	@$(PYTHON) -m venv $(VENV)

# uv where there is one for this platform; pip does the same, more slowly.
$(VENV)/.portal-installer: | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9' \
	  || echo "── no uv here: installing with pip"
	@touch $@

INSTALL = $$(test -x $(BIN)/uv && echo "$(BIN)/uv pip install --quiet --python $(BIN)/python" \
  || echo "$(BIN)/python -m pip install --quiet --disable-pip-version-check")

$(RUNTIME): requirements.lock pyproject.toml hatch_build.py | $(VENV)/.portal-installer
	@echo "── installing packages"
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps -e .
	@touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	@echo "── installing packages for development"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

$(COMPILED): $(CATALOGS) | $(RUNTIME)
	@$(if $(CATALOGS),$(BIN)/pybabel -q compile -d translations,true)
	@touch $@
