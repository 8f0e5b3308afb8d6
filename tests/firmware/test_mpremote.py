# SPDX-License-Identifier: MIT
"""The real mpremote against the profiles with a compiler, over the emulated USB port."""

import pytest
from mpylite import romfs

from .conftest import at_port, mpremote_at


@pytest.fixture(scope="module", params=["repl", "full"])
def mpremote(request):
    """Runs mpremote with these arguments on a board; gives what it printed."""
    firmware = request.getfixturevalue(request.param)
    with at_port(firmware.board()) as port:
        yield mpremote_at(port)


def test_exec_and_run(mpremote, tmp_path):
    assert mpremote("exec", "print(6 * 7)") == "42\n"
    script = tmp_path / "script.py"
    script.write_text("def f(n):\n    return n + 1\nprint(f(9))\n")
    assert mpremote("run", script) == "10\n"
    assert mpremote("eval", "1 / 4") == "0.25\n"


def test_romfs_and_files(mpremote, tmp_path):
    app = tmp_path / "app"
    app.mkdir()
    (app / "part.py").write_text("value = 'from rom'\n")
    (app / "note.txt").write_text("a note\n")
    image = tmp_path / "app.romfs"
    image.write_bytes(romfs.build(app))
    assert "size" in mpremote("romfs", "query")
    assert "deployed" in mpremote("romfs", "deploy", image)
    mpremote("soft-reset")
    assert "note.txt" in mpremote("fs", "ls", ":/rom") and "part.mpy" in mpremote("fs", "ls", ":/rom")
    assert mpremote("fs", "cat", ":/rom/note.txt") == "a note\n"
    mpremote("fs", "cp", ":/rom/note.txt", tmp_path / "back.txt")
    assert (tmp_path / "back.txt").read_text() == "a note\n"
    assert mpremote("exec", "import part; print(part.value)") == "from rom\n"
    (app / "note.txt").write_text("another\n")
    assert "deployed" in mpremote("romfs", "deploy", app)  # as mpremote itself builds it
    mpremote("soft-reset")
    assert mpremote("fs", "cat", ":/rom/note.txt") == "another\n"


@pytest.mark.parametrize("mpremote", ["full"], indirect=True)
def test_mount(mpremote, tmp_path):
    """A folder of the PC, read by the board. The small profiles have no module micropython, which mpremote's hook asks for."""
    (tmp_path / "there.py").write_text("value = 'from the PC'\n")
    assert "from the PC" in mpremote("mount", tmp_path, "exec", "import there; print(there.value)")


def test_tells_of_errors(mpremote):
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        mpremote("exec", "1 // 0")
    assert mpremote("exec", "print('alive')") == "alive\n"
