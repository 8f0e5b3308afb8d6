# SPDX-License-Identifier: MIT
"""What each byte of a program costs in its packed image: reads the stream as unpack.c does, and adds up how unlikely its bits
were. A match's cost is shared among its bytes."""

import re
from math import log2
from pathlib import Path

_HEADER = Path(__file__).with_name("unpack.h").read_text()
_EVEN = 1 << 11


def _number(name):
    return int(re.search(rf"\bUNPACK_{name} (\w+?)u?\b", _HEADER)[1], 0)


HASH, LEARN, REFINE, REFINED = (_number(name) for name in ("HASH", "LEARN_BITS", "REFINE_BITS", "REFINED"))
WEIGHT, TABLES, TABLE_MOST, ROW_TOKEN, ROWS = (_number(name) for name in ("WEIGHT_BITS", "TABLES", "TABLE_MOST", "ROW_TOKEN", "ROWS"))
ROOM = _number("RAM_END") - 0x20000000 - _number("MODEL_BYTES")
LOGARITHMS = [int(number) for number in re.search(r"UNPACK_LOGARITHMS \{(.*?)\}", _HEADER)[1].split(",")]
KINDS, LENGTHS, LENGTH_LONG, LENGTH_ONE = 64, 64, 32, 288
SLOTS = LENGTHS + 2 * LENGTH_ONE
FAR = SLOTS + 4 * 64
NEAR = FAR + 16


def _squashed():
    table, likely = [0] * 4096, 1 << 23
    for x in range(2048):
        table[2048 + x], table[2047 - x] = likely >> 12, 4096 - (likely >> 12)
        likely += (likely >> 8) * (65536 - (likely >> 8)) >> 16
    return table


def _next(one, other):
    """Counts after one more of the one."""
    return min(one + 1, 15), other + 3 >> 1 if other > 3 else other


def _after(history, bit):
    zeros, ones = history >> 4, history & 15
    if bit:
        ones, zeros = _next(ones, zeros)
    else:
        zeros, ones = _next(zeros, ones)
    return zeros << 4 | ones


def _weights(scale):
    return [(LOGARITHMS[history & 15] - LOGARITHMS[history >> 4]) * scale for history in range(256)]


class _Coder:
    """The range decoder, and what it believes; `cost` is of all bits so far."""

    def __init__(self, packed):
        self.packed, self.at, self.range, self.code, self.cost = packed + bytes(4), 0, 1, 0, 0.0
        self.squashed = _squashed()
        self.refined = [[self.squashed[i * 256 + 128] << 4 for i in range(REFINED)] for _ in range(ROWS)]
        self.after = [[_after(history, bit) for history in range(256)] for bit in (0, 1)]

    def bit(self, inputs, row):
        """`inputs`: (weights, histories, place of its own) of each."""
        odds = sum(weights[histories[place]] for weights, histories, place in inputs) >> WEIGHT
        odds = max(-2048, min(2047, odds)) + 2048
        likely, refined = self.squashed[odds], self.refined[row]
        believed = likely + (refined[odds >> 8] >> 4) >> 1
        while self.range < 1 << 24:
            self.range, self.code = self.range << 8, self.code << 8 | self.packed[self.at]
            self.at += 1
        bound = (self.range >> 12) * believed
        bit = int(self.code < bound)
        if bit:
            self.range = bound
        else:
            self.range, self.code = self.range - bound, self.code - bound
        self.cost -= log2((believed if bit else 4096 - believed) / 4096)
        refined[odds >> 8] += 65535 * bit - refined[odds >> 8] >> REFINE
        step = 4096 * bit - likely + (1 << LEARN - 1) >> LEARN
        for weights, histories, place in inputs:
            weights[histories[place]] += step
            histories[place] = self.after[bit][histories[place]]
        return bit


class _Stream:
    def __init__(self, packed, count):
        self.coder, self.kinds, self.back = _Coder(packed), 0, 1
        self.table_bytes = min((ROOM - count) // TABLES, TABLE_MOST)
        self.tables = bytearray(TABLES * self.table_bytes + 256)
        self.order0, self.after_kinds, self.tokens = bytearray(512), bytearray(2 * KINDS), bytearray(NEAR + 5 * 16)
        self.weights = [_weights(_number("SCALE_LITERAL")) for _ in range(TABLES + 1)]
        self.token_weights = _weights(_number("SCALE_TOKEN"))

    def token(self, place, node=0):
        return self.coder.bit([(self.token_weights, self.tokens, place + node)], ROW_TOKEN + node)

    def tree(self, place, bits):
        node = 1
        for _ in range(bits):
            node = node << 1 | self.token(place, node)
        return node - (1 << bits)

    def contexts(self, done):
        """Where the histories of what comes next begin in the tables."""
        odd, last, other = len(done) & 1, done[-1] if done else 0, done[-2] if len(done) > 1 else 0
        seen = (other >> 2 | last >> 5 << 6 | odd << 12, last | odd << 8)
        return [i * self.table_bytes + ((key * HASH >> 16 & 0xFFFF) * self.table_bytes >> 16) for i, key in enumerate(seen)]

    def mixed(self, contexts, histories, place, node, row):
        inputs = [(weights, self.tables, at + node) for weights, at in zip(self.weights, contexts, strict=False)]
        return self.coder.bit([*inputs, (self.weights[TABLES], histories, place + node)], row + node)

    def literal(self, contexts, odd):
        node = 1
        while node < 0x100:
            node = node << 1 | self.mixed(contexts, self.order0, odd << 8, node, odd << 8)
        return node & 0xFF

    def length(self, known, odd):
        place = LENGTHS + known * LENGTH_ONE
        more = self.tree(place + odd * 16, 4)
        return 2 + more + (self.tree(place + LENGTH_LONG, 8) if more == 15 else 0)

    def distance(self, length):
        slot = self.tree(SLOTS + min(length - 2, 3) * 64, 6)
        if slot < 4:
            return slot
        bits = (slot >> 1) - 1
        near, far, node = min(bits, 4), 2 | slot & 1, 1
        for i in range(bits - 1, near - 1, -1):
            far = far << 1 | self.token(FAR + i)
        far <<= near
        for i in range(near):
            bit = self.token(NEAR + near * 16 + node)
            node, far = node << 1 | bit, far | bit << i
        return far

    def step(self, done):
        """Appends a literal or a match; returns its bytes."""
        odd, kinds, contexts = len(done) & 1, self.kinds, self.contexts(done)
        self.kinds = kinds << 2 & KINDS - 1
        if not self.mixed(contexts, self.after_kinds, kinds << 1 | odd, 0, odd << 8):
            done.append(self.literal(contexts, odd))
            return 1
        known = self.token(kinds)
        length = self.length(known, odd)
        self.kinds |= 1 + known
        self.back = self.back if known else 1 + self.distance(length)
        for _ in range(length):
            done.append(done[-self.back])
        return length


def costs(packed, count):
    """(the first `count` bytes that are packed, bits that each of them takes)."""
    stream = _Stream(packed, count)
    done, bits = bytearray(), []
    while len(done) < count:
        before = stream.coder.cost
        length = stream.step(done)
        bits += [(stream.coder.cost - before) / length] * length
    return bytes(done), bits
