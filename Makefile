# Thin: every target sets up what it needs, builds, and runs. `make` alone lists them.

PROFILE ?= quick
ARGS ?=

# Build and test with the same flags, so that both share their objects. Tests run optimised: unoptimised numerics are
# tens of times slower. -enable-testing is given here for both; `swift test` would otherwise add it a second time, and
# SwiftPM would then build everything anew on each change between the two.
SWIFT_FLAGS := -c release -Xswiftc -enable-testing
RETABLE := .build/release/retable

# A table exists when its manifest does.
TABLES := $(sort $(basename $(notdir $(wildcard Experiments/*.yaml))))

ifdef LIBTORCH
override LIBTORCH := $(abspath $(LIBTORCH))
export LIBTORCH
endif

.DEFAULT_GOAL := help
.PHONY: help setup build tables test bench lint clean $(TABLES)

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@for table in $(TABLES); do printf '  make %-10s measure the table of Experiments/%s.yaml\n' $$table $$table; done
	@echo 'Variables: PROFILE=quick|desk|paper, ARGS="further arguments of retable run or swift test", LIBTORCH=/path'

setup: ## install what the build needs (docs/setup.md); does nothing when all is there
	@scripts/setup.sh

build: setup ## build the retable command
	@swift build $(SWIFT_FLAGS) --product retable >&2

$(TABLES): build
	@$(RETABLE) run $@ --profile $(PROFILE) $(ARGS)

tables: $(TABLES) ## measure every table

test: setup ## build and run every test
	@swift test $(SWIFT_FLAGS) --disable-testable-imports --disable-xctest $(ARGS)

bench: setup ## build the benchmarks; Benchmarks/README.md says how to run them beside their peers
	@swift build $(SWIFT_FLAGS) --product retable-bench >&2
	@swift build $(SWIFT_FLAGS) --product scheduler-bench >&2

lint: ## check the style of the Swift sources
	@swift format lint --strict --recursive Package.swift Sources Tests

clean: ## remove what was built (libtorch stays; it is in .libtorch)
	@rm -rf .build
