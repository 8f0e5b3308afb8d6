# SPDX-License-Identifier: MIT
"""Fixtures of the native modules' tests."""

from tests.natmod.deploying import versions  # noqa: F401
