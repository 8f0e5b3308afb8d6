# SPDX-License-Identifier: MIT
"""The packages for mip: a board with a network chooses its module by itself, a PC puts one onto a board; what cannot work
gets a sentence."""

import functools
import http.server
import importlib.util
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest

from mpylite import ops
from mpylite.device import Device
from mpylite.simulator import micropython, qemu
from tests.natmod import boards

INSTALLER = boards.TOP / "firmware/mpy/natmod/mpylite_install.py"


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """The packages of what make has built here."""
    folder = tmp_path_factory.mktemp("mip")
    load(boards.TOP / "host_tools/setup/mip.py").main(boards.TOP / "build/natmod", folder)
    return folder


@pytest.fixture(scope="module")
def server(packages):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=packages)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def run(script, *arguments, cwd):
    command = [micropython.executable(), "-c", script, *arguments]
    return subprocess.run(command, cwd=cwd, env={"HOME": str(cwd)}, capture_output=True, text=True)


@pytest.mark.parametrize("kind, count", [("'tiny'", 10), ("'all'", len(ops.device_operators())), ("None", 10)])
def test_board_with_a_network(server, tmp_path, kind, count):
    """What a user types: the installer by mip, then the installer."""
    script = f"""
import sys
target = "{tmp_path}/lib"
sys.path[:] = [target, ".frozen"]
import mip
mip.install("{server}/package.json", target=target)
import mpylite_install
print(mpylite_install.install("{server}", {kind}, target=target))
import mpylite
print(len(mpylite.operators()))
"""
    done = run(script, cwd=tmp_path)
    assert done.stdout.splitlines()[-2:] == [str(("x64", kind.strip("'") if kind != "None" else "fast")), str(count)], done.stdout + done.stderr


@pytest.mark.parametrize(
    "mpy, sentence",
    [
        (0, "loads no native modules; next step: flash one with mpylite in it"),
        (6 | 2 << 8 | 4 << 10, "found MicroPython 1.22 with .mpy 6.2, needs .mpy 6.3 .MicroPython 1.24 or later."),
        (5 | 4 << 10, "found MicroPython 1.22 with .mpy 5.0, needs"),
        (6 | 3 << 8 | 40 << 10, "no module for this architecture .number 40."),
    ],
)
def test_what_cannot_work_gets_a_sentence(monkeypatch, mpy, sentence):
    installer = load(INSTALLER)
    monkeypatch.setattr(installer, "sys", SimpleNamespace(implementation=SimpleNamespace(_mpy=mpy, version=(1, 22, 2))))
    with pytest.raises(RuntimeError, match=sentence):
        installer.arch()


def test_architectures_are_numbered_as_deploy_numbers_them(monkeypatch):
    from mpylite import board_facts

    installer = load(INSTALLER)
    for number, name in enumerate(board_facts.ARCHES):
        if name:
            fake = SimpleNamespace(implementation=SimpleNamespace(_mpy=6 | 3 << 8 | number << 10, version=(1, 25, 0)))
            monkeypatch.setattr(installer, "sys", fake)
            assert installer.arch() == ("armv7m" if name == "armv7em" else name)


@pytest.mark.slow
def test_mpremote_installs_from_a_folder(packages):
    arch = "armv7m"
    if reason := boards.missing(arch):
        pytest.skip(reason)
    boards.firmware(arch)
    boards.build(arch, "tiny")
    load(boards.TOP / "host_tools/setup/mip.py").main(boards.TOP / "build/natmod", packages)
    with qemu.Board(arch) as board:
        with Device(board.port) as device:
            device.exec(board.setup)
        mpremote = [sys.executable, "-m", "mpremote", "connect", board.port, "resume"]
        command = [*mpremote, "mip", "install", "--target", "/", str(packages / arch / "tiny" / "package.json")]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        done = subprocess.run([*mpremote, "exec", "import mpylite; print(len(mpylite.operators()))"], capture_output=True, text=True)
        assert done.stdout.strip() == "10", done.stdout + done.stderr
