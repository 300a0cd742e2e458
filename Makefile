# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Whatever is made here goes under .cache. The work is done by the scripts in tests/tools.

PYTHON ?=
ANSIBLE_CORE ?=
TARGET_PYTHON ?= python3.9
export PYTHON ANSIBLE_CORE TARGET_PYTHON
ARGS ?=
.DEFAULT_GOAL := help
.PHONY: help setup demo test unit integration coverage target lint format sanity build ee molecule campaign bench docs clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' Makefile

setup: ## Set up .cache (PYTHON=/path/to/python3.12 ANSIBLE_CORE=2.20 to use other versions than the default)
	@bash tests/tools/setup.sh

demo: setup ## Show the collection at work on a simulated portal
	@bash tests/tools/demo.sh

test: setup ## Run coverage, lint, sanity, build, ee, molecule and docs, with a summary at the end
	@bash tests/tools/env.sh python tests/tools/steps.py

unit: setup ## Run the unit tests (ARGS="-k word" to select some of them)
	@bash tests/tools/pytest.sh tests/unit $(ARGS)

integration: setup ## Run ansible-playbook and ansible-inventory against the simulator (ARGS as above)
	@bash tests/tools/pytest.sh tests/integration $(ARGS)

coverage: setup ## Run unit and integration tests, and report the branch coverage of plugins/
	@bash tests/tools/coverage.sh $(ARGS)

target: setup ## Run all modules as processes on another Python, as on a target (TARGET_PYTHON=python3.9)
	@bash tests/tools/target.sh $(ARGS)

lint: setup ## Check the style of code, documentation, changelog and licences
	@bash tests/tools/lint.sh

format: setup ## Format the Python code
	@bash tests/tools/env.sh ruff format
	@bash tests/tools/env.sh ruff check --fix --show-fixes

sanity: setup ## Run ansible-test sanity on a copy of the files
	@bash tests/tools/sanity.sh $(ARGS)

build: setup ## Build the collection, install and use the result, and check it as Galaxy would
	@bash tests/tools/build.sh

ee: setup ## Create the build context of an execution environment that contains the collection
	@bash tests/tools/ee.sh

molecule: setup ## Run the molecule scenarios
	@bash tests/tools/molecule.sh $(ARGS)

campaign: setup ## Run the whole fault campaign; "make test" runs a sample of it (ARGS="--only vm-create")
	@bash tests/tools/campaign.sh $(ARGS)

bench: setup ## Measure the inventory and the modules
	@bash tests/tools/bench.sh $(ARGS)

docs: setup ## Build the documentation as a site in .cache/docs/html, and check its links
	@bash tests/tools/docs.sh

clean: ## Remove .cache
	@rm -rf .cache
