# SPDX-License-Identifier: MIT
"""Fetches MicroPython's source (headers and tools for native modules), without root and without touching apt's set-up.

First as a Debian source package from the mirror that this machine uses already, else as a shallow clone of the tag.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

SUITES = {"1.26.1": "sid"}  # where Debian has a version; the others in SUITE
SUITE = "trixie"
UPSTREAM = "https://github.com/micropython/micropython.git"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
NEEDED = ("py/dynruntime.mk", "py/mpconfig.h", "tools/mpy_ld.py")


class FetchError(Exception):
    """One way to the source failed; the text says what was found."""


def say(text):
    print(f"micropython: {text}", flush=True)


def source_version(tree):
    """The version that a source tree declares, or None."""
    header = tree / "py" / "mpconfig.h"
    if not header.is_file():
        return None
    numbers = dict(re.findall(r"#define MICROPY_VERSION_(MAJOR|MINOR|MICRO)\s+(\d+)", header.read_text()))
    return ".".join(numbers.get(part, "?") for part in ("MAJOR", "MINOR", "MICRO"))


def verify(tree, version):
    missing = [name for name in NEEDED if not (tree / name).is_file()]
    if missing:
        raise FetchError(f"found a tree without {', '.join(missing)}")
    if source_version(tree) != version:
        raise FetchError(f"found version {source_version(tree)}, needs {version}")


def debian_entries(root):
    """(URIs, suites, signed-by) of every entry in apt's sources, both file formats."""
    files = [root / "sources.list", *sorted((root / "sources.list.d").glob("*"))]
    for file in filter(Path.is_file, files):
        text = file.read_text(errors="replace")
        if file.suffix == ".sources":
            for stanza in re.split(r"\n\s*\n", text):
                fields = {k.lower(): v.strip() for k, v in re.findall(r"^([A-Za-z-]+):[ \t]*(.*)$", stanza, re.M)}
                uris = fields.get("uris", "").split()
                yield uris, fields.get("suites", "").split(), fields.get("signed-by", "")
        elif file.suffix == ".list":
            for options, uri, suite in re.findall(r"^\s*deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)", text, re.M):
                key = re.search(r"signed-by=(\S+)", options)
                yield [uri], [suite], key.group(1) if key else ""


def debian_mirror(root=Path("/etc/apt"), os_release=Path("/etc/os-release")):
    """(URI, keyring) of the Debian mirror this machine uses for its own release."""
    release = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', os_release.read_text(), re.M)) if os_release.is_file() else {}
    if release.get("ID") != "debian":
        raise FetchError(f"found {release.get('PRETTY_NAME', 'an unknown system')}, whose mirror has no {SUITE}")
    for uris, suites, key in debian_entries(root):
        if uris and release.get("VERSION_CODENAME", "sid") in suites:
            return uris[0], key or (str(KEYRING) if KEYRING.is_file() else "")
    raise FetchError("found no Debian mirror in apt's sources")


def apt_options(work, kind, suite=SUITE):
    """What lets apt-get fetch from the suite into the folder `work`, its own set-up untouched. kind: deb or deb-src."""
    if not shutil.which("apt-get"):
        raise FetchError("found no apt-get")
    uri, key = debian_mirror()
    (work / "lists" / "partial").mkdir(parents=True)
    (work / "cache").mkdir()
    (work / "src.list").write_text(f"{kind} {f'[signed-by={key}] ' if key else ''}{uri} {suite} main\n")
    return [
        f"-oDir::Etc::SourceList={work}/src.list",
        "-oDir::Etc::SourceParts=-",
        f"-oDir::State::Lists={work}/lists",
        f"-oDir::Cache={work}/cache",
        "-oAPT::Update::Error-Mode=any",
        "-oAPT::Sandbox::User=",
    ]


def fetch_with_apt(work, version):
    """The Debian source package, unpacked; apt checks its signature. Returns the tree."""
    suite = SUITES.get(version, SUITE)
    options = apt_options(work, "deb-src", suite)
    say(f"fetching the Debian source package ({suite}) from this machine's mirror")
    run(["apt-get", *options, "update"], work)
    run(["apt-get", *options, "source", "--download-only", "micropython"], work)
    archives = list(work.glob("micropython_*.orig.tar.*"))
    if len(archives) != 1:
        raise FetchError(f"found {len(archives)} source archives")
    say(f"unpacking {archives[0].name}")
    return unpack(archives[0], work / "tree")


def unpack(archive_file, folder):
    """Unpacks an archive with a single top folder; returns that."""
    # The filter came with 3.12 and with late patch releases of 3.10 and 3.11.
    safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    try:
        with tarfile.open(archive_file) as archive:
            archive.extractall(folder, **safe)
    except (tarfile.TarError, OSError) as error:
        raise FetchError(f"found a bad archive: {error}") from error
    (top,) = folder.iterdir()
    return top


def fetch_with_git(work, version, url):
    if not shutil.which("git"):
        raise FetchError("found no git")
    say(f"cloning tag v{version}")
    run(["git", "-c", "advice.detachedHead=false", "clone", "--depth", "1", "--branch", f"v{version}", url, "tree"], work)
    return work / "tree"


def run(command, work):
    """Runs a command inside `work`, its output in the log; raises with its last line."""
    env = dict(os.environ, LC_ALL="C", GIT_TERMINAL_PROMPT="0")
    result = subprocess.run(command, cwd=work, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    with open(work.parent / "micropython.log", "a") as log:
        log.write(f"$ {' '.join(command)}\n{result.stdout}\n")
    if result.returncode:
        lines = [line for line in result.stdout.splitlines() if line.startswith(("E:", "fatal:"))] or ["no message"]
        raise FetchError(f"{command[0]} found '{lines[0]}'")


def fetch(target, version, url):
    """Leaves the verified tree at `target`; a half-done fetch leaves nothing there."""
    work = target.parent.resolve() / f"{target.name}.part"
    reasons = []
    for way in (lambda: fetch_with_apt(work, version), lambda: fetch_with_git(work, version, url)):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        try:
            tree = way()
            verify(tree, version)
        except FetchError as error:
            reasons.append(str(error))
            continue
        shutil.rmtree(target, ignore_errors=True)
        tree.rename(target)
        shutil.rmtree(work)
        return
    shutil.rmtree(work, ignore_errors=True)
    raise FetchError("; then ".join(reasons))


def main():
    parser = argparse.ArgumentParser(description="Fetch MicroPython's source.")
    parser.add_argument("target", type=Path)
    parser.add_argument("--version", required=True)
    parser.add_argument("--git", default=UPSTREAM, help="repository for systems without a Debian mirror")
    arguments = parser.parse_args()
    try:
        fetch(arguments.target, arguments.version, arguments.git)
    except FetchError as error:
        log = arguments.target.parent / "micropython.log"
        sys.exit(f"micropython: {error}; needs version {arguments.version}; next step: connect to the network, "
                 f"or run make MPY_DIR=<a MicroPython source tree> (log: {log})")
    say(f"version {arguments.version} is in {arguments.target}")


if __name__ == "__main__":
    main()
