# SPDX-License-Identifier: MIT
"""mpylite deploy onto a board in QEMU: the whole way and the samples' values, and faults at every stage: the version
before keeps working, and the next deploy ends well."""

import dataclasses
import shutil
import subprocess
import sys

import numpy as np
import pytest

from mpylite import deploy, device, remote
from mpylite.errors import BoardError
from mpylite.simulator import qemu
from tests.engine import models
from tests.natmod import boards
from tests.natmod.deploying import Cable, put

ARCH = "armv7m"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    """A folder like build/natmod that holds one module: ARCH/tiny."""
    reason = boards.missing(ARCH)
    if reason:
        pytest.skip(reason)
    boards.firmware(ARCH)
    folder = tmp_path_factory.mktemp("modules")
    shutil.copytree(boards.build(ARCH, "tiny"), folder / ARCH / "tiny")
    return folder


@pytest.fixture(autouse=True)
def only_these(modules, monkeypatch):
    monkeypatch.setattr(deploy, "MODULE_FOLDERS", (modules,))


@pytest.fixture
def board():
    with qemu.Board(ARCH) as board, device.Device(board.port) as connection:
        connection.exec(board.setup)
        yield connection


def test_whole_way(board, tmp_path):
    expected = boards.samples(tmp_path)
    for name, want in expected.items():
        model = tmp_path / f"{name}.tflite"
        put(board, model)
        assert remote.test(board, model)["samples"] == remote.SAMPLES
        count = boards.SAMPLES[name]
        inputs = {"in0": np.fromfile(tmp_path / f"{name}.raw", np.int8).reshape(count, *boards.input_shape(model))}
        outputs, facts = remote.run(board, model, inputs)
        assert (outputs["out0"].reshape(want.shape) == want).all()
        assert facts["samples"] == count and facts["microseconds"] > 0
        assert deploy.plan(board, model).files == {}  # nothing to do twice
        assert sum(microseconds for _, microseconds in remote.profile(board, model)) > 0
    assert set(deploy.remove(board)) == {"mpylite.mpy", "mpylite_errors.mpy"}


def test_program_goes_with_the_model(board, versions, tmp_path):
    app = tmp_path / "app.py"
    app.write_text("import mpylite\nmodel = mpylite.Interpreter('model.tflite')\n")
    deploy.write(board, deploy.plan(board, versions[0], [app]))
    assert board.exec("import app\nprint(app.model.macs)").strip() == str(16 * 8 + 8 * 4)


def test_disconnected_at_every_stage(board, versions):
    old, new = versions
    put(board, old)
    whole = Cable(board)
    put(whole, new)
    assert whole.calls > 6
    for at in range(whole.calls):
        old, new = new, old
        with pytest.raises(BoardError, match="cable"):
            put(Cable(board, at), new)
        remote.test(board, old)  # the model before, under its name
        put(board, new)
        remote.test(board, new)
        assert not [name for name in board.files() if name.endswith(deploy.TEMPORARY)]


def test_damaged_upload(board, versions):
    old, new = versions
    put(board, old)
    with pytest.raises(BoardError, match="model.tflite: arrived damaged; the version before is untouched"):
        put(Cable(board, damage=True), new)
    remote.test(board, old)


def test_wrong_values_are_found(board, versions):
    put(board, versions[0])
    wrong = bytearray(versions[0].read_bytes())
    weights = models.random_generator().integers(-127, 128, (8, 16)).astype("int8")  # as in models.chain
    at = wrong.index(weights.tobytes())
    wrong[at : at + weights.size] = (-weights).tobytes()
    board.put("model.tflite", bytes(wrong))
    with pytest.raises(BoardError, match="self-test: sample 0: . of 4 bytes differ"):
        remote.test(board, versions[0])


def test_full_storage(modules, versions):
    with qemu.Board(ARCH, disk_bytes=20 << 10) as board, device.Device(board.port) as connection:
        connection.exec(board.setup)
        with pytest.raises(BoardError, match=r"storage: needs \d+ bytes, has \d+; next step"):
            put(connection, versions[0])
        assert connection.files() == {}


