# SPDX-License-Identifier: MIT
"""Cuts the operator table down to what a build asks for (OPS= of make): names, or models that are to run.

`python -m mpylite.select_ops --table ops.def -o OUT.def NAME|MODEL.tflite ...` writes the chosen rows.
"""
import argparse
import pathlib
import struct
import sys

from . import ops
from .errors import ModelError, MpyliteError


def model_operators(file):
    """The names of the builtin operators that a .tflite file uses, in all its subgraphs."""
    import tflite

    try:
        data = pathlib.Path(file).read_bytes()
    except OSError as error:
        raise ModelError(f"{file}: found no readable file ({error.strerror}), needs a .tflite model") from error
    if data[4:8] != b"TFL3":
        raise ModelError(f"{file}: found no mark TFL3 at byte 4, needs a .tflite model; make one with mpylite convert")
    try:
        model = tflite.Model.GetRootAs(data)
        codes = [model.OperatorCodes(i) for i in range(model.OperatorCodesLength())]
        numbers = {max(code.BuiltinCode(), code.DeprecatedBuiltinCode()) for code in codes}
    except (struct.error, TypeError, ValueError) as error:
        raise ModelError(f"{file}: found damage ({error}), needs a whole .tflite file; copy or convert it again") from error
    names = {number: name for name, number in vars(tflite.BuiltinOperator).items() if isinstance(number, int)}
    return {names.get(number, f"operator {number}") for number in numbers}


def selected(wanted):
    """The operator names asked for: each of `wanted` is a name or a model file."""
    device = ops.device_operators()
    chosen = set()
    for item in wanted:
        names = model_operators(item) if item.endswith(".tflite") else {item.upper()}
        unknown = sorted(names - device.keys())
        if unknown:
            raise MpyliteError(f"OPS: found {', '.join(unknown)} in {item}, needs names of ops.def: {', '.join(device)}")
        chosen |= names
    return chosen


def cut(definition, chosen):
    """The rows of ops.def (its text) for the chosen names, as they stand there."""
    rows = [line for line in definition.splitlines() if line.startswith("OP(") and line.split(",")[1].strip() in chosen]
    return "".join(f"{row}\n" for row in rows)


def main():
    parser = argparse.ArgumentParser(prog="mpylite.select_ops", description="Cut ops.def down to some operators.")
    parser.add_argument("--table", type=pathlib.Path, required=True)
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True)
    parser.add_argument("wanted", nargs="+", metavar="NAME|MODEL.tflite")
    arguments = parser.parse_args()
    try:
        rows = cut(arguments.table.read_text(), selected(arguments.wanted))
    except MpyliteError as error:
        sys.exit(str(error))
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(rows)


if __name__ == "__main__":
    main()
