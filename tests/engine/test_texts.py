# SPDX-License-Identifier: MIT
"""The packed texts of a firmware are those that the tables name, letter for letter."""
import ctypes
import subprocess
import sys

import pytest

from tests.house.sources import TOP

sys.path.insert(0, str(TOP / "firmware/engine"))
import pack_texts  # noqa: E402

TABLES = pack_texts.tables()
SOURCE = '#include "text.h"\n' + "".join(f"const char {name}[] = TEXTS_{name};\n" for name in TABLES)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    pack_texts.main(folder / "texts.h")
    (folder / "tables.c").write_text(SOURCE)
    flags = [f'-DMPYLITE_TEXTS="{folder / "texts.h"}"', "-Ifirmware/engine", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared"]
    built = folder / "texts.so"
    subprocess.run(["gcc", *flags, "-o", built, folder / "tables.c", "firmware/engine/text.c"], cwd=TOP, check=True)
    loaded = ctypes.CDLL(str(built))
    loaded.text_nth.restype = ctypes.c_char_p
    return loaded


@pytest.mark.parametrize("name", TABLES)
def test_every_text_comes_back(library, name):
    table = (ctypes.c_char * 1).in_dll(library, name)
    room = ctypes.create_string_buffer(max(len(text) for texts in TABLES.values() for text in texts) + 1)
    found = [library.text_nth(table, ctypes.c_uint32(i), room).decode() for i in range(len(TABLES[name]))]
    assert found == TABLES[name]


def test_tables_are_whole():
    """The rows that the packer reads are all that C's preprocessor finds: as many as it counts."""
    for name, file in (("STATUS", "status.def"), ("OPERATORS", "ops.def"), ("REFUSALS", "refusals.def"), ("ULAB", "ulab_refusals.def")):
        macros = "".join(f"#define {macro}(...) row\n" for macro in ("STATUS", "OP", "REFUSAL"))
        command = ["gcc", "-E", "-P", "-DULAB_ALL=1", "-Ikernels", "-Ifirmware/mpy", "-"]
        rows = subprocess.run(command, cwd=TOP, input=f'{macros}#include "{file}"\n', capture_output=True, text=True, check=True).stdout
        assert rows.split() == ["row"] * len(TABLES[name])


def test_packing_is_worth_its_table():
    """Packed texts and the table of pairs are smaller than three fifths of the plain ones."""
    texts, pairs = pack_texts.pack([text for table in TABLES.values() for text in table])
    plain = sum(len(text) + 1 for table in TABLES.values() for text in table)
    assert sum(len(text) + 1 for text in texts) + 2 * len(pairs) < 0.6 * plain
