# The few commands of this project. `make demo` shows it, `make test` tests it: on MariaDB 10.11, or
# on another server by SERVER=mysql or SERVER=mariadb11; a process and a server for each core, and one
# more, for tests wait.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ONCE ?=
TESTS ?= tests
BENCH ?=
SIZE ?= full
SERVER := mariadb
TRANSACTIONS ?= 300
MINUTES ?= 10
SEED ?=
KILLS ?=
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
# The tests start many processes, which would compile the project each time.
export PYTHONDONTWRITEBYTECODE :=
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: demo test check bench docs converge soak lock clean

# Debian keeps what `python3 -m venv` needs in a package of its own.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { $(AS_ROOT) apt-get update -q && $(AS_ROOT) apt-get install -y -q python3-venv; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: $(VENV)/.installed
	@$(BIN)/feed-sync sandbox demo $(if $(ONCE),--once)

test: $(VENV)/.installed
	$(BIN)/pytest $(TESTS) --server=$(SERVER) --numprocesses=$(WORKERS) --maxprocesses=8 --dist=loadfile --no-loadscope-reorder

check: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks $(BENCH) --size $(SIZE)

docs: $(VENV)/.installed
	$(BIN)/python -m daemon.sandbox.dependencies > docs/dependencies.md
	$(BIN)/python -m daemon.sandbox.manual deploy/man

# Long random histories of a shop; `make converge TRANSACTIONS=10000`, and SEED=… for the same writes.
converge: $(VENV)/.installed
	PYTHONPATH=tests:tests/integration:tests/acceptance $(BIN)/python -m converge --transactions $(TRANSACTIONS) $(if $(SEED),--seed $(SEED))

# Edits, faults and kills for so long; SEED=… for the same chance again, KILLS=no without kills.
soak: $(VENV)/.installed
	PYTHONPATH=tests:tests/integration:tests/acceptance $(BIN)/python -m soak --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)) $(if $(filter no,$(KILLS)),--no-kills)

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -q -o requirements-dev.lock

clean:
	rm -rf $(VENV) .demo
