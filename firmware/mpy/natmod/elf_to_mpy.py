# SPDX-License-Identifier: MIT
"""Makes a native .mpy of an executable that was linked with natmod.ld and --emit-relocs.

MicroPython's own mpy_ld.py links object files itself; a real linker also shortens calls (RISC-V), optimises the whole
program and drops what is unused. What remains is to list the words that depend on where the module will lie.
"""

import argparse
import re
import struct
import sys
from pathlib import Path

from elftools.elf.elffile import ELFFile

# Relocations of a whole word that holds an address; others are relative within the image.
WORD_RELOCATIONS = {"EM_ARM": {2}, "EM_RISCV": {1}, "EM_X86_64": {1}, "EM_XTENSA": {1, 6}}
# Relocations of instructions that hold an absolute address, which nothing can adjust when the module is loaded.
FIXED_RELOCATIONS = {
    "EM_ARM": {43, 44, 47, 48},  # MOVW, MOVT
    "EM_RISCV": {26, 27, 28},  # HI20, LO12
    "EM_X86_64": {10, 11},  # 32, 32S
    "EM_XTENSA": set(),
}
# What a word's address means: natmod.ld gives these ranges to what MicroPython lends.
RANGES = {0x70: "mp_fun_table", 0x71: "mp_native_qstr_table", 0x72: "mp_native_obj_table", 0x73: "mp_type_fun_builtin"}
RODATA_START = 0x60000000
TEXT, RODATA = 0, 1
QSTR_TABLE, OBJ_TABLE, FUN_TABLE, FUN_TABLE_ENTRY = 6, 7, 8, 9
FUN_BUILTIN_0 = 4  # its place after mp_type_type in mp_fun_table


