# Three commands: run the product, test it, check its source. Everything they need they set up themselves.

PYTHON ?= python3
export HOST PORT

.PHONY: run test check

run:    ## set up on first use, then start; for example: make run PORT=8010 HOST=0.0.0.0
	@$(PYTHON) scripts/run

test:   ## all tests; the fast suite alone: scripts/test fast
	@$(PYTHON) scripts/setup test
	@scripts/test

check:  ## lint, format, import contracts, templates, migrations, translations
	@$(PYTHON) scripts/setup test
	@scripts/check
