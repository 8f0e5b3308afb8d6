#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Stands in for ESP-IDF's command: configures the project with the stand-in project.cmake, and leaves an empty bootloader,
partition table and application where `build` would."""

import re
import subprocess
import sys
from pathlib import Path

# What ESP-IDF knows of the chips: the number in an image's head, where the bootloader lies.
CHIPS = {"esp32": (0, 0x1000), "esp32s3": (9, 0), "esp32c3": (5, 0)}
PARTITIONS = b"\xaa\x50".ljust(0xC00, b"\xff")


def image(chip):
    """The head of an image for a chip, as Espressif documents it."""
    return bytes([0xE9, 0, 0, 0, *bytes(8), chip]).ljust(256, b"\0")


def main():
    arguments = sys.argv[1:]
    folder = Path(arguments[arguments.index("-B") + 1])
    at, definitions = 0, []
    while at < len(arguments):
        if arguments[at] == "-D":
            definitions.append("-D" + arguments[at + 1])
            at += 1
        elif arguments[at].startswith("-D"):
            definitions.append(arguments[at])
        at += 1
    subprocess.run(["cmake", "-S", ".", "-B", folder, *definitions], check=True)
    board = Path(next(one for one in definitions if one.startswith("-DMICROPY_BOARD_DIR=")).partition("=")[2])
    found = re.search(r"IDF_TARGET (\w+)", (board / "mpconfigboard.cmake").read_text())
    target = found[1] if found else "esp32"
    chip, offset = CHIPS[target]
    (folder / "sdkconfig").write_text(f'CONFIG_IDF_TARGET="{target}"\nCONFIG_BOOTLOADER_OFFSET_IN_FLASH={offset:#x}\n')
    for name, content in (
        ("bootloader/bootloader.bin", image(chip)),
        ("partition_table/partition-table.bin", PARTITIONS),
        ("micropython.bin", image(chip)),
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
