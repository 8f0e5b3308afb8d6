# SPDX-License-Identifier: MIT
"""mpylite deploy, run, bench and undeploy onto our own firmware in the emulator: the engine is built in, the model goes into
ROMFS and is used there. A pulled cable and a damaged piece leave the version before."""

import json
import subprocess
import sys

import numpy as np
import pytest
from mpylite import deploy, device, remote
from mpylite.errors import BoardError
from mpylite.simulator import pico
from tests.engine import models
from tests.natmod.deploying import Cable, put

pytestmark = pytest.mark.slow


@pytest.fixture
def board(repl):
    with pico.Pico(repl.image, repl.unpacked) as desk, device.Device(desk.port, patience=900) as connection:
        yield connection


def test_whole_way(board, versions, tmp_path):
    """The model is used in ROMFS, so it costs no heap; a file of the user's own beside it stays."""
    app = tmp_path / "app.py"
    app.write_text("import mpylite\nmodel = mpylite.Interpreter('/rom/model.tflite')\n")
    old, new = versions
    first = put(board, old, [app])
    assert first.in_rom and list(first.files) == ["/rom/model.tflite", "/rom/app.py"] and first.heap_parts["model"] == 0
    remote.test(board, old, first.interpreter)
    made = put(board, new)
    assert list(made.files) == ["/rom/model.tflite"]
    remote.test(board, new, made.interpreter)
    assert board.exec("import app\nprint(app.model.macs)").strip() == str(12 * 10 + 10 * 6)
    again = deploy.plan(board, new)
    assert again.files == {} and again.romfs == b"" and again.present == ["/rom/model.tflite"]
    assert sum(microseconds for _, microseconds in remote.profile(board, new, made.interpreter)) > 0
    assert deploy.remove(board, new) == ["/rom/model.tflite"]
    assert list(board.files("/rom")) == ["app.py"]


def test_disconnected_at_every_stage(board, versions):
    old, new = versions
    interpreter = put(board, old).interpreter
    whole = Cable(board)
    put(whole, new)
    assert whole.calls >= 5
    for at in range(whole.calls):
        old, new = new, old
        with pytest.raises(BoardError, match="cable"):
            put(Cable(board, at), new)
        if at < whole.calls - 1:  # the last call only looks
            remote.test(board, old, interpreter)
        put(board, new)
        remote.test(board, new, interpreter)


def test_damaged_piece_is_refused_before_it_is_written(board, versions, monkeypatch):
    interpreter = put(board, versions[0]).interpreter
    monkeypatch.setattr(device, "sum", lambda values: sum(values) + 1, raising=False)
    with pytest.raises(BoardError, match="write ROMFS: ValueError: arrived damaged"):
        put(board, versions[1])
    remote.test(board, versions[0], interpreter)


def test_too_large(board, versions, tmp_path):
    app = tmp_path / "data.bin"
    app.write_bytes(bytes(914_000))
    with pytest.raises(BoardError, match=r"ROMFS: needs 91\d+ bytes, has 913408; next step: mpylite undeploy"):
        deploy.plan(board, versions[0], [app])
    board.exec("import gc\ngc.collect()\nhog = bytearray(gc.mem_free() - 6000)")
    with pytest.raises(BoardError, match=r"heap: needs \d+ bytes \(arena \d+, records \d+, spare 6144\), has \d+; next step"):
        deploy.plan(board, versions[0])
    assert not deploy.ask(board).romfs_mounted  # nothing was written


def test_operators_that_the_firmware_lacks(board, tmp_path):
    model = tmp_path / "model.tflite"
    model.write_bytes(models.classifier())
    with pytest.raises(BoardError, match="the board's own mpylite: lacks MEAN; next step: build it with these"):
        deploy.plan(board, model)


@pytest.mark.parametrize("profile", ["repl", "runtime"])
def test_commands(request, profile, versions, tmp_path):
    """deploy, run, bench and undeploy with --port and --on rp2040:FILE.uf2, each with a board of its own; a board without compiler is
    reached through a bridge."""
    firmware = request.getfixturevalue(profile)

    def mpylite(*arguments):
        line = [sys.executable, "-m", "mpylite", *map(str, arguments)]
        done = subprocess.run(line, capture_output=True, text=True, timeout=1000)
        assert done.returncode == 0, done.stderr
        return done

    where = f"rp2040:{firmware.folder / 'firmware.uf2'}"
    said = mpylite("deploy", versions[0], "--port", where, "--dry-run").stderr
    assert "write /rom/model.tflite: " in said and "self-test" not in said
    main = tmp_path / "main.py"
    main.write_text("print('main')\n")
    found = json.loads(mpylite("deploy", versions[0], main, "--port", where, "--json").stdout)
    assert found["written"] == ["/rom/model.tflite", "/rom/main.py" if profile == "repl" else "/rom/main.mpy"] and found["samples"] == remote.SAMPLES
    inputs = np.random.default_rng(1).integers(-128, 128, (300, 1, 16)).astype(np.int8)  # more than are sent at once
    np.savez(tmp_path / "x.npz", in0=inputs)
    for on, name in (("engine", "pc.npz"), (where, "board.npz")):
        mpylite("run", versions[0], "--input", tmp_path / "x.npz", "--output", tmp_path / name, "--on", on)
    pc, on_board = (np.load(tmp_path / name)["out0"] for name in ("pc.npz", "board.npz"))
    assert len(np.unique(pc)) > 9 and (pc == on_board).all()
    found, here = (json.loads(mpylite("bench", versions[0], "--on", on, "--json").stdout) for on in (where, "engine"))
    assert found["clock_hz"] == 125_000_000
    rows = found["operators"]
    assert [row["operator"] for row in rows] == ["FULLY_CONNECTED"] * 2 and all(row["microseconds"] > 0 for row in rows)
    assert found["crc32"] == here["crc32"] and found["flash"]["in_place"]


def test_romfs_of_micropythons_own_port(full, versions):
    """One partition, written in place; a file of the same name would be found before it, so it goes."""
    with pico.Pico(full.image) as desk, device.Device(desk.port, patience=1800) as connection:
        made = put(connection, versions[0])
        assert not made.in_rom and list(made.files) == ["model.tflite"]
        made = deploy.plan(connection, versions[1], place="romfs")
        deploy.write(connection, made)
        assert made.in_rom and "model.tflite" not in connection.files() and "model.tflite" in connection.files("/rom")
        remote.test(connection, versions[1], made.interpreter)
        assert deploy.remove(connection, versions[1]) == ["/rom/model.tflite"]
