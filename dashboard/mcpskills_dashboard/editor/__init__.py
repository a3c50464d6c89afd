"""The editor of skills: Monaco, built from `dashboard/editor-source` into `built/` by `scripts/build-editor.sh`."""
