# Everything the project does. `make` lists the targets.

PYTHON ?= python3
VENV := .venv
TOOLS_VENV := $(VENV)-tools
BIN := $(if $(filter Windows_NT,$(OS)),Scripts,bin)
VENV_BIN := $(VENV)/$(BIN)
PY := $(VENV_BIN)/python
CARGO ?= cargo
CARGO_FLAGS := --locked
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
PIP_LOCKED := $(PIP_INSTALL) --require-hashes --requirement

include make/crates.mk
include make/conformance.mk
include make/c.mk
include make/python.mk
include make/deb.mk
include make/r.mk
include make/release.mk
include make/bindings.mk
include make/bench.mk
include make/coverage.mk
include make/table1.mk
include make/arithmetics.mk
include make/fuzz.mk
include make/mutants.mk
include make/site.mk
include make/gallery.mk
include make/tuning.mk

.DEFAULT_GOAL := help
.PHONY: help demo test lint test-rust test-python build format clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

demo: build ## Estimate two real panels: Proposition 99 and castle-doctrine laws
	$(PY) -m tropanel.demo --out demo-output

test: lint test-rust test-python ## Run every suite

lint: build ## Formatting, lints, types and import directions of all languages
	$(PYTHON) tools/imports.py
	$(PYTHON) tools/option_files.py
	$(PYTHON) tools/shared_words.py
	$(CARGO) fmt --all --check
	$(CARGO) clippy $(CARGO_FLAGS) --release --workspace --all-targets -- -D warnings
	$(VENV_BIN)/ruff format --check python benches tools tests/release
	$(VENV_BIN)/ruff check python benches tools tests/release
	cd python && ../$(VENV_BIN)/mypy

test-rust: ## The core's tests, examples in its documentation included
	$(CARGO) test $(CARGO_FLAGS) --release --workspace --features trop-core/serde
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc $(CARGO_FLAGS) --release --no-deps --package trop-core \
		--package trop-report

test-python: build ## The package's tests, with the compiled core and the NumPy reference
	cd python && ../$(VENV_BIN)/pytest -q --numprocesses auto --dist worksteal
	cd python && ../$(PY) tests/arithmetics.py --only prescott $(ROUNDING_TESTS)

build: $(VENV)/ready ## Build the Python package with its compiled core
	cd python && ../$(VENV_BIN)/maturin develop --release --locked

format: $(VENV)/ready ## Format all code
	$(CARGO) fmt --all
	$(VENV_BIN)/ruff format python benches tools tests/release
	$(VENV_BIN)/ruff check --fix python benches tools tests/release

clean: ## Remove everything that was built
	rm -rf target $(VENV) $(VENV)-bench $(VENV)-site $(TOOLS_VENV) demo-output .r-library dist

$(VENV)/ready: python/requirements.txt
	@command -v $(CARGO) >/dev/null || { echo "tropanel needs Rust: https://rustup.rs" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 9))' \
		|| { echo "tropanel needs Python 3.9 or newer; set PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PY) $(PIP_LOCKED) $<
	touch $@
