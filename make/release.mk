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
.PHONY: test-core rust-target audit lint-workflows requirements

lint: lint-workflows

test-core: test-python ## The tests of the published crates and of the Python package, which need neither R nor a C compiler's tools
	$(CARGO) test $(CARGO_FLAGS) --release $(CRATES:%=--package %)

rust-target: ## Have rustup bring another target: make rust-target RUST_TARGET=x86_64-apple-darwin
	rustup target add $(RUST_TARGET)

audit: ## Known faults, licences and sources of the crates in the lock files; needs a network, and cargo-deny or time to build it
	@command -v cargo-deny >/dev/null || $(CARGO) install cargo-deny --version 0.20.2 --locked
	$(CARGO) deny --locked check
	$(CARGO) deny --locked --manifest-path fuzz/Cargo.toml --config deny.toml check advisories sources

lint-workflows: $(TOOLS_VENV)/ready ## Check the workflows in .github: their form, and what could be abused
	$(TOOLS_VENV)/$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(TOOLS_VENV)/$(BIN)/zizmor --offline --quiet --no-progress .github/workflows

# Keeps the pins that there are; UPGRADE=--upgrade looks for newer ones where requirements.in leaves it open.
LOCK = $(TOOLS_VENV)/$(BIN)/uv pip compile --quiet --no-config --universal --generate-hashes $(UPGRADE) \
	--custom-compile-command "make requirements" --output-file $(1)/$(or $(3),requirements).txt --python-version $(2) \
	$(1)/$(or $(3),requirements).in

requirements: $(TOOLS_VENV)/ready ## Pin what each requirements.in names and what that needs, with hashes: requirements.txt; UPGRADE=--upgrade
	$(call LOCK,python,3.9)
	$(call LOCK,benches,3.11)
	$(call LOCK,tools/site,3.11.5)
	$(call LOCK,make,3.11)
	$(call LOCK,make,3.9,requirements-zig)

$(TOOLS_VENV)/ready: make/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "checking workflows and pinning need Python 3.11 or newer; set PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(TOOLS_VENV)
	$(TOOLS_VENV)/$(BIN)/python $(PIP_LOCKED) $<
	touch $@

.PHONY: test-packages

test-packages: test-crate test-wheel test-sdist test-clone test-c-install test-deb test-r-install ## Make every package from nothing, install it somewhere fresh, use it
	@wc -c dist/*.crate dist/python/* dist/deb/*.deb dist/tropanel_*.tar.gz
