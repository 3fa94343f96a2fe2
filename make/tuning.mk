# Study of the search for lambdas: docs/tuning.md.

TUNING = $(CARGO) run $(CARGO_FLAGS) --release --package trop-tuning -- docs

.PHONY: tuning tuning-race tuning-criteria tuning-page

tuning: ## Study whether searches find the least score, and what that is worth: writes docs/tuning*
	$(TUNING)

tuning-race: ## Study whether the default search makes the choice of one on all cells: writes docs/tuning_race.csv and the page
	$(TUNING) --race

tuning-criteria: ## Study which criterion predicts a treated block best; goes on where it was stopped; BLOCKS=200 of each kind
	$(TUNING) --criteria $(BLOCKS)

tuning-page: ## Write the page of the study anew from docs/tuning_*.csv
	$(TUNING) --page
