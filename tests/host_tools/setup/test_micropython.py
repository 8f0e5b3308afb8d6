# SPDX-License-Identifier: MIT
"""Fetching MicroPython's source: which mirror is taken, what is refused, and the clone for other systems."""

import importlib.util
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[3]
spec = importlib.util.spec_from_file_location("setup_micropython", TOP / "host_tools/setup/micropython.py")
fetcher = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fetcher)

DEB822 = """\
Types: deb
URIs: https://other.example/packages
Suites: stable
Signed-By: /usr/share/keyrings/other.gpg

Types: deb
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/of-debian.gpg
"""
CLASSIC = "# a comment\ndeb http://security.example/ bookworm-security main\ndeb [signed-by=/k.gpg arch=amd64] http://mirror.example/debian bookworm main\n"


def apt(tmp_path, name, text, system="ID=debian\nVERSION_CODENAME=bookworm\n"):
    (tmp_path / "apt/sources.list.d").mkdir(parents=True)
    (tmp_path / "apt" / name).write_text(text)
    (tmp_path / "os-release").write_text(system)
    return tmp_path / "apt", tmp_path / "os-release"


@pytest.mark.parametrize(
    "name, text, key",
    [
        ("sources.list.d/debian.sources", DEB822, "/usr/share/keyrings/of-debian.gpg"),
        ("sources.list", CLASSIC, "/k.gpg"),
    ],
)
def test_takes_the_mirror_of_this_machine(tmp_path, name, text, key):
    assert fetcher.debian_mirror(*apt(tmp_path, name, text)) == ("http://mirror.example/debian", key)


def test_ubuntu_has_no_such_suite(tmp_path):
    with pytest.raises(fetcher.FetchError, match="Ubuntu 24.04"):
        fetcher.debian_mirror(*apt(tmp_path, "sources.list", CLASSIC, 'ID=ubuntu\nPRETTY_NAME="Ubuntu 24.04"\n'))


def test_no_mirror(tmp_path):
    with pytest.raises(fetcher.FetchError, match="no Debian mirror"):
        fetcher.debian_mirror(*apt(tmp_path, "sources.list", "deb http://x.example sid main\n"))


@pytest.fixture
def upstream(tmp_path):
    """A repository that looks like MicroPython's, tagged v1.25.0."""
    folder = tmp_path / "upstream"
    for name in fetcher.NEEDED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x\n")
    numbers = zip(("MAJOR", "MINOR", "MICRO"), (1, 25, 0), strict=True)
    (folder / "py/mpconfig.h").write_text("".join(f"#define MICROPY_VERSION_{part} {n}\n" for part, n in numbers))
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "init.defaultBranch=main"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"], ["tag", "v1.25.0"], ["tag", "v1.26.0"]):
        subprocess.run([*git, *command], cwd=folder, check=True)
    return folder.as_uri()


@pytest.fixture
def no_apt(monkeypatch):
    def refuse(work, version):
        raise fetcher.FetchError("found no apt-get")

    monkeypatch.setattr(fetcher, "fetch_with_apt", refuse)


def test_clones_where_apt_fails(tmp_path, upstream, no_apt):
    target = tmp_path / "build" / "micropython-1.25.0"
    fetcher.fetch(target, "1.25.0", upstream)
    assert fetcher.source_version(target) == "1.25.0"
    assert not list(target.parent.glob("*.part"))


def test_refuses_another_version_and_leaves_nothing(tmp_path, upstream, no_apt):
    target = tmp_path / "build" / "micropython-1.26.0"
    with pytest.raises(fetcher.FetchError, match="no apt-get; then found version 1.25.0, needs 1.26.0"):
        fetcher.fetch(target, "1.26.0", upstream)
    assert not target.exists() and not list(target.parent.glob("*.part"))


def test_says_why_when_nothing_works(tmp_path, no_apt):
    with pytest.raises(fetcher.FetchError, match="no apt-get; then git found 'fatal: "):
        fetcher.fetch(tmp_path / "build" / "m", "1.25.0", (tmp_path / "absent").as_uri())


def test_refuses_a_tree_without_the_tools(tmp_path):
    with pytest.raises(fetcher.FetchError, match="without py/dynruntime.mk, py/mpconfig.h, tools/mpy_ld.py"):
        fetcher.verify(tmp_path, "1.25.0")
