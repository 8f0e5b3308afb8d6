# SPDX-License-Identifier: MIT
"""Lays the native modules out for mip: mip.py MODULES OUTPUT. `mpremote mip install OUTPUT/ARCH/tiny/package.json` (a
folder, or its address on a server) puts module and sentences onto a board; OUTPUT/package.json the installer."""

import json
import shutil
import sys
from pathlib import Path

from mpylite import __version__, romfs

INSTALLER = Path(__file__).resolve().parents[2] / "firmware/mpy/natmod/mpylite_install.py"
# Without kernels of its own an architecture's fast module is the other.
KINDS = {"tiny": ("tiny",), "fast": ("fast", "tiny"), "all": (".",)}


def package(folder, files):
    """Writes package.json; mip finds the files beside it."""
    urls = [[name, name] for name in files]
    (folder / "package.json").write_text(json.dumps({"urls": urls, "version": __version__}, indent=1) + "\n")


def main(modules, output):
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    shutil.copy(INSTALLER, output)
    package(output, [INSTALLER.name])
    for arch in sorted(path for path in modules.iterdir() if path.is_dir()):
        for kind, choices in KINDS.items():
            source = next((arch / one for one in choices if (arch / one / "operators.txt").is_file()), None)
            if source is None:
                continue
            target = output / arch.name / kind
            target.mkdir(parents=True)
            shutil.copy(source / "mpylite.mpy", target)
            (target / "mpylite_errors.mpy").write_bytes(romfs.compile_python(source / "mpylite_errors.py"))
            package(target, ["mpylite.mpy", "mpylite_errors.mpy"])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
