# SPDX-License-Identifier: MIT
"""Cuts ulab's list of names down to what a build asks for (ULAB= of make): `core`, functions by their names, `nn`; or `all`,
alone (among others it is the function of that name).

`python -m mpylite.select_ulab --table ulab_names.def -o OUT.def core dot median` writes the list without the other functions,
and into OUT.flags the compiler's flags that leave out what belongs to them. Array methods of the core and element types always stay.
"""
import argparse
import pathlib
import re
import sys

from .errors import MpyliteError

_FUNCTION = re.compile(r"(METHOD|NUMPY|FFT|UTILS|CONSTANT)\(MP_QSTR_(\w+),")
NN = "nn"  # a file of Python, which is no row of the list


def rows(table):
    """(line, kind or None, name or None, whether it belongs to the core) of each line of the list."""
    depth = 0
    for line in table.splitlines():
        depth += line.startswith("#if") - line.startswith("#endif")
        found = _FUNCTION.match(line)
        yield (line, *(found.groups() if found else (None, None)), depth == 0)


def functions(table):
    """name -> whether it belongs to the core, of all that may be chosen."""
    found = {name: core for _, kind, name, core in rows(table) if kind not in (None, "METHOD")}
    return {**found, NN: False}


def selected(table, wanted):
    """The names that are asked for."""
    known = functions(table)
    if wanted == ["all"]:
        return set(known)
    groups = {"core": {name for name, core in known.items() if core}}
    unknown = [name for name in wanted if name not in known and name not in groups]
    if unknown:
        raise MpyliteError(f"ULAB: found {', '.join(unknown)}, needs all, core or names of functions: {', '.join(known)}")
    return set().union(*(groups.get(name, {name}) for name in wanted))


def cut(table, chosen):
    """The list with the chosen functions, and the methods of an array that go with them."""
    stays = (line for line, kind, name, core in rows(table) if kind is None or name in chosen or (kind == "METHOD" and core))
    return "".join(f"{line}\n" for line in stays)


def flags(table, chosen):
    """The compiler's: what of ulab is there beside the core, in ndarray.h's words."""
    kinds = {kind for _, kind, name, _ in rows(table) if name in chosen}
    known = functions(table)
    present = {
        "ALL": any(not known[name] for name in chosen),
        "DOT": "dot" in chosen,
        "FFT": "FFT" in kinds,
        "UTILS": "UTILS" in kinds,
        "NN": NN in chosen,
    }
    return [f"-DULAB_{name}={int(yes)}" for name, yes in present.items()]


def main():
    parser = argparse.ArgumentParser(prog="mpylite.select_ulab", description="Cut ulab's list of names down to some functions.")
    parser.add_argument("--table", type=pathlib.Path, required=True)
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True)
    parser.add_argument("wanted", nargs="+", metavar="core|all|NAME")
    arguments = parser.parse_args()
    table = arguments.table.read_text(encoding="utf-8")
    try:
        chosen = selected(table, arguments.wanted)
    except MpyliteError as error:
        sys.exit(str(error))
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    made = {arguments.output: cut(table, chosen), arguments.output.with_suffix(".flags"): " ".join(flags(table, chosen))}
    for file, text in made.items():
        if not file.is_file() or file.read_text(encoding="utf-8") != text:  # an old one that is right keeps its date
            file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
