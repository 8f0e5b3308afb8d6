# SPDX-License-Identifier: MIT
"""What the emulator is spared: programmable I/O that is stopped. Once started it runs."""

ECHO = """
import rp2
@rp2.asm_pio()
def inverted():
    pull()
    mov(isr, invert(osr))
    push()
machine = rp2.StateMachine(0, inverted)
machine.active(1)
machine.put(5)
answer = machine.get()
machine.active(0)
"""


def test_programmable_io(full):
    console = full.console()
    before = console.board.chip.pio
    console.run(ECHO)
    assert console.run("print(answer ^ 0xffffffff)") == "5\n"
    assert len(before) == 2 and console.board.chip.pio == before
