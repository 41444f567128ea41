# Everything a person does in this checkout: `make help` lists it.
PYTHON ?= python3
BIN := .venv/bin
UV := deploy/local/uv.sh
LOCAL := $(BIN)/python -m local
PROTOS := $(sort $(shell find protos/diwan -name '*.proto'))
GENERATED := $(foreach out,python_out= grpc_python_out= mypy_out=quiet: mypy_grpc_out=quiet:,$(out)protos/gen) \
	include_imports include_source_info descriptor_set_out=protos/gen/diwan/catalogue.binpb
MEMBERS := $(sort $(wildcard libs/*/pyproject.toml services/*/pyproject.toml) \
	gateway/edge/pyproject.toml protos/pyproject.toml deploy/local/pyproject.toml)
# Tests of one package: make test s=clients; of one name: t=archive.
PLACE := $(if $(s),$(wildcard services/$(s) gateway/$(s) libs/$(s) deploy/$(s) tests/$(s)))
PYTEST := $(BIN)/pytest $(PLACE) $(if $(t),-k '$(t)')
MISSING := Diwan needs Python 3.11 or newer with venv (Debian: apt install python3-venv), or: make PYTHON=…
WISHES := $(filter-out PYTHON=% s=% m=% t=%,$(MAKEOVERRIDES))

.DEFAULT_GOAL := help
.PHONY: help up down status logs scale reset seed install lock protos migration test test-long \
	journeys bench fuzz lint fmt

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: install ## Start the whole stack in the background and fill a demo tenant
	@$(LOCAL) up

down: install ## Stop the stack; what is stored stays
	@$(LOCAL) down

status: install ## Table of all running programs
	@$(LOCAL) status

logs: install ## Follow the logs; of one program: s=clients
	@$(LOCAL) logs $(s)

scale: install ## Run more or fewer replicas: make scale clients=3
	@$(LOCAL) scale $(or $(WISHES),--help)

reset: install ## Stop the stack and delete what is stored
	@$(LOCAL) reset

seed: install ## Fill the demo tenant of a running stack
	@$(LOCAL) seed

install: .venv/.done ## Everything needed, into .tools and .venv (other targets do it by themselves)

lock: .tools/.done ## Write requirements.lock anew from the packages' pyproject.toml
	$(UV) pip compile pyproject.toml --group dev --universal --python-version 3.11 --upgrade -q \
		--generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements.lock \
		$(foreach name,$(MEMBERS),--no-emit-package diwan-$(notdir $(patsubst %/,%,$(dir $(name)))))

protos: ## Generate Python from protos/diwan
	@rm -f protos/gen/.done && $(MAKE) -s install

migration: install ## A new migration of a service: make migration s=clients m="add notes"
	@$(LOCAL) migration $(or $(s),$(error which service? s=clients)) "$(or $(m),$(error what for? m="add notes"))"

test: install ## All tests that make up 15 minutes; s=clients t=name for some
	@$(PYTEST) -m 'not long' $(if $(s)$(t),,-n 2 --dist loadgroup)

test-long: install ## Crash runs, fuzzing and large data; at most 40 minutes
	@$(PYTEST) -m long

journeys: install ## The stories through the gateway on a stack of their own
	@$(BIN)/pytest tests/journeys $(if $(t),-k '$(t)')

bench: install ## Speed against the ceiling: docs/benchmarks.md
	@$(BIN)/python -m tests.bench

fuzz: install ## Made-up requests without end: stops at the first fault
	@$(BIN)/python -m tests.fuzz

lint: install ## Format, rules, types, contracts, sizes, requirements
	@$(BIN)/python -m tools.lint

fmt: install ## Put the code into its format
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

.tools/.done: deploy/local/uv.txt
	@$(PYTHON) -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo '$(MISSING)'; exit 1; }
	@echo 'Installing uv into .tools …' && $(PYTHON) -m venv --clear .tools
	@.tools/bin/pip install -q --disable-pip-version-check --require-hashes -r $< && touch $@

.venv/.packages: requirements.lock | .tools/.done
	@echo 'Installing the packages of requirements.lock into .venv …'
	@$(UV) venv -q --allow-existing --python .tools/bin/python .venv && $(UV) pip sync requirements.lock
	@touch $@

# mypy's cache would go on missing a module that was not there before.
protos/gen/.done: $(PROTOS) .venv/.packages
	@echo 'Generating protos/gen …' && rm -rf protos/gen/diwan .mypy_cache
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m grpc_tools.protoc -I protos \
		$(foreach out,$(GENERATED),--$(out)) $(PROTOS) && touch $@

.venv/.done: protos/gen/.done $(MEMBERS)
	@$(UV) pip install -q --no-deps $(foreach name,$(MEMBERS),-e $(dir $(name))) && touch $@
