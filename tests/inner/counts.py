# SPDX-License-Identifier: MIT
"""`python -m tests.inner.counts [ARCH ...] [--portable] [--write]`: instructions a multiply-accumulate of a few layers, whole
operators with packing and scaling, and of the corpus' MLPerf Tiny models, counted by QEMU. --write keeps the counts in
counts.json, beyond which they must not grow."""

import argparse
import json
from pathlib import Path

import numpy as np

from mpylite import Interpreter
from tests.bench import subjects
from tests.kernels.case import C, Case, T

from . import machines

KEPT = Path(__file__).with_name("counts.json")


def _weights(case, shape):
    """Weights as training leaves them: most are small."""
    rnd = np.random.default_rng([*case.encode()])
    return np.clip(np.round(rnd.normal(0, 32, shape)), -127, 127)


def _layer(operator, name, x_shape, y_shape, w_shape, axis, options):
    outputs = w_shape[axis]
    w = C(w_shape, "int8", [0.005] * outputs, 0, _weights(name, w_shape), axis)
    x, bias = T(x_shape, "int8", 0.02, -7, "random"), C((outputs,), "int32")
    options = {"fused_activation_function": "RELU", **options}
    return Case(name, [x, w, bias], [T(y_shape, "int8", 0.05, -128)], options, samples=1, operator=operator)


def conv(name, size, depth, outputs, kernel, operator="CONV_2D", stride=1):
    """A square or oblong image of that size, padded where the kernel is larger than 1."""
    h, w = size
    y = (1, -(-h // stride), -(-w // stride), outputs)
    depthwise = operator != "CONV_2D"
    shape = (1, kernel, kernel, outputs) if depthwise else (outputs, kernel, kernel, depth)
    options = {"padding": "SAME", "stride_h": stride, "stride_w": stride}
    options |= {"depth_multiplier": 1} if depthwise else {}
    return _layer(operator, name, (1, h, w, depth), y, shape, 3 if depthwise else 0, options)


def dense(name, count, outputs):
    w = C((outputs, count), "int8", 0.005, 0, _weights(name, (outputs, count)))
    x, y = T((1, count), "int8", 0.02, -7, "random"), T((1, outputs), "int8", 0.05, -128)
    return Case(name, [x, w, C((outputs,), "int32")], [y], {}, samples=1, operator="FULLY_CONNECTED")


def add(name, shape):
    x, z, y = (T(shape, "int8", scale, zero, "random") for scale, zero in ((0.02, -7), (0.03, 4), (0.05, -128)))
    return Case(name, [x, z], [y], {}, samples=1, operator="ADD")


DEPTHWISE = "DEPTHWISE_CONV_2D"
LAYERS = {
    "conv 1x1, 64 to 64, 25x5": conv("1x1", (25, 5), 64, 64, 1),
    "conv 1x1, 8 to 16, 48x48": conv("1x1 thin", (48, 48), 8, 16, 1),
    "conv 1x1, 256 to 256, 3x3": conv("1x1 deep", (3, 3), 256, 256, 1),
    "conv 3x3, 16 to 16, 32x32": conv("3x3", (32, 32), 16, 16, 3),
    "conv 3x3, 3 to 8, 48x48, stride 2": conv("3x3 first", (48, 48), 3, 8, 3, stride=2),
    "depthwise 3x3, 64, 25x5": conv("dw", (25, 5), 64, 64, 3, DEPTHWISE),
    "depthwise 3x3, 16, 48x48, stride 2": conv("dw 2", (48, 48), 16, 16, 3, DEPTHWISE, 2),
    "dense, 640 to 128": dense("dense", 640, 128),
    "add, 32x32x16 (an element)": add("add", (1, 32, 32, 16)),
}


def questions():
    """Name -> (model, inputs, bytes of the output, bound of scratch), and name -> what the output must be."""
    asked, wanted = {}, {}
    for name, case in LAYERS.items():
        asked[name] = (case.model(), case.input_samples()[0], int(np.prod(case.outputs[0].shape)), machines.FAST)
    for key in subjects.keys(subjects.MLPERF):
        model, samples = subjects.load(key)
        inputs, (output, *_) = samples[0]
        name = key.split("/")[-1]
        asked[name] = (model, inputs, output.nbytes, machines.FAST)
        wanted[name] = np.ascontiguousarray(output).tobytes()
    return asked, wanted


def units(model, output_bytes):
    """Multiply-accumulates, or outputs of an operator without."""
    return Interpreter(model).macs or output_bytes


def count(arch, inner=None):
    """Name to instructions of one invocation; the models' outputs are TensorFlow Lite Micro's."""
    asked, wanted = questions()
    answers = machines.ask(arch, machines.build(arch, inner), list(asked.values()))
    found = {}
    for name, answer in zip(asked, answers, strict=True):
        if answer.status or answer.output != wanted.get(name, answer.output):
            raise AssertionError(f"{arch}, {name}: found status {answer.status} and another output than TensorFlow Lite Micro's")
        found[name] = answer.instructions
    return found


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.inner.counts", description=__doc__)
    parser.add_argument("arches", nargs="*", default=machines.ARCHES, help=", ".join(machines.ARCHES))
    parser.add_argument("--portable", action="store_true", help="the portable kernels in their place")
    parser.add_argument("--write", action="store_true", help="keep the counts in counts.json")
    options = parser.parse_args()
    found = {arch: count(arch, "portable" if options.portable else None) for arch in options.arches}
    print(f"{'instructions a MAC':38}" + "".join(f"{arch:>10}" for arch in found))
    for name, (model, _, output_bytes, _) in questions()[0].items():
        rate = units(model, output_bytes)
        print(f"{name:38}" + "".join(f"{counts[name] / rate:10.2f}" for counts in found.values()))
    if options.write:
        kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
        KEPT.write_text(json.dumps(kept | found, indent=1) + "\n")


if __name__ == "__main__":
    main()
