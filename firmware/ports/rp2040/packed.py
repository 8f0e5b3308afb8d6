# SPDX-License-Identifier: MIT
"""What each byte of a program costs in its packed image: reads the stream as unpack.c does, and adds up how unlikely its bits
were. A match's cost is shared among its bytes."""

from math import log2

BITS = [-log2(max(likely, 1) / 2048) for likely in range(2049)]
EVEN = 1024


def _even(count):
    return [EVEN] * count


class _Coder:
    """LZMA's range decoder; `cost` is of all bits so far."""

    def __init__(self, packed):
        self.packed, self.at, self.range, self.cost = packed, 5, 0xFFFFFFFF, 0.0
        self.code = int.from_bytes(packed[1:5], "big")

    def _fill(self):
        if self.range < 1 << 24:
            self.range <<= 8
            self.code = self.code << 8 | self.packed[self.at]
            self.at += 1

    def bit(self, model, place):
        self._fill()
        likely = model[place]
        bound = (self.range >> 11) * likely
        if self.code < bound:
            self.range = bound
            self.cost += BITS[likely]
            model[place] = likely + (2048 - likely >> 5)
            return 0
        self.range -= bound
        self.code -= bound
        self.cost += BITS[2048 - likely]
        model[place] = likely - (likely >> 5)
        return 1

    def tree(self, model, bits):
        node = 1
        for _ in range(bits):
            node = node << 1 | self.bit(model, node)
        return node - (1 << bits)

    def reverse_tree(self, model, start, bits):
        node = 1
        value = 0
        for i in range(bits):
            bit = self.bit(model, start + node)
            node = node << 1 | bit
            value |= bit << i
        return value

    def direct(self, bits):
        value = 0
        for _ in range(bits):
            self._fill()
            self.range >>= 1
            bit = self.code >= self.range
            self.code -= self.range if bit else 0
            value = value << 1 | bit
        self.cost += bits
        return value


class _Stream:
    def __init__(self, packed, lc, lp, pb):
        self.coder, self.lc, self.lp, self.state, self.back = _Coder(packed), lc, lp, 0, [0, 0, 0, 0]
        positions = 1 << pb
        self.is_match, self.is_long = ([_even(positions) for _ in range(12)] for _ in range(2))
        self.repeats = [_even(12) for _ in range(4)]
        self.slots, self.distances, self.align = [_even(64) for _ in range(4)], _even(128), _even(16)
        self.lengths = [(_even(2), [_even(8) for _ in range(positions)], [_even(8) for _ in range(positions)], _even(256)) for _ in range(2)]
        self.literals = [_even(0x300) for _ in range(1 << lc + lp)]

    def literal(self, done):
        model = self.literals[(len(done) & (1 << self.lp) - 1) << self.lc | (done[-1] if done else 0) >> 8 - self.lc]
        node, as_expected = 1, self.state >= 7
        expected = done[-1 - self.back[0]] if as_expected else 0
        while node < 0x100:
            if as_expected:
                expected <<= 1
                bit = self.coder.bit(model, (1 + (expected >> 8 & 1) << 8) + node)
                as_expected = bit == expected >> 8 & 1
            else:
                bit = self.coder.bit(model, node)
            node = node << 1 | bit
        self.state = 0 if self.state < 4 else self.state - 3 if self.state < 10 else self.state - 6
        return node & 0xFF

    def length(self, model, position):
        choice, low, middle, high = model
        if not self.coder.bit(choice, 0):
            return 2 + self.coder.tree(low[position], 3)
        if not self.coder.bit(choice, 1):
            return 10 + self.coder.tree(middle[position], 3)
        return 18 + self.coder.tree(high, 8)

    def distance(self, length):
        slot = self.coder.tree(self.slots[min(length - 2, 3)], 6)
        if slot < 4:
            return slot
        bits = (slot >> 1) - 1
        far = (2 | slot & 1) << bits
        if slot < 14:
            return far + self.coder.reverse_tree(self.distances, far - slot, bits)
        return far + (self.coder.direct(bits - 4) << 4) + self.coder.reverse_tree(self.align, 0, 4)

    def match(self, position):
        """Its length; the distance comes to the front of `back`."""
        after_literal, bit, (is_repeat, first, second, third) = self.state < 7, self.coder.bit, self.repeats
        if not bit(is_repeat, self.state):
            length = self.length(self.lengths[0], position)
            self.back = [self.distance(length), *self.back[:3]]
            self.state = 7 if after_literal else 10
            return length
        which = 0
        if bit(first, self.state):
            which = 1 + bit(second, self.state)
            which += bit(third, self.state) if which == 2 else 0
        elif not bit(self.is_long[self.state], position):
            self.state = 9 if after_literal else 11
            return 1
        self.back.insert(0, self.back.pop(which))
        length = self.length(self.lengths[1], position)
        self.state = 8 if after_literal else 11
        return length


def costs(packed, count, lc, lp, pb):
    """(the first `count` bytes that are packed, bits that each of them takes)."""
    stream = _Stream(packed, lc, lp, pb)
    done, bits = bytearray(), []
    while len(done) < count:
        position, before = len(done) & (1 << pb) - 1, stream.coder.cost
        if stream.coder.bit(stream.is_match[stream.state], position):
            length = min(stream.match(position), count - len(done))
            for _ in range(length):
                done.append(done[-1 - stream.back[0]])
        else:
            length = 1
            done.append(stream.literal(done))
        bits += [(stream.coder.cost - before) / length] * length
    return bytes(done), bits
