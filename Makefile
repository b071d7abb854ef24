# `make` lists the commands. `make run` and `make test` do all the set-up by themselves.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PACKAGES := bot nlu actions procedures
# Two at a time: CI has two cores. What has a model or a browser wants both for itself.
FAST := -n 2 --dist loadfile -m "not model and not browser"
export PYTHONUTF8 := 1

.PHONY: help setup run train test test-fast test-postgresql drill soak faults rolling race check format bench bench-search bench-parse bench-diet bench-guides bench-webhooks bench-workers bench-turns bench-load bench-history bench-start bench-page profile-turn scale fakes fuzz scan conversations pictures learn tune words font sizes clean

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
	@$(BIN)/pytest $(FAST); fast=$$?; $(BIN)/pytest -m "model or browser" && exit $$fast

test-fast: .venv/.ready ## Run the tests that need no model and no browser
	@$(BIN)/pytest $(FAST)

test-postgresql: .venv/.ready ## The tests of post, turn and catalogue on PostgreSQL: TEST_DATABASE_URL=postgresql:///test (it is emptied)
	@$(BIN)/pytest -q tests/bot/audit tests/bot/failing tests/bot/watch tests/bot/post tests/bot/handover tests/bot/alerts tests/bot/accounts tests/bot/privacy/test_vault{,_keys,_everywhere}.py tests/bot/console/test_{counting,edits,publishing_properties,gaps,numbers,training,words,word_imports}.py tests/bot/test_{keeper,turn_staff,turn,schema,old_beside_new,guides,reminders,joining,joining_words,media,kinds,enclosures,channels_on,site_settings,banners,switches,forgetting}.py tests/procedures/test_{store,history,diffing,notes}.py

drill: .venv/.ready ## Back up while somebody writes, restore elsewhere, compare row by row: SQLite, and PostgreSQL where a server is there
	@$(BIN)/pytest -q tests/bot/operations/test_drill.py

soak: .venv/.ready ## kill -9 two hundred times among 10,000 messages; TEST_DATABASE_URL for PostgreSQL
	@MOTCUA_KILLS=200 MOTCUA_MESSAGES=10000 $(BIN)/pytest -q -s tests/soak/test_kill.py

rolling: .venv/.ready ## Restart workers one after another twenty times among 5,000 messages, on PostgreSQL
	@MOTCUA_RESTARTS=20 MOTCUA_MESSAGES=5000 $(BIN)/pytest -q -s tests/soak/test_rolling.py

faults: .venv/.ready ## Kill, cut, fill, stop and turn the clock of a service under load, and count (6 minutes; MOTCUA_FAULTS_ENGINE=echo)
	@[ "$${MOTCUA_FAULTS_ENGINE:-real}" != real ] || $(BIN)/motcua train --if-missing
	@$(BIN)/python -m tests.faults

race: .venv/.ready ## 200 claims on each of 500 cases by 8 workers; TEST_DATABASE_URL=postgresql:///test (it is emptied)
	@MOTCUA_CASES=500 MOTCUA_CLAIMS=200 MOTCUA_CLAIMERS=8 $(BIN)/pytest -q -s tests/soak/test_claims.py

fakes: .venv/.ready ## Telegram, Zalo OA and Zalo Bot in small, with a page to chat as a citizen: http://127.0.0.1:8090
	@$(BIN)/python -m tests.fakes

fuzz: .venv/.ready ## A million bodies that no provider would send, and 10,000 files of each kind that nobody would export (an hour)
	@MOTCUA_FUZZ=$${BODIES:-1000000} $(BIN)/pytest -q -s tests/soak/test_fuzz.py tests/soak/test_fuzz_files.py

scan: .venv/.ready ## wapiti on a service of its own on this machine, bandit on the code, pip-audit on the lock (half an hour)
	@$(BIN)/python -m tests.scan "$$($(PYTHON) deploy/get_uv.py)"

