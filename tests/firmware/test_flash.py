# SPDX-License-Identifier: MIT
"""mpylite flash onto an emulated Pico: from one profile to another, as a person does it with the command line."""

import subprocess
import sys

import pytest
from mpylite.simulator.pico import Pico

pytestmark = pytest.mark.slow


def mpylite(*arguments):
    line = [sys.executable, "-m", "mpylite", *map(str, arguments)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_flash_from_the_factory_and_over_one_another(repl, runtime, tmp_path):
    """A board without firmware shows its drive; then the port brings it there, with a compiler (mpremote) and without."""
    drive = tmp_path / "drive"
    with Pico(drive=drive) as pico:

        def flash(firmware):
            image = firmware.folder / "firmware.uf2"
            mpylite("flash", image, "--port", pico.port, "--drive", drive, "--timeout", 300)
            assert not list(drive.iterdir())
            flashed = pico.board.chip.flash
            assert bytes(flashed[: len(firmware.image)]) == firmware.image

        flash(runtime)
        assert mpylite("exec", pico.port, "print(6 * 7)") == "42\n"
        flash(repl)
        flash(runtime)
        assert pico.failure is None
