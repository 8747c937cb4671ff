.DEFAULT_GOAL := help
.PHONY: help setup demo spine test lint advisories bench requirements clean

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

help:
	@echo "make demo    the city with made-up residents, in your browser (DEMO=--reset starts it over)"
	@echo "make spine   from raw papers to an explained score, ends in a page"
	@echo "make test    everything the build checks"
	@echo "make advisories   known weaknesses of the pinned requirements (asks PyPI)"
	@echo "make bench   the tables of benchmarks/ (long; BENCH=--quick for a short run)"

setup: $(READY)

# What hatch_build.py makes the web app and the translations from: pulled or edited, it is built again.
BUILT_FROM := hatch_build.py $(shell find web -name node_modules -prune -o -type f -print) \
	$(shell find src -name '*.po')

$(READY): requirements/dev.txt requirements/installer.txt pyproject.toml setup.sh byte_code.py $(BUILT_FROM)
	@bash setup.sh $(VENV)
	@touch $@

demo: setup
	@$(BIN)/zhima demo $(DEMO)

spine: setup
	@$(BIN)/zhima spine

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

advisories: setup
	$(BIN)/uv tool run pip-audit@2.10.1 --disable-pip --require-hashes -r requirements/dev.txt

test: lint
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

bench: setup
	@for script in $$(ls benchmarks/*.py | grep -v '/_'); do $(BIN)/python $$script $(BENCH) || exit 1; done

requirements: setup
	$(BIN)/uv pip compile pyproject.toml --all-extras --generate-hashes --no-header -q -o requirements/dev.txt
	$(BIN)/uv pip compile requirements/installer.in --generate-hashes --no-header -q -o requirements/installer.txt

clean:
	rm -rf $(VENV) demo spine build dist .cache
