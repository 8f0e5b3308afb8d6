# SPDX-License-Identifier: MIT
"""Runs in CPython and in MicroPython: the public API and its errors, one printed line a step. The two must print the
same. Arguments: a folder with good.tflite (int8, input (1, 4, 4, 1), output (1, 3)), and files that are no models."""

import sys

import mpylite

folder = sys.argv[1] + "/"


def attempt(name, work):
    """Prints what a step gives, or the error a user would see."""
    try:
        result = work()
    except OSError:
        result = "OSError"
    except MemoryError:
        result = "MemoryError"
    except Exception as error:
        kind = "ValueError" if isinstance(error, ValueError) else "RuntimeError" if isinstance(error, RuntimeError) else type(error).__name__
        result = kind + ": " + str(error)
    print(name, "->", result)


def plain(value):
    """Lists of numbers, whatever the array type."""
    return value.tolist() if hasattr(value, "tolist") else value


def content(name):
    with open(folder + name, "rb") as file:
        return file.read()


model = mpylite.Interpreter(folder + "good.tflite")
first = model.get_input_details()[0]
last = model.get_output_details()[0]
print("input", first["name"], first["index"], [int(n) for n in first["shape"]], "%.5f %d" % first["quantization"])
print("output", last["name"], last["index"], [int(n) for n in last["shape"]], "%.5f %d" % last["quantization"])
print("numbers", model.arena_bytes, model.macs)

sample = bytes(range(16))
attempt("invoke before allocate", model.invoke)
attempt("set_tensor before allocate", lambda: model.set_tensor(first["index"], sample))
attempt("allocate", lambda: model.allocate_tensors())
attempt("set_tensor", lambda: model.set_tensor(first["index"], sample))
attempt("invoke", model.invoke)
attempt("get_tensor", lambda: plain(model.get_tensor(last["index"])))
attempt("shape", lambda: [int(n) for n in model.get_tensor(last["index"]).shape])
attempt("element", lambda: int(model.get_tensor(last["index"])[0][1]))
attempt("element by tuple", lambda: int(model.get_tensor(last["index"])[0, 1]))
attempt("predict", lambda: ["%.4f" % x for x in plain(model.predict([i / 16 for i in range(16)]))[0]])
attempt("predict nested", lambda: ["%.4f" % x for x in plain(model.predict([[[[0.5]] * 4] * 4]))[0]])
attempt("predict far out", lambda: ["%.4f" % x for x in plain(model.predict([1e30] * 8 + [-1e30] * 8))[0]])
attempt("profile", lambda: [row[0] for row in model.profile()])
attempt("reset", model.reset_all_variables)

# memory
arena = bytearray(model.arena_bytes)
attempt("own arena", lambda: model.allocate_tensors(arena=arena))
other = mpylite.Interpreter(content("good.tflite"))
attempt("shared arena", lambda: other.allocate_tensors(arena=arena))
for one in (model, other, model):
    one.set_tensor(first["index"], sample)
    one.invoke()
    print("shared", plain(one.get_tensor(last["index"])))
attempt("arena bytes", lambda: model.allocate_tensors(arena_bytes=model.arena_bytes + 100))
attempt("one byte less", lambda: model.allocate_tensors(arena_bytes=model.arena_bytes - 1))
attempt("small arena", lambda: model.allocate_tensors(arena=bytearray(8)))

# speed
for speed in ("fast", "small"):
    one = mpylite.Interpreter(folder + "good.tflite", speed=speed)
    one.allocate_tensors()
    one.set_tensor(first["index"], sample)
    one.invoke()
    print("speed", speed, plain(one.get_tensor(last["index"])))

# wrong arguments
attempt("wrong speed", lambda: mpylite.Interpreter(folder + "good.tflite", speed="faster"))
attempt("short input", lambda: model.set_tensor(first["index"], b"123"))
attempt("no such tensor", lambda: model.get_tensor(1000))
attempt("few numbers", lambda: model.predict([1.0]))
attempt("no input", lambda: model.predict())

# files
attempt("missing", lambda: mpylite.Interpreter(folder + "missing.tflite"))
for name in ("empty", "short", "text", "random", "schema", "float", "hybrid", "custom", "unknown"):
    attempt(name, lambda: mpylite.Interpreter(folder + name + ".tflite"))
    attempt(name + " content", lambda: mpylite.Interpreter(content(name + ".tflite")))
good = content("good.tflite")
for size in range(8, len(good), 97):
    try:
        mpylite.Interpreter(good[:size])
        print("truncated at", size, "loads")
    except ValueError as error:
        print("truncated at", size, error)
