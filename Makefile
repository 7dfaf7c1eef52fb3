# Everything there is to run. `make demo` and `make test` set up what they need: a `.venv` here, from the lock file.
# Nothing outside this folder is changed. PYTHON names the interpreter that a new `.venv` is made with.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/ready
LOCK := requirements-dev.lock
PEERS := .peers

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1

# A moved or copied folder takes its `.venv` along, which still points to where it was: set up again.
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
.PHONY: $(READY)
endif

.DEFAULT_GOAL := help
.PHONY: help demo test test-deep bench unit lint format types imports wheel goldens docs lock clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: $(READY)  ## decide the month of the China Mobile example: who may, who keeps what, who earns what, and why
	@$(RUN) examples/china_mobile_sa/demo.py

test: lint types imports unit wheel  ## everything that must hold before a change is merged

unit: $(READY)  ## the tests alone
	$(RUN) -m pytest

test-deep: $(READY)  ## the tests with many more generated examples (minutes)
	HYPOTHESIS_PROFILE=deep $(RUN) -m pytest

bench: $(READY) $(PEERS)/ready  ## measure, and write docs/reference/performance.md (minutes, on a quiet machine)
	PYTHONPATH=$(PEERS) $(RUN) -m benchmarks

lint: $(READY)  ## style and layout of the code
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

format: $(READY)  ## lay the code out and mend what can be mended without a person
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

types: $(READY)  ## strict types
	$(RUN) -m mypy

imports: $(READY)  ## imports go downwards only
	$(RUN) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

wheel: $(READY)  ## build the wheel and try it in an empty environment
	$(RUN) tools/try_wheel.py

goldens: $(READY)  ## write the expected outputs anew; read the difference before you commit it
	$(RUN) -m pytest --update-goldens

docs: $(READY)  ## write the reference pages that come from tables in the code
	$(RUN) tools/make_reference.py

lock: $(READY)  ## pin the newest versions that pyproject.toml allows
	$(RUN) tools/make_lock.py

clean:  ## remove the environment, build output and caches
	rm -rf $(VENV) $(PEERS) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find src tests tools examples benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

$(READY): pyproject.toml $(LOCK)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "partnerrules needs Python 3.11 or newer, and $(PYTHON) is not that: run make PYTHON=python3.11" >&2; exit 1; }
	@$(RUN) -m pip --version >/dev/null 2>&1 || $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make environments: install its venv package (Debian, Ubuntu: apt install python3-venv)" >&2; exit 1; }
	@$(RUN) -m pip --version >/dev/null 2>&1 || { echo "making $(VENV)"; $(PYTHON) -m venv --clear $(VENV); }
	@echo "installing what $(LOCK) names"
	@$(RUN) -m pip install --quiet --requirement $(LOCK) || { \
	  echo "if durable-rules was not built: it needs a C compiler and the headers of Python" \
	    "(Debian, Ubuntu: apt install build-essential python3-dev)" >&2; exit 1; }
	@$(RUN) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@printf '%s' '$(CURDIR)' > $(READY)

# Other engines that `make bench` compares with, in a folder of their own. Those that cannot be had are left out.
$(PEERS)/ready: benchmarks/requirements.txt $(READY)
	@rm -rf $(PEERS) && mkdir $(PEERS)
	@while read -r engine; do case "$$engine" in ""|"#"*) continue; esac; \
	  $(RUN) -m pip install --quiet --upgrade --target $(PEERS) "$$engine" || echo "$$engine is left out of the comparison" >&2; \
	done < $<
	@touch $@
