# What a binding costs: the same search from every language.

BINDINGS_TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
BINDINGS_WORK := $(BINDINGS_TARGET)/bench-bindings

.PHONY: bench-bindings

bench-bindings: build build-c build-r ## Time the same search from Rust, C, Python and R
	$(CARGO) build $(CARGO_FLAGS) --release --package trop-benches --bin cps_search
	$(MAKE) install PREFIX=$(BINDINGS_WORK) DESTDIR= LIBDIR=lib INCLUDEDIR=include
	$(CC) -O2 -I$(BINDINGS_WORK)/include benches/bindings/cps_search.c -o $(BINDINGS_WORK)/cps_search \
		-L$(BINDINGS_WORK)/lib -Wl,-rpath,$(BINDINGS_WORK)/lib -ltrop
	R_LIBS=$(R_LIBRARY) $(PY) benches/bindings/run.py \
		--rust $(BINDINGS_TARGET)/release/cps_search \
		--c $(BINDINGS_WORK)/cps_search \
		--python "$(PY) benches/bindings/cps_search.py" \
		--r "Rscript --vanilla benches/bindings/cps_search.R"
