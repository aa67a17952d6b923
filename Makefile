# The few commands of this project. `make demo` shows it, `make test` tests it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ONCE ?=
TESTS ?= tests

.PHONY: demo test check bench lock clean

$(VENV)/.installed: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: $(VENV)/.installed
	@$(BIN)/feed-sync sandbox demo $(if $(ONCE),--once)

test: $(VENV)/.installed
	$(BIN)/pytest $(TESTS)

check: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -q -o requirements-dev.lock

clean:
	rm -rf $(VENV) .demo
