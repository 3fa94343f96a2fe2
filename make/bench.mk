# Benchmarks: see docs/benchmarks.md.

BENCH_VENV := $(VENV)-bench
BENCH_PY := $(BENCH_VENV)/bin/python
BENCH_TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
KERNEL := $(BENCH_TARGET)/release/kernel

.PHONY: bench bench-quick bench-instructions bench-first bench-build bench-kernel

bench: bench-build ## Time everything beside the packages that do it too: BENCH="--only score" etc., --help
	$(BENCH_PY) benches $(BENCH)

bench-quick: bench-build bench-kernel ## Under 3 minutes: a subset of ours beside the newest figures of the others
	$(BENCH_PY) benches --quick $(BENCH)
	$(BENCH_PY) benches/instructions.py $(KERNEL)

bench-instructions: bench-kernel ## Count the kernel's instructions; BENCH=--update makes them the baseline
	$(PYTHON) benches/instructions.py $(KERNEL) $(BENCH)

bench-first: ## Time the first call, all defaults, by an earlier kernel and this one; BENCH="--old COMMIT --runs 3 50x30"
	$(PYTHON) benches/first_call.py $(BENCH)

bench-build: $(VENV)/ready $(BENCH_VENV)/ready
	rm -rf $(BENCH_TARGET)/bench-wheel
	cd python && ../$(VENV_BIN)/maturin build --release --locked --out $(BENCH_TARGET)/bench-wheel
	$(BENCH_PY) $(PIP_INSTALL) --no-deps --force-reinstall $(BENCH_TARGET)/bench-wheel/*.whl

bench-kernel:
	@sh make/need.sh valgrind valgrind
	$(CARGO) build $(CARGO_FLAGS) --release --package trop-benches --bin kernel

$(BENCH_VENV)/ready: benches/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "the benchmarks need Python 3.11 or newer; set PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_PY) $(PIP_LOCKED) $<
	touch $@