bench-webhooks: .venv/.ready ## Measure: how fast webhooks are acknowledged at 100 messages a second
	@$(BIN)/motcua train --if-missing
	@$(BIN)/python -m tests.benchmarks.webhooks $${ENGINE:-real}

bench-workers: .venv/.ready ## Measure: memory of each worker beyond the first (WORKERS=3 MESSAGES=600, DATABASE_URL=postgresql:///empty)
	@$(BIN)/motcua train --if-missing
	@$(BIN)/python -m tests.benchmarks.workers $$DATABASE_URL

check: .venv/.ready ## What CI checks besides tests: format, lint, types, house rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy $(PACKAGES)
	@$(BIN)/pytest -q tests/house

format: .venv/.ready ## Format and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# Lines go to var/bench/results.jsonl, pages to docs/benchmarks.md and docs/scale.md.
bench: .venv/.ready ## Measure everything there is a page for, and write the pages (a quarter of an hour, on a machine that does nothing else)
	@$(BIN)/motcua train --if-missing
	@$(BIN)/python -m tests.benchmarks

bench-turns: .venv/.ready ## Measure: a turn against stock rasa run, throughput on one and two cores, memory
	@$(BIN)/motcua train --if-missing
	@$(BIN)/python -m tests.benchmarks turns

bench-load: .venv/.ready ## Measure: messages a second of the whole path, SQLite and PostgreSQL with 1, 2 and 4 workers
	@$(BIN)/motcua train --if-missing
	@$(BIN)/python -m tests.benchmarks load

bench-history: .venv/.ready ## Measure: which figures a million stored messages change
	@$(BIN)/python -m tests.benchmarks history

bench-start: .venv/.ready ## Measure: start to first answer, memory, memory of each further worker
	@$(BIN)/motcua train --if-missing
	@$(BIN)/python -m tests.benchmarks start

profile-turn: .venv/.ready ## Measure: one message stage by stage, and how many statements each sends
	@$(BIN)/motcua train --if-missing
	@$(BIN)/python -m tests.benchmarks profile

scale: .venv/.ready ## Simulate the worst hour of a province and of the country; writes docs/scale.md
	@$(BIN)/python -m tests.benchmarks.scale

bench-page: .venv/.ready ## Write docs/benchmarks.md from what was measured last
	@$(BIN)/python -m tests.benchmarks.page

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

pictures: .venv/.ready ## Take the pictures of docs/ with Chromium: guides, desk, console, handbooks
	@$(BIN)/motcua train --if-missing
	@$(BIN)/python -m tests.benchmarks.pictures
	@$(BIN)/python -m tests.benchmarks.desk_pictures
	@$(BIN)/python -m tests.benchmarks.console_pictures
	@$(BIN)/python -m tests.benchmarks.handbook_pictures

tune: .venv/.ready ## Learn from the tuning questions when a talk stays with its matter, and how sure is sure
	@$(BIN)/motcua train --if-missing
	@$(BIN)/python -m tests.benchmarks.tune

font: .venv/.ready ## Make the font of checklists anew, after Chinese texts with new characters (needs fonts-noto-cjk)
	@$(BIN)/python deploy/make_font.py

bench-desk: .venv/.ready ## Measure: the list and a new message with 2,000 open cases and 50 of the staff connected
	@$(BIN)/python -m tests.benchmarks.desk

bench-console: .venv/.ready ## Measure: how fast each page of the console opens over the national catalogue
	@$(BIN)/python -m tests.benchmarks.console

bench-parse: .venv/.ready ## Measure: understanding one message
	@$(BIN)/motcua train --if-missing
	@$(BIN)/python -m tests.benchmarks.parsing

bench-diet: .venv/.ready ## Measure: our classifier against DIET (EPOCHS=15; most of an hour)
	@EPOCHS=$${EPOCHS:-15} $(BIN)/python -m tests.benchmarks.diet

sizes: .venv/.ready ## Files by length
	@git ls-files '*.py' | xargs wc -l | sort -rn | head -20

clean: ## Remove what was made, but not the database
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache var/models var/rasa-cache
