# Every command of the project. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo test coverage check bench docs pictures serve prove-crash prove-disclosure prove-gate prove-http \
    prove-rollup prove-wall lock

# Compiled modules are kept, whatever the environment says: a command starts a second sooner.
unexport PYTHONDONTWRITEBYTECODE
export KUAI_HOME ?= $(CURDIR)/.kuai
BIN := .venv/bin
READY := .venv/ready
LANDING := $(KUAI_HOME)/landing/shifan
SERVE ?= 1
DEMO_NAME := demo
DEMO_SCOPE := city:shifan
PYTEST := $(BIN)/python -m pytest
SPREAD := --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# Tests with Java and a browser wait for them: one process more than there are cores keeps the cores busy.
FILLED = $(subst auto,$(shell cores=$$(nproc 2>/dev/null || echo 2); echo $$((cores + 1))),$(SPREAD))
CHICAGO ?= ../shared/data/chicago
PROVINCE_HOME ?=
ROLLED = $(if $(wildcard $(CHICAGO)),$(KUAI_HOME):chicago) $(or $(PROVINCE_HOME),$(KUAI_HOME)):shifan
FAST := not jvm and not browser and not slow

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## make .venv with locked packages, find Java, browser and fonts

$(READY): pyproject.toml $(wildcard requirements*.lock) .ci/setup
	@.ci/setup
	@touch $@

demo: setup ## generate a fictional city, build it, serve it (SERVE=0 stops before serving)
	@test -d "$(LANDING)" || $(BIN)/kuai generate --scale city --out "$(LANDING)"
	@$(BIN)/kuai build --city shifan --data "$(LANDING)"
	@$(BIN)/kuai user add $(DEMO_NAME) --role analyst --role leader --scope $(DEMO_SCOPE) --one-time 2>/dev/null || \
	    $(BIN)/kuai user passwd $(DEMO_NAME) --one-time
	@$(BIN)/kuai device add $(DEMO_NAME)-wall --scope $(DEMO_SCOPE) 2>/dev/null || true
	@if [ "$(SERVE)" = 1 ]; then exec $(BIN)/kuai serve --city shifan; fi

test: setup ## every test; the quick ones, without Java and browser, first
	@$(PYTEST) -m "$(FAST)" $(SPREAD)
	@$(PYTEST) -m "not ($(FAST))" $(FILLED)

coverage: setup ## every test, and which lines none of them reached
	@$(PYTEST) $(SPREAD) --cov --cov-report=term

check: setup ## style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: setup ## every promise about speed against its peer; writes benchmarks/RESULTS.md and results.json
	@$(BIN)/python -m benchmarks $(ONLY)

docs: setup ## write the generated pages of docs/ anew
	@$(BIN)/python -m kuai.catalog.pages docs

pictures: setup ## draw the pages anew for docs/img, from the city published last; ONLY=map draws those of one page
	@$(BIN)/python -m tests.dashboards.pictures $(ONLY)

serve: setup ## serve what was published last
	@exec $(BIN)/kuai serve

prove-crash: setup ## kill a build at 20 random moments, deliver a year later, and compare with the undisturbed one
	@KUAI_CRASH_MOMENTS=20 $(PYTEST) tests/jobs/test_crash.py tests/acceptance/test_later_year.py

prove-disclosure: setup ## attack what is served, at full size; prints and writes docs/disclosure.md
	@KUAI_PROOFS=full $(PYTEST) tests/proofs

prove-gate: setup ## ask the gate 1,000,000 random combinations, time it, and try every way around it; prints and writes docs/gate.md
	@KUAI_GATE_CASES=1000000 $(PYTEST) tests/proofs/test_gate.py tests/dashboards/test_bypass.py

prove-http: setup ## send 28,000 malformed and hostile requests to the pages
	@KUAI_HOSTILE_CASES=7000 $(PYTEST) tests/dashboards/test_http_fuzz.py

prove-rollup: setup ## what adaptive roll-up shows of Chicago and the generated city; PROVINCE_HOME=... for a province
	@if [ -z "$(PROVINCE_HOME)" ]; then \
	    echo "The generated city stands for a province. To make one, which takes hours, and show it:"; \
	    echo "  $(BIN)/kuai generate --scale province --out DATA"; \
	    echo "  KUAI_HOME=HOME $(BIN)/kuai build --city shifan --data DATA"; \
	    echo "  make prove-rollup PROVINCE_HOME=HOME"; \
	    test -d "$(LANDING)" || $(BIN)/kuai generate --scale city --out "$(LANDING)"; \
	    $(BIN)/kuai build --city shifan --data "$(LANDING)"; \
	fi
	@if [ -d "$(CHICAGO)" ]; then $(BIN)/kuai build --city chicago --data "$(CHICAGO)"; \
	    else echo "Without the open data of Chicago (CHICAGO=...)"; fi
	@KUAI_ROLLUP_HOMES="$(ROLLED)" $(PYTEST) tests/proofs/test_rollup.py -k "everybody or each_shape"

prove-wall: setup ## let a wall stand for 30 minutes (KUAI_SOAK_MINUTES=4320: three days), with new snapshots, alarms and a killed server
	@KUAI_SOAK_MINUTES=$${KUAI_SOAK_MINUTES:-30} $(PYTEST) -s tests/dashboards/wall/test_wall_soak.py

# Only needed after a change of the dependencies in pyproject.toml; asks for `uv` on the PATH.
LOCK := uv pip compile --quiet --no-header --no-annotate --generate-hashes --python-version 3.11 --python-platform x86_64-manylinux_2_28
lock:
	@$(LOCK) pyproject.toml -o requirements.lock
	@$(LOCK) pyproject.toml --group build --group dev --group bench -c requirements.lock -o requirements-dev.lock
	@$(LOCK) --group build -c requirements-dev.lock -o requirements-build.lock
	@$(LOCK) --group java -c requirements-dev.lock -o requirements-java.lock
