# SPDX-License-Identifier: MIT
"""What was measured of the Pico's firmware and is kept beside the source: bytes and cycles by BOARD-PROFILE."""
import json
from pathlib import Path

FILE = Path(__file__).resolve().parents[3] / "tests" / "bench" / "firmware.json"


def load():
    return json.loads(FILE.read_text()) if FILE.is_file() else {}


def cycles(image):
    return load().get(image, {}).get("cycles", {})


def save(image, figures):
    """Puts these figures in the place of the old ones; the others stay."""
    everything = load()
    everything[image] = {**everything.get(image, {}), **figures}
    FILE.write_text(json.dumps(everything, indent=1) + "\n")
