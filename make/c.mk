# The C and C++ library: build, test, install.

PREFIX ?= /usr/local
LIBDIR ?= lib
INCLUDEDIR ?= include

C_TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
C_WORK := $(C_TARGET)/trop-c
C_VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
C_INSTALL = sh bindings/c/package/install.sh $(C_TARGET)/release $(C_VERSION) "$$(cat $(C_WORK)/system-libraries)"

.PHONY: build-c test-c test-c-install install c-docs c-header

test: test-c

# Compilers add -lgcc_s themselves, and with -static what stands in for it: named, it would be asked for there, too.
build-c: ## Build the C library, shared and static
	@mkdir -p $(C_WORK)
	$(CARGO) rustc $(CARGO_FLAGS) --release --package trop-c --lib -- --print native-static-libs 2> $(C_WORK)/build.log \
		|| { cat $(C_WORK)/build.log >&2; exit 1; }
	sed -n 's/^note: native-static-libs: *//p' $(C_WORK)/build.log | tail -n 1 | sed 's/ *-lgcc_s//' > $(C_WORK)/system-libraries

install: build-c ## Install the C library: make install PREFIX=/usr/local [DESTDIR=...]
	PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) LIBDIR=$(LIBDIR) INCLUDEDIR=$(INCLUDEDIR) $(C_INSTALL)

test-c: build-c $(FRESH_CASES) ## The C library's tests, checked by valgrind and sanitizers; installs it and links with it
	rm -rf $(C_WORK)/prefix
	PREFIX=$(C_WORK)/prefix DESTDIR= LIBDIR=lib INCLUDEDIR=include $(C_INSTALL)
	CC="$(CC)" CXX="$(CXX)" sh bindings/c/tests/run.sh $(C_WORK)/prefix $(C_WORK)/tests $(FRESH_CASES)

test-c: test-c-install

test-c-install: build-c ## Install the C library, and build programs with it in every way
	rm -rf $(C_WORK)/installed
	PREFIX=$(C_WORK)/installed DESTDIR= LIBDIR=lib INCLUDEDIR=include $(C_INSTALL)
	CC="$(CC)" CXX="$(CXX)" sh tests/install/c/run.sh $(C_WORK)/installed $(C_WORK)/install

c-docs: ## Make the reference of trop.h and trop.hpp: target/trop-c/reference/html/index.html
	@sh make/need.sh doxygen doxygen
	rm -rf $(C_WORK)/reference && mkdir -p $(C_WORK)/reference
	{ cat bindings/c/Doxyfile; echo "PROJECT_NUMBER = $(C_VERSION)"; echo "OUTPUT_DIRECTORY = $(C_WORK)/reference"; } | doxygen -

lint: c-docs

c-header: ## Write bindings/c/include/trop.h anew from the sources
	TROP_WRITE_HEADER=1 $(CARGO) test $(CARGO_FLAGS) --release --package trop-c --test header
