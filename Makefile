# What people do with this checkout.  Needs make and python3; everything else is set up here.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
APT := DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends

.PHONY: help setup demo test check format bench docs lock clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: .venv/installed  ## the environment in .venv

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv || (apt-get update && $(APT) python3-venv && $(PYTHON) -m venv .venv)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --require-hashes -r requirements.lock
	VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

demo: setup  ## migrate a shop that is written to, verify and undo it
	$(BIN)/python demo/run.py

test: setup  ## the tests, on every PostgreSQL server this machine can have
	$(BIN)/python -m tests.servers
	$(BIN)/python -m pytest -n auto

check: setup  ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup  ## put the code in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup  ## figures against peers, as ratios of one run
	$(BIN)/python -m bench

docs: setup  ## the manual as HTML, in docs/_build
	$(BIN)/sphinx-build -W --keep-going -q docs docs/_build

lock:  ## pin every dependency by hash
	$(BIN)/uv lock --quiet --upgrade
	$(BIN)/uv export --quiet --all-extras --group dev --no-emit-project --format requirements-txt -o requirements.lock

clean:  ## remove what was made here
	rm -rf .venv .servers docs/_build demo-out
