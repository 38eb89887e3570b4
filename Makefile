# The commands of the README. Python 3.11 or newer and make are all a machine needs. `make help` lists them.

PYTHON ?= python3
VENV := .venv
READERS := 1.2.2 2.0.0
INSTALL := $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps

# Bytecode is kept, whatever the environment says: without it each process compiles everything anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := run
.PHONY: help run test campaign mutants bench lint types sql docs howtos superset test-spark lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-11s%s\n", $$1, $$2 }' Makefile

run: $(VENV)/.installed ## Ingest what is new, build, check, publish (what `make` alone does)
	@$(VENV)/bin/dxkpi run

test: $(VENV)/.installed $(READERS:%=$(VENV)/readers/%/.installed) lint ## Run every check that CI runs
	@$(VENV)/bin/python -m pytest $(HANGING)

# A test that hangs fails, with a traceback of where, and the others go on. The slowest takes four minutes on two
# cores, and may take eight times that on a slow or busy machine.
HANGING := -o faulthandler_timeout=2400 -o faulthandler_exit_on_timeout=true --max-worker-restart 0

# The campaigns of which `make test` runs a slice: every digit of every figure of the plan that can be cross-checked;
# plans with each kind of defect; files of each class of bad or odd input, clean files, moments at which a fetch or a
# publication is killed, whole runs that are killed, releases published under readers, months that a daemon backfills,
# planted faults of each class, builds of what is new, orders of landing, random histories of counts, releases at each
# moment of them, days to ask what was known as of them, random forests of organisations, first seed.
INSTANCES ?= 8
DEFECTS ?= 10
CLEAN ?= 1000
KILLS ?= 100
KILLED_RUNS ?= 40
LAKE_BUILDS ?= 50
PUBLICATIONS ?= 300
MONTHS ?= 12
FAULTS ?= 10
INCREMENTS ?= 200
SHUFFLES ?= 50
HISTORIES ?= 20000
RELEASES ?= 1000
MOMENTS ?= 200
FORESTS ?= 1000
SEED ?= 0
campaign: $(VENV)/.installed ## Run the long campaigns whole: every digit, many seeds
	@$(VENV)/bin/python -m pytest tests/test_mutations.py tests/test_corpus.py tests/test_kills.py \
	  tests/test_readers.py tests/test_postgres_release.py tests/test_daemon.py tests/test_planted_faults.py \
	  tests/test_increments.py tests/test_same_bytes.py tests/test_histories.py tests/test_crosswalk.py \
	  tests/test_damage.py tests/test_as_of.py tests/test_lake.py tests/test_defective_plans.py \
	  tests/test_plan_formats.py --complete-pdf --every-digit --every-way-back \
	  --instances $(INSTANCES) --defects $(DEFECTS) --clean-files $(CLEAN) --kills $(KILLS) \
	  --killed-runs $(KILLED_RUNS) --lake-builds $(LAKE_BUILDS) \
	  --publications $(PUBLICATIONS) --months $(MONTHS) --faults $(FAULTS) --increments $(INCREMENTS) \
	  --shuffles $(SHUFFLES) --histories $(HISTORIES) --releases $(RELEASES) --moments $(MOMENTS) \
	  --forests $(FORESTS) --seed $(SEED)

# Mistakes put into the SQL of the ratio engine, one by one: the tests must notice nineteen of twenty.
mutants: $(VENV)/.installed ## Put mistakes into the SQL and count those that the tests notice
	@PYTHONPATH=tests $(VENV)/bin/python -m oracle.mutants

# What building the warehouse costs beside plain SQL, from ten thousand counts on (takes hours);
# rows per second for CSV, XLSX, JSON and PDF, and the memory that a CSV of 1,000,000 rows takes;
# CPU that the suites take on the marts of a made-up year, of up to 300,000 counts, beside the same as plain SQL.
# CPU of each step of a whole run of a demo, of an idle one, and of one with one new extract.
# CASES="10k 13x24" measures only these of the first; benchmarks/README.md says which there are.
CASES ?=
bench: $(VENV)/.installed ## Measure what building, reading and judging cost (hours)
	@$(VENV)/bin/python benchmarks/engine.py $(if $(CASES),--cases $(CASES))
	@$(VENV)/bin/python benchmarks/reading.py
	@$(VENV)/bin/python benchmarks/validation.py
	@$(VENV)/bin/python benchmarks/runs.py
	@$(VENV)/bin/python benchmarks/report.py

lint: $(VENV)/.installed ## Check style, form and types: Python, SQL
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(MAKE) --no-print-directory --jobs 2 --output-sync types sql

