# SPDX-License-Identifier: MIT
"""The part of the package's build that pyproject.toml cannot say: the engine as a plain shared library (loaded with
ctypes, so one wheel serves every Python), and copies of the operator and status tables and of the boards' facts."""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py

SOURCES = ("kernels/*.c", "kernels/inner/portable.c", "firmware/engine/*.c", "firmware/ports/host/engine_api.c")
HEADERS = ("kernels/*.h", "kernels/*.def", "kernels/inner/*.h", "firmware/engine/*.h", "firmware/ports/host/*.h")
CFLAGS = ["-std=c99", "-ffp-contract=off", "-Ikernels", "-Ifirmware/engine", "-O2", "-g0"]
TABLES = ("kernels/ops.def", "kernels/status.def")
MODULE_SETS = ("*/", "*/tiny/", "*/fast/")
MODULE_FILES = ("mpylite.mpy", "mpylite_errors.py", "operators.txt")
TOP = Path(__file__).parent


def found(patterns):
    return sorted(str(file.relative_to(TOP)) for pattern in patterns for file in TOP.glob(pattern))


class BuildEngine(build_ext):
    def get_ext_filename(self, fullname):
        return os.path.join(*fullname.split(".")) + (".dll" if os.name == "nt" else ".so")

    def get_export_symbols(self, ext):
        return ext.export_symbols  # no PyInit_ function


class BuildPackage(build_py):
    def run(self):
        super().run()
        if not self.editable_mode:
            folder = Path(self.build_lib) / "mpylite" / "definitions"
            folder.mkdir(parents=True, exist_ok=True)
            for table in TABLES:
                shutil.copy(TOP / table, folder)
            for facts in sorted((TOP / "boards").glob("*/board.toml")):
                (folder / "boards" / facts.parent.name).mkdir(parents=True, exist_ok=True)
                shutil.copy(facts, folder / "boards" / facts.parent.name)
            self.copy_modules(Path(self.build_lib) / "mpylite" / "natmod")
            self.copy_images(Path(self.build_lib) / "mpylite" / "firmware")

    @staticmethod
    def copy_modules(folder):
        """What `make natmod` has built for boards (make dist builds all of them)."""
        built = TOP / "build/natmod"
        for operators in found(f"build/natmod/{inside}operators.txt" for inside in MODULE_SETS):
            source = TOP / operators
            target = folder / source.parent.relative_to(built)
            target.mkdir(parents=True, exist_ok=True)
            for name in MODULE_FILES:
                shutil.copy(source.parent / name, target)
        for ulab in built.glob("*/ulab.mpy"):
            (folder / ulab.parent.name).mkdir(parents=True, exist_ok=True)
            shutil.copy(ulab, folder / ulab.parent.name)

    @staticmethod
    def copy_images(folder):
        """What `make firmware` has built, under the names that flash.py looks for."""
        ours = [f for f in (TOP / "build/firmware").glob("*/firmware.uf2") if not f.parent.name.endswith("-stock")]
        for image in ours:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(image, folder / f"{image.parent.name}.uf2")
            if image.with_suffix(".ram").is_file():
                shutil.copy(image.with_suffix(".ram"), folder / f"{image.parent.name}.ram")


class AnyPythonWheel(bdist_wheel):
    def get_tag(self):
        return "py3", "none", super().get_tag()[2]


def library(name, more=(), flags=(), **options):
    sources, arguments = found([*SOURCES, *more]), [*CFLAGS, *flags]
    small = ["-s"] if sys.platform == "linux" else []  # no symbol table
    return Extension(f"mpylite.{name}", sources, depends=found(HEADERS), extra_compile_args=arguments, extra_link_args=small, **options)


def planner(kernels, more=()):
    """A library that only plans, with the prepare of a board's kernels."""
    sources = [f"kernels/inner/{kernels}*.c", f"firmware/ports/host/planning_{kernels}.c", *more]
    return library(f"_engine_{kernels}", sources, ["-Os"], define_macros=[("INNER_LAYERS", "1")])


X86 = [("INNER_LAYERS", "1"), ("INNER_X86", "2")]  # a PC's own kernels; the compiler has to be gcc or clang
x86 = sysconfig.get_platform().endswith("x86_64")
engines = [
    library("_engine", ["kernels/inner/x86*.c"], define_macros=X86) if x86 else library("_engine"),
    planner("armv6m"),
    *(planner(kernels, ["kernels/inner/layers*.c"]) for kernels in ("armv7em", "rv32", "xtensa")),
]
setup(
    # make builds the libraries itself (host_tools/engine.mk): only what changed, and also after an editable install.
    ext_modules=[] if os.environ.get("MPYLITE_ENGINE_BY_MAKE") else engines,
    cmdclass={"build_ext": BuildEngine, "build_py": BuildPackage, "bdist_wheel": AnyPythonWheel},
)
