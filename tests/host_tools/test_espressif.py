# SPDX-License-Identifier: MIT
"""mpylite flash onto an ESP32: the real esptool against a chip that answers over a socket; images for another chip."""

import importlib
import json

import pytest
from mpylite import boards, espressif, flash
from mpylite.errors import BoardError, MissingExtra

from .fake_esp32 import Esp32

IDS = [name for name in boards.names() if boards.load(name).esptool]


def firmware(board, version=b"v1.26.1"):
    """What stands at the places of a whole firmware that are looked at, and a greeting."""
    content = bytearray(b"\0" * 0x20000)
    content[0] = 0xE9
    content[12] = board.esptool["image_chip_id"]
    at = 0x8000 - board.esptool["flash_offset"]
    content[at : at + 2] = b"\xaa\x50"
    content[0x12000:] = b"MicroPython " + version + b" on 2025-09-11; Generic ESP32 module with ESP32"
    return bytes(content)


@pytest.fixture
def esp32():
    return boards.load("ESP32_GENERIC")


@pytest.mark.parametrize("name", IDS)
def test_facts_are_esptools(name):
    """board.toml says what Espressif's own tables say."""
    pytest.importorskip("esptool", reason="needs esptool (pip install 'mpylite[esp32]')")
    facts = boards.load(name).esptool
    rom = importlib.import_module("esptool.targets").CHIP_DEFS[facts["chip"]]
    assert facts["image_chip_id"] == rom.IMAGE_CHIP_ID and facts["flash_offset"] == rom.BOOTLOADER_FLASH_OFFSET


@pytest.mark.parametrize("erase", [False, True])
def test_written_by_esptool(esp32, command, tmp_path, erase):
    pytest.importorskip("esptool", reason="needs esptool (pip install 'mpylite[esp32]')")
    file = tmp_path / "firmware.bin"
    file.write_bytes(firmware(esp32))
    with Esp32() as chip:
        status, out, err = command("flash", file, "--board", "ESP32_GENERIC", "--port", chip.port, "--json", *["--erase"] * erase)
    assert status == 0, err
    assert json.loads(out)["greeting"] == "MicroPython v1.26.1 on 2025-09-11; Generic ESP32 module with ESP32"
    assert chip.flash[0x1000 : 0x1000 + file.stat().st_size] == file.read_bytes() and chip.erased == erase


def test_other_version_answers(esp32, tmp_path):
    file = tmp_path / "firmware.bin"
    file.write_bytes(firmware(esp32, b"v1.27.0"))
    with Esp32() as chip, pytest.raises(BoardError, match="found 'MicroPython v1.26.1 .*, needs MicroPython v1.27.0; next step"):
        flash.write(flash.plan(esp32, flash.image(esp32, file), chip.port))


def test_damaged_on_the_way(esp32, tmp_path):
    file = tmp_path / "firmware.bin"
    file.write_bytes(firmware(esp32))
    with Esp32(damages=True) as chip, pytest.raises(BoardError, match="^esptool: .*; next step: check the cable"):
        flash.write(flash.plan(esp32, flash.image(esp32, file), chip.port))


def test_no_port(esp32):
    pytest.importorskip("esptool", reason="needs esptool (pip install 'mpylite[esp32]')")
    with pytest.raises(BoardError, match="^esptool: .*no-such-port.*; next step: .* hold BOOT"):
        espressif.write(espressif.command(esp32, __file__, "/dev/no-such-port"))
    with pytest.raises(BoardError, match="^esptool: .*no-such-file.*; next step"):
        espressif.write(espressif.command(esp32, "no-such-file", "/dev/no-such-port"))


@pytest.mark.slow
def test_chip_is_not_in_its_bootloader(esp32):
    pytest.importorskip("esptool", reason="needs esptool (pip install 'mpylite[esp32]')")
    with Esp32(refuses=True) as chip, pytest.raises(BoardError, match="^esptool: Failed to connect to ESP32.*; next step: .* hold BOOT"):
        espressif.write(espressif.command(esp32, __file__, chip.port))


def test_without_esptool(esp32, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"needs the package esptool; pip install 'mpylite\[esp32\]'"):
        espressif.write(espressif.command(esp32, "firmware.bin", "/dev/no-such-port"))


@pytest.mark.parametrize("name", IDS)
def test_dry_run_prints_esptools_line(name, command, tmp_path):
    board = boards.load(name)
    file = tmp_path / "firmware.bin"
    file.write_bytes(firmware(board))
    status, out, _ = command("flash", file, "--board", name, "--port", "/dev/ttyUSB0", "--dry-run")
    assert status == 0 and f"esptool --chip {board.esptool['chip']} --port /dev/ttyUSB0 --baud 460800 write-flash" in out
    assert f" {board.esptool['flash_offset']:#x} {file}" in out and "MicroPython v1.26.1" in out


def damaged(content):
    yield "found no image for an ESP32", b"\0" + content[1:]
    yield "found an image for chip 5, needs 0", content[:12] + b"\5" + content[13:]
    yield "found an application alone", content[:0x7000] + b"\0" + content[0x7001:]
    yield "needs 4329472 bytes of flash, has 4194304", content + bytes(0x400000 - len(content) + 0x20000)
    yield "found no image", b""


@pytest.mark.parametrize("number", range(5))
def test_image_for_another_board(esp32, tmp_path, number):
    sentence, content = list(damaged(firmware(esp32)))[number]
    file = tmp_path / "firmware.bin"
    file.write_bytes(content)
    with pytest.raises(BoardError, match=f"^firmware.bin: {sentence}"):
        flash.image(esp32, file)


def test_no_file_is_a_download(command):
    status, _, err = command("flash", "--board", "ESP32_GENERIC_S3")
    assert status == 1 and "next step: download one from https://micropython.org/download/ESP32_GENERIC_S3" in err


def test_full_firmware_needs_esp_idf(command, monkeypatch):
    monkeypatch.delenv("IDF_PATH", raising=False)
    status, out, err = command("flash", "--board", "ESP32_GENERIC", "--profile", "full", "--dry-run")
    assert status == 1 and out == "" and err.count("\n") == 1
    assert "PROFILE=full: firmware: found no ESP-IDF (IDF_PATH), needs it for ESP32_GENERIC; next step: install ESP-IDF" in err
    assert "***" not in err and "Stop" not in err
