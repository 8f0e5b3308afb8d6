# SPDX-License-Identifier: MIT
"""Calibration data from a folder of images or of .wav files, one sample a file, in the order of names."""

import pathlib
import wave

import numpy as np

from .errors import DataError, MissingExtra

IMAGES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".ppm", ".pgm"}
OPTIONS = {"scale": 1 / 255, "mean": 0.0, "std": 1.0, "limit": 500, "colour": "rgb"}


def samples(folder, shape, options):
    """Yields one array a file: an image as (h,w,c), sound as (samples,) or in the input's shape.

    options: scale (values are multiplied by it; images 1/255), then (x - mean) / std, each one number or one a channel;
    colour (rgb or bgr); limit (most files taken)."""
    settings = _settings(folder, options)
    for path in _files(folder, settings):
        if path.suffix.lower() == ".wav":
            yield _normalised(_sound(path, shape), settings if "scale" in options else {**settings, "scale": 1.0})
        else:
            image = _image(path, shape)
            yield _normalised(image[..., ::-1] if settings["colour"] == "bgr" else image, settings)


def count(folder, options):
    """How many arrays samples() will yield."""
    return len(_files(folder, _settings(folder, options)))


def _settings(folder, options):
    unknown = set(options) - set(OPTIONS)
    if unknown:
        raise DataError(f"{folder}: option {sorted(unknown)[0]} is unknown, needs one of {', '.join(OPTIONS)}")
    settings = {**OPTIONS, **{k: _number(folder, k, v) for k, v in options.items()}}
    if settings["limit"] < 1 or np.any(np.asarray(settings["std"]) == 0):
        raise DataError(
            f"{folder}: options limit={settings['limit']}, std={settings['std']}: needs limit >= 1, std not 0"
        )
    return settings


def _files(folder, settings):
    files = sorted(p for p in pathlib.Path(folder).rglob("*") if _is_sample(p))
    if not files:
        raise DataError(f"{folder}: holds no images and no .wav files, needs at least one")
    step = max(len(files) / settings["limit"], 1.0)  # spread over all classes where there are many files
    return [files[int(i * step)] for i in range(min(len(files), int(settings["limit"])))]


def _is_sample(path):
    """Names with a dot before them are the system's own, as macOS's `._` files."""
    return path.suffix.lower() in IMAGES | {".wav"} and not path.name.startswith(".") and path.is_file()


def _number(folder, name, text):
    """A number; for mean and std also one for each channel, with commas between."""
    if name == "colour":
        if text not in ("rgb", "bgr"):
            raise DataError(f"{folder}: option colour={text}, needs rgb or bgr")
        return text
    try:
        values = [float(v) for v in str(text).split(",")]
    except ValueError:
        values = []
    if not np.isfinite(values).all() or not values or len(values) > 1 and name not in ("mean", "std"):
        raise DataError(
            f"{folder}: option {name}={text}, needs a number (mean and std: or one for each channel, as 0.5,0.4,0.3)"
        )
    return values[0] if len(values) == 1 else np.array(values, np.float32)


def _normalised(values, settings):
    channels = {np.size(settings[k]) for k in ("mean", "std")} - {1}
    if channels - {values.shape[-1]}:
        raise DataError(
            f"options mean, std: found {max(channels)} numbers, needs 1 or one for each of {values.shape[-1]} channels"
        )
    return (values * np.float32(settings["scale"]) - np.float32(settings["mean"])) / np.float32(settings["std"])


def _image(path, shape):
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        raise MissingExtra("images", "pillow", "images") from None
    if len(shape) != 3 or shape[2] not in (1, 3, 4):
        raise DataError(f"{path}: the model's input has shape {tuple(shape)}, needs (h, w, 1 or 3) for images")
    mode = {1: "L", 3: "RGB", 4: "RGBA"}[shape[2]]
    try:
        with Image.open(path) as image:
            if image.mode[0] in "IF":  # Pillow would cut these off at 255
                raise ValueError("more than 8 bits a value, needs 8; save it so, or give arrays")
            image = image.convert(mode).resize((shape[1], shape[0]), Image.Resampling.BILINEAR)
            return np.asarray(image, np.float32).reshape(shape)
    except (OSError, ValueError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise DataError(f"{path}: not a readable image ({error}); remove it") from error


def _sound(path, shape):
    """The first channel in [-1,1], cut or filled with silence to the size of the input."""
    try:
        with wave.open(str(path), "rb") as file:
            width, channels = file.getsampwidth(), file.getnchannels()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError, OSError) as error:
        raise DataError(f"{path}: not a readable .wav file ({error}); remove it") from error
    if width not in (1, 2, 4):
        raise DataError(f"{path}: has {8 * width} bits a sample, needs 8, 16 or 32")
    if not raw:
        raise DataError(f"{path}: holds no sound, needs at least one sample; remove it")
    kind = {1: np.uint8, 2: np.dtype("<i2"), 4: np.dtype("<i4")}[width]
    values = np.frombuffer(raw, kind).astype(np.float32).reshape(-1, channels)[:, 0]
    values = (values - 128) / 128 if width == 1 else values / float(1 << (8 * width - 1))
    wanted = int(np.prod(shape))
    return np.pad(values[:wanted], (0, max(wanted - len(values), 0))).reshape(shape)
