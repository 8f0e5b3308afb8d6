# SPDX-License-Identifier: MIT
"""Chooses the reader of a model file by what the file holds; one source format a module."""

import pathlib

from ..errors import ModelError, MpyliteError

# What Python raises where a file's values make no sense; a reader need not guard each of them.
DAMAGE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    StopIteration,
    TypeError,
    ValueError,
)
KINDS = "a Keras .keras or .h5, an ONNX .onnx or a .tflite file"


def kind_of(path, head):
    suffix = pathlib.Path(path).suffix.lower()
    if head[4:8] == b"TFL3":
        return "tflite"
    if head[:4] == b"PK\x03\x04" or suffix == ".keras":
        return "keras"
    if head[:8] == b"\x89HDF\r\n\x1a\n":
        return "keras_h5"
    if suffix == ".onnx":
        return "onnx"
    return None


def read(path):
    """The file's Graph, checked."""
    path = pathlib.Path(path)
    if path.is_dir():
        raise ModelError(
            f"{path}: is a folder, needs {KINDS}; save the model as one file (TensorFlow: model.save('x.keras'))"
        )
    if not path.is_file():
        raise ModelError(f"{path}: no such file, needs {KINDS}")
    with path.open("rb") as file:
        head = file.read(16)
    if not head:
        raise ModelError(f"{path}: is empty, needs {KINDS}; save or copy it again")
    kind = kind_of(path, head)
    if kind is None:
        raise ModelError(f"{path}: not a model this reads ({len(head)} first bytes {head[:8].hex()}), needs {KINDS}")
    if kind == "tflite":
        from . import tflite as reader
    elif kind == "onnx":
        from . import onnx as reader
    elif kind == "keras_h5":
        from . import keras_h5 as reader
    else:
        from . import keras as reader
    try:
        return reader.read(path).check(str(path))
    except MpyliteError:
        raise
    except DAMAGE as error:
        found = f"{type(error).__name__}: {error}"
        raise ModelError(f"{path}: not understood ({found}); save or export it again with a current version") from error
