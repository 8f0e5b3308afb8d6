#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes an Xtensa compiler for windowed calls where Espressif's is not installed: xtensa.sh FOLDER. Debian's packages of
# a later suite are unpacked there (nothing is installed) and run by their own loader; FOLDER/bin has mulsh and muluh,
# FOLDER/bin-qemu has not.
set -eu
mkdir -p "$1" && cd "$1" && top=$PWD
core=$OLDPWD/firmware/ports/xtensa/core.c
command -v apt-get >/dev/null || { echo "xtensa: found no apt-get, needs Debian or a compiler of your own; next step: XTENSA_CC=" >&2; exit 1; }
mirror=$(awk '/^URIs:/ { print $2; exit } /^deb / { print $2; exit }' /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null)
keys=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keys] $mirror trixie main" >src.list
apt="-oDir::Etc::SourceList=$top/src.list -oDir::Etc::SourceParts=- -oDir::State::Lists=$top/lists -oDir::Cache=$top/cache"
mkdir -p lists/partial cache packages source
apt-get -qq $apt update
apt-get -qq $apt download gcc-xtensa-lx106 binutils-xtensa-lx106 binutils-source libc6 libgcc-s1 libgmp10 libisl23 \
    libjansson4 libmpc3 libmpfr6 libsframe1 libstdc++6 libzstd1 zlib1g 2>/dev/null
apt-get -qq download qemu-user 2>/dev/null
for package in *.deb; do
    case $package in
    binutils-source*) dpkg -x "$package" source ;;
    *) dpkg -x "$package" packages ;;
    esac
done
tar -C source -xf source/usr/src/binutils/binutils-*.tar.xz --wildcards '*/include' '*/bfd/xtensa-modules.c'
libraries=$top/packages/usr/lib/x86_64-linux-gnu
inside=$(echo "$top"/packages/usr/lib/gcc/xtensa-lx106-elf/*)

# wrapper FILE PROGRAM PLUGIN: runs a program of the packages
wrapper() {
    printf '#!/bin/sh\nexport XTENSA_GNU_CONFIG=%s\n%s\nexec %s/ld-linux-x86-64.so.2 --library-path %s %s "$@"\n' \
        "$3" "${4-}" "$libraries" "$libraries" "$2" >"$1"
    chmod +x "$1"
}
for kind in bin bin-qemu; do
    high=1 && [ $kind = bin ] || high=0
    gcc -fPIC -shared -DMUL_HIGH=$high -I"$(echo source/binutils-*/include)" -o $kind.so "$core" source/binutils-*/bfd/xtensa-modules.c
    mkdir -p $kind $kind/inside
    for program in cc1 lto1 collect2; do wrapper $kind/inside/$program "$inside/$program" "$top/$kind.so"; done
    wrapper $kind/inside/lto-wrapper "$inside/lto-wrapper" "$top/$kind.so" "export COLLECT_GCC=$top/$kind/xtensa-esp32-elf-gcc"
    for program in as ld ar nm objcopy objdump size; do
        wrapper $kind/xtensa-esp32-elf-$program "$top/packages/usr/bin/xtensa-lx106-elf-$program" "$top/$kind.so"
    done
    cp $kind/xtensa-esp32-elf-as $kind/inside/as && cp $kind/xtensa-esp32-elf-ld $kind/inside/ld
    wrapper $kind/xtensa-esp32-elf-gcc "$top/packages/usr/bin/xtensa-lx106-elf-gcc -B$top/$kind/inside/" "$top/$kind.so" "export COMPILER_PATH=$top/$kind/inside"
done
rm -f ./*.deb
