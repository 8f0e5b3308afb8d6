# SPDX-License-Identifier: MIT
"""Calibration and input data: turns what the user named into batches that fit a graph's inputs.

Owns loading and checking of data (.npy, .npz, module:function; folders.py reads folders); leaves its
use to the passes.
"""

import importlib
import itertools
import pathlib
import sys

import numpy as np

from . import folders
from .errors import DataError, MissingExtra

BATCH = 32
AHEAD_BYTES = 256 << 20
FORMS = "a .npy or .npz file, a folder of images or .wav files, or module:function"


def open_data(source, shape=(), options=None, names=()):
    """A function that yields samples-first lists of arrays, from the start at each call.

    `shape` is that of one sample of the model's first input, `options` what folders.samples takes,
    `names` the names of the model's inputs, by which arrays are picked where they have them."""

    def named(data):
        if isinstance(data, dict) and names and all(name in data for name in names):
            return {f"in{i}": data[name] for i, name in enumerate(names)}
        return data

    if options and not (isinstance(source, (str, pathlib.Path)) and pathlib.Path(source).is_dir()):
        raise DataError(
            f"{source if isinstance(source, str) else 'calibration'}: options ({', '.join(options)}) are for folders only; prepare arrays as in training"
        )
    if callable(source):
        return lambda: _chunks(named(source()), getattr(source, "__name__", "calibration"))
    if not isinstance(source, (str, pathlib.Path)):
        return lambda: _chunks(named(source), "calibration")
    text = str(source)
    path = pathlib.Path(text)
    if not text:
        raise DataError(f"calibration: found an empty name, needs {FORMS}")
    if path.suffix in (".npy", ".npz"):
        arrays = named(load_arrays(path))
        return lambda: _chunks(arrays, text)
    if path.is_dir():
        return lambda: _chunks(folders.samples(path, shape, options or {}), text)
    if ":" in text and not path.exists():
        function = _function(text)
        return lambda: _chunks(named(_call(function, text)), text)
    raise DataError(
        f"{text}: not calibration data, needs {FORMS}" if path.exists() else f"{text}: no such file, needs {FORMS}"
    )


def load_arrays(path):
    """{name: array} of an .npz, or {'in0': array} of an .npy; object arrays are refused."""
    path = pathlib.Path(path)
    if not path.is_file():
        raise DataError(f"{path}: no such file, needs {FORMS}")
    try:
        loaded = np.load(path, allow_pickle=False)
        return {"in0": loaded} if isinstance(loaded, np.ndarray) else {name: loaded[name] for name in loaded.files}
    except (ValueError, OSError, EOFError, KeyError, SyntaxError, MemoryError, *_zip_errors()) as error:
        if "pickle" in str(error):
            error = "no array of numbers; Python objects are never unpickled"
        raise DataError(f"{path}: not readable as numbers ({error}); save it with numpy.save or numpy.savez") from None


class Stream:
    """`draw()` as a source of batches that knows how many samples it holds as soon as that can be told: `samples`, else
    None. It looks ahead for the end, no further than AHEAD_BYTES."""

    def __init__(self, draw, samples=None):
        self._draw, self.samples = draw, samples

    def __call__(self):
        batches, ahead, size = iter(self._draw()), [], 0
        while self.samples is None and size <= AHEAD_BYTES:
            batch = next(batches, None)
            if batch is None:
                self.samples = sum(len(b[0]) for b in ahead)
            else:
                ahead.append(batch)
                size += sum(array.nbytes for array in batch)
        seen = 0
        for batch in itertools.chain(ahead, batches):
            seen += len(batch[0])
            yield batch
        self.samples = seen


def known_count(source, options=None):
    """How many samples the data holds, where that is known without reading it; else None."""
    if isinstance(source, (str, pathlib.Path)):
        return folders.count(source, options or {}) if pathlib.Path(source).is_dir() else None
    if isinstance(source, dict):
        source = next(iter(source.values()), None)
    return len(source) if isinstance(source, np.ndarray) and source.ndim else None


def random_data(graph, samples=64):
    """Random numbers in [0,1]: ranges chosen from them are a guess, which the file says."""
    rng = np.random.default_rng(0)
    arrays = [rng.uniform(0, 1, (samples, *t.shape)).astype(np.float32) for t in graph.inputs]
    return lambda: _cut(arrays, "random calibration")


def _zip_errors():
    import zipfile
    import zlib

    return zipfile.BadZipFile, zlib.error


def _function(text):
    module, _, name = text.partition(":")
    folder = pathlib.Path(module)
    if folder.suffix == ".py":
        sys.path.insert(0, str(folder.resolve().parent))
        module = folder.stem
    else:
        sys.path.insert(0, ".")
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        raise DataError(f"{text}: cannot import ({error}); run where the module can be found") from error
    except AttributeError as error:
        raise DataError(f"{text}: module '{module}' has no function '{name}'") from error
    except (Exception, SystemExit) as error:  # the user's module may raise anything
        raise DataError(f"{text}: importing it failed ({type(error).__name__}: {error})") from error


