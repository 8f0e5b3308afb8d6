# SPDX-License-Identifier: MIT
"""The lines from the box to a prediction in each board's README, run one after the other as they stand there: flash against the
emulated Pico or esptool's simulated chip, the rest against a board that loads native modules (or has mpylite in it)."""

import contextlib
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from mpylite import boards, device
from mpylite.simulator import pico, qemu
from tests.host_tools.fake_esp32 import Esp32
from tests.host_tools.test_espressif import firmware as esp32_firmware
from tests.natmod import boards as natmod

TOP = Path(__file__).resolve().parents[2]
READMES = {name: TOP / "boards" / name / "README.md" for name in boards.names() if (TOP / "boards" / name / "README.md").is_file()}
SECTION = re.compile(r"^## From the box to a prediction\n.*?```sh\n(.*?)```", re.M | re.S)
NAMES_PORT = {"deploy": "--port", "undeploy": "--port", "flash": "--port", "bench": "--on", "run": "--on"}

# What stands in for a chip that no emulator here has: the same module source, built for QEMU's core. Its files lie in RAM, so
# mpremote must not begin with a soft reset.
STANDS_IN, KEEPS_FILES = "rv32imc", ["resume"]


def lines(name):
    found = SECTION.search(READMES[name].read_text())
    return found[1].splitlines() if found else []


@pytest.mark.parametrize("name", READMES)
def test_ten_lines(name):
    assert 8 <= len(lines(name)) <= 12
    assert {line.split()[0] for line in lines(name)} <= {"pip", "mpylite", "mpremote"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where a stranger sits: a model of his own and some of its inputs."""
    sys.path.insert(0, str(TOP / "models" / "digits"))
    import data

    shutil.copy(TOP / "models" / "digits" / "digits.keras", tmp_path / "model.keras")
    np.save(tmp_path / "samples.npy", data.calibration())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(line, **ports):
    """One line of a README, with the port that the machine's own board would have; gives what it said."""
    words = shlex.split(line)
    if words[0] == "pip":
        extras = re.search(r"mpylite(?:\[(.*)\])?", words[2])[1] or ""
        declared = (TOP / "pyproject.toml").read_text()
        assert words[1] == "install" and all(re.search(rf"^{extra} = \[", declared, re.M) for extra in extras.split(",") if extra)
        return ""
    if words[0] == "mpremote":
        words = [sys.executable, "-m", "mpremote", "connect", ports["port"], *ports.get("mpremote", []), *words[1:]]
    else:
        own = [NAMES_PORT[words[1]], ports["port"]] if words[1] in NAMES_PORT else []
        if words[1] == "flash":
            own = [NAMES_PORT["flash"], ports["flash_port"], *ports.get("flash_options", [])]
        words = [sys.executable, "-m", "mpylite", *words[1:], *own]
    done = subprocess.run(words, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def check(said):
    """The prediction is ten probabilities; the self-test and the times were printed."""
    assert "self-test passed: samples 2" in said["mpylite deploy"] and "microseconds" in said["mpylite bench"]
    chances = [float(number) for number in re.findall(r"\d\.\d+(?:e-\d+)?", said["mpremote exec"])]
    assert len(chances) == 10 and sum(chances) == pytest.approx(1, abs=0.05)
    assert "removed " in said["mpylite undeploy"]


def follow(name, **ports):
    said = {}
    for line in lines(name):
        said[" ".join(line.split()[:2])] = run(line, **ports)
    return said


@contextlib.contextmanager
def board_for_modules():
    reason = natmod.missing(STANDS_IN)
    if reason:
        pytest.skip(reason)
    natmod.firmware(STANDS_IN)
    natmod.build(STANDS_IN, "tiny")
    with qemu.Board(STANDS_IN, disk_bytes=200 << 10) as board:
        with device.Device(board.port) as connection:
            connection.exec(board.setup)
        yield board


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in READMES if boards.load(name).esptool])
def test_esp32(name, folder):
    pytest.importorskip("esptool", reason="needs esptool (pip install 'mpylite[esp32]')")
    (folder / f"{name}.bin").write_bytes(esp32_firmware(boards.load("ESP32_GENERIC")))
    with Esp32() as chip, board_for_modules() as board:
        if name == "ESP32_GENERIC":
            check(follow(name, port=board.port, flash_port=chip.port, mpremote=KEEPS_FILES))
            assert chip.erased and chip.written
            return
        # The simulated chip is an ESP32: of the others the line for esptool is looked at, not carried out.
        (folder / f"{name}.bin").write_bytes(esp32_firmware(boards.load(name)))
        said = follow(name, port=board.port, flash_port=chip.port, flash_options=["--dry-run"], mpremote=KEEPS_FILES)
        assert f"--chip {boards.load(name).esptool['chip']} " in said["mpylite flash"] and "--erase-all" in said["mpylite flash"]
        check(said)


@pytest.mark.slow
def test_pico(repl, folder):
    drive = folder / "drive"
    with pico.Pico(drive=drive) as desk:
        options = ["--drive", drive, "--timeout", "300"]
        check(follow("RPI_PICO", port=desk.port, flash_port=desk.port, flash_options=options))
        assert bytes(desk.board.chip.flash[: len(repl.image)]) == repl.image
