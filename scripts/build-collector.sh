#!/usr/bin/env bash
# Builds our OpenTelemetry Collector from collector/manifest.yaml and prints the binary's path on stdout.
# The result lies in a cache folder keyed by the manifest, so only a changed manifest is built again.
set -euo pipefail
builder_version=v0.161.0
root=$(cd "$(dirname "$0")/.." && pwd)
manifest="$root/collector/manifest.yaml"
cache="${ML_OTEL_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/ml-otel-bridge}"
key=$( (echo "$builder_version"; cat "$manifest") | sha256sum | cut -c1-16)
out="$cache/collector/$key"
binary="$out/otelcol-ml"
if [ -x "$binary" ]; then echo "$binary"; exit 0; fi
command -v go >/dev/null || { echo "Go is missing: install Go 1.25 or newer (https://go.dev/dl), then run this again." >&2; exit 1; }

# Two builds of one manifest at a time would write the same files: the second waits and finds the binary made.
mkdir -p "$cache/collector"
exec 9>"$cache/collector/$key.lock"
flock 9
if [ -x "$binary" ]; then echo "$binary"; exit 0; fi

echo "Building the collector (about 6 minutes on 2 cores the first time) ..." >&2
work=$(mktemp -d "$cache/collector/build.XXXXXX")
trap 'rm -rf "$work"' EXIT
GOBIN="$work/bin" CGO_ENABLED=0 go install "go.opentelemetry.io/collector/cmd/builder@$builder_version" >&2
sed 's|^dist:|dist:\n  output_path: ./dist|' "$manifest" >"$work/manifest.yaml"
(cd "$work" && CGO_ENABLED=0 "$work/bin/builder" --config manifest.yaml >&2) ||
  { echo "The collector did not build; the lines above say why." >&2; exit 1; }
mkdir -p "$out"
mv "$work/dist/otelcol-ml" "$binary.new" && mv "$binary.new" "$binary"
echo "$binary"
