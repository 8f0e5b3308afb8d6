# SPDX-License-Identifier: MIT
"""Packs what the firmware says (failures, refusals, names of operators and types) for text.c: `pack_texts.py OUTPUT`.

Byte pair encoding: the pair of neighbours that stands most often becomes one symbol, again and again."""
import re
import sys
from collections import Counter
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
# table: file and what to find in it; the texts are the last group
TABLES = {
    "STATUS": ("kernels/status.def", r'^STATUS\(\w+, "(.*)"\)$'),
    "OPERATORS": ("kernels/ops.def", r"^OP\(\d+, (\w+), \w+\)$"),
    "REFUSALS": ("firmware/mpy/refusals.def", r'^REFUSAL\(\w+, \w+, "(.*)"\)$'),
    "ULAB": ("firmware/mpy/ulab_refusals.def", r'^REFUSAL\(\w+, \w+, "(.*)"\)$'),
}
TYPES = ("kernels/kernel.h", r"^    TENSOR_(\w+) = (\d+),$")
SYMBOLS = [*range(128, 256), *range(1, 32)]  # as text.c counts them; 0 between the two ends a text
DEEPEST = 8  # symbols within symbols: text.c unpacks by calling itself


def types():
    """The types' names by number; empty where there is none, and one more behind the last."""
    file, pattern = TYPES
    names = {int(number): name.lower() for name, number in re.findall(pattern, (TOP / file).read_text(), re.M)}
    return [names.get(number, "") for number in range(max(names) + 2)]


def tables():
    """table -> its texts."""
    found = {name: re.findall(pattern, (TOP / file).read_text(), re.M) for name, (file, pattern) in TABLES.items()}
    return {**found, "TYPES": types()}


def most_frequent(texts, depth):
    """The pair of symbols that stands most often (the first of equals), and how often; "aaa" has one."""
    counts = Counter()
    for text in texts:
        last = None
        for pair in zip(text, text[1:]):
            last = None if pair == last else pair
            counts[pair] += last is not None
    return max(((pair, count) for pair, count in counts.items() if max(depth[part] for part in pair) < DEEPEST), key=lambda row: row[1])


def replaced(text, pair, symbol):
    out, at = [], 0
    while at < len(text):
        found = tuple(text[at : at + 2]) == pair
        out.append(symbol if found else text[at])
        at += 2 if found else 1
    return out


def pack(texts):
    """(texts of symbols, {symbol: its two})."""
    texts, pairs, depth = [list(text.encode("ascii")) for text in texts], {}, Counter()
    for symbol in SYMBOLS:
        pair, count = most_frequent(texts, depth)
        if count < 3:  # a pair's own row takes two bytes
            break
        pairs[symbol], depth[symbol] = pair, 1 + max(depth[part] for part in pair)
        texts = [replaced(text, pair, symbol) for text in texts]
    return texts, pairs


def literal(symbols):
    """A C string with each byte as octal: no digit behind can change it."""
    return '"' + "".join(f"\\{symbol:03o}" for symbol in symbols) + '"'


def lines(found):
    texts, pairs = pack([text for table in found.values() for text in table])
    rows = [pairs.get(symbol, (0, 0)) for symbol in [*SYMBOLS[:128], 0, *SYMBOLS[128:]][: len(pairs) + (len(pairs) > 128)]]
    yield "#define TEXTS_ROOM %d" % (1 + max(len(text) for table in found.values() for text in table))
    yield "#define TEXTS_PAIRS {%s}" % ", ".join(f"{first}, {second}" for first, second in rows)
    start = 0
    for name, table in found.items():
        yield f"#define TEXTS_{name} " + " ".join(literal([*text, 0]) for text in texts[start : start + len(table)])
        start += len(table)


def main(output):
    text = "/* made by pack_texts.py */\n" + "\n".join(lines(tables())) + "\n"
    if not output.is_file() or output.read_text() != text:
        output.write_text(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
