# SPDX-License-Identifier: MIT
"""`python -m tests.bench.corpus [--samples 1] [MODEL ...]`: a table of all models of the corpus on the RP2040 emulator, each
output compared with the recorded ones (TensorFlow Lite Micro's, or LiteRT's where the corpus says that it counts); then
digits. What is too large for a Pico is named. Takes some minutes."""

import argparse

import numpy as np

from mpylite import boards
from tests.corpus import goldens

from . import subjects
from .bare import STACK_BYTES, Chip, build
from .run import Model

BOARD = "RPI_PICO"
HEAD = ("model", "MACs", "M cycles", "a MAC", "ms", "load, M cycles", "arena", "records", "model bytes", "values", "differ")


def too_large(board, content, model):
    """Why a model has no place on the board; empty if it has."""
    slot, ram = board.romfs["bytes"] // 2, board.ram_bytes - STACK_BYTES
    if len(content) > slot:
        return f"{len(content)} bytes of model, a slot has {slot}"
    needs = model.arena_bytes + model.records
    return f"{needs} bytes of arena and records, RAM has {ram}" if needs > ram else ""


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
    """One line of the table, and how many values differ."""
    content, _ = subjects.load(key)
    try:
        model = Model(Chip(elf), content)
    except RuntimeError as error:
        return (key.split("/")[-1], f"not loaded: {error}"), 0
    if why := too_large(board, content, model):
        return (key.split("/")[-1], f"too large: {why}"), 0
    ops, values, differ = compare(key, model, count)
    cycles, macs = sum(op.cycles for op in ops), sum(op.macs for op in ops)
    rate = f"{cycles / macs:.1f}" if macs else ""
    numbers = (f"{macs:,}", f"{cycles / 1e6:.3f}", rate, f"{cycles * 1e3 / board.clock_hz:.1f}", f"{model.load_cycles / 1e6:.2f}")
    sizes = (f"{n:,}" for n in (model.arena_bytes, model.records, len(content), values, differ))
    return (key.split("/")[-1], *numbers, *sizes), differ


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.bench.corpus", description=__doc__)
    parser.add_argument("models", nargs="*", help="names in the corpus, or digits")
    parser.add_argument("--samples", type=int, default=1, help="recorded samples to run")
    options = parser.parse_args()
    elf, board, total = build(subjects.ROOT, "armv6m", "-O2"), boards.load(BOARD), 0
    for cells in (HEAD, ["---"] * len(HEAD)):
        print("| " + " | ".join(cells) + " |")
    keys = subjects.keys(options.models) if options.models else [*goldens.index(), "digits"]
    for key in keys:
        cells, differ = row(key, elf, board, options.samples)
        print("| " + " | ".join(cells) + " |", flush=True)
        total += differ
    print(f"{len(keys)} models, {total} values differ")
    return total > 0


if __name__ == "__main__":
    raise SystemExit(main())
