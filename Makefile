# Thin names for start.py, which does the work on every system: python start.py help
PYTHON ?= python3
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help start test check acceptance bench soak lock clean

help:        ## this list
	@awk -F': *## ' '/^[a-z]+: *## /{printf "%-12s %s\n", $$1, $$2}' Makefile

start:       ## install what is missing and open the workbook (make start ARGS="--port 8899 --no-browser")
	@$(PYTHON) start.py start $(ARGS)

test:        ## style, types and all tests, in a real browser too
	@$(PYTHON) start.py test $(ARGS)

check:       ## style and types only
	@$(PYTHON) start.py check

acceptance:  ## the tests against the source data kept beside the checkout
	@$(PYTHON) start.py acceptance $(ARGS)

bench:       ## the benchmark table, on this machine (ARGS=NAME for one row)
	@$(PYTHON) start.py bench $(ARGS)

soak:        ## the long reliability tests
	@$(PYTHON) start.py soak $(ARGS)

lock:        ## write requirements.lock anew from pyproject.toml (needs uv)
	@$(PYTHON) start.py lock

clean:       ## remove .venv and what tools left behind; the workbook stays
	@$(PYTHON) start.py clean