class Image:
    """The module's bytes, and of each word to adjust its offset and what is added to it (py/persistentcode.c)."""

    def __init__(self, elf, arch, builtin_0):
        self.word = arch.word_size
        self.builtin_0 = builtin_0
        self.text = bytearray(elf.get_section_by_name(".text").data())
        rodata = elf.get_section_by_name(".rodata")  # only where constants may not lie beside code
        self.rodata = bytearray(rodata.data() if rodata else b"")
        self.symbols = {symbol.name: symbol["st_value"] for symbol in elf.get_section_by_name(".symtab").iter_symbols()}
        self.kinds = {}
        for name in (".text", ".rodata"):
            section = elf.get_section_by_name(".rela" + name) or elf.get_section_by_name(".rel" + name)
            for entry in section.iter_relocations() if section else ():
                if entry["r_info_type"] in WORD_RELOCATIONS[elf["e_machine"]]:
                    self.adjust(entry["r_offset"])
                elif entry["r_info_type"] in FIXED_RELOCATIONS[elf["e_machine"]]:
                    raise SystemExit(
                        f"natmod: found an instruction with a fixed address at {entry['r_offset']:#x}, needs code for "
                        "any place; next step: look at the compiler's flags (-fpic, -flto-partition)"
                    )
        for offset in range(self.symbols["natmod_got_start"], self.symbols["natmod_got_end"], self.word):
            if int.from_bytes(self.text[offset : offset + self.word], "little") not in (0, (1 << 8 * self.word) - 1):
                self.adjust(offset)
        jump = arch.asm_jump(
            self.symbols["mpy_init"] & ~1 if elf["e_machine"] == "EM_ARM" else self.symbols["mpy_init"]
        )
        self.text[: len(jump)] = jump

    def adjust(self, offset):
        """Notes a word, and leaves in it what MicroPython is to add the address to."""
        if offset % self.word:
            raise SystemExit(
                f"natmod: found an address at {offset:#x}, needs it at a multiple of {self.word}; align its section"
            )
        in_rodata = offset >= RODATA_START
        image = self.rodata if in_rodata else self.text
        offset -= RODATA_START if in_rodata else 0
        value = int.from_bytes(image[offset : offset + self.word], "little")
        lent = RANGES.get(value >> 24)
        rest = value & 0xFFFFFF
        if lent == "mp_type_fun_builtin":
            kind, rest = FUN_TABLE_ENTRY + self.builtin_0 + rest, 0
        elif lent:
            kind = {"mp_fun_table": FUN_TABLE, "mp_native_qstr_table": QSTR_TABLE, "mp_native_obj_table": OBJ_TABLE}[
                lent
            ]
        elif value <= len(self.text):
            kind, rest = TEXT, value
        elif 0 <= value - RODATA_START <= len(self.rodata):
            kind, rest = RODATA, value - RODATA_START
        else:
            raise SystemExit(f"natmod: found the address {value:#x} at {offset:#x}, needs one within the module")
        image[offset : offset + self.word] = rest.to_bytes(self.word, "little")
        self.kinds[in_rodata, offset // self.word] = kind

    def relocations(self):
        """The list as MicroPython reads it: neighbours that lie in the module itself share an entry."""
        out = bytearray()
        previous = None
        todo = sorted(self.kinds)
        while todo:
            rodata, at = todo.pop(0)
            kind, count = self.kinds[rodata, at], 1
            while kind <= RODATA and todo and todo[0] == (rodata, at + count) and self.kinds[todo[0]] == kind:
                todo.pop(0)
                count += 1
            code = kind << 1 | (count > 1) if kind <= RODATA else kind
            out.append(code << 1 | ((rodata, at) != previous))
            if (rodata, at) != previous:
                out += number(at << 1 | rodata)
            if count > 1:
                out += number(count)
            previous = rodata, at + count
        return bytes(out) + b"\xff"


def number(value):
    """MicroPython's variable-length number."""
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.insert(0, 0x80 | (value & 0x7F))
    return bytes(digits)


def refuse_variables(elf):
    """A module has no place for variables: on some architectures they would overwrite code."""
    for section in elf.iter_sections():
        if section.name in (".data", ".bss") and section.data_size:
            raise SystemExit(
                f"natmod: found {section.data_size} bytes of variables in {section.name}, needs none; "
                "next step: keep state in an object of the caller"
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--arch", required=True)
    parser.add_argument(
        "--mpy-ld", type=Path, required=True, help="MicroPython's tools/mpy_ld.py: the facts of the format"
    )
    parser.add_argument("--qstrs", type=Path, required=True, help="the header with the module's names")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("elf", type=Path)
    arguments = parser.parse_args()
    sys.path.insert(0, str(arguments.mpy_ld.parent))
    import mpy_ld

    arch = mpy_ld.ARCH_DATA[arguments.arch]
    with open(arguments.elf, "rb") as file:
        elf = ELFFile(file)
        refuse_variables(elf)
        image = Image(elf, arch, mpy_ld.MP_FUN_TABLE_MP_TYPE_TYPE_OFFSET + FUN_BUILTIN_0)
    names = re.findall(r"^#define MP_QSTR_(\w+) \(mp_native_", arguments.qstrs.read_text(), re.M)
    out = mpy_ld.MPYOutput()
    out.open(str(arguments.output))
    out.write_bytes(
        struct.pack(
            "4B", ord("M"), mpy_ld.MPY_VERSION, arch.mpy_feature | mpy_ld.MPY_SUB_VERSION, mpy_ld.MP_SMALL_INT_BITS
        )
    )
    out.write_bytes(number(1 + len(names)) + number(0))
    for name in (arguments.output.name, *names):
        out.write_qstr(name)
    out.write_uint(len(image.text) << 3 | (mpy_ld.MP_CODE_NATIVE_VIPER - mpy_ld.MP_CODE_BYTECODE))
    out.write_bytes(image.text)
    out.write_uint(mpy_ld.MP_SCOPE_FLAG_VIPERRELOC | (mpy_ld.MP_SCOPE_FLAG_VIPERRODATA if image.rodata else 0))
    if image.rodata:
        out.write_uint(len(image.rodata))
        out.write_bytes(image.rodata)
    out.write_bytes(image.relocations())
    out.close()


if __name__ == "__main__":
    main()
