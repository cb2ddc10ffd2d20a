# Each target works as the only command on a fresh Debian machine with Swift.
.PHONY: demo serve test faults fuzz bench soak crash build package test-package plugins format lint

demo:
	Scripts/install-dependencies build
	Scripts/demo

serve:
	Scripts/install-dependencies build
	Scripts/serve

test:
	Scripts/install-dependencies plugins
	Scripts/build-tests
	Scripts/with-directory-servers Scripts/with-postgresql Scripts/run-tests --built

# The table of faults, from a whole run of the tests.
faults:
	TENANTCTL_FAULT_RECORDS=$(CURDIR)/.build/faults.jsonl $(MAKE) test
	Scripts/fault-table .build/faults.jsonl > docs/faults.md

SECONDS ?= 60
fuzz:
	Scripts/install-dependencies build
	Scripts/fuzz $(SECONDS)

# Beside its peers, into Benchmarks/RESULTS.md: with ROUNDS=3, which is enough on a quiet machine, less than half an hour once
# `ONLY=ready` has built and made the data. `QUICK=1` takes minutes, `ONLY=P1,P3` those ratios; both write .bench/RESULTS.md.
bench:
	Scripts/install-dependencies bench
	Benchmarks/bench

# How long `make soak` runs.
MINUTES ?= 20

soak:
	Scripts/install-dependencies test
	Scripts/soak --minutes $(MINUTES) --programs "$$(Scripts/build-release tenantctl tenantd)"

# Each command killed and interrupted before every call to the system, or before INSTANTS of them, and the power lost; one of
# two hosts killed at every statement of a run. `STORE=postgresql`: the commands store there.
INSTANTS ?= all
STORE ?= sqlite
crash:
	Scripts/install-dependencies test
	Scripts/crash-commands $(INSTANTS) $(STORE)

build:
	Scripts/install-dependencies build
	Scripts/build-release tenantctl tenantd

# A Debian package of both programs, in .build/package.
package:
	Scripts/install-dependencies package
	Scripts/make-package

# That package in a new Debian system without Swift.
test-package:
	Scripts/install-dependencies package
	Scripts/test-package

plugins:
	Scripts/install-dependencies plugins
	Scripts/install-plugins

format:
	swift format --in-place --recursive Package.swift Sources Plugins Tests

lint:
	swift format lint --strict --recursive Package.swift Sources Plugins Tests
