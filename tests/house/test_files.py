# SPDX-License-Identifier: MIT
"""What every file of the project keeps: licence line, length, a name that says its duty, nothing of one machine."""
import re

import pytest

from . import sources

SOURCES = [file for file in sources.files() if file.suffix in (".c", ".h", ".S", ".py", ".sh", ".mk", ".def", ".toml") or file.name == "Makefile"]
SOURCES = [file for file in SOURCES if (sources.TOP / file).stat().st_size]
MOST_LINES = 400
# Longer for a reason that stands in the file.
MAY_BE_LONGER = set()
NO_DUTY = re.compile(r"^(utils?|common|helpers?|misc)$")
# A path of one machine, or a host that files are fetched from; [.] and [/] keep this file out of its own net.
MACHINE = re.compile(r"(?<![\w./])/(work|root|farm|tmp|home[/]\w+)[/]\w")
HOSTS = re.compile(r"(pypi[.]org|pythonhosted[.]org|deb[.]debian|snapshot[.]debian|npmjs[.]org|nodesource[.]com)")


@pytest.mark.parametrize("file", SOURCES, ids=str)
def test_licence_line_and_length(file):
    lines = sources.text(file).splitlines()
    assert any("SPDX-License-Identifier: MIT" in line for line in lines[:2]), f"{file}: found no licence line at the top"
    assert len(lines) <= MOST_LINES or file.as_posix() in MAY_BE_LONGER, f"{file}: found {len(lines)} lines, needs {MOST_LINES} at most"


@pytest.mark.parametrize("file", sources.files(), ids=str)
def test_name_says_a_duty(file):
    assert not any(NO_DUTY.match(part.split(".")[0]) for part in file.parts), f"{file}: found a name without a duty"


@pytest.mark.parametrize("file", [file for file in sources.files() if sources.is_text(file)], ids=str)
def test_nothing_of_one_machine(file):
    for number, line in enumerate(sources.text(file).splitlines(), 1):
        found = MACHINE.search(line) or HOSTS.search(line)
        assert not found, f"{file}:{number}: found {found[0]}, needs nothing that exists on one machine only"


@pytest.mark.parametrize("line, bad", [("see /roo" + "t/x", True), ("a/work/b", False), ("https://pypi." + "org/x", True), ("/usr/lib/x", False)])
def test_net_catches(line, bad):
    assert bool(MACHINE.search(line) or HOSTS.search(line)) == bad
