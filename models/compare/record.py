# SPDX-License-Identifier: MIT
"""Makes samples.tar.xz: four of the comparison's networks, trained on the small digits, with held-out images and Keras's own
outputs; tests run them in the engine and in MicroPython. Run in the comparison's environment:
`build/compare/venv/bin/python models/compare/record.py`.
"""

import pathlib
import sys
import tempfile

import compare
import datasets
import numpy as np

sys.path.insert(0, str(compare.HERE.parent))
from archives import opened, stored, write, write_arrays  # noqa: E402

SAMPLES, CALIBRATION = 8, 60
NETWORKS = {"resnet_8": 30, "mobilenet_v2": 60, "lstm": 60, "autoencoder": 40}  # name -> epochs


def wide(images):
    """8x8 digits as 32x32 pictures, for the network that halves its input five times."""
    return np.repeat(np.repeat(images, 4, 1), 4, 2)


def rounded(model):
    """The network without its optimiser, its weights of six significant bits: a small file, and hardly a worse network."""
    import keras

    def shorter(values):
        bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
        return ((bits + 0x20000) & 0xFFFC0000).view(np.float32)

    plain = keras.models.clone_model(model)
    plain.set_weights([shorter(w) for w in model.get_weights()])
    return plain


def main():
    target = compare.HERE / "samples.tar.xz"
    with opened(target) as archive, tempfile.TemporaryDirectory() as folder:
        for name, epochs in NETWORKS.items():
            parts = datasets.without_strange(datasets.digits()) if name == "autoencoder" else datasets.digits()
            (images, labels), (unseen, answers) = parts
            if name == "mobilenet_v2":
                images, unseen = wide(images), wide(unseen)
            model = rounded(compare.fitted(name, images, labels, epochs))
            outputs = model.predict(unseen, verbose=0)
            sys.stdout.write(f"{name}: {compare.score(name, unseen, answers, outputs):.4f} of held-out images\n")
            model.save(pathlib.Path(folder) / "model.keras")
            write(archive, f"{name}.keras", stored(pathlib.Path(folder) / "model.keras"))
            step = 4 if name == "mobilenet_v2" else 1
            small = np.uint8(np.concatenate([unseen[:SAMPLES], images[:CALIBRATION]])[:, ::step, ::step] * 16)
            write_arrays(archive, f"{name}.npz", images=small, step=step, out0=outputs[:SAMPLES])
    sys.stdout.write(f"{target.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
