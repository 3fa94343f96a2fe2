# Study of the search for lambdas: docs/tuning.md.

TUNING = $(CARGO) run $(CARGO_FLAGS) --release --package trop-tuning -- docs

.PHONY: tuning tuning-page

tuning: ## Study whether searches find the least score, and what that is worth: writes docs/tuning*
	$(TUNING)

tuning-page: ## Write the page of the study anew from docs/tuning_search.csv
	$(TUNING) --page
