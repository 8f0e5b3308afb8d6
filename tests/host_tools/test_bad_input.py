# SPDX-License-Identifier: MIT
"""What a user may get wrong: each gives one clear line, the right exit status, and no file."""

import io
import json
import zipfile

import numpy as np
import pytest


def repacked(path, target, change):
    """Copies a .keras archive with members changed by `change(name, bytes) -> bytes or None`."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as sink:
        for name in source.namelist():
            content = change(name, source.read(name))
            if content is not None:
                sink.writestr(name, content)
    return target


def with_config(path, target, change):
    def member(name, content):
        if name != "config.json":
            return content
        config = json.loads(content)
        change(config)
        return json.dumps(config)

    return repacked(path, target, member)


def with_weights(path, target, change):
    h5py = pytest.importorskip("h5py")

    def member(name, content):
        if name != "model.weights.h5":
            return content
        buffer = io.BytesIO(content)
        with h5py.File(buffer, "r+") as file:
            change(file)
        return buffer.getvalue()

    return repacked(path, target, member)


def set_nan(file):
    file["layers/conv2d/vars/0"][0, 0, 0, 0] = np.nan


def drop_layer(file):
    del file["layers/conv2d_1/vars/0"]


def wrong_kernel(file):
    del file["layers/dense/vars/0"]
    file["layers/dense/vars/0"] = np.zeros((7, 10), np.float32)


def outside(file):
    """A weight whose bytes HDF5 would take from another file."""
    shape = file["layers/dense/vars/0"].shape
    del file["layers/dense/vars/0"]
    file["layers/dense/vars"].create_dataset("0", shape, "f4", external=[(__file__, 0, 4 * int(np.prod(shape)))])


def elsewhere(file):
    import h5py

    del file["layers/dense/vars/0"]
    file["layers/dense/vars/0"] = h5py.ExternalLink(__file__, "x")


def loop(file):
    import h5py

    del file["layers/dense/vars/0"]
    file["layers/dense/vars/0"] = h5py.SoftLink("/layers/dense/vars/0")


def endless(file):
    """74 GB of zeros that take no room in the file."""
    del file["layers/dense/vars/0"]
    file["layers/dense/vars"].create_dataset("0", (200000, 100000), "f4", chunks=(1000, 1000), compression="gzip")


def below_zero(file):
    file["layers/batch_normalization/vars/3"][0] = -1


def with_layer(number, **values):
    return lambda p, t: with_config(p, t, lambda c: c["config"]["layers"][number]["config"].update(values))


MODELS = {
    "missing": (lambda p, t: t, "no such file"),
    "folder": (lambda p, t: t.mkdir() or t, "is a folder, needs a Keras .keras"),
    "outside": (lambda p, t: with_weights(p, t, outside), "lies in another file, which is never read"),
    "elsewhere": (lambda p, t: with_weights(p, t, elsewhere), "is a link, needs weights in the file"),
    "loop": (lambda p, t: with_weights(p, t, loop), "is a link, needs weights in the file"),
    "endless": (lambda p, t: with_weights(p, t, endless), "weights unpack to over 2147483648 bytes, the limit"),
    "size 0": (with_layer(0, batch_shape=[None, 0, 8, 1]), "has shape (None, 0, 8, 1), needs whole numbers above 0"),
    "size 8.5": (with_layer(0, batch_shape=[None, 8.5, 8, 1]), "needs whole numbers above 0"),
    "padding": (with_layer(1, padding="odd"), "layer 'conv': padding is odd, needs same or valid"),
    "variance": (lambda p, t: with_weights(p, t, below_zero), "the variance of a channel is below 0"),
    "channels first": (with_layer(1, data_format="channels_first"), "layer 'conv': data_format channels_first"),
    "text as input": (with_layer(0, dtype="string"), "dtype string; needs float32"),
    "stride 0": (with_layer(1, strides=[0, 0]), "layer 'conv': strides is [0, 0], needs whole numbers above 0"),
    "stride -1": (with_layer(1, strides=[-1, -1]), "layer 'conv': strides is [-1, -1], needs whole numbers above 0"),
    "empty": (lambda p, t: t.write_bytes(b"") and t or t, "bad.keras: is empty, needs a Keras .keras"),
    "truncated": (lambda p, t: t.write_bytes(p.read_bytes()[:5000]) and t, "not a readable .keras archive"),
    "random": (lambda p, t: t.write_bytes(bytes(range(256)) * 9) and t, "not a readable .keras archive"),
    "no weights": (lambda p, t: repacked(p, t, lambda n, c: None if "h5" in n else c), "has no model.weights.h5"),
    "weights cut": (
        lambda p, t: repacked(p, t, lambda n, c: c[:3000] if "h5" in n else c),
        "model.weights.h5 is damaged",
    ),
    "config not json": (lambda p, t: repacked(p, t, lambda n, c: b"{" if n == "config.json" else c), "is not JSON"),
    "config a list": (lambda p, t: repacked(p, t, lambda n, c: b"[]" if n == "config.json" else c), "no class_name"),
    "pickle": (
        lambda p, t: repacked(p, t, lambda n, c: b"\x80\x04." if "h5" in n else c),
        "model.weights.h5 is damaged",
    ),
    "nan weight": (lambda p, t: with_weights(p, t, set_nan), "1 of 144 weights are NaN"),
    "weight missing": (lambda p, t: with_weights(p, t, drop_layer), "layer 'pointwise': has 0 weights, needs 1"),
    "kernel shape": (lambda p, t: with_weights(p, t, wrong_kernel), "kernel of shape (7, 10)"),
    "no layers": (lambda p, t: with_config(p, t, lambda c: c["config"].update(layers=[])), "the model has no layers"),
    "open shape": (
        lambda p, t: with_config(
            p, t, lambda c: c["config"]["layers"][0]["config"].update(batch_shape=[None, None, 8, 1])
        ),
        "needs every size but the batch",
    ),
    "unknown layer": (
        lambda p, t: with_config(p, t, lambda c: c["config"]["layers"][1].update(class_name="Weird")),
        "layer 'conv': Weird layer",
    ),
    "lambda layer": (
        lambda p, t: with_config(p, t, lambda c: c["config"]["layers"][1].update(class_name="Lambda")),
        "holds Python code, which is never run",
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_bad_model(name, digits, command, tmp_path):
    make, sentence = MODELS[name]
    model, target, samples = make(digits[0], tmp_path / "bad.keras"), tmp_path / "out.tflite", tmp_path / "c.npy"
    np.save(samples, digits[1][:4])
    status, out, err = command("convert", model, "-o", target, "--calibration", samples)
    assert status == 1 and sentence in err, err
    assert out == "" and "Traceback" not in err and len(err.strip().splitlines()) <= 2
    assert not target.exists() and not list(tmp_path.glob("*.part"))


def archive_bomb(path, target):
    """A member whose directory entry lies about its size is read no further than the limit."""
    from mpylite.readers import keras

    return repacked(path, target, lambda n, c: b" " * (keras.LIMITS[n] + 1) if n == "config.json" else c)


def test_zip_bomb(digits, command, tmp_path):
    model = archive_bomb(digits[0], tmp_path / "bomb.keras")
    assert model.stat().st_size < 1_000_000
    status, _, err = command("inspect", model)
    assert status == 1 and "config.json unpacks to" in err


def many_paths(file):
    """60 groups, each in the one before by two names: 2 to the 60 ways to walk."""
    group = file.create_group("path")
    for _ in range(60):
        below = group.create_group("left")
        group["right"] = below
        group = below


def test_weights_are_walked_once(digits, command, tmp_path):
    model = with_weights(digits[0], tmp_path / "paths.keras", many_paths)
    np.save(tmp_path / "c.npy", digits[1][:4])
    status, _, err = command("convert", model, "-o", tmp_path / "o.tflite", "--calibration", tmp_path / "c.npy")
    assert status == 0, err


CALIBRATIONS = {
    "shape": (lambda x: x[:, :7], "has samples of shape (7, 8, 1), needs (8, 8, 1)"),
    "nan": (
        lambda x: np.where(np.arange(len(x))[:, None, None, None] == 2, np.nan, x),
        "sample 2 holds NaN or infinity",
    ),
    "inf": (lambda x: x / 0.0 * np.inf, "holds NaN or infinity"),
    "none": (lambda x: x[:0], "needs the same number above 0"),
    "text": (lambda x: np.full(x.shape, "a"), "needs numbers"),
    "objects": (lambda x: np.array([{}, {}], object), "Python objects are never unpickled"),
    "too large for float32": (lambda x: x.astype(np.float64) * 1e300 + 1e300, "holds NaN or infinity"),
}


@pytest.mark.parametrize("name", CALIBRATIONS)
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_bad_calibration(name, digits, command, tmp_path):
    change, sentence = CALIBRATIONS[name]
    target, samples = tmp_path / "out.tflite", tmp_path / "c.npy"
    np.save(samples, change(digits[1][:4]))
    status, _, err = command("convert", digits[0], "-o", target, "--calibration", samples)
    assert status == 1 and sentence in err, err
    assert not target.exists()


def test_two_inputs_for_one(digits, command, tmp_path):
    np.savez(tmp_path / "c.npz", in0=digits[1][:4], in1=digits[1][:4])
    status, _, err = command("convert", digits[0], "-o", tmp_path / "o.tflite", "--calibration", tmp_path / "c.npz")
    assert status == 1 and "gives 2 arrays, needs 1" in err


def test_no_calibration(digits, command, tmp_path):
    status, _, err = command("convert", digits[0], "-o", tmp_path / "o.tflite")
    assert status == 1 and "no calibration data" in err


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("nothing.npy", "no such file"),
        ("no_such_module_x:f", "cannot import"),
        ("json:no_such_function", "has no function"),
        ("json:loads", "calling it failed"),
    ],
)
def test_calibration_that_cannot_be_had(source, sentence, digits, command, tmp_path):
    status, _, err = command("convert", digits[0], "-o", tmp_path / "o.tflite", "--calibration", source)
    assert status == 1 and sentence in err


def test_unwritable_output(digits, command, tmp_path):
    np.save(tmp_path / "c.npy", digits[1][:4])
    target = tmp_path / "no" / "such" / "o.tflite"
    status, _, err = command("convert", digits[0], "-o", target, "--calibration", tmp_path / "c.npy")
    assert status == 1 and "cannot write there" in err


def test_interruption_leaves_no_half_file(digits, tmp_path, monkeypatch):
    from mpylite.writers import tflite

    target = tmp_path / "o.tflite"
    target.write_bytes(b"old")

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(tflite.os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        tflite.save(target, b"new")
    assert target.read_bytes() == b"old" and list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["convert"], ["run", "m.tflite"], ["convert", "m", "-o", "o", "--bad"]]
)
def test_wrong_usage_exits_2(arguments, command):
    status, out, err = command(*arguments)
    assert status == 2 and out == "" and "Traceback" not in err


def test_every_truncation_of_a_tflite_file_is_refused_or_read(digits_int8, tmp_path):
    from mpylite import readers
    from mpylite.errors import ModelError

    content = digits_int8[0].content
    path, refused = tmp_path / "cut.tflite", 0
    for length in range(8, len(content), 97):
        path.write_bytes(content[:length])
        try:
            readers.read(path)
        except ModelError:
            refused += 1
    assert refused > 20


def test_damaged_tflite_file_raises_only_model_error(digits_int8, tmp_path):
    from mpylite import readers
    from mpylite.errors import ModelError

    content = np.frombuffer(digits_int8[0].content, np.uint8)
    rng, path, refused = np.random.default_rng(1), tmp_path / "damaged.tflite", 0
    for _ in range(300):
        damaged = content.copy()
        where = rng.integers(8, len(content), 6)
        damaged[where] = rng.integers(0, 256, 6)
        path.write_bytes(damaged.tobytes())
        try:
            readers.read(path)
        except ModelError:
            refused += 1
    assert refused > 10


def test_random_calibration_is_loud(digits, command, tmp_path):
    target = tmp_path / "o.tflite"
    status, _, err = command("convert", digits[0], "-o", target, "--random-calibration")
    assert status == 0 and "RANDOM CALIBRATION" in err
    assert b"mpylite_random_calibration" in target.read_bytes()


def test_image_folder(digits, digits_int8, command, tmp_path):
    """A folder of images gives what the same pictures give as an array."""
    image = pytest.importorskip("PIL.Image")
    folder, target = tmp_path / "pictures", tmp_path / "o.tflite"
    folder.mkdir()
    for i, picture in enumerate(digits[1][:20]):
        image.fromarray((picture[..., 0] * 255).astype(np.uint8)).save(folder / f"{i:03}.png")
    assert command("convert", digits[0], "-o", target, "--calibration", folder)[0] == 0
    np.save(tmp_path / "c.npy", (digits[1][:20] * 255).astype(np.uint8).astype(np.float32) * np.float32(1 / 255))
    other = tmp_path / "p.tflite"
    assert command("convert", digits[0], "-o", other, "--calibration", tmp_path / "c.npy")[0] == 0
    assert target.read_bytes() == other.read_bytes()


def png(values):
    image, content = pytest.importorskip("PIL.Image"), io.BytesIO()
    image.fromarray(values).save(content, "png")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        (b"", [], "holds no images"),
        (b"not a picture", [], "not a readable image"),
        (b"x", ["--data-option", "shade=1"], "option shade is unknown"),
        (png(np.full((9, 9), 40000, np.uint16)), [], "more than 8 bits a value"),
    ],
)
def test_bad_folder(content, options, sentence, digits, command, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "a_folder.png").mkdir()
    (folder / "._a.png").write_bytes(b"of macOS")
    if content:
        (folder / "a.png").write_bytes(content)
    status, _, err = command("convert", digits[0], "-o", tmp_path / "o.tflite", "--calibration", folder, *options)
    assert status == 1 and sentence in err


def test_wav_folder(tmp_path):
    import wave

    from mpylite import folders
    from mpylite.errors import DataError

    ramp = np.arange(-500, 500, dtype="<i2") * 60
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(np.stack([ramp, -ramp], 1).tobytes())
    (found,) = folders.samples(tmp_path, (1200, 1), {})
    np.testing.assert_allclose(found[:1000, 0], ramp / 32768, atol=1e-6)
    assert not found[1000:].any()
    with wave.open(str(tmp_path / "b.wav"), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
    with pytest.raises(DataError, match="b.wav: holds no sound"):
        list(folders.samples(tmp_path, (1200, 1), {}))
