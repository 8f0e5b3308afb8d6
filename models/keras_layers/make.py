# SPDX-License-Identifier: MIT
"""Makes samples.tar.xz: for every Keras layer that the converter reads, a tiny random model, an input
and Keras's own output. Run with the extra `mpylite[train]`: `python models/keras_layers/make.py [NAME…]`; with names only
these are made anew.

Owns the list of models; tests/host_tools compare the converter with what is recorded here.
"""

import os
import pathlib
import sys
import tarfile
import tempfile

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import keras  # noqa: E402
import numpy as np  # noqa: E402
from archives import opened, stored, write, write_arrays  # noqa: E402
from keras import layers as K  # noqa: E402

SAMPLES = 6
IMAGE, ROW, VECTOR = (7, 6, 3), (9, 4), (8,)


def single(layer, shape=IMAGE):
    return keras.Sequential([keras.Input(shape), layer])


def functional(function, *shapes):
    inputs = [keras.Input(shape, name=f"x{i}") for i, shape in enumerate(shapes)]
    return keras.Model(inputs, function(*inputs))


def merged(layer, shapes=((5, 4, 3), (5, 4, 3))):
    return functional(lambda *x: layer(list(x)), *shapes)


def residual(x):
    """Branches, a shared layer and two outputs."""
    shared = K.Conv2D(4, 3, padding="same", activation="relu", name="shared")
    a = shared(x)
    b = shared(K.Conv2D(3, 1, name="narrow")(a))
    c = K.Add(name="sum")([a, b])
    return [K.Dense(5, activation="softmax", name="answer")(K.GlobalAveragePooling2D()(c)), K.Flatten(name="rest")(b)]


def nested():
    inner = keras.Sequential([keras.Input((8,)), K.Dense(6, activation="relu"), K.Dense(5)], name="inner")
    side = keras.Input((5,))
    outer = keras.Model(side, K.Dense(4, activation="tanh")(side), name="outer")
    return functional(lambda x: outer(inner(x)), (8,))


def dictionaries():
    """Inputs and outputs by name."""
    ports = {"a": keras.Input((8,), name="a"), "b": keras.Input((4,), name="b")}
    both = K.Concatenate()([ports["a"], ports["b"]])
    return keras.Model(ports, {"p": K.Dense(2, name="first")(both), "q": K.Dense(3, name="second")(ports["b"])})


def siamese():
    """One network called on two inputs."""
    one = keras.Sequential([keras.Input(IMAGE), K.Conv2D(4, 3), K.Flatten(), K.Dense(3)], name="one")
    return functional(lambda x, y: K.Dot(axes=1)([one(x), one(y)]), IMAGE, IMAGE)


def transfer():
    """A network inside another, behind Python's operators, as transfer learning has it."""
    base = keras.Sequential([keras.Input(IMAGE), K.Conv2D(4, 3), keras.Sequential([K.BatchNormalization(), K.ReLU()])])
    return functional(lambda x: K.Dense(3)(K.GlobalAveragePooling2D()(base(x / 1.5 - 0.25, training=False))), IMAGE)


def temporal():
    """Causal convolutions with residuals, then the last step by a slice."""

    def build(x):
        x = K.Conv1D(6, 1)(x)
        for dilation in (1, 2):
            y = K.Conv1D(6, 3, padding="causal", dilation_rate=dilation, activation="relu")(x)
            x = K.Add()([x, K.SpatialDropout1D(0.1)(y)])
        return K.Dense(3)(x[:, -1, :])

    return functional(build, ROW)


def mobile_block():
    return keras.Sequential(
        [
            keras.Input(IMAGE),
            K.ZeroPadding2D(((0, 1), (0, 1))),
            K.Conv2D(8, 3, strides=2, use_bias=False),
            K.BatchNormalization(),
            K.ReLU(6.0),
            K.DepthwiseConv2D(3, padding="same", use_bias=False),
            K.BatchNormalization(),
            K.Activation("relu6"),
            K.Conv2D(4, 1, use_bias=False),
            K.BatchNormalization(),
            K.GlobalAveragePooling2D(),
            K.Dropout(0.5),
            K.Dense(3, activation="softmax"),
        ]
    )


def normalization():
    layer = K.Normalization()
    layer.adapt(np.random.default_rng(5).normal(2, 3, (50, *IMAGE)).astype(np.float32))
    return layer


