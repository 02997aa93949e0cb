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

# For the rescue binary: functions that begin every 8 bytes instead of 32 save 80 kB; inlining, but in what runs
# for every record, costs 90 kB.
INLINED := bytes encoding/binary internal/strconv slices strconv sync/atomic unicode/utf8 \
	netkmsg/frame/... netkmsg/kmsg netkmsg/internal/cursor netkmsg/internal/netconsole
SMALLER := -gcflags=all=-l $(patsubst %,-gcflags=%=,$(INLINED))
SMALL = $(subst -buildid=,-buildid= -funcalign=8,$(BUILD)) $(SMALLER)

.DEFAULT_GOAL := help

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: host ## a host without any address sends its kernel log: see it arrive
	@$(GO) run ./internal/demo build/netkmsg

.PHONY: build
build: host rescue ## static, reproducible binaries in build/: host and rescue

.PHONY: host
host: ## netkmsg and netkmsg-rescue for this machine
	@mkdir -p build
	$(BUILD) -o build/netkmsg ./cmd/netkmsg
	$(SMALL) -o build/netkmsg-rescue ./cmd/netkmsg-rescue

RESCUE_ARCHS := amd64 arm64 arm riscv64 ppc64le s390x mips64le
.PHONY: rescue
rescue: ## netkmsg-rescue for each of seven architectures
	@mkdir -p build
	for arch in $(RESCUE_ARCHS); do GOARCH=$$arch $(SMALL) -o build/netkmsg-rescue-$$arch ./cmd/netkmsg-rescue || exit 1; done

.PHONY: test
test: host ## all tests, in private namespaces, with the race detector where cgo works
	@if command -v $${CC:-cc} >/dev/null; then \
		CGO_ENABLED=1 $(GO) test -timeout 30m -race ./...; \
	else \
		echo "no C compiler: testing without the race detector"; $(GO) test -timeout 30m ./...; \
	fi

.PHONY: check
check: lint scripts units test fuzz cross size reproducible ## all that CI checks, but for packages and boots

.PHONY: lint
lint: ## gofmt, go vet, staticcheck
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
	if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) vet -tags boottest ./internal/targets
	GOOS=darwin $(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

.PHONY: scripts
scripts: ## shellcheck on every shell script
	shellcheck -xP SCRIPTDIR $$(git grep -lI '^#!.*sh\b' -- packaging internal .ci)

.PHONY: units
units: host ## lets systemd judge its units
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

RESCUE_MAX := 3000000
.PHONY: size
size: host ## the rescue binary stays small, and allocates nothing where records become frames
	@n=$$(wc -c <build/netkmsg-rescue); echo "build/netkmsg-rescue has $$n bytes, at most $(RESCUE_MAX) are allowed"; [ $$n -le $(RESCUE_MAX) ]
	$(GO) test $(SMALLER) -run Alloc ./frame/... ./kmsg ./internal/cursor ./internal/netconsole

.PHONY: reproducible
reproducible: host ## built elsewhere and from nothing, the binaries are the same
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && mkdir $$dir/tree $$dir/cache && \
	git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t $$dir/tree && \
	$(MAKE) --no-print-directory -s -C $$dir/tree host GOCACHE=$$dir/cache VERSION='$(VERSION)' && \
	for f in netkmsg netkmsg-rescue; do cmp build/$$f $$dir/tree/build/$$f && echo "$$f: the same bytes" || exit 1; done

# Everything that is made of the tree has the time of its last commit.
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)

.PHONY: docs
docs: ## man pages and completions in build/docs/
	@rm -rf build/docs
	SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) $(GO) run -ldflags "-X netkmsg/internal/version.Version=$(VERSION)" ./internal/gendocs build/docs

NFPM := github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.0

# go-fuse builds for some processors only; the rescue binary for all.
PACKAGE_ARCHS := amd64 arm64
.PHONY: packages
packages: rescue docs ## deb, rpm and apk in build/packages/
	@mkdir -p build/packages build/tools
	GOBIN=$(CURDIR)/build/tools $(GO) install $(NFPM)
	for arch in $(PACKAGE_ARCHS); do GOARCH=$$arch $(BUILD) -o build/netkmsg-$$arch ./cmd/netkmsg || exit 1; done
	@rm -f build/packages/*
	for format in deb rpm apk; do \
		SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) packaging/build build/packages $$format netkmsg $(PACKAGE_ARCHS) && \
		SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) packaging/build build/packages $$format netkmsg-rescue $(RESCUE_ARCHS) || exit 1; \
	done

.PHONY: test-packages
test-packages: packages ## installs, runs and purges the packages in a chroot (needs root or sudo, mmdebstrap, rpm)
	$$([ "$$(id -u)" = 0 ] || echo sudo) packaging/test build/packages build/packages-root

.PHONY: test-boot
test-boot: host ## boots a real kernel, and a real Debian, in qemu (needs the packages in .ci/run)
	@mkdir -p build/boot
	@$(GO) run ./internal/boottest

.PHONY: bench
bench: host ## speed, as ratios against references measured in the same run
	$(GO) test -run '^$$' -bench . -benchtime $(BENCHTIME) ./frame ./kmsg
	$(GO) run ./internal/bench
