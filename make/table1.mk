# Simulations matched to real panels, beside the published ones: docs/table1.md. The study's own draws need scikit-learn.

.PHONY: table1

table1: $(BENCH_VENV)/ready ## Simulate on panels matched to real ones: writes docs/table1.md; DRAWS=1000
	$(BENCH_PY) tools/table1/draws.py target/table1 $(or $(DRAWS),1000)
	$(CARGO) run $(CARGO_FLAGS) --release --package trop-table1 -- target/table1 $(DRAWS)
