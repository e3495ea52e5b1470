# Attain: every task a developer or a user has. `make help` lists them.
#
# SCRATCH        where builds go; a folder outside the clone keeps them warm between clones (default .build)
# CONFIGURATION  of `build` and `demo`: release runs fastest, debug builds fastest after `make test`

SHELL := /bin/bash
SCRATCH ?= $(or $(ATTAIN_SCRATCH),.build)
CONFIGURATION ?= release
SWIFT_FLAGS = --scratch-path "$(SCRATCH)" --explicit-target-dependency-import-check error
BUILD = swift build $(SWIFT_FLAGS)
# With Swift's runtime inside, a program needs no Swift where it runs, and a fifth less of the processor.
BUILD_debug = $(BUILD) -c debug
BUILD_release = $(BUILD) -c release $(if $(filter Linux,$(shell uname)),--static-swift-stdlib)
TEST = swift test $(SWIFT_FLAGS)
PROGRAMS = ingest calculator statements demo-deals
BENCHES = $(or $(strip $(filter-out anchor,$(TARGETS)) $(if $(ANCHOR),anchor,$(filter anchor,$(TARGETS)))), \
	evaluation streams latency replay skew scale anchor)

.PHONY: help setup build demo test check format simulate reliability worked-examples fuzz bench clean

help: ## This list
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Installs what the build needs (Debian and Ubuntu: librdkafka and SQLite)
	@deploy/setup

build: setup ## Builds the three programs
	@echo "==> Building ($(CONFIGURATION)); the first build takes some minutes, most of it for dependencies"
	@for program in $(PROGRAMS); do $(BUILD_$(CONFIGURATION)) --product $$program || exit 1; done

demo: build ## Runs a company's year through the three programs and shows the statements (ONCE=1 stops by itself)
	@deploy/demo/run "$$($(BUILD_$(CONFIGURATION)) --show-bin-path)"

test: ## Runs all tests
	@deploy/setup strace libfaketime
	@echo "==> Building all tests; the first build takes some minutes"
	@$(BUILD) --build-tests
	@echo "==> Running all tests, one after another: many of them fill both cores with processes of their own"
	@set -o pipefail; $(TEST) --skip-build --no-parallel 2>&1 | grep --line-buffered -v '^◇' \
		| tee "$(SCRATCH)/tests.txt" || { echo "==> What failed:"; \
		grep 'SEED=' "$(SCRATCH)/tests.txt"; \
		awk '/^(✔|✘)/ { isIssue = /^✘ Test .* recorded an issue/ } isIssue' "$(SCRATCH)/tests.txt" \
		| cut -c -1000; exit 1; }

check: setup ## What must hold before a commit: format, warnings as errors, imports, house rules
	@echo "==> Checking the format"
	@swift format lint --strict --recursive --parallel $$(git ls-files '*.swift' | grep -v '\.pb\.swift$$')
	@echo "==> Building with warnings as errors, and undeclared imports refused"
	@$(BUILD) --build-tests
	@echo "==> Checking the house rules"
	@$(TEST) --skip-build --filter TidyTests

format: ## Formats the sources
	@swift format --in-place --recursive --parallel $$(git ls-files '*.swift' | grep -v '\.pb\.swift$$')

# What runs for hours is built as it is used; one seed is to be debugged.
WHOLE = swift test --scratch-path "$(SCRATCH)/simulation" -c release -Xswiftc -enable-testing
SIMULATE = $(if $(RUNS),$(WHOLE),$(TEST))

simulate: setup ## Simulates the three services with faults, and payees' years: SEED=n or YEAR=n one of them, RUNS=n that many
	@SIMULATION_SEED="$(SEED)" SIMULATION_RUNS="$(or $(RUNS),$(if $(YEAR),0))" \
		HISTORY_SEED="$(YEAR)" HISTORY_RUNS="$(or $(RUNS),$(if $(SEED),0))" $(SIMULATE) --filter '^Simulation\.'

reliability: ## Runs the reliability suite at its full figures, which takes hours (END_TO_END_SEED=n draws the same again)
	@deploy/setup strace libfaketime
	@failed=0; \
	RELIABILITY=whole $(WHOLE) --no-parallel --filter \
		'EndToEnd|Streams|DamageTests|MutationTests|EdgeTests|CreditingHistoryTests|AppenderTests|BodyReadingTests' \
		|| failed=1; \
	$(MAKE) simulate RUNS=10000 || failed=1; exit $$failed

worked-examples: setup ## Runs published calculations through the engine: WORKED_EXAMPLES=file.json another file
	@WORKED_EXAMPLES="$(WORKED_EXAMPLES)" $(TEST) --filter WorkedExamples

fuzz: setup ## Gives a million inputs (INPUTS=n) each to the readers of expressions and plans
	@$(BUILD_release) --product fuzz
	@"$$($(BUILD_release) --show-bin-path)/fuzz" $(or $(INPUTS),1000000) deploy/templates/*.yaml

bench: setup ## Measures, each as a table; see Tests/Benchmarks (TARGETS="evaluation streams", ANCHOR=deals.ndjson)
	@for product in ingest calculator statements kafka-mock $(BENCHES:%=%-bench); do \
		$(BUILD_release) --product $$product || exit 1; \
	done
	@programs="$$($(BUILD_release) --show-bin-path)"; \
	for bench in $(BENCHES); do case $$bench in \
		anchor) "$$programs/anchor-bench" $(if $(ANCHOR),"$(ANCHOR)") --programs "$$programs" || exit 1 ;; \
		*) "$$programs/$$bench-bench" || exit 1 ;; esac; done

clean: ## Removes what was built
	@rm -rf "$(SCRATCH)"