O = keras.ops
# Python's operators and keras.ops on tensors of shape IMAGE
OPERATIONS = {
    "add": lambda x: x + 1.5, "radd": lambda x: 1.5 + x, "subtract": lambda x: x - 0.5, "rsubtract": lambda x: 1.0 - x,
    "multiply": lambda x: x * 2.0, "true_divide": lambda x: x / 127.5, "negative": lambda x: -x, "power": lambda x: x**3,
    "getitem": lambda x: x[:, 1:-1:2, ..., 2], "getitem_last": lambda x: x[:, -1], "mean": lambda x: O.mean(x, axis=(1, 2)),
    "max": lambda x: O.max(x, axis=-1, keepdims=True), "min": lambda x: O.min(x, axis=2), "sum": lambda x: O.sum(x, axis=[1, 2]),
    "absolute": O.absolute, "exp": O.exp, "log": lambda x: O.log(O.square(x) + 0.5), "sqrt": lambda x: O.sqrt(O.abs(x) + 0.3),
    "rsqrt": lambda x: O.rsqrt(O.square(x) + 1.0), "floor": lambda x: O.floor(x) + x, "ceil": lambda x: O.ceil(x) + x,
    "sin": O.sin, "cos": O.cos, "sign": lambda x: O.sign(x) + x, "relu": O.relu, "relu6": O.relu6, "sigmoid": O.sigmoid, "silu": O.silu,
    "softmax": lambda x: O.softmax(x, axis=-1), "gelu": O.gelu, "tanh": O.tanh, "elu": O.elu, "leaky_relu": lambda x: O.leaky_relu(x, 0.1),
    "hard_sigmoid": O.hard_sigmoid, "hard_silu": O.hard_silu, "softplus": O.softplus, "softsign": O.softsign, "selu": O.selu,
    "log_softmax": O.log_softmax, "hard_tanh": O.hard_tanh, "clip": lambda x: O.clip(x, -0.5, 1.25),
    "reshape": lambda x: O.reshape(x, (-1, 21, 6)), "transpose": lambda x: O.transpose(x, (0, 3, 1, 2)),
    "expand_dims": lambda x: O.expand_dims(O.mean(x, axis=(1, 2)), 1), "squeeze": lambda x: O.squeeze(x[:, :, :1], axis=2),
}  # fmt: skip


