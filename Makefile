# Needs make and Python 3.11 or newer, nothing else. `make demo` and `make test` set everything up by themselves.

VENV := .venv
PY := $(VENV)/bin/python
# The name holds the folder, so that a tree that was moved or copied is installed anew.
STAMP := $(VENV)/.installed-$(shell printf %s '$(CURDIR)' | cksum | cut -d' ' -f1)
PIP := $(PY) -m pip --disable-pip-version-check --no-input install --quiet
# Tried in this order; a name may exist and not run (pyenv's shims), so each is tried by running it.
PYTHONS := $(PYTHON) python3.13 python3.12 python3.11 python3 python /usr/bin/python3
WORKERS ?= auto
# Where the proof suites live.
PROOF ?= tests/reliability tests/hostile tests/ledger/test_versions.py tests/privacy/test_figures.py

.PHONY: help demo test lint format types imports unit kill bench proof docs lock clean install

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | while IFS='|' read -r name what; do \
		printf '%-14s %s\n' "$$name" "$$what"; done

demo: $(STAMP) ## run the main job on sample packets against stand-ins of the three vendors
	@$(VENV)/bin/handoff demo

test: lint types imports unit ## everything that must hold: style, types, import rules, tests

lint: $(STAMP) ## ruff: rules and format
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

format: $(STAMP) ## let ruff write the format
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

types: $(STAMP) ## mypy, strict
	$(PY) -m mypy

imports: $(STAMP) ## the import rules of pyproject.toml
	$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

unit: $(STAMP) ## the tests alone
	$(PY) -m pytest -n $(WORKERS) -q

kill: $(STAMP) ## 1,000 SIGKILLs of `sync` at random moments, beside a naive script
	$(PY) -m pytest -q -s -o faulthandler_timeout=1500 --proof full tests/reliability/test_kill.py

bench: $(STAMP) ## the benchmarks: one table, and build/bench/bench.json and bench.svg
	$(PY) -m benchmarks --into build/bench

# The page is written also where a suite failed or a worker died, and says so; the exit code is that of the worse.
proof: $(STAMP) ## every proof suite in full, and build/proof/index.html with what they showed
	rm -rf build/proof
	@tests=0; $(PY) -m pytest -q -o faulthandler_timeout=1500 --proof full --evidence build/proof/evidence.jsonl -n $(WORKERS) --dist load --maxschedchunk 1 \
		$(PROOF) || tests=$$?; \
	$(PY) -m proof.page || page=$$?; exit $$(( tests ? tests : $${page:-0} ))

docs: $(STAMP) ## write the generated parts of docs/ anew
	$(PY) docs/generate.py

lock: ## compile requirements.lock anew, from PyPI alone
	@$(call create_venv,$(VENV)-lock)
	$(VENV)-lock/bin/python -m pip --disable-pip-version-check install --quiet pip-tools
	env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null $(VENV)-lock/bin/pip-compile \
		--generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links --allow-unsafe --extra dev \
		--no-header --no-config --quiet --upgrade --output-file $(VENV)-lock/compiled pyproject.toml
	@{ echo '# Every extra and the development tools, with hashes. Written by `make lock`.'; \
	  awk '/^# (WARNING|Consider)/ { next } /^handoff @ / { skip = 1; next } /^[^ #]/ { skip = 0 } !skip' \
		$(VENV)-lock/compiled; } > requirements.lock

install: $(STAMP) ## only set up .venv

clean: ## remove .venv and everything that was built
	rm -rf $(VENV) $(VENV)-lock build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): requirements.lock pyproject.toml
	@if ! $(call is_new_enough,$(PY)); then $(call create_venv,$(VENV)); fi
	@echo 'Installing from requirements.lock; this takes about a minute, once.'
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@rm -f $(VENV)/.installed-* && touch $@

is_new_enough = "$(1)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1

define create_venv
for python in $(PYTHONS); do \
	if $(call is_new_enough,$$python) && rm -rf $(1) && "$$python" -m venv $(1) >/dev/null 2>&1 \
		&& $(1)/bin/python -m pip --version >/dev/null 2>&1; then \
		echo "Made $(1) with $$($(1)/bin/python --version)."; made=yes; break; fi; done; \
if [ "$$made" != yes ]; then \
	echo 'No Python 3.11 or newer that can make a virtual environment was found (tried: $(PYTHONS)).' >&2; \
	echo 'Install one (Debian, Ubuntu: apt-get install python3 python3-venv), or name it: make PYTHON=/path/to/python' >&2; \
	exit 1; fi
endef
