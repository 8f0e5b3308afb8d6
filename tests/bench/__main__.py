# SPDX-License-Identifier: MIT
"""`python -m tests.bench [--inner armv6m] [--opt=-O2] [--samples 1] [MODEL ...]`: cycles of models on the RP2040
emulator, operator by operator, every output compared with TensorFlow Lite Micro's."""

import argparse
import zlib
from pathlib import Path

import numpy as np

from mpylite.ops import device_operators

from . import subjects
from .bare import Chip, build
from .run import FAST, Model

TOP = Path(__file__).resolve().parents[2]


def measure(key, options, elf):
    content, samples = subjects.load(key, options.samples)
    model = Model(Chip(elf), content, options.small, options.scratch)
    wrong, crc = 0, 0
    for inputs, expected in samples:
        ops, outputs = model.invoke(inputs, [np.asarray(e).nbytes for e in expected])
        for got, want in zip(outputs, expected, strict=True):
            wrong += sum(a != b for a, b in zip(got, np.ascontiguousarray(want).tobytes(), strict=True))
            crc = zlib.crc32(got, crc)
    total, macs = sum(op.cycles for op in ops), sum(op.macs for op in ops)
    print(f"{key}: {total / 1e6:.3f} M cycles, {total / max(macs, 1):.2f} a MAC, {total / 125e3:.2f} ms at 125 MHz")
    load = f"{model.load_cycles / 1e6:.2f} M cycles ({100 * model.load_cycles / total:.0f} % of an inference)"
    print(f"  load {load}, records {model.records}, arena {model.arena_bytes}, crc32 {crc:08x}")
    if wrong:
        print(f"  WRONG: {wrong} bytes differ from TensorFlow Lite Micro's")
    names = {code: name for name, code in device_operators().items()}
    for i, op in enumerate(ops) if options.ops else ():
        rate = f"{op.cycles / op.macs:7.2f} a MAC" if op.macs else ""
        print(f"  {i:3} {names.get(int(op.name), op.name):20} {op.macs:9} MACs {op.cycles:10} cycles {rate}")
    if options.profile:
        for i, functions in enumerate(model.profile(samples[0][0])):
            print(f"  {i:3}", *(f"{name} {cycles}" for name, cycles in functions.most_common(7)), sep="  ")
    return wrong


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("models", nargs="*", default=subjects.GATED, help="names in the corpus, or digits")
    parser.add_argument("--inner", default="armv6m", help="portable or armv6m")
    parser.add_argument("--opt", default="-O2", help="of the kernels (--opt=-Os)")
    parser.add_argument("--samples", type=int, default=1, help="recorded samples to run")
    parser.add_argument("--small", action="store_true", help="least scratch")
    parser.add_argument("--scratch", type=int, default=FAST, help="most bytes of it for an operator to be faster")
    parser.add_argument("--ops", action="store_true", help="print every operator")
    parser.add_argument("--profile", action="store_true", help="print where every operator's cycles go (slow)")
    options = parser.parse_args()
    elf = build(TOP, options.inner, options.opt)
    return sum(measure(key, options, elf) for key in subjects.keys(options.models)) > 0


if __name__ == "__main__":
    raise SystemExit(main())
