# SPDX-License-Identifier: MIT
"""The networks of the comparison, as functions (keras.layers, input) to output. Leaves data and training to compare.py."""


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


def digits_cnn(K, x):
    x = K.MaxPooling2D()(K.Conv2D(16, 3, activation="relu")(x))
    return K.Dense(10, activation="softmax")(K.Dense(32, activation="relu")(K.Flatten()(x)))


def mnist_cnn(K, x):
    x = K.MaxPooling2D()(K.Conv2D(16, 3, activation="relu")(x))
    x = K.MaxPooling2D()(K.Conv2D(32, 3, activation="relu")(x))
    return K.Dense(10, activation="softmax")(K.Dense(64, activation="relu")(K.Flatten()(x)))


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
    """Reads the picture row by row."""
    return K.Dense(10, activation="softmax")(K.LSTM(24)(K.Reshape(x.shape[1:3])(x)))


def autoencoder(K, x):
    shape = x.shape[1:]
    x = K.Flatten()(x)
    for units in (128, 64, 8, 64, 128):
        x = K.ReLU()(K.BatchNormalization()(K.Dense(units)(x)))
    return K.Reshape(shape)(K.Dense(shape[0] * shape[1])(x))


NETWORKS = {
    "digits_cnn": digits_cnn, "mnist_cnn": mnist_cnn, "ds_cnn": ds_cnn, "resnet_8": resnet_8, "mobilenet_v1": mobilenet_v1,
    "mobilenet_v2": mobilenet_v2, "lstm": lstm, "autoencoder": autoencoder,
}  # fmt: skip
