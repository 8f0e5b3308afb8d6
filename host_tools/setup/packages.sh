#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes sure that tools of the system are there. An argument is PROBE=PACKAGE: a command or an absolute path, and the
# Debian package that brings it. --wanted says in one line what is missing and goes on; without it that is an error.
set -eu
wanted=no
if [ "${1-}" = --wanted ]; then
    wanted=yes
    shift
fi
log=build/apt.log
mkdir -p build

present() {
    case $1 in
        /*) [ -e "$1" ] ;;
        # A compiler without the C library's headers (gcc without libc6-dev) is of no use.
        cc-headers) printf '#include <string.h>\nint main(void) { return 0; }\n' | gcc -x c - -o build/cc.probe 2>build/cc.log ;;
        # clang's fuzzer and sanitizers are a package of their own in some releases.
        libfuzzer) printf 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return (void)d, (void)n, 0; }\n' |
            clang -fsanitize=fuzzer,address -x c - -o build/fuzzer.probe 2>build/fuzzer.log ;;
        *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

missing() {
    for pair in "$@"; do
        present "${pair%%=*}" || printf '%s\n' "${pair#*=}"
    done | sort -u | tr '\n' ' '
}

# sudo only where it asks no question: a build never waits for a password.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif sudo -n true 2>/dev/null; then
        sudo -n env DEBIAN_FRONTEND=noninteractive "$@"
    else
        return 1
    fi
}

install() {
    command -v apt-get >/dev/null 2>&1 && as_root true || return 1
    echo "deps: installing $* (log: $log)"
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@" >>"$log" 2>&1 && return 0
    as_root apt-get update >>"$log" 2>&1 || return 1
    # one by one: a release may lack one of them
    for package in "$@"; do
        as_root apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$package" >>"$log" 2>&1 || true
    done
}

packages=$(missing "$@")
[ -n "$packages" ] || exit 0
# shellcheck disable=SC2086  # a list of package names
install $packages || true
packages=$(missing "$@")
[ -n "$packages" ] || exit 0
packages=${packages% }
if [ "$wanted" = yes ]; then
    echo "deps: found no $packages; what needs them will be skipped; next step: sudo apt-get install $packages" >&2
    exit 0
fi
echo "deps: found no $packages, needs them to build; next step: sudo apt-get install $packages" >&2
exit 1
