# Monte Carlo study of inference: docs/coverage.md.

COVERAGE = $(CARGO) run $(CARGO_FLAGS) --release --package trop-coverage -- docs

.PHONY: coverage coverage-page

coverage: ## Study coverage and power of every method of inference: writes docs/coverage.*; REPLICATIONS=1000
	$(COVERAGE) $(REPLICATIONS)

coverage-page: ## Write the page and chart of the study anew from docs/coverage.csv
	$(COVERAGE) 0
