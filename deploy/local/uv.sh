#!/bin/sh
# Runs uv with the package index that pip is set up for, as uv does not read pip's files itself.
tools=$(dirname "$0")/../../.tools/bin
if [ -z "$UV_DEFAULT_INDEX" ]; then
    index=${PIP_INDEX_URL:-$("$tools/pip" config get global.index-url 2>/dev/null)}
    if [ -n "$index" ]; then export UV_DEFAULT_INDEX="$index"; fi
fi
export UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never
exec "$tools/uv" "$@"