# Each takes a core for the better part of a minute.
types: $(VENV)/.installed ## Check the types of the Python (part of lint)
	@$(VENV)/bin/mypy --no-error-summary

sql: $(VENV)/.installed ## Check the form of the SQL (part of lint)
	@PYTHONWARNINGS=ignore $(VENV)/bin/sqlfluff lint -q --processes 1 dbt_project

docs: $(VENV)/.installed ## Write docs/tables.md and docs/graph.txt anew from the models and the definitions
	@$(VENV)/bin/python docs/tables.py > docs/tables.md.new && mv docs/tables.md.new docs/tables.md
	@$(VENV)/bin/python docs/graph.py > docs/graph.txt.new && mv docs/graph.txt.new docs/graph.txt

# Everything is pinned with its hash; bytecode is compiled here so that no command has to.
$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "Setting up $(VENV) (about two minutes the first time) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "dxkpi needs Python 3.11 or newer")'
	@$(PYTHON) -m venv $(VENV)
	@$(INSTALL) --require-hashes --requirement requirements.lock
	@$(INSTALL) --no-build-isolation --editable .
	@touch $@

# Older and newer DuckDB, to prove that they read what is published.
$(VENV)/readers/%/.installed: tests/readers/duckdb-%.lock $(VENV)/.installed
	@$(INSTALL) --require-hashes --upgrade --target $(@D) --requirement $<
	@touch $@

# Node from the machine; its packages from npm, the command line and ibis from PyPI, into .venv/howtos.
howtos: $(VENV)/.installed ## Run the how-tos for ibis, the DuckDB command line, R, Node and the dashboard
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --target $(VENV)/howtos/cli duckdb-cli==1.5.5
	@mkdir -p $(VENV)/howtos/bin && ln -sf ../cli/duckdb_cli/duckdb $(VENV)/howtos/bin/duckdb && chmod +x $(VENV)/howtos/cli/duckdb_cli/duckdb
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --target $(VENV)/howtos/ibis \
	  ibis-framework==12.0.0 toolz==1.2.0 pyarrow-hotfix==0.7
	@cp docs/dashboard/package.json $(VENV)/howtos && npm install --silent --no-audit --no-fund --prefix $(VENV)/howtos
	@$(VENV)/bin/python docs/howto.py data/published $(VENV)/howtos

# Superset of PyPI into .venv/superset (0.7 GB, three minutes), started on the loopback interface and ended again.
superset: $(VENV)/.installed ## Run the how-to for Superset, which it installs
	@test -d $(VENV)/superset || $(VENV)/bin/python -m venv $(VENV)/superset
	@$(VENV)/superset/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --requirement docs/superset/requirements.txt
	@$(VENV)/superset/bin/python docs/superset/dashboard.py data/published/current

# Spark and sqlglot of PyPI into .venv/spark (0.6 GB); sqlglot in Python alone, which can be told rules of ours.
test-spark: $(VENV)/.installed ## Build the demo with Spark as well and compare every table (needs Java 17)
	@java -version 2>/dev/null || { echo 'test-spark needs Java 17 or newer: apt-get install default-jre-headless'; exit 1; }
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
	  --require-hashes --upgrade --target $(VENV)/spark --requirement tests/spark/spark.lock
	@$(VENV)/bin/python -m pytest -n 0 -s --spark tests/test_spark.py

# Needs uv; run it after changing the dependencies in pyproject.toml.
lock: ## Pin the dependencies anew (needs uv)
	uv pip compile --universal --generate-hashes --no-strip-extras --extra lake --extra postgres --extra test \
	  --no-emit-index-url --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml
	for v in $(READERS); do echo "duckdb==$$v" | uv pip compile --universal --generate-hashes --no-header \
	  --no-emit-index-url --output-file tests/readers/duckdb-$$v.lock -; done
	printf 'pyspark==4.3.0\nsqlglot==30.30.0\n' | uv pip compile --universal --generate-hashes --no-header \
	  --no-emit-index-url --output-file tests/spark/spark.lock -

# What is made anew by `make run` or `dxkpi demo`. What is only here stays: bytes received or waiting, files set
# aside, releases and what was told of them.
clean: ## Remove what can be made anew
	@if [ -d data/demo ]; then chmod -R u+w data/demo; fi  # releases are read-only
	rm -rf $(VENV) .parsed_project data/readings data/landed data/warehouse data/checks data/dagster data/demo
	@echo "Kept, as nothing can make it anew: data/raw data/inbox data/quarantine data/published data/alerts"
