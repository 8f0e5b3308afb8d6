# SPDX-License-Identifier: MIT
"""The image: its size, its checksum, that it unpacks itself, and the UF2 file."""

import importlib.util
import json
import random
import re
import struct
import subprocess
from pathlib import Path

import pytest
from mpylite import boards, uf2
from mpylite.errors import BoardError
from mpylite.simulator import rp2040

from tests.turns import turn

from .conftest import build

TOP = Path(__file__).resolve().parents[2]
PORT = TOP / "firmware" / "ports" / "rp2040"
CLK_SYS_SELECTED, FROM_PLL = 0x40008044, 2
BUDGETS = {"full": "full_modules"}


def test_keeps_its_budget(any_firmware):
    """The whole image without the user's ROMFS; of `full`, what our modules add to the same build without them."""
    command = ["make", "--no-print-directory", "size", "BOARD=RPI_PICO", f"PROFILE={any_firmware.profile}"]
    with turn("firmware"):
        done = subprocess.run(command, cwd=TOP, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr[-1000:]
    found, most = re.search(r" ([\d,]+) of ([\d,]+)\n$", done.stdout).groups()
    assert number(found) <= number(most) == boards.load("RPI_PICO").budget[BUDGETS.get(any_firmware.profile, any_firmware.profile)]
    kept = json.loads((TOP / "tests" / "bench" / "firmware.json").read_text())[f"RPI_PICO-{any_firmware.profile}"]["bytes"]
    assert abs(number(found) / kept - 1) < 0.01, f"found {found}, kept {kept}; next step: make size BOARD=RPI_PICO PROFILE={any_firmware.profile} SAVE=1"
    rows = {name: (size, packed) for name, size, packed in re.findall(r"^(\S.*?)  +([\d,]+)(?: +([\d,]+))?$", done.stdout, re.MULTILINE)}
    for group in ("VM and memory", "objects and modules", "float", "USB", "ROMFS, flash, files", "mpylite: engine", "kernel: conv"):
        assert number(rows[group][0]) > 300, group
    if any_firmware.unpacked:
        in_flash = sum(number(packed) for _, packed in rows.values() if packed)
        assert abs(in_flash / number(found) - 1) < 0.01, "the packed bytes by source are the image"


def number(text):
    return int(text.replace(",", ""))


def test_unpacks_itself(runtime):
    """From reset, by its own code: what the other tests take as given."""
    board = rp2040.Board(runtime.image)
    board.run_until(lambda: any(board.chip.sram[:8]), seconds=2)
    assert not any(board.chip.sram[len(runtime.unpacked) - 8 : len(runtime.unpacked)]), "is unpacked already"
    assert board.chip.read_uint32(CLK_SYS_SELECTED) == FROM_PLL, "with the ring oscillator it takes seconds"
    board.run_until(lambda: b"mpylite runtime" in board.uart, seconds=2)
    constants = runtime.unpacked[: len(runtime.unpacked) // 2]  # behind that there may be variables
    assert bytes(board.chip.sram[: len(constants)]) == constants


PROGRAMS = {
    "code, then zeros": b"".join(struct.pack("<HH", 0xB500 + i % 7, 0x4770 + i * i % 97) for i in range(900)) + bytes(500),
    "nothing repeats": bytes(random.Random(1).randbytes(4096)),
    "far back": (far := random.Random(2).randbytes(600)) + bytes(20_000) + far,
    "one byte, as long as it goes": b"\xaa" * 2000,
    "two": b"\x12\x34",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_packed_can_be_read(name, runtime, tmp_path, monkeypatch):
    """By what knows nothing of the packer: the program, and what its bits cost is how many there are."""
    monkeypatch.syspath_prepend(str(PORT))
    import packed

    code = PROGRAMS[name]
    (tmp_path / "plain").write_bytes(code)
    subprocess.run([runtime.folder / "pack", tmp_path / "plain", tmp_path / "packed"], check=True)
    stream = (tmp_path / "packed").read_bytes()
    found, bits = packed.costs(stream, len(code))
    assert found[: len(code)] == code
    assert abs(sum(bits) / 8 - len(stream)) < 8, "beside the end of the stream"
    if name.endswith("zeros"):
        assert sum(bits[-400:]) < sum(bits[:400]) / 20, "zeros cost little"


def test_every_byte_of_the_program_is_packed(firmware, monkeypatch):
    """The two profiles' images, up to their last byte (what runs afterwards has changed its variables)."""
    monkeypatch.syspath_prepend(str(PORT))
    import image
    import packed

    stream = (firmware.folder / "firmware.packed").read_bytes()
    assert firmware.image.endswith(stream)
    found, _ = packed.costs(stream, len(firmware.unpacked))
    assert found == image.make_branches_absolute(firmware.unpacked)


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


@pytest.mark.slow
def test_pico2_is_built(full):
    """Not run: nothing here emulates an RP2350. Its vectors point into its memory, and its bootrom finds what it looks for."""
    firmware = build("full", "RPI_PICO2")
    facts = boards.load("RPI_PICO2")
    family, pieces = uf2.unpack((firmware.folder / "firmware.uf2").read_bytes())
    assert family == facts.uf2_family and pieces[0][0] == facts.flash_start
    stack, reset = struct.unpack_from("<II", firmware.image)
    assert 0x20000000 < stack <= 0x20000000 + facts.ram_bytes and stack % 8 == 0
    assert facts.flash_start < reset < facts.flash_start + len(firmware.image) and reset % 2
    image_definition = firmware.image.index(struct.pack("<II", 0xFFFFDED3, 0x10210142))  # a block's start; executable, Arm, secure
    assert image_definition < 4096
    assert len(firmware.image) <= facts.flash_bytes - facts.full["romfs_bytes"] - facts.full["storage_bytes"]
    names = subprocess.run(["arm-none-eabi-nm", firmware.folder / "modules" / "firmware.elf"], capture_output=True, text=True).stdout
    assert re.search(r"^2\w+ T armv7em_", names, re.MULTILINE), "the inner loops are to run from RAM"
