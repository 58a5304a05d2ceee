# Everything that a user or CI does, by name. A build needs Go alone; the tests
# install what they miss from Debian's packages.
GO      ?= go
BIN     := oneswitch
STATE   ?=
FLAGS   := $(if $(STATE),--state $(STATE))
FUZZTIME ?= 20s
# The compiler that made the committed BPF objects; `make generate` refuses another.
CLANG_VERSION := 14

.PHONY: build up down test unit lint race bench fuzz generate check-generated docs deps clean ci

build:
	CGO_ENABLED=0 $(GO) build -trimpath -o $(BIN) .

up: build
	./$(BIN) up $(FLAGS)

down: build
	./$(BIN) down $(FLAGS)

# What the tests need beside Go: real peers (FRR, MariaDB, lldpd, ncclient, PyEZ),
# real clients (OpenSSH), a decoder as judge (tshark), and a C compiler for -race.
deps:
	@.ci/packages

# The end-to-end tests measure gaps of milliseconds, so nothing runs beside them.
test: deps lint
	$(GO) test -race -timeout 12m $$($(GO) list ./... | grep -v '/internal/e2e$$')
	$(GO) test -count=1 -timeout 12m ./internal/e2e

# The same without the packages: what a laptop without root can run.
unit:
	$(GO) test -short ./inventory/... ./internal/junos/... ./internal/netconf/... ./internal/report/... ./director/commit/... ./nodeagent/fib/... ./nodeagent/engine/...

lint:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "gofmt: $$(gofmt -l $$(git ls-files '*.go'))"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

# Whole-system ratios against real peers in the same run; minutes, not seconds.
bench: deps build
	$(GO) test -run '^$$' -bench . -benchtime 1x -timeout 30m ./fabricctl/reflector ./nodeagent/dataplane/ebpf
	$(GO) test -run '^$$' -bench . ./internal/junos/... ./director/compile ./director/northbound ./cli ./nodeagent/fib ./nodeagent/engine

# Every fuzz target for FUZZTIME each.
fuzz:
	@for f in $$(git grep -l '^func Fuzz' -- '*_test.go'); do \
	  for t in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' $$f); do \
	    echo "== $$t in $$(dirname $$f)"; \
	    $(GO) test -run '^$$' -fuzz "^$$t\$$" -fuzztime $(FUZZTIME) ./$$(dirname $$f) || exit 1; \
	  done; done

generate:
	@clang --version | grep -q 'version $(CLANG_VERSION)\.' || { echo "generate: clang $(CLANG_VERSION) made the committed objects; install clang-$(CLANG_VERSION)"; exit 1; }
	$(GO) generate ./...

# The committed generated files are what the sources give.
check-generated: deps generate
	git diff --exit-code -- . || { echo "generated files differ: commit what make generate made"; exit 1; }

docs: generate

clean:
	rm -f $(BIN)

ci: check-generated test