def _call(function, where):
    try:
        return function()
    except (Exception, SystemExit) as error:  # the user's function may raise anything
        raise DataError(f"{where}: calling it failed ({type(error).__name__}: {error})") from error


def _chunks(data, where):
    """Cuts arrays into batches; gathers the samples of a generator into batches."""
    if isinstance(data, np.ndarray):
        data = [data]
    if isinstance(data, dict):
        yield from _dictionary_chunks(data, where)
        return
    if isinstance(data, (list, tuple)) and data and all(isinstance(a, np.ndarray) for a in data):
        yield from _cut(list(data), where)
        return
    if not hasattr(data, "__iter__"):
        raise DataError(f"{where}: gave {type(data).__name__}, needs an array, a dictionary of arrays or a generator")
    pending = []
    for sample in _drawn(data, where):
        pending.append([np.asarray(a) for a in (sample if isinstance(sample, (list, tuple)) else [sample])])
        if len(pending) == BATCH:
            yield _stacked(pending, where)
            pending = []
    if pending:
        yield _stacked(pending, where)


def _drawn(data, where):
    try:
        yield from data
    except (DataError, MissingExtra):
        raise
    except (Exception, SystemExit) as error:  # the user's generator may raise anything
        raise DataError(f"{where}: its generator failed ({type(error).__name__}: {error})") from error


def _stacked(samples, where):
    shapes = [[a.shape for a in sample] for sample in samples]
    odd = next((s for s in shapes if s != shapes[0]), None)
    if odd is not None:
        raise DataError(f"{where}: samples have shapes {shapes[0]} and {odd}, needs the same shape in all")
    return [np.stack(parts) for parts in zip(*samples)]


def _dictionary_chunks(data, where):
    names = sorted((n for n in data if n.startswith("in") and n[2:].isdigit()), key=lambda n: int(n[2:])) or list(data)
    yield from _cut([np.asarray(data[n]) for n in names], where)


def _cut(arrays, where):
    counts = {len(a) if a.ndim else 0 for a in arrays}
    if len(counts) != 1 or 0 in counts:
        raise DataError(f"{where}: inputs have {sorted(counts)} samples, needs the same number above 0 in each")
    for start in range(0, len(arrays[0]), BATCH):
        yield [a[start : start + BATCH] for a in arrays]


def fitted(batches, graph, where="calibration"):
    """The batches as float32 arrays (samples, *input shape without batch); raises DataError."""
    seen = 0
    for batch in batches:
        if len(batch) != len(graph.inputs):
            raise DataError(
                f"{where}: gives {len(batch)} arrays, needs {len(graph.inputs)} ({', '.join(t.name for t in graph.inputs)})"
            )
        yield [
            _fit(_reordered(array, tensor, graph.input_orders.get(tensor.name)), tensor, where, seen)
            for array, tensor in zip(batch, graph.inputs)
        ]
        seen += len(batch[0])
    if not seen:
        raise DataError(f"{where}: holds no samples, needs at least one")


def _reordered(array, tensor, order):
    """Data in the source model's order of axes (ONNX: channels first) in the graph's order."""
    array = np.asarray(array)
    if order is None:
        return array
    source = [0] * len(order)
    for size, axis in zip(tensor.shape, order):
        source[axis] = size
    if array.shape[1:] == tuple(source):
        array = array[:, 0]
    return array.transpose(order) if array.shape[1:] == tuple(source[1:]) else array


def _fit(array, tensor, where, seen):
    array = np.asarray(array)
    if array.dtype.kind not in "fiub":
        raise DataError(f"{where}: input '{tensor.name}' is {array.dtype}, needs numbers")
    one = tensor.shape[:1] == (1,)  # a batch of one, which data may leave out
    shape = (len(array), *(tensor.shape[1:] if one else tensor.shape))
    if array.shape[1:] not in (tensor.shape, tensor.shape[1:] if one else tensor.shape):
        wanted = tensor.shape[1:] if one else tensor.shape
        raise DataError(f"{where}: input '{tensor.name}' has samples of shape {array.shape[1:]}, needs {wanted}")
    with np.errstate(over="ignore"):  # told below
        array = array.reshape(shape).astype(np.float32)
    bad = ~np.isfinite(array).reshape(len(array), -1).all(1)
    if bad.any():
        raise DataError(
            f"{where}: input '{tensor.name}', sample {seen + int(bad.argmax())} holds NaN or infinity ({int(bad.sum())} such samples in this batch); clean the data"
        )
    return array
