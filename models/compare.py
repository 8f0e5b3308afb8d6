# SPDX-License-Identifier: MIT
"""Side by side with TFLiteConverter on the same trained float models, data and metric: accuracy, file
size, arena, time. Needs TensorFlow, which nothing else of this project does.

`python models/compare.py [NAME …] [--markdown]`. The networks are trained here on scikit-learn's digits
(models/digits/data.py: same split; calibration on training images) and kept in build/compare.
"""

import os
import pathlib
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
HERE = pathlib.Path(__file__).resolve().parent
KEPT = HERE.parent / "build" / "compare"
sys.path[:0] = [str(HERE / "digits"), str(HERE.parent / "host_tools")]

import data  # noqa: E402
import numpy as np  # noqa: E402

CALIBRATION = 100


def wide(images):
    """The 8x8 digits as 32x32 pictures, for the networks that halve their input five times."""
    return np.repeat(np.repeat(images, 4, 1), 4, 2)


def block(x, K, filters, stride=1, relu=6.0):
    x = K.DepthwiseConv2D(3, stride, "same", use_bias=False)(x)
    x = K.ReLU(relu)(K.BatchNormalization()(x))
    x = K.Conv2D(filters, 1, use_bias=False)(x)
    return K.ReLU(relu)(K.BatchNormalization()(x))


def inverted(x, K, filters, stride, expand):
    y = K.Conv2D(expand * x.shape[-1], 1, use_bias=False)(x)
    y = K.DepthwiseConv2D(3, stride, "same", use_bias=False)(K.ReLU(6.0)(K.BatchNormalization()(y)))
    y = K.Conv2D(filters, 1, use_bias=False)(K.ReLU(6.0)(K.BatchNormalization()(y)))
    y = K.BatchNormalization()(y)
    return K.Add()([x, y]) if stride == 1 and x.shape[-1] == filters else y


def residual(x, K, filters, stride):
    y = K.ReLU()(K.BatchNormalization()(K.Conv2D(filters, 3, stride, "same")(x)))
    y = K.BatchNormalization()(K.Conv2D(filters, 3, padding="same")(y))
    if stride > 1 or x.shape[-1] != filters:
        x = K.Conv2D(filters, 1, stride, "same")(x)
    return K.ReLU()(K.Add()([x, y]))


def cnn(K, x):
    x = K.MaxPooling2D()(K.Conv2D(16, 3, activation="relu")(x))
    return K.Dense(10, activation="softmax")(K.Dense(32, activation="relu")(K.Flatten()(x)))


def ds_cnn(K, x):
    x = K.ReLU()(K.BatchNormalization()(K.Conv2D(32, 3, 2, "same")(x)))
    for _ in range(4):
        x = block(x, K, 32, relu=None)
    return K.Dense(10, activation="softmax")(K.GlobalAveragePooling2D()(x))


def resnet_8(K, x):
    x = K.ReLU()(K.BatchNormalization()(K.Conv2D(16, 3, padding="same")(x)))
    for filters, stride in ((16, 1), (32, 2), (64, 2)):
        x = residual(x, K, filters, stride)
    return K.Dense(10, activation="softmax")(K.GlobalAveragePooling2D()(x))


def mobilenet_v1(K, x):
    x = K.ReLU(6.0)(K.BatchNormalization()(K.Conv2D(8, 3, 2, "same", use_bias=False)(x)))
    for filters, stride in ((16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), (128, 1)):
        x = block(x, K, filters, stride)
    return K.Dense(10, activation="softmax")(K.GlobalAveragePooling2D()(x))


def mobilenet_v2(K, x):
    x = K.ReLU(6.0)(K.BatchNormalization()(K.Conv2D(16, 3, 2, "same", use_bias=False)(x)))
    for filters, stride, expand in ((8, 1, 1), (8, 2, 6), (8, 1, 6), (16, 2, 6), (16, 1, 6), (24, 1, 6), (56, 2, 6)):
        x = inverted(x, K, filters, stride, expand)
    return K.Dense(10, activation="softmax")(K.GlobalAveragePooling2D()(x))


def lstm(K, x):
    return K.Dense(10, activation="softmax")(K.LSTM(24)(K.Reshape((8, 8))(x)))


def autoencoder(K, x):
    x = K.Flatten()(x)
    for units in (64, 64, 8, 64, 64):
        x = K.ReLU()(K.BatchNormalization()(K.Dense(units)(x)))
    return K.Reshape((8, 8, 1))(K.Dense(64)(x))


