# The crates: package, test what is in the package, publish.

# Those whose manifest does not say `publish = false`, in the order in which cargo lists them.
CRATES = $(shell $(CARGO) metadata --no-deps --format-version 1 | $(PYTHON) -c 'import json, sys; \
	print(*(p["name"] for p in json.load(sys.stdin)["packages"] if p["publish"] is None))')
CRATES_TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
CRATE_OPTIONS = $(CARGO_FLAGS) $(CRATES:%=--package %)

.PHONY: crate test-crate publish-crates semver msrv

test: test-crate

# What was changed since the last commit is packaged, too. The packages are compiled by test-crate.
crate: ## Make the crates as they would be published: dist/*.crate
	$(CARGO) publish --dry-run --allow-dirty --no-verify $(CRATE_OPTIONS)
	$(CARGO) package --quiet --allow-dirty --no-verify $(CRATE_OPTIONS) 2>/dev/null
	mkdir -p dist && rm -f dist/*.crate
	cp $(foreach crate,$(CRATES),$(CRATES_TARGET)/package/$(crate)-$(C_VERSION).crate) dist
	@ls -l dist/*.crate

test-crate: crate ## Unpack the crates elsewhere, run the tests inside of them, use them
	CARGO_TARGET_DIR=$(CRATES_TARGET) sh tests/install/crate/run.sh $(CRATES_TARGET)/install-crate $(CURDIR)/dist/*.crate

publish-crates: ## Publish the crates; needs CARGO_REGISTRY_TOKEN
	$(CARGO) publish $(CRATE_OPTIONS)

semver: ## Whether the published crates keep their promises since the last tag; needs cargo-semver-checks or time to build it
	@tag=$$(git describe --tags --abbrev=0 2>/dev/null) || { echo "no tag yet: nothing to compare with"; exit 0; }; \
		command -v cargo-semver-checks >/dev/null || $(CARGO) install cargo-semver-checks --version 0.51.0 --locked; \
		$(CARGO) semver-checks $(CRATES:%=--package %) --baseline-rev $$tag

# `make lint` has clippy look for what is newer; this compiles with the oldest compiler.
MSRV = $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)

msrv: ## Compile what is shipped with the oldest Rust that is promised: of rustup, or as root of a Debian
	sh make/msrv.sh $(MSRV) $(abspath $(or $(CARGO_TARGET_DIR),target))/msrv
