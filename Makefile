.DEFAULT_GOAL := help
.PHONY: help setup demo city test lint bench requirements clean

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

help:
	@echo "make demo    the main job on generated data, ends in an HTML report"
	@echo "make city    the city with made-up residents, in your browser"
	@echo "make test    everything the build checks"
	@echo "make bench   the tables of benchmarks/ (long; BENCH=--quick for a short run)"

setup: $(READY)

$(READY): requirements/dev.txt requirements/installer.txt pyproject.toml setup.sh
	@bash setup.sh $(VENV)
	@touch $@

demo: setup
	@$(BIN)/zhima demo

city: setup
	@$(BIN)/zhima city demo

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/python -m pytest -n 2 --dist loadfile

bench: setup
	@for script in $$(ls benchmarks/*.py | grep -v '/_'); do $(BIN)/python $$script $(BENCH) || exit 1; done

requirements: setup
	$(BIN)/uv pip compile pyproject.toml --all-extras --generate-hashes --no-header -q -o requirements/dev.txt
	$(BIN)/uv pip compile requirements/installer.in --generate-hashes --no-header -q -o requirements/installer.txt

clean:
	rm -rf $(VENV) demo build dist .cache
