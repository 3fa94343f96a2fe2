# The Python packages: wheels that run on any Linux of the last ten years, and the source distribution.

# `make wheel` is for this machine. Other platforms of it: WHEEL_TARGET=aarch64-unknown-linux-gnu,
# x86_64-unknown-linux-musl, x86_64-apple-darwin, ... if rustup has that target.
WHEEL_TARGET ?=
ifeq ($(shell uname -s),Linux)
WHEEL_PLATFORM := --zig --compatibility $(if $(findstring musl,$(WHEEL_TARGET)),musllinux_1_2,manylinux2014)
endif
WHEEL_OPTIONS = --release --locked --out $(CURDIR)/dist/python $(if $(WHEEL_TARGET),--target $(WHEEL_TARGET)) $(WHEEL_PLATFORM)

# On which Pythons the wheel is tried: those of these that there are.
PYTHONS ?= $(PYTHON) python3.9 python3.10 python3.11 python3.12 python3.13 python3.14 \
	$(wildcard $(HOME)/.pyenv/versions/*/bin/python3)
PYTHON_TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))

.PHONY: wheel sdist test-wheel test-sdist test-clone publish-python

wheel: $(VENV)/ready ## Make the Python wheel, for any Python from 3.9 on: dist/python/*.whl
	rm -f dist/python/*.whl
	$(if $(WHEEL_PLATFORM),$(PY) $(PIP_LOCKED) make/requirements-zig.txt)
	cd python && PATH="$(CURDIR)/$(VENV_BIN):$$PATH" ../$(VENV_BIN)/maturin build $(WHEEL_OPTIONS)
	@ls -l dist/python/*.whl

sdist: $(VENV)/ready ## Make the Python source distribution: dist/python/*.tar.gz
	rm -f dist/python/*.tar.gz
	cd python && ../$(VENV_BIN)/maturin sdist --out $(CURDIR)/dist/python
	@ls -l dist/python/*.tar.gz

test-wheel: wheel ## Install the wheel into new environments of every Python there is, and use it
	sh tests/install/python/run.sh $(PYTHON_TARGET)/install-python dist/python/*.whl $(PYTHONS)

test-sdist: sdist ## Build the source distribution with no repository around it, and use it
	CARGO_TARGET_DIR=$(PYTHON_TARGET) sh tests/install/python/run.sh $(PYTHON_TARGET)/install-sdist dist/python/*.tar.gz $(PYTHON)

test-clone: ## Install Python's folder of this clone with nothing but pip, and use it
	CARGO_TARGET_DIR=$(PYTHON_TARGET) sh tests/install/python/run.sh $(PYTHON_TARGET)/install-clone python $(PYTHON)

publish-python: $(TOOLS_VENV)/ready ## Publish what is in dist/python; needs TWINE_PASSWORD, or a trusted publisher
	$(TOOLS_VENV)/$(BIN)/twine check --strict dist/python/*
	$(TOOLS_VENV)/$(BIN)/twine upload --non-interactive dist/python/*
