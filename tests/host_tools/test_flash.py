# SPDX-License-Identifier: MIT
"""mpylite flash and mpylite boards without a board: images, drives, what is said when something is missing. The whole way
with a board in the emulator is tests/firmware/test_flash.py."""

import json
import re
import socket
import struct
import sys

import pytest
from mpylite import attached, boards, device, drives, flash, uf2
from mpylite.errors import BoardError, MissingExtra

PICO = boards.load("RPI_PICO")


def block(family, address, number, count, data=b"x" * 256):
    head = struct.pack("<8I", uf2.START, uf2.START2, uf2.HAS_FAMILY, address, len(data), number, count, family)
    return (head + data).ljust(uf2.BLOCK - 4, b"\0") + struct.pack("<I", uf2.END)


@pytest.fixture
def image(tmp_path):
    file = tmp_path / "firmware.uf2"
    file.write_bytes(uf2.pack(b"MicroPython v1.26.1 on 2025-09-11".ljust(40_000, b"\1"), PICO.flash_start, PICO.uf2_family))
    return flash.image(PICO, file)


@pytest.fixture
def drive(tmp_path):
    folder = tmp_path / "drive"
    folder.mkdir()
    (folder / drives.INFO).write_bytes(b"UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: RPI-RP2\r\n")
    return folder


# ---- images ----


def test_image_names_its_firmware(image):
    assert image.greetings == ("MicroPython v1.26.1",)


