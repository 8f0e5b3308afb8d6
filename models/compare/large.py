# SPDX-License-Identifier: MIT
"""How much memory the converter takes for large networks: Keras's own MobileNetV2-1.0-224 and InceptionV3 with random weights,
each converted in a process of its own. Run in the comparison's environment: `build/compare/venv/bin/python
models/compare/large.py`; docs/convert.md has what it prints.
"""

import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
NETWORKS = {"MobileNetV2": (224, 100), "InceptionV3": (299, 32)}  # name in keras.applications -> size of pictures, samples


def make(name, path):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    keras.utils.set_random_seed(1)
    getattr(keras.applications, name)(weights=None).save(path)


def convert(path, size, count):
    """Prints seconds, peak memory of this process and the size of the file."""
    sys.path.insert(0, str(HERE.parents[1] / "host_tools"))
    import numpy as np
    from mpylite import pipeline

    start = time.perf_counter()
    samples = np.random.default_rng(0).uniform(-1, 1, (count, size, size, 3)).astype(np.float32)
    made = pipeline.convert(path, None, samples)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1 if sys.platform != "darwin" else 1024)
    seconds = time.perf_counter() - start
    sys.stdout.write(f"{seconds:.0f} s, {peak / 1024:,.0f} MiB at most, a file of {len(made.content):,} bytes\n")


def main():
    if len(sys.argv) > 1:
        step, *rest = sys.argv[1:]
        return make(*rest) if step == "make" else convert(rest[0], *map(int, rest[1:]))
    with tempfile.TemporaryDirectory() as folder:
        for name, (size, count) in NETWORKS.items():
            path = str(pathlib.Path(folder) / f"{name}.keras")
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            subprocess.run([sys.executable, __file__, "make", name, path], check=True, **quiet)
            sys.stdout.write(f"{name} {size}x{size}, {count} samples: ")
            sys.stdout.flush()
            subprocess.run([sys.executable, __file__, "convert", path, str(size), str(count)], check=True)


if __name__ == "__main__":
    main()
