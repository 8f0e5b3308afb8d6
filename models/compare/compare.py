# SPDX-License-Identifier: MIT
"""Side by side with TFLiteConverter on the same trained float models, data and metric: accuracy, file size, arena, time.
Needs TensorFlow, which nothing else of this project does: `make compare` makes an environment for it.

`compare.py [NAME …] [--write PAGE]`. Leaves the networks to networks.py, the images to datasets.py; what is trained
is kept in build/compare.
"""

import os
import pathlib
import platform
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
KEPT = ROOT / "build" / "compare"
sys.path[:0] = [str(HERE), str(ROOT / "host_tools")]

import datasets  # noqa: E402
import networks  # noqa: E402
import numpy as np  # noqa: E402

CALIBRATION = 100
BEGIN, END = "<!-- written by make compare: begin -->\n", "<!-- written by make compare: end -->\n"
HEAD = (
    "| model | held out | float | mpylite | TFLiteConverter | right alone | same | same (TF) | bytes | bytes (TF) | arena "
    "| arena (TF) | seconds | seconds (TF) |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n"
)


def images_of(name):
    """((images, labels) for training and calibration, the same held out)"""
    if name == "digits_cnn":
        return datasets.digits()
    parts = datasets.mnist(KEPT)
    return datasets.without_strange(parts) if name == "autoencoder" else parts


def trained(name):
    """The path of the trained float model; trains it where it is not kept."""
    path = KEPT / f"{name}.keras"
    if not path.is_file():
        epochs = {"digits_cnn": 40, "autoencoder": 10, "lstm": 6}.get(name, 3)
        fitted(name, *images_of(name)[0], epochs).save(path)
    return path


def fitted(name, images, labels, epochs):
    """The network, trained from its seed."""
    import keras

    keras.utils.set_random_seed(1)
    x = keras.Input(images.shape[1:])
    model = keras.Model(x, networks.NETWORKS[name](keras.layers, x))
    targets, loss = (images, "mse") if name == "autoencoder" else (labels, "sparse_categorical_crossentropy")
    # A rate that falls to zero lets the averages of batch normalisation settle.
    rate = keras.optimizers.schedules.CosineDecay(2e-3, epochs * -(-len(images) // 64))
    model.compile(keras.optimizers.Adam(rate), loss)
    model.fit(images, targets, batch_size=64, epochs=epochs, verbose=0)
    return model


def score(name, images, labels, outputs):
    """Accuracy, or for the autoencoder the area under the curve of telling the strange digit from others."""
    if name != "autoencoder":
        return float((outputs.reshape(len(labels), -1).argmax(1) == labels).mean())
    errors = ((outputs.reshape(images.shape) - images) ** 2).mean((1, 2, 3))
    strange, usual = errors[labels == datasets.STRANGE], errors[labels != datasets.STRANGE]
    return float((strange[:, None] > usual[None]).mean() + 0.5 * (strange[:, None] == usual[None]).mean())


def tensorflow_file(path, samples):
    import tensorflow as tf

    model = tf.keras.models.load_model(path, compile=False)
    if any("lstm" in layer.name for layer in model.layers):
        converter = lstm_converter(tf, model)
    else:
        converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([sample[None]] for sample in samples)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter.convert()


def lstm_converter(tf, model):
    """Keras 3's LSTM becomes a WHILE, on which TFLiteConverter's calibration ends with a segmentation fault, and unrolled
    it makes a file of 139 kB. Keras 2's, with a fixed batch, becomes TFLite's operator: the weights move to such a twin."""
    import tf_keras

    x = tf_keras.Input(model.input_shape[1:], batch_size=1)
    twin = tf_keras.Model(x, networks.lstm(tf_keras.layers, x))
    twin.set_weights(model.get_weights())
    function = tf.function(twin).get_concrete_function(tf.TensorSpec(x.shape, tf.float32))
    return tf.lite.TFLiteConverter.from_concrete_functions([function], twin)


def run_int8(content, images):
    """Real outputs of an int8 file in our engine, which equals TensorFlow Lite Micro."""
    from mpylite import Interpreter

    machine = Interpreter(content, speed="host")
    machine.allocate_tensors()
    outputs = []
    for image in images:
        machine.reset_all_variables()
        outputs.append(machine.predict(image))
    return np.stack(outputs), Interpreter(content).arena_bytes  # of kernels as boards have them


def timed(code, *arguments):
    """Seconds of a new Python process, start-up included. Why one fails is told, not only that it does."""
    import subprocess

    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], check=False, capture_output=True, text=True
    )
    if done.returncode:
        sys.stderr.write(
            f"exit status {done.returncode}: {(done.stderr.strip().splitlines() or ['nothing said'])[-1]}\n"
        )
    return time.perf_counter() - start


