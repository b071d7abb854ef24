# `make` lists the commands. `make run` and `make test` do all the set-up by themselves.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PACKAGES := bot nlu actions procedures
export PYTHONUTF8 := 1

.PHONY: help setup run train test test-fast test-postgresql soak check format bench bench-search bench-parse bench-diet bench-guides conversations pictures learn tune words sizes clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# Python 3.10 comes with uv if the machine has none. Compiled once here: Rasa's import takes twice as long without.
.venv/.ready: pyproject.toml uv.lock .python-version
	@uv=$$($(PYTHON) deploy/get_uv.py) && "$$uv" sync --frozen --compile-bytecode --quiet
	@touch $@

setup: .venv/.ready ## Make the environment

run: .venv/.ready ## Set up everything and serve the chat on http://127.0.0.1:8000
	@$(BIN)/motcua migrate
	@$(BIN)/motcua train --if-missing
	@$(BIN)/motcua serve

train: .venv/.ready ## Train the model
	@$(BIN)/motcua train

test: .venv/.ready ## Run every test (fast, journeys with a trained model, browser)
	@$(BIN)/motcua train --if-missing
	@$(BIN)/pytest

test-fast: .venv/.ready ## Run the tests that need no model and no browser
	@$(BIN)/pytest -m "not model and not browser"

test-postgresql: .venv/.ready ## The tests of post, turn and catalogue on PostgreSQL: TEST_DATABASE_URL=postgresql:///test (it is emptied)
	@$(BIN)/pytest -q tests/bot/post tests/bot/test_{turn,schema,guides,reminders}.py tests/procedures/test_{store,history,diffing,notes}.py

soak: .venv/.ready ## Long runs: kill -9 by the hundred
	@MOTCUA_KILLS=200 $(BIN)/pytest -q -m soak

check: .venv/.ready ## What CI checks besides tests: format, lint, types, house rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy $(PACKAGES)
	@$(BIN)/pytest -q tests/house

format: .venv/.ready ## Format and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: .venv/.ready ## Measure: turns against stock Rasa, search, start, memory
	@$(BIN)/motcua train --if-missing
	@$(BIN)/python -m tests.benchmarks

words: .venv/.ready ## Count the words by which languages are told apart
	@$(BIN)/python -m tests.benchmarks.words

bench-search: .venv/.ready ## Measure search alone: 5,652 and 50,000 procedures against SQLite FTS5 and bm25s
	@$(BIN)/python -c "from rich.console import Console; from tests.benchmarks.search import run; run(Console(highlight=False, soft_wrap=True))"

learn: .venv/.ready ## Learn the weights of search from the questions beside the seeds
	@$(BIN)/python -m tests.benchmarks.learn

bench-guides: .venv/.ready ## Measure guides: messages and bytes from the first question to the complete checklist
	@$(BIN)/motcua train --if-missing
	@$(BIN)/python -m tests.benchmarks.guides

conversations: .venv/.ready ## Write docs/conversations.md: the storybook with the answers that are really given
	@$(BIN)/motcua train --if-missing
	@$(BIN)/python -m tests.benchmarks.conversations

pictures: .venv/.ready ## Take the pictures of docs/guides.md with Chromium
	@$(BIN)/motcua train --if-missing
	@$(BIN)/python -m tests.benchmarks.pictures

tune: .venv/.ready ## Learn from the tuning questions when a talk stays with its matter, and how sure is sure
	@$(BIN)/motcua train --if-missing
	@$(BIN)/python -m tests.benchmarks.tune

bench-parse: .venv/.ready ## Measure: understanding one message
	@$(BIN)/motcua train --if-missing
	@$(BIN)/python -m tests.benchmarks.parsing

bench-diet: .venv/.ready ## Measure: our classifier against DIET (EPOCHS=15; most of an hour)
	@EPOCHS=$${EPOCHS:-15} $(BIN)/python -m tests.benchmarks.diet

sizes: .venv/.ready ## Files by length
	@git ls-files '*.py' | xargs wc -l | sort -rn | head -20

clean: ## Remove what was made, but not the database
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache var/models var/rasa-cache
