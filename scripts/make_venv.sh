#!/usr/bin/env bash
# Make .venv with the first Python of at least 3.11; say what to do when that cannot be.
set -euo pipefail

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

if [ -x .venv/bin/python ]; then
  if new_enough .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; then exit 0; fi
  echo "The folder .venv holds no working Python of at least 3.11 with pip: remove it (rm -r .venv) and run make again." >&2
  exit 1
fi

for python in python3 python3.11 python3.12 python3.13; do
  if new_enough "$python"; then found=$python; break; fi
done
if [ -z "${found:-}" ]; then
  echo "Twicetold needs Python 3.11 or newer, and there is none on PATH: install it (Debian: apt-get install python3 python3-venv)." >&2
  exit 1
fi
if ! "$found" -c 'import ensurepip, venv' 2>/dev/null; then
  echo "$("$found" --version) comes without venv: install it (Debian: apt-get install $(basename "$found")-venv)." >&2
  exit 1
fi
"$found" -m venv .venv
