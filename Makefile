# make run, make test: all a newcomer needs. Every other target is for those who change something.

# A newer Python only when 3.11 is not there; the packages are locked for 3.11 and later.
PYTHON ?= $(firstword $(foreach p,python3.11 python3.12 python3.13 python3.14 python3 python,$(shell \
	$(p) -c 'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null)))
BIN := .venv/bin
PO := $(wildcard locale/*/LC_MESSAGES/django.po)
MO := $(PO:.po=.mo)
SERVERLESS := not servers and not browser and not benchmark
# A Redis for tests: two of its databases are emptied by each worker, counted down from REDIS_DATABASE.
ALL_DATABASE_URL := $(or $(DATABASE_URL),postgres://postgres@127.0.0.1:5432/postgres)
ALL_REDIS_URL := $(or $(REDIS_URL),redis://127.0.0.1:6379)

.DELETE_ON_ERROR:
.PHONY: help run install test test-all test-faults axe-all lighthouse bench check lock messages clean

help:
	@echo 'make run          the demo on http://localhost:8000 (PORT=8001 make run for another port)'
	@echo 'make install      a server: packages, catalogues, database and static files, with the settings in .env'
	@echo 'make test         every test that needs no server'
	@echo 'make test-all     the same on PostgreSQL and Redis, and the tests with servers and a browser'
	@echo 'make test-faults  every fault, and twenty killed workers; make test-all has the short form'
	@echo 'make axe-all      accessibility of every page in every role; make test-all looks at each page once'
	@echo 'make lighthouse   Lighthouse on the public pages, as on a slow phone; wants Node and Chromium'
	@echo 'make bench        the measurements in tests/benchmarks'
	@echo 'make check        formatting, types, templates, floors, migrations, catalogues, deployment'
	@echo 'make lock         recompile requirements/ from pyproject.toml'
	@echo 'make messages     collect the texts to translate into locale/'

# The demo, whatever .env says; a system check refuses it on a host that is not this machine.
run: export DEBUG = 1
run: export DEMO = 1
run: .venv/run.stamp $(MO)
	@echo 'Preparing the database ...'
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py demo
	@exec $(BIN)/python manage.py serve --with-parent

# For a server: the settings come from .env, and `manage.py serve` then starts it.
install: .venv/run.stamp $(MO)
	$(BIN)/python manage.py check --deploy --fail-level ERROR
	$(BIN)/python manage.py migrate --verbosity 1
	$(BIN)/python manage.py ready_notices
	$(BIN)/python manage.py collectstatic --no-input --verbosity 1

test: .venv/test.stamp $(MO)
	$(BIN)/python -m pytest -q -m "$(SERVERLESS)" -n 2

test-all: export DATABASE_URL = $(ALL_DATABASE_URL)
test-all: export REDIS_URL = $(ALL_REDIS_URL)
test-all: .venv/test.stamp $(MO)
	$(BIN)/python -m pytest -m "not benchmark and not long and not once" -n 2 --dist loadgroup

test-faults: .venv/test.stamp $(MO)
	ALL_FAULTS=1 $(BIN)/python -m pytest tests/faults

axe-all: .venv/test.stamp $(MO)
	ALL_PAGES=1 $(BIN)/python -m pytest -q tests/browser/test_every_page.py

lighthouse: .venv/test.stamp $(MO)
	$(BIN)/python -m tests.benchmarks.lighthouse

bench: .venv/test.stamp $(MO)
	$(BIN)/python -m tests.benchmarks.bench_register
	$(BIN)/python -m tests.benchmarks.bench_delivery
	$(BIN)/python -m tests.benchmarks.bench_enumeration
	$(BIN)/python -m tests.benchmarks.bench_meetings
	$(BIN)/python -m tests.benchmarks.bench_board
	$(BIN)/python -m tests.benchmarks.bench_night
	$(BIN)/python -m tests.benchmarks.bench_public
	$(BIN)/python -m tests.benchmarks.bench_prints

# Types and templates are read with DEBUG's settings; the deployment check has settings in earnest.
check: export ENV_FILE = /dev/null
check: export RUN_DIR = .run/check
check: .venv/test.stamp $(MO)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	DEBUG=1 $(BIN)/mypy
	$(BIN)/djlint --lint --quiet templates
	DEBUG=1 $(BIN)/lint-imports
	DEBUG=1 $(BIN)/python manage.py makemigrations --check --dry-run
	DEBUG=1 $(BIN)/python -m tests.check.catalogues
	SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))')" DEBUG=0 DEMO=0 \
	ALLOWED_HOSTS=trappan.example.org DATABASE_URL=sqlite:///.run/check/trappan.sqlite3 \
	REDIS_URL=redis://127.0.0.1 SMTP_URL=smtp://127.0.0.1 \
	VAPID_PRIVATE_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(32))')" \
	$(BIN)/python manage.py check --deploy --fail-level WARNING

LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11
lock: .venv/uv.stamp
	$(LOCK) pyproject.toml --upgrade --output-file requirements/run.txt
	$(LOCK) pyproject.toml --group test --upgrade --constraint requirements/run.txt --output-file requirements/test.txt

messages: .venv/test.stamp
	DEBUG=1 $(BIN)/python manage.py makemessages --all --no-obsolete --no-wrap --add-location file --ignore '.venv/*' --ignore 'tests/*'

clean:
	rm -rf .venv .run .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis $(MO)

# What is installed is written down in stamps, so a second make takes no time.
.venv/uv.stamp: requirements/uv.txt
	@if [ -z "$(PYTHON)" ]; then \
		echo 'Trappan needs Python 3.11 or newer, and found: '"$$(python3 --version 2>&1 || true)"'.' >&2; exit 1; fi
	@echo 'Setting up .venv ...'
	@$(PYTHON) -m venv --clear .venv || { \
		echo 'Python could not make a .venv. On Debian and Ubuntu: apt-get install python3-venv' >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

# uv is quick but has settings of its own; where only pip knows the way to the packages, pip goes.
define sync
@echo 'Installing packages from requirements/$(1).txt ...'
@$(BIN)/uv pip sync --compile-bytecode --python $(BIN)/python --require-hashes requirements/$(1).txt || { \
	echo 'uv did not get through; installing with pip instead ...'; \
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements/$(1).txt; }
@touch $@
endef

.venv/run.stamp: requirements/run.txt .venv/uv.stamp
	$(call sync,$(if $(wildcard .venv/test.stamp),test,run))

.venv/test.stamp: requirements/test.txt requirements/run.txt .venv/uv.stamp
	$(call sync,test)
	@touch .venv/run.stamp

%.mo: %.po | .venv/run.stamp
	@$(BIN)/pybabel --quiet compile --use-fuzzy --input-file=$< --output-file=$@ --locale=$(word 2,$(subst /, ,$<))
