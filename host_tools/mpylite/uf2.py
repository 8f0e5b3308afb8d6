# SPDX-License-Identifier: MIT
"""The UF2 file format: an image and its address to 512 byte blocks, and back."""

import struct

from .errors import BoardError

START, START2, END = 0x0A324655, 0x9E5D5157, 0x0AB16F30
HAS_FAMILY = 0x2000
PAYLOAD = 256
# RP2350: one block of this family may come first, numbered for itself; it erases what erratum RP2350-E10 leaves behind.
ABSOLUTE = 0xE48BFF57
BLOCK = 512


def pack(image, address, family):
    """The blocks of an image that begins at `address`."""
    pieces = [image[i : i + PAYLOAD].ljust(PAYLOAD, b"\xff") for i in range(0, len(image), PAYLOAD)]
    blocks = []
    for number, piece in enumerate(pieces):
        at = address + number * PAYLOAD
        head = struct.pack("<8I", START, START2, HAS_FAMILY, at, PAYLOAD, number, len(pieces), family)
        blocks.append((head + piece).ljust(BLOCK - 4, b"\0") + struct.pack("<I", END))
    return b"".join(blocks)


def unpack(data):
    """(family, [(address, bytes), …]) of every block."""
    if not data or len(data) % BLOCK:
        raise BoardError(f"UF2: found {len(data)} bytes, needs a multiple of {BLOCK}; next step: build the file again")
    families, pieces, blocks = set(), [], len(data) // BLOCK
    for at in range(0, len(data), BLOCK):
        start, start2, flags, address, size, number, count, family = struct.unpack_from("<8I", data, at)
        (end,) = struct.unpack_from("<I", data, at + BLOCK - 4)
        if (start, start2, end) != (START, START2, END) or size > BLOCK - 36:
            raise BoardError(f"UF2: found no block at byte {at}, needs one; next step: build the file again")
        if at == 0 and family == ABSOLUTE and flags & HAS_FAMILY:
            blocks -= 1
            continue
        if (number, count) != (len(pieces), blocks):
            raise BoardError(f"UF2: found block {number} of {count} at byte {at}, needs all in order")
        families.add(family if flags & HAS_FAMILY else 0)
        pieces.append((address, data[at + 32 : at + 32 + size]))
    if len(families) != 1:
        raise BoardError(f"UF2: found {len(families)} families of chips, needs one")
    return families.pop(), pieces
