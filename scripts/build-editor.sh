#!/usr/bin/env bash
# Builds the dashboard's editor from Monaco and dashboard/editor-source into dashboard/mcpskills_dashboard/editor/built, which is
# committed: nobody who installs or runs the dashboard needs Node. Packages go to a folder outside of the tree.
set -euo pipefail

source=$(cd "$(dirname "$0")/../dashboard/editor-source" && pwd)
into=${1:-$source/../mcpskills_dashboard/editor/built}
mkdir -p "$into"
into=$(cd "$into" && pwd)
work=${EDITOR_BUILD_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/mcpskills-editor-build}

rm -rf "$work/source"
mkdir -p "$work/source"
cp -r "$source"/. "$work/source"
cd "$work/source"
npm ci --ignore-scripts --no-audit --no-fund --silent
npm run --silent check
node build.mjs "$into"