MODELS = {
    "dense": lambda: single(K.Dense(5, activation="relu"), VECTOR),
    "dense_rank_3": lambda: single(K.Dense(5), ROW),
    "dense_no_bias": lambda: single(K.Dense(5, use_bias=False), VECTOR),
    "conv_2d": lambda: single(K.Conv2D(5, 3)),
    "conv_2d_same_stride": lambda: single(K.Conv2D(5, (3, 2), strides=(2, 1), padding="same", activation="relu")),
    "conv_2d_dilated": lambda: single(K.Conv2D(4, 2, dilation_rate=(2, 3))),
    "conv_2d_groups": lambda: single(K.Conv2D(6, 3, groups=2, padding="same"), (6, 5, 4)),
    "conv_1d": lambda: single(K.Conv1D(5, 3, padding="same", strides=2, activation="relu"), ROW),
    "conv_1d_causal": lambda: single(K.Conv1D(5, 3, padding="causal", dilation_rate=2), ROW),
    "conv_1d_batch_norm": lambda: keras.Sequential(
        [keras.Input(ROW), K.Conv1D(6, 3), K.BatchNormalization(), K.ReLU(), K.MaxPooling1D(2), K.Flatten(), K.Dense(3)]
    ),
    "depthwise_conv_2d": lambda: single(K.DepthwiseConv2D(3, depth_multiplier=2, padding="same")),
    "depthwise_conv_1d": lambda: single(K.DepthwiseConv1D(3), ROW),
    "separable_conv_2d": lambda: single(K.SeparableConv2D(5, 3, padding="same", strides=2)),
    "separable_conv_1d": lambda: single(K.SeparableConv1D(5, 3, activation="relu"), ROW),
    "conv_2d_transpose": lambda: single(K.Conv2DTranspose(4, 3, strides=2, padding="same"), (4, 5, 3)),
    "conv_2d_transpose_valid": lambda: single(K.Conv2DTranspose(4, (2, 3), strides=(3, 2), activation="relu"), (4, 5, 3)),
    "conv_1d_transpose": lambda: single(K.Conv1DTranspose(4, 3, strides=2, padding="same"), ROW),
    "batch_normalization": lambda: single(K.BatchNormalization()),
    "batch_normalization_plain": lambda: single(K.BatchNormalization(center=False, scale=False)),
    "layer_normalization": lambda: single(K.LayerNormalization(), ROW),
    "rescaling": lambda: single(K.Rescaling(1 / 127.5, offset=-1.0)),
    "normalization": lambda: single(normalization()),
    "relu": lambda: single(K.ReLU()),
    "relu_6": lambda: single(K.ReLU(max_value=6.0)),
    "relu_4": lambda: single(K.ReLU(max_value=1.5)),
    "relu_slope": lambda: single(K.ReLU(negative_slope=0.1)),
    "leaky_relu": lambda: single(K.LeakyReLU(negative_slope=0.2)),
    "prelu": lambda: single(K.PReLU(alpha_initializer="random_normal")),
    "prelu_shared": lambda: single(K.PReLU(alpha_initializer="random_normal", shared_axes=[1, 2])),
    "elu": lambda: single(K.ELU()),
    "softmax": lambda: single(K.Softmax(), VECTOR),
    **{
        f"activation_{name}": (lambda name=name: single(K.Activation(name), VECTOR))
        for name in (
            "relu", "relu6", "leaky_relu", "elu", "sigmoid", "tanh", "hard_sigmoid", "hard_swish", "swish", "silu",
            "gelu", "softmax", "linear", "log_softmax", "celu", "selu", "mish", "softplus", "softsign", "log_sigmoid",
            "hard_shrink", "soft_shrink", "tanh_shrink", "squareplus", "exponential", "hard_tanh",
        )
    },
    "relu_threshold": lambda: single(K.ReLU(threshold=0.3)),
    "relu_every_argument": lambda: single(K.ReLU(max_value=1.0, negative_slope=0.1, threshold=0.2)),
    "elu_alpha": lambda: single(K.ELU(alpha=0.5)),
    "softmax_axis_1": lambda: single(K.Softmax(axis=1), ROW),
    "flatten_channels_first": lambda: single(K.Flatten(data_format="channels_first")),
    "center_crop": lambda: single(K.CenterCrop(4, 3)),
    "unit_normalization": lambda: single(K.UnitNormalization(), VECTOR),
    "layer_normalization_axes": lambda: single(K.LayerNormalization(axis=[1, 2, 3])),
    "conv_2d_transpose_padded": lambda: single(K.Conv2DTranspose(4, 3, strides=2, padding="same", output_padding=1), (4, 5, 3)),
    "rnn_of_a_cell": lambda: single(K.RNN(K.LSTMCell(4)), ROW),
    "lstm_state": lambda: functional(lambda x: K.LSTM(4, return_state=True)(x)[1], ROW),
    "time_distributed_model": lambda: single(
        K.TimeDistributed(keras.Sequential([keras.Input((6, 2)), K.Conv1D(3, 2), K.GlobalMaxPooling1D()])), (4, 6, 2)
    ),
    "dictionaries": dictionaries,
    "siamese": siamese,
    "transfer": transfer,
    "temporal": temporal,
    "separate_batch_norm": lambda: keras.Sequential(
        [keras.Input(IMAGE), K.BatchNormalization(scale=False), K.Conv2D(4, 3, padding="same"), K.BatchNormalization(center=False)]
    ),
    **{f"op_{name}": (lambda call=call: functional(call, IMAGE)) for name, call in OPERATIONS.items()},
    "op_concatenate": lambda: functional(lambda x, y: keras.ops.concatenate([x, y], axis=-1), VECTOR, VECTOR),
    "op_maximum": lambda: functional(lambda x, y: keras.ops.minimum(keras.ops.maximum(x, y), 2.5 * y), VECTOR, VECTOR),
    "op_divide": lambda: functional(lambda x, y: x / (keras.ops.square(y) + 1.0), VECTOR, VECTOR),
    "max_pooling_2d": lambda: single(K.MaxPooling2D((2, 3), strides=(1, 2), padding="same")),
    "average_pooling_2d": lambda: single(K.AveragePooling2D(2)),
    "average_pooling_2d_same": lambda: single(K.AveragePooling2D(3, strides=2, padding="same")),
    "max_pooling_1d": lambda: single(K.MaxPooling1D(3, strides=2), ROW),
    "average_pooling_1d": lambda: single(K.AveragePooling1D(2, padding="same"), ROW),
    "global_average_pooling_2d": lambda: single(K.GlobalAveragePooling2D()),
    "global_average_pooling_2d_keep": lambda: single(K.GlobalAveragePooling2D(keepdims=True)),
    "global_max_pooling_2d": lambda: single(K.GlobalMaxPooling2D()),
    "global_average_pooling_1d": lambda: single(K.GlobalAveragePooling1D(), ROW),
    "global_max_pooling_1d": lambda: single(K.GlobalMaxPooling1D(), ROW),
    "flatten": lambda: single(K.Flatten()),
    "reshape": lambda: single(K.Reshape((3, -1))),
    "permute": lambda: single(K.Permute((3, 1, 2))),
    "repeat_vector": lambda: single(K.RepeatVector(3), VECTOR),
    "zero_padding_2d": lambda: single(K.ZeroPadding2D(((1, 2), (0, 3)))),
    "zero_padding_1d": lambda: single(K.ZeroPadding1D((2, 1)), ROW),
    "cropping_2d": lambda: single(K.Cropping2D(((1, 2), (0, 3)))),
    "cropping_1d": lambda: single(K.Cropping1D((2, 1)), ROW),
    "up_sampling_2d": lambda: single(K.UpSampling2D((2, 3))),
    "up_sampling_2d_bilinear": lambda: single(K.UpSampling2D(2, interpolation="bilinear")),
    "up_sampling_1d": lambda: single(K.UpSampling1D(2), ROW),
    "resizing": lambda: single(K.Resizing(5, 9)),
    "resizing_nearest": lambda: single(K.Resizing(5, 9, interpolation="nearest")),
    "add": lambda: merged(K.Add()),
    "subtract": lambda: merged(K.Subtract()),
    "multiply": lambda: merged(K.Multiply()),
    "average": lambda: merged(K.Average(), ((5, 4, 3),) * 3),
    "maximum": lambda: merged(K.Maximum()),
    "minimum": lambda: merged(K.Minimum()),
    "concatenate": lambda: merged(K.Concatenate(), ((5, 4, 3), (5, 4, 2))),
    "concatenate_axis_1": lambda: merged(K.Concatenate(axis=1), ((5, 4), (3, 4))),
    "dot": lambda: merged(K.Dot(axes=1), ((8,), (8,))),
    "dot_matrices": lambda: merged(K.Dot(axes=(2, 1)), ((5, 4), (4, 3))),
    "squeeze_and_excite": lambda: functional(
        lambda x: K.Multiply()([x, K.Reshape((1, 1, 3))(K.Dense(3, activation="sigmoid")(K.GlobalAveragePooling2D()(x)))]), IMAGE
    ),
    "lstm": lambda: single(K.LSTM(5), ROW),
    "lstm_sequence": lambda: single(K.LSTM(5, return_sequences=True), ROW),
    "lstm_backwards": lambda: single(K.LSTM(5, go_backwards=True), ROW),
    "gru": lambda: single(K.GRU(5), ROW),
    "gru_reset_before": lambda: single(K.GRU(5, reset_after=False, return_sequences=True), ROW),
    "simple_rnn": lambda: single(K.SimpleRNN(5), ROW),
    "bidirectional_lstm": lambda: single(K.Bidirectional(K.LSTM(4, return_sequences=True)), ROW),
    "bidirectional_gru_sum": lambda: single(K.Bidirectional(K.GRU(4), merge_mode="sum"), ROW),
    "time_distributed": lambda: single(K.TimeDistributed(K.Dense(3, activation="relu")), ROW),
    "time_distributed_conv": lambda: single(K.TimeDistributed(K.Conv2D(2, 3)), (3, 6, 5, 2)),
    "residual": lambda: functional(residual, IMAGE),
    "nested": nested,
    "mobile_block": mobile_block,
    "dropout": lambda: single(K.Dropout(0.5)),
    "gaussian_noise": lambda: single(K.GaussianNoise(0.5)),
}  # fmt: skip


