# SPDX-License-Identifier: MIT
"""Boards without a board: the engine as a shared library, and MicroPython on the PC."""
