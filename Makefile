# Everything here needs Go and make, and nothing else: tools run at a pinned
# version through `go run`, so go.mod stays free of them.

GO        ?= go
VERSION   ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
STATE     ?= state
ARGS      ?=
FUZZTIME  ?= 10s
BENCHTIME ?= 1s
SOAKTIME  ?= 10m
CHAOSTIME ?= 10m
MEMORY_L1 ?= 64

LINT := $(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
VULN := $(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0

.DEFAULT_GOAL := help
.PHONY: help run build test lint format vulnerabilities tidy bench fuzz soak chaos memory growth clean

help: ## show what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## server, worker and sample conversation in one process; Ctrl-C drains (ARGS="--help" for its flags)
	@$(GO) build -o bin/context-manager ./cmd/context-manager
	@exec ./bin/context-manager dev $(ARGS)

build: ## bin/context-manager, static and stripped
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/context-manager ./cmd/context-manager

test: ## every test, with the race detector, in random order, and those of memory without it; needs no service
	$(GO) test -count=1 -run '^TestAWorkersMemory' ./cmd/context-manager
	$(GO) test -race -shuffle=on -timeout 12m ./...

lint: ## go vet and golangci-lint
	$(GO) vet ./...
	$(LINT) run ./...

format: ## rewrite the code as gofmt and goimports want it
	$(LINT) fmt ./...

vulnerabilities: ## govulncheck; fetches the database at https://vuln.go.dev
	$(VULN) ./...

tidy: ## bring go.mod and go.sum in line with the imports
	$(GO) mod tidy

bench: ## every benchmark, with allocations
	$(GO) test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) ./...

fuzz: ## every fuzz target for FUZZTIME (10s) each
	GO='$(GO)' FUZZTIME='$(FUZZTIME)' ./scripts/fuzz

soak: ## the tests again and again for SOAKTIME (10m), to catch what fails seldom
	GO='$(GO)' SOAKTIME='$(SOAKTIME)' ./scripts/soak

chaos: ## workers and servers killed and cut at random under load, for CHAOSTIME (10m) each with one server and three
	GO='$(GO)' ./scripts/chaos --duration '$(CHAOSTIME)' $(ARGS)

memory: ## a million items through one worker, and full load with L1 (MEMORY_L1, 64 MiB) full: its memory must stay inside its bound
	MEMORY_ITEMS=1000000 MEMORY_L1=$(MEMORY_L1) $(GO) test -count=1 -timeout 60m -parallel 1 -run '^TestAWorkersMemory' -v ./cmd/context-manager

growth: ## the same assemble among 100 and 200,000 sessions, over 40 and 5,000 items, with one worker and two
	@$(GO) build -o bin/context-manager ./cmd/context-manager
	./bin/context-manager bench --growth --rounds 25 --duration 100ms $(ARGS)

clean: ## remove what was built; keeps state/
	rm -rf bin
