# SPDX-License-Identifier: MIT
"""mpylite: TensorFlow Lite for MicroPython, the PC's side.

`Interpreter` runs a model in the C engine as on a board, `convert` makes an int8 model. Both are
imported when first used.
"""

__version__ = "0.1.0"
__all__ = ["Interpreter", "__version__", "convert"]

_HOMES = {"Interpreter": "interpreter", "convert": "pipeline"}


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module 'mpylite' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
