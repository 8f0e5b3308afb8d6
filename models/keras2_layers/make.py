# SPDX-License-Identifier: MIT
"""Makes samples.tar.xz: small random models as Keras 2 (tf.keras up to TensorFlow 2.15) writes them, `.h5` and `.keras`, with
inputs and Keras's own outputs. Needs `pip install tensorflow tf_keras`: `python models/keras2_layers/make.py`.

Owns what Keras 2 does differently; models/keras_layers has the layers themselves.
"""

import os
import pathlib
import sys
import tempfile

os.environ["TF_USE_LEGACY_KERAS"] = "1"
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
import tf_keras as keras  # noqa: E402
from archives import opened, stored, write, write_arrays  # noqa: E402
from tf_keras import layers as K  # noqa: E402

SAMPLES = 4
IMAGE, ROW, VECTOR = (8, 6, 3), (9, 4), (8,)


def functional(function, *shapes):
    inputs = [keras.Input(shape, name=f"x{i}") for i, shape in enumerate(shapes)]
    return keras.Model(inputs, function(*inputs))


def transfer(x):
    """A network inside another, behind preprocessing by Python's operators."""
    base = keras.Sequential(
        [K.Conv2D(4, 3, use_bias=False, input_shape=IMAGE), K.BatchNormalization(), K.ReLU(6.0), K.DepthwiseConv2D(3)]
    )
    return K.Dense(3)(K.GlobalAveragePooling2D()(base(x / 1.5 - 0.25, training=False)))


def siamese(x, y):
    one = keras.Sequential([K.Dense(4, input_shape=VECTOR), K.Dense(3)])
    return K.Concatenate()([one(x), one(y)])


MODELS = {
    "cnn": lambda: keras.Sequential([
        K.Conv2D(4, 3, activation="relu", input_shape=IMAGE), K.Conv2D(4, 3, padding="same"), K.BatchNormalization(), K.SeparableConv2D(3, 2),
        K.MaxPooling2D(), K.Flatten(), K.Dropout(0.1), K.Dense(3, activation="softmax"),
    ]),
    "hard_sigmoid": lambda: functional(lambda x: K.Activation("hard_sigmoid")(K.Dense(4, activation="hard_sigmoid")(x)), VECTOR),
    "gru_hard_sigmoid": lambda: functional(lambda x: K.GRU(3, recurrent_activation="hard_sigmoid")(x), ROW),
    "transfer": lambda: functional(transfer, IMAGE),
    "siamese": lambda: functional(siamese, VECTOR, VECTOR),
    "last_step": lambda: functional(lambda x: K.Dense(2)(K.LSTM(4, return_sequences=True)(x)[:, -1, :]), ROW),
    "operators": lambda: functional(
        lambda x, y: 1.0 - tf.concat([tf.nn.relu(x + y * 2.0), tf.math.maximum(x, y)], axis=-1), VECTOR, VECTOR
    ),
    "mean": lambda: functional(lambda x: tf.expand_dims(tf.reduce_mean(tf.nn.relu6(x), axis=[1, 2]), 1), IMAGE),
    "bidirectional": lambda: functional(lambda x: K.Bidirectional(K.LSTM(3))(K.TimeDistributed(K.Dense(4))(x)), ROW),
}  # fmt: skip


def record(name, archive):
    keras.utils.set_random_seed(5)
    rng = np.random.default_rng(1)
    model = MODELS[name]()
    shaken = [
        rng.uniform(0.5, 1.5, w.shape).astype(np.float32) if w.size and np.ptp(w) == 0 else w
        for w in model.get_weights()
    ]
    model.set_weights(shaken)
    inputs = [rng.uniform(-2, 2, (SAMPLES, *x.shape[1:])).astype(np.float32) for x in model.inputs]
    outputs = model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)
    write_arrays(archive, f"{name}.npz", out0=outputs, **{f"in{i}": x for i, x in enumerate(inputs)})
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("h5", "keras"):
            path = pathlib.Path(folder) / f"{name}.{suffix}"
            model.save(path)
            write(archive, path.name, stored(path) if suffix == "keras" else path.read_bytes())


def main():
    with opened(HERE / "samples.tar.xz") as archive:
        for name in MODELS:
            record(name, archive)
    sys.stdout.write(f"{len(MODELS)} models, {(HERE / 'samples.tar.xz').stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
