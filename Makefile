# mizzen: the two commands to know are `make run` and `make test`; each does all the set-up it needs.

SHELL  := /bin/sh
PREFIX ?= /usr/local
# Where the corpus tests read their material; without that folder they say so and the rest is tested.
MIZZEN_CORPUS ?= $(CURDIR)/../shared/corpus
export MIZZEN_CORPUS
# The Python environment with servers that tests talk to; scripts/setup-peers makes it.
MIZZEN_PEERS ?= $(CURDIR)/.build/peers
export MIZZEN_PEERS

# Which suites read the corpus.
CORPUS_TESTS = Corpus|GoldenTests|RecordedOutputTests

# Tests that watch terminals and processes, with time limits: they run by themselves, before those that keep every processor busy.
FACE_TESTS = ^(TerminalTests|PanesTests|EndToEndTests)\.
COMMAND_TESTS = ^CommandLineTests\.
# Tests of clients, whose time limits are part of what they show: by themselves, too.
CLIENT_TESTS = ^(OutboundTests|ConnectorsTests|SettingsTests)\.

# Tests with a long form: those that need a store, and the pure ones.
SOAK_TESTS = KillTests|TimerServiceTests|TimerPropertyTests|FaultTests|FailingCallTests|TransferTests|DifferentialTests
PURE_SOAK_TESTS = fastAndGeneralAgree|ReferenceTests

RELEASE := .build/release/mizzen
# Swift's own libraries go into the binary: it starts in half the time, takes less memory and runs where no Swift is installed.
# Nothing loads this program as a library, so it exports no symbols: 4 MiB less to map.
OPTIMISED = -c release --static-swift-stdlib -Xlinker --no-export-dynamic
# Everything the binary is made of; embedded files count too, and folders, whose time tells of files taken away.
INPUTS   = $(shell find Package.swift Sources themes keymaps)
# An import of something that a target does not depend on, not even through others, is an error; `make lint` wants it declared.
CHECKED  = --explicit-target-dependency-import-check error

.DEFAULT_GOAL := help
.PHONY: help setup setup-peers lint build run test test-corpus soak bench install clean

help:
	@echo 'make run          build (release) and open the console on a demo store; in a pipe: play one case and print its trace'
	@echo 'make test         lint, build and run all tests'
	@echo 'make lint         format, length of lines and the like, without building'
	@echo 'make test-corpus  the tests on ../shared/corpus alone, with their tables'
	@echo 'make soak         the long forms: kills, random nets, random queries'
	@echo 'make bench        measure: first paint, key press, commands per second'
	@echo 'make install      put mizzen, its manual page and its completions below PREFIX ($(PREFIX))'
	@echo 'make setup        what build and run need;  make setup-peers  what the tests need;  make build  the optimised binary only'
	@echo 'make clean        remove everything that was built'

# System packages by apt-get where dpkg misses some; quick when nothing is missing.
setup:
	@scripts/setup

# What only tests need: tmux, PostgreSQL, Redis, and servers in Python.
setup-peers:
	@scripts/setup-peers

lint:
	@scripts/lint

build: setup
	@$(MAKE) --no-print-directory $(RELEASE)

# A second start skips the package manager altogether: nothing to build is seen by time stamps.
$(RELEASE): $(INPUTS)
	swift build $(OPTIMISED) $(CHECKED) --product mizzen
	@touch $(RELEASE)

run: build
	@scripts/run $(RELEASE)

test: setup setup-peers lint
	@scripts/corpus-note
	swift build --build-tests $(CHECKED)
	swift test --skip-build --filter '$(FACE_TESTS)'
	swift test --skip-build --filter '$(COMMAND_TESTS)'
	swift test --skip-build --filter '$(CLIENT_TESTS)'
	swift test --skip-build --skip '$(FACE_TESTS)' --skip '$(COMMAND_TESTS)' --skip '$(CLIENT_TESTS)'

test-corpus: setup
	@scripts/corpus-note
	swift test $(CHECKED) --filter '$(CORPUS_TESTS)'

# Hundreds of kills instead of twenty, a million random queries and nets instead of ten thousand; the pure ones with optimised code.
soak: setup setup-peers
	MIZZEN_SOAK=1 swift test $(CHECKED) --filter '$(SOAK_TESTS)'
	MIZZEN_SOAK=1 swift test $(CHECKED) -c release -Xswiftc -enable-testing --build-path .build/soak --filter '$(PURE_SOAK_TESTS)'

# Figures of optimised code: the engine, then the console as a process.
bench: build setup-peers
	swift build $(OPTIMISED) $(CHECKED) --product mizzen-bench
	.build/release/mizzen-bench --mizzen $(RELEASE)

# The binary is installed without its symbols; the one in .build keeps them, for a debugger.
install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/doc/mizzen/examples
	install -m 755 $(RELEASE) $(DESTDIR)$(PREFIX)/bin/mizzen
	strip $(DESTDIR)$(PREFIX)/bin/mizzen
	install -m 644 README.md CHANGELOG.md SECURITY.md LICENSE $(DESTDIR)$(PREFIX)/share/doc/mizzen/
	install -m 644 examples/*.yawl $(DESTDIR)$(PREFIX)/share/doc/mizzen/examples/
	install -d $(DESTDIR)$(PREFIX)/share/doc/mizzen/patterns $(DESTDIR)$(PREFIX)/share/doc/mizzen/docs
	install -m 644 patterns/*.yawl $(DESTDIR)$(PREFIX)/share/doc/mizzen/patterns/
	install -m 644 docs/*.md $(DESTDIR)$(PREFIX)/share/doc/mizzen/docs/
	install -d $(DESTDIR)$(PREFIX)/share/man/man1
	$(RELEASE) man >$(DESTDIR)$(PREFIX)/share/man/man1/mizzen.1
	scripts/install-completions $(RELEASE) $(DESTDIR)$(PREFIX)
	@echo "$(DESTDIR)$(PREFIX)/bin/mizzen: $$(wc -c <$(DESTDIR)$(PREFIX)/bin/mizzen | awk '{ printf "%.1f MiB", $$1 / 1048576 }')"

clean:
	rm -rf .build
