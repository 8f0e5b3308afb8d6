# SPDX-License-Identifier: MIT
"""What a model that is used in place costs in reads of flash: a model of it, not a measurement. Kernels read each weight and
bias once an inference, so the bytes are those of the operators' constants. The time is the worst case: no word is in the
cache, nothing is read ahead. A board's [xip] says what a word costs.
"""


def cost(operators, board):
    """operators: rows with weight_bytes; board.xip: word_bytes, word_cycles. The most that reading adds to an inference is
    also what a copy of the weights in RAM would save."""
    words = sum(-(-row["weight_bytes"] // board.xip["word_bytes"]) for row in operators)
    cycles = words * board.xip["word_cycles"]
    return {
        "board": board.id,
        "bytes": sum(row["weight_bytes"] for row in operators),
        "most_wait_cycles": cycles,
        "most_wait_microseconds": round(cycles / board.clock_hz * 1e6),
    }


def sentence(found):
    """cost() for people."""
    return (
        f"flash on {found['board']}: an inference reads {found['bytes']:,} bytes of a model in place; if not one of them is in "
        f"the cache, that adds {found['most_wait_cycles']:,} cycles, {found['most_wait_microseconds'] / 1000:.1f} ms; the same "
        "weights in RAM would save it"
    )
