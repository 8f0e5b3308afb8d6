# SPDX-License-Identifier: MIT
"""ROMFS on the board: applications from it, deploys in two slots, power cut at each write of the flash."""

import pytest
from mpylite import romfs
from mpylite.simulator import rp2040
from mpylite.simulator.console import Console

DEPLOY = """
import vfs
def deploy(image):
    step = vfs.rom_ioctl(3, 0, len(image))
    for at in range(0, len(image), step):
        vfs.rom_ioctl(4, 0, at, image[at : at + step])
    return vfs.rom_ioctl(5, 0)
"""


def image(folder, text):
    (folder / "who.txt").write_text(text * 80)  # more than one page
    return romfs.build(folder)


@pytest.fixture
def two_images(tmp_path):
    folders = [tmp_path / name for name in ("old", "new")]
    for folder in folders:
        folder.mkdir()
    return [image(folder, text) for folder, text in zip(folders, ("old ", "new "), strict=False)]


def who(console):
    return console.run("print(open('/rom/who.txt').read()[:3])").strip()


def test_deploys_take_turns(firmware, two_images):
    old, new = two_images
    console = firmware.console(old)
    for content, name in ((new, "new"), (old, "old"), (new, "new")):
        console.run(f"{DEPLOY}\nprint(deploy({content!r}))")
        board = rp2040.Board(bytes(console.board.chip.flash), firmware.unpacked)
        console = Console(board)
        assert who(console) == name


def test_power_cut_at_each_write(runtime, two_images):
    """Old or new, never broken: all cuts that a deploy can meet, then a full deploy on what was left."""
    old, new = two_images
    console = runtime.console(old)
    console.run(DEPLOY)
    console.board.flash_writes = 0
    console.run(f"deploy({new!r})")
    writes = console.board.flash_writes
    assert writes >= 4
    for cut in range(writes + 1):
        console = runtime.console(old)
        console.run(DEPLOY)
        console.board.flash_writes, console.board.cut_at = 0, cut
        try:
            console.run(f"deploy({new!r})")
        except rp2040.PowerCut:
            pass
        after = Console(rp2040.Board(bytes(console.board.chip.flash), runtime.unpacked))
        assert who(after) == ("old" if cut < writes else "new"), f"cut before write {cut} of {writes}"
        after.run(DEPLOY)
        after.run(f"deploy({new!r})")
        again = Console(rp2040.Board(bytes(after.board.chip.flash), runtime.unpacked))
        assert who(again) == "new"


@pytest.mark.parametrize("source", ["main.py", "boot.py"])
def test_runs_from_rom_at_start(firmware, tmp_path, source):
    (tmp_path / source).write_text("import part\nprint('started', part.value)\nkept = 5\n")
    (tmp_path / "part.py").write_text("value = 17\n")
    console = firmware.console(romfs.build(tmp_path), port="uart")
    assert console.run("print(kept)") == "5\n"


def test_stuck_main_can_be_stopped(firmware, tmp_path):
    (tmp_path / "main.py").write_text("while True:\n    pass\n")
    board = firmware.board(romfs.build(tmp_path))
    board.wait_for_usb()
    board.send_usb(b"\x03")
    assert Console(board).run("print('stopped')") == "stopped\n"


def test_main_that_fails_leaves_a_prompt(firmware, tmp_path):
    (tmp_path / "main.py").write_text("1 // 0\n")
    assert firmware.console(romfs.build(tmp_path)).run("print('here')") == "here\n"
