# SPDX-License-Identifier: MIT
"""Arrays as Python objects: printing as ulab's manual shows it, buffers both ways, import, garbage collection."""

from pathlib import Path

import pytest
from mpylite.simulator import micropython

from tests.engine import models
from tests.ulab import core_script
from tests.ulab.conftest import built, module_folder

HEAD = "from ulab import numpy as np\n"

# source: what ulab's manual prints (its section on printing, and the examples of the functions), in single precision
PRINTED = {
    "np.array([1, 2, 3, 4], dtype=np.int8)": "array([1, 2, 3, 4], dtype=int8)",
    "np.array(range(4))": "array([0.0, 1.0, 2.0, 3.0], dtype=float32)",
    "np.array(range(200))": "array([0.0, 1.0, 2.0, ..., 197.0, 198.0, 199.0], dtype=float32)",
    "np.array([[0, 1], [20, 21]], dtype=np.uint8)": "array([[0, 1],\n       [20, 21]], dtype=uint8)",
    "np.arange(5) > 3": "array([False, False, False, False, True], dtype=bool)",
    "np.zeros((2, 1, 2))": "array([[[0.0, 0.0]],\n\n       [[0.0, 0.0]]], dtype=float32)",
    "np.array([0.1, -2.5, 1e10, 1e-5, 33.33])": "array([0.1, -2.5, 1e+10, 1e-05, 33.33], dtype=float32)",
    "np.array([float('nan'), float('inf'), -0.0])": "array([nan, inf, -0.0], dtype=float32)",
    "np.zeros(0)": "array([], dtype=float32)",
    "np.arange(12).reshape((12, 1))": "array([[0],\n       [1],\n       [2],\n       ...,\n       [9],\n       [10],\n       [11]], dtype=int16)",
    "np.array([-128, 127], dtype=np.int8)[::-1]": "array([127, -128], dtype=int8)",
    "np.array([-2147483648, 2147483647], dtype=np.int32)": "array([-2147483648, 2147483647], dtype=int32)",
}


@pytest.mark.parametrize("source", PRINTED)
def test_printing(printed, source):
    assert printed(f"{HEAD}print({source})") == PRINTED[source] + "\n"


def test_import_forms(printed):
    script = """
import ulab, ulab.numpy, ulab.utils
import ulab.numpy as one
from ulab import numpy as two, utils
from ulab.numpy import array, fft
print(one is two is ulab.numpy, utils is ulab.utils, fft is one.fft, array is one.array, one.ndarray is ulab.ndarray)
print(isinstance(array([1]), one.ndarray), isinstance([1], one.ndarray))
"""
    assert printed(script) == "True True True True True\nTrue False\n"


def test_buffers_in(printed):
    script = """
import array
data = bytearray(range(12))
a = np.frombuffer(data, dtype=np.uint8)
a[0] = 99
print(data[0], np.frombuffer(data, dtype=np.int16, count=2, offset=4), np.frombuffer(array.array('f', [1.5, 2.5])))
print(np.frombuffer(b'ab', dtype=np.int8), np.frombuffer(memoryview(data)[4:8], dtype=np.int32))
for arguments in ((data, 'dtype=np.int32, count=4'), (data, 'dtype=np.int32, offset=1'), (data, 'dtype=np.int16, offset=1, count=1'), (b'', 'offset=-1')):
    try:
        print(eval('np.frombuffer(arguments[0], %s)' % arguments[1]))
    except ValueError as error:
        print(error)
"""
    assert printed(HEAD + script).splitlines() == [
        "99 array([1284, 1798], dtype=int16) array([1.5, 2.5], dtype=float32)",
        "array([97, 98], dtype=int8) array([117835012], dtype=int32)",
        "frombuffer: buffer size does not fit the dtype",
        "frombuffer: buffer size does not fit the dtype",
        "frombuffer: buffer is not aligned",
        "frombuffer: buffer size does not fit the dtype",
    ]


def test_buffers_out(printed):
    script = """
a = np.arange(6, dtype=np.uint8).reshape((2, 3))
b = a.tobytes()
b[0] = 13
print(bytes(a), a[0, 0], memoryview(a)[1], bytes(a[1:]), bytes(a[0]))
print(a[:, 1:].copy().tobytes(), a[1:].tobytes())
try:
    bytes(a.T[1])
    a[:, 1:].tobytes()
except ValueError as error:
    print(error)
m = memoryview(np.array([1, 2], dtype=np.int32))
m[1] = -7
print(m[1], len(m), bytearray(np.ones(2, dtype=np.bool)))
print(bytes(np.array([1.0])))
"""
    assert printed(HEAD + script).splitlines() == [
        "b'\\r\\x01\\x02\\x03\\x04\\x05' 13 1 b'\\x03\\x04\\x05' b'\\r\\x01\\x02'",
        "bytearray(b'\\x01\\x02\\x04\\x05') bytearray(b'\\x03\\x04\\x05')",
        "tobytes: array is not dense; copy() it first",
        "-7 2 bytearray(b'\\x01\\x01')",
        "b'\\x00\\x00\\x80?'",
    ]


