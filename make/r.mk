# The R package: build, test, source package.

R ?= R
R_LIBRARY := $(CURDIR)/.r-library
R_VERSION = $(shell sed -n 's/^Version: //p' r-package/DESCRIPTION)
R_TARBALL = dist/tropanel_$(R_VERSION).tar.gz
R_CHECKED := dist/tropanel.Rcheck
R_TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
RUN_R = R_LIBS=$(R_LIBRARY) Rscript --vanilla

# What the tests use beside R itself; Debian calls them r-cran-*.
R_PACKAGES := testthat generics ggplot2 knitr rmarkdown tibble data.table jsonlite broom vdiffr future future.apply
HAS_R_PACKAGES = Rscript --vanilla -e 'q(status = !all(commandArgs(TRUE) %in% rownames(installed.packages())))' \
	$(R_PACKAGES)

# No network, where that can be arranged.
OFFLINE = $(shell unshare --net true 2>/dev/null && echo unshare --net)

.PHONY: lint-r need-r need-r-packages need-r-check build-r test-r test-r-install r-tarball r-check r-check-made r-packages

# The crate trop-r is a member of the workspace, so that one lock file and one set of lints hold for every
# language. extendr's build script asks R for its version: whatever builds the whole workspace needs R, and
# it is not among the default members, so that `cargo build` and `make demo` do not.
lint test-rust: need-r

lint: lint-r
test: test-r

lint-r: $(VENV)/ready
	$(VENV_BIN)/ruff format --check --config python/pyproject.toml r-package/dev
	$(VENV_BIN)/ruff check --config python/pyproject.toml r-package/dev

need-r:
	@sh make/need.sh $(R) r-base-core

need-r-packages: need-r
	@sh make/need.sh pandoc pandoc
	@$(HAS_R_PACKAGES) || sh make/need.sh file:/usr/lib/R/site-library/future.apply $(R_PACKAGES:%=r-cran-%)
	@$(HAS_R_PACKAGES) || { echo "R needs the packages $(R_PACKAGES)" >&2; exit 1; }

build-r: need-r-packages ## Install the R package into .r-library
	mkdir -p $(R_LIBRARY)
	CARGO_TARGET_DIR=$(R_TARGET) $(R) CMD INSTALL --library=$(R_LIBRARY) r-package

test-r: build-r $(FRESH_CASES) ## The R package's tests, its conformance, R CMD check, an install without a network
	$(RUN_R) r-package/dev/test.R
	TROPANEL_EXACT_CASES=$(FRESH_CASES) $(RUN_R) tests/conformance/run.R

test-r: test-r-install

test-r-install: r-check ## Use what R CMD check installed from the R source package
	sh tests/install/r/run.sh $(R_CHECKED)

r-tarball: need-r-packages ## Make the R source package, which installs without a network: dist/tropanel_*.tar.gz
	mkdir -p dist && rm -f $(R_TARBALL)
	cd dist && CARGO_TARGET_DIR=$(R_TARGET)/r $(R) CMD build ../r-package
	@ls -l $(R_TARBALL)

# Without a network: no look at CRAN, at URLs or at the time. Without LaTeX: no manual as PDF.
r-check: r-tarball ## R CMD check --as-cran of the R source package
	$(MAKE) r-check-made

# On Windows compiled dependencies are not kept, and what need.sh installs elsewhere is not there: R notes that.
ifeq ($(OS),Windows_NT)
r-check-made: need-r-packages
else
r-check-made: need-r-packages need-r-check
r-check-made: export CARGO_TARGET_DIR = $(R_TARGET)/r
endif
r-check-made: ## R CMD check --as-cran of an R source package that is in dist
	cd dist && _R_CHECK_CRAN_INCOMING_REMOTE_=false _R_CHECK_SYSTEM_CLOCK_=false _R_CHECK_FORCE_SUGGESTS_=true \
		$(OFFLINE) $(R) CMD check --as-cran --no-manual $(notdir $(R_TARBALL))
	@! grep -E '(ERROR|WARNING)$$' $(R_CHECKED)/00check.log

r-packages: need-r ## Have R install the packages that the tests use, from where R is told to look
	Rscript -e 'install.packages(commandArgs(TRUE))' $(R_PACKAGES)

need-r-check:
	@sh make/need.sh qpdf qpdf
	@sh make/need.sh checkbashisms devscripts
