# SPDX-License-Identifier: MIT
"""Stands in for ESP-IDF's reader of partition tables: MicroPython's makeimg.py asks it where the parts of an image lie."""

from collections import namedtuple

APP_TYPE = 0
Partition = namedtuple("Partition", "name type offset size")


class PartitionTable:
    """The places that MicroPython's boards with 4 MB use."""

    @staticmethod
    def from_binary(_):
        return [Partition("nvs", 1, 0x9000, 0x6000), Partition("factory", APP_TYPE, 0x10000, 0x1F0000)]
