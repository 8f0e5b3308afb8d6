# SPDX-License-Identifier: MIT
"""An ESP32 in its serial bootloader, as far as esptool asks: it answers over a socket in Espressif's published serial
protocol and keeps what is written to its flash. Once something is written, it also greets as MicroPython does."""

import hashlib
import socket
import struct
import threading
import zlib

SLIP_END, SLIP_ESCAPE = 0xC0, 0xDB
MAGIC_REGISTER, MAGIC = 0x40001000, 0x00F01D83  # how esptool tells an ESP32
FLASH_ID_REGISTER, FLASH_ID = 0x3FF42080, 0x1640C8  # 4 MB
MEM_END, SYNC, READ_REGISTER = 0x06, 0x08, 0x0A
CTRL_C = b"\x03"
BANNER = b"\r\n>>> \r\nMicroPython v1.26.1 on 2025-09-11; Generic ESP32 module with ESP32\r\n>>> "
DEFLATE_BEGIN, DEFLATE_DATA, MD5, ERASE_FLASH = 0x10, 0x11, 0x13, 0xD0


class Esp32:
    """`flash` is what was written, `erased` whether all of it was erased before; `port` is where esptool finds it. A board
    that `refuses` answers nothing, one that `damages` has other bytes in its flash than were sent."""

    def __init__(self, refuses=False, damages=False):
        self.flash = bytearray(b"\xff" * (4 << 20))
        self.erased, self.written, self.refuses, self.damages = False, False, refuses, damages
        self._stub = False  # esptool's own program runs: its answers end with 2 bytes of status, the chip's with 4
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = f"socket://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._live, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()

    def _live(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self._stub = False
                if connection.recv(1, socket.MSG_PEEK) == CTRL_C and self.written:
                    connection.sendall(BANNER)
                for packet in _packets(connection):
                    if not self.refuses:
                        self._answer(connection, packet)

    def _answer(self, connection, packet):
        if len(packet) < 8 or packet[0] != 0:
            return
        operation, data = packet[1], packet[8:]
        value, body = self._carry_out(operation, data)
        status = bytes(2 if self._stub else 4)
        reply = struct.pack("<BBHI", 1, operation, len(body) + len(status), value) + body + status
        for _ in range(8 if operation == SYNC else 1):
            connection.sendall(_framed(reply))
        if operation == MEM_END and struct.unpack_from("<I", data)[0] == 0:
            self._stub = True
            connection.sendall(_framed(b"OHAI"))

    def _carry_out(self, operation, data):
        """(value, body) of the answer."""
        if operation == SYNC:
            return 0 if self._stub else 1, b""  # by this esptool sees whether its program runs already
        if operation == READ_REGISTER:
            (address,) = struct.unpack_from("<I", data)
            return {MAGIC_REGISTER: MAGIC, FLASH_ID_REGISTER: FLASH_ID}.get(address, 0), b""
        if operation == DEFLATE_BEGIN:
            self._at = struct.unpack_from("<4I", data)[3]
            self._inflate = zlib.decompressobj()
        elif operation == DEFLATE_DATA:
            plain = self._inflate.decompress(data[16:])
            self.flash[self._at : self._at + len(plain)] = plain
            self._at += len(plain)
        elif operation == MD5:
            self.written = True
            at, size = struct.unpack_from("<2I", data)
            part = bytes(self.flash[at : at + size])
            return 0, hashlib.md5(part + b"x" * self.damages).digest()
        elif operation == ERASE_FLASH:
            self.erased = True
        return 0, b""


def _packets(connection):
    """What comes between two SLIP ends."""
    packet, escaped = bytearray(), False
    while data := _receive(connection):
        for byte in data:
            if byte == SLIP_END:
                if packet:
                    yield bytes(packet)
                packet.clear()
            elif escaped:
                packet.append({0xDC: SLIP_END, 0xDD: SLIP_ESCAPE}[byte])
                escaped = False
            elif byte == SLIP_ESCAPE:
                escaped = True
            else:
                packet.append(byte)


def _receive(connection):
    try:
        return connection.recv(1 << 16)
    except OSError:
        return b""


def _framed(data):
    return b"\xc0" + data.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc") + b"\xc0"