OURS = (
    "import sys; sys.path[:0] = sys.argv[1:3]; import numpy as np; from mpylite import pipeline;"
    "pipeline.convert(sys.argv[3], sys.argv[4], np.load(sys.argv[5]))"
)
THEIRS = (
    "import sys; sys.path[:0] = sys.argv[1:3]; import numpy as np, compare, pathlib;"
    "pathlib.Path(sys.argv[4]).write_bytes(compare.tensorflow_file(sys.argv[3], np.load(sys.argv[5])))"
)


def compare(name):
    """(name, number of held-out images, float score, right alone, ours, theirs); the last two: measured() and seconds."""
    from mpylite import float_run, readers

    path = trained(name)
    (calibration, _), (images, labels) = images_of(name)
    np.save(KEPT / "calibration.npy", calibration[:CALIBRATION])
    parts = np.array_split(images, -(-len(images) // 500))
    graph = readers.read(path)
    floats = np.concatenate([float_run.run(graph, [part])[0] for part in parts])
    results, right = [], []
    for code, kind in ((OURS, "ours"), (THEIRS, "theirs")):
        target = KEPT / f"{name}.{kind}.tflite"
        target.unlink(missing_ok=True)
        seconds = timed(code, HERE, ROOT / "host_tools", path, target, KEPT / "calibration.npy")
        cells, answers = measured(name, target, images, labels, floats)
        results.append((*cells, f"{seconds:.1f}"))
        right.append(None if answers is None else answers == labels)
    return name, len(images), score(name, images, labels, floats), right_alone(*right), *results


def right_alone(ours, theirs):
    """How many answers one file has right and the other wrong, as text; chance alone makes the two numbers differ a little."""
    if ours is None or theirs is None:
        return ""
    return f"{(ours & ~theirs).sum()} : {(theirs & ~ours).sum()}"


def measured(name, target, images, labels, floats):
    """((score, share of answers that are the float model's, bytes, arena) as text, the answers where there are any); what
    fails is a result too."""
    if not target.is_file():
        return ("fails", "", "", ""), None
    content = target.read_bytes()
    try:
        outputs, arena = run_int8(content, images)
    except ValueError as error:
        return (str(error)[:60], "", f"{len(content):,}", ""), None
    outputs, floats = outputs.reshape(len(images), -1), floats.reshape(len(images), -1)
    answers = None if name == "autoencoder" else outputs.argmax(1)
    same = "" if answers is None else f"{(answers == floats.argmax(1)).mean():.4f}"
    return (f"{score(name, images, labels, outputs):.4f}", same, f"{len(content):,}", f"{arena:,}"), answers


def row_text(name, count, exact, alone, ours, theirs):
    cells = [cell for pair in zip(ours, theirs) for cell in pair]
    label = f"{name} (AUC)" if name == "autoencoder" else name
    return f"| {label} | {count:,} | {exact:.4f} | " + " | ".join((*cells[:2], alone, *cells[2:])) + " |\n"


def versions():
    from importlib.metadata import version

    parts = [f"{package} {version(package)}" for package in ("keras", "numpy")]
    found = next(v for p in ("tensorflow", "tensorflow-cpu") for v in _version(p))
    return f"\n(TensorFlow {found}, {', '.join(parts)}, Python {platform.python_version()}; seconds compare within a row.)\n"


def _version(package):
    from importlib.metadata import PackageNotFoundError, version

    try:
        return [version(package)]
    except PackageNotFoundError:
        return []


def write(page, rows):
    """Puts the rows between the page's two markers; those of networks that were not run stay."""
    content = page.read_text(encoding="utf-8")
    if BEGIN not in content or END not in content:
        sys.exit(f"{page}: found no two markers, needs {BEGIN.strip()} and {END.strip()}")
    before, (table, after) = content.split(BEGIN)[0], content.split(BEGIN)[1].split(END)
    kept = {line.split()[1]: line for line in table.splitlines(keepends=True) if line.startswith("| ")}
    text = "".join(rows.get(name) or kept.get(name, "") for name in networks.NETWORKS)
    page.write_text(before + BEGIN + HEAD + text + versions() + END + after, encoding="utf-8")


def main():
    arguments = sys.argv[1:]
    page = pathlib.Path(arguments.pop(arguments.index("--write") + 1)) if "--write" in arguments else None
    names = [n for n in arguments if not n.startswith("--")]
    if unknown := [n for n in names if n not in networks.NETWORKS]:
        sys.exit(f"models: found {' '.join(unknown)}, needs {' '.join(networks.NETWORKS)}")
    KEPT.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(HEAD)
    rows = {}
    for name in names or networks.NETWORKS:
        rows[name] = row_text(*compare(name))
        sys.stdout.write(rows[name])
        sys.stdout.flush()
    if page is not None:
        write(page, rows)


if __name__ == "__main__":
    main()
