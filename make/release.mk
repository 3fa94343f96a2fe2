# Versions and releases: RELEASING.md.

.PHONY: version owner release-check test-release

test: test-release

version: ## Set the version in every file: make version V=0.2.0
	@test -n "$(V)" || { echo "which version? make version V=0.2.0" >&2; exit 1; }
	$(PYTHON) tools/facts.py --version $(V)

owner: ## Set who answers and where the sources live: make owner ADDRESS=... REPOSITORY=https://...
	$(PYTHON) tools/facts.py $(if $(ADDRESS),--address $(ADDRESS)) $(if $(REPOSITORY),--repository $(REPOSITORY))

release-check: ## Whether this can be released under a tag: make release-check TAG=v0.2.0
	@test -n "$(TAG)" || { echo "under which tag? make release-check TAG=v0.2.0" >&2; exit 1; }
	$(PYTHON) tools/facts.py --release $(TAG)

test-release: $(VENV)/ready ## The tests of the tools that releases are made with
	$(VENV)/bin/pytest -q tests/release

.PHONY: notices check-notices

# The names, authors and licences of what other people wrote, in each package that holds it.
notices: ## Write the third-party notices anew from Cargo.lock
	$(PYTHON) tools/notices.py

lint: check-notices

check-notices:
	$(PYTHON) tools/notices.py --check
