# netkmsg: see README.md. `make help` lists the targets.

GO          ?= go
VERSION     ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
# A number of runs, not a time: go test may take the end of its time for a failure.
FUZZTIME    ?= 20000x
BENCHTIME   ?= 0.5s

export CGO_ENABLED = 0
BUILD = $(GO) build -trimpath -buildvcs=false \
	-ldflags "-s -w -buildid= -X netkmsg/internal/version.Version=$(VERSION)"

# Functions that begin every 16 bytes instead of 32 save 60 kB.
SMALL = $(subst -buildid=,-buildid= -funcalign=16,$(BUILD))

.DEFAULT_GOAL := help

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: build ## a host without any address sends its kernel log: see it arrive
	@$(GO) run ./internal/demo build/netkmsg

.PHONY: build
build: ## static, reproducible binaries in build/
	@mkdir -p build
	$(BUILD) -o build/netkmsg ./cmd/netkmsg
	$(SMALL) -o build/netkmsg-rescue ./cmd/netkmsg-rescue

RESCUE_ARCHS := amd64 arm64 arm riscv64 ppc64le s390x mips64le
.PHONY: rescue
rescue: ## the rescue binary for every architecture, in build/
	@mkdir -p build
	for arch in $(RESCUE_ARCHS); do GOARCH=$$arch $(SMALL) -o build/netkmsg-rescue-$$arch ./cmd/netkmsg-rescue || exit 1; done

.PHONY: test
test: ## all tests, in private namespaces, with the race detector where cgo works
	@if command -v $${CC:-cc} >/dev/null; then \
		CGO_ENABLED=1 $(GO) test -race ./...; \
	else \
		echo "no C compiler: testing without the race detector"; $(GO) test ./...; \
	fi

.PHONY: check
check: lint units test fuzz cross size ## everything that CI checks

.PHONY: lint
lint: ## gofmt, go vet, staticcheck
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
	if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) vet -tags boottest ./internal/targets
	GOOS=darwin $(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

.PHONY: units
units: build ## lets systemd judge its units
	@rm -rf build/units; mkdir -p build/units/netkmsg-send.service.d; for f in packaging/systemd/*.service packaging/systemd/*.socket; do \
		sed "s|/usr/bin/netkmsg|$(CURDIR)/build/netkmsg|" $$f >build/units/$${f##*/}; \
	done; \
	cp packaging/systemd/netkmsg-send.service.d/realtime.conf.example build/units/netkmsg-send.service.d/realtime.conf
	systemd-analyze verify build/units/*.service build/units/*.socket

.PHONY: fuzz
fuzz: ## every fuzz target, FUZZTIME runs each (20000x)
	@mkdir -p build; for pkg in $$($(GO) list ./...); do \
		for f in $$($(GO) test -list '^Fuzz' $$pkg | grep ^Fuzz); do \
			echo "fuzz $$pkg $$f"; \
			$(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$pkg >build/fuzz.log 2>&1 || { cat build/fuzz.log; exit 1; }; \
		done; \
	done

.PHONY: cross
cross: ## builds for other processors and for a system that is not Linux
	GOARCH=arm64 $(GO) build -o /dev/null ./cmd/netkmsg
	for arch in arm64 arm mips64le; do GOARCH=$$arch $(GO) build -o /dev/null ./cmd/netkmsg-rescue || exit 1; done
	GOOS=darwin GOARCH=arm64 $(GO) build -o /dev/null ./cmd/netkmsg

RESCUE_MAX := 3500000
.PHONY: size
size: build ## the rescue binary stays small
	@n=$$(wc -c <build/netkmsg-rescue); echo "build/netkmsg-rescue has $$n bytes, at most $(RESCUE_MAX) are allowed"; [ $$n -le $(RESCUE_MAX) ]

.PHONY: test-boot
test-boot: ## boots a real kernel, and a real Debian, in qemu (needs apt-get, cpio, debootstrap, e2fsprogs, qemu-system-x86)
	@mkdir -p build/boot
	@$(GO) run ./internal/boottest

.PHONY: bench
bench: ## speed, as ratios against references measured in the same run
	$(GO) test -run '^$$' -bench . -benchtime $(BENCHTIME) ./frame ./kmsg
	$(GO) run ./internal/bench
