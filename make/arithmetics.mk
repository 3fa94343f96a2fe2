# The tests under other ways of rounding than this machine's: see python/tests/arithmetics.py.

# The short form, in `make test`.
ROUNDING_TESTS := tests/test_rounding.py tests/test_reference_optimum.py

.PHONY: test-arithmetics test-scalar

test-arithmetics: build test-scalar ## Every test of Rust and Python under other kernels of OpenBLAS, NumPy and the core; ARGS="--only prescott tests/test_core.py"
	cd python && ../$(PY) tests/arithmetics.py $(ARGS)

test-scalar: build ## The tests of Rust and Python with the core's kernels without vector instructions
	$(CARGO) test $(CARGO_FLAGS) --release --package trop-core --package trop-conformance \
		--features trop-core/scalar
	cd python && ../$(VENV_BIN)/maturin develop --release --locked --features pyo3/extension-module,scalar
	cd python && ../$(VENV_BIN)/pytest -q; status=$$?; ../$(VENV_BIN)/maturin develop --release --locked && exit $$status