def test_views_keep_the_elements_alive(printed):
    """Under a garbage collection at every step, and much new memory in between."""
    script = """
import gc
views = []
for k in range(20):
    a = np.full((50, 4), k, dtype=np.int16)
    views.append((a[10:20, 1], a.T[2], a[49], np.frombuffer(a, dtype=np.int16)[5:], np.sort(a, axis=0), iter(a)))
    del a
    gc.collect()
    bytearray(b'\\xff' * 3000)
print(all(np.all(v == k) for k, many in enumerate(views) for v in many[:-1]), [int(np.sum(next(many[-1]))) for many in views[:3]])
"""
    assert printed(HEAD + script) == "True [0, 4, 8]\n"


def test_out_of_memory_is_an_exception(printed):
    script = """
try:
    np.zeros((1000, 1000, 100))
except MemoryError:
    print('MemoryError', np.ones(2))
"""
    assert printed(HEAD + script) == "MemoryError array([1.0, 1.0], dtype=float32)\n"


def test_the_core_runs_alone(tmp_path):
    """Without ULAB=all: arrays, operators and reductions, not the rest."""
    folder = built("core")
    script = tmp_path / "core.py"
    script.write_text(HEAD + "a = np.arange(6).reshape((2, 3))\nprint(np.sum(a[:, ::2] * 2 - 1, axis=0), hasattr(np, 'sort'), hasattr(a, 'sort'))\n")
    assert micropython.run_script(script, folder=folder) == "array([4, 12], dtype=int16) False False\n"
    script.write_text(core_script.script())
    core_script.check(micropython.run_script(script, folder=folder))


@pytest.mark.parametrize("seed", [1, 2])
def test_odd_calls_break_nothing(seed):
    """The script says what may happen; a crash is an EngineError here."""
    script = Path(__file__).with_name("odd_calls.py")
    assert micropython.run_script(script, str(seed), "60", folder=module_folder()) == "True True 90\n"


def test_with_mpylite(tmp_path):
    """Interpreter takes these arrays without a copy in Python, and asarray, frombuffer and all functions view what it
    gives."""
    (tmp_path / "good.tflite").write_bytes(models.classifier())
    script = tmp_path / "both.py"
    script.write_text(
        HEAD
        + f"""
import mpylite
model = mpylite.Interpreter({str(tmp_path / "good.tflite")!r})
model.allocate_tensors()
entry = model.get_input_details()[0]["index"]
exit = model.get_output_details()[0]["index"]
def run(value):
    model.set_tensor(entry, value)
    model.invoke()
    return model.get_tensor(exit)
plain = run(bytes(range(16)))
sample = np.arange(32, dtype=np.int8)[:16].reshape((1, 4, 4, 1))
print(run(sample).tolist() == plain.tolist(), np.frombuffer(plain, dtype=np.int8).tolist() == plain.tolist()[0])
print(np.argmax(plain, axis=1) == np.array([plain.tolist()[0].index(max(plain.tolist()[0]))], dtype=np.int16))
view = np.asarray(plain)
view[0, 0] = 77
copy = np.array(plain, dtype=np.int8)
copy[0, 0] = 5
import array
class Shaped(array.array):
    pass
for shape in ((4, 4), (0x40000004, 4), (-4, -4), (4, 4, -2, -2)):
    Shaped.shape = shape
    print(np.asarray(Shaped("b", bytes(16))).shape)
print(view.shape, view.dtype == np.int8, plain[0][0], np.array(plain).dtype == np.float, np.max(plain), (view + plain).shape)
print(len(model.predict(sample.reshape((16,)) / 16).tolist()[0]), np.array(plain, dtype=np.int8).shape)
try:
    model.set_tensor(entry, np.zeros((1, 4, 4, 1)))
except ValueError as error:
    print(error)
"""
    )
    folders = f"{module_folder()}:{micropython.module_folder()}"
    assert micropython.run_script(script, folder=folders).splitlines() == [
        "True True",
        "array([True], dtype=bool)",
        "(4, 4)",
        *["(16,)"] * 3,
        "(1, 3) True 77 True 77 (1, 3)",
        "3 (1, 3)",
        "tensor 0: found 64 bytes, needs 16",
    ]
