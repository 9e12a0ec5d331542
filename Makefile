CACHE := $(or $(PULUMI_HARPER_CACHE),$(CURDIR)/.cache)
export npm_config_cache ?= $(CACHE)/npm
# What tools leave behind stays in here, too.
export TMPDIR := $(CACHE)/tmp
$(shell mkdir -p $(TMPDIR))
# Node >= 22 comes with the npm packages; Pulumi and vitest find it here first.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

installed := node_modules/.installed
# Evaluated when a recipe runs: the CLI may have to be built first.
with-pulumi = pulumi=$$(node scripts/ensure-pulumi.mjs) && export PATH="$(CURDIR)/node_modules/.bin:$$pulumi:$$PATH" &&

.PHONY: help demo test e2e faults soak outside conformance unit build generate lint record bench release clean

help: ## list these words
	@sed -n "s/^\([a-z0-9]*\):.*## /\1	/p" $(MAKEFILE_LIST) | expand -t 12

demo: build ## the quickstart on a real three-node cluster, set-up included
	@$(with-pulumi) scripts/demo.sh

test: $(installed) ## every check and test, set-up included
	@$(with-pulumi) node scripts/test.mts

e2e: build ## end-to-end tests: real CLI, real cluster
	@$(with-pulumi) vitest run --project e2e

faults: build ## everything that can go wrong with every call, on real instances: hours; FAULTS=REGEXP tries those whose names match
	@$(with-pulumi) FAULTS="$(FAULTS)" vitest run --project e2e test/faults --reporter=./test/faults/reporter.mts

soak: build ## random edits for SOAK_MINUTES=30 on a real cluster: nothing grows, no edge is lost; SOAK_SEED repeats them
	@$(with-pulumi) esbuild test/soak/main.ts --bundle --platform=node --packages=external --log-level=warning --outfile=.cache/soak.cjs && \
	  exec node .cache/soak.cjs

outside: build ## Pulumi's own suites and generators on the plugin; needs Go, and python3
	@$(with-pulumi) vitest run --project outside

conformance: build ## the stand-in's recordings against real instances, two minutes
	@node dist/cli/main.js cluster up --nodes 3 --first-address auto --dir .cache/conformance/cluster && \
	  PULUMI_HARPER_TEST_CLUSTER=$(CURDIR)/.cache/conformance/cluster/cluster.json vitest run --project unit test/fake/conformance; \
	  code=$$?; node dist/cli/main.js cluster down --delete --dir .cache/conformance/cluster; exit $$code

unit: build ## tests that need neither CLI nor cluster
	@vitest run --project unit

build: $(installed) ## compile to dist/
	@npm run --silent build

generate: build ## schema.json, sdk/types.ts and docs/ from the declarations
	@node scripts/generate.mts

lint: $(installed) ## format, lint and types
	@npm run --silent lint

release: build ## the npm package and the plugin's archives, with checksums, in release/
	@node scripts/release.mts

record: build ## the states that this version makes, into test/upgrades/recorded, for the versions to come
	@$(with-pulumi) node test/upgrades/record.mts

bench: build ## this project beside Terraform, shell calls and the least that can be; BENCH=REGEXP: cases and contenders whose names match; BENCH_REPEAT=N: medians
	@$(with-pulumi) BENCH='$(value BENCH)' BENCH_REPEAT='$(BENCH_REPEAT)' node bench/main.mts

clean: ## remove what was made; the Pulumi CLI and npm's cache stay
	@for dir in .cache/*/cluster .cache/test/clusters/*/*; do \
	  if [ -e "$$dir" ] && [ -e dist ]; then node dist/cli/main.js cluster down --dir "$$dir"; fi; \
	done
	@rm -rf dist release plugin/bundle .cache/demo .cache/test .cache/results .cache/outside $(TMPDIR)/* *.tgz

# Not npm ci: it refuses a lock file that lacks the optional packages of other platforms.
$(installed): package.json package-lock.json
	@scripts/need.sh
	@echo "installing the npm packages, about a minute" >&2
	@npm install --no-save --loglevel=error
	@node -e "const [a, b] = process.versions.node.split(\".\"); process.exit(a > 22 || (a == 22 && b >= 19) ? 0 : 1)" || \
	  { echo "Node 22.19 or newer is needed: npm did not install its package node, and $$(node --version) is on PATH" >&2; exit 1; }
	@touch $@
