# SPDX-License-Identifier: MIT
"""Makes firmware.bin and firmware.uf2 of the linked program: packs what runs in RAM, and puts the CRC behind the second
stage boot. `image.py BOARD ELF FOLDER`"""
import subprocess
import sys
from pathlib import Path

from elftools.elf.elffile import ELFFile
from mpylite import boards, uf2

FLASH, RAM = 0x10000000, 0x20000000
BOOT2_BYTES = 252


def crc32_msb_first(data):
    """The CRC that the RP2040's bootrom checks: polynomial 04C11DB7, not reflected, not inverted at the end."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc >> 31 else crc << 1) & 0xFFFFFFFF
    return crc


def make_branches_absolute(code):
    """BL instructions with the address instead of the distance: what unpack.c undoes."""
    code, at = bytearray(code), 0
    while at + 4 <= len(code):
        high, low = (int.from_bytes(code[at + i : at + i + 2], "little") for i in (0, 2))
        if high & 0xF800 == 0xF000 and low & 0xF800 == 0xF800:
            target = ((high & 0x7FF) << 11 | low & 0x7FF) + (at + 4) // 2
            code[at : at + 2] = (0xF000 | target >> 11 & 0x7FF).to_bytes(2, "little")
            code[at + 2 : at + 4] = (0xF800 | target & 0x7FF).to_bytes(2, "little")
            at += 2
        at += 2
    return bytes(code)


def pack(code, folder):
    """By the program that the Makefile leaves in the folder."""
    plain, packed = Path(folder) / "firmware.plain", Path(folder) / "firmware.packed"
    plain.write_bytes(make_branches_absolute(code))
    if subprocess.run([Path(folder) / "pack", plain, packed]).returncode:  # it has said why
        sys.exit(1)
    return packed.read_bytes()


def segments(elf):
    """(address, bytes) of what must be there at the start: in flash as it is, in RAM to be unpacked."""
    with open(elf, "rb") as stream:
        for segment in ELFFile(stream).iter_segments("PT_LOAD"):
            if segment["p_filesz"]:
                yield segment["p_paddr"], segment.data()


def join(pieces, start):
    image = bytearray()
    for address, data in sorted(pieces):
        image = image.ljust(address - start, b"\0") + data
    return image


def main(name, elf, folder):
    board, pieces = boards.load(name), list(segments(elf))
    image = join([piece for piece in pieces if piece[0] < RAM], FLASH)
    code = join([piece for piece in pieces if piece[0] >= RAM], RAM)
    if code:
        image += pack(bytes(code), folder)
    image[BOOT2_BYTES : BOOT2_BYTES + 4] = crc32_msb_first(image[:BOOT2_BYTES]).to_bytes(4, "little")
    folder = Path(folder)
    (folder / "firmware.bin").write_bytes(image)
    (folder / "firmware.ram").write_bytes(code)  # for the emulator, which need not unpack it each time
    (folder / "firmware.uf2").write_bytes(uf2.pack(bytes(image), FLASH, board.uf2_family))
    unpacked = f", {len(code):,} unpacked in RAM" if code else ""
    print(f"firmware: {folder}/firmware.uf2 for {board.name}, {len(image):,} bytes of flash{unpacked}")


if __name__ == "__main__":
    main(*sys.argv[1:])
