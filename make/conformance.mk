# The cases of tests/conformance: the same numbers from every language.
#
# The core's tests compare with the committed cases, within a tolerance. The core also writes them anew on this
# machine, and every language must have the same bits:
#
#   test-c: $(FRESH_CASES)
#       TROPANEL_EXACT_CASES=$(FRESH_CASES) RUNNER

FRESH := $(abspath $(or $(CARGO_TARGET_DIR),target))/conformance
FRESH_CASES := $(FRESH)/cases

.PHONY: conformance cases $(FRESH_CASES)

test: conformance

conformance: $(FRESH_CASES) build ## The conformance cases: the same bits from Rust and Python
	TROPANEL_EXACT_CASES=$(FRESH_CASES) $(CARGO) test $(CARGO_FLAGS) --release --package trop-conformance the_core
	cd python && TROPANEL_EXACT_CASES=$(FRESH_CASES) ../$(VENV_BIN)/pytest -q tests/test_conformance.py -k test_case

$(FRESH_CASES):
	$(CARGO) run $(CARGO_FLAGS) --release --package trop-conformance -- $(FRESH)

cases: ## Write the committed conformance cases and defaults anew
	$(CARGO) run $(CARGO_FLAGS) --release --package trop-conformance -- tests/conformance
