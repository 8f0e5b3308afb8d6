# SPDX-License-Identifier: MIT
"""Writers: a Graph and its plan to the bytes of one format a module."""
