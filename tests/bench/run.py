# SPDX-License-Identifier: MIT
"""One model on the bare chip: cycles of every operator, outputs compared with recorded ones."""

from dataclasses import dataclass

import numpy as np

from .bare import RAM, RAM_BYTES, STACK_BYTES

MODEL = 0x10100000
RAM_START = RAM + 8 * 1024
FAST = 32768  # scratch, as interpreter.h has it


@dataclass
class Op:
    name: str
    macs: int
    cycles: int


class Model:
    """A model loaded on a chip, in place of the one before."""

    def __init__(self, chip, model, small=False, scratch_bytes=FAST):
        self.chip = chip
        self.chip.write(MODEL, model)
        room = RAM + RAM_BYTES - STACK_BYTES - RAM_START
        self.chip.call("bare_bound", 0 if small else scratch_bytes)
        status, self.load_cycles = self.chip.call("bare_load", MODEL, len(model), RAM_START, room)
        self._expect(status)
        self.records, _ = self.chip.call("bare_record_bytes")
        self.arena_bytes, _ = self.chip.call("bare_arena_bytes")
        arena = RAM_START + (self.records + 15 & ~15)
        self._expect(self.chip.call("bare_set_arena", arena, RAM_START + room - arena)[0])

    def _expect(self, status):
        if status:
            self.chip.call("bare_explain", RAM, 200)
            text = self.chip.read(RAM, 200).split(b"\0")[0].decode()
            raise RuntimeError(f"status {status}: {text}")

    def profile(self, inputs):
        """Cycles by function of every operator."""
        self._set(inputs)
        return [self.chip.profile("bare_invoke_op", i) for i in range(self.chip.call("bare_op_count")[0])]

    def _set(self, inputs):
        for i, data in enumerate(inputs):
            self.chip.write(self.chip.call("bare_input", i)[0], np.ascontiguousarray(data).tobytes())

    def invoke(self, inputs, output_bytes):
        """Runs once; gives (operators, outputs as bytes)."""
        self._set(inputs)
        ops = []
        for i in range(self.chip.call("bare_op_count")[0]):
            status, cycles = self.chip.call("bare_invoke_op", i)
            self._expect(status)
            ops.append(Op(str(self.chip.call("bare_op_code", i)[0]), self.chip.call("bare_op_macs", i)[0], cycles))
        outputs = [self.chip.read(self.chip.call("bare_output", i)[0], n) for i, n in enumerate(output_bytes)]
        return ops, outputs
