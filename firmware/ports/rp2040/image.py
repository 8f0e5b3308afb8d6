# SPDX-License-Identifier: MIT
"""Makes firmware.bin and firmware.uf2 of what objcopy wrote: puts the CRC behind the second stage boot.
`image.py BOARD RAW FOLDER`"""
import sys
from pathlib import Path

from mpylite import boards, uf2

FLASH = 0x10000000
BOOT2_BYTES = 252


def crc32_msb_first(data):
    """The CRC that the RP2040's bootrom checks: polynomial 04C11DB7, not reflected, not inverted at the end."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc >> 31 else crc << 1) & 0xFFFFFFFF
    return crc


def main(name, raw, folder):
    board = boards.load(name)
    image = bytearray(Path(raw).read_bytes())
    image[BOOT2_BYTES : BOOT2_BYTES + 4] = crc32_msb_first(image[:BOOT2_BYTES]).to_bytes(4, "little")
    folder = Path(folder)
    (folder / "firmware.bin").write_bytes(image)
    (folder / "firmware.uf2").write_bytes(uf2.pack(bytes(image), FLASH, board.uf2_family))
    print(f"firmware: {folder}/firmware.uf2 for {board.name}, {len(image):,} bytes of flash")


if __name__ == "__main__":
    main(*sys.argv[1:])
