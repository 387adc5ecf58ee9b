# Every target is thin: the work is in local/. `make` alone prints this help.
.DEFAULT_GOAL := help
.PHONY: help setup demo demo-reset shell test check lint types format lock bench chaos
PYTHON ?= python3
RUN := .venv/bin/python

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

setup: ## Install what is missing: system packages (as root), .venv, the locked requirements
	@$(PYTHON) -m local.setup

demo: setup ## Start everything on this machine, filled with an agency; Ctrl-C stops it
	@$(RUN) -m local.demo

demo-reset: setup ## Remove the demo's data
	@$(RUN) -m local.demo reset

shell: setup ## A Django shell on the demo's data
	@$(RUN) -m local.run manage.py shell

test: setup ## All tests, in random order and in parallel; ARGS="tests/core -k money" for some
	@$(RUN) -m local.check test $(ARGS)

check: setup ## What a change must pass: lint, types, contracts, tests
	@$(RUN) -m local.check

lint: setup ## ruff: style and format
	@$(RUN) -m local.check lint

types: setup ## mypy
	@$(RUN) -m local.check types

format: setup ## Let ruff put the format right
	@$(RUN) -m ruff format .

lock: setup ## Lock requirements/*.in anew, with hashes
	@$(RUN) -m local.check lock

bench: setup ## Measure ratios against bare engines and hand-written SQL
	@$(RUN) -m bench

chaos: setup ## Prove that nobody is missed: workers killed, servers crashed; ARGS="--policies 1000 --kills 20"
	@$(RUN) -m local.chaos $(ARGS)
