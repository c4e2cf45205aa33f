# `make book` and `make test` do all the set-up themselves; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export OMP_NUM_THREADS := 1
PYTHON ?= python3
PIP := pip install --quiet --disable-pip-version-check
HTML := _build/html

help:  ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 14

# ---- set-up: each stamp is remade when the file that pins its contents changes ----
.setup/venv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	$(PYTHON) -m venv .venv
	mkdir -p .setup && touch $@

.setup/book: requirements-book.txt constraints.txt | .setup/venv
	$(PIP) -r requirements-book.txt
	touch $@

.setup/node: package.json package-lock.json | .setup/book
	npm ci --ignore-scripts --loglevel=error
	touch $@

.setup/full: requirements.txt requirements-nodeps.txt constraints.txt pyproject.toml | .setup/book
	$(PIP) $$(grep '^torch==' requirements.txt)
	$(PIP) -r requirements.txt
	$(PIP) --no-deps -r requirements-nodeps.txt -e .
	touch $@

.setup/debian:
	missing=; for each in chromium:chromium bwrap:bubblewrap; do command -v $${each%:*} >/dev/null || missing+=" $${each#*:}"; done; \
	if [ -n "$$missing" ]; then SUDO=$$([ $$(id -u) = 0 ] || echo sudo); $$SUDO apt-get update -qq; $$SUDO apt-get install -y -qq $$missing; fi
	mkdir -p .setup && touch $@

# ---- the book ----
WIDGETS := $(wildcard transformer_lib/widgets/js/*.js transformer_lib/widgets/js/*/*.js)
transformer_lib/widgets/widgets.js: $(WIDGETS) package.json | .setup/node
	esbuild transformer_lib/widgets/js/index.js --bundle --format=iife --global-name=TransformerWidgets --charset=utf8 --outfile=$@ --log-level=warning

book: .setup/book .setup/node transformer_lib/widgets/widgets.js  ## build the book (needs no torch, executes nothing)
	jupyter-book build . --path-output . -W -n --keep-going
	@echo "The book is at file://$(CURDIR)/$(HTML)/index.html"

serve: book  ## build the book and open it from a local server
	cd $(HTML) && $(PYTHON) -m http.server --bind 127.0.0.1 8000

notebooks: .setup/full  ## write the chapters' and exercises' notebooks from their Markdown, execute changed chapters
	python -m book.notebooks
	python -m grader release

lab: .setup/full  ## open the chapters and exercises in JupyterLab
	jupyter lab

# ---- the checks ----
fast: .setup/full .setup/node  ## lint, types and unit tests: under 30 s
	ruff check . && ruff format --check . && mypy
	pytest -q -n 2 --dist worksteal -p no:nbval -p no:anyio -m "not slow" tests/test_*.py
	node --test tests/widgets/*.test.js

test: .setup/full .setup/node .setup/debian fast book  ## every check; what CI runs
	pytest -q -n 2 -m slow tests/test_*.py
	pytest -q -n 2 tests/processes tests/notebooks
	pytest -q -n 2 tests/sandbox  # by themselves: they look for files left on the machine
	pytest -q -n 2 --dist loadfile --nbval --nbval-sanitize-with tests/notebooks/nbval.cfg -o filterwarnings=default chapters
	pytest -q -n 2 tests/browser

clean:  ## remove what was built (not what was installed)
	rm -rf _build

.PHONY: help book serve notebooks lab fast test clean