WRONG = {
    "family": (uf2.pack(bytes(300), PICO.flash_start, 0xE48BFF59), r"found UF2 family 0xe48bff59, needs 0xe48bff56 \(RP2040\)"),
    "address": (uf2.pack(bytes(300), 0x20000000, PICO.uf2_family), "found bytes at 0x20000000 to 0x20000200, needs 0x10000000"),
    "size": (uf2.pack(bytes(300), PICO.flash_start + PICO.flash_bytes - 256, PICO.uf2_family), "to 0x10200100, needs .* to 0x10200000"),
    "no UF2": (b"MicroPython" * 93, "found 1023 bytes, needs a multiple of 512"),
    "cut": (uf2.pack(bytes(600), PICO.flash_start, PICO.uf2_family)[:1024], "found block 0 of 3"),
    "empty": (b"", "found 0 bytes"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_image(name, tmp_path):
    content, sentence = WRONG[name]
    file = tmp_path / "firmware.uf2"
    file.write_bytes(content)
    with pytest.raises(BoardError, match=f"^firmware.uf2: .*{sentence}"):
        flash.image(PICO, file)


def test_no_such_image(tmp_path):
    with pytest.raises(BoardError, match="no such file, needs a firmware"):
        flash.image(PICO, tmp_path / "none.uf2")


def test_no_such_profile():
    with pytest.raises(BoardError, match="PROFILE: found nope, needs runtime, repl, full or stock"):
        flash.image(PICO, profile="nope")


def test_block_for_the_rp2350s_erratum_is_left_out():
    """As Raspberry Pi's own tools write it: one block of its own family and count before the image."""
    first = block(uf2.ABSOLUTE, 0x10FFFF00, 0, 2)
    family, pieces = uf2.unpack(first + uf2.pack(bytes(600), 0x10000000, 0xE48BFF59))
    assert family == 0xE48BFF59 and [address for address, _ in pieces] == [0x10000000, 0x10000100, 0x10000200]


# ---- drives ----


def test_drive_is_known_by_its_info(drive, tmp_path):
    assert drives.read(drive) == drives.Drive(drive, "RPI-RP2")
    assert drives.read(tmp_path) is None and drives.read(tmp_path / "none") is None


def test_mounted_drives_are_those_with_info(drive, tmp_path, monkeypatch):
    psutil = pytest.importorskip("psutil")
    rows = [type("Partition", (), {"mountpoint": str(folder)}) for folder in (tmp_path, drive)]
    monkeypatch.setattr(psutil, "disk_partitions", lambda: rows)
    assert [found.folder for found in drives.mounted()] == [drive]


def test_one_drive_is_needed(drive):
    two = [drives.Drive(drive, "RPI-RP2"), drives.Drive(drive / "other", "RPI-RP2")]
    with pytest.raises(BoardError, match="RPI-RP2: found 2 drives .*, needs one; next step: unplug the others"):
        drives.find("RPI-RP2", lambda: two)
    assert drives.find("RP2350", lambda: two) is None


def test_no_drive(drive, tmp_path, monkeypatch):
    with pytest.raises(BoardError, match="found no drive RPI-RP2 within 0 s; next step: hold BOOTSEL"):
        drives.wait("RPI-RP2", 0, list)
    with pytest.raises(BoardError, match="found the drive RP2350 .*, needs RPI-RP2; next step: choose the --board"):
        drives.wait("RPI-RP2", 0, lambda: [drives.Drive(drive, "RP2350")])
    (tmp_path / "RPI-RP2").touch()
    monkeypatch.setattr(drives, "LABELS", tmp_path)
    with pytest.raises(BoardError, match="is not mounted; next step: udisksctl mount -b .*RPI-RP2"):
        drives.wait("RPI-RP2", 0, list)


def test_drive_that_comes_later(drive):
    answers = [[], [], [drives.Drive(drive, "RPI-RP2")]]
    assert drives.wait("RPI-RP2", 60, lambda: answers.pop(0)).folder == drive


class Vanishing:
    """A file on a drive that goes away after so many bytes."""

    def __init__(self, bytes_left):
        self.left = bytes_left

    def __call__(self, *_, **__):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        raise OSError(5, "Input/output error")

    def write(self, data):
        self.left -= len(data)
        if self.left < 0:
            raise OSError(5, "Input/output error")
        return len(data)

    def fileno(self):
        raise OSError(5, "Input/output error")


def test_drive_vanishes_with_the_last_block(drive, monkeypatch):
    """The board restarts before the file is closed: no error. Pulled before that, it is one."""
    monkeypatch.setattr(drives, "open", Vanishing(drives.CHUNK_BYTES), raising=False)
    drives.put(drives.read(drive), "firmware.uf2", bytes(drives.CHUNK_BYTES))
    monkeypatch.setattr(drives, "open", Vanishing(0), raising=False)
    with pytest.raises(BoardError, match="Input/output error after 0 of 16384 bytes; next step: hold BOOTSEL"):
        drives.put(drives.read(drive), "firmware.uf2", bytes(drives.CHUNK_BYTES))


def test_full_drive(drive, monkeypatch):
    (drive / "firmware.uf2").mkdir()
    with pytest.raises(BoardError, match="after 0 of 5 bytes"):
        drives.put(drives.read(drive), "firmware.uf2", b"image")


def test_board_that_stays_in_its_bootloader(drive):
    with pytest.raises(BoardError, match="stayed in its bootloader after 0 s, needs an image for RPI-RP2; next step: press reset"):
        drives.wait_until_gone(drives.read(drive), 0)


# ---- flash ----


def test_dry_run(command, image, drive):
    status, out, _ = command("flash", image.path, "--port", "/dev/ttyACM0", "--dry-run")
    assert status == 0 and re.findall(r"^\d\. (\w+)", out, re.M) == ["restart", "wait", "copy", "wait"]
    assert "/dev/ttyACM0" in out and "RPI-RP2" in out and "81,408 bytes" not in out.replace(f"{image.path.stat().st_size:,}", "")
    assert not (drive / "firmware.uf2").exists()


@pytest.mark.parametrize("port", ["/dev/no-such-port", "socket://127.0.0.1:9"])
def test_no_board_says_what_to_do(command, image, tmp_path, port):
    status, out, err = command("flash", image.path, "--port", port, "--drive", tmp_path)
    assert status == 1 and out == "" and err.count("\n") == 1
    assert "next step: hold BOOTSEL while you plug the board in: it shows the drive RPI-RP2; then flash again" in err


def test_in_the_bootloader_already(image, drive, monkeypatch):
    """No port is opened before the drive took the file; then the board is looked for."""
    taken = []

    def board_takes_it(*_):
        taken.append((drive / "firmware.uf2").read_bytes())
        (drive / drives.INFO).unlink()

    monkeypatch.setattr(drives, "wait_until_gone", board_takes_it)
    monkeypatch.setattr(device, "ports", list)
    steps = []
    with pytest.raises(BoardError, match="found no port of a Raspberry Pi Pico within 0 s of writing; next step: unplug"):
        flash.write(flash.plan(PICO, image), drive, tell=steps.append, seconds=0)
    assert taken == [image.content] and steps == [f"copying to {drive}", "waiting for the console"]


def port(target, serial_number="", vid=0x2E8A, pid=5):
    return device.Port(target, vid, pid, serial_number, "Board in FS mode")


MOVES = {
    "same": ("/dev/a", [port("/dev/a", "1")], [port("/dev/a", "1")], "/dev/a"),
    "moved": ("/dev/a", [port("/dev/a", "1")], [port("/dev/b", "1"), port("/dev/a", "2")], "/dev/b"),
    "new": ("auto", [port("/dev/a")], [port("/dev/a"), port("/dev/b")], "/dev/b"),
    "the only one of its kind": ("auto", [port("/dev/a")], [port("/dev/a"), port("/dev/b", vid=1)][:1], "/dev/a"),
    "too many": ("auto", [], [port("/dev/a"), port("/dev/b")], None),
    "socket": ("socket://h:1", [], [], "socket://h:1"),
}


@pytest.mark.parametrize("name", MOVES)
def test_port_after_the_restart(name, monkeypatch):
    asked, before, now, found = MOVES[name]
    monkeypatch.setattr(device, "ports", lambda: now)
    assert flash._target(PICO, asked, before) == found


# ---- boards ----


def test_attached_boards(drive):
    ports = [port("/dev/a", "E66"), port("/dev/b", vid=0x10C4, pid=0xEA60), port("/dev/c", vid=1, pid=2)]
    rows = attached.look(lambda: ports, lambda: [drives.read(drive)])
    assert [row["where"] for row in rows] == ["/dev/a", "/dev/b", "/dev/c", str(drive)]
    assert "RPI_PICO" in rows[0]["boards"] and rows[0]["usb"] == "2e8a:0005" and rows[0]["serial_number"] == "E66"
    assert rows[1]["boards"] == ["ESP32_GENERIC"] and rows[2]["boards"] == []
    assert rows[3]["bootloader"] and rows[3]["boards"] == ["RPI_PICO"]


def test_boards_command(command, monkeypatch, drive):
    monkeypatch.setattr(device, "ports", lambda: [port("/dev/a", "E66"), port("/dev/c", vid=1, pid=2)])
    monkeypatch.setattr(attached.look, "__defaults__", (device.ports, lambda: [drives.read(drive)]))
    status, out, _ = command("boards")
    assert status == 0 and all(text in out for text in ("/dev/a", "RPI_PICO", "not known", "(bootloader)", "ESP32_GENERIC_C3"))
    status, out, _ = command("boards", "--json")
    found = json.loads(out)
    assert len(found["attached"]) == 3 and {row["id"] for row in found["known"]} == set(boards.names())


def test_without_mpremote(monkeypatch):
    monkeypatch.setitem(sys.modules, "mpremote", None)
    with pytest.raises(MissingExtra, match=r"needs the package mpremote; pip install 'mpylite\[device\]'"):
        device.Line("socket://127.0.0.1:1")


def test_greeting_of_a_silent_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with pytest.raises(BoardError, match="found no MicroPython within 0.1 s; next step"):
            device.greeting(f"socket://127.0.0.1:{listener.getsockname()[1]}", 0.1)
