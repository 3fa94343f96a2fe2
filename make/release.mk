# Versions and releases: RELEASING.md.

.PHONY: version owner release-check test-release

test: test-release

version: ## Set the version in every file: make version V=0.2.0
	@test -n "$(V)" || { echo "which version? make version V=0.2.0" >&2; exit 1; }
	$(PYTHON) tools/facts.py --version $(V)

owner: ## Set who answers, and where sources and site live: make owner ADDRESS=... REPOSITORY=https://... SITE=https://...
	$(PYTHON) tools/facts.py $(if $(ADDRESS),--address $(ADDRESS)) $(if $(REPOSITORY),--repository $(REPOSITORY)) \
		$(if $(SITE),--site $(SITE))

release-check: ## Whether this can be released under a tag: make release-check TAG=v0.2.0
	@test -n "$(TAG)" || { echo "under which tag? make release-check TAG=v0.2.0" >&2; exit 1; }
	$(PYTHON) tools/facts.py --release $(TAG)

test-release: $(VENV)/ready ## The tests of the tools that releases are made with
	$(VENV_BIN)/pytest -q tests/release

.PHONY: notices check-notices

# The names, authors and licences of what other people wrote, in each package that holds it.
notices: ## Write the third-party notices anew from Cargo.lock
	$(PYTHON) tools/notices.py

lint: check-notices

check-notices:
	$(PYTHON) tools/notices.py --check

# What the workflows in .github call beside the targets of each package.
.PHONY: test-core rust-target audit lint-workflows

WORKFLOW_VENV := $(VENV)-workflows

lint: lint-workflows

test-core: test-python ## The tests of the published crates and of the Python package, which need neither R nor a C compiler's tools
	$(CARGO) test $(CARGO_FLAGS) --release $(CRATES:%=--package %)

rust-target: ## Have rustup bring another target: make rust-target RUST_TARGET=x86_64-apple-darwin
	rustup target add $(RUST_TARGET)

audit: ## Whether a crate in the lock file has a known fault; needs a network, and cargo-audit or time to build it
	@command -v cargo-audit >/dev/null || $(CARGO) install cargo-audit --version 0.22.1 --locked
	$(CARGO) audit --deny warnings

lint-workflows: $(WORKFLOW_VENV)/ready ## Check the workflows in .github: their form, and what could be abused
	$(WORKFLOW_VENV)/$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(WORKFLOW_VENV)/$(BIN)/zizmor --offline --quiet --no-progress .github/workflows

$(WORKFLOW_VENV)/ready: make/release.mk
	$(PYTHON) -m venv $(WORKFLOW_VENV)
	$(WORKFLOW_VENV)/$(BIN)/python -m pip install --quiet --disable-pip-version-check zizmor==1.32.0 check-jsonschema==0.39.0
	touch $@

.PHONY: test-packages

test-packages: test-crate test-wheel test-sdist test-clone test-c-install test-deb test-r-install ## Make every package from nothing, install it somewhere fresh, use it
	@wc -c dist/*.crate dist/python/* dist/deb/*.deb dist/tropanel_*.tar.gz
