# Thin: every target sets up what it needs, builds, and runs. `make` alone lists them.

PROFILE ?= quick
ARGS ?=
PREFIX ?= /usr/local

# Build and test with the same flags, so that both share their objects. Tests run optimised: unoptimised numerics are
# tens of times slower. -enable-testing is given here for both; `swift test` would otherwise add it a second time, and
# SwiftPM would then build everything anew on each change between the two.
SWIFT_FLAGS := -c release -Xswiftc -enable-testing
RETABLE := .build/release/retable

# A table exists when its manifest does; manifests whose names begin with _ are parts of others.
TABLES := $(filter-out _%,$(sort $(basename $(notdir $(wildcard Experiments/*.yaml)))))

ifdef LIBTORCH
override LIBTORCH := $(abspath $(LIBTORCH))
export LIBTORCH
endif

.DEFAULT_GOAL := help
.PHONY: help setup build tables test check bench lint man completions install clean $(TABLES)

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile
	@for table in $(TABLES); do printf '  make %-11s measure the table of Experiments/%s.yaml\n' $$table $$table; done
	@echo 'Variables: PROFILE=quick|desk|paper, ARGS="further arguments of retable run or swift test", LIBTORCH=/path,'
	@echo '  PREFIX=/usr/local, where make install puts things'

setup: ## install what the build needs (docs/setup.md); does nothing when all is there
	@scripts/setup.sh

# The program and the library through which it opens libtorch when it needs it; SwiftPM builds one product at a time.
build: setup ## build the retable command
	@swift build $(SWIFT_FLAGS) --product TorchShim >&2
	@swift build $(SWIFT_FLAGS) --product retable >&2

# With the tables whose names go on from this one's (cityscapes-ablations): they share trainings.
$(TABLES): build
	@$(RETABLE) run $(filter $@ $@-%,$(TABLES)) --profile $(PROFILE) $(ARGS)

tables: $(TABLES) ## measure every table

test: setup ## build and run every test
	@swift build $(SWIFT_FLAGS) --product TorchShim >&2
	@swift test $(SWIFT_FLAGS) --disable-testable-imports --disable-xctest $(ARGS)

check: build ## compare with the recorded results: all files, and quick profiles measured again where their data are
	@$(RETABLE) check --recorded
	@$(RETABLE) check --where-data $(ARGS)

bench: build ## build the benchmarks; Benchmarks/README.md says how to run them beside their peers
	@swift build $(SWIFT_FLAGS) --product retable-bench >&2
	@swift build $(SWIFT_FLAGS) --product scheduler-bench >&2

lint: ## check the style of the Swift sources
	@swift format lint --strict --recursive Package.swift Sources Tests

man: build ## write docs/man/retable.1 from the definitions of the commands
	@$(RETABLE) manual >docs/man/retable.1.new && mv docs/man/retable.1.new docs/man/retable.1

completions: build ## write completions for bash, zsh and fish into .build/completions
	@mkdir -p .build/completions
	@$(RETABLE) --generate-completion-script bash >.build/completions/retable
	@$(RETABLE) --generate-completion-script zsh >.build/completions/_retable
	@$(RETABLE) --generate-completion-script fish >.build/completions/retable.fish

# The shim finds libtorch through the path it was built with, so this folder has to stay where it is.
install: completions ## install program, manual page and completions below PREFIX
	@install -D -m 755 $(RETABLE) $(DESTDIR)$(PREFIX)/bin/retable
	@install -D -m 644 .build/release/libTorchShim.so $(DESTDIR)$(PREFIX)/lib/retable/libTorchShim.so
	@install -D -m 644 docs/man/retable.1 $(DESTDIR)$(PREFIX)/share/man/man1/retable.1
	@install -D -m 644 .build/completions/retable $(DESTDIR)$(PREFIX)/share/bash-completion/completions/retable
	@install -D -m 644 .build/completions/_retable $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_retable
	@install -D -m 644 .build/completions/retable.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/retable.fish

clean: ## remove what was built (libtorch stays; it is in .libtorch)
	@rm -rf .build
