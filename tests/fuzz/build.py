# SPDX-License-Identifier: MIT
"""Builds the fuzzer (clang, libFuzzer) and the replayer (any compiler), both with ASan and UBSan."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "fuzz"
SOURCES = ("kernels/*.c", "kernels/inner/portable.c", "firmware/engine/*.c")
FLAGS = ["-std=c99", "-g", "-O1", "-fno-omit-frame-pointer", "-ffp-contract=off", "-Ikernels", "-Ifirmware/engine"]
# float-cast-overflow and divide-by-zero of floats are defined on every machine the engine runs on, but a result that
# differs between machines is a defect all the same
SANITIZERS = "address,undefined"


def _build(name, compiler, flags):
    BUILD.mkdir(parents=True, exist_ok=True)
    sources = [str(p.relative_to(ROOT)) for pattern in SOURCES for p in sorted(ROOT.glob(pattern))]
    program = BUILD / name
    command = [compiler, *FLAGS, *flags, "-fno-sanitize-recover=all", *sources, "tests/fuzz/fuzz_model.c", "-o", program]
    subprocess.run([str(c) for c in command], cwd=ROOT, check=True)
    return program


def build_fuzzer():
    return _build("fuzz_model", "clang", [f"-fsanitize=fuzzer,{SANITIZERS},float-cast-overflow"])


def build_replayer():
    compiler = os.environ.get("CC") or shutil.which("clang") or "cc"
    return _build("replay", compiler, [f"-fsanitize={SANITIZERS},float-cast-overflow", "-DFUZZ_REPLAY"])
