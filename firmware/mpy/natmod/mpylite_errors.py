# SPDX-License-Identifier: MIT
"""The sentences of the native module's failures, imported when one is raised. The tables appended below are made from the
.def files by errors.py."""

OPERATOR_MISSING, OPERATOR_UNKNOWN = 0, 0
STATUSES, OPERATORS, TYPES, REFUSALS = "", "", "", ()


def fail(running, status, op_index, op_code, port, found, needs):
    """What the engine refuses."""
    if status == OPERATOR_MISSING and not _name(op_code):
        status = OPERATOR_UNKNOWN
    text = STATUSES.split("\n")[status]
    tensor = "it" if port == 0xFF else "output " + str(port & 0x7F) if port & 0x80 else "input " + str(port)
    for mark, value in (("%p", tensor), ("%f", found), ("%n", needs), ("%F", _type(found)), ("%N", _type(needs))):
        text = text.replace(mark, str(value))
    if op_index >= 0:
        text = "op {} {}: {}".format(op_index, _name(op_code) or "code " + str(op_code), text)
    raise (RuntimeError if running else ValueError)(text)


def refuse(refusal, first, second, third):
    """What the binding refuses."""
    kind, text = REFUSALS[refusal]
    raise kind(text % (first, second, third)[: text.count("%")])


def operator(code):
    """The name of an operator, or its code if it has none."""
    return _name(code) or code


def _name(code):
    names = OPERATORS.split(" ")
    return names[code] if 0 <= code < len(names) else ""


def _type(number):
    names = TYPES.split(" ")
    return names[number] if 0 <= number < len(names) and names[number] else "type " + str(number)
