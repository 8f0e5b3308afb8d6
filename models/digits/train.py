# SPDX-License-Identifier: MIT
"""Trains digits.keras and records Keras's own outputs for it; leaves the data to data.py.

Run with the extra `mpylite[train]` (Keras 3 on JAX, CPU): `python models/digits/train.py`.
Seeds are fixed and JAX on CPU is deterministic: on the same machine kind and versions the
weights come out the same bit for bit; elsewhere the score repeats within a few images.
`--check` trains into a temporary folder and compares with the committed file.
"""

import argparse
import os
import pathlib
import sys
import tempfile

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import data  # noqa: E402
import numpy as np  # noqa: E402

SEED = 7
EPOCHS = 60


def build():
    """A small CNN: convolution, depthwise, pointwise, each with batch normalisation."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((8, 8, 1), name="image"),
            layers.Conv2D(16, 3, padding="same", use_bias=False, name="conv"),
            layers.BatchNormalization(name="conv_bn"),
            layers.Activation("relu", name="conv_relu"),
            layers.DepthwiseConv2D(3, padding="same", use_bias=False, name="depthwise"),
            layers.BatchNormalization(name="depthwise_bn"),
            layers.Activation("relu", name="depthwise_relu"),
            layers.Conv2D(32, 1, use_bias=False, name="pointwise"),
            layers.BatchNormalization(name="pointwise_bn"),
            layers.Activation("relu", name="pointwise_relu"),
            layers.MaxPooling2D(2, name="pool"),
            layers.Dropout(0.2, name="dropout"),
            layers.Flatten(name="flatten"),
            layers.Dense(10, activation="softmax", name="digit"),
        ],
        name="digits",
    )


def shifted(images, rng):
    """Each image moved by up to one pixel, edges filled with zero."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
    dy, dx = rng.integers(0, 3, size=(2, len(images)))
    rows, columns = dy[:, None] + np.arange(8), dx[:, None] + np.arange(8)
    return padded[np.arange(len(images))[:, None, None], rows[:, :, None], columns[:, None, :]]


def train(folder):
    """Trains, writes digits.keras and expected.npz to folder, returns the held-out accuracy."""
    import keras

    keras.utils.set_random_seed(SEED)
    model = build()
    images, labels = data.training()
    steps = EPOCHS * -(-len(images) // 64)
    rate = keras.optimizers.schedules.CosineDecay(4e-3, steps)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    rng = np.random.default_rng(SEED)
    for _ in range(EPOCHS):
        order = rng.permutation(len(images))
        model.fit(shifted(images[order], rng), labels[order], batch_size=64, shuffle=False, verbose=0)
    model.optimizer = None  # drops the optimiser's state: the file holds only what inference needs
    model.save(folder / "digits.keras")
    held_images, held_labels = data.held_out()
    probabilities = np.asarray(model.predict(held_images, batch_size=64, verbose=0))
    np.savez_compressed(folder / "expected.npz", out0=probabilities[:64])
    return float(np.mean(probabilities.argmax(1) == held_labels))


def weights_of(path):
    import keras

    return keras.saving.load_model(path, compile=False).get_weights()


def check():
    with tempfile.TemporaryDirectory() as name:
        accuracy = train(pathlib.Path(name))
        new, old = weights_of(pathlib.Path(name) / "digits.keras"), weights_of(HERE / "digits.keras")
    furthest = max(float(np.abs(a - b).max()) for a, b in zip(new, old))
    sys.stdout.write(f"held-out accuracy {accuracy:.4f}, largest weight difference {furthest:g}\n")
    return 0 if accuracy >= 0.97 else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the committed file, write nothing")
    if parser.parse_args().check:
        return check()
    sys.stdout.write(f"held-out accuracy {train(HERE):.4f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
