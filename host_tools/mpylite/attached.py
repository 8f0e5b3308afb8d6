# SPDX-License-Identifier: MIT
"""What is plugged in, and which of the known boards it may be. Owns the comparison with board.toml's USB ids and drive names;
device.py lists ports, drives.py lists drives."""

from __future__ import annotations

from . import boards, device, drives


def look(ports=device.ports, mounted=drives.mounted):
    """A row for each attached board: where it is, whether it is in its bootloader, the ids of boards that it may be."""
    rows, known = [], boards.known()
    for port in ports():
        may_be = [board.id for board in known if (board.usb.get("vid"), board.usb.get("pid")) == (port.vid, port.pid)]
        usb = f"{port.vid:04x}:{port.pid:04x}"
        rows.append({"where": port.target, "bootloader": False, "boards": may_be, "usb": usb, "serial_number": port.serial_number, "description": port.description})
    for drive in mounted():
        may_be = [board.id for board in known if board.bootloader_volume == drive.board_id]
        rows.append({"where": str(drive.folder), "bootloader": True, "boards": may_be, "usb": "", "serial_number": "", "description": drive.board_id})
    return rows
