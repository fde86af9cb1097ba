# make demo   the main job on an invented town          make test      every check and test
# make check  format, lint, types, imports, documents   make fix       mend what can be mended
# make bench  the figures                               make docs      the manual
# make test-all  also what is too slow for every run    make demo-check  the demo, verified, headless
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
RUN := .venv/run.stamp
DEV := .venv/dev.stamp

.PHONY: demo demo-check test test-all check fix bench docs lock

demo: $(RUN)
	$(BIN)/fournets demo --out demo

demo-check: $(RUN)
	$(BIN)/fournets demo --out demo --check

test: check
	scripts/system-packages
	scripts/tests

test-all: check
	scripts/system-packages
	FOURNETS_SLOW_TESTS=1 scripts/tests

check: $(DEV)
	scripts/check

fix: $(DEV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python -m fournets.policy.document
	$(BIN)/python docs/commands.py
	$(BIN)/python docs/access.py
	$(BIN)/python docs/isolation.py

bench: $(DEV)
	for one in benchmarks/*.py; do echo "== $$one"; $(BIN)/python $$one || exit 1; done

docs: $(DEV)
	$(BIN)/sphinx-build -W -q -b html docs docs/_build/html

lock: $(DEV)
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 -q pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 -q pyproject.toml --group dev -o requirements/dev.txt

$(RUN): requirements/run.txt pyproject.toml
	scripts/environment "$(PYTHON)" requirements/run.txt
	touch $(RUN)

$(DEV): requirements/dev.txt pyproject.toml
	scripts/environment "$(PYTHON)" requirements/dev.txt
	touch $(RUN) $(DEV)
