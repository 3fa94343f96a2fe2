# The site: pages of docs/ with their code run, and the references of all languages. See tools/site.

SITE_VENV := $(VENV)-site
SITE_PY := $(SITE_VENV)/bin/python
SITE_WORK := $(abspath $(or $(CARGO_TARGET_DIR),target))/site
SITE := dist/site

.PHONY: site test-site need-site

site: build build-r need-site $(SITE_VENV)/ready ## Build the site, its code run: dist/site
	$(CARGO) doc $(CARGO_FLAGS) --release --no-deps $(patsubst crates/%/Cargo.toml,--package %,$(wildcard crates/*/Cargo.toml))
	$(SITE_PY) tools/site/build.py $(SITE_WORK) $(SITE)
	@du -sk $(SITE) | awk '{ print $$1 " KB: the site" }'

test-site: site ## Test the site: every code block, and every page in a browser
	@sh make/need.sh chromium chromium fonts-dejavu-core
	$(SITE_PY) -m pytest -q --numprocesses auto --dist worksteal tools/site/tests

need-site: need-r-packages
	@sh make/need.sh doxygen doxygen

$(SITE_VENV)/ready: tools/site/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 5))' \
		|| { echo "the site needs Python 3.11.5 or newer; set PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(SITE_VENV)
	$(SITE_PY) $(PIP_LOCKED) $<
	touch $@
