# SPDX-License-Identifier: MIT
"""`python -m tests.bench.host [MODEL ...]`: this PC's time for one inference, our engine beside TensorFlow Lite Micro's
reference kernels and LiteRT (XNNPACK, one thread), same model, same input, turn about in one run. Models: names in the
corpus, or files; mobilenet_v2 is one with random weights; without the corpus, the digits model instead of those in it.
Times are the least of many runs, and noisy; the ratios are what counts."""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import tabulate

from mpylite import Interpreter
from mpylite.interpreter import HOST
from tests.corpus import goldens

from . import mobilenet

ROOT = Path(__file__).resolve().parents[2]
MODELS = ("kws_dscnn_int8", "vww_mobilenetv1_025_96_int8", "ic_resnet8_int8", "ad01_autoencoder_int8", "person_detect_int8", "micro_speech_quantized", "mobilenet_v2")
ROUNDS = 200
MOST_SECONDS = 20  # of a model, but a few rounds there are
ROUND_SECONDS = 0.001  # short, so that some run undisturbed


def ours(path):
    model = Interpreter(path, speed=HOST)
    model.allocate_tensors()
    return lambda x: model.set_tensor(model.get_input_details()[0]["index"], x), model.invoke


def tflm(path):
    from tflite_micro import runtime

    model = runtime.Interpreter.from_file(str(path))
    return lambda x: model.set_input(x, 0), model.invoke


def litert(path):
    from ai_edge_litert.interpreter import Interpreter as LiteRT

    model = LiteRT(str(path), num_threads=1)
    model.allocate_tensors()
    return lambda x: model.set_tensor(model.get_input_details()[0]["index"], x), model.invoke


MACHINES = {"mpylite": ours, "TFLM": tflm, "LiteRT": litert}


def _round(invoke, count):
    start = time.perf_counter()
    for _ in range(count):
        invoke()
    return (time.perf_counter() - start) / count


def measure(path):
    """Machine -> least seconds of one inference; None where it refuses the model."""
    detail = Interpreter(path).get_input_details()[0]
    x = np.random.default_rng(0).integers(-128, 128, detail["shape"]).astype(detail["dtype"])
    ready = {}
    for name, make in MACHINES.items():
        try:
            feed, invoke = make(path)
            feed(x)
            invoke()
        except (RuntimeError, ValueError):
            continue
        once = min(_round(invoke, 1) for _ in range(5))  # the first are cold, some are disturbed
        ready[name] = (invoke, max(1, int(ROUND_SECONDS / once)))
    best, end = dict.fromkeys(MACHINES), time.perf_counter() + MOST_SECONDS
    for i in range(ROUNDS):
        for name, (invoke, count) in ready.items():
            if name == "TFLM" and i % 8 and count == 1:
                continue  # a reference that takes so long is steady
            invoke()  # the machine before has left its own data in the caches
            seconds = _round(invoke, count)
            best[name] = seconds if best[name] is None else min(best[name], seconds)
        if i >= 10 and time.perf_counter() > end:
            break
    return best


def _files(names):
    known = {entry["name"]: goldens.CORPUS / entry["model"] for entry in goldens.index().values()}
    known["mobilenet_v2"] = _mobilenet()
    if names:
        return [Path(name) if Path(name).is_file() else known[name] for name in names]
    return [known[name] for name in MODELS if name in known] + [_digits()] * (len(known) == 1)


def _mobilenet():
    target = Path(tempfile.mkdtemp()) / "mobilenet_v2.tflite"
    target.write_bytes(mobilenet.content())
    return target


def _digits():
    import sys

    import mpylite

    sys.path.insert(0, str(ROOT / "models" / "digits"))
    import data

    target = Path(tempfile.mkdtemp()) / "digits.tflite"
    mpylite.convert(str(ROOT / "models" / "digits" / "digits.keras"), str(target), data.calibration())
    return target


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.bench.host", description=__doc__)
    parser.add_argument("models", nargs="*")
    rows = []
    for path in _files(parser.parse_args().models):
        best = measure(path)
        cells = ["refused" if s is None else f"{s * 1e3:.3f}" for s in best.values()]
        ratios = ["" if best[other] is None else f"{best['mpylite'] / best[other]:.3g}" for other in ("TFLM", "LiteRT")]
        rows.append((path.stem, *cells, *ratios))
    heads = ("model", *MACHINES, "of TFLM", "of LiteRT")
    print("one inference on this PC, ms\n")
    print(tabulate.tabulate(rows, heads, disable_numparse=True, colalign=("left", *("right",) * (len(heads) - 1))))


if __name__ == "__main__":
    main()
