# SPDX-License-Identifier: MIT
"""Makes firmware.bin and firmware.uf2 of what cmake linked. `image.py BOARD ELF FOLDER`"""
import sys
from pathlib import Path

from elftools.elf.elffile import ELFFile
from mpylite import boards, uf2

FLASH = 0x10000000


def image_of(elf):
    """The flash's bytes from its start."""
    image = bytearray()
    with open(elf, "rb") as stream:
        pieces = [(s["p_paddr"], s.data()) for s in ELFFile(stream).iter_segments("PT_LOAD") if s["p_filesz"]]
    for address, data in sorted(pieces):
        image = image.ljust(address - FLASH, b"\0") + data
    return bytes(image)


def main(name, elf, folder):
    board, folder, image = boards.load(name), Path(folder), image_of(elf)
    room = board.flash_bytes - board.full["romfs_bytes"] - board.full["storage_bytes"]
    if len(image) > room:
        sys.exit(f"firmware: found {len(image):,} bytes, needs {room:,} at most before the ROMFS; next step: leave something "
                 f"out (OPS=), or less storage in boards/{name}/board.toml")
    (folder / "firmware.bin").write_bytes(image)
    (folder / "firmware.uf2").write_bytes(uf2.pack(image, FLASH, board.uf2_family))
    print(f"firmware: {folder}/firmware.uf2 for {board.name}, {len(image):,} bytes of flash")


if __name__ == "__main__":
    main(*sys.argv[1:])
