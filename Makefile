# The commands of the README. Everything is installed into .venv; everything a run writes lives under var/.
SHELL := bash
PY := .venv/bin/python
PIP := $(PY) -m pip install --disable-pip-version-check

.PHONY: help demo run worker test test-slow coverage lint types bench clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: .venv/runtime ## a whole study with simulated participants, then the site (SERVE=no: stop after the report; FRESH=yes: start over)
	$(PY) -m examples.drawn_scenes.demo $(if $(filter no,$(SERVE)),--no-serve) $(if $(filter yes,$(FRESH)),--fresh)

run: .venv/runtime ## the site, on the database of DATABASE_URL
	$(PY) manage.py migrate --no-input
	$(PY) manage.py collectstatic --no-input --verbosity 0
	$(PY) -m gunicorn --config config/gunicorn.py config.wsgi

worker: .venv/runtime ## makes stimuli in the background, for the desk and generate_stimuli --background
	$(PY) manage.py migrate --no-input
	$(PY) manage.py worker

test: .venv/development ## the test suite on SQLite and on PostgreSQL
	$(PY) -m scripts.run_tests

test-slow: .venv/development ## the tests that take minutes, and every browser test on PostgreSQL
	$(PY) -m scripts.run_tests --slow

coverage: .venv/development ## the test suite on SQLite, and which lines it ran; takes nearly twice as long
	$(PY) -m scripts.run_tests --only sqlite --cov --cov-report=term

lint: .venv/development ## ruff, and the arrows between the packages
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/lint-imports

types: .venv/development ## mypy, strictly
	$(PY) -m mypy

bench: .venv/development ## how fast the codecs' search is, beside other programs
	$(PY) -m benchmarks.codecs

clean: ## remove .venv and caches; var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.* htmlcov

.venv/runtime: requirements.txt constraints.txt
	scripts/make_venv.sh
	$(PIP) -r requirements.txt
	@touch $@

.venv/development: .venv/runtime requirements-dev.txt requirements-cluster.txt requirements-jxl.txt requirements-models.txt
	$(PIP) -r requirements-dev.txt
	@touch $@
