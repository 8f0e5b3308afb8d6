#!/bin/sh
# SPDX-License-Identifier: MIT
# venv.sh DIRECTORY: finds a Python that will do, makes the virtual environment and installs the package with what its
# tests need, and makes the emulator fast. $PYTHON names the Python to take.
set -eu
venv=$1
minimum=3.10
log=build/pip.log
mkdir -p build

fail() {
    echo "$1" >&2
    exit 1
}

version() {
    "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null
}

good() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null
}

find_python() {
    if [ -n "${PYTHON-}" ]; then
        good "$PYTHON" && echo "$PYTHON" && return
        fail "PYTHON: found $(version "$PYTHON" || echo nothing) at $PYTHON, needs Python $minimum or newer; next step: run make PYTHON=<another one>"
    fi
    for name in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
        good "$name" && echo "$name" && return
    done
    fail "python3: found $(version python3 || echo none), needs Python $minimum or newer; next step: install one, or run make PYTHON=<path to it>"
}

make_venv() {
    python=$(find_python) || exit 1
    echo "deps: creating $venv with Python $(version "$python")"
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        release=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
        lib=$("$python" -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')
        sh "$(dirname "$0")/packages.sh" "$lib/ensurepip=$release-venv" || exit 1
    fi
    "$python" -m venv "$venv" >"$log" 2>&1 ||
        fail "venv: found '$(tail -n 1 "$log")', needs a working venv module; next step: see $log"
}

good "$venv/bin/python" && [ -x "$venv/bin/pip" ] || make_venv
echo "deps: installing the Python packages into $venv (a minute or two when new; log: $log)"
# make builds the engine's library itself, and again when a C file changes.
if ! MPYLITE_ENGINE_BY_MAKE=1 "$venv/bin/pip" install --disable-pip-version-check --no-input -e '.[dev]' >"$log" 2>&1; then
    if grep -qE 'NewConnectionError|NameResolutionError|ConnectTimeout|Network is unreachable|ProxyError' "$log"; then
        fail "pip: found no way to the package index, needs the network once; next step: connect and run make deps again (log: $log)"
    fi
    fail "pip: found '$(grep -m 1 ERROR "$log" | cut -c 1-200)', needs every package of [dev] in pyproject.toml; next step: see $log"
fi
"$venv/bin/python" "$(dirname "$0")/emulator.py"