NETWORKS = {
    "cnn": (cnn, False), "ds_cnn": (ds_cnn, False), "resnet_8": (resnet_8, False), "mobilenet_v1": (mobilenet_v1, True),
    "mobilenet_v2": (mobilenet_v2, True), "lstm": (lstm, False), "autoencoder": (autoencoder, False),
}  # fmt: skip


def trained(name):
    """The path of the trained float model; trains it where it is not kept."""
    import keras

    path = KEPT / f"{name}.keras"
    if path.is_file():
        return path
    keras.utils.set_random_seed(1)
    build, large = NETWORKS[name]
    images, labels = data.training()
    images = wide(images) if large else images
    x = keras.Input(images.shape[1:])
    model = keras.Model(x, build(keras.layers, x))
    if name == "autoencoder":
        images, labels = images[labels != 1], images[labels != 1]
    model.compile(keras.optimizers.Adam(2e-3), "mse" if name == "autoencoder" else "sparse_categorical_crossentropy")
    model.fit(images, labels, batch_size=64, epochs=80 if name == "autoencoder" else 40, verbose=0)
    KEPT.mkdir(parents=True, exist_ok=True)
    model.save(path)
    return path


def score(name, images, labels, outputs):
    """Accuracy, or for the autoencoder the area under the curve of telling ones from other digits."""
    if name != "autoencoder":
        return float((outputs.reshape(len(labels), -1).argmax(1) == labels).mean())
    errors = ((outputs.reshape(images.shape) - images) ** 2).mean((1, 2, 3))
    strange, usual = errors[labels == 1], errors[labels != 1]
    return float((strange[:, None] > usual[None]).mean() + 0.5 * (strange[:, None] == usual[None]).mean())


def tensorflow_file(path, samples):
    import tensorflow as tf

    model = tf.keras.models.load_model(path, compile=False)
    if any("lstm" in layer.name for layer in model.layers):  # TFLite's LSTM operator needs a fixed batch
        shape = tf.TensorSpec((1, *model.input_shape[1:]), tf.float32)
        model.export(str(KEPT / "saved"), format="tf_saved_model", input_signature=[shape], verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(str(KEPT / "saved"))
    else:
        converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([sample[None]] for sample in samples)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter.convert()


def run_int8(content, images):
    """Real outputs of an int8 file in our engine, which equals TensorFlow Lite Micro."""
    from mpylite import Interpreter

    machine = Interpreter(content)
    machine.allocate_tensors()
    outputs = []
    for image in images:
        machine.reset_all_variables()
        outputs.append(machine.predict(image))
    return np.stack(outputs), machine.arena_bytes


def timed(code, *arguments):
    """(seconds of a new Python process, start-up included)"""
    import subprocess

    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, *map(str, arguments)], check=False, capture_output=True)
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
    """One row: name, float, ours, theirs (each score, bytes, arena, seconds)."""
    from mpylite import float_run, readers

    path, large = trained(name), NETWORKS[name][1]
    images, labels = data.held_out()
    calibration = data.training()[0][:CALIBRATION]
    images, calibration = (wide(images), wide(calibration)) if large else (images, calibration)
    np.save(KEPT / "calibration.npy", calibration)
    exact = score(name, images, labels, float_run.run(readers.read(path), [images])[0])
    row = [name, exact]
    for code, folder in ((OURS, HERE.parent / "host_tools"), (THEIRS, HERE)):
        target = KEPT / f"{name}.{'ours' if code is OURS else 'theirs'}.tflite"
        target.unlink(missing_ok=True)
        seconds = timed(code, folder, HERE.parent / "host_tools", path, target, KEPT / "calibration.npy")
        if not target.is_file():  # a converter that fails is a result too
            row.append((float("nan"), 0, "fails", seconds))
            continue
        content = target.read_bytes()
        try:
            outputs, arena = run_int8(content, images)
            row.append((score(name, images, labels, outputs), len(content), arena, seconds))
        except ValueError as error:  # and so is a file that the engine refuses
            row.append((float("nan"), len(content), str(error)[:40], seconds))
    return row


def main():
    names = [n for n in sys.argv[1:] if not n.startswith("--")] or list(NETWORKS)
    out = sys.stdout.write
    out(
        "| model | float | mpylite | TFLiteConverter | bytes | bytes (TF) | arena | arena (TF) | seconds | seconds (TF) |\n"
    )
    out("|---|---|---|---|---|---|---|---|---|---|\n")
    for name in names:
        name, exact, ours, theirs = compare(name)
        out(
            f"| {name} | {exact:.4f} | {ours[0]:.4f} | {theirs[0]:.4f} | {ours[1]:,} | {theirs[1]:,} | {ours[2]} | {theirs[2]} "
            f"| {ours[3]:.1f} | {theirs[3]:.1f} |\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
