# SPDX-License-Identifier: MIT
"""`python -m tests.bench.corpus [--samples 1] [MODEL ...]`: a table of all models of the corpus on the RP2040 emulator, each
output compared with the recorded ones (TensorFlow Lite Micro's, or LiteRT's where the corpus says that it counts); then
digits. What is too large for a Pico is named. Takes some minutes."""

import argparse

import numpy as np

from mpylite import boards
from tests.corpus import goldens

from . import subjects
from .bare import Chip, build
from .run import Model

BOARD = "RPI_PICO"
HEAD = ("model", "MACs", "M cycles", "a MAC", "ms", "load, M cycles", "arena", "records", "model bytes", "values", "differ")


LACKS_ROOM = ("interpreter records need more", "arena too small")  # kernels/status.def


def line(cells):
    """Of a table in Markdown."""
    return "| " + " | ".join(cells) + " |"


def compare(key, model, count):
    """(operators of the last sample, values compared, values that differ)."""
    values = differ = 0
    for inputs, references in recorded(key)[:count]:
        ops, outputs = model.invoke(inputs, [np.asarray(e).nbytes for e in references[0]])
        for i, got in enumerate(outputs):
            wanted = [np.asarray(reference[i]) for reference in references]
            got = np.frombuffer(got, wanted[0].dtype).reshape(wanted[0].shape)
            differ += min(int(np.sum(got != want)) for want in wanted)
            values += got.size
    return ops, values, differ


def recorded(key):
    """(inputs, outputs of each reference that counts) of the first group of one interpreter, in order."""
    if key == "digits":
        return [(inputs, [outputs]) for inputs, outputs in subjects.digits()[1]]
    group = next(group for group in goldens.groups(goldens.index()[key]) if not group.fresh)
    wanted = [group.recorded[name] for name in goldens.references(key) if name in group.recorded]
    return list(zip(group.samples, zip(*wanted, strict=True), strict=True))


def row(key, elf, board, count):
    """One line of the table, and how many values differ; None if it has no room on the board."""
    content, _ = subjects.load(key)
    name, slot = key.split("/")[-1], board.romfs["bytes"] // 2
    if len(content) > slot:
        return (name, f"too large: {len(content)} bytes of model, a slot has {slot}"), None
    try:
        model = Model(Chip(elf), content)
    except RuntimeError as error:
        if not any(text in str(error) for text in LACKS_ROOM):
            raise
        return (name, f"too large: {error}"), None
    ops, values, differ = compare(key, model, count)
    cycles, macs = sum(op.cycles for op in ops), sum(op.macs for op in ops)
    rate = f"{cycles / macs:.1f}" if macs else ""
    numbers = (f"{macs:,}", f"{cycles / 1e6:.3f}", rate, f"{cycles * 1e3 / board.clock_hz:.1f}", f"{model.load_cycles / 1e6:.2f}")
    sizes = (f"{n:,}" for n in (model.arena_bytes, model.records, len(content), values, differ))
    return (name, *numbers, *sizes), differ


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.bench.corpus", description=__doc__)
    parser.add_argument("models", nargs="*", help="names in the corpus, or digits")
    parser.add_argument("--samples", type=int, default=1, help="recorded samples to run")
    options = parser.parse_args()
    elf, board, ran, total = build(subjects.ROOT, "armv6m", "-O2"), boards.load(BOARD), 0, 0
    for cells in (HEAD, ["---"] * len(HEAD)):
        print(line(cells))
    keys = subjects.keys(options.models)
    for key in keys:
        cells, differ = row(key, elf, board, options.samples)
        print(line(cells), flush=True)
        if differ is not None:
            ran, total = ran + 1, total + differ
    print(f"{len(keys)} models, {ran} run, {total} values differ")
    return total > 0


if __name__ == "__main__":
    raise SystemExit(main())
