# SPDX-License-Identifier: MIT
"""The image: its size, its checksum, that it unpacks itself, and the UF2 file."""

import importlib.util
import struct
from pathlib import Path

import pytest
from mpylite import boards, uf2
from mpylite.errors import BoardError
from mpylite.simulator import rp2040

PORT = Path(__file__).resolve().parents[2] / "firmware" / "ports" / "rp2040"


def test_keeps_its_budget(firmware):
    """The whole image without the user's ROMFS."""
    assert len(firmware.image) <= boards.load("RPI_PICO").budget[firmware.profile]


def test_unpacks_itself(runtime):
    """From reset, by its own code: what the other tests take as given."""
    board = rp2040.Board(runtime.image)
    board.run_until(lambda: b"mpylite runtime" in board.uart, seconds=1)
    constants = runtime.unpacked[: len(runtime.unpacked) // 2]  # behind that there may be variables
    assert bytes(board.chip.sram[: len(constants)]) == constants


def test_second_stage_has_its_checksum(firmware):
    spec = importlib.util.spec_from_file_location("image", PORT / "image.py")
    image = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(image)
    assert image.crc32_msb_first(b"123456789") == 0x0376E6E7  # CRC-32/MPEG-2's check value
    assert struct.unpack("<I", firmware.image[252:256])[0] == image.crc32_msb_first(firmware.image[:252])


def test_uf2_holds_the_image(firmware):
    data = (firmware.folder / "firmware.uf2").read_bytes()
    family, pieces = uf2.unpack(data)
    assert family == 0xE48BFF56 and pieces[0][0] == 0x10000000
    assert rp2040.image_of(data)[: len(firmware.image)] == firmware.image
    with pytest.raises(BoardError, match="multiple of 512"):
        uf2.unpack(data[:-1])
    with pytest.raises(BoardError, match="no block at byte 512"):
        uf2.unpack(data[:512] + bytes(512) + data[1024:])
