# The two commands of a newcomer: `make demo` and `make test`. Both make their own environment in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

PAGE := src/tapwise/explorer/page

.PHONY: demo test lint native-test conventions clean

demo: $(VENV)/.demo
	$(BIN)/python docs/demo.py

test: $(VENV)/.test lint
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(VENV)/.test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# Probes every outside function that is installed, and writes docs/conventions.md and docs/conventions.json.
conventions: $(VENV)/.test
	$(BIN)/python -m docs.conventions

$(VENV)/.pip:
	$(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade 'pip>=25.1'
	touch $@

$(VENV)/.demo: $(VENV)/.pip pyproject.toml
	$(PIP) --editable '.[files]'
	$(PIP) --group demo
	touch $@

# A peer that cannot be installed is said here and skipped, visibly, by the tests that need it.
$(VENV)/.test: $(VENV)/.demo
	$(PIP) --group lint --group test
	$(PIP) --group peers || echo 'PEERS NOT INSTALLED: the tests that need them will be skipped'
	# The page's checker and its accessibility audit; without npm their tests are skipped, visibly.
	npm ci --silent --prefix $(PAGE) || echo 'NODE MODULES NOT INSTALLED: the tests that need them will be skipped'
	touch $@

# The compiled engine alone, without Python, and under the sanitizers.
native-test:
	cmake -S native -B build/native && cmake --build build/native --parallel 2
	ctest --test-dir build/native --output-on-failure
	cmake -S native -B build/sanitized -DTAPWISE_SANITIZE=ON && cmake --build build/sanitized --parallel 2
	ctest --test-dir build/sanitized --output-on-failure

clean:
	rm -rf $(VENV) build dist demo $(PAGE)/node_modules
