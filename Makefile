# The two commands of a newcomer: `make demo` and `make test`. Both make their own environment in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

PAGE := src/tapwise/explorer/page

.PHONY: demo test lint native-test sanitized-test conventions clean

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

# The same in Python: tests of the engines, with the sanitizers' allocator around all arrays. What finds the installed package
# is taken away, so that a copy with the sanitized module is found. Freed memory is kept for a while, so none is counted.
SANITIZED := build/sanitized/site
sanitized-test: $(VENV)/.test
	cmake -S native -B build/sanitized -DTAPWISE_SANITIZE=ON -DTAPWISE_PYTHON=ON -DPython_EXECUTABLE=$(abspath $(BIN)/python)
	cmake --build build/sanitized --parallel 2 --target _native
	rm -rf $(SANITIZED) && mkdir -p $(SANITIZED) && cp -rs $(abspath src/tapwise) $(SANITIZED)
	rm -f $(SANITIZED)/tapwise/engines/_native*.so && cp build/sanitized/_native*.so $(SANITIZED)/tapwise/engines
	echo 'import sys; sys.meta_path[:] = [f for f in sys.meta_path if "tapwise" not in type(f).__module__]' \
	    > $(SANITIZED)/sitecustomize.py
	export LD_PRELOAD=$$($(CXX) -print-file-name=libasan.so) ASAN_OPTIONS=detect_leaks=0 PYTHONPATH=$(SANITIZED) && \
	$(BIN)/python -c 'from tapwise.engines import native; assert "sanitized" in native.__file__, native' && \
	$(BIN)/python -m pytest -q -n 2 -k 'not take_no_memory' tests/safety/test_exact_bounds.py \
	    $(addprefix tests/engines/test_,direct.py stored.py separable.py fourier_native.py recall.py)

clean:
	rm -rf $(VENV) build dist demo $(PAGE)/node_modules
