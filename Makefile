# `make demo` and `make test` do all their own set-up: a virtual environment, the install, then the work.
# Nothing is needed on the machine but Python 3.11 or newer, make, and a package index.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
VENV ?= .venv
BIN = $(abspath $(VENV))/bin

.DEFAULT_GOAL := help
.PHONY: help demo test lint format docs site lowest bench evaluate samples clean

help:  ## what there is to make
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

$(VENV)/plain.stamp: pyproject.toml
	@test -n "$(PYTHON)" || { echo "pm needs Python 3.11 or newer; set PYTHON=/path/to/python3"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[report]'
	touch $@

$(VENV)/dev.stamp: pyproject.toml
	@test -n "$(PYTHON)" || { echo "pm needs Python 3.11 or newer; set PYTHON=/path/to/python3"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(VENV)/plain.stamp

demo: $(VENV)/plain.stamp  ## the main job on samples/: Essex against the outlier criteria, and its whole pack
	cd samples && $(BIN)/pm outliers --group serious-violence --to 2023-07 -f table </dev/null
	@echo
	cd samples && $(BIN)/pm outliers --group neighbourhood-crime --to 2023-07 -f table </dev/null
	@echo
	@cd samples && $(BIN)/pm pack --to 2023-07 -o ../build/pack --xlsx </dev/null 2>$(abspath $(VENV))/demo.log || { cat $(abspath $(VENV))/demo.log; exit 1; }
	@echo "Open in a browser: build/pack/essex-2023-07.html; in Excel: build/pack/essex-2023-07.xlsx"

test: $(VENV)/dev.stamp  ## lint, types and all tests
	$(BIN)/ruff check src tests samples benchmarks docs
	$(BIN)/ruff format --check --quiet src tests samples benchmarks docs
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(VENV)/dev.stamp  ## lint and types only
	$(BIN)/ruff check src tests samples benchmarks docs
	$(BIN)/ruff format --check src tests samples benchmarks docs
	$(BIN)/mypy

format: $(VENV)/dev.stamp  ## put the code in shape
	$(BIN)/ruff check --fix src tests samples benchmarks docs
	$(BIN)/ruff format src tests samples benchmarks docs

docs: $(VENV)/dev.stamp  ## write the generated parts of docs/ anew
	$(BIN)/python docs/generate.py

site: $(VENV)/dev.stamp  ## the documents as a site, in build/site
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[site]'
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --strict --site-dir build/site
	@echo "Open in a browser: build/site/index.html"

lowest: $(VENV)/plain.stamp  ## the pipelines with the lowest versions that pyproject.toml allows
	test -x $(VENV)-lowest/bin/python || $(PYTHON) -m venv $(VENV)-lowest
	mkdir -p build
	$(BIN)/python docs/lowest.py pyproject.toml > build/lowest.txt
	$(VENV)-lowest/bin/python -m pip install --quiet --disable-pip-version-check -c build/lowest.txt '.[report]' \
		pytest pytest-xdist hypothesis
	$(VENV)-lowest/bin/python -m pytest -n auto -p no:cacheprovider -o filterwarnings=default tests/cli/test_pipelines.py tests/test_samples.py

bench: $(VENV)/dev.stamp  ## time pm beside what it is measured against
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	PATH="$(BIN):$$PATH" $(BIN)/python benchmarks/run.py

evaluate: $(VENV)/dev.stamp  ## measure the trend methods by simulation (false alarms, power, turns)
	$(BIN)/python docs/evaluation/evaluate.py

samples: $(VENV)/dev.stamp  ## write samples/ anew
	$(BIN)/python samples/make_samples.py

clean:  ## remove what make made
	rm -rf $(VENV) $(VENV)-lowest build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
