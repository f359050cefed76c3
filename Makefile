# Every target does its own set-up; `make demo` and `make test` are the two to know.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Unit tests without a process, a server or a browser: what `make check` runs.
QUICK := tests/analytics/matrix tests/analytics/explain tests/analytics/nca tests/analytics/qca tests/etl/normalise tests/etl/query tests/etl/exports tests/warehouse/test_clock.py

.PHONY: words help demo test check spark coverage fmt lint bench wheel docs docs-cookbook docs-notebook docs-misbehaviour lock clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*  ## /\1\t/p' $(MAKEFILE_LIST) | awk -F'\t' '{printf "make %-14s %s\n", $$1, $$2}'

$(VENV)/.run: requirements.lock requirements-build.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-build.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.spark: requirements-spark.lock $(VENV)/.dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-spark.lock
	@touch $@

spark: $(VENV)/.spark  ## install PySpark (half a gigabyte), without which Spark's tests are skipped

demo: $(VENV)/.run  ## run the main job once, against the simulated office
	@$(BIN)/stuckneck demo

test: $(VENV)/.dev  ## run the whole suite, slow tests included
	@$(BIN)/python -m pytest -n 2 $(PYTEST)

check: $(VENV)/.dev lint  ## lint, types and the quick unit tests
	@$(BIN)/python -m pytest -n 2 -m "not slow" $(QUICK)

coverage:  ## run the whole suite as `make test` does, and print what it leaves out
	@$(MAKE) test PYTEST="--cov --cov-report=term:skip-covered"

fmt: $(VENV)/.dev  ## sort imports and format the code
	@$(BIN)/ruff check --select I --fix .
	@$(BIN)/ruff format .

lint: $(VENV)/.dev  ## ruff, mypy --strict, import floors
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.dev  ## ratios against named baselines (README quotes them)
	@for f in tests/benchmarks/bench_*.py; do echo "== $$f"; $(BIN)/python $$f || exit 1; done

wheel: $(VENV)/.dev  ## build the wheel and run it outside the checkout
	@$(BIN)/python tests/wheel.py

docs: $(VENV)/.dev  ## regenerate what is generated: dictionary, settings, sources, commands and both READMEs' lists
	@$(BIN)/python -m warehouse.dictionary > docs/data-dictionary.md
	@$(BIN)/python -m app.pages.settings > docs/settings.md
	@$(BIN)/python -m app.pages.sources > docs/sources.md
	@$(BIN)/python -m app.pages.sources zh > docs/zh/sources.md
	@$(BIN)/python -m app.pages.commands

words: $(VENV)/.dev  ## list sentences without a Chinese entry and compile the catalogue
	@$(BIN)/python -m words.extract

docs-misbehaviour: $(VENV)/.dev  ## run every way a source may be out of order and write down what comes of it
	@$(BIN)/python -m tests.misbehaviour.page

docs-cookbook: $(VENV)/.dev  ## run the cookbook's questions on a demo of 60 families and write the answers down
	@$(BIN)/python -m tests.docs.cookbook

docs-notebook: $(VENV)/.dev  ## run the notebook on a demo of 60 families and write its answers down
	@$(BIN)/python -m tests.docs.notebook

lock:  ## renew the locked dependencies (hashes, no index hosts)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml --extra all -q -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --group build -q -o requirements-build.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml --extra all --group dev -q -o requirements-dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml --extra spark --constraint requirements-dev.lock -q -o requirements-spark.lock

clean:
	rm -rf $(VENV) demo dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
