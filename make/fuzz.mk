# Tests that take as long as they are given: random inputs on every door (fuzz/README.md), many fits in one process.

MINUTES ?= 60
FUZZ_TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
FUZZ_CARGO = $(CARGO) $(1) $(CARGO_FLAGS) --manifest-path fuzz/Cargo.toml --release
FUZZ = $(FUZZ_TARGET)/fuzz/release/fuzz
FUZZ_TARGETS = $(or $(TARGETS),$(shell sed -n 's/^    ("\(.*\)", .*/\1/p' fuzz/src/targets/mod.rs))

FITS ?= 1000000

.PHONY: soak fuzz fuzz-input fuzz-build test-fuzz lint-fuzz

# Of the committed and of some random inputs, all the same each time.
test-fuzz: ## The fuzz targets on their committed inputs
	CARGO_TARGET_DIR=$(FUZZ_TARGET) $(call FUZZ_CARGO,test)

lint-fuzz:
	$(CARGO) fmt --manifest-path fuzz/Cargo.toml --check
	CARGO_TARGET_DIR=$(FUZZ_TARGET) $(call FUZZ_CARGO,clippy) --all-targets -- -D warnings

fuzz-build:
	RUSTC_WRAPPER=$(CURDIR)/fuzz/instrument.sh CARGO_TARGET_DIR=$(FUZZ_TARGET)/fuzz \
		$(call FUZZ_CARGO,build) --features libfuzzer

fuzz: fuzz-build ## Fuzz every door for MINUTES=60 each, or some: TARGETS="c options"
	for target in $(FUZZ_TARGETS); do sh fuzz/run.sh $(FUZZ) $$target $(MINUTES) || exit 1; done

fuzz-input: fuzz-build ## Run one input again: NAME=c FILE=target/fuzz/found/c/crash-...
	TROP_FUZZ_TARGET=$(NAME) $(FUZZ) $(FILE)

soak: ## Many fits in one process, whose memory must not grow; on Linux: FITS=1000000
	$(CARGO) run $(CARGO_FLAGS) --release --package trop-benches --bin soak -- $(FITS)
