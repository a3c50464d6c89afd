# Every target sets up what it needs; `make` alone lists them.
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
BENCH = bench/$(or $(NAME),push_to_live)
STAMP := $(VENV)/.ready
# Where nothing compiled is kept, each worker and each process of the tests compiles all that it reads once more.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test check static format lint types imports nightly audit bench editor lock pictures clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | awk -F'|' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(STAMP) ## Create .venv with the locked dependencies

$(STAMP): requirements.lock pyproject.toml scripts/setup.sh
	@UV_VERSION=$(UV_VERSION) VENV=$(VENV) sh scripts/setup.sh
	@touch $(STAMP)

run: $(STAMP) ## Start the product on http://127.0.0.1:8000/mcp
	@exec $(BIN)/mcpskills up $(ARGS)

test: $(STAMP) ## Run the whole test suite (ARGS="-k name" narrows it)
	@sh scripts/test-packages.sh
	@sh scripts/test-clients.sh
	@$(BIN)/pytest -m "not nightly" $(ARGS)

check: static test ## What CI runs: format, lint, types, import contracts, tests

static: format lint types imports ## The checks that run nothing

format: $(STAMP)
	@$(BIN)/ruff format --check .

lint: $(STAMP)
	@$(BIN)/ruff check .

types: $(STAMP)
	@$(BIN)/mypy

imports: $(STAMP)
	@$(BIN)/lint-imports

nightly: $(STAMP) ## Run the tests that take minutes
	@sh scripts/test-packages.sh
	@sh scripts/test-clients.sh
	@$(BIN)/pytest -m nightly --timeout 1800 $(ARGS)

audit: $(STAMP) ## Look for known vulnerabilities in the locked packages
	@VENV=$(VENV) sh scripts/audit.sh $(ARGS)

bench: $(STAMP) ## Measure (NAME=push_to_live, serve, hot, journal, keys, allowances, revocation, validate, replica_start, fleet, search, soak, streams, usage, reads or dashboard)
	@PYTHONPATH=tests $(BIN)/python $(firstword $(wildcard $(BENCH) $(BENCH).py)) $(ARGS)

editor: ## Build the dashboard's editor again (needs Node and npm)
	@scripts/build-editor.sh

pictures: $(STAMP) ## Take the pictures of the dashboard anew (ARGS="skills audit" for some pages)
	@sh scripts/test-packages.sh
	@PYTHONPATH=tests $(BIN)/python scripts/pictures.py $(ARGS)

lock: $(STAMP) ## Resolve the dependencies again into requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --universal --generate-hashes --quiet \
		--no-emit-index-url --custom-compile-command "make lock" --output-file requirements.lock $(ARGS)

clean: ## Remove what the targets made
	@rm -rf $(VENV) .cache node_modules tests/clients/node_modules .pytest_cache .ruff_cache .mypy_cache .import_linter_cache