LEGACY = (
    "dense", "conv_2d", "conv_1d", "separable_conv_2d", "batch_normalization", "prelu", "lstm", "gru", "bidirectional_lstm",
    "time_distributed", "residual", "nested", "mobile_block", "concatenate", "dictionaries", "transfer", "temporal", "op_mean",
)  # fmt: skip


def shaken(model, rng):
    """Random values for the weights that start at zero or one, so that they matter."""
    model.set_weights(
        [
            rng.uniform(0.5, 1.5, w.shape).astype(np.float32) if np.ptp(w) == 0 and w.size else w
            for w in model.get_weights()
        ]
    )


def record(name, archive):
    rng = np.random.default_rng(sum(map(ord, name)))
    keras.utils.set_random_seed(11)
    model = MODELS[name]()
    if name != "normalization":
        shaken(model, rng)
    inputs = [rng.uniform(-2, 2, (SAMPLES, *x.shape[1:])).astype(np.float32) for x in model.inputs]
    outputs = model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)
    outputs = keras.tree.flatten(outputs)
    arrays = {f"in{i}": x for i, x in enumerate(inputs)} | {f"out{i}": np.asarray(y) for i, y in enumerate(outputs)}
    write_arrays(archive, f"{name}.npz", **arrays)
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("keras", "h5") if name in LEGACY else ("keras",):
            path = pathlib.Path(folder) / f"{name}.{suffix}"
            model.save(path)
            write(archive, path.name, stored(path) if suffix == "keras" else path.read_bytes())


def main():
    target, names = HERE / "samples.tar.xz", sys.argv[1:] or list(MODELS)
    kept = {}
    if names != list(MODELS):
        with tarfile.open(target) as archive:
            kept = {m.name: archive.extractfile(m).read() for m in archive if m.name.rsplit(".", 1)[0] not in names}
    with opened(target) as archive:
        for name, content in kept.items():
            write(archive, name, content)
        for name in names:
            record(name, archive)
    sys.stdout.write(f"{len(names)} models made, {target.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
