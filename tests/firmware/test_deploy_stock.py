# SPDX-License-Identifier: MIT
"""mpylite deploy onto MicroPython's official firmware for the Pico, as it comes, in the emulator: the native module and the
whole golden sets of digits and KWS; a pulled cable at every stage, damage, full storage, a small heap, a wrong module."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
from mpylite import deploy, device, pipeline, remote
from mpylite.errors import BoardError
from mpylite.simulator import pico
from tests.host_tools import references
from tests.natmod import boards
from tests.natmod.deploying import Cable, put

pytestmark = pytest.mark.slow
# A file system in 64 KB of the flash, as a board has that is full of a user's own files.
SMALL_STORAGE = """
import os, rp2, vfs
os.umount("/")
_flash = rp2.Flash(start=0, len={size})
vfs.VfsLfs2.mkfs(_flash)
vfs.mount(_flash, "/")
os.chdir("/")
"""


@pytest.fixture(scope="session")
def modules(tmp_path_factory):
    """A folder like build/natmod: armv6m/fast and armv6m/tiny."""
    folder = tmp_path_factory.mktemp("modules")
    for name in ("fast", "tiny"):
        shutil.copytree(boards.build("armv6m", name), folder / "armv6m" / name)
    return folder


@pytest.fixture(autouse=True)
def only_these(modules, monkeypatch):
    monkeypatch.setattr(deploy, "MODULE_FOLDERS", (modules,))


@pytest.fixture
def desk(stock):
    with pico.Pico(stock.image) as found:
        yield found


@pytest.fixture
def board(desk):
    with device.Device(desk.port, patience=1800) as connection:
        yield connection


def all_equal(connection, model, inputs, expected):
    made = put(connection, model)
    assert made.module.name == "fast" and not made.in_rom
    outputs, facts = remote.run(connection, model, {"in0": inputs}, made.interpreter)
    assert facts["samples"] == len(expected) == len(inputs)
    differ = outputs["out0"].reshape(len(expected), -1) != expected.reshape(len(expected), -1)
    assert not differ.any(), f"{differ.any(1).sum()} of {len(expected)} samples differ"


def test_golden_set_of_digits(board, tmp_path):
    """All 450 images that training never saw, against TensorFlow Lite Micro."""
    sys.path.insert(0, str(boards.TOP / "models/digits"))
    import data

    made = pipeline.convert(boards.TOP / "models/digits/digits.keras", tmp_path / "digits.tflite", data.calibration)
    inputs = made.graph.inputs[0].quant.quantize(data.held_out()[0], "int8")
    expected = references.tflm(made.content, inputs)
    assert len(inputs) == 450
    all_equal(board, tmp_path / "digits.tflite", inputs.reshape(450, 1, 8, 8, 1), expected)


def test_golden_set_of_kws(board, corpus):
    """Every recorded sample: real words, random and hard inputs."""
    model, golden = corpus("mlperf-tiny/kws_dscnn_int8")
    kinds = ("real", "rand", "hard")
    inputs = np.concatenate([golden[f"{kind}_in0"] for kind in kinds])
    expected = np.concatenate([golden[f"{kind}_tflm_out0"] for kind in kinds])
    assert len(inputs) == 28
    all_equal(board, model, inputs, expected)


def test_disconnected_at_every_stage(desk, board, versions):
    """The model before works on; so it does after the power came back."""
    old, new = versions
    interpreter = put(board, old).interpreter
    whole = Cable(board)
    put(whole, new)
    assert whole.calls >= 6
    for at in range(whole.calls):
        old, new = new, old
        with pytest.raises(BoardError, match="cable"):
            put(Cable(board, at), new)
        remote.test(board, old, interpreter)
        if at == whole.calls - 1:
            with pico.Pico(bytes(desk.board.chip.flash)) as later, device.Device(later.port, patience=1800) as connection:
                remote.test(connection, old, interpreter)
                put(connection, new)
                remote.test(connection, new, interpreter)
        put(board, new)
        remote.test(board, new, interpreter)
        assert not [name for name in board.files() if name.endswith(deploy.TEMPORARY)]


def test_damaged_upload(board, versions):
    old, new = versions
    interpreter = put(board, old).interpreter
    with pytest.raises(BoardError, match="model.tflite: arrived damaged; the version before is untouched"):
        put(Cable(board, damage=True), new)
    remote.test(board, old, interpreter)


def test_full_storage(board, versions):
    board.exec(SMALL_STORAGE.format(size=32 << 10))
    with pytest.raises(BoardError, match=r"storage: needs \d+ bytes, has \d+; next step: mpylite undeploy"):
        put(board, versions[0])
    assert board.files() == {}


def test_little_heap_takes_the_smaller_module_and_then_refuses(board, versions):
    assert deploy.plan(board, versions[0]).module.name == "fast"
    board.exec("import gc\ngc.collect()\nhog = bytearray(gc.mem_free() - 38000)")
    assert deploy.plan(board, versions[0]).module.name == "tiny"
    board.exec("hog = None\ngc.collect()\nhog = bytearray(gc.mem_free() - 20000)")
    with pytest.raises(BoardError, match=r"heap: needs \d+ bytes \(module \d+, model \d+, arena \d+, .*\), has \d+; next step"):
        put(board, versions[0])
    assert not [name for name in board.files() if name.startswith("mpylite")]


def test_wrong_architecture(board, versions, modules, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(modules / "armv6m" / "tiny", other)
    module = bytearray((other / "mpylite.mpy").read_bytes())
    module[2] = deploy.ARCHES.index("xtensawin") << 2 | module[2] & 3
    (other / "mpylite.mpy").write_bytes(module)
    with pytest.raises(BoardError, match="mpylite.mpy: found xtensawin, needs armv6m; next step: make natmod ARCH=armv6m"):
        put(board, versions[0], module=other)
    with pytest.raises(BoardError, match="found no module, needs armv6m"):
        put(board, versions[0], module=tmp_path)


def test_commands(desk, versions, modules, tmp_path):
    """The way of a person with a board at a port: deploy with an application, run, bench, undeploy."""
    app = tmp_path / "app.py"
    app.write_text("import mpylite\nmodel = mpylite.Interpreter('model.tflite')\nprint('macs', model.macs)\n")

    def mpylite(command, *arguments):
        line = [sys.executable, "-m", "mpylite", command, *map(str, arguments)]
        done = subprocess.run(line, capture_output=True, text=True, timeout=1800)
        assert done.returncode == 0, done.stderr
        return done

    module = ["--module", modules / "armv6m" / "tiny"]
    said = mpylite("deploy", versions[0], app, *module, "--port", desk.port, "--dry-run").stderr
    assert "Raspberry Pi Pico with RP2040: MicroPython 1." in said and "write app.py: " in said and "self-test" not in said
    found = json.loads(mpylite("deploy", versions[0], app, *module, "--port", desk.port, "--json").stdout)
    assert set(found["written"]) == {"mpylite.mpy", "mpylite_errors.mpy", "model.tflite", "app.py"}
    assert found["samples"] == remote.SAMPLES and found["microseconds"] > 0 and found["heap_free_bytes"] > 100_000
    with device.Device(desk.port, patience=1800) as connection:
        assert connection.exec("import app") == f"macs {16 * 8 + 8 * 4}\n"
    assert mpylite("undeploy", versions[0], "--port", desk.port).stderr.startswith("removed ")
    with device.Device(desk.port, patience=1800) as connection:
        assert [name for name in connection.files() if name != "main.py"] == ["app.py"]
