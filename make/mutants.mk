# Mutation testing of the core: which small changes to it do no test notice? See docs/reliability.md.

MUTANTS_CODE := solver weighting inference panel
MUTANTS_TESTS := bad_input by_hand certificates cohorts covariates design diagnostics distances inference invariances long periods \
	reference weighted
MUTANTS_WORK := $(abspath $(or $(CARGO_TARGET_DIR),target))/mutants
SHARD ?= 0/300

.PHONY: mutants

mutants: ## Change the core in a few places, one at a time, and see whether a test fails: SHARD=7/300, 17 of 5000 changes; 1-2 minutes each
	@command -v cargo-mutants >/dev/null || $(CARGO) install cargo-mutants --version 27.1.0 --locked
	mkdir -p $(MUTANTS_WORK)
	CARGO_TARGET_DIR=$(MUTANTS_WORK) CARGO_PROFILE_DEV_DEBUG=0 $(CARGO) mutants --package trop-core --features serde --output $(MUTANTS_WORK) \
		$(MUTANTS_CODE:%=--file 'crates/trop-core/src/%/**') --shard $(SHARD) --sharding round-robin \
		--timeout 240 --no-times --cargo-arg=--locked --cargo-arg=--lib \
		$(MUTANTS_TESTS:%=--cargo-arg=--test=%) $(MUTANTS)
