# Every command of the project. `make` alone lists them.
# What is downloaded or built once lies outside the checkout, in ML_OTEL_CACHE_DIR.

ML_OTEL_CACHE_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/ml-otel-bridge
BUN_VERSION := 1.4.5
BUN_HOME := $(ML_OTEL_CACHE_DIR)/bun-$(BUN_VERSION)
COMPOSE ?= docker compose
KUBECTL ?= kubectl
K8S_OVERLAY ?= k8s
K8S_NAMESPACE ?= ml-telemetry

export ML_OTEL_CACHE_DIR
export PATH := $(PATH):$(BUN_HOME)/node_modules/.bin

.DEFAULT_GOAL := help

.PHONY: help
help: ## List these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  \033[1m%-20s\033[0m %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# Bun where there is none, through npm, and the workspace's packages exactly as locked.
.PHONY: .deps
.deps:
	@command -v bun >/dev/null || scripts/install-bun.sh $(BUN_VERSION) $(BUN_HOME)
	@bun install --frozen-lockfile --silent

.PHONY: start
start: .deps ## The embedded product on this machine: no Docker, no collector; Ctrl-C ends it
	@bun scripts/start.ts $(TRAINER_FLAGS)

.PHONY: test
test: .deps ## Run the checks and all tests (builds the collector the first time)
	@bun scripts/test.ts

.PHONY: check
check: .deps ## Check format, lint, types and arrows of import
	@bun scripts/check.ts

.PHONY: test-python
test-python: .deps ## Check and test the Python SDK only
	@bun scripts/python-tests.ts

.PHONY: docs-python
docs-python: .deps ## Build the Python SDK's documentation into out/python-docs
	@bun scripts/python-docs.ts

.PHONY: bench
bench: .deps ## Measure against what it replaces
	@bun bench/main.ts

.PHONY: pipeline
pipeline: .deps ## The same with a real collector and Prometheus instead of the store
	@bun scripts/pipeline.ts $(TRAINER_FLAGS)

.PHONY: collector
collector: ## Build the collector into the cache and print its path
	@scripts/build-collector.sh

.PHONY: verify
verify: .deps ## See whether what make start or make pipeline runs has the data
	@bun scripts/verify.ts $(VERIFY_FLAGS)

.PHONY: dev-up
dev-up: ## The pipeline in Docker; waits until healthy
	$(COMPOSE) up -d --build --wait

.PHONY: dev-down
dev-down: ## End the pipeline in Docker; its data stays
	$(COMPOSE) down --remove-orphans

.PHONY: build-sidecar
build-sidecar: ## Build the sidecar's image
	$(COMPOSE) build sidecar

.PHONY: build-push-gateway
build-push-gateway: ## Build the push gateway's image
	$(COMPOSE) build push-gateway

.PHONY: build-explorer
build-explorer: ## Build the explorer's image
	$(COMPOSE) build explorer

.PHONY: build-mock-trainer
build-mock-trainer: ## Build the mock trainer's image
	$(COMPOSE) build ml-training

.PHONY: build-all
build-all: ## Build all images
	$(COMPOSE) build

.PHONY: logs-sidecar
logs-sidecar: ## Follow the sidecar's log (Docker)
	$(COMPOSE) logs -f sidecar

.PHONY: logs-ml
logs-ml: ## Follow the trainer's log (Docker)
	$(COMPOSE) logs -f ml-training

.PHONY: logs-collector
logs-collector: ## Follow the collector's log (Docker)
	$(COMPOSE) logs -f otel-collector

.PHONY: logs-all
logs-all: ## Follow all logs (Docker)
	$(COMPOSE) logs -f

.PHONY: clean
clean: ## Remove what was built and stored here, Docker volumes included; the cache stays
	rm -rf out packages/*/dist services/*/dist
	@if command -v docker >/dev/null && docker info >/dev/null 2>&1; then $(COMPOSE) down --volumes --remove-orphans; fi

.PHONY: k8s-deploy
k8s-deploy: ## Deploy to the current Kubernetes context
	$(KUBECTL) apply -k $(K8S_OVERLAY)
	@$(KUBECTL) -n $(K8S_NAMESPACE) get secret push-gateway-token >/dev/null 2>&1 || \
		head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' | \
		$(KUBECTL) -n $(K8S_NAMESPACE) create secret generic push-gateway-token --from-file=token=/dev/stdin

.PHONY: k8s-delete
k8s-delete: ## Delete it from there
	$(KUBECTL) delete -k $(K8S_OVERLAY) --ignore-not-found

.PHONY: k8s-logs-sidecar
k8s-logs-sidecar: ## Follow the sidecar's log in Kubernetes
	$(KUBECTL) logs -n $(K8S_NAMESPACE) -f job/ml-training -c sidecar
