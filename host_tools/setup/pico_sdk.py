# SPDX-License-Identifier: MIT
"""Fetches what MicroPython's rp2 port needs and its Debian source lacks: pico-sdk and tinyusb, from Debian's packages of
their sources, without root. `pico_sdk.py TARGET` leaves TARGET/pico-sdk and TARGET/tinyusb."""

import argparse
import shutil
import sys
from pathlib import Path

from micropython import SUITE, FetchError, apt_options, run

PACKAGES = ("pico-sdk-source", "tinyusb-source")
NEEDED = ("pico-sdk/pico_sdk_init.cmake", "pico-sdk/src/rp2_common/hardware_flash/flash.c", "tinyusb/src/tusb.c")


def fetch(target):
    work = target.parent.resolve() / f"{target.name}.part"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    options = apt_options(work, "deb")
    print(f"pico-sdk: fetching Debian's packages of its source ({SUITE}) from this machine's mirror", flush=True)
    run(["apt-get", *options, "update"], work)
    run(["apt-get", *options, "download", *PACKAGES], work)
    for package in work.glob("*.deb"):
        run(["dpkg", "-x", package.name, "tree"], work)
    sources = work / "tree" / "usr" / "src"
    missing = [name for name in NEEDED if not (sources / name).is_file()]
    if missing:
        raise FetchError(f"found packages without {', '.join(missing)}")
    shutil.rmtree(target, ignore_errors=True)
    sources.rename(target)
    shutil.rmtree(work)


def main():
    parser = argparse.ArgumentParser(description="Fetch the sources of pico-sdk and tinyusb.")
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    try:
        fetch(arguments.target)
    except FetchError as error:
        sys.exit(f"pico-sdk: {error}; needs pico-sdk 2.1; next step: connect to the network, or run make with "
                 f"PICO_SDK_PATH=<pico-sdk> and MPY_DIR=<MicroPython with its submodules> (log: build/micropython.log)")
    print(f"pico-sdk: is in {arguments.target}")


if __name__ == "__main__":
    main()