def test_little_heap(board, versions):
    board.exec("import gc\ngc.collect()\nhog = bytearray(gc.mem_free() - 20000)")
    with pytest.raises(BoardError, match=r"heap: needs \d+ bytes \(module \d+, .*\), has \d+; next step"):
        put(board, versions[0])
    assert board.files() == {}


def test_no_room_for_the_self_test(board, versions):
    put(board, versions[0])
    board.exec("import gc\ngc.collect()\nhog = [bytearray(1000) for _ in range(gc.mem_free() // 1040)]")
    with pytest.raises(BoardError, match="MemoryError.*in the self-test; next step: reset the board"):
        remote.test(board, versions[0])


def test_a_board_that_says_something_else():
    class Wrong:
        def exec(self, code):
            return "12\n"

    with pytest.raises(BoardError, match="found the answer '12', needs 10 facts"):
        deploy.ask(Wrong())


def test_wrong_architecture(board, versions, modules, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(modules / ARCH / "tiny", other)
    module = bytearray((other / "mpylite.mpy").read_bytes())
    module[2] = deploy.ARCHES.index("xtensawin") << 2 | module[2] & 3
    (other / "mpylite.mpy").write_bytes(module)
    with pytest.raises(
        BoardError, match="mpylite.mpy: found xtensawin, needs armv7m; next step: make natmod ARCH=armv7m"
    ):
        deploy.plan(board, versions[0], module=other)


def test_program_with_a_fault(board, versions, tmp_path):
    app = tmp_path / "app.py"
    app.write_text("def f(:\n")
    with pytest.raises(BoardError, match=r"app.py: mpy-cross found 'SyntaxError"):
        put(board, versions[0], [app])
    assert board.files() == {}


@pytest.mark.parametrize("name", ["mpylite.py", "mpylite"])
def test_another_module_of_that_name(board, versions, tmp_path, name):
    """On the board, where a source and a folder are found before the .mpy file; and among the programs."""
    board.exec("open('mpylite.py', 'w').close()" if name.endswith(".py") else "os.mkdir('mpylite')")
    with pytest.raises(BoardError, match=rf"found {name}, which hides the module mpylite; next step: rename it"):
        put(board, versions[0])
    assert set(board.files()) <= {name}
    app = tmp_path / "mpylite.py"
    app.write_text("")
    board.exec("os.remove('mpylite.py')" if name.endswith(".py") else "os.rmdir('mpylite')")
    with pytest.raises(BoardError, match="found a program with the module's name"):
        put(board, versions[0], [app])
    put(board, versions[0])
    assert remote.test(board, versions[0])["samples"] == remote.SAMPLES


def test_missing_operator(board, tmp_path):
    model = tmp_path / "model.tflite"
    model.write_bytes(models.classifier())
    with pytest.raises(BoardError, match="module for armv7m: lacks MEAN; next step: make natmod ARCH=armv7m OPS="):
        deploy.plan(board, model)


def test_old_micropython(board, versions):
    facts = deploy.ask(board)
    old = dataclasses.replace(facts, version=(1, 22, 2), mpy=facts.mpy & ~0x300 | 2 << 8)
    with pytest.raises(
        BoardError, match=r"found MicroPython 1.22.2 with .mpy 6.2, needs 6.3 \(MicroPython 1.24 or later\)"
    ):
        deploy.choose(old, ["ADD"], deploy.Interpreter(str(versions[0])))


@pytest.mark.parametrize("name, arch", [("rv32", "rv32imc"), ("armv7emsp", "armv7emsp"), ("armv6m", "armv6m")])
def test_short_names_of_boards(name, arch):
    assert qemu.architecture(name) == arch


@pytest.mark.parametrize("target", ["/dev/no-such-port", "socket://127.0.0.1:9", "qemu:z80", "qemu:armv7", "qemu:", "rp2040:none", "rp2040:none.uf2"])
def test_no_board(target, versions):
    done = subprocess.run(
        [sys.executable, "-m", "mpylite", "deploy", versions[0], "--port", target], capture_output=True, text=True
    )
    assert done.returncode == 1 and done.stderr.startswith("error: ") and "Traceback" not in done.stderr
