# SPDX-License-Identifier: MIT
"""Makes board.h, board.ld and placement.ld of a board's facts: `board_files.py BOARD FOLDER PACKED`."""
import sys
from pathlib import Path

from mpylite import __version__, boards

HEADER = """/* Made from boards/{id}/board.toml by board_files.py. */
#define BOARD_NAME "{name}"
#define BOARD_CLOCK_HZ {clock_hz}u
#define BOARD_UART_TX {pins[uart_tx]}u
#define BOARD_UART_RX {pins[uart_rx]}u
#define BOARD_USB_VID {usb[vid]}u
#define BOARD_USB_PID {usb[pid]}u
#define BOARD_ROMFS_OFFSET {romfs[offset]}u
#define BOARD_ROMFS_BYTES {romfs[bytes]}u
#define MPYLITE_VERSION "{version}"
"""

LINKER = """FLASH_BYTES = {flash_bytes};
RAM_BYTES = {ram_bytes};
ROMFS_OFFSET = {romfs[offset]};
"""


def write_if_new(file, text):
    """Leaves the file's time alone when nothing changed, so that make has nothing to do."""
    if not file.is_file() or file.read_text() != text:
        file.write_text(text)


def main(name, folder, packed):
    facts = {**vars(boards.load(name)), "version": __version__}
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_if_new(folder / "board.h", HEADER.format(**facts))
    write_if_new(folder / "board.ld", LINKER.format(**facts))
    write_if_new(folder / "placement.ld", f'REGION_ALIAS("CODE", {"RAM" if packed == "1" else "FLASH"})\n')


if __name__ == "__main__":
    main(*sys.argv[1:])
