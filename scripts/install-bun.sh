#!/usr/bin/env bash
# Installs this version of Bun through npm into a folder of its own: install-bun.sh VERSION FOLDER
set -euo pipefail
version=$1
folder=$2
if [ -x "$folder/node_modules/.bin/bun" ] && "$folder/node_modules/.bin/bun" --version >/dev/null 2>&1; then exit 0; fi
command -v npm >/dev/null || {
  echo "Neither Bun nor npm is here: install Node.js with npm (https://nodejs.org), or Bun (https://bun.sh)." >&2
  exit 1
}
echo "Installing Bun $version into $folder ..." >&2
mkdir -p "$folder"
# The package's own install script puts the platform's binary in place; npm settings may forbid it, so it is run here.
npm install --silent --no-audit --no-fund --no-save --prefix "$folder" "bun@$version" >&2
"$folder/node_modules/.bin/bun" --version >/dev/null 2>&1 || (cd "$folder/node_modules/bun" && node install.js >&2)
"$folder/node_modules/.bin/bun" --version >/dev/null
